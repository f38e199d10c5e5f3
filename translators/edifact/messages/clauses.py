"""Clauses for segments and groups of EDIFACT that say more than members one by one: periods, measures, item numbers, totals,
schedules.
"""

import re
from collections.abc import Iterable
from copy import deepcopy

from translators.edifact.messages.parts import UNITS, Span
from translators.mapping.amounts import Quantity
from translators.mapping.binding import content
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, Level
from translators.mapping.numbers import number_with_comma as number
from translators.mapping.numbers import plain
from translators.mapping.tree import COMPONENT, Loop, Row, Written, set_text, text_at
from translators.mapping.value import Value, descend, look, paths_in, take
from translators.mapping.words import Words


class Spans:
    """DTM with a period: the members for its start and its end. Written are the dates, each for itself.

    `members` are the dotted keys of start and end by qualifier (2005).
    """

    __slots__ = ("_members", "tag")

    def __init__(self, tag: str, members: dict[str, tuple[str, str]]) -> None:
        self.tag = tag
        self._members = {code: [_split(key) for key in keys] for code, keys in members.items()}

    def quick(self, row: Row, _target: Value, _context: Reading) -> bool | None:
        """No period in a segment whose format names none."""
        return None if len(row) == 2 and f"{COMPONENT}7" not in row[1] else False

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take start and end when both members are free."""
        if len(row) < 2 or not _PERIOD(row[1]):
            return False
        members = self._members.get(text_at(row, (1, 1)).strip())
        if members is None:
            return False
        period = Span().read(row, context)
        if period is None or any(key in (look(target, steps) or {}) for steps, key in members):
            return False
        for (steps, key), end in zip(members, ("start", "end"), strict=True):
            owner = descend(target, steps)
            owner[key] = period[end]
            context.trace(owner, key, ((1, 1), (1, 2), (1, 3)))
        return True

    def write(self, _target: Value, _out: Written, _context: Writing) -> None:
        """Nothing: a clause for dates writes the members."""


class Periods:
    """DTM with a period that is one member, from its start to its end."""

    __slots__ = ("_code", "_member", "tag")

    def __init__(self, tag: str, code: str, member: str) -> None:
        self.tag, self._code, self._member = tag, code, member

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the period."""
        period = Span().read(row, context) if self._member not in target and text_at(row, (1, 1)).strip() == self._code else None
        if period is None:
            return False
        target[self._member] = period
        context.trace(target, self._member, ((1, 1), (1, 2), (1, 3)))
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """The period in one segment; one with an open end stays."""
        period = target.get(self._member)
        row: Row = [self.tag]
        if period is not None and Span().write(period, row, context) is None:
            set_text(row, (1, 1), self._code)
            out.rows.append(row)
            del target[self._member]


