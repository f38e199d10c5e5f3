"""Our AS2 channel sends to a partner made of openssl: every row arrives, and every answer is taken for what it is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.channels.as2 import As2Outbound
from gateway.ports import Outcome, OutcomeKind, Parcel
from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.gateway.channels.as2.site import Site, as2_site
from tests.interop.as2.libas2_server import Libas2Server
from tests.interop.as2.matrix import HTTP_ROWS, RECEIPTS, short
from tests.interop.as2.node_peer import NodePeer
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import PROCESSED
from tests.interop.as2.recipe import FILE_NAME, ORDER, Recipe
from tests.interop.as2.server import Arrived, Behaviour, PartnerServer
from tests.interop.as2.site import CHANNEL, terms, terms_of, way_out
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECURE = Recipe(sign="sha256", encrypt="aes-256-cbc")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(postgres: PostgresServer, parties: Parties) -> AsyncIterator[Site]:
    name = postgres.create_database()
    database = Database(postgres.url(name))
    await database.open()
    await migrate(database)
    async with as2_site(database, {CHANNEL: terms(parties)}) as site:
        yield site
    await database.close()
    postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="module")
async def way(site: Site, parties: Parties, partner: PartnerServer) -> AsyncIterator[As2Outbound]:
    """The usual way to the partner: signed, encrypted, a signed receipt at once."""
    async with way_out(site, terms_of(parties, SECURE, partner.url)) as way:
        yield way


@pytest_asyncio.fixture(loop_scope="module")
async def later(site: Site, parties: Parties, partner: PartnerServer) -> AsyncIterator[As2Outbound]:
    """The same with asynchronous receipts."""
    async with way_out(site, terms_of(parties, SECURE, partner.url, **receipts("later", site))) as way:
        yield way


def receipts(mode: str, site: Site) -> dict[str, Any]:
    """The terms of each mode of receipt."""
    modes: dict[str, dict[str, Any]] = {
        "none": {"mdn": "none"},
        "unsigned": {"mdn": "sync", "signed_receipt": False},
        "signed": {"mdn": "sync"},
        "later": {"mdn": "async", "receipt_url": site.url},
    }
    return modes[mode]


def parcel(site: Site) -> Parcel:
    return site.parcel(ORDER, name=FILE_NAME, media_type="application/edi-x12")


async def send(way: As2Outbound, sent: Parcel) -> Outcome:
    (outcome,) = await way.send([sent])
    return outcome


async def arrival(partner: PartnerServer) -> Arrived:
    arrived = await asyncio.to_thread(partner.next_arrival)
    assert not arrived.refused
    return arrived


async def evidence(site: Site, message_id: str, *, receipt: str | None = None) -> dict:
    """What is kept of a message of ours; once its receipt is in this state, if one is named."""
    query = "select * from gateway.transfer where direction = 'out' and message_id = $1"
    if receipt is None:
        (row,) = await site.rows(query, message_id)
    else:
        (row,) = await site.until(f"{query} and receipt_state = $2", message_id, receipt)
    return row


@pytest.mark.parametrize("mode", RECEIPTS)
@pytest.mark.parametrize("recipe", HTTP_ROWS, ids=short)
async def test_a_row_arrives_and_its_receipt_proves_it(
    site: Site, parties: Parties, partner: PartnerServer, recipe: Recipe, mode: str
) -> None:
    async with way_out(site, terms_of(parties, recipe, partner.url, **receipts(mode, site))) as way:
        partner.partner = parties.us_ec if recipe.scheme == "ecdsa" else parties.us
        outcome = await send(way, parcel(site))
    assert outcome.kind is OutcomeKind.DELIVERED
    arrived = await arrival(partner)
    assert arrived.opened is not None
    assert arrived.opened.content == ORDER
    assert arrived.opened.payload.parameter("filename", header="Content-Disposition") == FILE_NAME
    assert bool(arrived.get("Disposition-Notification-To")) == (mode != "none")
    assert bool(arrived.get("Receipt-Delivery-Option")) == (mode == "later")
    if mode == "later":
        assert (await asyncio.to_thread(partner.next_receipt)).status == 204
    kept = await evidence(site, arrived.get("Message-ID"), receipt="none" if mode == "none" else "verified")
    assert (kept["mic"], outcome.reference) == (arrived.opened.mic().digest, arrived.get("Message-ID"))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("compress", [None, "before", "after"])
async def test_other_transfer_encodings_arrive(
    site: Site, parties: Parties, partner: PartnerServer, encoding: str, compress: str | None
) -> None:
    recipe = Recipe(sign="sha256", encrypt="aes-128-cbc", compress=compress, encoding=encoding)
    async with way_out(site, terms_of(parties, recipe, partner.url)) as way:
        outcome = await send(way, parcel(site))
    arrived = await arrival(partner)
    assert arrived.opened is not None
    assert (outcome.kind, arrived.opened.content) == (OutcomeKind.DELIVERED, ORDER)
    assert arrived.opened.payload.get("Content-Transfer-Encoding") == encoding


@pytest.mark.parametrize("compress", [None, "before", "after"])
@pytest.mark.parametrize("encrypt", [None, "aes-256-gcm"], ids=str)
async def test_a_partner_who_wants_base64_gets_nothing_but_text(
    site: Site, parties: Parties, partner: PartnerServer, encrypt: str | None, compress: str | None
) -> None:
    recipe = Recipe(sign="sha256", encrypt=encrypt, compress=compress, encoding="base64")
    async with way_out(site, terms_of(parties, recipe, partner.url)) as way:
        outcome = await send(way, parcel(site))
    arrived = await arrival(partner)
    assert outcome.kind is OutcomeKind.DELIVERED
    assert arrived.body.isascii()


@pytest.mark.parametrize("encrypt", [None, "aes-128-cbc", "aes-256-cbc", "des3"], ids=str)
@pytest.mark.parametrize("sign", ["sha1", "sha256", "sha384", "sha512"])
async def test_libas2_takes_our_messages_and_its_receipts_are_believed(
    site: Site, parties: Parties, libas2: NodePeer, sign: str, encrypt: str | None
) -> None:
    recipe = Recipe(sign=sign, encrypt=encrypt, transport="oaep", encoding="base64")
    with Libas2Server(parties.them, parties.us, libas2, decrypt=bool(encrypt), verify=True) as server:
        async with way_out(site, terms_of(parties, recipe, server.url)) as way:
            outcome = await send(way, parcel(site))
        arrived = await arrival(server)
    assert arrived.opened is not None
    assert arrived.opened.content == ORDER
    assert outcome.kind is OutcomeKind.DELIVERED, outcome.message
    await evidence(site, arrived.get("Message-ID"), receipt="verified")


# ------------------------------------------------------------------------------------------------ sent again


@pytest.mark.parametrize(
    ("behaviour", "code", "after"),
    [
        (Behaviour(status=503, retry_after="7"), "http-503", 7.0),
        (Behaviour(status=500), "http-500", None),
        (Behaviour(status=408), "http-408", None),
        (Behaviour(status=429, retry_after="60"), "http-429", 60.0),
        (Behaviour(cut=True), "no-answer-connection", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_was_not_answered_is_sent_again_under_the_same_id(
    site: Site, way: As2Outbound, partner: PartnerServer, behaviour: Behaviour, code: str, after: float | None
) -> None:
    partner.behave(behaviour)
    sent = parcel(site)
    failed = await send(way, sent)
    assert (failed.kind, failed.code, failed.retry_after, failed.unavailable) == (OutcomeKind.RETRY, code, after, True)
    again = await send(way, sent)
    assert again.kind is OutcomeKind.DELIVERED
    first, second = await arrival(partner), await arrival(partner)
    assert first.get("Message-ID") == second.get("Message-ID")
    assert first.opened is not None
    assert second.opened is not None
    assert first.opened.mic() == second.opened.mic()
    await evidence(site, first.get("Message-ID"), receipt="verified")


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413])
async def test_what_is_refused_for_good_is_not_sent_again(
    site: Site, way: As2Outbound, partner: PartnerServer, status: int
) -> None:
    partner.behave(Behaviour(status=status, words="no"))
    outcome = await send(way, parcel(site))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, f"http-{status}")
    assert (await evidence(site, (await arrival(partner)).get("Message-ID")))["state"] == "refused"


# ------------------------------------------------------------------------------------------------ receipts that are wrong


@pytest.mark.parametrize(
    ("behaviour", "code", "state"),
    [
        (Behaviour(mic="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "receipt-mic-mismatch", "mismatch"),
        (Behaviour(mic=""), "receipt-mic-missing", "mismatch"),
        (Behaviour(signed=False), "receipt-unverified", "unverified"),
        (Behaviour(signerless=True), "receipt-unverified", "unverified"),
        (Behaviour(original_id="<other@nordic.example>"), "receipt-other-message", "unverified"),
        (Behaviour(disposition=f"{PROCESSED}/error: decryption-failed"), "receipt-rejected", "negative"),
        (Behaviour(silent=True), "receipt-missing", "missing"),
        (Behaviour(status=200, words="<h1>It works!</h1>"), "receipt-missing", "missing"),
    ],
    ids=["wrong mic", "no mic", "unsigned", "signed by nobody", "of another message", "negative", "none", "a web page"],
)
async def test_a_receipt_that_does_not_prove_it_is_no_success(
    site: Site, way: As2Outbound, partner: PartnerServer, behaviour: Behaviour, code: str, state: str
) -> None:
    partner.behave(behaviour)
    outcome = await send(way, parcel(site))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, code)
    assert (await evidence(site, (await arrival(partner)).get("Message-ID")))["receipt_state"] == state


async def test_a_strangers_receipt_proves_nothing(site: Site, parties: Parties, way: As2Outbound, partner: PartnerServer) -> None:
    partner.behave(Behaviour(signer=parties.stranger))
    outcome = await send(way, parcel(site))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-unverified")


async def test_a_receipt_by_an_expired_certificate_proves_nothing(
    site: Site, parties: Parties, way: As2Outbound, partner: PartnerServer
) -> None:
    partner.behave(Behaviour(signer=parties.them_expired))
    outcome = await send(way, parcel(site))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "receipt-unverified")


async def test_a_receipt_with_a_warning_is_a_success_that_says_so(site: Site, way: As2Outbound, partner: PartnerServer) -> None:
    partner.behave(Behaviour(disposition=f"{PROCESSED}/warning: duplicate-document"))
    assert (await send(way, parcel(site))).kind is OutcomeKind.DELIVERED
    await evidence(site, (await arrival(partner)).get("Message-ID"), receipt="warned")


# ------------------------------------------------------------------------------------------------ asynchronous receipts


async def test_a_receipt_comes_later_and_once_more(site: Site, later: As2Outbound, partner: PartnerServer) -> None:
    partner.hold()
    assert (await send(later, parcel(site))).kind is OutcomeKind.DELIVERED
    message_id = (await arrival(partner)).get("Message-ID")
    assert (await evidence(site, message_id))["receipt_state"] == "awaited"
    told = len(site.ledger.told)
    await asyncio.to_thread(partner.release, 2)
    assert [(await asyncio.to_thread(partner.next_receipt)).status for _ in range(2)] == [204, 204]
    kept = await evidence(site, message_id, receipt="verified")
    assert {receipt.id for receipt in site.ledger.told[told:]} == {kept["id"]}
    assert len(await site.rows("select 1 from gateway.transfer_receipt where transfer = $1", kept["id"])) == 1


async def test_a_receipt_that_overtakes_the_answer_is_matched(site: Site, later: As2Outbound, partner: PartnerServer) -> None:
    partner.behave(Behaviour(overtaking=True))
    assert (await send(later, parcel(site))).kind is OutcomeKind.DELIVERED
    assert (await asyncio.to_thread(partner.next_receipt)).status == 204
    await evidence(site, (await arrival(partner)).get("Message-ID"), receipt="verified")


@pytest.mark.parametrize(
    ("behaviour", "state", "code"),
    [
        (Behaviour(mic="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "mismatch", "receipt-mic-mismatch"),
        (Behaviour(disposition=f"{PROCESSED}/error: authentication-failed"), "negative", "receipt-rejected"),
    ],
    ids=["wrong mic", "negative"],
)
async def test_a_late_receipt_that_denies_it_is_a_failure_with_an_owner(
    site: Site, later: As2Outbound, partner: PartnerServer, behaviour: Behaviour, state: str, code: str
) -> None:
    partner.behave(behaviour)
    assert (await send(later, parcel(site))).kind is OutcomeKind.DELIVERED
    assert (await asyncio.to_thread(partner.next_receipt)).status == 204
    await evidence(site, (await arrival(partner)).get("Message-ID"), receipt=state)
    assert await site.rows("select 1 from gateway.failure where code = $1 and owner = 'edi'", code)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Behaviour(signed=False), "receipt-unverified"),
        (Behaviour(signerless=True), "receipt-unverified"),
        (Behaviour(original_id="<never.sent@nordic.example>"), "receipt-unmatched"),
    ],
    ids=["unsigned", "signed by nobody", "of another message"],
)
async def test_a_late_receipt_that_proves_nothing_is_kept_and_the_message_still_waits(
    site: Site, later: As2Outbound, partner: PartnerServer, behaviour: Behaviour, code: str
) -> None:
    partner.behave(behaviour)
    assert (await send(later, parcel(site))).kind is OutcomeKind.DELIVERED
    message_id = (await arrival(partner)).get("Message-ID")
    assert (await asyncio.to_thread(partner.next_receipt)).status == 204
    assert (await evidence(site, message_id))["receipt_state"] == "awaited"
    assert await site.rows("select 1 from gateway.failure where code = $1", code)
