"""Clauses about single segments: where the values of their parts belong in the document.

Every clause takes from both sides: reading leaves to `extras` what it did not take from a segment, writing takes what it wrote
out of the document, so that what remains at the end is known not to be in the format.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any, Protocol, cast

from translators.mapping.binding import Binding, Content, Usual, content
from translators.mapping.compiled import Quick, Source, Where, counted
from translators.mapping.context import Reading, Writing
from translators.mapping.parts import Part
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, descend, look, paths_in, take
from translators.mapping.words import Words


class SegmentClause(Protocol):
    """What a level of a mapping asks of a clause about segments."""

    @property
    def tag(self) -> str:
        """The tag of the segments it speaks of."""

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take a segment into the target; False when it is not about this one."""

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """Take what belongs into such segments out of the target, and write them."""


class QuickClause(Protocol):
    """What has a short way for usual segments."""

    @property
    def quick(self) -> Quick:
        """The short way: it changes as soon as there is a better one."""


class Asked:
    """A clause without a short way: it is asked as it is."""

    __slots__ = ("_read",)

    def __init__(self, clause: SegmentClause) -> None:
        self._read = clause.read

    def quick(self, row: Row, target: Value, context: Reading) -> bool | None:
        """What the clause says; one that does not take a segment leaves it to the next."""
        return self._read(row, target, context) or None


def quickest(clause: SegmentClause) -> QuickClause:
    """The clause when it has a short way, and else what asks it."""
    return cast("QuickClause", clause) if hasattr(clause, "quick") else Asked(clause)


class Once:
    """A segment that fills members of the level it stands on; a second one, whose members are filled, is not taken.

    `always` writes it even when no member is there, `repeat` as often as there is something left to say.
    """

    __slots__ = ("_always", "_content", "_repeat", "quick", "tag")

    def __init__(
        self,
        tag: str,
        members: Mapping[str, Part] | None = None,
        *,
        fixed: Mapping[Place, str] | None = None,
        default: Mapping[Place, Usual] | None = None,
        where: Where | None = None,
        silent: Iterable[Place] = (),
        always: bool = False,
        repeat: bool = False,
    ) -> None:
        self.tag = tag
        self._content = content(tag, members or {}, fixed, where, default, silent)
        self._always, self._repeat = always, repeat
        if type(self).read is Once.read:
            self.quick: Quick = counted(self._content.quick, partial(setattr, self, "quick"))

    @property
    def content(self) -> Content:
        """What the segment holds."""
        return self._content

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the members."""
        own = self._content
        if not own.means(row):
            return False
        if not all(binding.free(row, target, context) for binding in own.bindings):
            return False
        own.read(row, target, target, context)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """Write the segment when it has something to say."""
        row = self._content.compose(target, context)
        if row is None and self._always:
            row = [self.tag]
            self._content.complete(row)
        while row is not None:
            out.rows.append(row)
            row = self._content.compose(target, context) if self._repeat else None


class Each:
    """A segment that is an item of a list. `needs` are the members without which there is no item."""

    __slots__ = ("_content", "_key", "_needs", "_steps", "list_keys", "quick", "tag")

    def __init__(
        self,
        tag: str,
        key: str,
        members: Mapping[str, Part],
        *,
        needs: Iterable[str] = (),
        fixed: Mapping[Place, str] | None = None,
        default: Mapping[Place, Usual] | None = None,
        where: Where | None = None,
        silent: Iterable[Place] = (),
    ) -> None:
        self.tag = tag
        *steps, self._key = key.split(".")
        self._steps = tuple(steps)
        self.list_keys = (key,)
        self._needs = frozenset(needs)
        self._content = content(tag, members, fixed, where, default, silent)
        make = partial(self._content.quick_item, self._steps, self._key, self._needs)
        if type(self).read is Each.read:
            self.quick: Quick = counted(make, partial(setattr, self, "quick"))

    @property
    def content(self) -> Content:
        """What the segment holds."""
        return self._content

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Append an item; a segment that lacks what an item needs is not taken."""
        own, item = self._content, Value()
        if not own.means(row):
            return False
        understood = [binding.read(row, item, context) for binding in own.bindings]
        if not item or not self._needs <= item.keys():
            return False
        own.keep_unread(row, understood, target, context)
        descend(target, self._steps).setdefault(self._key, []).append(item)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """Write the items that such a segment can say; the others stay in the list."""
        items = take(target, self._steps, self._key)
        if not items:
            return
        left: list[Value] = []
        for item in items:
            rest = deepcopy(item)
            row = self._content.compose(rest, context)
            if row is None or not self._content.means(row) or (context.whole and paths_in(rest)):
                left.append(item)
                continue
            out.rows.append(row)
            context.unwritten += [f"{self._key}[].{path}" for path in paths_in(rest)]
        if left:
            descend(target, self._steps)[self._key] = left


class ReadOnly:
    """A clause that is read only: what it says is always written by another, in another place."""

    __slots__ = ("_clause", "tag")

    def __init__(self, clause: SegmentClause) -> None:
        self.tag, self._clause = clause.tag, clause

    @property
    def clause(self) -> SegmentClause:
        """The clause that is only read."""
        return self._clause

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """As the clause does."""
        return self._clause.read(row, target, context)

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """Nothing."""