class Measures:
    """MEA: measures by dimension (6313), or where there is none, by what is measured (6311), which else is the usual one.

    `original_codes` keeps purpose and dimension where the name would be written with others: `WT:G`.
    """

    __slots__ = ("_key", "_names", "_rest", "_steps", "_usual", "tag")

    def __init__(self, key: str, names: Words, usual: str = "PD") -> None:
        self.tag = "MEA"
        self._steps, self._key = _split(key)
        self._names, self._usual = names, usual
        self._rest = content("MEA", {"": _SIZE}, silent=(1, (2, 1)))

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the measure under its name; False when it is no number or the name is taken."""
        purpose, dimension = text_at(row, 1).strip(), text_at(row, (2, 1)).strip()
        code = dimension or purpose
        value = _SIZE.read(row, context)
        if value is None or not code:
            return False
        name = self._names.word(code)
        measures = descend(target, (*self._steps, self._key))
        if name in measures:
            return False
        measures[name] = value
        if (purpose, dimension) != (self._usual, self._names.code(name)):
            descend(target, (*self._steps, "original_codes"))[name] = f"{purpose}:{dimension}".rstrip(":")
        context.trace(measures, name, (1, (2, 1), *_SIZE.places))
        self._rest.keep_rest(row, target, context)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """A segment for each measure that has a dimension here."""
        owner = look(target, self._steps)
        measures: Value = (owner or {}).get(self._key) or {}
        for name in list(measures):
            kept = take(owner or {}, ("original_codes",), name)
            purpose, _, dimension = kept.partition(":") if kept else (self._usual, "", self._names.code(name) or "")
            if (not dimension and not kept) or "unit" not in measures[name]:  # there is no measure without a unit
                continue
            row: Row = [self.tag, purpose, dimension]
            _SIZE.write(measures.pop(name), row, context)
            out.rows.append(row)
        if owner is not None and not measures:
            owner.pop(self._key, None)


_PERIOD = re.compile(f".*{COMPONENT}7[0-9]{{2}}\\Z").match
"""A C507 whose format (2379) names a period."""
_SIZE = Quantity((3, 2), (3, 1), UNITS)


class ReferenceMember:
    """An RFF group of one kind (1153) whose number is a member, by its dotted key. A second one, or one that says more, is
    not taken.
    """

    __slots__ = ("_code", "_member", "_rest", "_steps", "key")

    def __init__(self, code: str, member: str) -> None:
        self.key = "RFF"
        self._code = code
        self._steps, self._member = _split(member)
        self._rest = content("RFF", {}, silent=((1, 1), (1, 2)))

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Take the number."""
        if len(loop.segments) != 1 or loop.loops or self._member in (look(target, self._steps) or {}):
            return False
        index, row = loop.segments[0]
        number = text_at(row, (1, 2)).strip()
        if not number or text_at(row, (1, 1)).strip() != self._code:
            return False
        context.index, context.row, context.path = index, row, loop.path
        owner = descend(target, self._steps)
        owner[self._member] = number
        context.trace(owner, self._member, ((1, 1), (1, 2)))
        self._rest.keep_rest(row, target, context)
        return True

    def write_loop(self, target: Value, out: Written, _context: Writing) -> None:
        """The group."""
        number = take(target, self._steps, self._member)
        if number is not None:
            row: Row = [self.key]
            set_text(row, (1, 1), self._code)
            set_text(row, (1, 2), number)
            out.loop(self.key, out.place_of(self.key) or out.node).rows.append(row)


class Communications:
    """COM: numbers of a contact by means of communication (3155). Others, and a second one, go to `other` under their code."""

    __slots__ = ("_rest", "_words", "tag")

    def __init__(self, words: Words) -> None:
        self.tag = "COM"
        self._words = words
        self._rest = content("COM", {}, silent=tuple((element, component) for element in (1, 2, 3) for component in (1, 2)))

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the numbers: up to three in a segment, where the directory lets the element repeat."""
        for element in range(1, min(len(row), 4)):
            value, code = text_at(row, (element, 1)).strip(), text_at(row, (element, 2)).strip()
            if not value:
                if code:
                    context.keep(row, (element, 2), target)
                continue
            name, owner = self._words.known(code) or "", target
            if not name or name in target:
                owner = target.setdefault("other", {})
                name = _free_name(owner, code.lower() or "number")
            owner[name] = value
            context.trace(owner, name, ((element, 1), (element, 2)))
        self._rest.keep_rest(row, target, context)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """A segment for each number that has a means here."""
        others: Value = target.get("other") or {}
        named = [(self._words.code(word) or "", target, word) for word in self._words.listed if word in target]
        named += [(name.partition("_")[0].upper(), others, name) for name in others]
        for code, owner, name in named:
            if 0 < len(code) <= 3:
                row: Row = [self.tag]
                set_text(row, (1, 1), owner.pop(name))
                set_text(row, (1, 2), code)
                out.rows.append(row)
        if not others:
            target.pop("other", None)


def _free_name(taken: Value, name: str) -> str:
    count = 1
    while (candidate := name if count == 1 else f"{name}_{count}") in taken:
        count += 1
    return candidate


class ControlTotals:
    """CNT: what the message says its lines add up to. `members` are the totals by qualifier (6069).

    Reading leaves each claim, with the index of its segment, in `controls`, for whoever knows the lines.
    """

    __slots__ = ("_members", "_whole", "tag")

    def __init__(self, members: dict[str, str], whole: Iterable[str] = ("line_count",)) -> None:
        self.tag = "CNT"
        self._members = members
        self._whole = frozenset(whole)

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the claim; False for another total, or when it is no number."""
        code, text = text_at(row, (1, 1)).strip(), text_at(row, (1, 2)).strip()
        member = self._members.get(code)
        claimed = number(text) if text else None
        if member is None or claimed is None:
            return False
        totals = target.setdefault("totals", {})
        is_whole = (text.isdigit() or claimed == claimed.to_integral_value()) and abs(claimed) < 10**9
        if member in totals or (member in self._whole and not is_whole):
            context.keep_row(row, target)
        else:
            totals[member] = int(claimed) if member in self._whole else claimed
            context.trace(totals, member, ((1, 1), (1, 2)))
            if text_at(row, (1, 3)):
                context.keep(row, (1, 3), target)
        if not totals:
            del target["totals"]
        target.setdefault("controls", []).append((context.index, code, claimed))
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """A segment for each total."""
        for code, member in self._members.items():
            value = take(target, ("totals",), member)
            if value is not None:
                row: Row = [self.tag]
                set_text(row, (1, 1), code)
                set_text(row, (1, 2), str(value) if isinstance(value, int) else plain(value, context.decimal))
                out.rows.append(row)


