"""Messages to partners: committed before they leave, proved by a receipt or not done, tried again only where that may help."""

import asyncio
import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from gateway.channels.as2.relationship import load_agreed, load_pair
from gateway.domain.as2_terms import As2Options
from gateway.domain.expectation import Said
from gateway.errors import StoreUnavailable
from gateway.ports import Json, OutcomeKind
from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    DECRYPTION_FAILED,
    DUPLICATE_DOCUMENT,
    Compression,
    Digest,
    Envelope,
    Signing,
    compute_mic,
    read,
    read_envelope,
)
from gateway.store.database import Database
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.channels.as2.partner import Partner
from tests.gateway.channels.as2.site import Site, as2_site, options

ORDER = b"ISA*00*order"


def out(url: str, **changes: Any) -> dict[str, As2Options]:
    return {"bigbox-as2": options(url=url, **changes)}


async def true_receipt(partner: Partner, request: web.Request, body: bytes) -> web.Response:
    return partner.receipt(request, body)


async def only(site: Site) -> dict:
    (view,) = await site.rows("select * from gateway.transfer where direction = 'out'")
    return view


# ------------------------------------------------------------------------------------------------ sent and proved


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"opaque": True, "micalg": "sha256", "encrypt": "aes128-gcm", "key_transport": "rsa-oaep-sha256"},
        {"sign": "sha512", "signature_scheme": "rsa-pss", "compress": "before-signing", "encoding": "base64"},
        {"sign": None, "compress": "after-signing"},
        {"encrypt": None, "encoding": "quoted-printable"},
        {"sign": None, "encrypt": None, "signed_receipt": False},
    ],
)
async def test_a_message_is_proved_by_its_receipt(database: Database, bigbox: Partner, changes: dict) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url, require_signature=False, require_encryption=False, **changes)) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        view = await only(site)
        assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, view["message_id"])
        assert (view["state"], view["receipt_state"]) == ("sent", "verified")
        assert [(told.said, told.delivery) for told in site.ledger.told] == [(Said.ACCEPTED, outcome.delivery)]
        assert len(await site.transfers.receipts(view["id"])) == 1


async def test_everything_is_committed_before_the_first_byte_leaves(database: Database, bigbox: Partner) -> None:
    found: list[Json] = []

    async def look(request: web.Request, body: bytes) -> web.Response:
        found.extend(await site.transfers.find(request.headers["Message-ID"]))
        return bigbox.receipt(request, body)

    async with as2_site(database, out(await bigbox.listen(look))) as site:
        parcel = site.parcel(ORDER)
        await site.outbounds["bigbox-as2"].send([parcel])
        assert [(view["state"], view["receipt_state"], view["outbound"]) for view in found] == [
            ("sending", "awaited", parcel.outbound)
        ]
        (view,) = found
        hashed = await site.transfers.wire(view["id"])
        assert hashed is not None
        assert view["mic"] == str(compute_mic(hashed.body, Digest.SHA256)).partition(",")[0]
        assert ORDER in hashed.body


async def test_nothing_leaves_when_it_cannot_be_committed(
    database: Database, bigbox: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Any:
        raise StoreUnavailable("down")

    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url)) as site:
        with monkeypatch.context() as patched:
            patched.setattr(site.transfers, "prepare", fails)
            outcome = await site.send("bigbox-as2", ORDER)
        assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "evidence-not-written", False)
        assert bigbox.requests == []


async def test_the_partner_reads_what_was_sent(database: Database, bigbox: Partner) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url, subject="orders: {name}", login="us", password="secret")) as site:
        await site.send("bigbox-as2", ORDER, name="850_42.x12")
    ((request, body),) = bigbox.requests
    received = read(
        read_envelope(request.headers.items()), body, keys=[bigbox.key], certificates=[bigbox.certificate], at=datetime.now(UTC)
    )
    (part,) = received.parts
    assert (part.content, part.name, part.media_type.lower()) == (ORDER, "850_42.x12", "application/edi-x12")
    assert (received.envelope.sender, received.envelope.recipient) == ("NORDIC", "BIGBOX")
    assert received.envelope.subject == "orders: 850_42.x12"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"us:secret").decode()


