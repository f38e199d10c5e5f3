"""Bodies in parts, large bodies that are stored while they arrive, and cXML that is answered by its Response."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from io import BytesIO
from uuid import UUID

import aiohttp
import pytest

from gateway.channels.http import Access, Entrance
from gateway.domain.token import hash_token
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Handover, Receipt
from tests.gateway.channels.conftest import POST, TOKENS, Opening, Site, problem
from tests.gateway.channels.fakes import FakeIntake
from tests.gateway.channels.http_pieces import MIB, FakePieces

ACK = UUID(int=1)
HOOK = "/v1/hooks/long-secret"


def form(*files: tuple[str, bytes], **fields: str) -> aiohttp.FormData:
    made = aiohttp.FormData(fields, default_to_multipart=True)
    for name, content in files:
        made.add_field("file", BytesIO(content), filename=name, content_type="application/octet-stream")
    return made


# ------------------------------------------------------------------------------------------------------------------- parts


async def test_each_file_of_a_form_is_a_transmission(site: Site) -> None:
    async with site.post(form(("a.edi", b"ISA*\x00a"), ("b.edi", b"ISA*b\r\n"), comment="please")) as answer:
        assert answer.status == 202
        told = await answer.json()
    assert [(stored.name, stored.body) for stored in site.intake.stored.values()] == [
        ("a.edi", b"ISA*\x00a"),
        ("b.edi", b"ISA*b\r\n"),
    ]
    assert [one["name"] for one in told["transmissions"]] == ["a.edi", "b.edi"]
    assert [UUID(one["transmission"]) for one in told["transmissions"]] == list(site.intake.stored)
    assert told["transmissions"][0]["links"]["self"].startswith("/v1/partners/bigbox/transmissions/")


async def test_parts_of_a_mixed_body_need_no_names(site: Site) -> None:
    with aiohttp.MultipartWriter("mixed") as writer:
        for content in (b"one", b"two"):
            writer.append(content, {"Content-Type": "application/EDI-X12"})
    async with site.post(writer) as answer:
        assert answer.status == 202
    assert site.intake.bodies == [b"one", b"two"]


async def test_a_repeat_with_the_same_key_is_recognised_part_by_part(site: Site) -> None:
    answers = []
    for last in (b"b", b"b", b"other"):
        async with site.post(form(("1", b"a"), ("2", last)), Idempotency_Key="k") as answer:
            answers.append((answer.status, await answer.json(content_type=None)))
    assert site.intake.bodies == [b"a", b"b"]
    status, told = answers[-1]
    assert (status, told["type"].rpartition(":")[2]) == (422, "idempotency-key-reused")
    assert len(told["stored"]) == 1


async def test_when_a_part_cannot_be_stored_the_answer_names_those_that_are(site: Site) -> None:
    site.intake.troubles = [StoreUnavailable("down")]
    async with site.post(form(("1", b"a"), ("2", b"b")), Idempotency_Key="k") as answer:
        assert answer.status == 503
        told = await problem(answer)
    assert told["stored"] == [str(name) for name in site.intake.stored]
    async with site.post(form(("1", b"a"), ("2", b"b")), Idempotency_Key="k") as answer:
        assert answer.status == 202
    assert sorted(site.intake.bodies) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"--x--", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--', 400),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--", 415),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n--x--", 415),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Encoding: gzip\r\n\r\nQQ==\r\n--x--", 415),
        ("multipart/mixed; boundary=x", b"--x\r\n" + b"A: b\r\n" * 1000 + b"\r\nQ\r\n--x--", 400),
        ("multipart/mixed; boundary=x", b"--x\r\nA: " + b"b" * 100_000 + b"\r\n\r\nQ\r\n--x--", 400),
        ("multipart/mixed; boundary=" + "x" * 100, b"--x--", 400),
    ],
)
async def test_a_body_that_cannot_be_taken_apart_is_refused(site: Site, content_type: str, body: bytes, status: int) -> None:
    async with site.post(body, Content_Type=content_type) as answer:
        assert answer.status == status, await answer.text()
        await problem(answer)
    assert site.intake.stored == {}


async def test_a_form_that_breaks_off_stores_nothing(site: Site) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nISA*'
    async with site.post(body, Content_Type="multipart/form-data; boundary=x") as answer:
        assert answer.status == 400
    assert site.intake.stored == {}


async def test_many_parts_and_large_parts_are_refused(open_site: Opening) -> None:
    async with open_site(most_parts=3, most_bytes=5000) as site:
        async with site.post(form(*[(str(n), b"x") for n in range(4)])) as answer:
            assert (answer.status, (await problem(answer))["most_parts"]) == (413, 3)
        async with site.post(form(("a", b"x" * 5001))) as answer:
            assert answer.status == 413
        assert site.intake.stored == {}
        assert site.channel._intaking._room._taken == 0


async def test_nobody_waits_for_the_acknowledgements_of_parts(site: Site) -> None:
    async with site.post(form(("a", b"x")), path=POST + "?wait=ack") as answer:
        assert answer.status == 400


# -------------------------------------------------------------------------------------------------- stored while they arrive


@pytest.fixture
def pieces() -> FakePieces:
    return FakePieces()


async def test_a_small_body_is_handed_over_as_it_is(open_site: Opening, pieces: FakePieces) -> None:
    async with open_site(pieces=pieces) as site, site.post(b"x" * MIB) as answer:
        assert answer.status == 202
        (stored,) = site.intake.stored.values()
    assert (len(stored.body), stored.staged, pieces.kept) == (MIB, None, {})


@pytest.mark.parametrize("size", [MIB + 1, 2 * MIB, 5 * MIB + 17])
async def test_a_large_body_is_stored_in_pieces_while_it_arrives(open_site: Opening, pieces: FakePieces, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    async with open_site(pieces=pieces) as site, site.post(BytesIO(body)) as answer:
        assert answer.status == 202
        (stored,) = site.intake.stored.values()
    assert stored.staged is not None
    assert (stored.body, stored.size, stored.staged.sha256) == (b"", size, hashlib.sha256(body).digest())
    sizes = list(pieces.kept[stored.id].values())
    assert list(pieces.kept[stored.id]) == list(range(len(sizes)))
    assert sum(sizes) == size
    assert set(sizes[:-1]) == {MIB}
    assert pieces.sums[stored.id].digest() == stored.staged.sha256
    assert pieces.dropped == []


async def test_large_parts_are_stored_in_pieces_too(open_site: Opening, pieces: FakePieces) -> None:
    async with open_site(pieces=pieces) as site, site.post(form(("a", b"a" * 3 * MIB), ("b", b"b"))) as answer:
        assert answer.status == 202
        sizes = [stored.size for stored in site.intake.stored.values()]
    assert sizes == [3 * MIB, 1]


async def test_what_is_refused_in_the_middle_is_dropped(open_site: Opening, pieces: FakePieces) -> None:
    async with open_site(pieces=pieces, most_bytes=3 * MIB) as site:

        async def endless() -> AsyncIterator[bytes]:
            while not pieces.dropped:
                yield b"x" * 65_536

        async with site.post(endless()) as answer:
            assert answer.status == 413
        assert (pieces.kept, len(pieces.dropped), site.channel._intaking._room._taken) == ({}, 1, 0)


@pytest.mark.parametrize("trouble", [Refused("full", status=503), StoreUnavailable("down")])
async def test_what_the_intake_does_not_take_is_dropped(open_site: Opening, pieces: FakePieces, trouble: Exception) -> None:
    async with open_site(pieces=pieces) as site:
        site.intake.troubles = [trouble]
        async with site.post(BytesIO(b"x" * 2 * MIB)) as answer:
            assert answer.status == 503
    assert pieces.kept == {}


async def test_what_may_have_been_stored_is_not_dropped(open_site: Opening, pieces: FakePieces) -> None:
    async with open_site(pieces=pieces) as site:
        site.intake.troubles = [CommitUnknown("broke")]
        async with site.post(BytesIO(b"x" * 2 * MIB)) as answer:
            assert answer.status == 503
    assert len(pieces.kept) == 1


async def test_a_store_that_goes_away_while_a_body_arrives_is_told(open_site: Opening, pieces: FakePieces) -> None:
    pieces.trouble = StoreUnavailable("down")
    async with open_site(pieces=pieces) as site, site.post(BytesIO(b"x" * 4 * MIB)) as answer:
        assert answer.status == 503
        assert (await problem(answer))["type"].endswith("store-unavailable")
    assert (pieces.kept, site.intake.stored) == ({}, {})


async def test_the_pieces_of_a_repeat_are_dropped_and_those_of_the_first_are_not(open_site: Opening, pieces: FakePieces) -> None:
    class Knowing(FakeIntake):
        def _receipt(self, handover: Handover) -> Receipt:
            first = next(iter(self.stored), None)
            return Receipt(handover.id) if first is None else Receipt(first, repeated=True)

    async with open_site(pieces=pieces) as site:
        site.channel._intaking._intake = intake = Knowing()
        for _ in range(2):
            async with site.post(BytesIO(b"x" * 2 * MIB), Idempotency_Key="k") as answer:
                assert answer.status == 202
        assert list(pieces.kept) == list(intake.stored)
        assert len(pieces.dropped) == 1


async def test_a_large_body_takes_little_memory(open_site: Opening, pieces: FakePieces) -> None:
    size = 40 * MIB

    async def body() -> AsyncIterator[bytes]:
        part = b"x" * 65_536
        for _ in range(size // len(part)):
            yield part

    async with open_site(pieces=pieces, most_bytes=size) as site:
        tracemalloc.start()
        try:
            async with site.post(body()) as answer:
                assert answer.status == 202
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * MIB, f"{peak} bytes for a body of {size}"


async def test_many_large_bodies_at_once_share_little_room(open_site: Opening, pieces: FakePieces) -> None:
    async with open_site(pieces=pieces, bytes_in_flight=24 * MIB) as site:

        async def post() -> int:
            async with site.post(BytesIO(b"x" * 8 * MIB)) as answer:
                return int(answer.status)

        assert set(await asyncio.gather(*(post() for _ in range(8)))) == {202}
        assert site.channel._intaking._room._taken == 0


# -------------------------------------------------------------------------------------------------------------------- cXML

CXML = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "x.dtd">\n<cXML payloadID="1"><Request/></cXML>'
RESPONSE = b'<?xml version="1.0"?><cXML><Response><Status code="200" text="OK"/></Response></cXML>'


def buyer(*, answers_cxml: bool = True) -> Access:
    token, hook = (hash_token(TOKENS["bigbox"]),), (hash_token("long-secret"),)
    return Access({"bigbox": Entrance("bigbox-http", "bigbox", token_hashes=token, url_hashes=hook, answers_cxml=answers_cxml)})


def answered(site: Site) -> None:
    acknowledgement = {"id": str(ACK), "type": "cXML", "verdict": "accepted"}
    site.records.default = {"partner": "bigbox", "interchanges": [{"verdict": "accepted", "acknowledgements": [acknowledgement]}]}
    site.records.acknowledgements[ACK] = (acknowledgement, RESPONSE)
    site.records.decided.set()


@pytest.mark.parametrize("path", [POST, HOOK])
@pytest.mark.parametrize("body", [CXML, CXML.decode().replace("UTF-8", "UTF-16").encode("utf-16")])
async def test_cxml_is_answered_by_its_response(open_site: Opening, path: str, body: bytes) -> None:
    async with open_site(access=buyer()) as site:
        answered(site)
        async with site.post(body, path=path, Content_Type="text/xml; charset=UTF-8") as answer:
            assert (answer.status, answer.content_type, await answer.read()) == (200, "text/xml", RESPONSE)
        assert [stored.wait for stored in site.intake.stored.values()] == [True]


@pytest.mark.parametrize("path", [POST, HOOK])
async def test_cxml_whose_response_takes_too_long_is_accepted(open_site: Opening, path: str) -> None:
    async with open_site(access=buyer()) as site:
        answering = asyncio.ensure_future(site.post(CXML, path=path).__aenter__())
        await site.records.waits.reach(1)
        site.channel.stop_waiting()
        answer = await answering
        assert answer.status == 202
        answer.release()


async def test_cxml_without_a_response_of_ours_is_accepted(open_site: Opening) -> None:
    async with open_site(access=buyer()) as site:
        site.records.default = {"partner": "bigbox", "interchanges": []}
        site.records.decided.set()
        async with site.post(CXML) as answer:
            assert answer.status == 202


@pytest.mark.parametrize(("answers_cxml", "body"), [(False, CXML), (True, b"ISA*"), (True, b"<Order/>")])
async def test_who_sends_no_cxml_or_agreed_on_none_does_not_wait(open_site: Opening, answers_cxml: bool, body: bytes) -> None:
    async with open_site(access=buyer(answers_cxml=answers_cxml)) as site:
        async with site.post(body) as answer:
            assert answer.status == 202
        async with site.post(body, path=HOOK) as answer:
            assert answer.status == 200
        assert site.records.waits.value == 0
