"""The MIME form of a receipt: multipart/report with a text and message/disposition-notification (RFC 3462, RFC 3798)."""

from gateway.protocols.as2.disposition import parse_disposition
from gateway.protocols.as2.errors import MalformedMessage
from gateway.protocols.as2.limits import DEFAULT_LIMITS, Limits
from gateway.protocols.as2.mdn import Mdn
from gateway.protocols.as2.media_type import decode_text
from gateway.protocols.as2.mic import parse_mic
from gateway.protocols.as2.mime import Entity, parse_headers, split_multipart

_LONGEST_TEXT = 10_000
NOTIFICATION = "message/disposition-notification"


def is_notification(entity: Entity) -> bool:
    """Whether an entity is the report of a disposition notification."""
    kind = entity.content_type
    return (
        kind.value == "multipart/report"
        and kind.parameters.get("report-type", "disposition-notification") == "disposition-notification"
    )


def parse_mdn(entity: Entity, *, limits: Limits = DEFAULT_LIMITS) -> Mdn:
    """The fields of a receipt. `MalformedMessage` when it has no notification or two of them."""
    parts = split_multipart(entity, limits=limits)
    notifications = [part for part in parts if part.content_type.value == NOTIFICATION]
    if len(notifications) != 1:
        raise MalformedMessage(f"the receipt has {len(notifications)} parts of type {NOTIFICATION} where there must be one")
    fields = parse_headers(notifications[0].decoded().strip(), limits=limits)
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value)
    text = next((part for part in parts if part.content_type.value.startswith("text/")), None)
    return Mdn(
        original_message_id=first.get("original-message-id", ""),
        disposition=parse_disposition(first.get("disposition", "")),
        disposition_text=first.get("disposition", ""),
        mic=parse_mic(first.get("received-content-mic", "")),
        mic_text=first.get("received-content-mic", ""),
        original_recipient=_address(first.get("original-recipient", "")),
        final_recipient=_address(first.get("final-recipient", "")),
        reporting_agent=first.get("reporting-ua", ""),
        text="" if text is None else _text(text),
        fields=fields,
    )


def _address(value: str) -> str:
    """The address after its type: `rfc822; NAME` is NAME."""
    kind, semicolon, address = value.partition(";")
    return address.strip() if semicolon else kind.strip()


def _text(part: Entity) -> str:
    return decode_text(part.decoded()[:_LONGEST_TEXT], part.content_type.parameters.get("charset", ""))
