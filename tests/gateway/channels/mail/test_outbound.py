"""Documents go out as mails: to the configured recipients, once as far as we can know, and each answer has its outcome."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from gateway.channels.mail import MailOutbound
from gateway.domain.mail_wording import FIELDS, worded, wording_fault
from gateway.ports import OutcomeKind, Parcel
from tests.gateway.channels.fakes import Turns
from tests.gateway.channels.mail.conftest import FARM, Sending, Serving
from tests.servers.line import Line

MADE = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


def parcel(content: bytes = b"ISA*\x00\xff.\r\n.\r\n", **changes: object) -> Parcel:
    made = Parcel(uuid4(), "ORDRSP_1.edi", content, "application/edifact", type="ORDRSP", control_number="17", created=MADE)
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_document_arrives_whole_at_every_recipient(sending: Sending) -> None:
    sent = parcel()
    (outcome,) = await sending.channel().send([sent])
    assert outcome.kind is OutcomeKind.DELIVERED
    (envelope,), (mail,) = sending.mails.taken, sending.mails.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("edi@nordic.example", [FARM, "backup@farm.example"])
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == sent.content
    assert (attachment.get_filename(), attachment.get_content_type()) == ("ORDRSP_1.edi", "application/edifact")
    assert mail["To"] == f"{FARM}, backup@farm.example"
    assert parsedate_to_datetime(mail["Date"]) == MADE
    assert outcome.reference == mail["Message-ID"] == f"<{sent.delivery.hex}@nordic.example>"
    assert "taken as 4711" in outcome.response["answer"]


async def test_many_go_over_one_connection(sending: Sending) -> None:
    parcels = [parcel(str(number).encode()) for number in range(20)]
    outcomes = await sending.channel().send(parcels)
    assert [outcome.delivery for outcome in outcomes] == [sent.delivery for sent in parcels]
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert len({id(session) for session in sending.mails.sessions}) == 1
    assert sending.mails.logins == [(b"gateway", b"let me in")]


async def test_a_repeat_is_the_same_mail_byte_for_byte(sending: Sending) -> None:
    sent = parcel()
    for attempt in (1, 2):
        await sending.channel().send([replace(sent, attempt=attempt)])
    first, second = sending.mails.taken
    assert first.content == second.content
    assert not sending.channel().idempotent


async def test_names_and_texts_are_made_as_agreed_in_the_partners_zone(sending: Sending) -> None:
    options = replace(
        sending.options,
        file_name="{document}_{date}_{control_number:05}{ending}",
        subject="{document} {control_number} for {partner}, {date}",
        body="Grüße,\n{name}",
    )
    channel = MailOutbound("farm-mail", options=options, partner="farm", clock=Turns(), zone=ZoneInfo("Europe/Copenhagen"))
    await channel.send([parcel()])
    (mail,) = sending.mails.mails
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "ORDRSP_20261122_00017.edi"
    assert mail["Subject"] == "ORDRSP 17 for farm, 2026-11-22"
    assert mail.get_body().get_content().split("\r\n")[:2] == ["Grüße,", "ORDRSP_20261122_00017.edi"]  # type: ignore[union-attr]
    assert isinstance(sending.mails.taken[0].content, bytes)
    assert sending.mails.taken[0].content.isascii()


async def test_a_value_with_line_ends_adds_no_header(sending: Sending) -> None:
    channel = sending.channel(subject="{control_number}")
    (outcome,) = await channel.send([parcel(control_number="1\r\nBcc: evil@elsewhere.example")])
    assert outcome.kind is OutcomeKind.DELIVERED
    (mail,) = sending.mails.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "1 Bcc: evil@elsewhere.example"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "message/rfc822", "multipart/mixed", "nonsense", "application/xml; charset=x"]
)
async def test_any_media_type_is_attached_unchanged(sending: Sending, media_type: str) -> None:
    await sending.channel().send([parcel(media_type=media_type)])
    (mail,) = sending.mails.mails
    (attachment,) = mail.iter_attachments()
    assert attachment.get_payload(decode=True) == b"ISA*\x00\xff.\r\n.\r\n"


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 4.7.1 greylisted, come again", OutcomeKind.RETRY), ("550 5.1.1 no such user", OutcomeKind.FAILED)],
)
async def test_the_servers_answer_decides_whether_a_mail_is_repeated(
    sending: Sending, command: str, answer: str, kind: OutcomeKind
) -> None:
    sending.mails.answers[command].append(answer)
    refused, taken = await sending.channel().send([parcel(b"1"), parcel(b"2")])
    assert refused.kind is kind
    assert answer[4:] in refused.message
    assert refused.code == f"smtp-{answer[:3]}"
    assert not refused.unavailable
    assert taken.kind is OutcomeKind.DELIVERED
    assert len(sending.mails.taken) == 1


async def test_one_refused_recipient_ends_the_mail_for_all(sending: Sending) -> None:
    sending.mails.answers["RCPT"] += ["250 OK", "550 unknown"]
    (outcome,) = await sending.channel().send([parcel()])
    assert outcome.kind is OutcomeKind.FAILED
    assert "backup@farm.example" in outcome.message
    assert sending.mails.taken == []


async def test_a_mail_without_an_answer_is_repeated_and_says_that_it_may_come_twice(sending: Sending) -> None:
    sending.mails.break_after_data = 1
    sent = parcel()
    lost, after = await sending.channel().send([sent, parcel()])
    assert (lost.kind, lost.code, lost.unavailable) == (OutcomeKind.RETRY, "answer-lost", False)
    assert f"<{sent.delivery.hex}@nordic.example>" in lost.message
    assert after.kind is OutcomeKind.DELIVERED  # over a new connection


async def test_a_server_that_is_away_is_unavailable_for_all(sending: Sending) -> None:
    outcomes = await sending.channel(port=1).send([parcel(), parcel()])
    assert [(outcome.kind, outcome.unavailable) for outcome in outcomes] == [(OutcomeKind.RETRY, True)] * 2


async def test_a_wrong_login_says_nothing_of_the_delivery(sending: Sending) -> None:
    (outcome,) = await sending.channel(password="wrong").send([parcel()])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)
    assert "535" in outcome.message


async def test_without_starttls_nothing_is_said(serving: Serving) -> None:
    async with serving(starttls=False) as sending:
        (outcome,) = await sending.channel().send([parcel()])
    assert outcome.unavailable
    assert "STARTTLS" in outcome.message
    assert sending.mails.logins == []


async def test_tls_from_the_first_byte(serving: Serving) -> None:
    async with serving(implicit=True) as sending:
        (outcome,) = await sending.channel(security="tls").send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_a_relay_on_this_machine_needs_no_tls_and_no_login(serving: Serving) -> None:
    async with serving(starttls=False) as sending:
        (outcome,) = await sending.channel(security="none", login=None, password="").send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"authorities": None}, "CERTIFICATE_VERIFY_FAILED"),
        ({"fingerprints": ("00" * 32,)}, "not a pinned one"),
        ({"authorities": "/no/such/file"}, "No such file"),
    ],
)
async def test_a_server_that_is_not_ours_hears_no_password(sending: Sending, changes: dict[str, object], told: str) -> None:
    (outcome,) = await sending.channel(**changes).send([parcel()])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)
    assert told in outcome.message
    assert sending.mails.logins == []


async def test_a_pinned_certificate_is_enough(sending: Sending) -> None:
    pins = ("00" * 32, sending.certificate.fingerprint)
    (outcome,) = await sending.channel(authorities=None, fingerprints=pins).send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_a_silent_server_is_given_up_on(sending: Sending) -> None:
    async with Line(sending.options.port) as line:
        line.swallow_answers()
        (outcome,) = await sending.channel(port=line.port, timeout=0.2).send([parcel()])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)


async def test_a_name_that_cannot_be_made_fails_with_what_to_do(sending: Sending) -> None:
    (outcome,) = await sending.channel(file_name="{date}.edi").send([parcel(created=None)])
    assert outcome.kind is OutcomeKind.FAILED
    assert "template" in outcome.message


@pytest.mark.parametrize("text", ["{nothing}", "{name:3}", "{name!r}", "{", "{0}", "{}"])
def test_a_wording_that_cannot_be_used_says_why(text: str) -> None:
    assert wording_fault(text)


def test_every_field_of_a_wording_can_be_filled_and_what_is_unknown_is_empty() -> None:
    text = " ".join(f"{{{field}}}" for field in FIELDS)
    assert wording_fault(text) == ""
    number = str(UUID(int=1))
    facts = {"name": "a.edi", "document": "ORDRSP", "control_number": "17", "partner": None, "created": MADE, "id": number}
    assert worded(text, facts) == f"a.edi ORDRSP 17  2026-11-21 23:30 {number}"
