"""Posts to a partner's server: what an answer means, who we say we are, and that nothing is sent twice that must not be."""

import asyncio
import base64
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from gateway.channels.http.outbound import HttpOutbound
from gateway.domain.http_terms import (
    ApiKeyLogin,
    BasicLogin,
    BearerLogin,
    ClientTls,
    HttpClientTerms,
    HttpLogin,
    HttpSendOptions,
    OAuth2Login,
)
from gateway.errors import Refused, StoreUnavailable
from gateway.ports import Outcome, OutcomeKind, Parcel
from tests.gateway.channels.fakes import FakeIntake, Turns
from tests.gateway.channels.http_partner import Partner, answering, issue, ok, partner_server, server_tls

INSIDE = HttpClientTerms(internal=True, timeout=5.0)
PARCEL = Parcel(UUID(int=7), "997_0001.edi", b"ISA*\x00\xff", "application/EDI-X12")


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def channel(
    url: str, *, client: HttpClientTerms = INSIDE, intake: Any = None, **options: Any
) -> AsyncIterator[HttpOutbound]:
    made = HttpOutbound(
        "bigbox-out",
        HttpSendOptions(url, client=client, **options),
        partner="bigbox",
        intake=intake or FakeIntake(),
        clock=Turns(),
        new_id=uuid4,
        pause=no_pause,
    )
    try:
        yield made
    finally:
        await made.close()


async def sent(partner: Partner, parcel: Parcel = PARCEL, **options: Any) -> Outcome:
    async with channel(partner.url + "/in", **options) as made:
        (outcome,) = await made.send([parcel])
    return outcome


async def test_a_parcel_arrives_whole_with_its_name_type_and_key() -> None:
    async with partner_server() as partner:
        outcome = await sent(partner)
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "997_0001.edi")
    (request,) = partner.requests
    assert (request.method, request.path, request.body) == ("POST", "/in", b"ISA*\x00\xff")
    assert request.headers["Content-Type"] == "application/EDI-X12"
    assert request.headers["Content-Disposition"] == 'attachment; filename="997_0001.edi"'
    assert request.headers["User-Agent"] == "edi-gateway"


async def test_a_large_parcel_arrives_whole() -> None:
    content = bytes(range(256)) * 20_000
    async with partner_server() as partner:
        outcome = await sent(partner, replace(PARCEL, content=content))
    assert outcome.kind is OutcomeKind.DELIVERED
    assert (partner.requests[0].body, partner.requests[0].headers["Content-Length"]) == (content, str(len(content)))


async def test_the_key_is_the_same_in_every_attempt_and_another_for_another_delivery() -> None:
    async with partner_server(answering(503)) as partner:
        for parcel in (PARCEL, replace(PARCEL, attempt=2), replace(PARCEL, delivery=UUID(int=8))):
            await sent(partner, parcel)
    first, again, other = [request.headers["Idempotency-Key"] for request in partner.requests]
    assert first == again == f'"{UUID(int=7)}"'
    assert other != first


async def test_a_name_in_the_address_stays_one_segment() -> None:
    async with partner_server() as partner, channel(partner.url + "/in/{name}?v=1", method="PUT") as made:
        await made.send([replace(PARCEL, name="a b&c#.edi")])
    assert (partner.requests[0].method, partner.requests[0].path) == ("PUT", "/in/a b&c#.edi")
    assert partner.requests[0].query == {"v": "1"}


@pytest.mark.parametrize("name", ["../997.edi", "a/b", "a\\b", "..", "", "a\r\nX: y"])
async def test_a_name_that_leads_elsewhere_is_refused_and_never_sent(name: str) -> None:
    async with partner_server() as partner:
        outcome = await sent(partner, replace(PARCEL, name=name))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-unsafe")
    assert partner.requests == []


# ------------------------------------------------------------------------------------------------------- what answers mean


