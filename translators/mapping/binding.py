"""What a segment holds: members of the document, each bound to a part, and which segments are meant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from translators.mapping.compiled import CodeAt, Quick, Source, Where, meant, members
from translators.mapping.context import Reading, Writing
from translators.mapping.parts import Coded, Part
from translators.mapping.tree import COMPONENT, Place, Row, set_text, text_at
from translators.mapping.value import Value, descend, look, merged, take

Usual = str | tuple[str, Place]
"""A text that is written where nothing else was said; with a place, only where that place asks for it."""


def one_of(place: Place, *codes: str) -> Where:
    """Segments with one of the codes at a place."""
    return CodeAt(place, frozenset(codes))


def begins(*tags: str) -> Where:
    """Loops that begin with the segment that should begin them, so that an item is not made of the rest alone."""
    return lambda row: row[0] in tags


def none_of(place: Place, *codes: str) -> Where:
    """Segments with none of the codes at a place."""
    return CodeAt(place, frozenset(codes), among=False)


@dataclass(frozen=True, slots=True)
class Binding:
    """A member of the document, by its dotted key, and the part that holds it. Without a key the part fills several members."""

    steps: tuple[str, ...]
    key: str
    part: Part

    def free(self, row: Row, target: Value, context: Reading) -> bool:
        """Whether the member can take what the segment holds."""
        if not self.key or joint(self.part) or getattr(self.part, "overrides", False):
            return True
        before = (look(target, self.steps) or {}).get(self.key)
        if before is None or isinstance(before, list) or (self.key == "identifiers" and isinstance(before, dict)):
            return True
        value = self.part.read(row, context)
        if not isinstance(before, dict):
            return bool(before == value)
        return value is None or all(isinstance(new, dict | list) or before.get(name, new) == new for name, new in value.items())

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Fill the member; False when the places hold something that cannot be taken."""
        value = self.part.read(row, context)
        if value is None:
            usual = getattr(self.part, "usual", "")
            return not any(text_at(row, place).strip() not in ("", usual) for place in self.part.places)
        owner = descend(target, self.steps) if self.steps else target
        if not self.key:
            fitted = merged(owner, value)
        elif (before := owner.get(self.key)) is None or getattr(self.part, "overrides", False):
            owner[self.key], fitted = value, True
        elif isinstance(before, str) and (mark := joint(self.part)):
            owner[self.key], fitted = f"{before}{mark}{value}", True
        else:
            fitted = merged(owner, {self.key: value})
        if isinstance(self.part, Coded) and (code := self.part.code(row)) is not None:
            self._keep_code(owner, self.part, code)
        if context.traces is not None:
            for name in (self.key,) if self.key else value:
                context.trace(owner, name, self.part.places)
        return fitted

    def _keep_code(self, owner: Value, part: Coded, code: str) -> None:
        if part.original:
            owner[part.original] = code
        else:
            owner.setdefault("original_codes", {})[self.key] = code

    def write(self, target: Value, row: Row, context: Writing) -> bool:
        """Write the member into the row; False when there was none, or none of it could be written."""
        owner = look(target, self.steps) if self.steps else target
        if owner is None:
            return False
        if not self.key:
            return bool(self.part.write(owner, row, context))
        code = self._kept_code(owner)
        value = take(target, self.steps, self.key)
        if value is None:
            return False
        if code is not None and isinstance(self.part, Coded) and self.part.fits(code, value):
            set_text(row, self.part.place, code)
            return True
        before = list(row)
        left = self.part.write(value, row, context)
        if left is not None:
            descend(target, self.steps)[self.key] = left
        return row != before

    def _kept_code(self, owner: Value) -> str | None:
        part = self.part
        if not isinstance(part, Coded):
            return None
        if part.original:
            code: str | None = owner.pop(part.original, None)
            return code
        kept: str | None = take(owner, ("original_codes",), self.key)
        return kept


def joint(part: Part) -> str:
    """What stands between two texts of a part that adds to what is there; empty for a part that does not."""
    mark: str = getattr(part, "joins", "")
    return mark


def bound(members: Mapping[str, Part]) -> tuple[Binding, ...]:
    """Bindings by dotted key."""
    split = [(key.split("."), part) for key, part in members.items()]
    return tuple(Binding(tuple(steps[:-1]), steps[-1], part) for steps, part in split)


