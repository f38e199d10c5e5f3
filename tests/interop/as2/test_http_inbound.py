"""openssl and curl, and libas2, send to our AS2 channel: every row is stored and gets the receipt it asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cache
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.gateway.channels.as2.site import Site, as2_site
from tests.interop.as2 import client
from tests.interop.as2.client import Answer, as2_headers
from tests.interop.as2.entity import Entity, Headers
from tests.interop.as2.identities import Identity
from tests.interop.as2.matrix import HTTP_ROWS, RECEIPTS, short
from tests.interop.as2.node_peer import NodePeer, message, party
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import SIGNED_RECEIPT, Receipt, read_receipt
from tests.interop.as2.recipe import FILE_NAME, ORDER, Prepared, Recipe, prepare
from tests.interop.as2.server import Behaviour, PartnerServer
from tests.interop.as2.site import CHANNEL, terms
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECURE = Recipe(sign="sha256", encrypt="aes-256-cbc")
_NUMBERS = count(1)


def new_id() -> str:
    return f"<{next(_NUMBERS)}.in@bigbox.example>"


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


@cache
def kept(recipe: Recipe, signer: Identity, recipient: Identity) -> Prepared:
    """One message of each recipe: its Message-ID is not within what is signed and encrypted."""
    return prepare(recipe, signer=signer, recipient=recipient)


async def post(site: Site, prepared: Prepared | Entity, headers: Headers, *, chunked: bool = False) -> Answer:
    return await asyncio.to_thread(client.post, site.url, (*headers, *prepared.headers), prepared.body, chunked=chunked)


async def transfer(site: Site, message_id: str) -> dict:
    """The evidence of the message, with the documents it held."""
    (row,) = await site.rows("select * from gateway.transfer where message_id = $1 order by at, id", message_id)
    row["contents"] = [
        (found["name"], found["bytes"])
        for found in await site.rows(
            "select t.name, string_agg(r.bytes, ''::bytea order by r.ordinal) as bytes from gateway.transmission t "
            "join gateway.raw_body r on r.transmission = t.id where t.id = any($1) group by t.id order by t.id",
            row["transmissions"],
        )
    ]
    return row


def asked(mode: str, url: str) -> dict[str, Any]:
    """The request for a receipt of each mode."""
    return {
        "none": {},
        "unsigned": {"receipt": ""},
        "signed": {"receipt": SIGNED_RECEIPT},
        "later": {"receipt": SIGNED_RECEIPT, "to": url},
    }[mode]


async def receipt_of(mode: str, answer: Answer, partner: PartnerServer, us: Identity) -> Receipt | None:
    """The receipt as it came: in the answer, or by a request to the partner's server."""
    if mode == "none":
        assert (answer.status, answer.body) == (200, b"")
        return None
    if mode != "later":
        assert answer.status == 200
        return read_receipt(answer.headers, answer.body, us)
    assert (answer.status, answer.body) == (204, b"")
    arrived = await asyncio.to_thread(partner.next_arrival)
    assert not arrived.refused
    return read_receipt(arrived.headers, arrived.body, us)


@pytest.mark.parametrize("mode", RECEIPTS)
@pytest.mark.parametrize("recipe", HTTP_ROWS, ids=short)
async def test_a_row_is_stored_and_answered(
    site: Site, parties: Parties, partner: PartnerServer, recipe: Recipe, mode: str
) -> None:
    prepared, message_id = kept(recipe, parties.signer(recipe.scheme), parties.us), new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, **asked(mode, partner.url))
    answer = await post(site, prepared, headers)
    receipt = await receipt_of(mode, answer, partner, parties.us)
    if receipt is not None:
        assert (receipt.signed, receipt.disposition) == (mode != "unsigned", "processed")
        assert (receipt.get("Original-Message-ID"), receipt.mic) == (message_id, prepared.mic())
    stored = await transfer(site, message_id)
    assert (stored["state"], stored["contents"]) == ("processed", [(FILE_NAME, ORDER)])
    assert stored["mic"] == prepared.mic().digest
    assert bool(stored["signed_by"]) == bool(recipe.sign)
    assert bool(stored["encrypted_for"]) == bool(recipe.encrypt)


@pytest.mark.parametrize(
    "recipe", [Recipe(sign="sha256"), SECURE, Recipe(sign="sha256", detached=False, encoding="base64")], ids=str
)
async def test_a_chunked_body_is_taken(site: Site, parties: Parties, recipe: Recipe) -> None:
    prepared, message_id = kept(recipe, parties.them, parties.us), new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT)
    answer = await post(site, prepared, headers, chunked=True)
    assert read_receipt(answer.headers, answer.body, parties.us).mic == prepared.mic()
    assert (await transfer(site, message_id))["contents"] == [(FILE_NAME, ORDER)]


