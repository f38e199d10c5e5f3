"""The HTTP headers of AS2: who, to whom, which message, and which receipt is asked for (RFC 4130 clauses 6, 7.3)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from gateway.protocols.as2.algorithms import Digest, parse_digest
from gateway.protocols.as2.errors import ReceiptUnsupported

Headers = tuple[tuple[str, str], ...]

_LONGEST_OPTIONS = 1000

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPE = re.compile(r"\\(.)")
_PLAIN_NAME = re.compile(r"[!#-\[\]-~]+")
_NAME = re.compile(r"[ !#-\[\]-~]{1,128}")


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """The receipt a message asks for.

    `notify` is Disposition-Notification-To, whose syntax nobody keeps; `url` Receipt-Delivery-Option, None for a synchronous
    receipt. `protocol` is empty when no signature is asked for. `micalgs` are as the partner spells them, in his order.
    """

    notify: str = ""
    url: str | None = None
    protocol: str = ""
    protocol_required: bool = False
    micalgs: tuple[str, ...] = ()
    micalgs_required: bool = False

    @property
    def signed(self) -> bool:
        """Whether a signed receipt is asked for, in the one format there is."""
        return self.protocol.lower() in {"pkcs7-signature", "x-pkcs7-signature"}

    def choose_micalg(self) -> tuple[Digest, str] | None:
        """The first algorithm of the list we know, with its spelling; None when there is none. Raises `ReceiptUnsupported`."""
        for spelling in self.micalgs:
            if (digest := parse_digest(spelling)) is not None:
                return digest, spelling
        if self.micalgs and self.micalgs_required:
            raise ReceiptUnsupported(
                f"a receipt with one of {', '.join(self.micalgs)} is required", words="unsupported MIC-algorithms"
            )
        return None

    def check_format(self) -> None:
        """Raise `ReceiptUnsupported` when a signature format is required that we do not know."""
        if self.protocol and self.protocol_required and not self.signed:
            raise ReceiptUnsupported(f"a receipt signed as {self.protocol} is required", words="unsupported format")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the HTTP headers of a message or receipt say. Ids and names are as received; names are without their quotes.

    `message_id` keeps its brackets if it came with them. `headers` are all, for the journal and the top of the MIME structure;
    `first` has the first of each name, by its name in lower case, when it was read from headers.
    """

    sender: str
    recipient: str
    message_id: str
    subject: str = ""
    version: str = ""
    receipt: ReceiptRequest | None = None
    headers: Headers = ()
    first: Mapping[str, str] | None = field(default=None, repr=False, compare=False)

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), "")


def read_envelope(headers: Iterable[tuple[str, str]]) -> Envelope:
    """Read the HTTP headers, given as pairs (for instance `request.headers.items()`). Never raises; what lacks is empty."""
    pairs = tuple(headers)
    first = {name.lower(): value for name, value in reversed(pairs)}
    return Envelope(
        sender=parse_as2_name(first.get("as2-from", "")),
        recipient=parse_as2_name(first.get("as2-to", "")),
        message_id=first.get("message-id", "").strip(),
        subject=first.get("subject", "").strip(),
        version=first.get("as2-version", "").strip(),
        receipt=_receipt_request(first),
        headers=pairs,
        first=first,
    )


def _receipt_request(first: Mapping[str, str]) -> ReceiptRequest | None:
    """The receipt asked for, if there is Disposition-Notification-To (clause 7.3)."""
    if (notify := first.get("disposition-notification-to")) is None:
        return None
    options = parse_notification_options(first.get("disposition-notification-options", "").strip()[:_LONGEST_OPTIONS])
    protocol = options.get("signed-receipt-protocol", (False, ()))
    micalgs = options.get("signed-receipt-micalg", (False, ()))
    return ReceiptRequest(
        notify=notify.strip(),
        url=first.get("receipt-delivery-option", "").strip() or None,
        protocol=protocol[1][0] if protocol[1] else "",
        protocol_required=protocol[0],
        micalgs=micalgs[1],
        micalgs_required=micalgs[0],
    )


@lru_cache(maxsize=256)
def parse_notification_options(text: str) -> Mapping[str, tuple[bool, tuple[str, ...]]]:
    """Read Disposition-Notification-Options: name → (required?, values). An importance left out counts as optional."""
    options = {}
    for option in text.split(";"):
        name, equals, rest = option.partition("=")
        values = [value.strip().strip("\"'") for value in rest.split(",")]
        required = values[0].lower() == "required"
        if values[0].lower() in {"required", "optional"}:
            del values[0]
        if equals:
            options[name.strip().lower()] = (required, tuple(value for value in values if value))
    return MappingProxyType(options)


def parse_as2_name(text: str) -> str:
    r"""An AS2-From or AS2-To without quotes and escapes (clause 6.2): `"My \"firm\""` is `My "firm"`. Case counts."""
    text = text.strip()
    if text.startswith('"') and _QUOTED.fullmatch(text):
        return _ESCAPE.sub(r"\1", text[1:-1])
    return text


def format_as2_name(name: str) -> str:
    """The name as a header value, quoted when it has blanks, quotes or backslashes. Raises ValueError for what no AS2 name is."""
    if _PLAIN_NAME.fullmatch(name) and len(name) <= 128:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    if not _NAME.fullmatch(re.sub(r'["\\]', "x", name)):
        raise ValueError("an AS2 name has 1 to 128 printable ASCII characters")
    return f'"{escaped}"'
