"""Reconciliation: what two systems hold of the same thing, line by line, and where they differ. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from heapq import merge
from itertools import groupby

Value = Decimal | str | None
"""What is compared: a number, a word, or nothing where a side does not say."""

LEVELS = frozenset({"price"})
"""Values that do not add up: what is there twice has the one, or it is told that there are two."""
_UNSAID = LEVELS | {"ordered"}
"""Of what a side says nothing when it has none: what it would cost, and what there was to be."""


class Kind(StrEnum):
    """How two systems differ: one does not have it, has more of it than once, or has something else."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    DOUBLED = "doubled"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a system holds under a key. `key` is what both sides call it (an order number, an item with its lot), `partner` whose
    it is. `values` are what is compared: quantities, amounts, words; None in a value means that this side does not say.

    `name` is the system's own name of it, for people; `since` is when it came to be there, `changed` when it last changed,
    `as_of` when the system said all this, where that was not just now. `lines` are compared like entries, None where it knows no
    lines; a line that has another key at the other side is known by its `aliases`.
    """

    key: str
    partner: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    name: str = ""
    since: datetime | None = None
    lines: Sequence["Entry"] | None = ()
    aliases: Sequence[str] = ()
    changed: datetime | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How closely two sides are compared.

    Numbers may differ by `tolerance`, or by `share` of the larger one, whichever is more. What is younger than `settling` on the
    side that has it, or changed on any side in that time before the other side spoke, may still be on its way, and is left out.
    `one_sided`: the right side may hold what the left does not. `ours_add_up`, `theirs_add_up`: what that side has several times
    under one key is one thing in parts. `nothing_is_zero`: what a side does not have it has none of.
    """

    tolerance: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    settling: timedelta = timedelta(minutes=15)
    one_sided: bool = False
    ours_add_up: bool = False
    theirs_add_up: bool = False
    nothing_is_zero: bool = False

    def same(self, left: Value, right: Value) -> bool:
        """Whether two values agree. What one side does not say agrees with anything."""
        if left is None or right is None:
            return True
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return abs(left - right) <= max(self.tolerance, self.share * max(abs(left), abs(right)))
        return left == right


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at of a system's books: one `company` and one `warehouse` of it, items with their lots or without, by which
    identifier (`seller`: our code, `gtin`) items are known, and which `measure` of stock (`on_hand`, `available`).
    """

    warehouse: str | None = None
    lots: bool = True
    item: str = "seller"
    company: str | None = None
    measure: str = "on_hand"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A reconciliation as configured: of `what`, so far `back`.

    Compared are this gateway and the `application`; the application and the one `against` it; or either with what a `partner`
    said in its documents. The differences are those of `owner`; None: of each partner's own. `scope` is what is looked at of
    books that hold more.
    """

    id: str
    what: str
    application: str | None
    terms: Terms
    back: timedelta
    owner: str | None = None
    against: str | None = None
    partner: str | None = None
    scope: Scope = field(default_factory=Scope)

    @property
    def sides(self) -> tuple["Side", "Side"]:
        """Who is compared: the one that should have told, and the one that should know."""
        if self.partner is not None:
            return Side(self.application), Side(partner=self.partner)
        if self.against is not None:
            return Side(self.application), Side(self.against)
        return Side(), Side(self.application)


@dataclass(frozen=True, slots=True)
class Side:
    """Whose books they are: an application's, a partner's by its documents, or this gateway's own."""

    application: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `line` is the line it is about, `what` the value; `left` and `right` are what each side says."""

    kind: Kind
    key: str
    partner: str | None = None
    line: str | None = None
    what: str = ""
    left: str | None = None
    right: str | None = None
    since: datetime | None = None

    @property
    def about(self) -> str:
        """What makes it the same difference when it is found again."""
        return "\n".join((self.kind.value, self.key, self.line or "", self.what))


def place_of(entry: Entry) -> tuple[str, str]:
    """By what books are put in order before they are compared."""
    return (entry.partner or "", entry.key)


Pair = tuple[Sequence[Entry], Sequence[Entry]]
"""What either side has under one key."""


def pairs(left: Iterable[Entry], right: Iterable[Entry]) -> Iterator[Pair]:
    """What belongs together of two sides that are in the order of `place_of`, one key after the other: no side is held whole."""
    both = merge(((0, entry) for entry in left), ((1, entry) for entry in right), key=lambda one: place_of(one[1]))
    for _, same in groupby(both, key=lambda one: place_of(one[1])):
        ours: list[Entry] = []
        theirs: list[Entry] = []
        for side, entry in same:
            (theirs if side else ours).append(entry)
        yield ours, theirs


def compare(
    left: Iterable[Entry], right: Iterable[Entry], terms: Terms, *, now: datetime, begin: datetime | None = None
) -> Iterator[Difference]:
    """The differences, ordered by partner and key, of two sides in that order.

    The left side is who should have told, the right one who should know. What is older than `begin` on every side is left out.
    """
    for pair in pairs(left, right):
        yield from differences(pair, terms, now=now, begin=begin)


def differences(pair: Pair, terms: Terms, *, now: datetime, begin: datetime | None = None) -> Iterator[Difference]:
    """What is wrong with one key."""
    entries = (*pair[0], *pair[1])
    if all(_is_young(entry, terms, now) for entry in entries) or _is_moving(entries, terms, now):
        return
    if begin is not None and all(entry.since is not None and entry.since < begin for entry in entries):
        return
    ours = _in_one(pair[0]) if terms.ours_add_up else pair[0]
    theirs = _in_one(pair[1]) if terms.theirs_add_up else pair[1]
    if terms.nothing_is_zero:
        ours, theirs = ours or [_nothing(theirs[-1])], theirs or [_nothing(ours[-1])]
    yield from _compared(ours, theirs, terms)


def _is_young(entry: Entry, terms: Terms, now: datetime) -> bool:
    return entry.since is not None and now - entry.since < terms.settling


def _is_moving(entries: Sequence[Entry], terms: Terms, now: datetime) -> bool:
    """Whether something changed shortly before, or since, one of the sides spoke: the other cannot know it yet."""
    spoken = min((entry.as_of for entry in entries if entry.as_of is not None), default=now)
    return any(entry.changed is not None and entry.changed > spoken - terms.settling for entry in entries)


def _in_one(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The parts of one thing as one."""
    if len(entries) < 2:
        return entries
    values: Mapping[str, Value] = {}
    for entry in entries:
        values = _added(values, entry.values)
    lines = None if all(entry.lines is None for entry in entries) else [line for one in entries for line in one.lines or ()]
    names = dict.fromkeys(entry.name for entry in entries if entry.name)
    since = min((entry.since for entry in entries if entry.since is not None), default=None)
    changed = max((entry.changed for entry in entries if entry.changed is not None), default=None)
    return [replace(entries[0], values=values, lines=lines, name=", ".join(names), since=since, changed=changed)]


