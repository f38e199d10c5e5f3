"""The HTTP headers: who, to whom, and which receipt is asked for, however it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2 import (
    CannotBuild,
    Digest,
    ReceiptRequest,
    build,
    format_as2_name,
    parse_as2_name,
    read_envelope,
)
from gateway.protocols.as2.envelope import parse_notification_options
from gateway.protocols.as2.errors import ReceiptUnsupported
from gateway.protocols.as2.file_name import refuse_file_name
from gateway.protocols.as2.message import Attachment
from tests.gateway.protocols.as2.parties import AT


def test_names_and_ids_are_read_as_they_came() -> None:
    envelope = read_envelope(
        [
            ("as2-FROM", ' "My \\"firm\\"" '),
            ("AS2-To", "NORDIC-DC"),
            ("Message-Id", " <a b@c> "),
            ("Message-Id", "<second>"),
            ("Subject", "orders"),
            ("AS2-Version", "1.2"),
        ]
    )
    assert (envelope.sender, envelope.recipient) == ('My "firm"', "NORDIC-DC")
    assert envelope.message_id == "<a b@c>"
    assert (envelope.subject, envelope.version, envelope.receipt) == ("orders", "1.2", None)
    assert envelope.get("message-ID") == " <a b@c> "
    assert envelope.get("none") == ""


def test_an_id_without_brackets_stays_without() -> None:
    assert read_envelope([("Message-ID", "1@a")]).message_id == "1@a"


def test_nothing_at_all_is_read_as_nothing() -> None:
    envelope = read_envelope([])
    assert (envelope.sender, envelope.recipient, envelope.message_id, envelope.receipt) == ("", "", "", None)


@pytest.mark.parametrize(
    ("name", "header"), [("A", "A"), ("My firm", '"My firm"'), ('a"b\\c', '"a\\"b\\\\c"'), ("x" * 128, "x" * 128)]
)
def test_names_are_quoted_where_they_must_be(name: str, header: str) -> None:
    assert format_as2_name(name) == header
    assert parse_as2_name(header) == name


@pytest.mark.parametrize("name", ["", "x" * 129, "größe", "a\r\nX-Evil: 1", "tab\t"])
def test_what_is_no_as2_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="128 printable"):
        format_as2_name(name)
    with pytest.raises(CannotBuild):
        build([Attachment(b"x")], sender=name, recipient="B", message_id="<1>", at=AT)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=128))
def test_every_as2_name_survives_its_header(name: str) -> None:
    if name == name.strip():
        assert parse_as2_name(format_as2_name(name)) == name


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ReceiptRequest("x")),
        (
            "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1, md5",
            ReceiptRequest("x", None, "pkcs7-signature", False, ("sha1", "md5"), False),
        ),
        (
            "Signed-Receipt-Protocol=required,pkcs7-signature;signed-receipt-micalg=required,SHA-256",
            ReceiptRequest("x", None, "pkcs7-signature", True, ("SHA-256",), True),
        ),
        ("signed-receipt-protocol=pkcs7-signature", ReceiptRequest("x", None, "pkcs7-signature")),
        ('signed-receipt-micalg="optional", "sha-512"', ReceiptRequest("x", None, "", False, ("sha-512",))),
        ("signed-receipt-protocol; ; =x; signed-receipt-micalg=required", ReceiptRequest("x", micalgs_required=True)),
    ],
)
def test_the_receipt_asked_for_is_read(options: str, expected: ReceiptRequest) -> None:
    headers = [("Disposition-Notification-To", "x"), ("Disposition-Notification-Options", options)]
    assert read_envelope(headers).receipt == expected


def test_only_disposition_notification_to_asks_for_a_receipt() -> None:
    assert read_envelope([("Receipt-Delivery-Option", "https://a.example")]).receipt is None
    request = read_envelope(
        [("Disposition-Notification-To", "not an address at all <"), ("Receipt-Delivery-Option", " ")]
    ).receipt
    assert request is not None
    assert request.url is None


def test_a_receipt_is_asked_for_as_it_is_read() -> None:
    wish = ReceiptRequest("x@y", "https://a.example/mdn", "pkcs7-signature", True, ("sha-512", "sha-256"), True)
    built = build([Attachment(b"x")], sender="A", recipient="B", message_id="<1>", at=AT, receipt=wish)
    assert read_envelope(built.headers).receipt == wish


@pytest.mark.parametrize(
    ("micalgs", "chosen"),
    [
        (("md5", "SHA1"), (Digest.SHA1, "SHA1")),
        (("sha-256", "sha1"), (Digest.SHA256, "sha-256")),
        (("md5",), None),
        ((), None),
    ],
)
def test_the_first_algorithm_we_know_is_taken(micalgs: tuple[str, ...], chosen: tuple[Digest, str] | None) -> None:
    assert ReceiptRequest(micalgs=micalgs).choose_micalg() == chosen


def test_what_is_required_and_unknown_is_refused_with_the_words_of_the_standard() -> None:
    with pytest.raises(ReceiptUnsupported) as caught:
        ReceiptRequest(micalgs=("md5",), micalgs_required=True).choose_micalg()
    assert caught.value.words == "unsupported MIC-algorithms"
    with pytest.raises(ReceiptUnsupported) as caught:
        ReceiptRequest(protocol="pgp", protocol_required=True).check_format()
    assert caught.value.words == "unsupported format"
    ReceiptRequest(protocol="pgp").check_format()


@given(st.text(max_size=200))
def test_any_options_are_read_without_an_error(text: str) -> None:
    for required, values in parse_notification_options(text).values():
        assert isinstance(required, bool)
        assert all(values)


def test_nothing_breaks_out_of_a_header() -> None:
    built = build(
        [Attachment(b"x", "text/plain\r\nX-Evil: 1", 'a"\r\nb')],
        sender="A",
        recipient="B",
        message_id="<1>\r\nX-Evil: 1",
        at=AT,
        subject="a\r\nX-Evil: größe",
        receipt=ReceiptRequest("x\ny", "https://a\r\nb"),
    )
    assert all(value.isascii() and value.isprintable() for _, value in built.headers)


@pytest.mark.parametrize("name", ["orders.edi", "größe 図面.pdf", "a'b.x12", ".hidden", "console.txt"])
def test_usual_file_names_are_used(name: str) -> None:
    assert refuse_file_name(name) is None


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "c:\\x", "a\x00b", "a\nb", "x" * 256, "NUL", "com1.txt", "a.", "a?"]
)
def test_file_names_that_reach_elsewhere_are_refused(name: str) -> None:
    assert refuse_file_name(name)
