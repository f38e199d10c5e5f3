"""What a mail holds for us: its attachments as bytes, or why it is refused. Pure.

A mail is read as others write it: MIME in any nesting, names in RFC 2231 or (wrongly, but often) RFC 2047, and forwarded mails
with their attachments inside. What cannot be decoded whole is a fault of the mail, never a shorter document.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from fnmatch import fnmatchcase
from itertools import islice

_MOST_PARTS, _DEEPEST = 1000, 100
_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/calendar"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_BLANK = re.compile(rb"\s+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a mail is wanted: attachments whose name matches one of `names` (case does not matter).

    With `body`, the mail's own text, where it has no such attachment.
    """

    names: tuple[str, ...] = ("*",)
    body: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document of a mail. `part` counts the mail's parts from 1, so that it is the same whenever the mail is read."""

    part: int
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as we take it. `message_id` is empty when it has none. With `faults` it goes, as a whole, before a person."""

    message_id: str
    attachments: tuple[Attachment, ...]
    faults: tuple[str, ...]


class _Undecodable(Exception):
    """A part's transfer encoding is damaged or unknown."""


def parse(raw: bytes) -> Message:
    """The mail's structure. Raises ValueError when it is nested beyond all use."""
    if raw.lower().count(b"\ncontent-type: multipart/") > _DEEPEST:
        raise ValueError(f"it has more than {_DEEPEST} nested parts")
    return message_from_bytes(raw)


def read_letter(mail: Message, selection: Selection) -> Letter:
    """What the mail holds for us. A fault for each part that may be a document but cannot be read, or when there is none."""
    parts = list(islice(enumerate(_leaves(mail), 1), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS:
        return Letter(message_id_of(mail), (), (f"it has more than {_MOST_PARTS} parts",))
    faults = [fault for _, part in parts if (fault := _unreadable(part))]
    if any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in mail.walk() for defect in part.defects):
        faults.append("it is cut short: the last boundary of its parts is missing")
    wanted = [(number, part) for number, part in parts if _attached(part, selection)]
    if not wanted and selection.body:
        wanted = [(number, part) for number, part in parts if _is_text(part)]
    attachments = []
    for number, part in wanted:
        try:
            attachments.append(Attachment(number, _name(part) or f"part-{number}", _content(part)))
        except _Undecodable as damage:
            faults.append(f"its part {number} ({_name(part) or part.get_content_type()}) {damage}")
    if not attachments and not faults:
        faults.append(_nothing(mail, selection))
    return Letter(message_id_of(mail), tuple(attachments), tuple(faults))


def message_id_of(mail: Message) -> str:
    """The Message-ID, without anything that cannot be shown; empty when there is none."""
    return _CONTROLS.sub("", str(mail.get("Message-ID", ""))).strip()[:300]


def _leaves(mail: Message) -> Iterator[Message]:
    return (part for part in mail.walk() if not part.is_multipart())


def _unreadable(part: Message) -> str:
    """Why a part hides what it holds; empty when it does not."""
    kind, name = part.get_content_type(), _name(part).lower()
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name == "winmail.dat":
        remedy = "the sender's Outlook or Exchange must send to us as HTML or plain text, not as Rich Text"
        return f"it holds winmail.dat, Microsoft's own wrapping of attachments: {remedy}"
    if kind in _ENCRYPTED:
        return "it is encrypted or signed opaquely (S/MIME, PGP): the sender must send attachments as they are, or use AS2"
    return ""


def _attached(part: Message, selection: Selection) -> bool:
    """Whether a part is an attachment of an agreed name."""
    kind, name, disposition = part.get_content_type(), _name(part), part.get_content_disposition()
    if kind in _SIGNATURES or kind in _REPORTS or _unreadable(part):
        return False
    if not name and disposition != "attachment" and kind in _BODY_TYPES:
        return False
    if disposition == "inline" and part.get_content_maintype() == "image":
        return False  # a logo
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in selection.names)


def _is_text(part: Message) -> bool:
    """Whether a part is the text of the mail, and not an empty one."""
    plain = part.get_content_type() == "text/plain" and not _name(part) and part.get_content_disposition() != "attachment"
    return plain and bool(_BLANK.sub(b"", _payload(part)))


def _nothing(mail: Message, selection: Selection) -> str:
    if str(mail.get("Auto-Submitted", "no")).strip().lower() != "no" or mail.get_content_type() == "multipart/report":
        return "it is an automatic reply or report, without a document"
    names = " or ".join(selection.names)
    wanted = "no attachment" if names == "*" else f"no attachment named like {names}"
    return f"it holds {wanted}" + (", and its text is empty" if selection.body else "")


def _content(part: Message) -> bytes:
    encoding = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
    if encoding == "base64":
        return _from_base64(part)
    if encoding not in {"7bit", "8bit", "binary", "quoted-printable", ""}:
        raise _Undecodable(f"is in an unknown encoding, {encoding[:40]!r}")
    if part.defects:
        raise _Undecodable("is damaged")
    return _payload(part)


def _payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _from_base64(part: Message) -> bytes:
    """Strictly: the library's reading stops at what it does not know, and a document would be cut short unnoticed."""
    text = _BLANK.sub(b"", str(part.get_payload()).encode("ascii", "replace"))
    try:
        return b64decode(text, validate=True)
    except binascii.Error as error:
        raise _Undecodable("is damaged: its base64 text is not whole") from error


def _name(part: Message) -> str:
    """The file name, without folders and controls; empty when there is none."""
    try:
        name = str(make_header(decode_header(part.get_filename() or "")))
    except (HeaderParseError, LookupError, UnicodeError):
        name = part.get_filename() or ""
    return _CONTROLS.sub("", name).replace("\\", "/").rpartition("/")[2].strip()
