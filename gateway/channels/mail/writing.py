"""A document as a mail. Pure: the same delivery gives the same bytes, so that a repeat is the same mail to whoever looks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateway.domain.file_name import FileFacts, FileNameTemplate
from gateway.domain.mail_terms import FILE_NAME_FIELDS, SmtpOptions
from gateway.domain.mail_wording import worded
from gateway.ports import Parcel

_POLICY = SMTP.clone(cte_type="7bit")
_MEDIA_TYPE = re.compile(r"(application|text|image|audio|video)/([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """What people read on a mail: the name of the attached file, the subject, and the text."""

    file_name: str
    subject: str
    body: str


def wording(parcel: Parcel, options: SmtpOptions, *, partner: str | None, zone: tzinfo) -> Wording:
    """How the mail of a parcel reads. Raises ValueError when its file would have no usable name."""
    made = parcel.created.astimezone(zone) if parcel.created else None
    number = str(parcel.outbound or parcel.delivery)
    facts = FileFacts(
        name=parcel.name,
        created=made,
        control_number=parcel.control_number or None,
        document=parcel.type or None,
        partner=partner,
        id=number,
    )
    name = FileNameTemplate.parse(options.file_name, fields=FILE_NAME_FIELDS).render(facts)
    words = {
        "name": name,
        "created": made,
        "control_number": parcel.control_number,
        "document": parcel.type,
        "partner": partner,
        "id": number,
    }
    return Wording(name, worded(options.subject, words), worded(options.body, words))


def message_id(parcel: Parcel, sender: str) -> str:
    """The Message-ID of a delivery, the same at every attempt: a repeat can be told by it."""
    return f"<{parcel.delivery.hex}@{sender.rpartition('@')[2]}>"


def write_mail(parcel: Parcel, wording: Wording, *, sender: str, recipients: Sequence[str], date: datetime) -> bytes:
    """The mail (RFC 5322, MIME), in seven-bit characters and with CRLF, as it goes over the wire."""
    mail = EmailMessage(_POLICY)
    mail["From"], mail["To"] = sender, ", ".join(recipients)
    mail["Subject"] = _CONTROLS.sub(" ", wording.subject).strip()
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id(parcel, sender)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes are not sent in answer
    mail.set_content(wording.body if wording.body.endswith("\n") else wording.body + "\n")
    matched = _MEDIA_TYPE.fullmatch(parcel.media_type.partition(";")[0].strip())
    main, sub = (matched[1], matched[2]) if matched else ("application", "octet-stream")
    mail.add_attachment(parcel.content, maintype=main, subtype=sub, filename=wording.file_name)
    mail.set_boundary(f"edi-{parcel.delivery.hex}")
    return mail.as_bytes()
