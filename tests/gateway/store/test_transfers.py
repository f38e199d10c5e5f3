"""The evidence of transfers: a message commits with what it held and its receipt; copies are recognised; receipts move once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.lifecycle import RECEIPT
from gateway.domain.transfer import header_block, read_header_block, receipt_row
from gateway.ports import Piece
from gateway.ports.transfers import ArrivedTransfer, CertificateNotice, TransferStored, Wire
from gateway.stages.receive import pieces, transmission_row
from gateway.store.database import Database
from gateway.store.transfers import PostgresTransfers
from tests.gateway.store.rows import failure, new_id
from tests.gateway.store.transfer_rows import MDN, arrived, mdn, owed_receipt, sending


@pytest.fixture
def transfers(database: Database) -> PostgresTransfers:
    return PostgresTransfers(database)


async def arrive(transfers: PostgresTransfers, *given: ArrivedTransfer) -> dict[UUID, TransferStored]:
    handovers = [handover for transfer in given for handover in transfer.handovers]
    parts: Sequence[tuple[UUID, int, Piece]] = [p for handover in handovers for p in pieces(handover.id, handover.body)]
    return await transfers.arrive(given, [transmission_row(handover) for handover in handovers], parts)


async def rows(database: Database, sql: str, *arguments: Any) -> list[dict]:
    async with database.connection() as connection:
        return [dict(row) for row in await connection.fetch(sql, *arguments)]


async def count(database: Database, table: str) -> int:
    return int((await rows(database, f"select count(*) as n from gateway.{table}"))[0]["n"])


# ------------------------------------------------------------------------------------------------ in


async def test_a_message_commits_with_what_it_held_and_with_its_receipt(database: Database, transfers: PostgresTransfers) -> None:
    given = arrived(b"cipher", b"ISA one", b"ISA two")
    assert (await arrive(transfers, given))[given.row.id] == TransferStored(given.row.id)
    held = await rows(
        database, "select t.state, r.bytes from gateway.transmission t join gateway.raw_body r on r.transmission = t.id"
    )
    assert sorted((row["state"], row["bytes"]) for row in held) == [("received", b"ISA one"), ("received", b"ISA two")]
    assert await transfers.wire(given.row.id) == given.wire
    assert await transfers.stored_receipt(given.row.id) == MDN
    ((receipt, disposition, _),) = await transfers.receipts(given.row.id)
    assert (receipt, disposition) == (MDN, "processed")
    (view,) = await transfers.find(given.row.message_id.strip("<>"))
    assert (view["id"], view["state"], view["algorithms"]) == (given.row.id, "processed", {"digest": "sha256"})


async def test_a_copy_is_not_stored_and_gets_the_earlier_receipt(database: Database, transfers: PostgresTransfers) -> None:
    first, copy = arrived(message_id="<1@bigbox>"), arrived(message_id=" 1@bigbox", receipt=Wire((), b"made for the copy"))
    await arrive(transfers, first)
    told = (await arrive(transfers, copy))[copy.row.id].earlier
    assert told is not None
    assert (told.id, told.same, told.receipt, told.transmissions) == (first.row.id, True, MDN, first.row.transmissions)
    assert (await count(database, "transfer"), await count(database, "transmission"), await count(database, "raw_body")) == (
        1,
        1,
        1,
    )
    (view,) = await transfers.find("<1@bigbox>")
    assert view["copies"] == 1


async def test_copies_in_one_batch_are_stored_once(database: Database, transfers: PostgresTransfers) -> None:
    given = [arrived(message_id="<1@bigbox>") for _ in range(3)]
    told = await arrive(transfers, *given)
    stored = [transfer.row.id for transfer in given if told[transfer.row.id].earlier is None]
    assert len(stored) == 1
    assert all(answer.earlier is None or answer.earlier.id == stored[0] for answer in told.values())
    assert await count(database, "transmission") == 1


async def test_a_copy_waits_for_the_commit_of_the_first(database: Database, transfers: PostgresTransfers) -> None:
    first, copy = arrived(message_id="<1@bigbox>"), arrived(message_id="<1@bigbox>")
    async with database.transaction() as connection:
        arguments = [[first.row], [], [], [transmission_row(first.handovers[0])], [], [], [], [], [], []]
        await database.within(connection, "arrive", *arguments)
        waiting = asyncio.create_task(arrive(transfers, copy))
        async with asyncio.timeout(20):  # until the copy is held up by the lock of the first
            while not await rows(database, "select 1 from pg_stat_activity where wait_event_type = 'Lock'"):
                assert not waiting.done()
    told = (await waiting)[copy.row.id].earlier
    assert told is not None
    assert told.id == first.row.id


async def test_another_content_under_the_same_id_is_told_apart(transfers: PostgresTransfers) -> None:
    first, other = arrived(message_id="<1@bigbox>"), arrived(b"cipher", b"ISA other", message_id="<1@bigbox>")
    await arrive(transfers, first)
    told = (await arrive(transfers, other))[other.row.id].earlier
    assert told is not None
    assert not told.same
    (view,) = await transfers.find("<1@bigbox>")
    assert view["copies"] == 0


async def test_the_same_content_by_another_algorithm_is_a_copy(transfers: PostgresTransfers) -> None:
    first = arrived(message_id="<1@bigbox>", mic="by-sha256")
    copy = arrived(message_id="<1@bigbox>", mic="by-sha512", mic_algorithm="sha-512")
    await arrive(transfers, first)
    told = (await arrive(transfers, copy))[copy.row.id].earlier
    assert told is not None
    assert told.same


@pytest.mark.parametrize("changes", [{"as2_from": "OTHER"}, {"as2_to": "OTHER"}])
async def test_an_id_is_one_of_a_pair_of_partners(transfers: PostgresTransfers, changes: dict) -> None:
    await arrive(transfers, arrived(message_id="<1@bigbox>"))
    other = arrived(message_id="<1@bigbox>", **changes)
    assert (await arrive(transfers, other))[other.row.id].earlier is None


async def test_without_an_id_what_it_holds_is_the_key(transfers: PostgresTransfers) -> None:
    first, copy, other = arrived(message_id=""), arrived(message_id=""), arrived(b"cipher", b"ISA other", message_id="")
    await arrive(transfers, first)
    told = await arrive(transfers, copy, other)
    assert told[copy.row.id].earlier is not None
    assert told[other.row.id].earlier is None


async def test_a_message_that_failed_frees_its_id_and_is_a_failed_transmission(
    database: Database, transfers: PostgresTransfers
) -> None:
    first, again = arrived(message_id="<1@bigbox>", failed=True), arrived(message_id="<1@bigbox>")
    await arrive(transfers, first)
    assert (await arrive(transfers, again))[again.row.id].earlier is None
    states = await rows(database, "select state, settled_at is null as open from gateway.transmission order by id")
    assert [(row["state"], row["open"]) for row in states] == [("failed", False), ("received", True)]
    (case,) = await rows(
        database, "select c.transmission, f.owner from gateway.failure_case c join gateway.failure f using (fingerprint)"
    )
    assert (case["transmission"], case["owner"]) == (first.row.transmissions[0], "edi")


async def test_a_large_message_is_stored_in_pieces_and_comes_back_whole(database: Database, transfers: PostgresTransfers) -> None:
    body, held = bytes(range(256)) * 10_000, b"ISA" * 800_000
    given, small = arrived(body, held), arrived()
    await arrive(transfers, given, small)
    assert await transfers.wire(given.row.id) == given.wire
    assert await count(database, "transfer_body") == 4
    assert await count(database, "raw_body") == 4
    copy = arrived(body, held, message_id=given.row.message_id)
    assert (await arrive(transfers, copy))[copy.row.id].earlier is not None
    assert await count(database, "raw_body") == 4


async def test_nothing_of_a_message_is_kept_when_a_part_is_refused(database: Database, transfers: PostgresTransfers) -> None:
    given = arrived()
    broken = ArrivedTransfer(
        row=given.row,
        wire=given.wire,
        receipt=MDN,
        handovers=given.handovers,
        deliveries=[owed_receipt(given.row)._replace(state="?")],
    )
    with pytest.raises(Exception, match="delivery_state_check"):
        await arrive(transfers, broken)
    assert [await count(database, table) for table in ("transfer", "transmission", "transfer_receipt")] == [0, 0, 0]


async def test_an_owed_receipt_is_a_delivery_and_is_repeated_only_when_it_is_not_on_its_way(
    database: Database, transfers: PostgresTransfers
) -> None:
    given = arrived(owed=True)
    await arrive(transfers, given)
    (sent,) = await rows(database, "select target, action, state, options->>'url' as url from gateway.delivery")
    assert sent == {"target": "bigbox-as2", "action": "receipt", "state": "waiting", "url": "https://as2.bigbox.example/mdn"}
    await transfers.owe_receipt(given.row.id, None, owed_receipt(given.row))
    assert await count(database, "delivery") == 1
    for state in ("sending", "delivered"):
        await rows(database, f"update gateway.delivery set state = '{state}'")
    await transfers.receipt_delivered(given.row.id)
    assert (await transfers.find(str(given.row.id)))[0]["receipt_state"] == "answered"
    await transfers.owe_receipt(given.row.id, None, owed_receipt(given.row))
    assert await count(database, "delivery") == 2
    assert (await transfers.find(str(given.row.id)))[0]["receipt_state"] == "owed"


async def test_a_receipt_that_only_the_copy_asked_for_is_kept(transfers: PostgresTransfers) -> None:
    given = arrived(receipt=None)
    await arrive(transfers, given)
    assert await transfers.stored_receipt(given.row.id) is None
    late = receipt_row(given.row.id, MDN.headers, MDN.body, "processed")
    await transfers.owe_receipt(given.row.id, late, None)
    await transfers.owe_receipt(given.row.id, late, None)
    assert await transfers.stored_receipt(given.row.id) == MDN


async def test_what_strangers_left_lately_is_counted(transfers: PostgresTransfers) -> None:
    stranger: dict[str, Any] = {"state": "quarantined", "message_key": None}
    await arrive(transfers, arrived(b"12345", **stranger), arrived(b"123", **stranger), arrived(b"1234567"))
    (found,) = await transfers.quarantined(lately=timedelta(days=1))
    assert (found.channel, found.messages, found.size) == ("bigbox-as2", 2, 8)
    assert not await transfers.quarantined(lately=timedelta(0))


# ----------------------------------------------------------------------------------------------- out

WIRE = Wire((("AS2-From", "NORDIC"),), b"sealed")


async def test_a_message_of_ours_is_committed_and_found_by_its_id_with_or_without_brackets(transfers: PostgresTransfers) -> None:
    row = sending(message_id="<7@nordic>")
    prepared = await transfers.prepare(row, WIRE)
    assert (prepared.id, prepared.receipt_state, prepared.mic) == (row.id, "awaited", row.mic)
    for written in ("<7@nordic>", "7@nordic", " <7@nordic> "):
        found = await transfers.find_sent(written, as2_from="NORDIC", as2_to="BIGBOX")
        assert found == prepared
    assert await transfers.find_sent("7@nordic", as2_from="NORDIC", as2_to="OTHER") is None
    assert await transfers.wire(row.id) == WIRE


async def test_a_repeat_keeps_the_transfer_and_takes_the_new_bytes(transfers: PostgresTransfers) -> None:
    row = sending(message_id="<7@nordic>")
    await transfers.prepare(row, Wire((), b"x" * 2_500_000))
    again = await transfers.prepare(row._replace(id=new_id(), encrypted_for="dd" * 32), WIRE)
    assert again.id == row.id
    assert await transfers.wire(row.id) == WIRE
    (view,) = await transfers.find("7@nordic")
    assert (view["copies"], view["encrypted_for"]) == (1, "dd" * 32)


async def test_a_message_with_a_good_receipt_is_not_prepared_anew(transfers: PostgresTransfers) -> None:
    row = sending()
    await transfers.prepare(row, WIRE)
    await transfers.record_receipt(row.id, mdn(row), state="verified", signed_by="ee" * 32, failure=None)
    again = await transfers.prepare(row._replace(id=new_id()), Wire((), b"others"))
    assert (again.id, again.receipt_state) == (row.id, "verified")
    assert await transfers.wire(row.id) == WIRE


async def test_a_receipt_moves_the_transfer_once(database: Database, transfers: PostgresTransfers) -> None:
    row = sending()
    await transfers.prepare(row, WIRE)
    news = await transfers.record_receipt(row.id, mdn(row), state="verified", signed_by="ee" * 32, failure=None)
    assert (news.state, news.repeated, news.transfer.disposition) == ("verified", False, "processed")
    again = await transfers.record_receipt(row.id, mdn(row), state="verified", signed_by="ee" * 32, failure=None)
    assert (again.state, again.repeated) == ("verified", True)
    assert await count(database, "transfer_receipt") == 1
    (view,) = await transfers.find(str(row.id))
    assert (view["state"], view["receipt_signed_by"]) == ("sent", "ee" * 32)


async def test_a_receipt_that_contradicts_an_earlier_one_is_told_to_its_owner(
    database: Database, transfers: PostgresTransfers
) -> None:
    row = sending()
    await transfers.prepare(row, WIRE)
    await transfers.record_receipt(row.id, mdn(row), state="verified", signed_by=None, failure=None)
    no = mdn(row, b"processed/error")
    news = await transfers.record_receipt(row.id, no, state="negative", signed_by=None, failure=failure(new_id(), row.id))
    assert (news.state, news.repeated) == ("contradicted", False)
    assert await count(database, "failure") == 1
    assert len(await transfers.receipts(row.id)) == 2


async def test_a_receipt_that_overtook_the_answer_is_not_moved_back(transfers: PostgresTransfers) -> None:
    row = sending()
    await transfers.prepare(row, WIRE)
    await transfers.record_receipt(row.id, mdn(row), state="verified", signed_by=None, failure=None)
    await transfers.sent(row.id, state="sent", receipt_state="missing")
    (view,) = await transfers.find(str(row.id))
    assert (view["state"], view["receipt_state"]) == ("sent", "verified")


async def test_a_message_that_gets_no_receipt_is_missing_one_and_may_still_get_it(transfers: PostgresTransfers) -> None:
    row = sending()
    await transfers.prepare(row, WIRE)
    await transfers.sent(row.id, state="sent", receipt_state="missing")
    assert (await transfers.find(str(row.id)))[0]["receipt_state"] == "missing"
    news = await transfers.record_receipt(row.id, mdn(row), state="warned", signed_by=None, failure=None)
    assert news.state == "warned"


async def test_a_transfer_is_found_by_what_it_sent_or_held(transfers: PostgresTransfers) -> None:
    out, given = sending(), arrived()
    await transfers.prepare(out, WIRE)
    await arrive(transfers, given)
    assert out.outbound is not None
    for wanted, found in ((out.outbound, out.id), (given.row.transmissions[0], given.row.id), (given.row.id, given.row.id)):
        assert [view["id"] for view in await transfers.find(str(wanted))] == [found]
    assert await transfers.find("nothing") == []
    assert await transfers.wire(new_id()) is None


# -------------------------------------------------------------------------------------- certificates


async def test_an_expiry_is_told_once_for_each_mark(database: Database, transfers: PostgresTransfers) -> None:
    def notice(mark: int) -> CertificateNotice:
        return CertificateNotice("aa" * 32, mark, failure(new_id(), new_id()))

    assert await transfers.tell_expiries([notice(60)]) == 1
    assert await transfers.tell_expiries([notice(60)]) == 0
    assert await transfers.tell_expiries([notice(60), notice(30)]) == 1
    assert await transfers.tell_expiries([]) == 0
    (told,) = await rows(database, "select count, owner from gateway.failure")
    assert told == {"count": 2, "owner": "edi"}


# ------------------------------------------------------------------------------------------ the rows


async def test_the_database_names_the_states_of_the_receipts_table(database: Database) -> None:
    (check,) = await rows(
        database, "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'transfer_receipt_state_check'"
    )
    states = {state for state, _ in RECEIPT} | set(RECEIPT.values()) | {"answered", "owed"}
    assert {part.split("'")[0] for part in check["text"].split("'")[1::2]} == states


@pytest.mark.parametrize("value", ["multipart/signed; a=b", "", "a:b: c", "übel", "\udcff"])
def test_a_header_block_comes_back_as_it_was(value: str) -> None:
    headers = [("Content-Type", value), ("X", "1")]
    assert read_header_block(header_block(headers)) == headers
