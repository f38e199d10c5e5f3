"""Messages: searched, told whole, traced by any number, with what they hold for who may see that.

Accounts of partners see what they sent and what was sent to them: its state, findings, acknowledgements. Which applications get
it, how often that was tried, routes, agreements, owners, failures and the journal are not for them.
"""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.operation import Asked, File, Operation, Page
from gateway.api.operations.audit import Line
from gateway.api.operations.content_models import (
    AuditLines,
    Completion,
    Completions,
    Layers,
    Members,
    Reading,
    Segment,
    TracedMember,
)
from gateway.api.operations.message_models import Event, Message, Row, Story
from gateway.api.paging import Listed, cursor_of, id_after, page_of, place_of
from gateway.bootstrap import contents, message_exports
from gateway.bootstrap.acknowledgement_reading import read_acknowledgement_of
from gateway.bootstrap.contents import Stored
from gateway.bootstrap.messages import audit_of, events_of, known_values, layers_of, search_messages, trace_of
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.domain.acknowledgement_reading import Reading as Read
from gateway.domain.letter import about_text, letter
from gateway.domain.query import completions
from gateway.domain.quote import without_quotes
from gateway.ports import Json

Text = Annotated[str, Field(max_length=1000)]


class Search(Listed):
    """What is looked for, as in the console and on the command line: `partner:bigbox type:850 -state:delivered 4711`."""

    q: Annotated[str, Field(max_length=1000, description="`key:value` and words; all of them have to be met.")] = ""


class Exported(Asked):
    """What is looked for, as in the list."""

    q: Text = ""


class Completing(Asked):
    """A search as far as it is written, and where the cursor stands in it."""

    text: Text
    cursor: Annotated[int, Field(ge=0, le=1000)]


class MessageAsked(Asked):
    """A message, by its id or that of anything in it."""

    message: UUID


class Traced(Asked):
    """Any number: an order, a control number, an id, a file name, a Message-ID, the reference of an application."""

    number: Annotated[str, Field(min_length=1, max_length=500)]


class Lines(Listed):
    """Which part of the segments."""

    message: UUID


class SegmentLines(Lines):
    """Which part of the segments: the next ones, or those around the byte at `offset`, which findings name."""

    offset: Annotated[int | None, Field(ge=0)] = None


class OutboundAsked(Asked):
    """An interchange of ours."""

    outbound: UUID


class OutboundLines(Listed):
    """Which part of the segments of an interchange of ours."""

    outbound: UUID


class CanonicalAsked(Asked):
    """A document; `routed`: as the rules of its route left it."""

    document: UUID
    routed: bool = False


class DeliveryAsked(Asked):
    """A delivery."""

    delivery: UUID


class ReadingAsked(Asked):
    """An acknowledgement: one that we gave, a document that a partner sent as one, or an AS2 transfer for its receipt."""

    acknowledgement: UUID


async def _list(office: Office, caller: Caller, asked: Search) -> Page:
    found = await search_messages(office, asked.q, limit=asked.limit, before=id_after(asked.after), partner=caller.partner)
    return Page([Row.model_validate(one) for one in found.rows], cursor_of(found.after) if found.after else None)


async def _complete(office: Office, caller: Caller, asked: Completing) -> Completions:
    known = await known_values(office) if caller.partner is None else {}
    found = completions(asked.text, asked.cursor, known, partners=caller.partner is not None)
    return Completions(items=tuple(Completion.model_validate(asdict(one)) for one in found))


async def _export(office: Office, caller: Caller, asked: Exported) -> File:
    content, whole = await message_exports.rows_as_csv(office, asked.q, partner=caller.partner)
    name = "messages.csv" if whole else f"messages-first-{message_exports.MOST_ROWS}.csv"
    return File(content, "text/csv; charset=utf-8", name)


async def _bundle(office: Office, _caller: Caller, asked: MessageAsked) -> File:
    return File(await message_exports.support_bundle(office, asked.message), "application/zip", f"message-{asked.message}.zip")


async def _show(office: Office, caller: Caller, asked: MessageAsked) -> Message:
    return Message.model_validate(_seen(caller, await contents.story_of(office, asked.message, partner=caller.partner)))


def _seen(caller: Caller, told: Json) -> Json:
    """What is told, without quotes for those who may not see what documents hold."""
    seen: Json = told if caller.may(Right.PAYLOADS) else without_quotes(told)
    return seen


