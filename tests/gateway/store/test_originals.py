"""The document behind an order that an application tells of, found by its idempotency key alone."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from gateway.domain.record import BodyRow
from gateway.ports import Settlement
from gateway.ports.originals import Named
from gateway.store.database import Database
from gateway.store.originals import PostgresOriginals, PostgresStatements
from gateway.store.work import PostgresWork
from tests.gateway.store import rows

MINUTE = timedelta(minutes=1)
SENT, CHANGED = {"number": "4711", "lines": [{"number": "10"}]}, {"number": "4711", "lines": [{"number": "10", "item": {}}]}


class Ground:
    def __init__(self, database: Database) -> None:
        self.database, self.work, self.originals = database, PostgresWork(database), PostgresOriginals(database)

    async def booked(self, key: str, *, number: str = "4711", routed: bool = False, target: str = "odoo") -> UUID:
        """An order that was received, and a delivery of it; returns the document."""
        transmission = rows.transmission()
        await self.work.receive([transmission], [(transmission.id, 0, b"ISA...")])
        claim = rows.new_id()
        await self.work.claim_transmissions([transmission.id], claim=claim, lasting=MINUTE)
        interchange = rows.interchange(transmission.id)
        document = rows.document(transmission.id, interchange.id, keys=(f"order:{number}",))
        delivery = rows.delivery(
            transmission.id, document=document.id, idempotency_key=key, target=target, options='{"confirm": true}'
        )
        settlement = Settlement(
            transmissions=[(transmission.id, "translated")],
            interchanges=[interchange],
            documents=[document],
            canonical=[BodyRow(transmission.id, document.id, orjson.dumps(SENT))],
            routed=[BodyRow(transmission.id, document.id, orjson.dumps(CHANGED))] if routed else [],
            deliveries=[delivery],
        )
        async with self.work.settlement() as session:
            assert await session.settle(claim, settlement)
        return document.id

    async def delivered(self, key: str, reference: str) -> None:
        """As the application answered: without the way there, which the lifecycle guards."""
        async with self.database.connection() as connection, connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            await connection.execute("update gateway.delivery set reference = $2 where idempotency_key = $1", key, reference)


@pytest.fixture
def ground(database: Database) -> Ground:
    return Ground(database)


async def test_it_is_found_by_the_number_before_the_result_is_stored(ground: Ground) -> None:
    document = await ground.booked("k1")
    found = await ground.originals.originals("odoo", [Named("k1", "S00001", "4711")])
    assert found["k1"].document == document
    assert (found["k1"].partner, found["k1"].test, found["k1"].options) == ("bigbox", False, {"confirm": True})
    assert found["k1"].received == found["k1"].delivered == SENT


async def test_it_is_found_by_its_name_there_when_somebody_changed_the_number(ground: Ground) -> None:
    document = await ground.booked("k1", routed=True)
    await ground.delivered("k1", "S00001")
    found = await ground.originals.originals("odoo", [Named("k1", "S00001", "another")])
    assert (found["k1"].document, found["k1"].received, found["k1"].delivered) == (document, SENT, CHANGED)


async def test_a_release_is_found_by_the_number_of_its_order(ground: Ground) -> None:
    document = await ground.booked("k1")
    found = await ground.originals.originals("odoo", [Named("k1", "", "4711/3")])
    assert found["k1"].document == document


async def test_the_key_decides_and_the_application(ground: Ground) -> None:
    await ground.booked("k1")
    await ground.booked("k2", target="odoo-b")
    asked = [Named("other", "S00001", "4711"), Named("k2", "S00002", "4711")]
    assert await ground.originals.originals("odoo", asked) == {}
    assert set(await ground.originals.originals("odoo-b", asked)) == {"k2"}


async def test_the_latest_run_of_a_replayed_document_is_taken(ground: Ground) -> None:
    await ground.booked("k1")
    again = await ground.booked("k1")
    found = await ground.originals.originals("odoo", [Named("k1", "S00001", "4711")])
    assert found["k1"].document == again


async def test_a_document_whose_bodies_are_gone_keeps_its_partner(ground: Ground) -> None:
    await ground.booked("k1")
    async with ground.database.connection() as connection:
        await connection.execute("delete from gateway.canonical_body")
    found = await ground.originals.originals("odoo", [Named("k1", "S00001", "4711")])
    assert (found["k1"].partner, found["k1"].received, found["k1"].delivered) == ("bigbox", {}, {})


async def test_the_last_statement_of_a_subject_is_kept(database: Database) -> None:
    statements = PostgresStatements(database)
    first, second = "sale.order:27:1:accepted:aa", "sale.order:27:2:changed:bb"
    await statements.keep_keys("odoo", {"sale.order:27": first, "sale.order:28": "sale.order:28:1:accepted:cc"})
    await statements.keep_keys("odoo", {"sale.order:27": second})
    await statements.keep_keys("other", {"sale.order:27": first})
    found = await statements.last_keys("odoo", ["sale.order:27", "sale.order:29"])
    assert found == {"sale.order:27": second}


async def test_what_nobody_speaks_of_any_more_is_forgotten(database: Database) -> None:
    statements = PostgresStatements(database)
    await statements.keep_keys("odoo", {"sale.order:1": "sale.order:1:1:accepted:aa"})
    async with database.connection() as connection:
        await connection.execute("update gateway.statement set at = gateway.now() - interval '401 days'")
    await statements.keep_keys("odoo", {"sale.order:2": "sale.order:2:1:accepted:aa"})
    assert set(await statements.last_keys("odoo", ["sale.order:1", "sale.order:2"])) == {"sale.order:2"}
