"""What is old enough goes, and nothing else: not what is unfinished, broken, awaited or held. Its envelope tells of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.domain.expectation import ExpectationRow
from gateway.domain.record import BodyRow, OutboundRow
from gateway.domain.retention import Class, Period, Retention, Walk
from gateway.errors import BodyPurged
from gateway.operations.plan_purge import plan_purge
from gateway.ports import Settlement
from gateway.stages.purge import Purge
from gateway.store.audit import PostgresAudit
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.store.records import AcknowledgementBell
from gateway.store.retention import Hold, PostgresRetention
from gateway.store.transfers import PostgresTransfers
from gateway.store.work import PostgresWork
from gateway.system import SystemClock
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store import rows
from tests.gateway.store.test_partitions import execute, force, id_at, months_on, partitions
from tests.gateway.store.transfer_rows import arrived

DAYS = timedelta(days=1)
BODY = b"ISA*00*~"
EVERYTHING = Retention({kind: Period(30 * DAYS) for kind in Class})
PAYLOAD = Retention({Class.PAYLOAD: Period(30 * DAYS)})


@pytest.fixture
def retention(database: Database) -> PostgresRetention:
    return PostgresRetention(database)


def purge_of(store: PostgresRetention, terms: Retention, *, batch: int = 500, rest: timedelta = timedelta(hours=1)) -> Purge:
    observer = PrometheusObserver(strict=True)
    return Purge(
        store=store, retention=lambda: terms, observer=observer, clock=SystemClock(), node="test", batch=batch, rest=rest
    )


async def purged(store: PostgresRetention, terms: Retention) -> int:
    """One walk through everything."""
    return await purge_of(store, terms).round()


async def a_transmission(database: Database, work: PostgresWork, *, age: float = 60, partner: str = "bigbox") -> UUID:
    """One that was received so many days ago, translated, delivered and acknowledged."""
    received = datetime.now(UTC) - age * DAYS
    transmission = rows.transmission(BODY, id=id_at(received, uuid4().int % 2**60), partner=partner)
    await work.receive([transmission], [(transmission.id, 0, BODY)])
    claim = rows.new_id()
    await work.claim_transmissions([transmission.id], claim=claim, lasting=timedelta(minutes=1))
    interchange = rows.interchange(transmission.id, partner=partner)
    document = rows.document(transmission.id, interchange.id, id=id_at(received, uuid4().int % 2**60), partner=partner)
    outbound = OutboundRow(
        id_at(received, uuid4().int % 2**60), transmission.id, partner, "x12", "997", "ZZ:US", "01:BIGBOX", "7", False, b"997"
    )
    settlement = Settlement(
        transmissions=[(transmission.id, "translated")],
        interchanges=[interchange],
        documents=[document],
        canonical=[BodyRow(transmission.id, document.id, b'{"number": "4711"}')],
        routed=[BodyRow(transmission.id, document.id, b'{"number": "4711", "routed": true}')],
        outbounds=[outbound],
        deliveries=[rows.delivery(transmission.id, document=document.id, state="delivered")],
        events=[rows.event(transmission.id, transmission.id)],
    )
    async with work.settlement() as session:
        await session.settle(claim, settlement)
    back = "set received_at = received_at - $2::interval where id = $1"
    await execute(database, f"update gateway.transmission {back}", transmission.id, age * DAYS)
    await execute(
        database, "update gateway.outbound set created_at = created_at - $2::interval where id = $1", outbound.id, age * DAYS
    )
    await execute(
        database, "update gateway.event set at = at - $2::interval where transmission = $1", transmission.id, age * DAYS
    )
    return transmission.id


async def count(database: Database, table: str) -> int:
    (row,) = await execute(database, f"select count(*) as n from gateway.{table}")
    return int(row["n"])


async def counts(database: Database, *tables: str) -> list[int]:
    return [await count(database, table) for table in tables]


class TestGoing:
    async def test_bytes_that_are_old_enough_go_and_their_envelope_stays(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        await a_transmission(database, work, age=60)
        await a_transmission(database, work, age=5)
        assert await purged(retention, PAYLOAD) == 2
        assert await counts(database, "raw_body", "canonical_body", "transmission", "outbound", "event") == [1, 2, 2, 2, 2]
        (left,) = await execute(database, "select count(*) as n from gateway.outbound where octet_length(bytes) > 0")
        assert left["n"] == 1

    async def test_what_was_not_said_to_go_is_kept_for_ever(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        await a_transmission(database, work, age=9_000)
        assert await purged(retention, Retention()) == 0
        assert await count(database, "raw_body") == 1

    async def test_each_class_goes_by_itself(self, database: Database, work: PostgresWork, retention: PostgresRetention) -> None:
        await a_transmission(database, work)
        tables = ("raw_body", "canonical_body", "routed_body", "event", "transmission")
        assert await purged(retention, Retention({Class.CANONICAL: Period(30 * DAYS)})) == 1
        assert await counts(database, *tables) == [1, 0, 0, 1, 1]
        assert await purged(retention, Retention({Class.JOURNAL: Period(30 * DAYS)})) == 1
        assert await counts(database, *tables) == [1, 0, 0, 0, 1]
        assert await purged(retention, Retention({Class.ENVELOPE: Period(30 * DAYS)})) == 1
        assert await counts(database, *tables, "document", "delivery", "interchange", "outbound") == [0] * 9

    async def test_many_go_in_small_batches(self, database: Database, work: PostgresWork, retention: PostgresRetention) -> None:
        for age in (40, 50, 60, 70, 80):
            await a_transmission(database, work, age=age)
        assert await purge_of(retention, PAYLOAD, batch=2).round() == 10
        assert await count(database, "raw_body") == 0

    async def test_a_partner_may_have_another_period(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        for partner in ("bigbox", "hasty", "careful"):
            await a_transmission(database, work, age=60, partner=partner)
        terms = Retention({Class.PAYLOAD: Period(90 * DAYS, {"hasty": 30 * DAYS, "careful": 400 * DAYS})})
        assert await purged(retention, terms) == 2
        left = await execute(
            database, "select t.partner from gateway.raw_body b join gateway.transmission t on t.id = b.transmission order by 1"
        )
        assert [row["partner"] for row in left] == ["bigbox", "careful"]

    async def test_only_one_partners_things_may_go(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        for partner in ("bigbox", "hasty"):
            await a_transmission(database, work, age=60, partner=partner)
        assert await purged(retention, Retention({Class.CANONICAL: Period(None, {"hasty": 30 * DAYS})})) == 1
        assert await count(database, "canonical_body") == 1

    async def test_the_history_of_what_is_over_goes_with_it(self, database: Database, retention: PostgresRetention) -> None:
        failure = """insert into gateway.failure (id, fingerprint, stage, code, owner, message, remedy, sample, count)
          values (gen_random_uuid(), $1, 'deliver', 'x', 'edi', 'm', 'r', gen_random_uuid(), 1)"""
        for name in ("over", "open"):
            await execute(database, failure, name)
        await execute(database, "update gateway.failure_event set told_at = gateway.now()")
        await execute(database, "update gateway.failure set state = 'resolved' where fingerprint = 'over'")
        await execute(database, "update gateway.failure_event set at = at - interval '60 days'")
        messages = """insert into gateway.notification (id, owner, address, mark, urgent, failures, message, state, settled_at)
          select gen_random_uuid(), 'edi', 'mail:a', 'a', false, '{}', '{}', state, gateway.now() - age
          from (values ('sent', interval '60 days'), ('waiting', '60 days'), ('sent', '1 day')) as n(state, age)"""
        await execute(database, messages)

        await retention.purge_audit(30 * DAYS, limit=100)

        left = """select f.fingerprint, e.action from gateway.failure_event e join gateway.failure f on f.id = e.failure"""
        assert [tuple(row) for row in await execute(database, left)] == [("open", "opened")]
        kept = await execute(database, "select state from gateway.notification order by state")
        assert [row["state"] for row in kept] == ["sent", "waiting"]

    async def test_expired_keys_and_an_old_audit_go(self, database: Database, retention: PostgresRetention) -> None:
        key = "insert into gateway.interchange_key values ('x12', 'a', 'b', false, $1, '', $2, gateway.now() + $3::interval)"
        await execute(database, key, "1", uuid4(), -DAYS)
        await execute(database, key, "2", uuid4(), DAYS)
        columns = "actor, action, subject, detail, at"
        audit = f"insert into gateway.audit ({columns}) select 'a', 'b', 'c', '{{}}', gateway.now() - $1::interval"
        await execute(database, audit, 60 * DAYS)
        await execute(database, audit, DAYS)
        await PostgresAudit(database).seal(limit=10)
        await purged(retention, Retention({Class.AUDIT: Period(30 * DAYS)}))
        assert await count(database, "interchange_key") == 1
        actions = await execute(database, "select action from gateway.audit order by id")
        assert [row["action"] for row in actions] == ["b", "audit_purged", "purged"]

    async def test_it_rests_after_a_walk_and_sees_what_grew_old_at_the_next(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        patient, hasty = purge_of(retention, PAYLOAD), purge_of(retention, PAYLOAD, rest=timedelta())
        for purge in (patient, hasty):
            assert await purge.round() == 0
        await a_transmission(database, work)
        assert await patient.round() == 0
        assert await hasty.round() == 2


class TestStaying:
    @pytest.mark.parametrize(
        ("sql", "why"),
        [
            ("update gateway.transmission set state = 'received'", "unfinished"),
            ("update gateway.document set state = 'pending'", "unfinished"),
            ("update gateway.delivery set state = 'waiting'", "unfinished"),
            ("update gateway.delivery set state = 'in_doubt'", "unfinished"),
            (
                """insert into gateway.outbox (id, exchange, routing_key, headers, document)
                select gen_random_uuid(), 'e', 'k', '{}', id from gateway.document""",
                "unfinished",
            ),
            (
                """insert into gateway.unmatched_acknowledgement (acknowledgement, transmission, type, names)
                select id, transmission, '997', '{}' from gateway.document""",
                "awaited answer",
            ),
        ],
    )
    async def test_what_is_unfinished_or_awaited(
        self, database: Database, work: PostgresWork, retention: PostgresRetention, sql: str, why: str
    ) -> None:
        await a_transmission(database, work)
        await force(database, sql)
        assert await purged(retention, EVERYTHING) == 0
        assert await counts(database, "raw_body", "canonical_body", "event", "transmission") == [1, 1, 1, 1]
        plan = {entry["what"]: entry for entry in await plan_purge(retention, EVERYTHING)}
        assert plan["received"]["stays"] == {why: 1}
        assert (plan["received"]["old"], plan["received"]["goes"]) == (1, 0)

    async def test_what_has_an_open_failure_until_that_is_resolved(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        transmission = await a_transmission(database, work)
        await work.record_failures([rows.failure(transmission, transmission)])
        assert await purged(retention, EVERYTHING) == 0
        assert (await retention.needed(Walk.RECEIVED, [transmission])) == {transmission: "open failure"}
        await execute(database, "update gateway.failure set state = 'resolved'")
        assert await purged(retention, PAYLOAD) == 2

    async def test_what_waits_for_an_answer_of_the_partner(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        transmission = await a_transmission(database, work)
        (outbound,) = await execute(database, "select id from gateway.outbound")
        due = datetime.now(UTC) + DAYS
        expected = ExpectationRow(
            uuid4(), outbound["id"], None, "bigbox", None, "TA1", "technical", "edi", DAYS, None, due, due, "expected", None, None
        )
        async with PostgresExpectations(database).reconciling() as session:
            await session.expect([expected])
        assert await purged(retention, EVERYTHING) == 0
        assert (await retention.needed(Walk.SENT, [outbound["id"]])) == {outbound["id"]: "awaited answer"}
        assert (await retention.needed(Walk.RECEIVED, [transmission])) == {transmission: "awaited answer"}

    async def test_what_somebody_has_in_hand(
        self, database: Database, work: PostgresWork, retention: PostgresRetention, postgres_url: str
    ) -> None:
        transmission = await a_transmission(database, work)
        async with database.transaction() as connection:
            await connection.execute("select from gateway.transmission where id = $1 for update", transmission)
            assert await purged(retention, Retention({Class.CANONICAL: Period(30 * DAYS)})) == 0
        assert await purged(retention, Retention({Class.CANONICAL: Period(30 * DAYS)})) == 1

    async def test_a_journal_in_which_something_was_written_lately(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        await a_transmission(database, work)
        await execute(database, "update gateway.event set at = gateway.now()")
        assert await purged(retention, Retention({Class.JOURNAL: Period(30 * DAYS)})) == 0


class TestTransfers:
    async def old_transfer(self, database: Database, **changes: Any) -> UUID:
        """A message that came by AS2 sixty days ago, with its receipt; what it held is not there."""
        received = datetime.now(UTC) - 60 * DAYS
        given = arrived(b"cipher", id=id_at(received, uuid4().int % 2**60), **changes)
        await PostgresTransfers(database).arrive([given], [], [])
        await force(database, "update gateway.transfer set at = at - interval '60 days'")
        return given.row.id

    async def test_its_bytes_go_and_what_proves_it_stays(self, database: Database, retention: PostgresRetention) -> None:
        transfer = await self.old_transfer(database)
        transfers = PostgresTransfers(database)
        assert await transfers.wire(transfer) is not None
        assert await purged(retention, PAYLOAD) == 1
        assert await transfers.wire(transfer) is None
        assert len(await transfers.receipts(transfer)) == 1

    async def test_the_whole_of_it_goes_with_the_envelopes(self, database: Database, retention: PostgresRetention) -> None:
        await self.old_transfer(database)
        assert await purged(retention, Retention({Class.ENVELOPE: Period(30 * DAYS)})) == 1
        assert await counts(database, "transfer", "transfer_body", "transfer_receipt") == [0, 0, 0]

    async def test_one_whose_receipt_is_owed_or_whose_partner_is_held_stays(
        self, database: Database, retention: PostgresRetention
    ) -> None:
        owed = await self.old_transfer(database, receipt_state="owed")
        held = await self.old_transfer(database, partner="held")
        await retention.place_hold(Hold(id=uuid4(), reason="case", actor="ann", partner="held"))
        assert await purged(retention, EVERYTHING) == 0
        assert await retention.needed(Walk.WIRE, [owed, held]) == {owed: "unfinished", held: "legal hold"}

    async def test_a_partner_may_have_another_period(self, database: Database, retention: PostgresRetention) -> None:
        await self.old_transfer(database)
        await self.old_transfer(database, partner="careful")
        terms = Retention({Class.PAYLOAD: Period(30 * DAYS, {"careful": 400 * DAYS})})
        assert await purged(retention, terms) == 1


class TestHolds:
    async def hold(self, retention: PostgresRetention, **what: object) -> UUID:
        hold = Hold(id=uuid4(), reason="case 17", actor="ann", **what)  # type: ignore[arg-type]
        await retention.place_hold(hold)
        return hold.id

    async def test_a_partner_is_held_until_the_hold_is_released(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        held = await a_transmission(database, work)
        await a_transmission(database, work, partner="other")
        hold = await self.hold(retention, partner="bigbox")
        assert await purged(retention, PAYLOAD) == 2
        assert await retention.needed(Walk.RECEIVED, [held]) == {held: "legal hold"}
        assert await retention.release_hold(hold, actor="bob", reason="over")
        assert not await retention.release_hold(hold, actor="bob", reason="over")
        assert await purged(retention, PAYLOAD) == 2

    @pytest.mark.parametrize(("after", "before", "kept"), [(70, 50, 1), (55, 40, 0), (None, 50, 1), (70, None, 1)])
    async def test_a_partner_is_held_for_a_time(
        self,
        database: Database,
        work: PostgresWork,
        retention: PostgresRetention,
        after: int | None,
        before: int | None,
        kept: int,
    ) -> None:
        await a_transmission(database, work, age=60)
        now = datetime.now(UTC)
        bounds = {name: now - days * DAYS for name, days in (("after", after), ("before", before)) if days is not None}
        await self.hold(retention, partner="bigbox", **bounds)
        await purged(retention, PAYLOAD)
        assert await count(database, "raw_body") == kept

    async def test_chosen_ones_are_held_and_who_did_it_is_on_record(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        one, other = [await a_transmission(database, work) for _ in range(2)]
        hold = Hold(id=uuid4(), reason="case 17", actor="ann", transmissions=[one, uuid4()], query="po:4711")
        assert await retention.place_hold(hold) == 1, "what is not there is not held"
        await purged(retention, PAYLOAD)
        assert [row["transmission"] for row in await execute(database, "select transmission from gateway.raw_body")] == [one]
        assert await retention.release_hold(hold.id, actor="bob", reason="over")
        audit = await execute(database, "select actor, action from gateway.audit where action like 'legal%' order by id")
        assert [tuple(row) for row in audit] == [("ann", "legal_hold_placed"), ("bob", "legal_hold_released")]
        (listed,) = await retention.listed_holds(released=True)
        assert (listed["query"], listed["transmissions"], listed["released_by"]) == ("po:4711", 1, "bob")
        assert other != one


class TestMonths:
    async def old_month(self, database: Database, work: PostgresWork) -> str:
        """The name of a month long over, with a transmission in it."""
        since = "update gateway.partitioned set since = $1"
        await execute(database, since, datetime(2000, 1, 1, tzinfo=UTC))
        async with database.connection() as connection:
            await connection.execute("set gateway.clock_offset = '-150 days'")
            for table in ("raw_body", "canonical_body", "event"):
                await connection.fetch("select gateway.add_months_v1($1, 0)", table)
            await connection.execute("reset gateway.clock_offset")
        moment = datetime.now(UTC) - 150 * DAYS
        return f"{moment:%Y_%m}"

    async def test_a_month_that_nothing_needs_is_dropped_as_a_whole(
        self, database: Database, work: PostgresWork, retention: PostgresRetention, records: AcknowledgementBell
    ) -> None:
        month = await self.old_month(database, work)
        transmission = await a_transmission(database, work, age=150)
        assert await retention.drop_months(Class.PAYLOAD, 30 * DAYS) == [f"raw_body_{month}"]
        assert f"raw_body_{month}" not in await partitions(database, "raw_body")
        with pytest.raises(BodyPurged, match=r"purged on \d{4}-\d\d-\d\d by retention of 30 days"):
            [piece async for piece in records.raw(transmission)]

    async def test_one_of_which_something_is_held_stays(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        await self.old_month(database, work)
        transmission = await a_transmission(database, work, age=150)
        await retention.place_hold(Hold(id=uuid4(), reason="case", actor="ann", transmissions=[transmission]))
        for kind in (Class.PAYLOAD, Class.CANONICAL, Class.JOURNAL):
            assert await retention.drop_months(kind, 30 * DAYS) == []

    async def test_one_that_is_not_over_for_long_enough_stays(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        await self.old_month(database, work)
        assert await retention.drop_months(Class.PAYLOAD, 400 * DAYS) == []

    async def test_a_walk_drops_what_it_has_emptied(
        self, database: Database, work: PostgresWork, retention: PostgresRetention
    ) -> None:
        month = await self.old_month(database, work)
        await a_transmission(database, work, age=150)
        await purged(retention, EVERYTHING)
        for table in ("raw_body", "canonical_body", "event"):
            assert f"{table}_{month}" not in await partitions(database, table)
        assert f"raw_body_{months_on(0):%Y_%m}" in await partitions(database, "raw_body")


class TestReading:
    """Everything that reads a body says when and why it is gone."""

    @pytest.fixture
    async def gone(self, database: Database, work: PostgresWork, retention: PostgresRetention) -> UUID:
        transmission = await a_transmission(database, work)
        await purged(retention, Retention({Class.PAYLOAD: Period(30 * DAYS), Class.CANONICAL: Period(timedelta(hours=36))}))
        return transmission

    TEXT = rf"The payload was purged on {datetime.now(UTC):%Y-%m-}\d\d by retention of 30 days\."

    async def test_the_bytes_received(self, gone: UUID, records: AcknowledgementBell) -> None:
        with pytest.raises(BodyPurged, match=self.TEXT) as told:
            [piece async for piece in records.raw(gone)]
        assert "backup" in told.value.remedy

    async def test_the_acknowledgement(self, gone: UUID, database: Database, records: AcknowledgementBell) -> None:
        (outbound,) = await execute(database, "select id from gateway.outbound")
        await execute(
            database,
            "insert into gateway.acknowledgement select $1, $2, id, '997', 'accepted', '{}' from gateway.interchange",
            outbound["id"],
            gone,
        )
        with pytest.raises(BodyPurged, match=self.TEXT):
            await records.acknowledgement(outbound["id"])

    async def test_a_transmission_that_is_read_again(self, gone: UUID, database: Database, work: PostgresWork) -> None:
        await force(database, "update gateway.transmission set state = 'received'")
        (claimed,) = await work.claim_transmissions([gone], claim=rows.new_id(), lasting=timedelta(minutes=1))
        assert isinstance(claimed.unreadable, BodyPurged)
        assert "retention of 30 days" in str(claimed.unreadable)

    async def test_a_delivery_that_is_made_again(self, gone: UUID, database: Database, work: PostgresWork) -> None:
        await force(database, "update gateway.delivery set state = 'waiting', next_attempt_at = gateway.now()")
        (claimed,) = await work.claim_deliveries("odoo", limit=1, claim=rows.new_id(), lasting=timedelta(minutes=1))
        assert claimed.json is None
        assert "The canonical document was purged" in str(claimed.unreadable)
        assert "by retention of 36 hours" in str(claimed.unreadable)

    async def test_the_view_says_what_is_gone(self, gone: UUID, records: AcknowledgementBell) -> None:
        view = await records.transmission(gone)
        assert view is not None
        assert [(one["class"], one["period"]) for one in view["purged"]] == [("canonical", "36 hours"), ("payload", "30 days")]


def test_the_shortest_and_the_longest_period_decide_what_is_looked_at_and_what_goes_whole() -> None:
    def bounds(*given: object) -> Sequence[timedelta | None]:
        period = Period(*given)  # type: ignore[arg-type]
        return period.shortest, period.longest

    assert bounds() == (None, None)
    assert bounds(9 * DAYS) == (9 * DAYS, 9 * DAYS)
    assert bounds(9 * DAYS, {"a": DAYS}) == (DAYS, 9 * DAYS)
    assert bounds(9 * DAYS, {"a": 90 * DAYS}) == (9 * DAYS, 90 * DAYS)
    assert bounds(None, {"a": DAYS}) == (DAYS, None)
