"""Who a mail is from, and whether that is somebody we take mails of. Pure.

The From field is what people see and anybody can write. The envelope's sender (Return-Path) is put in by the server of the
mailbox, and so is Authentication-Results (RFC 8601): only the topmost one that bears the agreed server's name is believed.
"""

import re
from dataclasses import dataclass
from email.message import Message

_ADDRESS = re.compile(r"[^<>@\s,;:()\"]+@[^<>@\s,;:()\"]+")
_FROM = re.compile(rf"[^<>]*<({_ADDRESS.pattern})>|({_ADDRESS.pattern})(?:\s*\([^()]*\))?")
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"([a-z0-9-]+)\s*=\s*([a-z]+)(.*)", re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+\.[a-z.-]+)\s*=\s*\"?([^\s\"]+)")
_DECISIVE = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
"""The methods that tell where a mail comes from, and the properties that hold the domain they tell it of."""


@dataclass(frozen=True, slots=True)
class SenderTerms:
    """Whose mails are taken. `senders` are addresses, or domains written `@farm.example`; all lower-case.

    `authenticated_by` is the name under which our mail server writes Authentication-Results; None when it writes none.
    `domains` may stand for a sender there; none mean the one of the sender's own address.
    """

    senders: tuple[str, ...]
    authenticated_by: str | None = None
    domains: tuple[str, ...] = ()


def sender_of(mail: Message) -> str:
    """The one address of the From field, lower-case; empty when there is none, or more than one."""
    fields = mail.get_all("From", [])
    match = _FROM.fullmatch(str(fields[0]).strip()) if len(fields) == 1 else None
    return (match[1] or match[2]).lower() if match else ""


def sender_fault(mail: Message, terms: SenderTerms) -> str:
    """Why the mail is not taken for who sent it; empty when it is."""
    sender = sender_of(mail)
    if not sender:
        return "its From field does not hold one address"
    if not _listed(sender, terms):
        return f"{sender} is not among the senders of this channel"
    path = str(mail.get("Return-Path", "")).strip().strip("<>").lower()
    if path and not _listed(path, terms):
        return f"it was sent as {path} (Return-Path), which is not among the senders of this channel"
    if terms.authenticated_by is not None:
        domains = terms.domains or (_domain(sender),)
        return "" if _authenticated(mail, terms.authenticated_by, domains) else _unproved(terms.authenticated_by, domains)
    return ""


def _listed(address: str, terms: SenderTerms) -> bool:
    return address in terms.senders or f"@{_domain(address)}" in terms.senders


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _unproved(server: str, domains: tuple[str, ...]) -> str:
    return f"{server} does not say (Authentication-Results) that it comes from {' or '.join(domains)}"


def _authenticated(mail: Message, server: str, domains: tuple[str, ...]) -> bool:
    for field in mail.get_all("Authentication-Results", []):
        name, *results = _without_comments(str(field)).lower().split(";")
        if name.split()[:1] == [server.lower()]:
            return any(_passes(result.strip(), domains) for result in results)
    return False


def _passes(result: str, domains: tuple[str, ...]) -> bool:
    """Whether one result (RFC 8601 section 2.2) proves that the mail comes from one of the domains."""
    match = _RESULT.match(result)
    if match is None or match[2] != "pass":
        return False
    decisive = _DECISIVE.get(match[1], ())
    return any(name in decisive and _domain(value) in domains for name, value in _PROPERTY.findall(match[3]))


def _without_comments(text: str) -> str:
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    return text
