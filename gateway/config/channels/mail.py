"""Channels of the type `mail`."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from gateway.config.channels.server_trust import Authorities, Fingerprints
from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration, Size
from gateway.config.table import Secret, Table, Text
from gateway.domain.channel import MailOptions
from gateway.domain.file_name import FileNameTemplate
from gateway.domain.mail_terms import FILE_NAME_FIELDS, ImapOptions, SmtpOptions
from gateway.domain.mail_wording import wording_fault

_LOCAL = r"[!#-'*+./0-9=?A-Z^_`a-z{|}~-]+"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"


def _address(value: str) -> str:
    if not re.fullmatch(f"{_LOCAL}@{_DOMAIN}", value) or len(value) > 254:
        raise ValueError('write the address alone, in ASCII, as in "orders@farm.example"')
    return value


def _sender(value: str) -> str:
    if not re.fullmatch(f"(?:{_LOCAL})?@{_DOMAIN}", value) or len(value) > 254:
        raise ValueError('write an address alone, as in "orders@farm.example", or "@farm.example" for all of a domain')
    return value.lower()


Address = Annotated[str, AfterValidator(_address)]
"""A mail address, nothing around it, in ASCII."""
Sender = Annotated[str, AfterValidator(_sender)]
"""An address, or all of a domain."""


class ImapTable(Table):
    """A folder of a mailbox that is read: each attachment of its mails is a transmission."""

    host: Text = Field(description="The IMAP server.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Default: 993 for tls, 143 for starttls.")
    security: Literal["tls", "starttls"] = Field(default="tls", description="TLS from the first byte, or by STARTTLS.")
    authorities: Authorities = None
    fingerprints: Fingerprints = Field(default=[])
    login: Text = Field(description="User name of the mailbox.")
    password: Secret = Field(description="Its password, or an app password, by reference.")
    folder: Text = Field(default="INBOX", description="Folder that is read.")
    senders: list[Sender] = Field(
        min_length=1,
        description='Whose mails are taken: "orders@farm.example", or "@farm.example" for all of a domain. '
        "The From field counts, and Return-Path where the server adds one.",
    )
    authenticated_by: Text | None = Field(
        default=None,
        description="Name under which the mail server writes Authentication-Results; then only mails are taken "
        "that it proved (SPF, DKIM or DMARC) to come from the sender's domain.",
    )
    domains: list[Text] = Field(default=[], description="Domains that may stand for a sender there; default: the sender's own.")
    names: list[Text] = Field(
        default=["*"], min_length=1, description='Names of attachments that are taken, by pattern: ["*.edi", "*.x12"].'
    )
    text: bool = Field(default=False, description="Take the text of a mail that has no such attachment for the document.")
    after: Literal["move", "flag", "delete"] = Field(default="move", description="What is done with a mail that is stored.")
    done: Text = Field(default="Processed", description="Folder that stored mails are moved to.")
    refused: Text = Field(default="Refused", description="Folder that mails are moved to which cannot be taken.")
    max_mail: Size = written("25MiB", "Largest mail that is read.")
    poll: Duration = written("1m", "How often to look, besides being told by the server.")

    @model_validator(mode="after")
    def _folders_differ(self) -> "ImapTable":
        folders = [self.folder.lower(), self.refused.lower(), *([self.done.lower()] if self.after == "move" else [])]
        if len(set(folders)) != len(folders):
            raise ValueError("folder, done and refused must be different folders, or mails would be read again and again")
        if self.domains and self.authenticated_by is None:
            raise ValueError("domains need authenticated_by, the name of the server that vouches for them")
        return self

    def options(self, folder: Path) -> ImapOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return ImapOptions(
            host=self.host,
            port=self.port or (993 if self.security == "tls" else 143),
            security=self.security,
            authorities=str(folder / self.authorities) if self.authorities else None,
            fingerprints=tuple(self.fingerprints),
            login=self.login,
            password=self.password.get_secret_value(),
            folder=self.folder,
            senders=tuple(self.senders),
            authenticated_by=self.authenticated_by,
            domains=tuple(domain.lower().lstrip("@") for domain in self.domains),
            names=tuple(self.names),
            body=self.text,
            after=self.after,
            done=self.done if self.after == "move" else None,
            refused=self.refused,
            most_bytes=self.max_mail,
            poll=self.poll.total_seconds(),
        )


class MailServerTable(Table):
    """The server that mails are handed to (SMTP)."""

    host: Text = Field(description="The server that mails are handed to: your own mail provider's.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Default: 587 for starttls, 465 for tls, 25 for none.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description='STARTTLS, TLS from the first byte, or none ("none" only without a login).'
    )
    authorities: Authorities = None
    fingerprints: Fingerprints = Field(default=[])
    login: Text | None = Field(default=None, description="User name; default: no login.")
    password: Secret = Field(default=SecretStr(""), description="Its password, by reference.")
    sender: Address = Field(alias="from", description="Address that mails come from; answers and failure notices go there.")
    timeout: Duration = written("1m", "Patience with each answer of the server.")

    @model_validator(mode="after")
    def _login_whole(self) -> "MailServerTable":
        if self.security == "none" and self.login is not None:
            raise ValueError("a login needs security: without TLS anybody on the way reads the password")
        if self.login is None and self.password.get_secret_value():
            raise ValueError("a password needs a login")
        return self

    def options(self, folder: Path) -> SmtpOptions:
        """What is told to whoever hands mails over; `folder` is what relative paths start from."""
        return SmtpOptions(
            host=self.host,
            port=self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security],
            security=self.security,
            authorities=str(folder / self.authorities) if self.authorities else None,
            fingerprints=tuple(self.fingerprints),
            login=self.login,
            password=self.password.get_secret_value(),
            sender=self.sender,
            recipients=(),
            timeout=self.timeout.total_seconds(),
        )


class SmtpTable(MailServerTable):
    """Documents sent as mails, one each, to these recipients and nobody else."""

    recipients: list[Address] = Field(alias="to", min_length=1, description="Addresses that every mail goes to.")
    file_name: Text = Field(
        default="{name}",
        description='Name of the attachment, as in "ORDRSP_{date}_{control_number}.edi". Fields: name, stem, ending, date, time, '
        "control_number, document, partner, id.",
    )
    subject: Text = Field(
        default="{name}",
        description='Subject, as in "{document} {control_number}". Fields: name, '
        "document, control_number, partner, date, time, id.",
    )
    body: Text = Field(default="Please find {name} attached.", description="Text of the mail, with the same fields.")

    @field_validator("file_name")
    @classmethod
    def _usable_name(cls, value: str) -> str:
        FileNameTemplate.parse(value, fields=FILE_NAME_FIELDS)
        return value

    @field_validator("subject", "body")
    @classmethod
    def _usable_wording(cls, value: str) -> str:
        fault = wording_fault(value)
        if fault:
            raise ValueError(fault)
        return value

    def options(self, folder: Path) -> SmtpOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return replace(
            super().options(folder),
            recipients=tuple(self.recipients),
            file_name=self.file_name,
            subject=self.subject,
            body=self.body,
        )


class MailTable(TargetTerms):
    """Mails: documents out as attachments by SMTP, attachments in from a mailbox by IMAP."""

    id: Id
    type: Literal["mail"]
    partner: Id | None = Field(default=None, description="Who writes and is written to; without one the envelope alone says who.")
    imap: ImapTable | None = Field(default=None, description="The mailbox that is read.")
    smtp: SmtpTable | None = Field(default=None, description="The server that mails are handed to, and the recipients.")

    @model_validator(mode="after")
    def _some_way(self) -> "MailTable":
        if self.imap is None and self.smtp is None:
            raise ValueError("a mail channel needs imap, smtp, or both")
        return self

    def options(self, folder: Path) -> MailOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return MailOptions(
            imap=self.imap.options(folder) if self.imap else None,
            smtp=self.smtp.options(folder) if self.smtp else None,
        )