async def _trace(office: Office, caller: Caller, asked: Traced) -> Story:
    story = await trace_of(office, asked.number, partner=caller.partner)
    shown = [await contents.without_hidden(office, one) for one in story["transmissions"]]
    return Story.model_validate(_seen(caller, {**story, "transmissions": shown}))


async def _audit(office: Office, _caller: Caller, asked: MessageAsked) -> AuditLines:
    return AuditLines(items=tuple(Line.model_validate(one) for one in await audit_of(office, asked.message)))


async def _members(office: Office, caller: Caller, asked: MessageAsked) -> Members:
    found = await contents.members_of(office, asked.message, partner=caller.partner)
    return Members(items=tuple(TracedMember.model_validate(one) for one in found))


async def _layers(office: Office, caller: Caller, asked: MessageAsked) -> Layers:
    return Layers.model_validate(without_quotes(await layers_of(office, asked.message, partner=caller.partner)))


async def _events(office: Office, _caller: Caller, asked: Lines) -> Page:
    first = _first(asked.after)
    found = await events_of(office, asked.message)
    some = [Event.model_validate(one) for one in found[first - 1 : first - 1 + asked.limit]]
    return Page(some, cursor_of(first + asked.limit) if len(found) > first - 1 + asked.limit else None)


def _first(cursor: str) -> int:
    """The number of the first line of a page."""
    place = place_of(cursor, int)
    return max(place[0], 1) if place else 1


async def _raw(office: Office, caller: Caller, asked: MessageAsked) -> File:
    return _file(await contents.raw_of(office, asked.message, partner=caller.partner))


