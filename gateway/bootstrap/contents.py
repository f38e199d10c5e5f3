"""What documents hold, for who may see it: bytes as received, as sealed, as delivered; canonical forms; segments, explained."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial as bound
from itertools import islice
from typing import Any
from uuid import UUID

from gateway.bootstrap.messages import absent
from gateway.bootstrap.office import Where, opened
from gateway.domain.partner_view import is_all_of
from gateway.errors import ActionRefused
from gateway.ports import Json
from gateway.stages.outgoing import OUTBOUND
from gateway.store.message_parts import MessageParts
from gateway.store.records import PostgresRecords
from translators.annotation import annotate, finding_record, segment_record
from translators.contract import TermsFor
from translators.finding import Finding

MOST_BYTES = 64 << 20
"""So much is handed over in one piece."""
MOST_EXPLAINED = 4 << 20
"""So much is explained: it is read twice for that, with all that is known of each element."""
_MEDIA = {"x12": "application/EDI-X12", "edifact": "application/EDIFACT", "xml": "application/xml", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes, what they are, and a name for them."""

    content: bytes
    media_type: str
    name: str


async def raw_of(where: Where, number: UUID, *, partner: str | None = None) -> Stored:
    """A transmission as it was received, by the id of anything in it. A partner gets it where all of it is its own.

    Raises Absent, BodyPurged, or ActionRefused for one that is too large to be handed over in one piece.
    """
    view, content = await _received(where, number, partner=partner, most=MOST_BYTES)
    return Stored(content, "application/octet-stream", str(view["name"]))


async def _received(where: Where, number: UUID, *, partner: str | None, most: int) -> tuple[Json, bytes]:
    async with opened(where) as office:
        records = PostgresRecords(office.database)
        view = await records.message(str(number))
        if view is None or (partner is not None and not _whole(view, partner)):
            raise absent(f"the id {number}")
        if int(view["size"]) > most:
            raise ActionRefused(
                f"It has {view['size']} bytes; at most {most} are given at once.",
                remedy="Look at it where the gateway runs: `gateway message` shows what is in it.",
            )
        return view, b"".join([piece async for piece in records.raw(UUID(str(view["id"])))])


def _whole(view: Json, partner: str) -> bool:
    """Whether a partner sent all of it: what our own services handed over is not its."""
    return is_all_of(view, partner) and view["channel"] != OUTBOUND and not str(view["channel"]).startswith("trigger:")


async def canonical_of(where: Where, document: UUID, *, routed: bool = False, partner: str | None = None) -> Stored:
    """The canonical form of a document; `routed`: as the rules of its route left it. Raises Absent or BodyPurged."""
    async with opened(where) as office:
        parts = MessageParts(office.database)
        view = await parts.document(document)
        if view is None or (partner is not None and (routed or not _own(view, partner))):
            raise absent(f"the id {document}")
        content = await parts.canonical(document, routed=routed)
    return Stored(content, "application/json", f"{view['name'] or 'document'}-{document}.json")


def _own(view: Json, partner: str) -> bool:
    """Whether a document is a partner's: it came from there, or was sent there."""
    inner = str(view["channel"]).startswith("trigger:") or (view["channel"] == OUTBOUND and not view["sent"])
    return bool(view["partner"] == partner) and not inner


async def outbound_bytes(where: Where, outbound: UUID, *, partner: str | None = None) -> Stored:
    """An interchange of ours as it was sealed: documents, or an acknowledgement. Raises Absent or BodyPurged."""
    async with opened(where) as office:
        part = await MessageParts(office.database).outbound(outbound)
        if part is None or (partner is not None and part.view["partner"] != partner):
            raise absent(f"the id {outbound}")
    media = _MEDIA.get(str(part.view["family"]), "text/plain")
    return Stored(part.content, media, f"{part.view['type']}-{part.view['control_number']}")


async def delivered_bytes(where: Where, delivery: UUID) -> Stored:
    """What a delivery hands over: the interchange as sealed, or the document in the form that the application's call is made of.

    Raises Absent or BodyPurged.
    """
    async with opened(where) as office:
        view = await MessageParts(office.database).delivery(delivery)
    if view is None or not (view["outbound"] or view["document"]):
        raise absent(f"the id {delivery}")
    if view["outbound"]:
        return await outbound_bytes(where, UUID(view["outbound"]))
    return await canonical_of(where, UUID(view["document"]), routed=True)


async def segments_of(where: Where, number: UUID, *, first: int, limit: int, partner: str | None = None) -> Sequence[Json]:
    """The segments of what was received, from the number `first` on, each with its names, findings and canonical members.

    It is judged by the configuration in force now. Raises Absent, BodyPurged, or ActionRefused for what is too large.
    """
    view, content = await _received(where, number, partner=partner, most=MOST_EXPLAINED)
    async with opened(where) as office:
        terms = bound(office.snapshot.partnerships.terms_for, channel_partner=view["partner"])
    return await asyncio.to_thread(_explained, content, terms, first, limit)


async def sent_segments(where: Where, outbound: UUID, *, first: int, limit: int, partner: str | None = None) -> Sequence[Json]:
    """The same of an interchange of ours, as it was sealed."""
    stored = await outbound_bytes(where, outbound, partner=partner)
    return await asyncio.to_thread(_explained, stored.content, None, first, limit)


def _explained(content: bytes, terms: TermsFor | None, first: int, limit: int) -> list[dict[str, Any]]:
    annotated = annotate(content) if terms is None else annotate(content, terms)
    return [_line(number, item) for number, item in islice(enumerate(annotated, 1), first - 1, first - 1 + limit)]


def _line(number: int, item: Any) -> dict[str, Any]:
    if isinstance(item, Finding):
        return {"number": number, "offset": item.position.offset, "findings": [finding_record(item)]}
    record: Mapping[str, Any] = segment_record(item)
    return {"number": number, "depth": item.segment.depth, **record}
