"""Reconciliation: what two systems hold of the same thing, line by line, and where they differ. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


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

    `name` is the system's own name of it, for people; `since` is when it came to be there. `lines` are compared like entries;
    a line that has another key at the other side is known by its `aliases`.
    """

    key: str
    partner: str | None = None
    values: Mapping[str, Decimal | str | None] = field(default_factory=dict)
    name: str = ""
    since: datetime | None = None
    lines: Sequence["Entry"] = ()
    aliases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """How closely two sides are compared.

    Numbers may differ by `tolerance`, or by `share` of the larger one, whichever is more. What is younger than `settling` on the
    side that has it may still be on its way, and is left out. `one_sided`: the right side may hold what the left does not.
    """

    tolerance: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    settling: timedelta = timedelta(minutes=15)
    one_sided: bool = False

    def same(self, left: Decimal | str | None, right: Decimal | str | None) -> bool:
        """Whether two values agree. What one side does not say agrees with anything."""
        if left is None or right is None:
            return True
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return abs(left - right) <= max(self.tolerance, self.share * max(abs(left), abs(right)))
        return left == right


@dataclass(frozen=True, slots=True)
class Agreed:
    """A reconciliation as configured: of `what`, with the books of an application, so far `back`.

    The differences are those of `owner`; None: of each partner's own.
    """

    id: str
    what: str
    application: str
    terms: Terms
    back: timedelta
    owner: str | None = None


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


def compare(left: Iterable[Entry], right: Iterable[Entry], terms: Terms, *, now: datetime) -> Iterator[Difference]:
    """The differences, ordered by partner and key. The left side is who should have told, the right one who should know."""
    ours, theirs = _by_key(left), _by_key(right)
    for partner, key in sorted({*ours, *theirs}, key=lambda pair: (pair[0] or "", pair[1])):
        mine, other = ours.get((partner, key), []), theirs.get((partner, key), [])
        if all(_is_young(entry, terms, now) for entry in (*mine, *other)):
            continue
        yield from _compared(mine, other, terms)


def _by_key(entries: Iterable[Entry]) -> dict[tuple[str | None, str], list[Entry]]:
    found: dict[tuple[str | None, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.partner, entry.key), []).append(entry)
    return found


def _is_young(entry: Entry, terms: Terms, now: datetime) -> bool:
    return entry.since is not None and now - entry.since < terms.settling


def _compared(ours: Sequence[Entry], theirs: Sequence[Entry], terms: Terms) -> Iterator[Difference]:
    """What is wrong with one key."""
    one = (*ours, *theirs)[0]
    since = min((entry.since for entry in (*ours, *theirs) if entry.since is not None), default=None)
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


def _values(ours: Entry, theirs: Entry, terms: Terms, since: datetime | None, line: str | None = None) -> Iterator[Difference]:
    key, partner = (ours.key, ours.partner)
    for what in sorted(ours.values.keys() | theirs.values.keys()):
        left, right = ours.values.get(what), theirs.values.get(what)
        if not terms.same(left, right):
            yield Difference(Kind.DIFFERENT, key, partner, line, what, _text(left), _text(right), since)


def _lines(ours: Entry, theirs: Entry, terms: Terms, since: datetime | None) -> Iterator[Difference]:
    """Lines of one key add up: a delivery in two parts is the same as one."""
    names = {alias: line.key for line in theirs.lines for alias in (*line.aliases, line.key)}
    left, right = _summed(_renamed(ours.lines, names)), _summed(theirs.lines)
    for line in sorted(left.keys() | right.keys()):
        mine, other = left.get(line), right.get(line)
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


def _added(
    one: Mapping[str, Decimal | str | None], other: Mapping[str, Decimal | str | None]
) -> Mapping[str, Decimal | str | None]:
    result = dict(one)
    for name, value in other.items():
        before = result.get(name)
        result[name] = before + value if isinstance(before, Decimal) and isinstance(value, Decimal) else value
    return result


def _said(entry: Entry | None) -> str | None:
    if entry is None:
        return None
    return ", ".join(f"{name} {_text(value)}" for name, value in sorted(entry.values.items()) if value is not None) or "there"


def _text(value: Decimal | str | None) -> str | None:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