@dataclass(slots=True, eq=False)
class Content:
    """What a segment holds: its tag, the members in it, texts that are always the same, and which segments are meant.

    `fixed` texts are a condition for reading and are always written; `default` texts are written where nothing else was said,
    and say nothing of their own when they are read. A default with a place is written only where that place holds something.
    """

    tag: str
    bindings: tuple[Binding, ...]
    fixed: tuple[tuple[Place, str], ...]
    default: tuple[tuple[Place, Usual], ...]
    where: Where | None
    taken: frozenset[Place]
    last: int
    """The last element that a member stands in."""

    def means(self, row: Row) -> bool:
        """Whether the segment is one of these."""
        if self.where is not None and not self.where(row):
            return False
        return not self.fixed or all(text_at(row, place).strip() == text for place, text in self.fixed)

    def read(self, row: Row, target: Value, holder: Value, context: Reading) -> None:
        """Take all members into the target; what is left stays with the holder."""
        understood = [binding.read(row, target, context) for binding in self.bindings]
        self.keep_unread(row, understood, holder, context)

    def keep_unread(self, row: Row, understood: Sequence[bool], holder: Value, context: Reading) -> None:
        """Keep what the parts could not take, and what stands in no place of any."""
        for binding, fine in zip(self.bindings, understood, strict=True):
            part = binding.part
            places = getattr(part, "unread", _nothing)(row) if fine else part.places
            for place in places:
                if text_at(row, place).strip():
                    context.keep(row, place, holder)
        self.keep_rest(row, holder, context)

    def keep_rest(self, row: Row, holder: Value, context: Reading) -> None:
        """Keep what stands in no place of any member."""
        taken = self.taken
        for element in range(1, len(row)):
            text = row[element]
            if not text or element in taken:
                continue
            if COMPONENT not in text:
                if (element, 1) not in taken and text.strip():
                    context.keep(row, element, holder)
                continue
            for number, component in enumerate(text.split(COMPONENT), 1):
                if component and (element, number) not in taken and component.strip():
                    context.keep(row, (element, number), holder)

    def quick(self) -> Quick | None:
        """The usual way to take the members into the target as one function; None where there is none."""
        source = Source(self.taken)
        meant(source, self.fixed, self.where)
        return source.function() if members(source, self.bindings, "target") else None

    def quick_item(self, steps: tuple[str, ...], key: str, needs: Iterable[str]) -> Quick | None:
        """The usual way to append an item with the members to the list at the end of the steps."""
        source = Source(self.taken)
        meant(source, self.fixed, self.where)
        source.read("item = {}")
        if not members(source, self.bindings, "item", fresh=True):
            return None
        lacking = " or ".join(["not item", *(f"{need!r} not in item" for need in sorted(needs))])
        owner = f"{source.name(descend)}(target, {steps!r})" if steps else "target"
        return source.function(f"if {lacking}: return False", f"{owner}.setdefault({key!r}, []).append(item)", "return True")

    def compose(self, target: Value, context: Writing) -> Row | None:
        """The segment that says the members; None when none of them is there, or it would not be one of these."""
        row: Row = [self.tag]
        bindings: Iterable[Binding] = self.bindings
        if context.lacks(self.tag, self.last):
            bindings = [one for one in bindings if not context.lacks(self.tag, needed(one.part))]
        written = [binding.write(target, row, context) for binding in bindings]
        if not any(written):
            return None
        self.complete(row)
        return row

    def complete(self, row: Row) -> None:
        """Add the texts that are always the same, and those that are usual where nothing else was said."""
        for place, text in self.fixed:
            set_text(row, place, text)
        for place, usual in self.default:
            text, asking = usual if isinstance(usual, tuple) else (usual, None)
            if not text_at(row, place) and (asking is None or text_at(row, asking)):
                set_text(row, place, text)


def needed(part: Part) -> int:
    """The last element that a part cannot do without: it can do without its `newer` places."""
    newer: tuple[Place, ...] = getattr(part, "newer", ())
    return last_element(place for place in part.places if place not in newer)


def last_element(places: Iterable[Place]) -> int:
    """The last element of some places."""
    return max((place if isinstance(place, int) else place[0] for place in places), default=0)


def _nothing(_row: Row) -> tuple[Place, ...]:
    return ()


def content(
    tag: str,
    members: Mapping[str, Part],
    fixed: Mapping[Place, str] | None = None,
    where: Where | None = None,
    default: Mapping[Place, Usual] | None = None,
    silent: Iterable[Place] = (),
) -> Content:
    """What a segment holds. `silent` are places that say nothing of their own (counts, repeated references)."""
    bindings = bound(members)
    fixed, default = fixed or {}, default or {}
    taken = {place for binding in bindings for place in binding.part.places}.union(fixed, default, silent)
    last = max((needed(binding.part) for binding in bindings), default=0)
    return Content(tag, bindings, tuple(fixed.items()), tuple(default.items()), where, frozenset(taken), last)
