"""Partners post interchanges: 202 only after the commit, and for everything else a problem that says what to do."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from gateway.channels.http.partner_view import media_type
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from tests.gateway.channels.conftest import POST, TOKENS, Opening, Site, problem

ACK, OTHER_ACK = UUID(int=1), UUID(int=2)
SMALLMART = "/v1/partners/smallmart/interchanges"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def decided(*acknowledgements: dict[str, Any], verdict: str = "accepted") -> dict[str, Any]:
    return {"partner": "bigbox", "interchanges": [{"id": "i", "verdict": verdict, "acknowledgements": list(acknowledgements)}]}


async def test_a_posted_interchange_is_stored_before_the_answer(site: Site) -> None:
    async with site.post(b"ISA*00*\x00\xff", traceparent=TRACE) as answer:
        assert answer.status == 202
        told = await answer.json()
    (handover,) = site.intake.stored.values()
    path = f"/v1/partners/bigbox/transmissions/{handover.id}"
    assert told["transmission"] == str(handover.id)
    assert told["repeated"] is False
    assert told["links"]["self"] == answer.headers["Location"] == path
    assert told["links"]["acknowledgements"] == path + "/acknowledgements"
    assert (handover.body, handover.partner, handover.channel) == (b"ISA*00*\x00\xff", "bigbox", "bigbox-http")
    assert handover.remote == "127.0.0.1"
    assert handover.wait is False
    assert site.counts.observed == ["edi_receive_seconds"]


async def test_no_answer_is_given_before_the_commit(site: Site) -> None:
    site.intake.gate.clear()
    answering = asyncio.ensure_future(site.post().__aenter__())
    await site.intake.asked.reach(1)
    assert not answering.done()
    site.intake.gate.set()
    answer = await answering
    assert answer.status == 202
    answer.release()


async def test_the_trace_of_the_sender_goes_on_or_a_new_one_begins(site: Site) -> None:
    for header in (TRACE, "nonsense"):
        async with site.post(traceparent=header) as answer:
            assert answer.status == 202
    carried, made = [handover.traceparent or "" for handover in site.intake.stored.values()]
    assert carried.split("-")[1] == TRACE.split("-")[1]
    assert carried != TRACE
    assert len(made) == 55


@pytest.mark.parametrize("content_type", ["application/EDI-X12", "text/plain; charset=x", "application/octet-stream", "nonsense"])
async def test_any_content_type_is_taken_as_bytes(site: Site, content_type: str) -> None:
    async with site.post(b"\xe9", Content_Type=content_type) as answer:
        assert answer.status == 202
    assert site.intake.bodies == [b"\xe9"]


async def test_an_empty_body_is_a_transmission_too(site: Site) -> None:
    async with site.post(b"") as answer:
        assert answer.status == 202
    assert site.intake.bodies == [b""]


async def test_a_compressed_body_is_stored_as_what_it_holds(site: Site) -> None:
    async with site.post(gzip.compress(b"ISA*"), Content_Encoding="gzip") as answer:
        assert answer.status == 202
    assert site.intake.bodies == [b"ISA*"]


async def test_the_name_of_a_file_can_be_told(site: Site) -> None:
    async with site.post(path=POST + "?name=orders%2F1.edi") as answer:
        assert answer.status == 202
    assert [handover.name for handover in site.intake.stored.values()] == ["orders/1.edi"]


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("path", [POST, "/v1/partners/nobody/interchanges"])
@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "", "Basic dG9rZW4=", f"Bearer {TOKENS['smallmart']}"])
async def test_a_wrong_token_and_an_unknown_partner_get_the_same_answer(site: Site, path: str, header: str) -> None:
    async with site.client.post(path, data=b"ISA*", headers={"Authorization": header}) as answer:
        told = await problem(answer)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "nobody" not in await answer.text()
    async with site.client.post("/v1/partners/nobody/interchanges", data=b"") as other:
        assert await problem(other) == told
    assert site.intake.stored == {}
    assert site.counts.counted[0] == ("edi_transmissions_received_total", {"channel": "http", "outcome": "unauthenticated"})


async def test_a_body_announced_too_large_is_refused_unread(open_site: Opening) -> None:
    async with open_site(most_bytes=10) as site, site.post(b"x" * 11) as answer:
        assert answer.status == 413
        assert (await problem(answer))["most_bytes"] == 10
        assert site.intake.stored == {}


async def test_a_body_of_the_largest_size_is_taken(open_site: Opening) -> None:
    async with open_site(most_bytes=10) as site, site.post(b"x" * 10) as answer:
        assert answer.status == 202


async def test_a_stream_that_grows_too_large_is_refused_while_it_is_read(open_site: Opening) -> None:
    refused = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b"x" * 1_024
            if refused.is_set():
                return

    async with open_site(most_bytes=10_000) as site, site.post(endless()) as answer:
        refused.set()
        assert answer.status == 413
        await problem(answer)
        assert site.counts.outcomes == ["too-large"]


async def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(open_site: Opening) -> None:
    async with open_site(most_bytes=100_000) as site:
        async with site.post(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip") as answer:
            assert answer.status == 413
        assert site.channel._intaking._room._taken == 0


async def test_a_broken_encoding_is_told(site: Site) -> None:
    async with site.post(gzip.compress(b"ISA*" * 100)[:-20] + b"garbage", Content_Encoding="gzip") as answer:
        assert answer.status == 400
        await problem(answer)
    assert site.intake.stored == {}


async def test_a_client_that_expects_a_go_ahead_is_refused_before_it_sends(open_site: Opening) -> None:
    async with open_site(most_bytes=10) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        head = f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKENS['bigbox']}\r\n"
        writer.write(f"{head}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n".encode())
        assert b" 413 " in await reader.readline()
        writer.close()


async def test_a_client_that_expects_a_go_ahead_gets_it_when_admitted(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    head = f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKENS['bigbox']}\r\n"
    writer.write(f"{head}Content-Length: 4\r\nExpect: 100-continue\r\n\r\n".encode())
    assert b" 100 " in await reader.readline()
    await reader.readline()
    writer.write(b"ISA*")
    assert b" 202 " in await reader.readline()
    writer.close()


async def test_a_line_cut_in_the_body_stores_nothing(site: Site) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    writer.write(f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKENS['bigbox']}\r\n".encode())
    writer.write(b"Content-Length: 100\r\n\r\nISA*")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with site.post(b"UNB+") as answer:
        assert answer.status == 202
    assert site.intake.bodies == [b"UNB+"]


async def test_a_body_that_does_not_come_in_time_is_given_up(open_site: Opening) -> None:
    async with open_site(body_within=0.05) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        writer.write(f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKENS['bigbox']}\r\n".encode())
        writer.write(b"Content-Length: 100\r\n\r\nISA*")
        assert b" 408 " in await reader.readline()
        writer.close()


async def test_when_the_queue_is_full_the_partner_is_told_to_come_later(site: Site) -> None:
    site.refusal = Refused("the queue is full", status=429, remedy="send again in a minute")
    async with site.post() as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"]
        assert (await problem(answer))["remedy"] == "send again in a minute"
    assert site.intake.asked.value == 0


async def test_a_partner_may_have_only_so_many_requests_at_once(open_site: Opening) -> None:
    async with open_site(at_once=1) as site:
        site.intake.gate.clear()
        first = asyncio.ensure_future(site.post().__aenter__())
        await site.intake.asked.reach(1)
        async with site.post() as answer:
            assert answer.status == 429
            await problem(answer)
        other = asyncio.ensure_future(site.post(path=SMALLMART, token=TOKENS["smallmart"]).__aenter__())
        await site.intake.asked.reach(2)
        site.intake.gate.set()
        assert [(await first).status, (await other).status] == [202, 202]
        async with site.post() as answer:
            assert answer.status == 202


async def test_all_bodies_together_have_only_so_much_room(open_site: Opening) -> None:
    async with open_site(bytes_in_flight=10) as site:
        site.intake.gate.clear()
        first = asyncio.ensure_future(site.post(b"x" * 8).__aenter__())
        await site.intake.asked.reach(1)
        async with site.post(b"x" * 8) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"]
            await problem(answer)
        site.intake.gate.set()
        assert (await first).status == 202
        async with site.post(b"x" * 8) as answer:
            assert answer.status == 202


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(StoreUnavailable("down"), "store-unavailable"), (CommitUnknown("broke while committing"), "commit-unknown")],
)
async def test_when_nothing_is_known_to_be_stored_the_answer_is_503(site: Site, trouble: Exception, code: str) -> None:
    site.intake.down = trouble
    async with site.post() as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        told = await problem(answer)
        assert told["type"].endswith(code)
    if code == "commit-unknown":
        assert told["location"].endswith(told["transmission"])
    assert site.counts.outcomes == [code]


async def test_what_the_intake_refuses_is_told_under_its_status(site: Site) -> None:
    site.intake.troubles = [Refused("over the quota of this month", status=429, remedy="ask for more")]
    async with site.post() as answer:
        assert answer.status == 429
        assert "quota" in (await problem(answer))["detail"]


# --------------------------------------------------------------------------------------------------------- idempotency


@pytest.mark.parametrize("second", ["k-1", '"k-1"'])
async def test_the_same_key_and_content_are_one_transmission(site: Site, second: str) -> None:
    async with site.post(Idempotency_Key="k-1") as first_answer, site.post(Idempotency_Key=second) as again:
        first, repeat = await first_answer.json(), await again.json()
    assert again.status == 202
    assert (first["repeated"], repeat["repeated"]) == (False, True)
    assert first["transmission"] == repeat["transmission"]
    assert len(site.intake.stored) == 1


async def test_the_same_key_for_other_content_is_refused(site: Site) -> None:
    async with site.post(b"one", Idempotency_Key="k-1"), site.post(b"two", Idempotency_Key="k-1") as again:
        assert again.status == 422
        await problem(again)
    assert site.intake.bodies == [b"one"]


async def test_the_same_key_of_two_partners_are_two_transmissions(site: Site) -> None:
    path, token = SMALLMART, TOKENS["smallmart"]
    async with site.post(b"one", Idempotency_Key="k"), site.post(b"two", path=path, token=token, Idempotency_Key="k") as other:
        assert other.status == 202
    assert site.intake.bodies == [b"one", b"two"]


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "caf\xe9"])
async def test_a_key_that_cannot_be_used_is_refused(site: Site, key: str) -> None:
    async with site.post(Idempotency_Key=key) as answer:
        assert answer.status == 400
        await problem(answer)
    assert site.intake.stored == {}


# ------------------------------------------------------------------------------------------------------------- waiting


async def test_who_waits_gets_the_functional_acknowledgement_as_body(site: Site) -> None:
    site.records.default = decided({"id": str(ACK), "type": "997"}, {"id": str(OTHER_ACK), "type": "TA1"})
    site.records.acknowledgements = {ACK: ({"type": "997"}, b"ISA*997~"), OTHER_ACK: ({"type": "TA1"}, b"ISA*TA1~")}
    site.records.decided.set()
    async with site.post(path=POST + "?wait=ack&timeout=5") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/EDI-X12".lower()
        assert await answer.read() == b"ISA*997~"
    (handover,) = site.intake.stored.values()
    assert handover.wait
    assert answer.headers["Edi-Transmission"] == str(handover.id)
    assert answer.headers["Edi-Verdict"] == "accepted"
    assert str(handover.id) in answer.headers["Link"]
    assert site.records.asked_within == [5.0]


async def test_acknowledgements_of_several_interchanges_follow_each_other_and_a_shared_one_comes_once(site: Site) -> None:
    site.records.default = decided({"id": str(ACK), "type": "CONTRL"}, {"id": str(OTHER_ACK), "type": "CONTRL"})
    site.records.acknowledgements = {ACK: ({}, b"UNB+1'"), OTHER_ACK: ({}, b"UNB+2'")}
    site.records.decided.set()
    async with site.post(path=POST + "?wait=ack") as answer:
        assert (answer.content_type, await answer.read()) == ("application/edifact", b"UNB+1'UNB+2'")
    site.records.acknowledgements[OTHER_ACK] = ({}, b"UNB+1'")
    async with site.post(path=POST + "?wait=ack") as answer:
        assert await answer.read() == b"UNB+1'"


@pytest.mark.parametrize("kinds", [[], ["997", "CONTRL"]])
async def test_where_there_is_no_single_acknowledgement_the_verdict_is_described(site: Site, kinds: list[str]) -> None:
    site.records.default = decided(*({"id": str(UUID(int=9)), "type": kind} for kind in kinds), verdict="rejected")
    site.records.decided.set()
    async with site.post(path=POST + "?wait=ack") as answer:
        assert answer.status == 200
        assert answer.headers["Edi-Verdict"] == "rejected"
        told = await answer.json()
    assert [item["type"] for item in told["acknowledgements"]] == kinds
    assert told["links"]["self"]


@pytest.mark.parametrize("how", ["late", "lost"])
async def test_when_it_is_not_decided_in_time_the_answer_is_202(site: Site, how: str) -> None:
    if how == "late":
        site.records.decided.set()
    else:
        site.records.down = StoreUnavailable("down")
    async with site.post(path=POST + "?wait=ack&timeout=0.5") as answer:
        assert answer.status == 202
        assert (await answer.json())["transmission"]
    assert len(site.intake.stored) == 1


async def test_when_the_process_stops_those_who_wait_are_told_that_it_is_stored(site: Site) -> None:
    waiting = asyncio.ensure_future(site.post(path=POST + "?wait=ack&timeout=60").__aenter__())
    await site.records.waits.reach(1)
    site.channel.stop_waiting()
    answer = await waiting
    assert answer.status == 202
    answer.release()


@pytest.mark.parametrize(
    "query", ["wait=mdn", "wait=ack&timeout=61", "wait=ack&timeout=0", "wait=ack&timeout=nan", "wait=ack&timeout=x"]
)
async def test_a_wait_that_cannot_be_had_is_refused(site: Site, query: str) -> None:
    async with site.post(path=f"{POST}?{query}") as answer:
        assert answer.status == 400
        await problem(answer)
    assert site.intake.stored == {}


@pytest.mark.parametrize(
    ("kind", "expected"), [("997", "application/EDI-X12"), ("TA1", "application/EDI-X12"), ("CONTRL", "application/EDIFACT")]
)
def test_an_acknowledgement_has_the_media_type_of_its_family(kind: str, expected: str) -> None:
    assert media_type({"type": kind}) == expected
