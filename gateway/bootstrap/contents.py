"""What documents hold, for who may see it: bytes as received, as sealed, as delivered; canonical forms; segments, explained.

What the configuration hides is hidden from everybody here; what is stored stays as it is.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial as bound
from itertools import count, islice
from typing import Any
from uuid import UUID

from gateway.bootstrap.messages import absent, message_of
from gateway.bootstrap.office import Office, Where, opened
from gateway.bootstrap.veil import Veil, masked_bytes, masked_json, unmasked, veil_of
from gateway.domain.masks import MASK
from gateway.domain.partner_view import is_all_of
from gateway.errors import ActionRefused, BodyUnreadable
from gateway.ports import Json
from gateway.stages.outgoing import OUTBOUND
from gateway.store.message_parts import MessageParts
from gateway.store.records import PostgresRecords
from translators.annotation import AnnotatedSegment, annotate, finding_record, segment_record
from translators.annotation import segments_of as parsed_segments
from translators.contract import TermsFor, anything
from translators.finding import Finding
from translators.provenance import NOTHING_KNOWN, Provenance

MOST_BYTES = 64 << 20
"""So much is handed over in one piece."""
MOST_EXPLAINED = 4 << 20
"""So much is explained: it is read twice for that, with all that is known of each element."""
_MOST_SEGMENTS = 20_000
_MEDIA = {"x12": "application/EDI-X12", "edifact": "application/EDIFACT", "xml": "application/xml", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes, what they are, and a name for them."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class _Received:
    """A transmission, and how it is read."""

    view: Json
    content: bytes
    terms: TermsFor
    provenance: Provenance


async def raw_of(where: Where, number: UUID, *, partner: str | None = None) -> Stored:
    """A transmission as it was received, by the id of anything in it. A partner gets it where all of it is its own.

    Raises Absent, BodyPurged, or ActionRefused for one that is too large to be handed over in one piece, or to be masked.
    """
    async with opened(where) as office:
        masks = office.snapshot.gateway.masks
        found = await _received(office, number, partner=partner, most=MOST_EXPLAINED if masks else MOST_BYTES)
        content = await asyncio.to_thread(_masked, office, found.content, found.provenance) if masks else found.content
    return Stored(content, "application/octet-stream", str(found.view["name"]))


async def _received(office: Office, number: UUID, *, partner: str | None, most: int) -> _Received:
    records = PostgresRecords(office.database)
    view = await records.message(str(number))
    if view is None or (partner is not None and not _whole(view, partner)):
        raise absent(f"the id {number}")
    if int(view["size"]) > most:
        raise ActionRefused(
            f"It has {view['size']} bytes; at most {most} are given at once.",
            remedy="Look at it where the gateway runs: `gateway message` shows what is in it.",
        )
    content = b"".join([piece async for piece in records.raw(UUID(str(view["id"])))])
    known, sender = office.snapshot.partnerships, view["partner"]
    provenance = known.provenance(str(view["channel"]), str(view["name"]), partner=sender)
    return _Received(view, content, bound(known.terms_for, channel_partner=sender), provenance)


def _masked(office: Office, content: bytes, provenance: Provenance = NOTHING_KNOWN) -> bytes:
    return masked_bytes(content, veil_of(content, office.snapshot.gateway.masks, provenance), provenance)


async def put_back(where: Where, original: UUID, corrected: bytes) -> bytes:
    """Corrected bytes with what their masks hide of the original: nobody has to have seen it. Raises ActionRefused."""
    async with opened(where) as office:
        masks = office.snapshot.gateway.masks
        if not masks or MASK.encode() not in corrected:
            return corrected
        found = await _received(office, original, partner=None, most=MOST_EXPLAINED)
        veil = await asyncio.to_thread(veil_of, found.content, masks, found.provenance)
        return await asyncio.to_thread(unmasked, corrected, found.content, veil, found.provenance)


async def hidden_in(where: Where, number: UUID) -> Veil | None:
    """What is hidden of a transmission; None where nothing is, or its bytes cannot be had."""
    async with opened(where) as office:
        masks = office.snapshot.gateway.masks
        if not masks:
            return None
        try:
            found = await _received(office, number, partner=None, most=MOST_EXPLAINED)
        except (BodyUnreadable, ActionRefused):
            return Veil(masks, blind=True)
        return await asyncio.to_thread(veil_of, found.content, masks, found.provenance)


async def story_of(where: Where, number: UUID, *, partner: str | None = None) -> Json:
    """A transmission with its story, which quotes nothing that is hidden. Raises Absent."""
    return await without_hidden(where, await message_of(where, number, partner=partner))


async def without_hidden(where: Where, view: Json) -> Json:
    """What is told of a transmission without what it quotes of hidden values."""
    quotes = view["findings"] or any(one["findings"] or one["acknowledgements"] for one in view["interchanges"])
    quotes = quotes or view.get("failures") or any(d["findings"] for one in view["interchanges"] for d in one["documents"])
    veil = await hidden_in(where, UUID(str(view["id"]))) if quotes else None
    if veil is None:
        return view
    told = {name: veil.story(view[name]) for name in ("findings", "failures", "events") if name in view}
    kept = [
        {
            **one,
            "findings": veil.story(one["findings"]),
            "acknowledgements": veil.story(one["acknowledgements"]),
            "documents": [{**document, "findings": veil.story(document["findings"])} for document in one["documents"]],
        }
        for one in view["interchanges"]
    ]
    return {**view, **told, "interchanges": kept}


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
        if masks := office.snapshot.gateway.masks:
            veil = await _veil_over(office, view) if masks.places else None
            content = await asyncio.to_thread(masked_json, content, masks, veil)
    return Stored(content, "application/json", f"{view['name'] or 'document'}-{document}.json")


async def _veil_over(office: Office, document: Json) -> Veil | None:
    """What is hidden of a document by the places of its elements: in what we sealed of it, or in what came."""
    if document["outbound"]:
        part = await MessageParts(office.database).outbound(UUID(document["outbound"]))
        content = part.content if part is not None else b""
        return await asyncio.to_thread(veil_of, content, office.snapshot.gateway.masks)
    return await hidden_in(office, UUID(document["transmission"]))


def _own(view: Json, partner: str) -> bool:
    """Whether a document is a partner's: it came from there, or was sent there."""
    inner = str(view["channel"]).startswith("trigger:") or (view["channel"] == OUTBOUND and not view["sent"])
    return bool(view["partner"] == partner) and not inner


