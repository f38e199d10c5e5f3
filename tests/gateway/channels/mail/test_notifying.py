"""Owners told by mail, on a real mail server."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from gateway.channels.notification import MailNotifier
from gateway.domain.owner import Address
from gateway.ports.failures import Notification, SendingResult
from tests.gateway.channels.mail.conftest import Sending, Serving

ANNA = Address("mail", "anna@nordic.example")


def notification(**changes: Any) -> Notification:
    told = {"at": "2026-11-20T15:00:00+00:00", "subject": "gw: 1 failure for edi: x", "text": "Søren,\nlook.\n", "urgent": False}
    return Notification(uuid4(), "edi", "mail:anna@nordic.example", ANNA.mark, {**told, **changes})


def notifier(sending: Sending, **changes: Any) -> MailNotifier:
    return MailNotifier(replace(sending.options, recipients=(), **changes))


async def send(sending: Sending, one: Notification | None = None, **changes: Any) -> SendingResult:
    return await notifier(sending, **changes).send(one or notification(), ANNA, secret="")


async def test_people_read_what_is_wrong_and_programs_see_that_no_person_wrote_it(sending: Sending) -> None:
    one = notification(urgent=True)
    assert await send(sending, one) == SendingResult(answer="250 2.0.0 taken as 4711")
    (envelope,), (mail,) = sending.mails.taken, sending.mails.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("edi@nordic.example", ["anna@nordic.example"])
    assert mail["Message-ID"] == f"<{one.id.hex}@nordic.example>"
    assert mail["Date"] == "Fri, 20 Nov 2026 15:00:00 +0000"
    assert (mail["Auto-Submitted"], mail["Importance"]) == ("auto-generated", "high")
    assert mail["Subject"] == "gw: 1 failure for edi: x"
    assert mail.get_content().splitlines() == ["Søren,", "look."]
    assert sending.mails.logins == [(b"gateway", b"let me in")]


async def test_a_repeat_is_the_same_mail(sending: Sending) -> None:
    one = notification()
    assert [(await send(sending, one)).code for _ in range(2)] == ["", ""]
    assert sending.mails.taken[0].content == sending.mails.taken[1].content


async def test_a_subject_is_one_line_whatever_a_partner_is_called(sending: Sending) -> None:
    await send(sending, notification(subject="gw: evil\r\nBcc: all@nordic.example"))
    (mail,) = sending.mails.mails
    assert mail["Subject"] == "gw: evil Bcc: all@nordic.example"
    assert mail["Bcc"] is None
    assert sending.mails.taken[0].rcpt_tos == ["anna@nordic.example"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_what_is_refused_says_so_and_is_tried_again(sending: Sending, command: str) -> None:
    sending.mails.answers[command].append("550 no such user")
    result = await send(sending)
    assert (result.code, result.again) == ("smtp-550", True)
    assert "no such user" in result.answer


async def test_a_lost_answer_is_tried_again(sending: Sending) -> None:
    sending.mails.break_after_data = 1
    assert (await send(sending)).code == "answer-lost"


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"authorities": None}, {"port": 1}, {"fingerprints": ("0" * 64,)}])
async def test_a_server_that_cannot_be_used_is_named(sending: Sending, changes: dict[str, Any]) -> None:
    result = await send(sending, **changes)
    assert (result.code, result.again) == ("server-unusable", True)
    assert result.answer.startswith(f"127.0.0.1:{changes.get('port', sending.options.port)}: ")
    assert sending.mails.taken == []


async def test_a_relay_on_this_machine_needs_no_login(serving: Serving) -> None:
    async with serving(starttls=False) as sending:
        assert (await send(sending, security="none", login=None, password="")).code == ""