async def _segments(office: Office, caller: Caller, asked: SegmentLines) -> Page:
    first = _first(asked.after)
    if asked.offset is not None and not asked.after:
        number = await contents.segment_at(office, asked.message, asked.offset, partner=caller.partner)
        first = max(1, number - asked.limit // 4)
    found = await contents.segments_of(
        office, asked.message, first=first, limit=asked.limit + 1, partner=caller.partner
    )  # fmt: skip
    return page_of([Segment.model_validate(one) for one in found], asked.limit, lambda one: (one.number + 1,))


async def _sent_segments(office: Office, caller: Caller, asked: OutboundLines) -> Page:
    first = _first(asked.after)
    found = await contents.sent_segments(
        office, asked.outbound, first=first, limit=asked.limit + 1, partner=caller.partner
    )  # fmt: skip
    return page_of([Segment.model_validate(one) for one in found], asked.limit, lambda one: (one.number + 1,))


async def _canonical(office: Office, caller: Caller, asked: CanonicalAsked) -> File:
    return _file(await contents.canonical_of(office, asked.document, routed=asked.routed, partner=caller.partner))


async def _sealed(office: Office, caller: Caller, asked: OutboundAsked) -> File:
    return _file(await contents.outbound_bytes(office, asked.outbound, partner=caller.partner))


async def _delivered(office: Office, _caller: Caller, asked: DeliveryAsked) -> File:
    return _file(await contents.delivered_bytes(office, asked.delivery))


def _file(stored: Stored) -> File:
    return File(stored.content, stored.media_type, stored.name)


async def _read(office: Office, caller: Caller, asked: ReadingAsked) -> Reading:
    return _reading(await read_acknowledgement_of(office, asked.acknowledgement, quotes=False, partner=caller.partner))


async def _read_beside(office: Office, caller: Caller, asked: ReadingAsked) -> Reading:
    return _reading(await read_acknowledgement_of(office, asked.acknowledgement, quotes=True, partner=caller.partner))


def _reading(found: Read) -> Reading:
    subject, text = letter(found.kind, found.way, found.lines, about=found.about, verdict=found.verdict)
    told = {**asdict(found), "answers": asdict(found.about), "about": about_text(found.about), "subject": subject, "text": text}
    return Reading.model_validate(told)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="messages.list", method="GET", path="/messages", right=Right.SEE, asked=Search, run=_list, answers=Row, pages=True,
        partners=True, summary="Search messages, both ways, the newest first.", errors=("query-invalid",),
    ),
    Operation(
        name="messages.complete", method="GET", path="/messages/complete", right=Right.SEE, asked=Completing, run=_complete,
        answers=Completions, partners=True, summary="Complete the word at the cursor of a search.",
    ),
    Operation(
        name="messages.trace", method="GET", path="/messages/trace", right=Right.SEE, asked=Traced, run=_trace, answers=Story,
        partners=True, summary="Tell the whole story of whatever carries a number.",
    ),
    Operation(
        name="messages.export", method="GET", path="/messages/export", right=Right.SEE, asked=Exported, run=_export, file=True,
        partners=True, audited=True, slow=True, errors=("query-invalid",),
        summary="Get what a search finds as CSV, the first 10,000 rows of it; the last line says where there is more.",
    ),
    Operation(
        name="messages.show", method="GET", path="/messages/{message}", right=Right.SEE, asked=MessageAsked, run=_show,
        answers=Message, partners=True, summary="Tell all of one message: what came, what it held, what became of it.",
    ),
    Operation(
        name="messages.acknowledgements", method="GET", path="/messages/{message}/acknowledgements", right=Right.SEE,
        asked=MessageAsked, run=_layers, answers=Layers, partners=True,
        summary="Show what was, or is to be, acknowledged of a message, in its four layers.",
    ),
    Operation(
        name="messages.events", method="GET", path="/messages/{message}/events", right=Right.SEE, asked=Lines, run=_events,
        answers=Event, pages=True, summary="List the journal of a message: each stage with its steps, in their order.",
    ),
    Operation(
        name="messages.audit", method="GET", path="/messages/{message}/audit", right=Right.AUDIT, asked=MessageAsked, run=_audit,
        answers=AuditLines, summary="List who looked at a message or anything in it, or did something about it: the newest 500.",
    ),
    Operation(
        name="messages.bundle", method="GET", path="/messages/{message}/bundle", right=Right.SEE, asked=MessageAsked, run=_bundle,
        file=True, audited=True,
        summary="Get all that is told of a message as a ZIP archive for support: nothing of what it holds, and no secrets.",
    ),
    Operation(
        name="messages.members", method="GET", path="/messages/{message}/members", right=Right.PAYLOADS, asked=MessageAsked,
        run=_members, answers=Members, partners=True, audited=True, errors=("body-purged",),
        summary="Tell of each member of the canonical documents of a message which places of its segments it came from.",
    ),
    Operation(
        name="messages.raw", method="GET", path="/messages/{message}/raw", right=Right.PAYLOADS, asked=MessageAsked, run=_raw,
        file=True, partners=True, audited=True, summary="Get a message as it was received.", errors=("body-purged",),
    ),
    Operation(
        name="messages.segments", method="GET", path="/messages/{message}/segments", right=Right.PAYLOADS, asked=SegmentLines,
        run=_segments, answers=Segment, pages=True, partners=True, audited=True, errors=("body-purged",),
        summary="Explain a message segment by segment: names, findings in their places, canonical members beside them.",
    ),
    Operation(
        name="documents.canonical", method="GET", path="/documents/{document}/canonical", right=Right.PAYLOADS,
        asked=CanonicalAsked, run=_canonical, file=True, partners=True, audited=True, errors=("body-purged",),
        summary="Get the canonical form of a document.",
    ),
    Operation(
        name="outbounds.bytes", method="GET", path="/outbounds/{outbound}/bytes", right=Right.PAYLOADS, asked=OutboundAsked,
        run=_sealed, file=True, partners=True, audited=True, errors=("body-purged",),
        summary="Get an interchange of ours as it was sealed for the partner.",
    ),
    Operation(
        name="outbounds.segments", method="GET", path="/outbounds/{outbound}/segments", right=Right.PAYLOADS, asked=OutboundLines,
        run=_sent_segments, answers=Segment, pages=True, partners=True, audited=True, errors=("body-purged",),
        summary="Explain an interchange of ours segment by segment.",
    ),
    Operation(
        name="deliveries.bytes", method="GET", path="/deliveries/{delivery}/bytes", right=Right.PAYLOADS, asked=DeliveryAsked,
        run=_delivered, file=True, audited=True, errors=("body-purged",),
        summary="Get what a delivery hands over: an interchange as sealed, or the document that the call is made of.",
    ),
    Operation(
        name="acknowledgements.read", method="GET", path="/acknowledgements/read/{acknowledgement}", right=Right.SEE,
        asked=ReadingAsked, run=_read, answers=Reading, partners=True, errors=("body-purged",),
        summary="Read an acknowledgement out in plain words, with a text for the partner.",
    ),
    Operation(
        name="acknowledgements.read_beside", method="GET", path="/acknowledgements/read/{acknowledgement}/beside",
        right=Right.PAYLOADS, asked=ReadingAsked, run=_read_beside, answers=Reading, partners=True, audited=True,
        errors=("body-purged",), summary="The same with the lines of the document that it is about.",
    ),
)  # fmt: skip
