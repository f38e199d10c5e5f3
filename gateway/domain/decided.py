"""What was decided of a transmission, in a form in which two decisions can be compared, and what differs between them. Pure.

One side is what is stored, the other what a configuration would decide; neither knows where it comes from.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import orjson

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class DecidedDocument:
    """A document: what became of it. `json` is its canonical form as it goes on, None where it does not, or is purged.

    `deliveries` name target and action, `findings` code and place. `waits` are the lookups that its route asks first.
    """

    ordinal: int
    name: str
    state: str
    verdict: str
    agreement: str = ""
    route: str = ""
    findings: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    json: bytes | None = None
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """An interchange that goes back or out: an acknowledgement with its verdict, or documents as written.

    `content` are its bytes without control numbers and times; None where they are purged.
    """

    type: str
    verdict: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class DecidedInterchange:
    """An interchange. `answers` are what its sender gets, `written` what its documents became for a partner."""

    ordinal: int
    partner: str
    state: str
    verdict: str
    findings: tuple[str, ...] = ()
    answers: tuple[Sent, ...] = ()
    written: tuple[Sent, ...] = ()
    documents: tuple[DecidedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A transmission: `translated`, or `unreadable`."""

    state: str
    findings: tuple[str, ...] = ()
    interchanges: tuple[DecidedInterchange, ...] = ()


