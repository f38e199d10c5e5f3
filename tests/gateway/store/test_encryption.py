"""Bodies at rest are encrypted wherever they lie, read by whatever key they were sealed with, and brought to a new one."""

import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gateway.domain.record import BodyRow, OutboundRow
from gateway.domain.sealed_body import MARK, key_of
from gateway.errors import BodyUnreadable, ConfigurationInvalid, KeyMissing
from gateway.ports import ClaimedTransmission, Message, Published, Settlement
from gateway.security.body_cipher import AesGcmBodies
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.database import Database
from gateway.store.queries import queries
from gateway.store.records import AcknowledgementBell
from gateway.store.recryption import TABLES, PostgresRecryption
from gateway.store.transfers import PostgresTransfers
from gateway.store.work import PostgresWork
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store import rows
from tests.gateway.store.test_partitions import execute, force
from tests.gateway.store.transfer_rows import arrived

KEYS: Mapping[str, bytes] = {name: os.urandom(32) for name in ("one", "two")}
SECRET = b"ISA*SECRET ORDER~" * 10
DOCUMENT = b'{"number": "SECRET 4711"}'
COLUMNS = {"raw_body": "bytes", "transfer_body": "bytes", "canonical_body": "json", "routed_body": "json", "outbound": "bytes"}
LASTING = timedelta(minutes=1)

Open = Callable[..., object]


def cipher(active: str, *names: str) -> AesGcmBodies:
    return AesGcmBodies({name: KEYS[name] for name in names or KEYS}, active=active)


@pytest.fixture
async def opened(database: Database, postgres_url: str) -> AsyncIterator[Callable[[AesGcmBodies | None], "object"]]:
    """Opens the same database as another process does, with keys of its own."""
    async with AsyncExitStack() as stack:

        async def made(keys: AesGcmBodies | None) -> Database:
            other = Database(postgres_url, size=2, cipher=keys)
            await other.open()
            stack.push_async_callback(other.close)
            return other

        yield made


async def everything(database: Database) -> UUID:
    """A row in every table of bodies; the transmission waits for translation no more."""
    work, claim = PostgresWork(database), rows.new_id()
    transmission = rows.transmission(SECRET)
    await work.receive([transmission], [(transmission.id, 0, SECRET)])
    await work.claim_transmissions([transmission.id], claim=claim, lasting=LASTING)
    interchange = rows.interchange(transmission.id)
    document = rows.document(transmission.id, interchange.id)
    outbound = OutboundRow(rows.new_id(), transmission.id, "bigbox", "x12", "997", "ZZ:US", "01:BIGBOX", "7", False, SECRET)
    settlement = Settlement(
        transmissions=[(transmission.id, "translated")],
        interchanges=[interchange],
        documents=[document],
        canonical=[BodyRow(transmission.id, document.id, DOCUMENT)],
        routed=[BodyRow(transmission.id, document.id, DOCUMENT)],
        outbounds=[outbound],
        deliveries=[
            rows.delivery(transmission.id, document=document.id),
            rows.delivery(transmission.id, outbound=outbound.id, action="transmit", target="folder"),
        ],
    )
    async with work.settlement() as session:
        await session.settle(claim, settlement)
    given = arrived(SECRET, SECRET)
    handed = given.handovers[0]
    row = rows.transmission(SECRET, id=handed.id)
    await PostgresTransfers(database).arrive([given], [row], [(handed.id, 0, SECRET)])
    return transmission.id


async def stored(database: Database) -> dict[str, list[bytes]]:
    """What lies in the tables, as it lies there."""
    return {
        table: [row["body"] for row in await execute(database, f"select {column} as body from gateway.{table}")]
        for table, column in COLUMNS.items()
    }


async def keys_in_use(database: Database) -> set[str]:
    found = [body for bodies in (await stored(database)).values() for body in bodies]
    return {key_of(body)[0] if body.startswith(MARK) else "" for body in found}


async def claimed(database: Database, transmission: UUID) -> list[ClaimedTransmission]:
    again = "set state = 'received', claim = null, claimed_until = null, starts = 0"
    await force(database, f"update gateway.transmission {again} where id = $1", transmission)
    return list(await PostgresWork(database).claim_transmissions([transmission], claim=rows.new_id(), lasting=LASTING))