@pytest.mark.parametrize(
    ("status", "kind", "unavailable"),
    [
        (200, OutcomeKind.DELIVERED, False),
        (202, OutcomeKind.DELIVERED, False),
        (204, OutcomeKind.DELIVERED, False),
        (302, OutcomeKind.RETRY, True),
        (400, OutcomeKind.FAILED, False),
        (401, OutcomeKind.RETRY, True),
        (403, OutcomeKind.RETRY, True),
        (404, OutcomeKind.RETRY, True),
        (408, OutcomeKind.RETRY, True),
        (409, OutcomeKind.FAILED, False),
        (422, OutcomeKind.FAILED, False),
        (429, OutcomeKind.RETRY, True),
        (503, OutcomeKind.RETRY, True),
    ],
)
@pytest.mark.parametrize("idempotent", [True, False])
async def test_what_a_status_means(status: int, kind: OutcomeKind, unavailable: bool, idempotent: bool) -> None:
    async with partner_server(answering(status, b"", Location="/elsewhere")) as partner:
        outcome = await sent(partner, idempotent=idempotent)
    assert (outcome.kind, outcome.unavailable) == (kind, unavailable)
    assert len(partner.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize(("idempotent", "kind"), [(True, OutcomeKind.RETRY), (False, OutcomeKind.IN_DOUBT)])
async def test_a_server_that_failed_may_have_taken_it(status: int, idempotent: bool, kind: OutcomeKind) -> None:
    async with partner_server(answering(status, b"stack trace")) as partner:
        outcome = await sent(partner, idempotent=idempotent)
    assert (outcome.kind, outcome.unavailable, outcome.code) == (kind, True, f"http-{status}")
    assert "stack trace" in outcome.message


async def test_what_the_server_has_already_is_delivered_where_that_was_agreed() -> None:
    async with partner_server(answering(409)) as partner:
        outcome = await sent(partner, already=(409,))
    assert outcome.kind is OutcomeKind.DELIVERED


@pytest.mark.parametrize(("said", "seconds"), [("120", 120.0), ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400.0), ("soon", None)])
async def test_the_time_that_the_server_asks_for_is_told(said: str, seconds: float | None) -> None:
    async with partner_server(answering(503, b"", Retry_After=said)) as partner:
        outcome = await sent(partner)
    assert outcome.retry_after == seconds


async def test_the_words_of_a_refusal_are_told_without_what_cannot_be_printed() -> None:
    async with partner_server(answering(422, b"line 3:\r\n\x1b[31m unknown\x00 item" + b"x" * 100_000)) as partner:
        outcome = await sent(partner)
    assert "line 3: [31m unknown item" in outcome.message
    assert len(outcome.message) < 500


async def test_a_redirect_is_told_and_not_followed() -> None:
    async with partner_server() as other, partner_server(answering(307, b"", Location=f"{other.url}/x")) as partner:
        outcome = await sent(partner, idempotent=True)
        assert other.requests == []
    assert other.url in outcome.message


# --------------------------------------------------------------------------------------------------------- without an answer


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize(("idempotent", "kind"), [(True, OutcomeKind.RETRY), (False, OutcomeKind.IN_DOUBT)])
async def test_a_connection_lost_after_sending_leaves_a_doubt(idempotent: bool, kind: OutcomeKind) -> None:
    async with partner_server(hang_up) as partner:
        outcome = await sent(partner, idempotent=idempotent)
    assert (outcome.kind, outcome.unavailable) == (kind, True)
    assert len(partner.requests) == 1


@pytest.mark.parametrize(("idempotent", "kind"), [(True, OutcomeKind.RETRY), (False, OutcomeKind.IN_DOUBT)])
async def test_a_server_that_never_answers_leaves_a_doubt(idempotent: bool, kind: OutcomeKind) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with partner_server(never) as partner:
        outcome = await sent(partner, idempotent=idempotent, client=HttpClientTerms(internal=True, timeout=0.2))
    assert (outcome.kind, outcome.code) == (kind, "timeout")


async def test_where_nobody_listens_nothing_was_sent_and_it_is_tried_again() -> None:
    async with partner_server() as partner:
        url = partner.url
    async with channel(url + "/in") as made:
        (outcome,) = await made.send([PARCEL])
    assert (outcome.kind, outcome.unavailable, outcome.code) == (OutcomeKind.RETRY, True, "connection")


