"""Large bodies that are stored while they arrive, and positions in lists: what becomes a transmission stays, all else goes."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.errors import StoreUnavailable
from gateway.ports import Handover, Receipt, Staged
from gateway.stages.receive import transmission_row
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.database import Database
from gateway.store.positions import PostgresPositions
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from tests.gateway.store.rows import new_id

MIB = 1_048_576
PARTS = (b"a" * MIB, b"b" * MIB, b"c" * 17)


@pytest.fixture
def pieces(database: Database) -> PostgresBodyPieces:
    return PostgresBodyPieces(database, abandoned=timedelta(0))


def handover(id: UUID, *, key: str | None = None, parts: tuple[bytes, ...] = PARTS) -> Handover:  # noqa: A002
    body = b"".join(parts)
    return Handover(id, "http", "bigbox", "large.edi", b"", key, staged=Staged(len(body), hashlib.sha256(body).digest()))


async def staged(pieces: PostgresBodyPieces, *, parts: tuple[bytes, ...] = PARTS) -> UUID:
    name = new_id()
    for ordinal, part in enumerate(parts):
        await pieces.stage(name, ordinal, part)
    return name


async def received(work: PostgresWork, *handovers: Handover) -> Mapping[UUID, Receipt]:
    return await work.receive([transmission_row(each) for each in handovers], [])


async def left(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        tables = ("raw_body", "staged_body")
        return {table: await connection.fetchval(f"select count(*) from gateway.{table}") for table in tables}


async def raw(records: AcknowledgementBell, transmission: UUID) -> bytes:
    return b"".join([part async for part in records.raw(transmission)])


async def test_what_was_staged_is_the_body_of_the_transmission(
    work: PostgresWork, records: AcknowledgementBell, pieces: PostgresBodyPieces
) -> None:
    name = await staged(pieces)
    receipts = await received(work, handover(name))
    assert receipts[name] == Receipt(name)
    assert await raw(records, name) == b"".join(PARTS)
    (claimed,) = await work.claim_transmissions([name], claim=new_id(), lasting=timedelta(seconds=30))
    assert (claimed.body, claimed.size) == (b"".join(PARTS), 2 * MIB + 17)


async def test_small_and_staged_bodies_are_received_together(
    work: PostgresWork, records: AcknowledgementBell, pieces: PostgresBodyPieces
) -> None:
    name, small = await staged(pieces), Handover(new_id(), "http", "bigbox", "small.edi", b"ISA*")
    rows = [transmission_row(each) for each in (handover(name), small)]
    await work.receive(rows, [(small.id, 0, small.body)])
    assert (await raw(records, small.id), len(await raw(records, name))) == (b"ISA*", 2 * MIB + 17)


async def test_what_is_dropped_is_gone_unless_it_was_received(
    database: Database, work: PostgresWork, records: AcknowledgementBell, pieces: PostgresBodyPieces
) -> None:
    kept, gone = await staged(pieces), await staged(pieces)
    await received(work, handover(kept))
    for name in (kept, gone, new_id()):
        await pieces.drop(name)
    assert await left(database) == {"raw_body": 3, "staged_body": 1}
    assert await raw(records, kept) == b"".join(PARTS)


async def test_what_was_abandoned_is_removed_and_what_was_received_only_forgotten(
    database: Database, work: PostgresWork, records: AcknowledgementBell, pieces: PostgresBodyPieces
) -> None:
    kept, _ = await staged(pieces), await staged(pieces)
    await received(work, handover(kept))
    assert await pieces.remove_abandoned() == 1
    assert await left(database) == {"raw_body": 3, "staged_body": 0}
    assert await raw(records, kept) == b"".join(PARTS)
    assert await pieces.remove_abandoned() == 0


async def test_what_still_arrives_is_left_alone(database: Database) -> None:
    pieces = PostgresBodyPieces(database)
    await staged(pieces)
    assert await pieces.remove_abandoned() == 0
    assert (await left(database))["raw_body"] == 3


async def test_a_repeat_is_told_from_a_conflict_by_its_sum(work: PostgresWork, pieces: PostgresBodyPieces) -> None:
    first, again, other = await staged(pieces), await staged(pieces), await staged(pieces, parts=(b"x" * MIB, b"y"))
    await received(work, handover(first, key="k"))
    repeat = await received(work, handover(again, key="k"))
    conflict = await received(work, handover(other, key="k", parts=(b"x" * MIB, b"y")))
    assert repeat[again] == Receipt(first, repeated=True)
    assert conflict[other] == Receipt(first, conflict=True)


async def test_without_a_database_staging_fails_and_dropping_does_not() -> None:
    pieces = PostgresBodyPieces(Database("postgresql://127.0.0.1:1/none"))
    with pytest.raises(StoreUnavailable):
        await pieces.stage(new_id(), 0, b"x")
    await pieces.drop(new_id())


async def test_a_position_is_kept_for_each_channel_and_moves(database: Database) -> None:
    positions: Any = PostgresPositions(database)
    assert await positions.position("a") is None
    for channel, text in (("a", "1"), ("b", "x"), ("a", "2\x00")):
        await positions.move_position(channel, text)
    assert [await positions.position(channel) for channel in "ab"] == ["2\ufffd", "x"]