async def outbound_bytes(where: Where, outbound: UUID, *, partner: str | None = None) -> Stored:
    """An interchange of ours as it was sealed: documents, or an acknowledgement. Raises Absent or BodyPurged."""
    async with opened(where) as office:
        stored = await _sealed(office, outbound, partner)
        content = stored.content
        if office.snapshot.gateway.masks:
            content = await asyncio.to_thread(_masked, office, content)
    return Stored(content, stored.media_type, stored.name)


async def _sealed(office: Office, outbound: UUID, partner: str | None) -> Stored:
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
    async with opened(where) as office:
        found = await _received(office, number, partner=partner, most=MOST_EXPLAINED)
        return await asyncio.to_thread(_explained, office, found.content, (found.terms, found.provenance), first, limit)


async def segment_at(where: Where, number: UUID, offset: int, *, partner: str | None = None) -> int:
    """The number of the segment that the byte at an offset stands in, or the one before it. Raises as `segments_of` does."""
    async with opened(where) as office:
        found = await _received(office, number, partner=partner, most=MOST_EXPLAINED)
    here = 1
    for here, item in enumerate(parsed_segments(found.content, provenance=found.provenance), 1):
        start = item.position.offset if isinstance(item, Finding) else item.offset
        if start > offset:
            return max(1, here - 1)
    return here


async def sent_segments(where: Where, outbound: UUID, *, first: int, limit: int, partner: str | None = None) -> Sequence[Json]:
    """The same of an interchange of ours, as it was sealed."""
    async with opened(where) as office:
        content = (await _sealed(office, outbound, partner)).content
        return await asyncio.to_thread(_explained, office, content, (anything, NOTHING_KNOWN), first, limit)


def _explained(office: Office, content: bytes, read: tuple[TermsFor, Provenance], first: int, limit: int) -> list[dict[str, Any]]:
    terms, provenance = read
    masks = office.snapshot.gateway.masks
    veil = veil_of(content, masks, provenance) if masks else None
    number_of = _Documents()
    lines = []
    for number, item in islice(enumerate(annotate(content, terms, provenance=provenance), 1), first - 1 + limit):
        ordinal = number_of(item)
        if number >= first:
            lines.append(_line(number, item, ordinal, veil))
    return lines


class _Documents:
    """Counts the documents of a transmission."""

    def __init__(self) -> None:
        self._next, self._last, self._here = count(1), object(), 0

    def __call__(self, item: Any) -> int | None:
        """The number of the document that a segment stands in; None for one that stands in none."""
        document = item.document if isinstance(item, AnnotatedSegment) else None
        if document is None:
            return None
        if document is not self._last:
            self._last, self._here = document, next(self._next)
        return self._here


def _line(number: int, item: AnnotatedSegment | Finding, ordinal: int | None, veil: Veil | None) -> dict[str, Any]:
    if isinstance(item, Finding):
        shown = veil.finding(item) if veil is not None else item
        return {"number": number, "offset": shown.position.offset, "findings": [finding_record(shown)]}
    item = veil.segment(item) if veil is not None else item
    record: Mapping[str, Any] = segment_record(item)
    places = ({"repetition": one.repetition, "start": one.start, "end": one.end} for one in item.elements)
    elements = [{**told, **place} for told, place in zip(record["elements"], places, strict=True)]
    return {"number": number, "depth": item.segment.depth, **record, "ordinal": ordinal, "elements": elements}


async def members_of(where: Where, number: UUID, *, partner: str | None = None) -> Sequence[Json]:
    """The members of the canonical documents of what was received, each with the places in the segments that it came from."""
    async with opened(where) as office:
        found = await _received(office, number, partner=partner, most=MOST_EXPLAINED)
        explained = (found.terms, found.provenance)
        lines = await asyncio.to_thread(_explained, office, found.content, explained, 1, _MOST_SEGMENTS)
    members: dict[tuple[int, str], dict[str, Any]] = {}
    for line in lines:
        for element in line.get("elements", ()):
            for member in element["canonical"]:
                told = members.setdefault((line["ordinal"], member["path"]), {"ordinal": line["ordinal"], **member, "places": []})
                place = {"segment": line["number"], "tag": line["tag"]}
                told["places"].append(place | {name: element[name] for name in ("element", "component", "id", "name", "value")})
    return list(members.values())
