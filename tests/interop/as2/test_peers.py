"""The peers prove each other before they judge us: openssl against libas2, both ways, and the server's bad manners one by one."""

from collections.abc import Callable

import pytest

from tests.interop.as2 import client, openssl
from tests.interop.as2.client import NoAnswer, as2_headers
from tests.interop.as2.compressed import NotCompressedData, compress, decompress
from tests.interop.as2.entity import Entity, NotMime, multipart, parse, parts
from tests.interop.as2.mic import plain, read_mic
from tests.interop.as2.node_peer import NodePeer, Refused, message
from tests.interop.as2.opened import open_message
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import SIGNED_RECEIPT, read_receipt, sign_report, write_report
from tests.interop.as2.recipe import FILE_NAME, ORDER, Recipe, prepare
from tests.interop.as2.server import Behaviour, PartnerServer

ID = "<4711@bigbox.example>"

SIGNATURES = [
    ("sha1", "pkcs1"),
    ("sha256", "pkcs1"),
    ("sha384", "pkcs1"),
    ("sha512", "pkcs1"),
    ("sha256", "pss"),
    ("sha256", "ecdsa"),
]
CIPHERS = ["des3", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm"]

RECIPES = [
    Recipe(),
    *(Recipe(sign=digest, scheme=scheme, encrypt="aes-128-cbc") for digest, scheme in SIGNATURES),
    *(Recipe(encrypt=cipher, transport=transport) for cipher in CIPHERS for transport in ("pkcs1", "oaep")),
    *(Recipe(sign="sha256", compress=when, detached=detached) for when in ("before", "after") for detached in (True, False)),
    Recipe(compress="after"),
    Recipe(sign="sha256", detached=False, encrypt="aes-256-gcm", compress="before", encoding="base64", streamed=True),
    Recipe(sign="sha256", encrypt="aes-128-cbc", encoding="quoted-printable"),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_a_message_of_every_recipe_is_opened_and_its_mic_agrees(parties: Parties, recipe: Recipe) -> None:
    signer = parties.signer(recipe.scheme)
    prepared = prepare(recipe, signer=signer, recipient=parties.us)
    opened = open_message(prepared.headers, prepared.body, recipient=parties.us, sender=signer)
    assert opened.content == ORDER
    assert opened.payload.parameter("filename", header="Content-Disposition") == FILE_NAME
    assert opened.mic() == prepared.mic()
    assert opened.digest == (recipe.sign or "")
    assert bool(recipe.compress) == ("compressed" in opened.layers)


@pytest.mark.parametrize("named", ["pss", "oaep", "aes-128-gcm", "aes-256-gcm", "des3", "aes-192-cbc", "ecdsa"])
def test_algorithms_are_recognised_in_what_openssl_writes(parties: Parties, named: str) -> None:
    if named in {"pss", "ecdsa"}:
        der = openssl.sign(ORDER, parties.signer(named), scheme=named)
    else:
        cipher = "aes-128-cbc" if named == "oaep" else named
        der = openssl.encrypt(ORDER, parties.us, cipher=cipher, transport="oaep" if named == "oaep" else "pkcs1")
    assert openssl.names(der, named)
    assert not openssl.names(der, "sha1" if named != "oaep" else "pss")


def test_a_strangers_signature_and_a_changed_byte_are_refused(parties: Parties) -> None:
    der = openssl.sign(ORDER, parties.stranger)
    with pytest.raises(openssl.Refused):
        openssl.verify(der, parties.them, content=ORDER)
    with pytest.raises(openssl.Refused):
        openssl.verify(openssl.sign(ORDER, parties.them), parties.them, content=ORDER.replace(b"THEM", b"THEN"))


def test_signed_data_without_a_signer_is_refused(parties: Parties) -> None:
    with pytest.raises(openssl.Refused):
        openssl.verify(openssl.signed_by_nobody(parties.them.certificate), parties.them, content=ORDER)


def test_the_wrong_key_decrypts_nothing(parties: Parties) -> None:
    prepared = prepare(Recipe(encrypt="aes-128-gcm"), signer=parties.them, recipient=parties.stranger)
    with pytest.raises((openssl.Refused, NotMime)):
        open_message(prepared.headers, prepared.body, recipient=parties.us, sender=parties.them)


@pytest.mark.parametrize("content", [b"", b"x", ORDER, ORDER * 400, bytes(range(256)) * 300], ids=len)
@pytest.mark.parametrize("streamed", [False, True], ids=["der", "ber"])
def test_what_was_compressed_is_decompressed(content: bytes, streamed: bool) -> None:
    assert decompress(compress(content, streamed=streamed)) == content


@pytest.mark.parametrize("spoil", [lambda der: der[:-1], lambda der: der + b"\0", lambda der: der[:-9] + b"\xff" * 9])
def test_spoilt_compressed_data_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotCompressedData):
        decompress(spoil(compress(ORDER)))


def test_parts_are_cut_to_the_byte() -> None:
    sections = (b"A: 1\r\n\r\none\r\n", b"A: 2\r\n\r\n", b"A: 3\r\n\r\n--edge is not at the start of its line --=-e\r\n\r\n")
    assert parts(multipart("multipart/mixed", "=-e", *sections)) == sections


def test_a_multipart_without_its_end_and_a_header_with_bare_line_feeds_are_refused() -> None:
    entity = multipart("multipart/mixed", "=-e", b"A: 1\r\n\r\none")
    with pytest.raises(NotMime, match="closing delimiter"):
        parts(Entity(entity.headers, entity.body[:-4]))
    with pytest.raises(NotMime, match="CRLF"):
        parse(b"A: 1\nB: 2\r\n\r\n")


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_receipt_is_written_and_read(parties: Parties, digest: str) -> None:
    mic = read_mic("q1Bt==, SHA-256")
    report = sign_report(write_report(ID, "BIGBOX", mic), parties.them, digest=digest)
    receipt = read_receipt(report.headers, report.body, parties.them)
    assert (receipt.signed, receipt.digest, receipt.disposition) == (True, digest, "processed")
    assert (receipt.get("original-message-id"), receipt.mic) == (ID, mic)


SIGNING = {"sha1": "sha-1", "sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}
ENCRYPTING = {"des3": "des-EDE3-CBC", "aes-128-cbc": "aes128-CBC", "aes-192-cbc": "aes192-CBC", "aes-256-cbc": "aes256-CBC"}


@pytest.mark.parametrize("encrypt", ["aes128-CBC", "aes192-CBC", "aes256-CBC", "des-EDE3-CBC", None], ids=str)
@pytest.mark.parametrize("sign", ["sha-1", "sha-256", "sha-384", "sha-512", None], ids=str)
def test_openssl_opens_what_libas2_makes(parties: Parties, libas2: NodePeer, sign: str | None, encrypt: str | None) -> None:
    wire = libas2.build(ORDER, host=parties.them, partner=parties.us, message_id=ID, sign=sign, encrypt=encrypt)
    entity = parse(wire)
    opened = open_message(entity.headers, entity.body, recipient=parties.us, sender=parties.them)
    assert opened.content == ORDER
    assert (entity.get("Message-ID"), entity.get("AS2-From"), entity.get("AS2-To")) == (ID, "BIGBOX", "NORDIC-DC")
    assert opened.digest == (plain(sign) if sign else "")
    assert openssl.names(opened.envelope, "oaep") == bool(encrypt)


def test_libas2_verifies_ecdsa_of_openssl(parties: Parties, libas2: NodePeer) -> None:
    signer = parties.them_ec
    prepared = prepare(Recipe(sign="sha256", scheme="ecdsa", encoding="base64"), signer=signer, recipient=parties.us)
    wire = Entity((*as2_headers("BIGBOX", "NORDIC-DC", ID, receipt=""), *prepared.headers), prepared.body).wire
    found = libas2.open(wire, host=parties.us, partner=signer, verify=True)
    assert (found["content"], found["notification"]["processed"]) == (ORDER, True)


@pytest.mark.parametrize("transport", ["pkcs1", "oaep"])
@pytest.mark.parametrize("encrypt", [*ENCRYPTING, None], ids=str)
@pytest.mark.parametrize("sign", [*SIGNING, None], ids=str)
def test_libas2_opens_what_openssl_makes(
    parties: Parties, libas2: NodePeer, sign: str | None, encrypt: str | None, transport: str
) -> None:
    recipe = Recipe(sign=sign, encrypt=encrypt, transport=transport, encoding="base64")
    prepared = prepare(recipe, signer=parties.them, recipient=parties.us)
    headers = as2_headers("BIGBOX", "NORDIC-DC", ID, receipt=SIGNED_RECEIPT)
    wire = Entity((*headers, *prepared.headers), prepared.body).wire
    terms = {"decrypt": bool(encrypt), "verify": bool(sign), "receiptSigned": "sha-256"}
    found = libas2.open(wire, host=parties.us, partner=parties.them, **terms)
    assert found["content"] == ORDER
    receipt = parse(found["receipt"])
    with pytest.raises(openssl.Refused):
        read_receipt(receipt.headers, receipt.body, parties.us)
    read = read_receipt(receipt.headers, receipt.body, parties.us, last_line_end=False)
    assert (read.signed, read.get("Original-Message-ID"), read.disposition) == (True, ID, "processed")
    assert read.mic == (prepared.mic() if sign else None)


def test_libas2_reads_a_receipt_of_openssl_and_refuses_a_strangers(parties: Parties, libas2: NodePeer) -> None:
    report = write_report(ID, "BIGBOX", read_mic("q1Bt==, sha-256"))
    found = libas2.read(sign_report(report, parties.them).wire, signer=parties.them)
    assert (found["originalMessageId"], found["processed"], found["mic"]["mic"]) == (ID, True, "q1Bt==")
    with pytest.raises(Refused):
        libas2.read(sign_report(report, parties.stranger).wire, signer=parties.them)


def exchange(parties: Parties, partner: PartnerServer, recipe: Recipe, **asked: str) -> client.Answer:
    """Send a message of ours, made by openssl, to the partner's server with curl."""
    prepared = prepare(recipe, signer=parties.us, recipient=parties.them)
    return client.send(partner.url, prepared, as2_headers("NORDIC-DC", "BIGBOX", ID, receipt=SIGNED_RECEIPT, **asked))


def test_the_server_answers_a_signed_receipt(parties: Parties, partner: PartnerServer) -> None:
    answer = exchange(parties, partner, Recipe(sign="sha384", encrypt="aes-256-cbc"))
    receipt = read_receipt(answer.headers, answer.body, parties.them)
    arrived = partner.next_arrival()
    assert arrived.opened is not None
    assert arrived.opened.content == ORDER
    assert (receipt.signed, receipt.get("Original-Message-ID"), receipt.mic) == (True, ID, arrived.opened.mic())


def test_the_server_sends_a_receipt_later_to_where_it_is_wanted(parties: Parties, partner: PartnerServer) -> None:
    with PartnerServer(parties.us, parties.them) as ours:
        partner.hold()
        answer = exchange(parties, partner, Recipe(sign="sha256"), to=f"{ours.url}/receipts")
        assert (answer.status, answer.body) == (202, b"")
        partner.release()
        arrived = ours.next_arrival()
        receipt = read_receipt(arrived.headers, arrived.body, parties.them)
        assert (arrived.path, receipt.get("Original-Message-ID")) == ("/as2/receipts", ID)
        assert partner.next_receipt().status == 200


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(mic="AAAA"), ("AAAA", ID, True)),
        (Behaviour(original_id="<other@bigbox.example>"), (None, "<other@bigbox.example>", True)),
        (Behaviour(signed=False), (None, ID, False)),
    ],
)
def test_the_server_answers_wrongly_once_when_told_to(
    parties: Parties, partner: PartnerServer, behaviour: Behaviour, expected: tuple[str | None, str, bool]
) -> None:
    partner.behave(behaviour)
    answer = exchange(parties, partner, Recipe(sign="sha256"))
    receipt = read_receipt(answer.headers, answer.body, parties.them)
    assert receipt.mic is not None
    digest = expected[0] or partner.next_arrival().opened.mic().digest  # type: ignore[union-attr]
    assert (receipt.mic.digest, receipt.get("Original-Message-ID"), receipt.signed) == (digest, *expected[1:])
    again = exchange(parties, partner, Recipe(sign="sha256"))
    assert read_receipt(again.headers, again.body, parties.them).disposition == "processed"