async def read(database: Database, transmission: UUID) -> dict[str, object]:
    """All that reads bodies, each once."""
    work = PostgresWork(database)
    records, transfers = AcknowledgementBell(database, ""), PostgresTransfers(database)
    await force(database, "update gateway.delivery set state = 'waiting', claim = null, next_attempt_at = gateway.now()")
    (order,) = await work.claim_deliveries("odoo", limit=9, claim=rows.new_id(), lasting=LASTING)
    (sent,) = await work.claim_deliveries("folder", limit=9, claim=rows.new_id(), lasting=LASTING)
    (transfer,) = await execute(database, "select id from gateway.transfer")
    wire = await transfers.wire(transfer["id"])
    assert wire is not None
    (again,) = await claimed(database, transmission)
    async with work.settlement() as session:
        assert sent.outbound is not None
        sealed = await session.bytes_of(sent.outbound)
    return {
        "raw": b"".join([piece async for piece in records.raw(transmission)]),
        "claimed": again.body,
        "document": order.json,
        "interchange": sent.content,
        "sealed": sealed,
        "wire": wire.body,
    }


WHOLE = {"raw": SECRET, "claimed": SECRET, "document": DOCUMENT, "interchange": SECRET, "sealed": SECRET, "wire": SECRET}


async def rewritten(database: Database) -> int:
    """Rounds until nothing is left to do."""
    recryption, total = PostgresRecryption(database, PrometheusObserver(strict=True)), 0
    while done := await recryption.round():
        total += done
    return total


async def test_nothing_of_a_document_can_be_read_in_any_table_and_everything_by_us(
    opened: Callable[..., object], database: Database
) -> None:
    ours = await opened(cipher("one"))  # type: ignore[misc]
    transmission = await everything(ours)
    lying = await stored(database)
    assert all(lying[table] for table in COLUMNS)
    assert not [table for table, bodies in lying.items() for body in bodies if b"SECRET" in body or not body.startswith(MARK)]
    assert await read(ours, transmission) == WHOLE


async def test_without_keys_bodies_lie_as_they_are(database: Database) -> None:
    transmission = await everything(database)
    assert await keys_in_use(database) == {""}
    assert await read(database, transmission) == WHOLE
    assert await PostgresRecryption(database).round() == 0


async def test_it_may_be_switched_on_later_changed_and_switched_off(opened: Callable[..., object], database: Database) -> None:
    transmission = await everything(database)
    for keys, name in ((cipher("one"), "one"), (cipher("two"), "two"), (cipher(""), "")):
        process = await opened(keys)  # type: ignore[misc]
        assert await read(process, transmission) == WHOLE, "before"
        await PostgresRecryption(process).use_keys()
        assert await rewritten(process) == 6
        assert await keys_in_use(database) == {name}
        assert await read(process, transmission) == WHOLE, "after"
        status = await PostgresRecryption(process).status()
        assert (status["active"], status["in_use"]) == (name, [name] if name else [])
        assert set(status["tables"]) == set(TABLES)
    assert await read(database, transmission) == WHOLE


async def test_what_another_process_writes_meanwhile_is_found_at_the_second_walk(
    opened: Callable[..., object], database: Database
) -> None:
    await everything(database)
    process = await opened(cipher("one"))  # type: ignore[misc]
    await PostgresRecryption(process).use_keys()
    recryption = PostgresRecryption(process)
    assert await recryption.round() == 6
    await everything(database)  # by a process of the old configuration
    await execute(database, "update gateway.recryption set finished_at = null, found = true")
    assert await rewritten(process) == 6
    assert await keys_in_use(database) == {"one"}


async def test_who_does_not_have_a_key_in_use_does_not_start(opened: Callable[..., object], database: Database) -> None:
    await PostgresRecryption(await opened(cipher("one"))).use_keys()  # type: ignore[misc]
    for keys in (None, AesGcmBodies({"two": KEYS["two"]}, active="two")):
        with pytest.raises(ConfigurationInvalid, match='"one"') as told:
            await PostgresRecryption(await opened(keys)).use_keys()  # type: ignore[misc]
        assert "Put the key back" in told.value.remedy


async def test_without_its_key_a_transmission_waits_and_a_delivery_is_tried_again(
    opened: Callable[..., object], database: Database
) -> None:
    transmission = await everything(await opened(cipher("one")))  # type: ignore[misc]
    assert await claimed(database, transmission) == []
    (row,) = await execute(database, "select state, claim, starts from gateway.transmission where id = $1", transmission)
    assert tuple(row) == ("received", None, 0)
    (delivery,) = await PostgresWork(database).claim_deliveries("odoo", limit=9, claim=rows.new_id(), lasting=LASTING)
    assert isinstance(delivery.unreadable, KeyMissing)
    assert delivery.json is None
    with pytest.raises(KeyMissing, match="one"):
        [piece async for piece in AcknowledgementBell(database, "").raw(transmission)]


async def test_rows_cannot_be_swapped(opened: Callable[..., object], database: Database) -> None:
    process = await opened(cipher("one"))  # type: ignore[misc]
    first, second = await everything(process), await everything(process)
    other = "(select bytes from gateway.raw_body where transmission = $2)"
    await execute(database, f"update gateway.raw_body set bytes = {other} where transmission = $1", first, second)
    (again,) = await claimed(process, first)
    assert isinstance(again.unreadable, BodyUnreadable)
    assert again.body == b""
    assert (await claimed(process, second))[0].body == SECRET


