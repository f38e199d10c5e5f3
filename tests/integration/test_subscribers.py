"""Subscribers of the wired service: milestones of orders arrive at a real receiver, in order, whatever it does."""

import base64
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.bootstrap import (
    confirm_batch,
    dead_letters,
    failures,
    plan_resend_of,
    probe_subscriber,
    settings,
    subscriber_log,
    subscribers,
)
from gateway.bootstrap import running as run_service
from gateway.bootstrap.store import open_database
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from gateway.errors import Absent, PlanRefused
from gateway.ports import Handover, Intake, Receipt
from gateway.ports.failures import FailureFilter
from gateway.ports.hearing import Notice
from gateway.simulators.listener import ListenerSimulator
from gateway.stages.hear import Hear
from gateway.store.orders import PostgresOrders
from gateway.system import TimeOrderedIds
from tests.servers.process import free_port, repeat

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes 123").decode()
ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = {{ x12 = "ZZ:NORDICDC" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"

[[owner]]
id = "edi"

[[owner]]
id = "marketing"

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[partner]]
id = "nordmart"
owner = "edi"
identities = {{}}

[[application]]
id = "wms"
type = "odoo"
url = "http://127.0.0.1:1"
api_key = "${{ODOO_KEY}}"

[[subscriber]]
id = "news"
url = "{url}"
internal = true
login = {{ type = "bearer", token = "${{LISTENER_TOKEN}}" }}
secrets = ["${{NEWS_SECRET}}"]
owner = "marketing"
timeout = "5s"
breaker = {{ first = "100ms", longest = "200ms" }}
{terms}
"""
LINES = (LineQuantity("1", Decimal(10)),)
LIFE = (("received", LINES), ("accepted", ()), ("shipped", LINES), ("delivered", LINES))
PATIENT = 'retry = { first = "50ms", factor = 1 }'
HASTY = 'retry = { first = "20ms", factor = 1, attempts = 3 }'


class Site:
    """A running gateway with a subscriber, and applications that tell it of orders."""

    def __init__(self, config: str, hear: Hear) -> None:
        self.config, self.hear, self.told = config, hear, 0

    async def say(self, event: str, number: str, lines: Any = (), *, partner: str = "bigbox", test: bool = False) -> None:
        self.told += 1
        said = Milestone(partner, f"k{self.told}", Event(event), partner, number, lines=lines, test=test)
        await self.hear.take("bigbox", [Notice(said.key, milestones=[said])])

    async def live(self, number: str, **about: Any) -> None:
        """An order's whole life: four milestones."""
        for event, lines in LIFE:
            await self.say(event, number, lines, **about)

    async def log(self, **wanted: Any) -> list[Any]:
        return await subscriber_log(self.config, "news", wanted, limit=1_000)

    async def becomes(self, state: str, count: int) -> list[Any]:
        """Wait until so many deliveries are in a state."""

        async def there() -> bool:
            return len(await self.log(states=(state,))) == count

        await repeat(there, within=20)
        return await self.log(states=(state,))


Start = Callable[..., Any]


@pytest.fixture
async def receiver() -> AsyncIterator[ListenerSimulator]:
    async with ListenerSimulator(secret=SECRET) as simulator:
        yield simulator


@pytest.fixture
def site(tmp_path: Path, postgres_url: str, receiver: ListenerSimulator, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts the service with these terms of the subscriber."""
    secrets = {"NEWS_SECRET": SECRET, "LISTENER_TOKEN": "listener-token", "ODOO_KEY": "key", "DATABASE_URL": postgres_url}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)

    @asynccontextmanager
    async def start(terms: str = PATIENT) -> AsyncIterator[Site]:
        config = tmp_path / "routes.toml"
        config.write_text(ROUTES.format(port=free_port(), url=receiver.url, terms=terms))
        made = settings(str(config), dict(os.environ), roles=("translate", "deliver", "relay"))
        async with run_service(made), open_database(made, size=2) as (database, _):
            yield Site(str(config), hearing(PostgresOrders(database)))

    return start


def hearing(orders: PostgresOrders) -> Hear:
    """The way into the process for what applications tell; nobody is woken, the gateway looks by itself."""

    class Nobody(Intake):
        async def receive(self, handover: Handover) -> Receipt:
            raise AssertionError("no documents come this way")

    async def nobody(*_: Any) -> None:
        raise AssertionError("nothing goes wrong here")

    return Hear(
        intake=Nobody(),
        orders=orders, wake=lambda: None, tell=nobody, owner_of=lambda _source, _partner: "edi", new_id=TimeOrderedIds(),
    )  # fmt: skip


async def test_milestones_arrive_signed_in_the_order_of_each_order(site: Start, receiver: ListenerSimulator) -> None:
    async with site() as one:
        for number in ("4711", "4712", "4713"):
            await one.live(number)
        await receiver.until(12)
        for number in ("4711", "4712", "4713"):
            assert receiver.of_order(number) == [event for event, _ in LIFE]
        versions = [int(event["version"]) for event in receiver.events if event["subject"] == "4711"]
        assert versions == [1, 2, 3, 4]
        (row,) = await subscribers(one.config)
        await one.becomes("delivered", 12)
    assert (row["subscriber"], row["configured"], row["failed"]) == ("news", True, 0)


async def test_it_gets_what_it_wants_and_may_know(site: Start, receiver: ListenerSimulator) -> None:
    terms = (
        PATIENT + '\nevents = ["shipped", "delivered"]\npartners = ["bigbox"]\n'
        "when = \"order.number != '4799'\"\n" + 'fields = ["subject", "event", "order.number", "lines.quantity"]'
    )
    async with site(terms) as one:
        await one.live("4799")
        await one.live("4700", partner="nordmart")
        await one.live("4701", test=True)
        await one.live("4711")
        shipped, delivered = await receiver.until(2)
        await one.becomes("delivered", 2)
    assert shipped["data"] == {"event": "shipped", "order": {"number": "4711"}, "lines": [{"quantity": "10"}]}
    assert (shipped["subject"], delivered["type"]) == ("4711", "order.delivered")
    assert "partner" not in shipped


class TestReceiverInTrouble:
    async def test_what_it_could_not_take_comes_later_and_in_order(self, site: Start, receiver: ListenerSimulator) -> None:
        receiver.misbehaviour.change({"status": 503})
        async with site() as one:
            await one.live("4711")
            await one.live("4712")

            async def tried() -> bool:
                return sum(receiver.place.calls.values()) >= 3

            await repeat(tried, within=20)
            assert receiver.posts == []
            receiver.misbehaviour.change({"status": 0, "lose_answers": 3, "cut_requests": 2})
            await receiver.until(8)
            await one.becomes("delivered", 8)
        for number in ("4711", "4712"):
            assert receiver.of_order(number) == [event for event, _ in LIFE]
        assert len(receiver.posts) > 8, "what was not answered was posted again, under its id"

    async def test_one_that_never_takes_anything_is_a_failure_of_its_owner_and_can_be_made_good(
        self, site: Start, receiver: ListenerSimulator
    ) -> None:
        receiver.misbehaviour.change({"status": 400})
        async with site(HASTY) as one:
            await one.live("4711")
            (dead,) = await one.becomes("dead", 1)
            assert (dead["type"], dead["attempts"], [t["status"] for t in dead["tries"]]) == ("order.received", 3, [400] * 3)
            behind = await one.becomes("blocked", 3)
            assert [row["type"] for row in behind] == ["order.delivered", "order.shipped", "order.accepted"], "the order is kept"
            (failure,) = await failures(one.config, FailureFilter(stages=("deliver",)))
            assert (failure["owner"], failure["code"]) == ("marketing", "http-400")
            assert "3 deliveries wait behind it" in failure["message"]
            (letter,) = await dead_letters(one.config, targets=["news"])
            assert letter["id"] == dead["id"]
            with pytest.raises(PlanRefused, match="never means everything"):
                await plan_resend_of(one.config, "news", {}, by="ann", reason="r", rate=100)
            receiver.misbehaviour.change({"status": 0})
            planned = await plan_resend_of(one.config, "news", {"states": ("dead",)}, by="ann", reason="mended", rate=100)
            assert (planned["count"], planned["action"]) == (1, "redeliver")
            await confirm_batch(one.config, UUID(planned["id"]), expect=1, by="ann")
            await receiver.until(4)
            await one.becomes("delivered", 4)
            (failure,) = await failures(one.config, FailureFilter(stages=("deliver",), states=("resolved",)))
            assert failure["code"] == "http-400"
        assert receiver.of_order("4711") == [event for event, _ in LIFE]

    async def test_what_was_delivered_can_be_had_again_under_the_same_ids(self, site: Start, receiver: ListenerSimulator) -> None:
        async with site() as one:
            await one.live("4711")
            first = {event["id"] for event in await receiver.until(4)}
            await one.becomes("delivered", 4)
            wanted = {"orders": ("4711",)}
            refused = await plan_resend_of(one.config, "news", wanted, by="ann", reason="r", rate=100, keep_it=False)
            assert (refused["count"], list(refused["plan"]["refused"])) == (
                0,
                ["it was delivered: say --delivered to send it again"],
            )
            planned = await plan_resend_of(one.config, "news", wanted, by="ann", reason="lost", rate=1_000, delivered=True)
            assert planned["plan"]["effects"] == {"recognised_by_the_target": 4}
            await confirm_batch(one.config, UUID(planned["id"]), expect=4, by="ann")
            await until_posts(receiver, 8)
        assert {event["id"] for event in receiver.posts} == first


async def until_posts(receiver: ListenerSimulator, count: int) -> None:
    async def there() -> bool:
        return len(receiver.posts) >= count

    await repeat(there, within=20)


async def test_a_test_event_is_posted_at_once_and_is_in_no_log(site: Start, receiver: ListenerSimulator) -> None:
    async with site() as one:
        view = await probe_subscriber(one.config, "news")
        assert (view["arrived"], view["status"]) == (True, 204)
        assert (receiver.events[0]["type"], receiver.events[0]["test"]) == ("gateway.test", "true")
        receiver.misbehaviour.change({"status": 500})
        assert (await probe_subscriber(one.config, "news"))["arrived"] is False
        assert await one.log() == []
        with pytest.raises(Absent, match="no subscriber 'nws'") as refused:
            await probe_subscriber(one.config, "nws")
        assert refused.value.remedy == "There are: news"
        with pytest.raises(Absent, match="no subscriber 'nws'"):
            await subscriber_log(one.config, "nws", {}, limit=1)