async def test_a_warning_is_a_proof_with_a_note(database: Database, bigbox: Partner) -> None:
    async def warns(request: web.Request, body: bytes) -> web.Response:
        return bigbox.receipt(request, body, disposition=DUPLICATE_DOCUMENT)

    async with as2_site(database, out(await bigbox.listen(warns))) as site:
        assert (await site.send("bigbox-as2", ORDER)).kind is OutcomeKind.DELIVERED
        assert (await only(site))["receipt_state"] == "warned"
        assert [told.said for told in site.ledger.told] == [Said.ACCEPTED_WITH_ERRORS]


async def test_without_a_receipt_being_asked_for_the_answer_is_all(database: Database, bigbox: Partner) -> None:
    async def takes(_request: web.Request, _body: bytes) -> web.Response:
        return web.Response(status=202)

    async with as2_site(database, out(await bigbox.listen(takes), mdn="none")) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        assert outcome.kind is OutcomeKind.DELIVERED
        assert "no receipt was asked for" in outcome.message
        view = await only(site)
        assert (view["state"], view["receipt_state"]) == ("sent", "none")
    assert "Disposition-Notification-To" not in bigbox.requests[0][0].headers


# ------------------------------------------------------------------------------------------------ tried again, or not


async def test_a_repeat_is_the_same_message(database: Database, bigbox: Partner) -> None:
    answers = [503, 200]

    async def handle(request: web.Request, body: bytes) -> web.Response:
        status = answers.pop(0)
        return bigbox.receipt(request, body) if status == 200 else web.Response(status=status)

    async with as2_site(database, out(await bigbox.listen(handle))) as site:
        way, parcel = site.outbounds["bigbox-as2"], site.parcel(ORDER)
        (first,) = await way.send([parcel])
        before = await only(site)
        (second,) = await way.send([replace(parcel, delivery=site.new_id(), attempt=2)])
        after = await only(site)
    assert (first.kind, first.unavailable, second.kind) == (OutcomeKind.RETRY, True, OutcomeKind.DELIVERED)
    ids = [request.headers["Message-ID"] for request, _ in bigbox.requests]
    assert ids[0] == ids[1] == f"<{parcel.outbound}@NORDIC>"
    assert (before["id"], before["mic"], before["message_id"]) == (after["id"], after["mic"], after["message_id"])
    assert after["copies"] == 1


async def test_what_is_proved_is_not_sent_again(database: Database, bigbox: Partner) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url)) as site:
        parcel = site.parcel(ORDER)
        way = site.outbounds["bigbox-as2"]
        outcomes = [*await way.send([parcel]), *await way.send([parcel])]
        assert [outcome.kind for outcome in outcomes] == [OutcomeKind.DELIVERED] * 2
        assert len(site.ledger.told) == 2
    assert len(bigbox.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "kind", "after"),
    [
        (500, {}, OutcomeKind.RETRY, None),
        (503, {"Retry-After": "120"}, OutcomeKind.RETRY, 120.0),
        (408, {}, OutcomeKind.RETRY, None),
        (429, {"Retry-After": "7"}, OutcomeKind.RETRY, 7.0),
        (400, {}, OutcomeKind.FAILED, None),
        (401, {}, OutcomeKind.FAILED, None),
        (404, {}, OutcomeKind.FAILED, None),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, OutcomeKind.FAILED, None),
    ],
)
async def test_only_what_may_pass_is_tried_again(
    database: Database, bigbox: Partner, status: int, headers: dict, kind: OutcomeKind, after: float | None
) -> None:
    async def refuses(_request: web.Request, _body: bytes) -> web.Response:
        return web.Response(status=status, headers=headers)

    async with as2_site(database, out(await bigbox.listen(refuses))) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        assert (outcome.kind, outcome.code, outcome.retry_after) == (kind, f"http-{status}", after)
        assert outcome.unavailable is (kind is OutcomeKind.RETRY)
        assert (await only(site))["state"] == ("sending" if kind is OutcomeKind.RETRY else "refused")
    assert len(bigbox.requests) == 1


async def test_a_server_that_is_not_there_is_tried_again(database: Database) -> None:
    async with as2_site(database, out("http://127.0.0.1:9/in")) as site:
        outcome = await site.send("bigbox-as2", ORDER)
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "no-answer-connection", True)


async def test_a_server_that_says_nothing_is_tried_again(database: Database, bigbox: Partner) -> None:
    held = asyncio.Event()

    async def holds(_request: web.Request, _body: bytes) -> web.Response:
        await held.wait()
        return web.Response()

    async with as2_site(database, out(await bigbox.listen(holds), timeout=0.2)) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        held.set()
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "no-answer-time-out")