def _nothing(entry: Entry) -> Entry:
    """None of it."""
    values = {name: Decimal(0) for name, value in entry.values.items() if isinstance(value, Decimal) and name not in _UNSAID}
    lines = None if entry.lines is None else [_nothing(line) for line in entry.lines]
    return Entry(entry.key, entry.partner, values, lines=lines)


def _compared(ours: Sequence[Entry], theirs: Sequence[Entry], terms: Terms) -> Iterator[Difference]:
    """What either side has under one key, compared."""
    one = (*ours, *theirs)[0]
    since = _since((*ours, *theirs))
    if not theirs:
        yield Difference(Kind.MISSING, one.key, one.partner, left=one.name or one.key, since=since)
    elif not ours:
        if not terms.one_sided:
            yield Difference(Kind.UNEXPECTED, one.key, one.partner, right=one.name or one.key, since=since)
    elif len(theirs) > len(ours):
        names = ", ".join(entry.name or entry.key for entry in theirs)
        yield Difference(Kind.DOUBLED, one.key, one.partner, left=str(len(ours)), right=names, since=since)
    else:
        yield from _values(ours[-1], theirs[-1], terms, since)
        yield from _lines(ours[-1], theirs[-1], terms, since)


def _since(entries: Sequence[Entry]) -> datetime | None:
    """Since when it can have been so: since it is there; what is always there, since it last changed."""
    made = min((entry.since for entry in entries if entry.since is not None), default=None)
    return made or max((entry.changed for entry in entries if entry.changed is not None), default=None)


def _values(ours: Entry, theirs: Entry, terms: Terms, since: datetime | None, line: str | None = None) -> Iterator[Difference]:
    key, partner = (ours.key, ours.partner)
    for what in sorted(ours.values.keys() | theirs.values.keys()):
        left, right = ours.values.get(what), theirs.values.get(what)
        if not terms.same(left, right):
            yield Difference(Kind.DIFFERENT, key, partner, line, what, _text(left), _text(right), since)


def _lines(ours: Entry, theirs: Entry, terms: Terms, since: datetime | None) -> Iterator[Difference]:
    """Lines of one key add up: a delivery in two parts is the same as one."""
    if ours.lines is None or theirs.lines is None:
        return
    names = {alias: line.key for line in theirs.lines for alias in (*line.aliases, line.key)}
    left, right = _summed(_renamed(ours.lines, names)), _summed(theirs.lines)
    for line in sorted(left.keys() | right.keys()):
        mine, other = left.get(line), right.get(line)
        if terms.nothing_is_zero:
            mine, other = mine or (_nothing(other) if other else None), other or (_nothing(mine) if mine else None)
        if mine is None or other is None:
            if mine is not None or not terms.one_sided:
                kind = Kind.MISSING if other is None else Kind.UNEXPECTED
                says = _said(mine), _said(other)
                yield Difference(kind, ours.key, ours.partner, line, "", *says, since)
            continue
        for difference in _values(mine, other, terms, since, line):
            yield replace(difference, key=ours.key, partner=ours.partner)


def _renamed(lines: Sequence[Entry], names: Mapping[str, str]) -> list[Entry]:
    """Lines under the keys that the other side has for them."""
    keys = [next((names[name] for name in (*line.aliases, line.key) if name in names), line.key) for line in lines]
    return [replace(line, key=key) for line, key in zip(lines, keys, strict=True)]


def _summed(lines: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for line in lines:
        before = found.get(line.key)
        found[line.key] = line if before is None else replace(line, values=_added(before.values, line.values))
    return found


def _added(one: Mapping[str, Value], other: Mapping[str, Value]) -> Mapping[str, Value]:
    result = dict(one)
    for name, value in other.items():
        before = result.get(name)
        if name in LEVELS and None not in (before, value):
            result[name] = value if before == value else f"{_text(before)} and {_text(value)}"
        elif isinstance(before, Decimal) and isinstance(value, Decimal):
            result[name] = before + value
        else:
            result[name] = value if value is not None else before
    return result


def _said(entry: Entry | None) -> str | None:
    if entry is None:
        return None
    return ", ".join(f"{name} {_text(value)}" for name, value in sorted(entry.values.items()) if value is not None) or "there"


def _text(value: Value) -> str | None:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
