"""What a mail holds: every way in which programs attach files is read, and what cannot be read whole is a fault."""

from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.mail.letter import Letter, Selection, parse, read_letter
from gateway.channels.mail.refusal import refusal
from tests.gateway.channels.mail.conftest import read, written
from translators import detection

EDI = b"UNB+UNOC:3+A+B+261121:1200+1'\r\nUNZ+0+1'\r\n"


def letter(raw: bytes, *names: str, body: bool = False) -> Letter:
    return read_letter(parse(raw), Selection(names or ("*",), body))


def mixed(*parts: bytes, head: bytes = b"") -> bytes:
    """A mail of parts that are written by hand."""
    begin = b"From: a@b.example\r\n" + head + b'Content-Type: multipart/mixed; boundary="=-x"\r\n\r\nPreamble\r\n'
    return begin + b"".join(b"--=-x\r\n" + part + b"\r\n" for part in parts) + b"--=-x--\r\n"


def part(name: bytes, content: bytes, encoding: bytes = b"base64", disposition: bytes = b"attachment") -> bytes:
    lines = [
        b"Content-Type: application/octet-stream",
        b"Content-Disposition: " + disposition + b"; filename" + name,
        b"Content-Transfer-Encoding: " + encoding,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_attachments_come_out_as_they_went_in(contents: list[bytes]) -> None:
    found = letter(written(files=tuple((f"{number}.edi", content) for number, content in enumerate(contents))))
    assert [attachment.content for attachment in found.attachments] == contents
    assert found.faults == ()


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reading(noise: bytes) -> None:
    for raw in (noise, mixed(noise), mixed(part(b'="a.edi"', noise))):
        found = letter(raw, body=True)
        assert found.attachments or found.faults


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        (b"base64", b64encode(EDI)),
        (b"BASE64", b" \r\n".join(b64encode(EDI)[at : at + 4] for at in range(0, 60, 4))),
        (b"quoted-printable", b"UNB+UNOC:3+A+B+26=\r\n1121:1200+1'=0D=0AUNZ+0+1'=0D=0A"),
        (b"7bit", EDI),
        (b"8bit", EDI),
        (b"binary", EDI),
    ],
)
def test_each_transfer_encoding_is_undone(encoding: bytes, content: bytes) -> None:
    (attachment,) = letter(mixed(part(b'="a.edi"', content, encoding))).attachments
    assert attachment.content == EDI


def test_bytes_beyond_ascii_stay_as_they_are() -> None:
    (attachment,) = letter(mixed(part(b'="a.edi"', b"caf\xe9\x1d\x85\r\n", b"8bit"))).attachments
    assert attachment.content == b"caf\xe9\x1d\x85\r\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b'="order.edi"', "order.edi"),
        (b"=order.edi", "order.edi"),
        (b"*=utf-8''Bestellung%20M%C3%BCller.edi", "Bestellung Müller.edi"),
        (b'*0="a long"; filename*1=" name.edi"', "a long name.edi"),
        (b'="=?iso-8859-1?Q?M=FCller.edi?="', "Müller.edi"),
        (b'="=?no-such-charset?Q?M=FCller.edi?="', "=?no-such-charset?Q?M=FCller.edi?="),
        (b'="C:\\\\Users\\\\x\\\\order.edi"', "order.edi"),
        (b'="../../etc/order.edi"', "order.edi"),
        (b'="or\x07der.edi"', "order.edi"),
        (b'=""', "part-1"),
    ],
)
def test_the_file_name_is_read_in_every_way_it_is_written(name: bytes, expected: str) -> None:
    (attachment,) = letter(mixed(part(name, b64encode(b"x")))).attachments
    assert attachment.name == expected


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        (b64encode(EDI)[:-3], b"base64", "not whole"),
        (b64encode(EDI)[:20] + b"!" + b64encode(EDI)[20:], b"base64", "not whole"),
        (b64encode(EDI) + b"\r\n-- \r\nsent by my list", b"base64", "not whole"),
        (b"begin 644 a.edi\r\n", b"x-uuencode", "unknown encoding"),
    ],
    ids=["short", "damaged", "footer", "uuencode"],
)
def test_what_cannot_be_decoded_whole_is_a_fault_and_no_shorter_document(content: bytes, encoding: bytes, told: str) -> None:
    found = letter(mixed(part(b'="a.edi"', content, encoding)))
    assert found.attachments == ()
    assert told in found.faults[0]
    assert "a.edi" in found.faults[0]