async def test_a_server_that_breaks_off_is_tried_again(database: Database, bigbox: Partner) -> None:
    async def breaks(request: web.Request, _body: bytes) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with as2_site(database, out(await bigbox.listen(breaks))) as site:
        outcome = await site.send("bigbox-as2", ORDER)
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "no-answer-connection")


async def test_where_copies_are_done_twice_what_may_have_arrived_waits_for_a_person(database: Database, bigbox: Partner) -> None:
    async def breaks(request: web.Request, _body: bytes) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    for url, kind in ((await bigbox.listen(breaks), OutcomeKind.IN_DOUBT), ("http://127.0.0.1:9/in", OutcomeKind.RETRY)):
        async with as2_site(database, out(url, recognises_copies=False)) as site:
            assert not site.outbounds["bigbox-as2"].idempotent
            assert (await site.send("bigbox-as2", ORDER)).kind is kind


# ------------------------------------------------------------------------------------------------ receipts that prove nothing


async def answered(database: Database, bigbox: Partner, handle: Any, **changes: Any) -> tuple[Any, dict, list]:
    async with as2_site(database, out(await bigbox.listen(handle), **changes)) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        return outcome, await only(site), site.ledger.told


@pytest.mark.parametrize("body", [b"", b"<html>OK</html>", b"x" * 2_000_000])
async def test_success_without_the_receipt_is_none(database: Database, bigbox: Partner, body: bytes) -> None:
    async def takes(_request: web.Request, _body: bytes) -> web.Response:
        return web.Response(body=body, content_type="text/html")

    outcome, view, told = await answered(database, bigbox, takes)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-missing")
    assert (view["state"], view["receipt_state"], told) == ("refused", "missing", [])


async def test_a_refusal_is_told_and_not_tried_again(database: Database, bigbox: Partner) -> None:
    async def refuses(request: web.Request, body: bytes) -> web.Response:
        return bigbox.receipt(request, body, disposition=DECRYPTION_FAILED)

    outcome, view, told = await answered(database, bigbox, refuses)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-rejected")
    assert "decryption-failed" in outcome.message
    assert view["receipt_state"] == "negative"
    assert [each.said for each in told] == [Said.REJECTED]


async def test_a_receipt_for_other_bytes_is_no_proof(database: Database, bigbox: Partner) -> None:
    async def other(request: web.Request, body: bytes) -> web.Response:
        return bigbox.receipt(request, body, mic=compute_mic(b"other", Digest.SHA256))

    outcome, view, told = await answered(database, bigbox, other)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-mic-mismatch")
    assert view["receipt_state"] == "mismatch"
    assert [each.said for each in told] == [Said.REJECTED]


async def test_a_partner_may_hash_with_another_algorithm(database: Database, bigbox: Partner) -> None:
    async def other(request: web.Request, body: bytes) -> web.Response:
        (view,) = await site.transfers.find(request.headers["Message-ID"])
        hashed = await site.transfers.wire(view["id"])
        assert hashed is not None
        return bigbox.receipt(request, body, mic=compute_mic(hashed.body, Digest.SHA512))

    async with as2_site(database, out(await bigbox.listen(other))) as site:
        assert (await site.send("bigbox-as2", ORDER)).kind is OutcomeKind.DELIVERED
        assert (await only(site))["receipt_state"] == "verified"


@pytest.mark.parametrize("signing", [None, Signing(load_pair(pair("SOMEBODY").own))])
async def test_a_receipt_that_is_not_the_partners_is_no_proof(
    database: Database, bigbox: Partner, signing: Signing | None
) -> None:
    async def unsigned(request: web.Request, body: bytes) -> web.Response:
        return bigbox.receipt(request, body, signing=signing)

    outcome, view, told = await answered(database, bigbox, unsigned)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-unverified")
    assert (view["state"], view["receipt_state"], told) == ("refused", "unverified", [])


async def test_a_receipt_for_another_message_is_no_proof(database: Database, bigbox: Partner) -> None:
    async def another(request: web.Request, body: bytes) -> web.Response:
        envelope: Envelope = read_envelope(request.headers.items())
        return bigbox.receipt(request, body, original=replace(envelope, message_id="<other@NORDIC>"))

    outcome, view, _ = await answered(database, bigbox, another)
    assert (outcome.code, view["receipt_state"]) == ("receipt-other-message", "unverified")