@pytest.mark.parametrize("encrypt", [None, "aes128-CBC", "aes256-CBC", "des-EDE3-CBC"], ids=str)
@pytest.mark.parametrize("sign", [None, "sha-1", "sha-256", "sha-512"], ids=str)
async def test_libas2_sends_by_its_own_http_and_takes_our_receipt(
    site: Site, parties: Parties, libas2: NodePeer, sign: str | None, encrypt: str | None
) -> None:
    message_id = new_id()
    terms_: dict[str, Any] = {"sign": sign, "encrypt": encrypt, "receipt": {"signing": "sha-256"}}
    sent = message(ORDER, host=parties.them, partner=parties.us, message_id=message_id, url=site.url, **terms_)
    told = await asyncio.to_thread(lambda: libas2.ask("send", **sent))
    stored = await transfer(site, message_id)
    assert (stored["state"], stored["contents"]) == ("processed", [("orders.x12", ORDER)])
    assert (told["status"], told["receipt"]["originalMessageId"], told["receipt"]["processed"]) == (200, message_id, True)
    assert told["receipt"]["mic"]["mic"] == stored["mic"]


async def test_an_asynchronous_receipt_is_sent_until_it_is_taken(site: Site, parties: Parties, partner: PartnerServer) -> None:
    partner.behave(Behaviour(status=503), Behaviour(cut=True))
    prepared, message_id = kept(SECURE, parties.them, parties.us), new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT, to=partner.url)
    assert (await post(site, prepared, headers)).status == 204
    came = [await asyncio.to_thread(partner.next_arrival) for _ in range(3)]
    assert len({arrived.body for arrived in came}) == 1
    assert len({arrived.get("Message-ID") for arrived in came}) == 1
    receipt = read_receipt(came[-1].headers, came[-1].body, parties.us)
    assert (receipt.get("Original-Message-ID"), receipt.mic) == (message_id, prepared.mic())
    await site.until("select 1 from gateway.transfer where message_id = $1 and receipt_state = 'answered'", message_id)


async def test_libas2_gets_the_asynchronous_receipt_it_asks_for(
    site: Site, parties: Parties, partner: PartnerServer, libas2: NodePeer
) -> None:
    message_id = new_id()
    host = {**party(parties.them), "url": partner.url}
    terms_ = {"sign": "sha-256", "encrypt": "aes128-CBC", "receipt": {"signing": "sha-256", "async": True}}
    sent = message(ORDER, host=parties.them, partner=parties.us, message_id=message_id, url=site.url, **terms_)
    told = await asyncio.to_thread(lambda: libas2.ask("send", **{**sent, "host": host}))
    assert told == {"status": 204}
    arrived = await asyncio.to_thread(partner.next_arrival)
    read = libas2.read(Entity(arrived.headers, arrived.body).wire, signer=parties.us)
    assert (read["originalMessageId"], read["processed"]) == (message_id, True)
    assert read["mic"]["mic"] == (await transfer(site, message_id))["mic"]


# ------------------------------------------------------------------------------------------------ what is wrong


def tampered(prepared: Prepared) -> Entity:
    return Entity(prepared.headers, prepared.body.replace(b"PO1*1*5*EA", b"PO1*1*9*EA"))


WRONG: dict[str, tuple[Callable[[Parties], Prepared | Entity], str]] = {
    "changed bytes": (lambda p: tampered(kept(Recipe(sign="sha256"), p.them, p.us)), "integrity-check-failed"),
    "another's key": (lambda p: kept(SECURE, p.them, p.stranger), "decryption-failed"),
    "a stranger's signature": (lambda p: kept(SECURE, p.stranger, p.us), "authentication-failed"),
    "an expired certificate": (lambda p: kept(SECURE, p.them_expired, p.us), "authentication-failed"),
    "cut off": (lambda p: Entity((k := kept(SECURE, p.them, p.us)).headers, k.body[:1000]), "unexpected-processing-error"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_message_is_answered_so_and_kept_as_it_came(site: Site, parties: Parties, what: str) -> None:
    make, words = WRONG[what]
    spoilt, message_id = make(parties), new_id()
    answer = await post(site, spoilt, as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT))
    receipt = read_receipt(answer.headers, answer.body, parties.us)
    assert (answer.status, receipt.signed, receipt.disposition) == (200, True, f"processed/error: {words}")
    assert receipt.get("Original-Message-ID") == message_id
    stored = await transfer(site, message_id)
    assert stored["state"] in {"failed", "quarantined"}
    assert [content for _, content in stored["contents"]] == [spoilt.body]
    assert await site.rows("select 1 from gateway.failure where code = $1 and owner = 'edi'", words)


@pytest.mark.parametrize(
    ("sender", "recipient", "words"),
    [
        ("SOMEBODY", "NORDIC-DC", "unknown-trading-partner"),
        ("BIGBOX", "NORDIC-XX", "unknown-trading-partner"),
        ("bigbox", "NORDIC-DC", "unknown-trading-partner"),
    ],
)
async def test_unknown_names_are_told_so_by_a_signed_receipt(
    site: Site, parties: Parties, sender: str, recipient: str, words: str
) -> None:
    prepared, message_id = kept(SECURE, parties.them, parties.us), new_id()
    answer = await post(site, prepared, as2_headers(sender, recipient, message_id, receipt=SIGNED_RECEIPT))
    receipt = read_receipt(answer.headers, answer.body, parties.us)
    assert (receipt.signed, receipt.disposition) == (True, f"processed/error: {words}")
    stored = await transfer(site, message_id)
    assert [content for _, content in stored["contents"]] == [prepared.body]


async def test_a_replay_gets_the_same_receipt_and_is_not_processed_again(site: Site, parties: Parties) -> None:
    message_id = new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT)
    first = await post(site, prepare(SECURE, signer=parties.them, recipient=parties.us), headers)
    again = await post(site, prepare(SECURE, signer=parties.them, recipient=parties.us), headers)
    assert (first.body, first.get("Message-ID")) == (again.body, again.get("Message-ID"))
    assert read_receipt(again.headers, again.body, parties.us).disposition == "processed"
    assert (await transfer(site, message_id))["copies"] == 1


