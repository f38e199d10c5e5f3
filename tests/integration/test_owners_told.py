"""Owners told of failures: from the row that a stage writes to the message that arrives, over real servers."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest

from gateway.channels.notification import WebhookNotifier
from gateway.domain.calendar import Calendar
from gateway.domain.notification import GATHER
from gateway.domain.owner import Address, Owner, Ownership, parse_address
from gateway.errors import StoreUnavailable
from gateway.operations.failures import By, FailureDesk
from gateway.ports.failures import Notification, Notifier, Patience, SendingResult
from gateway.stages.escalate import Escalate
from gateway.stages.notify import Notify
from gateway.store.database import Database
from gateway.store.failures import PostgresFailures
from gateway.store.migrations import migrate
from gateway.store.notifications import PostgresNotifications
from gateway.store.work import PostgresWork
from gateway.system import SystemClock
from tests.gateway.channels.http_partner import answering, partner_server
from tests.gateway.store.rows import failure, new_id, transmission
from tests.servers.postgres import PostgresServer

TABLES = ("failure", "failure_case", "failure_event", "notification", "delivery", "transmission", "raw_body", "event", "audit")
ANNA = By(actor="anna")


class Counts:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, ...]] = Counter()
        self.gauges: dict[tuple[str, ...], float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counted[name, *labels.values()] += int(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        raise AssertionError(name)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[name, *labels.values()] = value


class Loudspeaker(Notifier):
    """A means that keeps what it is given. `results` come first, in turn."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.results: list[SendingResult] = []

    async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
        self.told.append((address.target, notification.message))
        return self.results.pop(0) if self.results else SendingResult()

    @property
    def codes(self) -> list[tuple[str, list[str]]]:
        return [(target, [group["code"] for group in message["groups"]]) for target, message in self.told]


@dataclass
class InForce:
    """The part of a configuration that owners are read from."""

    owners: Mapping[str, Owner]
    calendars: Mapping[str, Calendar] = field(default_factory=lambda: MappingProxyType({}))
    gateway_id: str = "nordic-dc"
    default_owner: str = "operations"

    def owner_of(self, partner: str | None, *, stage: str = "", route: str | None = None, target: str | None = None) -> str:
        return Ownership(self.default_owner, partners={"bigbox": "edi"}).owner_of(
            partner, stage=stage, route=route, target=target
        )


def owner(name: str, **terms: Any) -> Owner:
    return Owner(name, (Address("speaker", name),), **{"every": timedelta(minutes=15), **terms})


class Site:
    """Both rounds over one connection, whose clock can be moved."""

    def __init__(self, database: Database) -> None:
        self.database, self.speaker, self.counts = database, Loudspeaker(), Counts()
        self.inforce = InForce({o.id: o for o in (owner("edi", next="operations"), owner("operations"), owner("sales"))})
        self.failures, self.notifications = PostgresFailures(database), PostgresNotifications(database)
        self.desk = FailureDesk(self.failures, owners=self.inforce.owners)
        self.notifiers: dict[str, Notifier] = {"speaker": self.speaker}
        self.notify = self.another()
        self.escalate = Escalate(
            watch=self.failures, configuration=lambda: self.inforce, patience=lambda: Patience({"odoo": timedelta(hours=24)}),
            observer=self.counts, new_id=new_id,
        )  # fmt: skip

    def another(self) -> Notify:
        """The round of another process."""
        return Notify(
            notifications=self.notifications, watch=self.failures, configuration=lambda: self.inforce, notifiers=self.notifiers,
            observer=self.counts, new_id=new_id, chance=random.Random(7),
        )  # fmt: skip

    async def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    async def happened(self, code: str = "http-500", name: str = "edi", **changes: Any) -> UUID:
        sent = transmission()
        await PostgresWork(self.database).receive([sent], [(sent.id, 0, b"ISA")])
        row = failure(sent.id, new_id(), fingerprint=f"{code}-{name}", code=code, owner=name, **changes)
        await self.failures.record_failures([row])
        return row.sample

    async def id_of(self, code: str) -> UUID:
        ((found,),) = await self.rows("select id from gateway.failure where code = $1", code)
        return UUID(str(found))

    async def later(self, passed: timedelta) -> None:
        sql = "select set_config('gateway.clock_offset', (gateway.now() - clock_timestamp() + $1::text::interval)::text, false)"
        await self.rows(sql, f"{passed.total_seconds()} seconds")

    async def gathered(self) -> None:
        """The news have waited for others; whoever is to be told is told now."""
        await self.later(GATHER)
        await self.notify.round()

    async def states(self) -> list[tuple[str, str, int]]:
        return [(o, s, a) for o, s, a in await self.rows("select owner, state, attempt from gateway.notification order by id")]


