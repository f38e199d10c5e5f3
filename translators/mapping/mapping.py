"""Loops, and whole documents: clauses put together to levels, read and written from top to bottom."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import copy, deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from translators.mapping.clauses import QuickClause, SegmentClause, quickest
from translators.mapping.compiled import Where
from translators.mapping.context import Reading, Writing
from translators.mapping.hierarchy import Hierarchy
from translators.mapping.room import note_crowded
from translators.mapping.tree import Loop, Node, Row, Written
from translators.mapping.value import Value, descend, paths_in, take

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from translators.mapping.deviation import Deviation, Deviations


class LoopClause(Protocol):
    """What a level of a mapping asks of a clause about loops."""

    @property
    def key(self) -> str:
        """The key of the loops it speaks of."""

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Take a loop into the target; False when it is not about this one."""

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """Take what belongs into such loops out of the target, and write them."""


Clause = SegmentClause | LoopClause


def is_about_loops(clause: Clause) -> "TypeIs[LoopClause]":
    """Whether it speaks of loops. A look for the method: `isinstance` of a protocol takes a hundred times as long."""
    return hasattr(clause, "read_loop")


_NO_QUICK: dict[str, list[QuickClause]] = {}
"""Where lineage is asked for, every segment is read closely."""


class Level:
    """The clauses about the segments and loops of one loop, or of the document itself."""

    __slots__ = ("_clauses", "_deviations", "_loops", "_quick", "_segments")

    def __init__(self, clauses: Iterable[Clause], deviations: "Iterable[Deviation]" = ()) -> None:
        self._deviations = tuple(deviations)
        self._segments: dict[str, list[SegmentClause]] = {}
        self._quick: dict[str, list[QuickClause]] = {}
        self._loops: dict[str, list[LoopClause]] = {}
        self._clauses: tuple[Clause, ...] = ()
        self.extend(clauses)

    def extend(self, clauses: Iterable[Clause]) -> None:
        """More clauses, while the mapping is declared: a loop can hold loops of its own kind."""
        more = tuple(clauses)
        self._clauses += more
        for clause in more:
            if is_about_loops(clause):
                self._loops.setdefault(clause.key, []).append(clause)
            else:
                self._segments.setdefault(clause.tag, []).append(clause)
                self._quick.setdefault(clause.tag, []).append(quickest(clause))

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All of them, in their order."""
        return self._clauses

    def read(self, loop: Loop, target: Value, context: Reading) -> None:
        """Take all that the loop holds into the target, what no clause takes into its extras."""
        context.path = loop.path
        quick = _NO_QUICK if context.traces is not None else self._quick
        for index, row in loop.segments:
            context.index = index
            for clause in quick.get(row[0], ()):
                taken = clause.quick(row, target, context)
                if taken:
                    break
                if taken is False:
                    self._read_closely(row, target, context)
                    break
            else:
                self._read_closely(row, target, context)
        for inner in loop.loops:
            for candidate in self._loops.get(inner.key) or self._loops.get(inner.key.partition(":")[0]) or ():
                if candidate.read_loop(inner, target, context):
                    break
            else:
                context.keep_loop(inner, target)
            context.path = loop.path
        for deviation in self._deviations:
            deviation.read(loop, target, context)

    def _read_closely(self, row: Row, target: Value, context: Reading) -> None:
        context.row = row
        for clause in self._segments.get(row[0], ()):
            if clause.read(row, target, context):
                return
        context.keep_row(row, target)

    def deviating(self, deviations: "Deviations", known: "dict[tuple[int, Deviations], Group]") -> "Level":
        """This level with the deviations of a partner, those inside lists with the levels of their items.

        `known` are the groups made so far: a group can stand in itself.
        """
        clauses = [clause.deviating(deviations, known) if isinstance(clause, Group) else clause for clause in self._clauses]
        return Level(clauses, deviations.here)

    def write(self, target: Value, out: Written, context: Writing, *, inherited: bool = False) -> None:
        """Write what the clauses find in the target; what may not stand in this version of the standard is left out.

        Where several clauses speak of one list, each item is written by the first that can say all of it, or if none can, by
        the first that can say some of it. `inherited` says that the level is part of the one around it, and that others there
        may speak of its lists.
        """
        taken = [(deviation, text) for deviation in self._deviations if (text := deviation.taken(target, out)) is not None]
        clauses = self.clauses_for(out)
        lists = Counter(key for clause in clauses for key in set(keys_of(clause)))
        shared = [any(lists[key] > 1 for key in keys_of(clause)) for clause in clauses]
        outer = context.whole
        for clause, contested in zip(clauses, shared, strict=True):
            context.whole = contested or (outer and inherited)
            self._write(clause, target, out, context)
        context.whole = False
        for clause, contested in zip(clauses, shared, strict=True):
            if contested and not (outer and inherited):
                self._write(clause, target, out, context)
        context.whole = outer
        for deviation, text in taken:
            deviation.write(text, out)
            context.deviated.add(deviation.member)
        note_crowded(out, clauses, context)

    @property
    def list_keys(self) -> tuple[str, ...]:
        """The lists that its clauses fill."""
        return tuple(key for clause in self._clauses for key in keys_of(clause))

    def clauses_for(self, out: Written) -> list[Clause]:
        """The clauses about what may stand in a loop."""
        return [
            clause
            for clause in self._clauses
            if (out.place_of(clause.key) is not None if is_about_loops(clause) else out.has_segment(clause.tag))
        ]

    def _write(self, clause: Clause, target: Value, out: Written, context: Writing) -> None:
        if is_about_loops(clause):
            clause.write_loop(target, out, context)
        else:
            clause.write(target, out, context)


def keys_of(clause: Clause) -> tuple[str, ...]:
    """The lists that a clause fills."""
    keys: tuple[str, ...] = getattr(clause, "list_keys", ())
    return keys


def trigger_row(loop: Loop) -> Row:
    """The segment that begins the loop; nothing when that is missing, so that the loop begins with another."""
    tag = loop.key.partition(":")[0]
    if not loop.segments:
        return [tag]
    first = loop.segments[0][1]
    return first if first[0] == tag else [""]


class Group:
    """Loops that are items of the list `key`, or one loop that is the member `key`, or, without one, part of what is around it.

    `where` tells by the first segment which loops are meant, `needs` are the members without which there is no item. `unfold` is
    applied to an item that was read, `fold` to one that is to be written; both change it in place. Where the table has places
    for a segment at several points of the loop, `behind` names the segment behind which those of this group stand.
    """

    __slots__ = ("_behind", "_fold", "_level", "_member", "_needs", "_single", "_steps", "_unfold", "_where", "key", "list_keys")

    def __init__(
        self,
        key: str,
        clauses: Iterable[Clause],
        *,
        into: str = "",
        single: bool = False,
        where: Where | None = None,
        needs: Iterable[str] = (),
        unfold: Callable[[Value], None] | None = None,
        fold: Callable[[Value], None] | None = None,
        behind: str = "",
    ) -> None:
        self.key = key
        self._behind = behind
        self._unfold, self._fold = unfold, fold
        self._level = Level(clauses)
        *steps, self._member = into.split(".")
        self._steps = tuple(steps)
        self.list_keys = () if single else (into,) if into else self._level.list_keys
        self._needs = tuple(needs)
        self._single = single
        self._where = where

    @property
    def level(self) -> Level:
        """The clauses about what is in such a loop."""
        return self._level

    def holds(self, *clauses: Clause) -> None:
        """Add clauses that could not be named when the group was made: those that hold the group itself."""
        self._level.extend(clauses)

    def deviating(self, deviations: "Deviations", known: "dict[tuple[int, Deviations], Group]") -> "Group":
        """This group with the deviations that are about its items, or about what is in them."""
        mine = deviations.inside(".".join((*self._steps, self._member)))
        if not mine:
            return self
        found = known.get((id(self), mine))
        if found is None:
            found = known[id(self), mine] = copy(self)
            found._level = self._level.deviating(mine, known)  # noqa: SLF001 - a copy of this one
        return found

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Read the loop into its item."""
        if self._where is not None and not self._where(trigger_row(loop)):
            return False
        if not self._member:
            self._level.read(loop, target, context)
            return True
        owner = descend(target, self._steps)
        if self._single and self._member in owner:
            return False
        item: Value = {}
        currency = context.currency  # one that is said inside holds to the end of the loop
        self._level.read(loop, item, context)
        context.currency = currency or (context.currency if self._single else None)
        if self._unfold is not None:
            self._unfold(item)
        if self._needs and not all(need in item for need in self._needs):
            return False
        if self._single:
            owner[self._member] = item
        else:
            owner.setdefault(self._member, []).append(item)
        return True

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """Write a loop for each item; items that such a loop cannot say stay where they are."""
        if not self._member:
            inner = self._begun(out)
            self._fill(target, inner, context)
            out.loops += split(inner)  # the extras belong to what is around
            return
        found = take(target, self._steps, self._member)
        if not found:
            return
        left = [item for item in ([found] if self._single else found) if not self._item(item, out, context)]
        if left:
            descend(target, self._steps)[self._member] = left[0] if self._single else left

    def _item(self, item: Value, out: Written, context: Writing) -> bool:
        rest, inner, unwritten = deepcopy(item), self._begun(out), len(context.unwritten)
        inner.extras += rest.pop("extras", None) or ()
        if self._fold is not None:
            self._fold(rest)
        whole, currency, within = context.whole, context.currency, context.within
        context.within = within if self._single else (*within, self._member)
        self._fill(rest, inner, context)
        context.currency, context.within = currency, within
        context.unwritten += [f"{self._member}[].{path}" for path in paths_in(rest)]
        tag = self.key.partition(":")[0]
        trigger = next((row for row in inner.rows if row[0] == tag), None)
        meant = trigger is not None and (self._where is None or self._where(trigger))
        if not meant or (whole and len(context.unwritten) > unwritten):
            del context.unwritten[unwritten:]
            return False
        out.loops.append(inner)
        return True

    def _begun(self, out: Written) -> Written:
        begun = Written(self.key, out.place_of(self.key) or out.node)
        begun.behind = self._behind
        return begun

    def _fill(self, target: Value, inner: Written, context: Writing) -> None:
        self._level.write(target, inner, context, inherited=not self._member)
        tag = self.key.partition(":")[0]
        if (inner.rows or inner.loops) and not any(row[0] == tag for row in inner.rows):
            inner.rows.insert(0, [tag])


