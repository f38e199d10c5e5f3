"""From what a system tells us to notices: milestones and documents, or why it could not be understood. Pure.

Nothing is dropped. What cannot be read is a notice as well, with the bytes of it, so that somebody is told.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from gateway.applications.http.links import links_in
from gateway.applications.http.verdict import is_true
from gateway.domain.http_application import EventTerms, LineTerms, Query, QueryFailed, ReadingTerms, TemplateFailed
from gateway.domain.order.milestone import LineQuantity, Milestone
from gateway.ports.hearing import HeardDocument, Notice, Unread

_MILLISECONDS = 1e11
"""Numbers above it are milliseconds since 1970, below it seconds."""
_LONGEST_KEY = 200


class NotUnderstood(Exception):
    """An event, or a body, is not as was declared."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.remedy = code, remedy


@dataclass(frozen=True, slots=True)
class Heard:
    """What a body told: notices in their order, and the events that could be taken out of it."""

    notices: Sequence[Notice]
    events: Sequence[Any] = ()


def heard_in(body: bytes, terms: ReadingTerms, *, source: str) -> Heard:
    """Everything that a body tells. `source` is the id of the application."""
    try:
        events = events_in(body, terms)
    except NotUnderstood as error:
        return Heard([unread(error, body)])
    notices: list[Notice] = []
    for event in events:
        try:
            notice = _notice(event, terms, source)
        except NotUnderstood as error:
            notice = unread(error, body if len(events) == 1 else orjson.dumps(event))
        if notice is not None:
            notices.append(notice)
    return Heard(notices, events)


def heard_again(body: bytes, terms: ReadingTerms, *, source: str) -> Sequence[Notice]:
    """What bytes that were kept unread tell now: the body as it came, or the one event of it that was not understood."""
    whole = heard_in(body, terms, source=source).notices
    if whole and all(notice.unread is None for notice in whole):
        return whole
    alone = heard_in(body, replace(terms, events=lambda event: event), source=source).notices
    return alone if all(notice.unread is None for notice in alone) else whole or alone