async def test_large_bodies_are_sealed_piece_by_piece(opened: Callable[..., object], database: Database) -> None:
    process = await opened(cipher("one"))  # type: ignore[misc]
    body = os.urandom(3_000_000)
    pieces = [body[start : start + 1_048_576] for start in range(0, len(body), 1_048_576)]
    row = rows.transmission(body)
    await PostgresWork(process).receive([row], [(row.id, number, memoryview(piece)) for number, piece in enumerate(pieces)])
    (again,) = await PostgresWork(process).claim_transmissions([row.id], claim=rows.new_id(), lasting=LASTING)
    assert hashlib.sha256(again.body).digest() == row.sha256
    staged = uuid4()
    for number, piece in enumerate(pieces):
        await PostgresBodyPieces(process).stage(staged, number, piece)
    assert b"".join([piece async for piece in AcknowledgementBell(process, "").raw(staged)]) == body
    assert await keys_in_use(database) == {"one"}


@pytest.mark.parametrize(
    ("exchange", "key", "body"), [("edi.canonical", "one", DOCUMENT), ("edi.dead", "one", b""), ("edi.dead", "", DOCUMENT)]
)
async def test_a_public_message_carries_the_document_and_a_dead_letter_does_not_where_it_is_sealed(
    opened: Callable[..., object], exchange: str, key: str, body: bytes
) -> None:
    process = await opened(cipher(key) if key else None)  # type: ignore[misc]
    await everything(process)
    columns = "id, exchange, routing_key, headers, document"
    insert = f"insert into gateway.outbox ({columns}) select $1, $2, 'k', '{{}}', id from gateway.document"
    await execute(process, insert, uuid4(), exchange)
    seen: list[Message] = []

    async def publish(messages: list[Message]) -> list[Published]:
        seen.extend(messages)
        return [Published.CONFIRMED for _ in messages]

    assert await PostgresWork(process).relay_outbox(publish, older=timedelta(), limit=9) == 1  # type: ignore[arg-type]
    assert [message.body for message in seen] == [body]
    assert ("sealed" in seen[0].headers) is (not body)


async def test_a_body_that_looks_like_one_of_ours_is_what_it_was(opened: Callable[..., object], database: Database) -> None:
    """A partner may send what he likes."""
    for body in (MARK, MARK + b"\x03one" + b"x" * 40, MARK + b"\x00"):
        row = rows.transmission(body)
        await PostgresWork(database).receive([row], [(row.id, 0, body)])
        (again,) = await PostgresWork(database).claim_transmissions([row.id], claim=rows.new_id(), lasting=LASTING)
        assert again.body == body
    process = await opened(cipher("one"))  # type: ignore[misc]
    assert await rewritten(process) == 3
    assert await keys_in_use(database) == {"one"}


BODIES = re.compile(
    r"raw_body|canonical_body|routed_body|transfer_body|\boutbound\.bytes|\bo\.bytes|gateway\.outbound where.*bytes"
)
READERS = {
    "claim_transmissions", "claim_deliveries", "claim_probe", "raw_piece", "raw_pieces", "lock_pending_documents", "take_outbox",
    "take_unmatched", "outbound_bytes", "sent_by_interchange", "acknowledgement", "transfer_pieces", "backup_documents",
    "originals", "order_changes", "take_order_news", "order_documents", "kept_messages", "billed_orders", "booked_documents",
    "shipped_orders", "last_document", "take_release", "earlier_releases", "others_of_order", "refusals_of_release",
    "take_stock_news", "canonical_of", "outbound_of", "answered_outbound",
    "canonical_bodies", "withheld_deliveries", "decided_transmissions", "decided_documents", "decided_answers", "decided_sent",
}  # fmt: skip
WRITERS = {
    "receive", "store_piece", "stage_piece", "settle_translation", "store_documents", "settle_release", "arrive",
    "store_transfer_piece", "keep_unread", "settle_release_gate",
}  # fmt: skip


def test_every_query_that_reads_or_writes_bodies_is_one_of_those_that_open_and_seal_them() -> None:
    """A new one belongs into the lists above once it goes through `gateway.store.bodies`."""
    reading = re.compile(r"select[^;]*?(?:\bbytes\b|\bjson\b)(?!\) > 0)", re.IGNORECASE | re.DOTALL)
    suspects = {
        name
        for name, text in queries().items()
        if BODIES.search(text) and (reading.search(text) or re.search(r"insert into gateway\.\w+_body", text))
        if not name.startswith(("bodies_in_", "hold_", "reseal_", "expired_", "purge_", "backup_orphans", "kept_since"))
    }
    assert suspects - READERS - WRITERS == set()