def test_a_mail_that_ends_before_its_last_boundary_is_cut_short() -> None:
    whole = mixed(part(b'="a.edi"', EDI, b"7bit"))
    assert "cut short" in letter(whole[: whole.index(b"UNZ")]).faults[0]
    assert letter(whole).faults == ()


def test_texts_logos_and_signatures_are_no_documents() -> None:
    mail = EmailMessage()
    mail.set_content("See attached")
    mail.add_alternative("<p>See attached</p>", subtype="html")
    mail.add_attachment(b"PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    mail.add_attachment(EDI, maintype="application", subtype="edifact", filename="a.edi")
    mail.add_attachment(b"signed", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    found = letter(mail.as_bytes())
    assert [attachment.name for attachment in found.attachments] == ["a.edi"]
    assert found.faults == ()


def test_a_text_file_that_is_attached_is_a_document() -> None:
    mail = EmailMessage()
    mail.set_content("See attached")
    mail.add_attachment("ISA*00*", filename="order.txt")
    assert [attachment.content for attachment in letter(mail.as_bytes()).attachments] == [b"ISA*00*\n"]


def test_an_attachment_of_a_forwarded_mail_is_taken() -> None:
    outer = EmailMessage()
    outer.set_content("Forwarded")
    outer.add_attachment(message_from_bytes(written(files=(("a.edi", EDI),))))
    assert [attachment.content for attachment in letter(outer.as_bytes()).attachments] == [EDI]


def test_only_attachments_of_the_agreed_names_are_taken() -> None:
    raw = written(files=(("A.EDI", b"1"), ("terms.pdf", b"2"), ("b.x12", b"3")))
    assert [attachment.name for attachment in letter(raw, "*.edi", "*.x12").attachments] == ["A.EDI", "b.x12"]
    assert letter(raw, "*.xml").faults == ("it holds no attachment named like *.xml",)


def test_the_text_is_the_document_where_agreed_and_nothing_is_attached() -> None:
    pasted = written(text="UNB+UNOC:3+A+B\n")
    assert [attachment.content for attachment in letter(pasted, body=True).attachments] == [b"UNB+UNOC:3+A+B\n"]
    assert letter(pasted).attachments == ()
    both = written(text="See attached\n", files=(("a.edi", EDI),))
    assert [attachment.content for attachment in letter(both, body=True).attachments] == [EDI]
    assert "its text is empty" in letter(written(text=" \n"), body=True).faults[0]


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("ms-tnef", "winmail.dat", "Rich Text"),
        ("octet-stream", "WINMAIL.DAT", "Rich Text"),
        ("pkcs7-mime", "smime.p7m", "encrypted"),
    ],
)
def test_wrappings_that_hide_attachments_are_refused_with_what_the_sender_has_to_change(kind: str, name: str, told: str) -> None:
    mail = EmailMessage()
    mail.set_content("See attached")
    mail.add_attachment(b"x\x9f", maintype="application", subtype=kind, filename=name)
    found = letter(mail.as_bytes(), body=True)
    assert told in found.faults[0]


def test_a_report_that_a_mail_of_ours_was_not_delivered_says_that_it_is_one() -> None:
    report = (
        b"From: a@b.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\n\r\nYour mail was not delivered\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; c@d.example\r\n--x--\r\n"
    )
    assert "automatic reply or report" in letter(report).faults[0]


def test_a_mail_nested_beyond_all_use_is_refused_at_once() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500))
    with pytest.raises(ValueError, match="nested"):
        parse(b"From: a@b.example\r\n" + raw)


def test_a_mail_of_very_many_parts_is_refused() -> None:
    assert "more than 1000 parts" in letter(mixed(*[b"\r\nx"] * 1500)).faults[0]


def test_a_refused_mail_is_held_whole_with_the_reasons_and_nothing_in_it_is_an_interchange() -> None:
    raw = written(text="ISA*00*          *00*\n")
    told = refusal(raw, sender="a@b.example", message_id="<1@b.example>", reasons=("it is odd", "and late"), whole=True)
    mail = read(told)
    (original,) = mail.iter_attachments()
    assert original.get_content() == raw
    text = mail.get_body()
    assert text is not None
    assert "- it is odd\n- and late\n" in text.get_content().replace("\r\n", "\n")
    assert detection.find(told, 0).family is None
    assert told == refusal(raw, sender="a@b.example", message_id="<1@b.example>", reasons=("it is odd", "and late"), whole=True)