def test_the_server_can_refuse_be_silent_and_hang_up(parties: Parties, partner: PartnerServer) -> None:
    partner.behave(Behaviour(status=503, retry_after="7"), Behaviour(silent=True), Behaviour(cut=True))
    refused = exchange(parties, partner, Recipe())
    assert (refused.status, refused.get("Retry-After")) == (503, "7")
    silent = exchange(parties, partner, Recipe())
    assert (silent.status, silent.body) == (200, b"")
    with pytest.raises(NoAnswer):
        exchange(parties, partner, Recipe())


def test_the_server_can_sign_by_nobody_and_by_a_stranger(parties: Parties, partner: PartnerServer) -> None:
    for behaviour in (Behaviour(signerless=True), Behaviour(signer=parties.stranger)):
        partner.behave(behaviour)
        answer = exchange(parties, partner, Recipe(sign="sha256"))
        with pytest.raises(openssl.Refused):
            read_receipt(answer.headers, answer.body, parties.them)


@pytest.mark.parametrize(
    ("names", "message_id", "reason"),
    [(("NORDIC-DC", "OTHER"), ID, "AS2-To"), (("NORDIC-DC", "BIGBOX"), "4711", "Message-ID"), (("", "BIGBOX"), ID, "AS2-From")],
)
def test_the_server_judges_header_fields(
    parties: Parties, partner: PartnerServer, names: tuple[str, str], message_id: str, reason: str
) -> None:
    prepared = prepare(Recipe(), signer=parties.us, recipient=parties.them)
    client.send(partner.url, prepared, as2_headers(*names, message_id, receipt=""))
    assert reason in partner.next_arrival().refused


def test_libas2_sends_to_the_server_and_reads_its_receipt(parties: Parties, partner: PartnerServer, libas2: NodePeer) -> None:
    terms = {"sign": "sha-256", "encrypt": "aes256-CBC", "receipt": {"signing": "sha-256"}}
    asked = message(ORDER, host=parties.us, partner=parties.them, message_id=ID, url=partner.url, **terms)
    told = libas2.ask("send", **asked)
    arrived = partner.next_arrival()
    assert arrived.opened is not None
    assert arrived.opened.content == ORDER
    assert (told["status"], told["receipt"]["originalMessageId"], told["receipt"]["processed"]) == (200, ID, True)
    assert told["receipt"]["mic"]["mic"] == arrived.opened.mic().digest
