"""How long orders took and which are underway: the newest and the oldest first, with warehouse, documents and deadlines."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.domain.order.lateness import Past
from gateway.domain.record import BodyRow
from gateway.ports import Settlement
from gateway.store.database import Database
from gateway.store.order_durations import Found, documents_of, durations, underway
from gateway.store.work import PostgresWork
from tests.gateway.store import rows
from tests.gateway.store.test_partitions import execute

BEGUN = datetime(2026, 11, 2, 8, tzinfo=UTC)
SHIPPED = {"received": BEGUN, "shipped": BEGUN + timedelta(hours=26)}
BACK = timedelta(days=90)


async def an_order(database: Database, number: str, *, steps: Mapping[str, datetime] = SHIPPED, **changes: Any) -> UUID:
    """One of BigBox, as its row stands there."""
    row = {"id": rows.new_id(), "partner": "bigbox", "number": number, "test": False, "state": "shipped", **changes}
    names = [*row, "steps"]
    values = [*row.values(), orjson.dumps(steps).decode()]
    places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await execute(database, f"insert into gateway.trade_order ({', '.join(names)}) values ({places})", *values)
    return UUID(str(row["id"]))


async def heard(database: Database, order: UUID, event: str, **changes: Any) -> None:
    """Something that was heard of an order."""
    row = {
        "id": rows.new_id(), "trade_order": order, "source": "wms-east", "key": str(rows.new_id()), "event": event, "test": False,
        "lines": "[]", "total": False, "links": "[]", "names": [], "state": "applied", **changes,
    }  # fmt: skip
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await execute(database, f"insert into gateway.order_event ({', '.join(row)}) values ({places})", *row.values())


async def released(database: Database, order: UUID, warehouse: str, *, state: str = "sent", ordinal: int = 1) -> None:
    """That a part of an order was given to a warehouse."""
    release = rows.new_id()
    sql = (
        "insert into gateway.warehouse_release (id, transmission, partner, test, state, trade_order)"
        " values ($1, $1, 'bigbox', false, 'released', $2)"
    )
    await execute(database, sql, release, order)
    columns = "id, release, ordinal, warehouse, partner, number, transmission, lines, state"
    sql = f"insert into gateway.release_part ({columns}) values ($1, $2, $3, $4, 'bigbox', '1', $1, '[]', $5)"
    await execute(database, sql, rows.new_id(), release, ordinal, warehouse, state)


async def due(database: Database, order: UUID, name: str, at: datetime, state: str = "open") -> None:
    columns = "trade_order, deadline, due_at, state"
    await execute(database, f"insert into gateway.order_deadline ({columns}) values ($1, $2, $3, $4)", order, name, at, state)


async def all_underway(database: Database, **changes: Any) -> list[Found]:
    asked: dict[str, Any] = {"orders": None, "partners": None, "back": BACK, "limit": 10, **changes}
    return [*await underway(database, **asked)]


async def numbers(database: Database, **changes: Any) -> list[str]:
    return [one.number for one in await all_underway(database, **changes)]


class TestDurations:
    async def test_are_told_of_what_was_shipped_with_the_times_of_its_steps(self, database: Database) -> None:
        await an_order(database, "1")
        await an_order(database, "2", steps={"received": BEGUN}, state="received")
        assert await durations(database, limit=10) == [Past("bigbox", None, SHIPPED)]

    async def test_learn_nothing_from_tests(self, database: Database) -> None:
        await an_order(database, "1", test=True)
        assert await durations(database, limit=10) == []

    async def test_the_newest_count_where_there_are_many(self, database: Database) -> None:
        for n in range(4):
            await an_order(database, str(n), steps={**SHIPPED, "received": BEGUN + timedelta(minutes=n)})
        told = await durations(database, limit=2)
        assert [one.steps["received"].minute for one in told] == [3, 2]

    @pytest.mark.parametrize(
        ("partners", "found"), [(None, 2), ([], 2), (["bigbox"], 1), (["bigbox", "nordmart"], 2), (["x"], 0)]
    )
    async def test_may_be_of_some_partners(self, database: Database, partners: list[str] | None, found: int) -> None:
        await an_order(database, "1")
        await an_order(database, "1", partner="nordmart")
        assert len(await durations(database, limit=10, partners=partners)) == found

    async def test_the_warehouse_is_the_one_that_was_told_to_ship(self, database: Database) -> None:
        order = await an_order(database, "1")
        await heard(database, order, "shipped", source="carrier")
        await released(database, order, "wms-west", state="refused")
        await released(database, order, "wms-east")
        assert [one.place for one in await durations(database, limit=10)] == ["wms-east"]

    async def test_else_the_warehouse_is_who_picked_or_shipped_first(self, database: Database) -> None:
        order = await an_order(database, "1")
        await heard(database, order, "accepted", source="odoo", heard_at=BEGUN)
        await heard(database, order, "picked", source="refused-one", state="refused", heard_at=BEGUN)
        await heard(database, order, "shipped", source="wms-west", heard_at=BEGUN + timedelta(hours=2))
        await heard(database, order, "picking", source="wms-east", heard_at=BEGUN + timedelta(hours=1))
        assert [one.place for one in await durations(database, limit=10)] == ["wms-east"]


class TestUnderway:
    async def test_the_oldest_come_first_and_no_more_than_asked_for(self, database: Database) -> None:
        for number in "123":
            await an_order(database, number, steps={"received": BEGUN}, state="received")
        assert await numbers(database) == ["1", "2", "3"]
        assert await numbers(database, limit=2) == ["1", "2"]

    @pytest.mark.parametrize(
        ("changes", "there"),
        [
            ({"state": "received"}, True),
            ({"state": "back_ordered"}, True),
            ({"state": "in_transit"}, True),
            ({"state": "partly_delivered"}, True),
            ({"state": "expected"}, False),
            ({"state": "cancelled"}, False),
            ({"state": "delivered"}, False),
            ({"state": "closed"}, False),
            ({"state": "received", "test": True}, False),
            ({"state": "shipped", "steps": {**SHIPPED, "delivered": BEGUN}}, False),
            ({"state": "received", "created_at": datetime(2020, 1, 1, tzinfo=UTC)}, False),
        ],
    )
    async def test_is_what_is_not_there_yet(self, database: Database, changes: Mapping[str, Any], there: bool) -> None:
        await an_order(database, "1", **changes)
        assert await numbers(database) == (["1"] if there else [])

    async def test_may_be_asked_of_some_orders_and_partners(self, database: Database) -> None:
        first = await an_order(database, "1")
        await an_order(database, "2", partner="nordmart")
        assert await numbers(database, orders=[first]) == ["1"]
        assert await numbers(database, partners=["nordmart"]) == ["2"]
        assert await numbers(database, orders=[]) == []
        assert await numbers(database, orders=[first], partners=["nordmart"]) == []

    async def test_has_its_open_deadlines_the_first_to_come_first(self, database: Database) -> None:
        order = await an_order(database, "1")
        await due(database, order, "advice", BEGUN + timedelta(days=2))
        await due(database, order, "accept", BEGUN + timedelta(days=1))
        await due(database, order, "ship", BEGUN, state="met")
        (told,) = await all_underway(database)
        assert [*told.deadlines] == [("accept", BEGUN + timedelta(days=1)), ("advice", BEGUN + timedelta(days=2))]

    async def test_has_the_documents_that_said_what_was_ordered_the_last_word_last(self, database: Database) -> None:
        order = await an_order(database, "1")
        changed, first, again, answer = (rows.new_id() for _ in range(4))
        await heard(database, order, "changed", document=changed, heard_at=BEGUN + timedelta(hours=2))
        await heard(database, order, "received", document=first, heard_at=BEGUN)
        await heard(database, order, "received", document=again, state="repeated", heard_at=BEGUN + timedelta(hours=1))
        await heard(database, order, "accepted", document=answer, heard_at=BEGUN)
        await heard(database, order, "changed", document=rows.new_id(), state="refused", heard_at=BEGUN)
        (told,) = await all_underway(database)
        assert told.documents == [first, again, changed]


class TestDocuments:
    async def stored(self, work: PostgresWork, texts: list[bytes]) -> list[UUID]:
        transmission = rows.transmission()
        await work.receive([transmission], [(transmission.id, 0, b"ISA")])
        claim = rows.new_id()
        await work.claim_transmissions([transmission.id], claim=claim, lasting=timedelta(minutes=1))
        interchange = rows.interchange(transmission.id)
        some = [rows.document(transmission.id, interchange.id, ordinal=n + 1) for n in range(len(texts))]
        settlement = Settlement(
            transmissions=[(transmission.id, "translated")],
            interchanges=[interchange],
            documents=some,
            canonical=[BodyRow(transmission.id, one.id, text) for one, text in zip(some, texts, strict=True)],
        )
        async with work.settlement() as session:
            await session.settle(claim, settlement)
        return [one.id for one in some]

    async def test_are_read_however_many_and_those_that_are_gone_are_left_out(
        self, database: Database, work: PostgresWork
    ) -> None:
        ids = await self.stored(work, [b'{"number": "%d"}' % n for n in range(205)])
        told = await documents_of(database, [*ids, rows.new_id()])
        assert [told[one]["number"] for one in ids] == [str(n) for n in range(205)]
        assert len(told) == 205
        assert await documents_of(database, []) == {}