def events_in(body: bytes, terms: ReadingTerms) -> list[Any]:
    """The events in a body. Raises NotUnderstood."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood("body-not-json", f"the body is no JSON: {error}", _LOOK) from error
    found = _asked(terms.events, document, "events")
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise NotUnderstood("body-unexpected", "there are no events where they were declared to be", _LOOK)
    return found


def unread(error: NotUnderstood, body: bytes) -> Notice:
    """The notice of something that could not be understood. The same again is the same; its own key is left free for it."""
    mark = hashlib.sha256(body).hexdigest()[:32]
    return Notice(f"unread:{error.code}:{mark}", unread=Unread(error.code, str(error), error.remedy, body))


_LOOK = "see what has changed in the system, correct the configuration, and let it tell this again"


def _notice(event: Any, terms: ReadingTerms, source: str) -> Notice | None:
    """The notice of an event; None for one that is known to mean nothing. Raises NotUnderstood."""
    unlike = terms.shape(event) if terms.shape is not None else ""
    if unlike:
        raise NotUnderstood("event-unexpected", f"the event is not as was declared: {unlike}", _LOOK)
    key = _named(terms.key, event, "key")
    kind = _named(terms.kind, event, "kind")
    if kind in terms.ignored:
        return None
    meant = [one for one in terms.terms if kind in one.kinds]
    fitting = [one for one in meant if one.when is None or is_true(_asked(one.when, event, "when"))]
    if not fitting:
        why = "none of its conditions is true" if meant else "is named nowhere"
        remedy = f'say what "{kind}" means in an event, or that it means nothing by ignore; then let the system tell this again'
        raise NotUnderstood("event-unknown", f'the kind "{kind}" is not known: it {why}', remedy)
    milestones = [_milestone(event, one, terms, key, source) for one in fitting if one.milestone is not None]
    documents = [_document(event, one, terms, source) for one in fitting if one.document is not None]
    return Notice(key, documents, milestones)


def _milestone(event: Any, one: EventTerms, terms: ReadingTerms, key: str, source: str) -> Milestone:
    assert one.milestone is not None
    try:
        links = tuple(links_in(one.links, event, source=source))
    except QueryFailed as error:
        raise NotUnderstood("value-unreadable", f"links cannot be read: {error}", _LOOK) from error
    number = _text(one.number, event, "number")
    if number is None and not links:
        raise NotUnderstood("order-unnamed", "the event does not say which order it is about", _LOOK)
    return Milestone(
        source=source,
        key=f"{key}:{one.milestone}",
        event=one.milestone,
        partner=_text(one.customer, event, "customer"),
        number=number,
        occurred=_occurred(terms, event),
        version=_version(terms.version, event),
        lines=tuple(_lines(one.lines, event)) if one.lines is not None else (),
        total=one.total,
        links=links,
        reason=_text(one.reason, event, "reason"),
        test=terms.test is not None and is_true(_asked(terms.test, event, "test")),
    )


def _document(event: Any, one: EventTerms, terms: ReadingTerms, source: str) -> HeardDocument:
    assert one.document is not None
    assert terms.partner is not None
    try:
        body = one.document({"event": event, "source": source, "partner": terms.partner})
    except TemplateFailed as error:
        remedy = "correct the template of the document, or see what has changed in the system; then let it tell this again"
        raise NotUnderstood("document-unfit", f"no document can be made of the event: {error}", remedy) from error
    return HeardDocument(terms.partner, body, one.outgoing)


def _lines(terms: LineTerms, event: Any) -> Iterator[LineQuantity]:
    found = _asked(terms.each, event, "lines")
    if not isinstance(found, list):
        raise NotUnderstood("value-unreadable", "the event has no lines where they were declared to be", _LOOK)
    for member in found:
        line, item = _text(terms.line, member, "line"), _text(terms.item, member, "item")
        if line is None and item is None:
            raise NotUnderstood("value-unreadable", "a line does not say which one it is", _LOOK)
        yield LineQuantity(line, _quantity(terms.quantity, member), _text(terms.unit, member, "unit"), item)


def _quantity(query: Query, member: Any) -> Decimal:
    value = _asked(query, member, "quantity")
    try:
        text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)  # JSON knows no difference
        found = Decimal(text) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise NotUnderstood("value-unreadable", f"the quantity {value!r} is no number", _LOOK)
    return found


def _occurred(terms: ReadingTerms, event: Any) -> datetime | None:
    value = _asked(terms.occurred, event, "occurred") if terms.occurred is not None else None
    if value is None:
        return None
    found = moment_of(value, terms.timezone)
    if found is None:
        raise NotUnderstood("value-unreadable", f"the time {value!r} cannot be read", _LOOK)
    return found


def moment_of(value: Any, zone: ZoneInfo) -> datetime | None:
    """A time as systems write it: ISO 8601, in the given zone where it names none, or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=zone).astimezone(UTC) if found is not None and found.tzinfo is None else found


def _version(query: Query | None, event: Any) -> int | None:
    value = _asked(query, event, "version") if query is not None else None
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise NotUnderstood("value-unreadable", f"the version {value!r} is no number", _LOOK) from None


def _named(query: Query, event: Any, what: str) -> str:
    found = _text(query, event, what)
    if found is None:
        raise NotUnderstood("event-unexpected", f"the event has no {what} where it was declared to be", _LOOK)
    return found if len(found) <= _LONGEST_KEY else f"{found[:_LONGEST_KEY]}…{hashlib.sha256(found.encode()).hexdigest()[:16]}"


def _text(query: Query | None, event: Any, what: str) -> str | None:
    value = _asked(query, event, what) if query is not None else None
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotUnderstood("value-unreadable", f"the {what} {value!r:.100} is neither a text nor a number", _LOOK)
    return str(value)


def _asked(query: Query, value: Any, what: str) -> Any:
    try:
        return query(value)
    except QueryFailed as error:
        raise NotUnderstood("value-unreadable", f"{what} cannot be read: {error}", _LOOK) from error
