"""What is agreed about mail: the mailbox that is read, whose mails are taken, and the server that ours are handed to."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.domain.file_name import FIELDS

FILE_NAME_FIELDS = tuple(name for name in FIELDS if name != "sequence")
"""The fields of an attachment's name: mails are not counted."""

MailSecurity = Literal["tls", "starttls", "none"]
"""TLS from the first byte, TLS by STARTTLS before anything is said, or none (a relay on this machine)."""


@dataclass(frozen=True, slots=True)
class ImapOptions:
    """A folder of a mailbox on an IMAP server, what of its mails is taken, and what is done with them then.

    `authorities` is a PEM file of whom we trust instead of the system's; `fingerprints` (SHA-256) pin the server's certificate
    instead. `senders` are addresses, or domains written `@farm.example`, lower-case; `authenticated_by` is the name under which
    the server states Authentication-Results, and `domains` those that may stand for a sender there (none: its own). Stored mails
    are moved to `done`, flagged or deleted, refused ones always moved to `refused`. `names` are patterns of attachments; `body`:
    the text of a mail without such an attachment is the document. `poll` in seconds, `most_bytes` of one mail.
    """

    host: str
    login: str
    password: str = field(repr=False)
    senders: tuple[str, ...]
    port: int = 993
    security: MailSecurity = "tls"
    authorities: str | None = None
    fingerprints: tuple[str, ...] = ()
    folder: str = "INBOX"
    after: Literal["move", "flag", "delete"] = "move"
    done: str | None = "Processed"
    refused: str = "Refused"
    authenticated_by: str | None = None
    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ("*",)
    body: bool = False
    most_bytes: int = 25 * 1024 * 1024
    poll: float = 60.0


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """The server that mails are handed to, and what stands on them. Recipients are these, and nobody a document names.

    `file_name` is a template of `gateway.domain.file_name`, `subject` and `body` are those of `gateway.domain.mail_wording`.
    """

    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    security: MailSecurity = "starttls"
    login: str | None = None
    password: str = field(default="", repr=False)
    authorities: str | None = None
    fingerprints: tuple[str, ...] = ()
    file_name: str = "{name}"
    subject: str = "{name}"
    body: str = "Please find {name} attached.\n"
    timeout: float = 60.0