async def test_a_connection_that_the_server_closed_while_idle_raises_no_doubt() -> None:
    async with partner_server() as partner, channel(partner.url + "/in") as made:
        for _ in range(3):
            (outcome,) = await made.send([PARCEL])
            assert outcome.kind is OutcomeKind.DELIVERED
    assert {request.headers.get("Connection") for request in partner.requests} == {"close"}


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"])
async def test_addresses_inside_are_not_called_unless_that_was_said(host: str) -> None:
    async with channel(f"http://{host}:1/in", client=HttpClientTerms()) as made:
        (outcome,) = await made.send([PARCEL])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)
    assert "internal = true" in outcome.message


async def test_the_metadata_of_a_cloud_is_never_called() -> None:
    async with channel("http://169.254.169.254/latest") as made:
        (outcome,) = await made.send([PARCEL])
    assert "no address that a server of others has" in outcome.message


# ------------------------------------------------------------------------------------------------------------ who we are


@pytest.mark.parametrize(
    ("login", "header", "value"),
    [
        (BearerLogin("t0k"), "Authorization", "Bearer t0k"),
        (BasicLogin("us", "pä:ss"), "Authorization", "Basic " + base64.b64encode("us:pä:ss".encode()).decode()),
        (ApiKeyLogin("k3y"), "X-API-Key", "k3y"),
        (ApiKeyLogin("k3y", name="Ocp-Key"), "Ocp-Key", "k3y"),
    ],
)
async def test_a_login_goes_into_a_header(login: HttpLogin, header: str, value: str) -> None:
    async with partner_server() as partner:
        await sent(partner, client=replace(INSIDE, login=login, headers=(("X-Ours", "1"),)))
    assert partner.requests[0].headers[header] == value
    assert partner.requests[0].headers["X-Ours"] == "1"


async def test_a_key_in_the_address_is_never_told() -> None:
    async with partner_server(hang_up) as partner:
        outcome = await sent(partner, client=replace(INSIDE, login=ApiKeyLogin("s3cret", name="key", place="query")))
    assert partner.requests[0].query == {"key": "s3cret"}
    assert "s3cret" not in repr(outcome)
    assert "s3cret" not in repr(ApiKeyLogin("s3cret"))


class TokenServer:
    """An authorisation server, and a partner that takes only its last token."""

    def __init__(self, *, life: object = 3600) -> None:
        self.given = 0
        self.valid: set[str] = set()
        self.life = life

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            self.given += 1
            self.valid = {f"Bearer t{self.given}"}
            return web.json_response({"access_token": f"t{self.given}", "token_type": "Bearer", "expires_in": self.life})
        return web.Response(status=200 if request.headers.get("Authorization") in self.valid else 401)


def oauth(url: str, **more: Any) -> HttpClientTerms:
    return replace(INSIDE, login=OAuth2Login(f"{url}/token", "we", "s&cret", **more))


async def test_a_token_is_fetched_once_for_many() -> None:
    server = TokenServer()
    async with partner_server(server) as partner, channel(partner.url + "/in", client=oauth(partner.url, scope="edi")) as made:
        outcomes = await made.send([replace(PARCEL, delivery=uuid4()) for _ in range(20)])
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert server.given == 1
    asked = next(request for request in partner.requests if request.path == "/token")
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["edi"]}
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"we:s%26cret").decode()


async def test_a_client_may_name_itself_in_the_form() -> None:
    async with partner_server(TokenServer()) as partner:
        await sent(partner, client=oauth(partner.url, in_body=True, audience="edi"))
    told = parse_qs(partner.requests[0].body.decode())
    assert (told["client_id"], told["client_secret"], told["audience"]) == (["we"], ["s&cret"], ["edi"])
    assert "Authorization" not in partner.requests[0].headers


async def test_a_token_near_its_end_is_replaced_before_it_is_used() -> None:
    server, turns = TokenServer(life=100), Turns()
    async with partner_server(server) as partner, channel(partner.url + "/in", client=oauth(partner.url)) as made:
        made._client._login._clock = turns  # type: ignore[attr-defined]
        for passed, given in ((0, 1), (60, 1), (15, 2)):
            turns.skip(passed)
            (outcome,) = await made.send([PARCEL])
            assert (outcome.kind, server.given) == (OutcomeKind.DELIVERED, given)


async def test_a_token_that_is_refused_is_renewed_once() -> None:
    server = TokenServer()
    async with partner_server(server) as partner, channel(partner.url + "/in", client=oauth(partner.url)) as made:
        await made.send([PARCEL])
        server.valid = set()
        (outcome,) = await made.send([PARCEL])
        assert (outcome.kind, server.given) == (OutcomeKind.DELIVERED, 2)