class Qualified:
    """Segments whose qualifier says which member they hold: dates, quantities, amounts.

    `fields` are qualifiers with a member of their own, by dotted key. All others go to the map `others` under the word that
    `names` has for the qualifier.
    """

    __slots__ = ("_at", "_fields", "_first", "_names", "_others", "_part", "_rest", "quick", "tag")

    def __init__(
        self,
        tag: str,
        at: Place,
        part: Part,
        *,
        fields: Mapping[str, str] | None = None,
        others: str = "",
        names: Words | None = None,
        default: Mapping[Place, Usual] | None = None,
    ) -> None:
        self.tag = tag
        self._at = at
        self._part = part
        self._rest = content(tag, {"value": part}, default=default, silent=(at,))
        self._fields = {code: Binding(*_split(key), part) for code, key in (fields or {}).items()}
        self._first: dict[tuple[tuple[str, ...], str], str] = {}
        for code, binding in self._fields.items():
            self._first.setdefault((binding.steps, binding.key), code)
        self._others = _split(others) if others else None
        self._names = names or Words({})
        if type(self).read is Qualified.read:
            self.quick: Quick = counted(self._quickly, partial(setattr, self, "quick"))

    def _quickly(self) -> Quick:
        """The usual way: the usual qualifier of a member that stands directly in what is filled, or of an entry of the map."""
        source = Source(self._rest.taken)
        value = source.part(self._part)
        plain = source.name({code: key for (steps, key), code in self._first.items() if not steps})
        fields = source.name(frozenset(self._fields))
        source.check(f"{value} is None")
        ending = [f"c = {source.text(self._at)}", f"key = {plain}.get(c)", "if key is not None:"]
        ending += ["    if key in target: return False", f"    target[key] = {value}", "    return True"]
        if self._others is None:
            return source.function(*ending, f"return False if c in {fields} else None")
        ending += [f"key = {source.name(self._names.usual)}.get(c)", f"if key is None or c in {fields}: return False"]
        ending += [f"owner = {source.name(descend)}(target, {(*self._others[0], self._others[1])!r})"]
        return source.function(*ending, "if key in owner: return False", f"owner[key] = {value}", "return True")

    @property
    def at(self) -> Place:
        """Where the qualifier stands."""
        return self._at

    @property
    def meanings(self) -> dict[str, str]:
        """What qualifiers mean: the member that each leads to, or its word in the map of all others."""
        fields = {code: " ".join((*binding.steps, binding.key)).replace("_", " ") for code, binding in self._fields.items()}
        others = {code: word.replace("_", " ") for code, word in self._names.table.items()}
        return others | fields if self._others is not None else fields

    @property
    def spilling(self) -> tuple[str, ...]:
        """The map that grows without end."""
        return () if self._others is None else (".".join((*self._others[0], self._others[1])),)

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the value under its name; False when it cannot be read or the name is taken."""
        code = text_at(row, self._at).strip()
        value = self._part.read(row, context)
        if value is None:
            return False
        binding = self._fields.get(code)
        if binding is not None and binding.key not in (look(target, binding.steps) or {}):
            owner = descend(target, binding.steps)
            owner[binding.key] = value
            if self._first[binding.steps, binding.key] != code:
                target.setdefault("original_codes", {})[".".join((*binding.steps, binding.key))] = code
            context.trace(owner, binding.key, (self._at, *self._part.places))
        elif self._others is not None:
            owner = descend(target, (*self._others[0], self._others[1]))
            name = self._names.word(code)
            if name in owner:
                return False
            owner[name] = value
            if not self._names.preferred(code):
                target.setdefault("original_codes", {})[name] = code
            context.trace(owner, name, (self._at, *self._part.places))
        else:
            return False
        self._rest.keep_unread(row, (True,), target, context)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """A segment for each member and each entry of the map."""
        written: set[str] = set()  # a field that is taken gives way: another value may stand under its qualifier
        for (steps, key), first in self._first.items():
            owner = look(target, steps)
            if owner is None or key not in owner:
                continue
            kept = take(target, ("original_codes",), ".".join((*steps, key)))
            fitting = kept in self._fields and self._fields[kept].key == key
            value = take(target, steps, key)
            left = self._row(kept if fitting else first, value, out, context)
            written.update(code for code, field in self._fields.items() if (field.steps, field.key) == (steps, key))
            if left is not None:
                descend(target, steps)[key] = left
        if self._others is None:
            return
        found: Value = take(target, self._others[0], self._others[1]) or {}
        rest: Value = {}
        for name, value in found.items():
            kept = take(target, ("original_codes",), name)
            code = kept if kept and self._names.word(kept) == name else self._names.code(name)
            own = code is None or (code in self._fields and self._fields[code].key != name and code not in written)
            left = value if own else self._row(str(code), value, out, context)
            if left is not None:
                rest[name] = left
        if rest:
            descend(target, self._others[0])[self._others[1]] = rest

    def _row(self, code: str, value: Any, out: Written, context: Writing) -> Any:
        row: Row = [self.tag]
        left = self._part.write(value, row, context)
        if left is None:
            set_text(row, self._at, code)
            self._rest.complete(row)
            out.rows.append(row)
        return left


def _split(key: str) -> tuple[tuple[str, ...], str]:
    *steps, last = key.split(".")
    return tuple(steps), last
