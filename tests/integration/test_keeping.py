"""The whole way of an order with everything encrypted, and what becomes of it when its time is over."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest

from gateway.bootstrap.keeping import prepare_store
from gateway.domain.retention import Class, Period, Retention
from gateway.domain.sealed_body import MARK
from gateway.errors import BodyPurged, ConfigurationInvalid
from gateway.security.body_cipher import AesGcmBodies
from gateway.stages.purge import Purge
from gateway.store.database import Database
from gateway.store.migrations import migrate
from gateway.store.retention import PostgresRetention
from gateway.system import SystemClock
from tests.integration.harness import Running, Silent, configuration, running
from tests.translators.x12.orders import order_850

CIPHER = AesGcmBodies({"2026": os.urandom(32)}, active="2026")
BODIES = """
select 'raw_body' as name, bytes as body from gateway.raw_body union all select 'canonical_body', json from gateway.canonical_body
union all select 'outbound', bytes from gateway.outbound"""


def order(number: str, control: int) -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=control, order_number=number)


@pytest.fixture
async def sealed(postgres_url: str) -> AsyncIterator[Running]:
    database = Database(postgres_url, cipher=CIPHER)
    await database.open()
    await migrate(database)
    async with running(postgres_url, database, configuration()) as gateway:
        yield gateway
    await database.close()


async def lying(gateway: Running) -> dict[str, list[bytes]]:
    async with gateway.database.connection() as connection:
        found: dict[str, list[bytes]] = {}
        for row in await connection.fetch(BODIES):
            found.setdefault(row["name"], []).append(row["body"])
        return found


async def test_an_order_goes_its_way_and_no_table_shows_it(sealed: Running) -> None:
    body = order("SECRET-4711", 1)
    transmission = await sealed.send(body)
    view = await sealed.delivered(transmission)
    assert [d["state"] for d in view["deliveries"]] == ["delivered", "delivered"]
    (made,) = sealed.targets["odoo"].made
    assert made.json is not None
    assert b"SECRET-4711" in made.json
    assert orjson.loads(made.json)["number"] == "SECRET-4711"
    (answer,) = sealed.targets["bigbox-folder"].made
    assert answer.content is not None
    assert answer.content.startswith(b"ISA")
    assert b"".join([piece async for piece in sealed.records.raw(transmission)]) == body
    stored = await lying(sealed)
    assert set(stored) == {"raw_body", "canonical_body", "outbound"}
    assert all(one.startswith(MARK) and b"SECRET" not in one for bodies in stored.values() for one in bodies)


async def test_what_is_over_goes_and_its_story_stays(sealed: Running) -> None:
    transmission = await sealed.send(order("4711", 1))
    await sealed.delivered(transmission)
    async with sealed.database.connection() as connection:
        for table, column in (("transmission", "received_at"), ("outbound", "created_at")):
            await connection.execute(f"update gateway.{table} set {column} = {column} - interval '90 days'")
    purge = Purge(
        store=PostgresRetention(sealed.database),
        retention=lambda: Retention({Class.PAYLOAD: Period(timedelta(milliseconds=1))}),
        observer=Silent(),
        clock=SystemClock(),
        node="test",
    )
    assert await purge.round() == 2
    assert set(await lying(sealed)) == {"canonical_body", "outbound"}
    with pytest.raises(BodyPurged, match="purged on"):
        [piece async for piece in sealed.records.raw(transmission)]
    story = await sealed.records.trace("4711")
    assert story is not None
    assert story["transmissions"][0]["purged"][0]["class"] == "payload"
    assert story["events"]


async def test_a_process_without_the_key_does_not_begin(sealed: Running, postgres_url: str) -> None:
    await prepare_store(sealed.database)
    other = Database(postgres_url)
    await other.open()
    try:
        with pytest.raises(ConfigurationInvalid, match='"2026"'):
            await prepare_store(other)
    finally:
        await other.close()