async def test_a_login_that_stays_refused_is_told_after_two_requests() -> None:
    server = TokenServer()

    async def deaf(request: web.Request) -> web.StreamResponse:
        return await server(request) if request.path == "/token" else web.Response(status=401)

    async with partner_server(deaf) as partner:
        outcome = await sent(partner, client=oauth(partner.url))
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "http-401", True)
    assert partner.paths.count("POST /in") == 2


@pytest.mark.parametrize(
    "answer",
    [
        answering(400, b'{"error": "invalid_client"}'),
        answering(200, b"<html>"),
        answering(200, b'{"access_token": "a\\r\\nX: y"}'),
        answering(200, b"[]"),
        answering(200, b"x" * 100_000),
        hang_up,
    ],
    ids=["refused", "no JSON", "injection", "no object", "huge", "hung up"],
)
async def test_without_a_token_nothing_is_sent_and_it_is_tried_again(answer: Any) -> None:
    async with partner_server(answer) as partner:
        outcome = await sent(partner, client=oauth(partner.url))
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)
    assert partner.paths == ["POST /token"]
    assert "s&cret" not in outcome.message


async def test_a_life_that_is_no_number_is_a_short_one() -> None:
    async with partner_server(TokenServer(life="later")) as partner:
        assert (await sent(partner, client=oauth(partner.url))).kind is OutcomeKind.DELIVERED


# -------------------------------------------------------------------------------------------------------------------- TLS


async def test_mutual_tls_shows_our_certificate(tmp_path: Path) -> None:
    authority = issue(tmp_path, "authority", authority=True)
    own, ours = issue(tmp_path, "localhost", by=authority), issue(tmp_path, "nordic", by=authority)
    with_ours = ClientTls(str(ours.certificate), str(ours.key), authorities=str(authority.certificate))
    async with partner_server(tls=server_tls(own, clients=authority)) as partner:
        outcome = await sent(partner, client=replace(INSIDE, tls=with_ours))
        assert outcome.kind is OutcomeKind.DELIVERED
        without = replace(INSIDE, tls=ClientTls(authorities=str(authority.certificate)))
        assert (await sent(partner, client=without, idempotent=True)).kind is OutcomeKind.RETRY
    assert len(partner.requests) == 1


async def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    own = issue(tmp_path, "localhost")
    async with partner_server(tls=server_tls(own)) as partner:
        outcome = await sent(partner)
    assert (outcome.kind, outcome.code, partner.requests) == (OutcomeKind.RETRY, "tls", [])


async def test_files_that_are_no_certificates_are_told_and_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    async with channel("https://localhost:1/", client=replace(INSIDE, tls=ClientTls(str(tmp_path / "no.pem")))) as made:
        (outcome,) = await made.send([PARCEL])
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "tls-files", True)
    assert "no.pem" in outcome.message


# -------------------------------------------------------------------------------------------- acknowledgements in answers


async def test_the_body_of_an_answer_is_a_transmission_before_the_outcome_is_told() -> None:
    intake = FakeIntake()
    intake.gate.clear()
    async with (
        partner_server(answering(200, b"ISA*997")) as partner,
        channel(partner.url, answer="acknowledgement", intake=intake) as made,
    ):
        sending = asyncio.ensure_future(made.send([PARCEL]))
        await intake.asked.reach(1)
        assert not sending.done()
        intake.gate.set()
        (outcome,) = await sending
    assert outcome.kind is OutcomeKind.DELIVERED
    (stored,) = intake.stored.values()
    assert (stored.channel, stored.partner, stored.body) == ("bigbox-out", "bigbox", b"ISA*997")
    assert stored.name == "answer-to-997_0001.edi"


async def test_the_same_answer_to_a_repeat_is_recognised_and_another_is_not() -> None:
    intake, bodies = FakeIntake(), [b"one", b"one", b"two"]

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=bodies.pop(0))

    async with partner_server(answer) as partner, channel(partner.url, answer="acknowledgement", intake=intake) as made:
        for _ in range(3):
            await made.send([PARCEL])
    assert intake.bodies == [b"one", b"two"]