class Kind(StrEnum):
    """What a change is about."""

    READ = "read"
    PARTNER = "partner"
    STATE = "state"
    AGREEMENT = "agreement"
    ROUTE = "route"
    FIELD = "field"
    FINDING_NEW = "finding-new"
    FINDING_GONE = "finding-gone"
    ACKNOWLEDGEMENT = "acknowledgement"
    DELIVERY_NEW = "delivery-new"
    DELIVERY_GONE = "delivery-gone"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is the same for all that differ in the same way; `before` and `after` are those of this one.

    `number` is a business key of the document (`order:4711`), for people.
    """

    kind: Kind
    partner: str
    document: str
    what: str
    before: Any = None
    after: Any = None
    number: str = ""


def changes(before: Decided, after: Decided) -> Iterator[Change]:
    """Everything that differs, from the whole to its parts: of what is read otherwise, the parts are not compared."""
    if before.state != after.state or len(before.interchanges) != len(after.interchanges):
        partner = next((one.partner for one in (*before.interchanges, *after.interchanges) if one.partner), "")
        said = _read_as(before), _read_as(after)
        yield Change(Kind.READ, partner, "", " -> ".join(said), *said)
        return
    yield from _findings(before.findings, after.findings, Change(Kind.READ, "", "", ""))
    for old, new in zip(before.interchanges, after.interchanges, strict=True):
        yield from _of_interchange(old, new)


def _read_as(decided: Decided) -> str:
    count = len(decided.interchanges)
    return decided.state if not count else f"{decided.state}, {count} interchange{'' if count == 1 else 's'}"


def _of_interchange(old: DecidedInterchange, new: DecidedInterchange) -> Iterator[Change]:
    about = Change(Kind.STATE, new.partner or old.partner, "", "", number=_number(new) or _number(old))
    if old.partner != new.partner:
        yield _changed(about, Kind.PARTNER, old.partner or "nobody", new.partner or "nobody")
    whole = f"interchange {old.state}", f"interchange {new.state}"
    if whole[0] != whole[1]:
        yield _changed(about, Kind.STATE, *whole)
    yield from _findings(old.findings, new.findings, about)
    yield from _sent(old.answers, new.answers, about, Kind.ACKNOWLEDGEMENT)
    yield from _sent(old.written, new.written, about, Kind.SENT)
    before, after = ({one.ordinal: one for one in side.documents} for side in (old, new))
    for ordinal in sorted(before.keys() | after.keys()):
        yield from _of_document(before.get(ordinal), after.get(ordinal), about.partner)


def _number(interchange: DecidedInterchange) -> str:
    return next((key for one in interchange.documents for key in one.keys), "")


def _of_document(old: DecidedDocument | None, new: DecidedDocument | None, partner: str) -> Iterator[Change]:
    some = new or old
    assert some is not None
    about = Change(Kind.STATE, partner, some.name, "", number=next(iter(some.keys), ""))
    if old is None or new is None:
        states = (f"document {old.state}" if old else "no document", f"document {new.state}" if new else "no document")
        yield _changed(about, Kind.STATE, *states)
        yield from _deliveries(old.deliveries if old else (), new.deliveries if new else (), about)
        return
    waits = bool(new.waits) or bool(old.waits)
    pairs = [
        (Kind.STATE, f"document {old.state}", f"document {new.state}"),
        (Kind.AGREEMENT, old.agreement or "no agreement", new.agreement or "no agreement"),
        (Kind.ROUTE, old.route or "no route", new.route or "no route"),
    ]
    for kind, one, other in pairs:
        if one != other and not (waits and kind is Kind.STATE):
            yield _changed(about, kind, one, other)
    yield from _findings(old.findings, new.findings, about)
    if not waits:
        yield from _deliveries(old.deliveries, new.deliveries, about)
        yield from _fields(old.json, new.json, about)


def _changed(about: Change, kind: Kind, before: str, after: str) -> Change:
    return Change(kind, about.partner, about.document, f"{before} -> {after}", before, after, about.number)


def _findings(old: tuple[str, ...], new: tuple[str, ...], about: Change) -> Iterator[Change]:
    for one in _more(new, old):
        yield Change(Kind.FINDING_NEW, about.partner, about.document, one.partition(" at ")[0], None, one, about.number)
    for one in _more(old, new):
        yield Change(Kind.FINDING_GONE, about.partner, about.document, one.partition(" at ")[0], one, None, about.number)


def _deliveries(old: tuple[str, ...], new: tuple[str, ...], about: Change) -> Iterator[Change]:
    for one in _more(new, old):
        yield Change(Kind.DELIVERY_NEW, about.partner, about.document, one, None, one, about.number)
    for one in _more(old, new):
        yield Change(Kind.DELIVERY_GONE, about.partner, about.document, one, one, None, about.number)


def _more(some: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """What is in the first more often than in the second."""
    left = list(others)
    more = []
    for one in some:
        if one in left:
            left.remove(one)
        else:
            more.append(one)
    return more


def _sent(old: tuple[Sent, ...], new: tuple[Sent, ...], about: Change, kind: Kind) -> Iterator[Change]:
    """What goes to the partner, in its order. Bytes are compared where both sides have them and say the same otherwise."""
    for place in range(max(len(old), len(new))):
        one = old[place] if place < len(old) else None
        other = new[place] if place < len(new) else None
        said = _words(one), _words(other)
        if said[0] != said[1]:
            yield _changed(about, kind, *said)
        elif one and other and None not in (one.content, other.content) and one.content != other.content:
            texts = [(side.content or b"").decode("utf-8", "backslashreplace") for side in (one, other)]
            yield Change(kind, about.partner, about.document, f"{one.type} says something else", *_where(*texts), about.number)


def _words(sent: Sent | None) -> str:
    return " ".join(part for part in (sent.type, sent.verdict) if part) if sent is not None else "nothing"


_AROUND = 40


def _where(before: str, after: str) -> tuple[str, str]:
    """The place where two texts begin to differ, with what stands around it."""
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, same - _AROUND // 2)
    return before[start : same + _AROUND], after[start : same + _AROUND]


def _fields(old: bytes | None, new: bytes | None, about: Change) -> Iterator[Change]:
    if old is None or new is None or old == new:
        return
    for path, before, after in differing(orjson.loads(old), orjson.loads(new)):
        yield Change(Kind.FIELD, about.partner, about.document, general(path), before, after, about.number)


def as_delivered(deliveries: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Deliveries (target, action) in words."""
    return tuple(sorted(f"{target} as {action}" for target, action in deliveries))


def as_found(severity: str, code: str, segment: int | None, tag: str | None, element: int | None) -> str:
    """A finding in words that are the same for the same fault: severity and code, then the place."""
    place = f" at {segment} {tag or ''}{'' if element is None else f'-{element:02}'}" if segment is not None else ""
    return f"{severity} {code}{place}"


def differing(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The leaves at which two JSON values differ, each with its path; None stands for what is not there."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            yield from differing(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old, new = (side[index] if index < len(side) else None for side in (before, after))
            yield from differing(old, new, f"{path}[{index}]")
    elif before != after:
        yield path, before, after


def general(path: str) -> str:
    """A path without the numbers of its lists: `lines[].item.name` of `lines[3].item.name`."""
    return _INDEX.sub("[]", path)


def masked(change: Change, hides: Callable[[str], bool], mask: str) -> Change:
    """The change without the values of a member that nobody is shown."""
    if change.kind is not Kind.FIELD or not hides(change.what):
        return change
    before, after = (None if value is None else mask for value in (change.before, change.after))
    return replace(change, before=before, after=after)