def split(loop: Written) -> list[Written]:
    """A loop that was written with its first segment several times, as several loops."""
    tag = loop.key.partition(":")[0]
    found: list[Written] = []
    for row in loop.rows:
        if row[0] == tag or not found:
            found.append(Written(loop.key, loop.node))
        found[-1].rows.append(row)
    if loop.loops and not found:
        found.append(Written(loop.key, loop.node))
    if found:
        found[-1].loops, found[0].extras = loop.loops, loop.extras
    return found


class DocumentMapping:
    """A whole document: its canonical name, its clauses, and what must be done to the dict after reading and before writing.

    `unfold` turns the dict as the wire has it into the canonical one, `fold` the other way; both may change it in place.
    Where one message stands for several documents (an invoice or a credit note), `also` names the others: `unfold` then sets the
    member `schema` to say which one it is, and `fold` finds it there. Loops whose nesting is written in them nest by `hierarchy`.
    `judge` notes what is wrong with a document that was read and is one by its model: sums that do not add up. `wire` are the
    lists that clauses fill and `unfold` takes apart, each with the list of the document that its items become (empty for none):
    a partner's deviation on `lines[]` reaches them.
    """

    __slots__ = ("_deviations", "_fold", "_hierarchy", "_level", "_unfold", "_wire", "judge", "name", "names")

    def __init__(
        self,
        name: str,
        clauses: Iterable[Clause],
        *,
        also: Iterable[str] = (),
        hierarchy: Hierarchy | None = None,
        unfold: Callable[[Value, Reading], Value] | None = None,
        fold: Callable[[Value, Writing], Value] | None = None,
        judge: Callable[[Any, Reading], None] | None = None,
        wire: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._deviations: tuple[Deviation, ...] = ()
        self._wire = tuple((wire or {}).items())
        self.judge = judge
        self.names = (name, *also)
        self._level = Level(clauses)
        self._unfold, self._fold = unfold, fold
        self._hierarchy = hierarchy

    @lru_cache(maxsize=256)  # noqa: B019 - mappings are there for good
    def deviating(self, deviations: "tuple[Deviation, ...]") -> "DocumentMapping":
        """This mapping with the deviations of one partner."""
        from translators.mapping.deviation import Deviations  # noqa: PLC0415 - few partners have any

        found = copy(self)
        found._deviations = deviations  # noqa: SLF001 - a copy of this one
        mine = Deviations(tuple((one.lists, one) for one in deviations), self._wire)
        found._level = self._level.deviating(mine, {})  # noqa: SLF001 - a copy of this one
        return found

    @property
    def level(self) -> Level:
        """The clauses about the document's own segments and loops."""
        return self._level

    def read(self, document: Loop, context: Reading) -> Value:
        """The canonical document as a dict."""
        value: Value = {}
        if self._hierarchy is not None:
            self._hierarchy.nest(document, context)
        self._level.read(document, value, context)
        return self.unfolded(value, context)

    def unfolded(self, value: Value, context: Reading) -> Value:
        """What the clauses read, in the shape of the canonical document."""
        return value if self._unfold is None else self._unfold(value, context)

    def name_of(self, value: Value) -> str:
        """The name of the canonical document that was read."""
        name: str = value.get("schema", self.name).partition("/")[0]
        return name

    def write(self, value: Value, root: Node, context: Writing) -> Written:
        """The segments of the document, which stand at `root` in the tables of the standard.

        `value` is taken apart: what remains in it has been noted as unwritten.
        """
        context.currency = value.get("currency")
        deviating = [one for one in self._deviations if one.present(value)]
        if self._fold is not None:
            value = self._fold(value, context)
        value.pop("schema", None)
        out = Written("", root)
        out.extras += value.pop("extras", None) or ()
        self._level.write(value, out, context)
        context.unwritten += paths_in(value)
        context.unwritten += [f"{one.member} at {one.location.path}" for one in deviating if one.member not in context.deviated]
        if self._hierarchy is not None:
            self._hierarchy.flatten(out)
        return out