async def test_a_replay_of_what_failed_is_processed(site: Site, parties: Parties) -> None:
    message_id = new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT)
    good = kept(Recipe(sign="sha256"), parties.them, parties.us)
    failed = await post(site, tampered(good), headers)
    assert "error" in read_receipt(failed.headers, failed.body, parties.us).disposition
    answer = await post(site, good, headers)
    assert read_receipt(answer.headers, answer.body, parties.us).disposition == "processed"
    rows = await site.rows("select state from gateway.transfer where message_id = $1 order by at, id", message_id)
    assert sorted(row["state"] for row in rows) == ["failed", "processed"] or [row["state"] for row in rows][-1] == "processed"


async def test_another_content_under_a_used_id_is_refused_and_kept(site: Site, parties: Parties) -> None:
    message_id = new_id()
    headers = as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=SIGNED_RECEIPT)
    other = prepare(SECURE, signer=parties.them, recipient=parties.us, content=ORDER.replace(b"*5*EA", b"*6*EA"))
    await post(site, kept(SECURE, parties.them, parties.us), headers)
    answer = await post(site, other, headers)
    receipt = read_receipt(answer.headers, answer.body, parties.us)
    assert receipt.disposition.startswith("processed/error")
    rows = await site.rows("select state from gateway.transfer where message_id = $1", message_id)
    assert sorted(row["state"] for row in rows) == ["conflict", "processed"]


@pytest.mark.parametrize(
    ("options", "disposition"),
    [
        (
            "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, md5",
            "failed/failure: unsupported MIC-algorithms",
        ),
        (
            "signed-receipt-protocol=required, pgp-signature; signed-receipt-micalg=optional, sha256",
            "failed/failure: unsupported format",
        ),
    ],
)
async def test_a_receipt_that_cannot_be_given_is_a_failure(site: Site, parties: Parties, options: str, disposition: str) -> None:
    message_id = new_id()
    answer = await post(
        site, kept(SECURE, parties.them, parties.us), as2_headers("BIGBOX", "NORDIC-DC", message_id, receipt=options)
    )
    receipt = read_receipt(answer.headers, answer.body, parties.us)
    assert receipt.disposition.lower() == disposition.lower()
    assert [content for _, content in (await transfer(site, message_id))["contents"]]


async def test_messages_that_come_together_are_kept_apart(site: Site, parties: Parties) -> None:
    """Twenty at once, each under its own id: none is lost, none is doubled, each receipt is for its own message."""
    ids = [new_id() for _ in range(20)]
    contents = [ORDER.replace(b"4711", b"%04d" % number) for number in range(20)]
    made = [prepare(SECURE, signer=parties.them, recipient=parties.us, content=content) for content in contents]
    headers = [as2_headers("BIGBOX", "NORDIC-DC", each, receipt=SIGNED_RECEIPT) for each in ids]
    answers = await asyncio.gather(*(post(site, one, fields) for one, fields in zip(made, headers, strict=True)))
    receipts = [read_receipt(answer.headers, answer.body, parties.us) for answer in answers]
    assert [(receipt.get("Original-Message-ID"), receipt.mic) for receipt in receipts] == [
        (each, one.mic()) for each, one in zip(ids, made, strict=True)
    ]
    assert [(await transfer(site, each))["contents"] for each in ids] == [[(FILE_NAME, content)] for content in contents]