async def test_a_receipt_is_handed_over_again_when_the_ledger_was_away(database: Database, bigbox: Partner) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url)) as site:
        parcel, way = site.parcel(ORDER), site.outbounds["bigbox-as2"]
        record = site.ledger.record_receipt

        async def away(_receipt: Any) -> bool:
            raise StoreUnavailable("down")

        site.ledger.record_receipt = away  # type: ignore[method-assign,assignment]
        (first,) = await way.send([parcel])
        assert first.kind is OutcomeKind.RETRY
        site.ledger.record_receipt = record  # type: ignore[method-assign]
        (second,) = await way.send([parcel])
        assert second.kind is OutcomeKind.DELIVERED
        assert [told.said for told in site.ledger.told] == [Said.ACCEPTED]
    assert len(bigbox.requests) == 1


# ------------------------------------------------------------------------------------------------ certificates


async def test_the_newest_certificate_in_use_is_encrypted_for_and_the_newest_key_signs(
    database: Database, bigbox: Partner
) -> None:
    now = datetime.now(UTC)
    next_year = replace(pair("BIGBOX of next year").agreed, use_from=now + timedelta(days=1))
    older = replace(pair("BIGBOX").agreed, use_from=now - timedelta(days=300))
    own_next = pair("NORDIC of next year").own
    own_next = replace(own_next, certificate=replace(own_next.certificate, use_from=now - timedelta(hours=1)))
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    terms = out(url, certificates=(next_year, older), keys=(pair("NORDIC").own, own_next), mdn="none")
    async with as2_site(database, terms) as site:
        await site.send("bigbox-as2", ORDER)
        view = await only(site)
    assert view["encrypted_for"] == load_agreed(older).fingerprint
    assert view["signed_by"] == load_pair(own_next).certificate.fingerprint


async def test_without_a_usable_certificate_nothing_is_sent(database: Database, bigbox: Partner) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    ended = pair("BIGBOX of last year", days=-1, begun=30)
    async with as2_site(database, out(url, certificates=(ended.agreed,))) as site:
        outcome = await site.send("bigbox-as2", ORDER)
        assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "message-not-built")
        assert "certificate" in outcome.message
    assert bigbox.requests == []


# ------------------------------------------------------------------------------------------------ asynchronous receipts


async def takes(_request: web.Request, _body: bytes) -> web.Response:
    return web.Response(status=202)


async def receipt_later(bigbox: Partner, url: str, **changes: Any) -> int:
    """The receipt for the first message that came, by a request of its own."""
    request, body = bigbox.requests[0]
    response = bigbox.receipt(request, body, **changes)
    assert isinstance(response.body, bytes)
    headers = [(name, value) for name, value in response.headers.items() if name != "Content-Length"]
    async with bigbox._session.post(url, data=response.body, headers=headers) as answer:
        return answer.status


async def test_an_asynchronous_receipt_is_matched_on_any_node(database: Database, bigbox: Partner) -> None:
    terms = out(await bigbox.listen(takes), mdn="async", receipt_url="https://edi.nordic.example/as2")
    async with as2_site(database, terms) as site, as2_site(database, terms) as other:
        outcome = await site.send("bigbox-as2", ORDER)
        assert outcome.kind is OutcomeKind.DELIVERED
        assert bigbox.requests[0][0].headers["Receipt-Delivery-Option"] == "https://edi.nordic.example/as2"
        assert (await only(site))["receipt_state"] == "awaited"
        assert await receipt_later(bigbox, other.url) == 204
        assert (await only(site))["receipt_state"] == "verified"
        assert [(told.said, told.delivery) for told in other.ledger.told] == [(Said.ACCEPTED, outcome.delivery)]
        assert await receipt_later(bigbox, site.url, message_id="<again@BIGBOX>") == 204
        assert await site.failures() == []
        assert await site.held() == []


