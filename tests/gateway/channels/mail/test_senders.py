"""Who a mail is from: one address, listed, and where the server says so, proved."""

from email import message_from_bytes
from email.message import Message

import pytest

from gateway.channels.mail.senders import SenderTerms, sender_fault, sender_of

TERMS = SenderTerms(("orders@farm.example", "@dairy.example"))
PROVED = SenderTerms(("orders@farm.example",), "mx.nordic.example")


def mail(*lines: str) -> Message:
    return message_from_bytes(("\n".join(lines) + "\n\ntext\n").encode("utf-8"))


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("orders@farm.example", "orders@farm.example"),
        ("Orders@Farm.Example (the farm)", "orders@farm.example"),
        ('"Farm, the" <orders@farm.example>', "orders@farm.example"),
        ("=?utf-8?q?H=C3=B6f?= <orders@farm.example>", "orders@farm.example"),
        ('"orders@farm.example" <evil@elsewhere.example>', "evil@elsewhere.example"),
        ("orders@farm.example <evil@elsewhere.example>", "evil@elsewhere.example"),
        ("orders@farm.example, evil@elsewhere.example", ""),
        ("<orders@farm.example> <evil@elsewhere.example>", ""),
        ("orders@farm.example)evil@elsewhere.example", ""),
        ("undisclosed:;", ""),
        ("", ""),
    ],
)
def test_the_from_field_holds_one_address_or_counts_for_none(field: str, sender: str) -> None:
    assert sender_of(mail(f"From: {field}")) == sender


def test_two_from_fields_count_for_none() -> None:
    assert sender_of(mail("From: orders@farm.example", "From: evil@elsewhere.example")) == ""


@pytest.mark.parametrize(
    ("sender", "path", "told"),
    [
        ("orders@farm.example", "<orders@farm.example>", ""),
        ("orders@farm.example", "<>", ""),
        ("orders@farm.example", "<bounce@dairy.example>", ""),
        ("anybody@dairy.example", "<orders@farm.example>", ""),
        ("other@farm.example", "<orders@farm.example>", "is not among the senders"),
        ("x@sub.dairy.example", "<orders@farm.example>", "is not among the senders"),
        ("orders@farm.example", "<bounce@mailer.example>", "Return-Path"),
    ],
)
def test_senders_are_listed_by_address_or_by_domain(sender: str, path: str, told: str) -> None:
    fault = sender_fault(mail(f"Return-Path: {path}", f"From: {sender}"), TERMS)
    assert told in fault if told else fault == ""


@pytest.mark.parametrize(
    ("results", "believed"),
    [
        ("mx.nordic.example; dkim=pass header.d=farm.example", True),
        ("mx.nordic.example 1; dkim=pass (2048-bit key; good) header.i=@farm.example header.s=x", True),
        ("mx.nordic.example;\n spf=pass smtp.mailfrom=orders@farm.example; dkim=none", True),
        ("MX.nordic.example; dmarc=pass (p=reject (really)) header.from=farm.example", True),
        ("mx.nordic.example; dkim=pass header.d=elsewhere.example", False),
        ("mx.nordic.example; dkim=fail header.d=farm.example", False),
        ("mx.nordic.example; auth=pass smtp.auth=orders@farm.example", False),
        ("mx.nordic.example; dkim=fail (dkim=pass header.d=farm.example)", False),
        ("mx.nordic.example; none", False),
        ("mx.elsewhere.example; dkim=pass header.d=farm.example", False),
        ("", False),
    ],
)
def test_what_the_servers_own_results_say_counts(results: str, believed: bool) -> None:
    fault = sender_fault(mail(f"Authentication-Results: {results}", "From: orders@farm.example"), PROVED)
    assert (fault == "") is believed


def test_results_that_the_sender_wrote_below_the_servers_own_do_not_count() -> None:
    forged = mail(
        "Authentication-Results: mx.nordic.example; dkim=fail header.d=farm.example",
        "Authentication-Results: mx.nordic.example; dkim=pass header.d=farm.example",
        "From: orders@farm.example",
    )
    assert "mx.nordic.example does not say" in sender_fault(forged, PROVED)


def test_a_mail_service_may_stand_for_the_sender_where_that_is_agreed() -> None:
    terms = SenderTerms(("orders@farm.example",), "mx.nordic.example", ("mailer.example",))
    sent = mail("Authentication-Results: mx.nordic.example; dkim=pass header.d=mailer.example", "From: orders@farm.example")
    assert sender_fault(sent, terms) == ""
    assert sender_fault(sent, PROVED)