@pytest.fixture(scope="module")
def migrated_url(postgres: PostgresServer) -> str:
    url = postgres.url(postgres.create_database())

    async def prepared() -> None:
        async with opened(url) as database:
            await migrate(database)

    asyncio.run(prepared())
    return url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url, size=1)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def site(migrated_url: str) -> AsyncIterator[Site]:
    async with opened(migrated_url) as database:
        site = Site(database)
        await site.rows("set session_replication_role = replica")  # the audit can be emptied by nothing less
        await site.rows(f"truncate {', '.join(f'gateway.{table}' for table in TABLES)}")
        await site.rows("set session_replication_role = origin")
        yield site


class TestGrouping:
    async def test_what_happens_together_is_one_message_for_each_owner(self, site: Site) -> None:
        for code in ("http-500", "no-route", "http-500"):
            await site.happened(code)
        await site.happened("no-route", "sales")
        await site.notify.round()
        assert site.speaker.told == []
        await site.gathered()
        assert sorted(site.speaker.codes) == [("edi", ["http-500", "no-route"]), ("sales", ["no-route"])]
        ((_, message),) = [told for told in site.speaker.told if told[0] == "edi"]
        assert [group["count"] for group in message["groups"]] == [2, 1]
        assert await site.notify.round() == 0

    async def test_no_more_than_one_message_a_period(self, site: Site) -> None:
        await site.happened("a")
        await site.gathered()
        for code in ("b", "c"):
            await site.happened(code)
            await site.gathered()
        assert site.speaker.codes == [("edi", ["a"])]
        await site.later(timedelta(minutes=15))
        await site.notify.round()
        assert site.speaker.codes == [("edi", ["a"]), ("edi", ["b", "c"])]

    async def test_a_hundred_thousand_cases_are_one_line(self, site: Site) -> None:
        await site.happened()
        await site.gathered()
        for _ in range(20):
            await site.happened()
        await site.later(timedelta(hours=1))
        await site.notify.round()
        assert len(site.speaker.told) == 1

    async def test_what_was_over_before_anybody_was_told_is_not_told(self, site: Site) -> None:
        sample = await site.happened()
        await site.rows("select gateway.close_cases_v1(array[$1::uuid], 'replay', 'went well')", sample)
        await site.gathered()
        assert site.speaker.told == []
        assert await site.rows("select count(*) from gateway.failure_event where tell is not null and told_at is null") == [(0,)]

    async def test_a_regression_is_news_and_says_so(self, site: Site) -> None:
        await site.happened()
        await site.gathered()
        await site.desk.resolve(await site.id_of("http-500"), by=ANNA, reason="corrected")
        await site.happened()
        await site.later(timedelta(hours=1))
        await site.notify.round()
        _, message = site.speaker.told[-1]
        assert [group["news"] for group in message["groups"]] == [["came_back"]]
        assert "(regression)" in message["text"]

    async def test_in_the_night_only_what_is_urgent(self, site: Site) -> None:
        here = datetime.now(UTC)
        opens = (here + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
        hours = {opens.weekday(): ((opens.time(), time(23, 59)),)}
        site.inforce.calendars = {"office": Calendar("office", ZoneInfo("UTC"), hours)}
        urgent = frozenset({"target-unavailable"})
        site.inforce.owners = {o.id: replace(o, hours="office", urgent=urgent) for o in site.inforce.owners.values()}
        await site.happened("http-500", "sales")
        await site.gathered()
        assert site.speaker.told == []
        await site.happened("target-unavailable", "edi")
        await site.notify.round()
        assert site.speaker.codes == [("edi", ["target-unavailable"])]
        assert site.speaker.told[0][1]["urgent"] is True
        await site.later(opens - here)
        await site.notify.round()
        assert site.speaker.codes[1:] == [("sales", ["http-500"])]


class TestSending:
    async def test_what_fails_is_sent_again_under_the_same_id(self, site: Site) -> None:
        await site.happened()
        site.speaker.results = [SendingResult("http-503", "busy")]
        await site.gathered()
        assert await site.states() == [("edi", "waiting", 1)]
        await site.notify.round()
        assert len(site.speaker.told) == 1
        await site.later(timedelta(minutes=1))
        await site.notify.round()
        assert await site.states() == [("edi", "sent", 2)]
        (first, second) = site.speaker.told
        assert first == second

    async def test_who_died_while_sending_is_stood_in_for(self, site: Site) -> None:
        await site.happened()
        await site.later(GATHER)

        class Dying(Loudspeaker):
            async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
                await super().send(notification, address, secret=secret)
                raise StoreUnavailable("killed") if len(self.told) > 1 else asyncio.CancelledError

        dying = Dying()
        site.notifiers["speaker"] = dying
        with pytest.raises(asyncio.CancelledError):
            await site.notify.round()
        assert await site.states() == [("edi", "sending", 1)]
        site.notifiers["speaker"] = site.speaker
        survivor = site.another()
        await survivor.round()
        assert site.speaker.told == []
        await site.later(timedelta(minutes=4))
        await survivor.round()
        assert await site.states() == [("edi", "sent", 2)]
        assert dying.told == site.speaker.told

    async def test_a_means_that_hangs_or_breaks_fails_alone(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.stages.notify._WITHIN", 0.05)

        class Broken(Loudspeaker):
            async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
                if address.target == "hanging":
                    await asyncio.Event().wait()
                raise RuntimeError("a bug")

        site.notifiers["broken"] = Broken()
        targets = [Address("broken", "hanging"), Address("broken", "buggy"), Address("speaker", "edi")]
        site.inforce.owners = {"edi": Owner("edi", tuple(targets))}
        await site.happened()
        await site.gathered()
        found = await site.rows("select address, state, code from gateway.notification order by address")
        assert sorted(found) == [
            ("broken:buggy", "waiting", "notifier-crashed"),
            ("broken:hanging", "waiting", "no-answer"),
            ("speaker:edi", "sent", ""),
        ]

    async def test_a_crash_between_news_and_messages_loses_neither(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        await site.happened()
        await site.later(GATHER)

        async def killed(*_: Any) -> None:
            raise StoreUnavailable("gone")

        with monkeypatch.context() as patched:
            patched.setattr("gateway.store.notifications.PostgresTelling.told", killed)
            with pytest.raises(StoreUnavailable):
                await site.notify.round()
        assert await site.states() == []
        await site.notify.round()
        assert site.speaker.codes == [("edi", ["http-500"])]

    async def test_several_processes_tell_once(self, site: Site, migrated_url: str) -> None:
        for number in range(6):
            await site.happened(f"code-{number}", ("edi", "sales")[number % 2])
        await site.rows("update gateway.failure_event set at = at - interval '1 minute'")
        async with opened(migrated_url) as database:
            other = Site(database)
            other.notifiers["speaker"] = site.speaker
            await asyncio.gather(*(one.another().round() for one in (site, other, site, other)))
        assert sorted(target for target, _ in site.speaker.told) == ["edi", "sales"]
        assert await site.rows("select distinct state, attempt from gateway.notification") == [("sent", 1)]

    async def test_that_an_owner_is_not_reached_is_a_failure_of_operations_that_ends_by_itself(self, site: Site) -> None:
        await site.happened()
        site.speaker.results = [SendingResult("http-404", "gone")] * 3
        await site.gathered()
        for _ in range(2):
            await site.later(timedelta(minutes=5))
            await site.notify.round()
        ((code, name, route, state, message),) = await site.rows(
            "select code, owner, route, state, message from gateway.failure where stage = 'notify'"
        )
        assert (code, name, route, state) == ("owner-not-told", "operations", "edi", "open")
        assert message == "edi could not be told by speaker:edi: http-404 gone; it is tried again."
        await site.later(timedelta(hours=2))
        await site.notify.round()
        await site.notify.round()
        assert await site.rows("select state from gateway.failure where stage = 'notify'") == [("resolved",)]
        assert site.counts.counted["edi_notifications_total", "speaker", "try_again"] == 3

    async def test_operations_out_of_reach_is_told_once_and_never_of_itself_again(self, site: Site) -> None:
        """No storm: what cannot be told that it cannot be told is one group."""
        site.inforce.owners = {"operations": owner("operations", every=timedelta(seconds=1))}
        await site.happened(name="operations")
        site.speaker.results = [SendingResult("http-404", "gone")] * 10_000
        for _ in range(60):
            await site.later(timedelta(hours=1))
            await site.notify.round()
        assert await site.rows("select code, count, state from gateway.failure where stage = 'notify'") == [
            ("owner-not-told", 4, "open")
        ]
        assert [state for _, state, _ in await site.states()] == ["given_up", "given_up"]

    async def test_an_address_that_was_removed_is_told_to_somebody(self, site: Site) -> None:
        await site.happened()
        site.speaker.results = [SendingResult("http-503", "busy")]
        await site.gathered()
        site.inforce.owners = {**site.inforce.owners, "edi": Owner("edi", (Address("speaker", "new"),))}
        await site.later(timedelta(minutes=1))
        await site.notify.round()
        assert await site.states() == [("edi", "given_up", 2)]
        assert await site.rows("select owner, message from gateway.failure where stage = 'notify'") == [
            (
                "operations",
                "edi could not be told by speaker:edi: address-gone The address is no longer the owner's.; it is given up.",
            )
        ]

    async def test_addresses_that_nobody_can_reach_are_passed_over(self, site: Site) -> None:
        site.inforce.owners = {"edi": Owner("edi", (Address("mail", "edi@nordic.example"), Address("speaker", "edi")))}
        await site.happened()
        await site.gathered()
        assert site.speaker.codes == [("edi", ["http-500"])]
        assert len(await site.states()) == 1

    async def test_whose_owner_is_gone_is_told_to_the_gateways_own(self, site: Site) -> None:
        await site.happened(name="retired")
        await site.gathered()
        assert site.speaker.codes == [("operations", ["http-500"])]

    async def test_over_a_real_webhook(self, site: Site) -> None:
        webhooks = WebhookNotifier(clock=SystemClock())
        async with partner_server(answering(204)) as server:
            secret_place = f"{server.url}/hooks/T0/secret"
            site.inforce.owners = {"edi": Owner("edi", (parse_address(f"webhook:{secret_place}"),), secret="s")}
            site.notifiers["webhook"] = webhooks
            await site.happened()
            await site.gathered()
        await webhooks.close()
        (request,) = server.requests
        assert orjson.loads(request.body)["groups"][0]["code"] == "http-500"
        ((address, stored),) = await site.rows("select address, message::text from gateway.notification")
        assert address == "webhook:127.0.0.1"
        assert "secret" not in stored
        view = await site.failures.show(await site.id_of("http-500"))
        assert view is not None
        assert [(told["state"], told["address"]) for told in view["notifications"]] == [("sent", "webhook:127.0.0.1")]


class TestEscalation:
    async def delivery(self, site: Site, **changes: Any) -> UUID:
        named = {"id": new_id(), "transmission": new_id(), "partner": "bigbox", "target": "odoo", "action": "a", "test": False}
        named |= {"idempotency_key": str(new_id()), "options": "{}", "priority": 0, "message": "connection refused", **changes}
        values = ", ".join(f"${n}" for n in range(1, len(named) + 1))
        await site.rows(f"insert into gateway.delivery ({', '.join(named)}) values ({values})", *named.values())
        return UUID(str(named["id"]))

    async def test_at_half_of_the_time_the_owner_is_told_and_at_its_end_the_next(self, site: Site) -> None:
        tried = datetime.now(UTC) - timedelta(hours=12, minutes=1)
        one = await self.delivery(site, state="waiting", first_attempt_at=tried, attempt=9)
        assert await site.escalate.round() == 1
        assert await site.escalate.round() == 0
        await site.gathered()
        assert site.speaker.codes == [("edi", ["still-failing"])]
        assert "odoo has not taken it after 9 attempts in 12.0 h: connection refused" in site.speaker.told[0][1]["text"]
        await site.rows("update gateway.delivery set state = 'sending'")
        await site.rows("update gateway.delivery set state = 'dead', settled_at = gateway.now()")
        await site.failures.record_failures([failure(new_id(), one, stage="deliver", code="http-500", partner="bigbox")])
        assert await site.escalate.round() == 2  # still-failing as well: its delivery is dead
        await site.later(timedelta(hours=1))
        await site.notify.round()
        told = dict(site.speaker.codes[1:])
        assert sorted(told) == ["edi", "operations"]
        assert "http-500" in told["operations"]
        assert "all attempts of a delivery are used up" in site.speaker.told[-1][1]["text"]

    async def test_what_nobody_attends_to_goes_to_the_next_owner(self, site: Site) -> None:
        await site.happened()
        await site.gathered()
        await site.later(timedelta(hours=4))
        assert await site.escalate.round() == 1
        await site.gathered()
        assert site.speaker.codes == [("edi", ["http-500"]), ("operations", ["http-500"])]
        assert "edi did not attend to it in time" in site.speaker.told[1][1]["text"]

    async def test_what_somebody_took_on_does_not(self, site: Site) -> None:
        await site.happened()
        await site.desk.acknowledge(await site.id_of("http-500"), by=ANNA)
        await site.later(timedelta(hours=40))
        assert await site.escalate.round() == 0
        await site.notify.round()
        assert site.speaker.told == []

    async def test_who_gets_it_from_another_is_told_and_has_the_whole_time(self, site: Site) -> None:
        await site.happened(name="sales")
        await site.later(timedelta(hours=3))
        await site.desk.assign(await site.id_of("http-500"), "edi", by=ANNA)
        await site.gathered()
        assert site.speaker.codes == [("edi", ["http-500"])]
        await site.later(timedelta(hours=3))
        assert await site.escalate.round() == 0
        await site.later(timedelta(hours=1))
        assert await site.escalate.round() == 1

    async def test_a_silence_that_ends_is_told(self, site: Site) -> None:
        await site.happened()
        ((now,),) = await site.rows("select gateway.now()")
        await site.desk.mute(await site.id_of("http-500"), now + timedelta(hours=1), by=ANNA, reason="known")
        await site.gathered()
        assert site.speaker.told == []
        await site.later(timedelta(hours=2))
        assert await site.escalate.round() == 1
        await site.gathered()
        assert [group["news"] for group in site.speaker.told[0][1]["groups"]] == [["unmuted"]]

    async def test_what_owners_have_to_do_is_measured(self, site: Site) -> None:
        sample = await site.happened()
        await site.later(timedelta(minutes=30))
        await site.escalate.round()
        assert site.counts.gauges["edi_failures_open", "edi", "route"] == 1
        assert site.counts.gauges["edi_failures_unattended_seconds", "edi"] == pytest.approx(1800, abs=60)
        await site.rows("select gateway.close_cases_v1(array[$1::uuid], 'x', 'y')", sample)
        await site.escalate.round()
        assert site.counts.gauges["edi_failures_open", "edi", "route"] == 0
        assert site.counts.gauges["edi_failures_unattended_seconds", "edi"] == 0