async def test_a_receipt_may_overtake_the_answer(database: Database, bigbox: Partner) -> None:
    async def at_once(_request: web.Request, _body: bytes) -> web.Response:
        assert await receipt_later(bigbox, site.url) == 204
        return web.Response(status=202)

    async with as2_site(database, out(await bigbox.listen(at_once), mdn="async", receipt_url="https://x.example/")) as site:
        assert (await site.send("bigbox-as2", ORDER)).kind is OutcomeKind.DELIVERED
        view = await only(site)
        assert (view["state"], view["receipt_state"]) == ("sent", "verified")


@pytest.mark.parametrize(
    ("changes", "state", "code"),
    [
        ({"disposition": AUTHENTICATION_FAILED}, "negative", "receipt-rejected"),
        ({"mic": compute_mic(b"other", Digest.SHA256)}, "mismatch", "receipt-mic-mismatch"),
    ],
)
async def test_a_refusal_that_comes_later_has_an_owner(
    database: Database, bigbox: Partner, changes: dict, state: str, code: str
) -> None:
    async with as2_site(database, out(await bigbox.listen(takes), mdn="async", receipt_url="https://x.example/")) as site:
        await site.send("bigbox-as2", ORDER)
        assert await receipt_later(bigbox, site.url, **changes) == 204
        assert (await only(site))["receipt_state"] == state
        assert await site.failures() == [(code, "edi")]
        assert [told.said for told in site.ledger.told] == [Said.REJECTED]
        await receipt_later(bigbox, site.url)  # and in the end the opposite


async def test_a_contradiction_is_told_to_its_owner(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, out(await bigbox.listen(takes), mdn="async", receipt_url="https://x.example/")) as site:
        await site.send("bigbox-as2", ORDER)
        await receipt_later(bigbox, site.url)
        await receipt_later(bigbox, site.url, disposition=AUTHENTICATION_FAILED)
        assert (await only(site))["receipt_state"] == "contradicted"
        assert await site.failures() == [("receipt-rejected", "edi")]
        assert [told.said for told in site.ledger.told] == [Said.ACCEPTED, Said.REJECTED]


@pytest.mark.parametrize("signing", [None, Signing(load_pair(pair("SOMEBODY").own))])
async def test_a_forged_receipt_moves_nothing_and_is_kept(database: Database, bigbox: Partner, signing: Signing | None) -> None:
    async with as2_site(database, out(await bigbox.listen(takes), mdn="async", receipt_url="https://x.example/")) as site:
        await site.send("bigbox-as2", ORDER)
        assert await receipt_later(bigbox, site.url, signing=signing) == 204
        assert (await only(site))["receipt_state"] == "awaited"
        assert await site.failures() == [("receipt-unverified", "edi")]
        assert [state for _, _, state in await site.held()] == ["failed"]
        assert site.ledger.told == []
        assert await receipt_later(bigbox, site.url) == 204
        assert (await only(site))["receipt_state"] == "verified"


async def test_a_receipt_for_something_never_sent_is_kept_for_its_owner(database: Database, bigbox: Partner) -> None:
    async with as2_site(database, out(await bigbox.listen(takes), mdn="async", receipt_url="https://x.example/")) as site:
        await site.send("bigbox-as2", ORDER)
        envelope = read_envelope(bigbox.requests[0][0].headers.items())
        assert await receipt_later(bigbox, site.url, original=replace(envelope, message_id="<never@NORDIC>")) == 204
        assert await site.failures() == [("receipt-unmatched", "edi")]
        (stray,) = await site.rows("select state, channel from gateway.transfer where direction = 'in'")
        assert stray == {"state": "unmatched", "channel": "bigbox-as2"}


async def test_a_receipt_is_asked_for_again_when_it_could_not_be_written(
    database: Database, bigbox: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("down")

    async with as2_site(database, out(await bigbox.listen(takes), mdn="async", receipt_url="https://x.example/")) as site:
        await site.send("bigbox-as2", ORDER)
        with monkeypatch.context() as patched:
            patched.setattr(site.transfers, "record_receipt", away)
            assert await receipt_later(bigbox, site.url) == 503
        assert await receipt_later(bigbox, site.url) == 204
        assert (await only(site))["receipt_state"] == "verified"


async def test_compression_is_as_agreed(database: Database, bigbox: Partner) -> None:
    url = await bigbox.listen(lambda request, body: true_receipt(bigbox, request, body))
    async with as2_site(database, out(url, compress=str(Compression.BEFORE_SIGNING))) as site:
        await site.send("bigbox-as2", ORDER * 10_000)
        assert (await only(site))["size"] < 20_000