class ScheduleGroups:
    """SCC groups: each quantity with its dates is a part of the line's schedule, with what its group says of all of them.

    What that is, those who come from this say: `head` reads it, `own` takes it out of a part, `begin` writes it.
    """

    __slots__ = ("_level", "key")

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.key = "SCC"
        self._level = Level(clauses)

    def head(self, row: Row, head: Value, target: Value, context: Reading) -> bool:
        """Take what a segment of the group says of all its parts; False for another segment."""
        raise NotImplementedError

    def own(self, part: Value) -> Value | None:
        """Take out of a part what its group will say; None when no group can."""
        raise NotImplementedError

    def begin(self, own: Value, group: Written, context: Writing) -> None:
        """Write what a group says of all its parts."""
        raise NotImplementedError

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Read the parts; a group without quantities is not taken."""
        if not any(inner.key == "QTY" for inner in loop.loops):
            return False
        head: Value = {}
        context.path = loop.path
        for context.index, row in loop.segments:
            context.row = row
            if row[0] != self.key or not self.head(row, head, target, context):
                context.keep_row(row, target)
        for inner in loop.loops:
            if inner.key != "QTY":
                context.keep_loop(inner, target)
                continue
            part = deepcopy(head)
            target.setdefault("schedule", []).append(part)
            self._level.read(inner, part, context)
        return True

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """A group for the parts of one kind that follow each other; what a group cannot say stays where it is."""
        place = out.place_of(self.key)
        if place is None:
            return
        quantities = Written(self.key, place).place_of("QTY") or place
        left: list[Value] = []
        group, kind = None, Value()
        for part in target.pop("schedule", None) or ():
            rest, inner = deepcopy(part), Written("QTY", quantities)
            own = self.own(rest)
            if own is None or not self._written(rest, inner, context):
                left.append(part)
                continue
            if group is None or own != kind:
                group, kind = out.loop(self.key, place), own
                self.begin(deepcopy(own), group, context)
            group.loops.append(inner)
        if left:
            target["schedule"] = left

    def _written(self, rest: Value, inner: Written, context: Writing) -> bool:
        inner.extras += rest.pop("extras", None) or ()
        whole, context.whole = context.whole, False
        self._level.write(rest, inner, context)
        context.whole = whole
        unsaid = paths_in(rest)
        if not inner.rows or inner.rows[0][0] != "QTY" or (whole and unsaid):
            return False
        context.unwritten += [f"schedule[].{path}" for path in unsaid]
        return True


class Schedules(ScheduleGroups):
    """Parts of a schedule under the kind (4017) of their group."""

    __slots__ = ()

    def head(self, row: Row, head: Value, target: Value, context: Reading) -> bool:
        """The first kind there is."""
        if "kind" in head:
            return False
        if kind := text_at(row, 1).strip():
            head["kind"] = kind
        content(self.key, {}, silent=(1,)).keep_rest(row, target, context)
        return True

    def own(self, part: Value) -> Value | None:
        """The kind, which is the usual one where none is said; one that is too long is none."""
        kind = part.pop("kind", None) or "1"
        return {"kind": kind} if len(kind) <= 3 else None

    def begin(self, own: Value, group: Written, _context: Writing) -> None:
        """The kind."""
        group.rows.append([self.key, own["kind"]])


def _split(key: str) -> tuple[tuple[str, ...], str]:
    *steps, last = key.split(".")
    return tuple(steps), last