@pytest.mark.parametrize("answer", [answering(204), answering(200, b"  \r\n"), answering(200)])
async def test_an_empty_answer_is_no_acknowledgement(answer: Any) -> None:
    intake = FakeIntake()
    async with partner_server(answer) as partner:
        outcome = await sent(partner, answer="acknowledgement", intake=intake)
    assert (outcome.kind, intake.bodies) == (OutcomeKind.DELIVERED, [])


@pytest.mark.parametrize("status", [400, 500, 302])
async def test_the_body_of_a_refusal_is_no_acknowledgement(status: int) -> None:
    intake = FakeIntake()
    async with partner_server(answering(status, b"<html>no</html>")) as partner:
        await sent(partner, answer="acknowledgement", intake=intake)
    assert intake.bodies == []


async def test_an_answer_larger_than_agreed_is_taken_as_an_answer_without_its_body() -> None:
    intake = FakeIntake()
    async with partner_server(answering(200, b"x" * 1001)) as partner:
        outcome = await sent(partner, answer="acknowledgement", intake=intake, most_answer=1000)
    assert (outcome.kind, intake.bodies) == (OutcomeKind.DELIVERED, [])


async def test_an_answer_that_unpacks_to_a_huge_one_takes_little_memory() -> None:
    packed = gzip.compress(b"x" * 200_000_000)
    intake = FakeIntake()
    async with partner_server(answering(200, packed, Content_Encoding="gzip")) as partner:
        tracemalloc.start()
        try:
            outcome = await sent(partner, answer="acknowledgement", intake=intake, most_answer=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (outcome.kind, intake.bodies) == (OutcomeKind.DELIVERED, [])
    assert peak < 20_000_000, peak


async def test_an_answer_that_drips_is_given_up() -> None:
    async def dripping(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        while True:
            await stream.write(b"x")
            await asyncio.wait({never}, timeout=0.02)

    never = asyncio.get_running_loop().create_future()
    slow = HttpClientTerms(internal=True, timeout=0.3)
    async with partner_server(dripping) as partner:
        outcome = await sent(partner, answer="acknowledgement", client=slow)
    assert outcome.kind is OutcomeKind.DELIVERED, "its head said so; the acknowledgement is chased by who awaits it"


async def test_a_store_that_comes_back_gets_the_acknowledgement() -> None:
    intake = FakeIntake()
    intake.troubles = [StoreUnavailable("down"), Refused("full", status=503)]
    async with partner_server(answering(200, b"ISA*997")) as partner:
        outcome = await sent(partner, answer="acknowledgement", intake=intake)
    assert (outcome.kind, intake.bodies, len(partner.requests)) == (OutcomeKind.DELIVERED, [b"ISA*997"], 1)


@pytest.mark.parametrize(("idempotent", "kind"), [(True, OutcomeKind.RETRY), (False, OutcomeKind.IN_DOUBT)])
async def test_an_acknowledgement_that_cannot_be_stored_is_no_success(idempotent: bool, kind: OutcomeKind) -> None:
    intake = FakeIntake()
    intake.down = StoreUnavailable("down")
    async with partner_server(answering(200, b"ISA*997")) as partner:
        outcome = await sent(partner, answer="acknowledgement", intake=intake, idempotent=idempotent)
    assert (outcome.kind, outcome.code) == (kind, "answer-not-stored")


async def test_only_so_many_are_sent_at_once() -> None:
    inside, most = 0, 0

    async def counting(_request: web.Request) -> web.StreamResponse:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(5):
            await asyncio.sleep(0)
        inside -= 1
        return web.Response()

    async with partner_server(counting) as partner, channel(partner.url, at_once=3) as made:
        outcomes = await made.send([replace(PARCEL, delivery=uuid4()) for _ in range(20)])
    assert len(outcomes) == 20
    assert most <= 3


async def test_cancelled_in_the_middle_it_leaves_no_connection_behind() -> None:
    async with partner_server(ok) as partner, channel(partner.url) as made:
        made._client._open()
        sending = asyncio.ensure_future(made.send([PARCEL]))
        await partner.arrived.wait()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        (outcome,) = await made.send([PARCEL])
        assert outcome.kind is OutcomeKind.DELIVERED
