"""A partner's AS2 that misbehaves: what it sends so is refused, what it receipts so proves nothing, late receipts come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest

from gateway.protocols.as2 import (
    Attachment,
    BuiltMessage,
    Encryption,
    Policy,
    ReceiptRequest,
    Signing,
    build,
    load_certificate,
    load_own_key,
)
from gateway.simulators.as2 import As2Partner, NotReceived, Pair, new_pair
from gateway.simulators.partner.manners import Manners, Receipting, Sending

Inbox = list[bytes]


@pytest.fixture(scope="module")
def lakeside() -> Pair:
    return new_pair("LAKESIDE")


@pytest.fixture(scope="module")
def harbour() -> Pair:
    return new_pair("HARBOUR")


@asynccontextmanager
async def both(
    lakeside: Pair, harbour: Pair, *, sends: Manners, receipts: Manners, policy: Policy | None = None
) -> AsyncIterator[tuple[As2Partner, As2Partner, Inbox]]:
    """Lakeside, who sends, Harbour, who receives, and what Harbour got."""
    got: Inbox = []

    async def take(body: bytes) -> None:
        got.append(body)

    strict = policy or Policy(require_signature=True, require_encryption=True)
    ours = As2Partner("LAKESIDE", "HARBOUR", theirs=harbour.certificate, take=take, pair=lakeside, manners=sends)
    theirs = As2Partner(
        "HARBOUR", "LAKESIDE", theirs=lakeside.certificate, take=take, pair=harbour, manners=receipts, policy=strict
    )
    async with theirs, ours:
        yield ours, theirs, got


@pytest.mark.parametrize("way", [Sending.UNSIGNED, Sending.UNENCRYPTED, Sending.WRONG_KEY])
async def test_what_is_not_protected_as_agreed_is_refused_and_not_taken(lakeside: Pair, harbour: Pair, way: Sending) -> None:
    async with both(lakeside, harbour, sends=Manners(frozenset({way})), receipts=Manners()) as (ours, theirs, got):
        with pytest.raises(NotReceived, match="the receipt proves nothing"):
            await ours.send(theirs.url, b"ISA*", file_name="a.x12")
    assert (got, ours.receipts) == ([], 0)


async def test_who_asks_for_no_protection_takes_what_has_none(lakeside: Pair, harbour: Pair) -> None:
    bare = Manners(frozenset({Sending.UNSIGNED, Sending.UNENCRYPTED}))
    lenient = Policy(require_signature=False, require_encryption=False)
    async with both(lakeside, harbour, sends=bare, receipts=Manners(), policy=lenient) as (ours, theirs, got):
        await ours.send(theirs.url, b"ISA*", file_name="a.x12")
    assert (got, ours.receipts) == ([b"ISA*"], 1)


@pytest.mark.parametrize(
    "way", [Receipting.WRONG_MIC, Receipting.UNSIGNED, Receipting.WRONG_KEY, Receipting.REFUSED, Receipting.MISSING]
)
async def test_the_message_is_taken_and_its_receipt_proves_nothing(lakeside: Pair, harbour: Pair, way: Receipting) -> None:
    async with both(lakeside, harbour, sends=Manners(), receipts=Manners(receipts=frozenset({way}))) as (ours, theirs, got):
        with pytest.raises(NotReceived, match="the receipt proves nothing"):
            await ours.send(theirs.url, b"ISA*", file_name="a.x12")
    assert (got, ours.receipts) == ([b"ISA*"], 0)


async def test_manners_may_change_between_messages(lakeside: Pair, harbour: Pair) -> None:
    missing = Manners(receipts=frozenset({Receipting.MISSING}))
    async with both(lakeside, harbour, sends=Manners(), receipts=missing) as (ours, theirs, got):
        with pytest.raises(NotReceived):
            await ours.send(theirs.url, b"1", file_name="a")
        theirs.manners = Manners()
        await ours.send(theirs.url, b"2", file_name="a")
    assert (got, ours.receipts, theirs.receipts) == ([b"1", b"2"], 1, 1)


async def test_half_a_message_is_none_until_the_end_comes(lakeside: Pair, harbour: Pair) -> None:
    finish = asyncio.Event()
    async with both(lakeside, harbour, sends=Manners(), receipts=Manners()) as (ours, theirs, got):
        sending = asyncio.create_task(ours.send(theirs.url, b"ISA*", file_name="a.x12", finish=finish))
        await ours.send(theirs.url, b"other", file_name="b.x12")
        assert got == [b"other"]
        finish.set()
        await sending
        assert got == [b"other", b"ISA*"]


def message(sender: Pair, receiver: Pair, *, receipt: ReceiptRequest | None) -> BuiltMessage:
    """A message from Lakeside to Harbour."""
    return build(
        [Attachment(b"ISA*", "application/EDI-X12", "a.x12")],
        sender="LAKESIDE",
        recipient="HARBOUR",
        message_id="<1@LAKESIDE>",
        at=datetime.now(UTC),
        signing=Signing(load_own_key(sender.certificate, sender.key)),
        encryption=Encryption((load_certificate(receiver.certificate),)),
        receipt=receipt,
    )


async def posted(url: str, sent: BuiltMessage) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.post(url, data=sent.body, headers=list(sent.headers)) as answer:
        return answer.status, await answer.read()


async def test_a_receipt_that_is_asked_for_elsewhere_goes_there(lakeside: Pair, harbour: Pair) -> None:
    async with both(lakeside, harbour, sends=Manners(), receipts=Manners()) as (ours, theirs, got):
        asked = ReceiptRequest(notify="edi@lakeside.example", url=ours.url, protocol="pkcs7-signature", micalgs=("sha-256",))
        assert await posted(theirs.url, message(lakeside, harbour, receipt=asked)) == (200, b"")
        async with asyncio.timeout(10):
            while theirs.receipts == 0:
                await asyncio.to_thread(int)
        assert (got, ours.receipts, theirs.receipts) == ([b"ISA*"], 1, 1)


async def test_a_late_receipt_does_not_keep_it_from_ending(lakeside: Pair, harbour: Pair) -> None:
    late = Manners(receipts=frozenset({Receipting.LATE}), delay=3600.0)
    async with both(lakeside, harbour, sends=Manners(), receipts=late) as (ours, theirs, got):
        asked = ReceiptRequest(notify="edi@lakeside.example", url=ours.url)
        assert await posted(theirs.url, message(lakeside, harbour, receipt=asked)) == (200, b"")
    assert (got, theirs.receipts) == ([b"ISA*"], 0)


async def test_who_asks_for_no_receipt_gets_none(lakeside: Pair, harbour: Pair) -> None:
    async with both(lakeside, harbour, sends=Manners(), receipts=Manners()) as (_, theirs, got):
        assert await posted(theirs.url, message(lakeside, harbour, receipt=None)) == (200, b"")
        assert (got, theirs.receipts) == ([b"ISA*"], 0)


async def test_what_is_no_as2_at_all_does_not_bring_it_down(lakeside: Pair, harbour: Pair) -> None:
    async with both(lakeside, harbour, sends=Manners(), receipts=Manners()) as (ours, theirs, got):
        async with aiohttp.ClientSession() as session, session.post(theirs.url, data=b"hello") as answer:
            assert answer.status < 500
        await ours.send(theirs.url, b"ISA*", file_name="a.x12")
        assert got == [b"ISA*"]


async def test_before_it_runs_it_says_so(lakeside: Pair, harbour: Pair) -> None:
    async def take(_body: bytes) -> None: ...

    idle = As2Partner("LAKESIDE", "HARBOUR", theirs=harbour.certificate, take=take, pair=lakeside)
    with pytest.raises(RuntimeError, match="does not listen"):
        _ = idle.url
    with pytest.raises(RuntimeError, match="does not run"):
        await idle.send("http://127.0.0.1:9/as2", b"", file_name="a")
