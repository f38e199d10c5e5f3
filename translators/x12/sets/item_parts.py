"""Parts of X12 segments about items: numbers, dimensions, quantities by store."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from translators.mapping.check_digits import CHECKED, is_sound
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import taken_identifier
from translators.mapping.numbers import number, plain
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words
from translators.x12.sets import codes
from translators.x12.sets.parts import PARTY_NUMBERS


@dataclass(frozen=True, slots=True)
class ItemNumbers:
    """Pairs of kind (235) and number to the end of the segment: identifiers of the item, and some of its characteristics.

    With `coded`, kinds that are not the usual ones for their scheme are kept in `original_codes` of the item, one for each
    number. A second segment about the item does not do so: its numbers would be taken for those of the first.
    """

    first: int
    count: int = 10
    coded: bool = True

    @property
    def places(self) -> tuple[Place, ...]:
        """All kinds and numbers."""
        return tuple(range(self.first, self.first + 2 * self.count))

    def compile(self, source: Source) -> str:
        """One number of each scheme, each with its kind and the right check digit; all else needs a closer look."""
        found, read = source.variable(), source.name(usual_numbers)
        source.read(f"{found} = {read}(row, n, {self.first}, {self.coded}) if n > {self.first} else None")
        source.read(f"if {found} is False: return False")
        return found

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the item."""
        places = range(self.first, min(self.first + 2 * self.count, len(row) - 1), 2)
        return read_numbers(row, places, context, coded=self.coded)

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Kinds without a number, numbers without a kind."""
        pairs = row[self.first : self.first + 2 * self.count]
        if len(pairs) % 2 == 0 and all(map(str.strip, pairs)):
            return ()
        left = []
        for place in range(self.first, min(self.first + 2 * self.count, len(row)), 2):
            value = row[place + 1].strip() if place + 1 < len(row) else ""
            if bool(row[place]) != bool(value):
                left.append(place if row[place] else place + 1)
        return tuple(left)

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """As many as there are pairs; what remains of the item is handed back."""
        free = list(range(self.first, self.first + 2 * self.count, 2))
        identifiers: Value = value.get("identifiers", {})
        ranked = sorted(identifiers, key=lambda scheme: (scheme not in ITEM_NUMBERS.listed, scheme))
        for scheme in [s for s in ranked for _ in range(len(identifiers[s]) if isinstance(identifiers[s], list) else 1)]:
            code = _number_code(value, scheme)
            if free and code is not None and len(code) <= 2:
                set_text(row, place := free.pop(0), code)
                set_text(row, place + 1, taken_identifier(identifiers, scheme))
        kept = []
        for attribute in value.get("attributes", ()):
            if free and codes.ITEM_ATTRIBUTES.get(attribute.get("code")) == attribute["name"]:
                set_text(row, place := free.pop(0), attribute["code"])
                set_text(row, place + 1, attribute["value"])
            else:
                kept.append(attribute)
        rest = {**value, "identifiers": identifiers, "attributes": kept}
        return {name: member for name, member in rest.items() if member} or None


def read_numbers(row: Row, kinds: Iterable[int], context: Reading, *, coded: bool) -> Value | None:
    """The members of the item from the pairs whose kinds stand at these places, each with its number behind it."""
    item: Value = {}
    said: dict[str, dict[str, str]] = {}
    for place in kinds:
        kind, value = text_at(row, place), text_at(row, place + 1).strip()
        if not kind or not value:
            continue
        attribute = codes.ITEM_ATTRIBUTES.get(kind)
        if attribute is not None:
            item.setdefault("attributes", []).append({"name": attribute, "value": value, "code": kind})
            continue
        scheme = ITEM_NUMBERS.word(kind)
        merge_identifier(item.setdefault("identifiers", {}), scheme, value)
        context.check_identifier(scheme, value, place + 1)
        said.setdefault(scheme, {}).setdefault(value, kind)
    for scheme, by_value in said.items() if coded else ():
        if not all(map(ITEM_NUMBERS.preferred, by_value.values())):
            item.setdefault("original_codes", {})[scheme] = " ".join(by_value.values())
    return item or None


def _number_code(item: Value, scheme: str) -> str | None:
    """The kind to write for the next number of a scheme: the one that was kept, else the usual one."""
    kept = (take(item, ("original_codes",), scheme) or "").split()
    if len(kept) > 1:
        item.setdefault("original_codes", {})[scheme] = " ".join(kept[1:])
    return kept[0] if kept and ITEM_NUMBERS.word(kept[0]) == scheme else ITEM_NUMBERS.code(scheme)


def usual_numbers(row: Row, end: int, place: int, coded: bool) -> Value | Literal[False]:  # noqa: FBT001 - called a lot
    """The members of the item from pairs that are as usual; False where they need a closer look."""
    identifiers: Value = {}
    unusual: Value = {}
    if (end - place) % 2:
        return False
    for kind, text in zip(row[place::2], row[place + 1 :: 2], strict=True):
        scheme, value = codes.ITEM_NUMBERS.get(kind), text.strip()
        if scheme is None or not value or scheme in identifiers or (scheme in CHECKED and not is_sound(scheme, value)):
            return False
        identifiers[scheme] = value
        if kind not in _USUAL_NUMBERS:
            unusual[scheme] = kind
    if unusual and coded:
        return {"identifiers": identifiers, "original_codes": unusual}
    return {"identifiers": identifiers}


ITEM_NUMBERS = Words(codes.ITEM_NUMBERS, lower=True, longest=2)
"""Identifier schemes of items (235); a kind without a word is its code in small letters."""
_USUAL_NUMBERS = {kind: scheme for kind, scheme in ITEM_NUMBERS.usual.items() if kind not in codes.ITEM_ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Length, width and height with one unit for all, as measures of a package."""

    length: Place
    width: Place
    height: Place
    unit: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Three numbers and the unit."""
        return (self.length, self.width, self.height, self.unit)

    def _named(self) -> tuple[tuple[str, Place], ...]:
        return (("length", self.length), ("width", self.width), ("height", self.height))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The measures; None when not all of what is there is a number."""
        unit = text_at(row, self.unit).strip()
        measures: Value = {}
        for name, place in self._named():
            text = text_at(row, place)
            size = number(text) if text else None
            if text and size is None:
                return None
            if size is not None:
                measures[name] = measure = {"value": size}
                if unit:
                    measure["unit"] = codes.UNITS.get(unit, unit)  # type: ignore[assignment]
        return {"measures": measures} if measures else None

    def write(self, packaging: Value, row: Row, _context: Writing) -> bool:
        """The dimensions that share the unit of the first."""
        measures = packaging.get("measures", {})
        found = [(measures[name], name, place) for name, place in self._named() if name in measures]
        if not found:
            return False
        unit = found[0][0].get("unit")
        for size, name, place in found:
            if size.get("unit") == unit:
                set_text(row, place, plain(size["value"]))
                del measures[name]
        if unit:
            set_text(row, self.unit, UNIT_WORDS.code(unit) or unit)
        if not measures:
            packaging.pop("measures", None)
        return True


UNIT_WORDS = Words(codes.UNITS)


@dataclass(frozen=True, slots=True)
class StoreQuantities:
    """SDQ: quantities of a line by store or warehouse, up to ten in a segment, as parts of its schedule."""

    tag: str
    units: Words
    list_keys: tuple[str, ...] = ("schedule",)

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """A part of the schedule for each pair; half a pair is kept as it is."""
        scheme = PARTY_NUMBERS.word(text_at(row, 2)) if text_at(row, 2) else "partner"
        unit = text_at(row, 1)
        for place in range(3, 23, 2):
            store, text = text_at(row, place).strip(), text_at(row, place + 1)
            count = number(text) if text else None
            if store and count is not None:
                quantity: Value = {"value": count}
                if unit:
                    quantity["unit"] = self.units.word(unit)
                    if not self.units.preferred(unit):
                        quantity["original"] = unit
                part = {"quantity": quantity, "ship_to": {"identifiers": {scheme: store}}}
                target.setdefault("schedule", []).append(part)
                context.trace(part, "quantity", (place, place + 1))
            else:
                for half in (place, place + 1):
                    if text_at(row, half).strip():
                        context.keep(row, half, target)
        if text_at(row, 23):
            context.keep(row, 23, target)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """Segments for the parts of the schedule that are a quantity for a place and nothing else."""
        groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
        left = []
        for part in target.pop("schedule", None) or ():
            pair = self._pair(part)
            if pair is None:
                left.append(part)
            else:
                groups.setdefault(pair[0], []).append(pair[1])
        if left:
            target["schedule"] = left
        for (unit, scheme), pairs in groups.items():
            for start in range(0, len(pairs), 10):
                flat = [text for pair in pairs[start : start + 10] for text in pair]
                out.rows.append([self.tag, unit, scheme, *flat])

    def _pair(self, part: Value) -> tuple[tuple[str, str], tuple[str, str]] | None:
        if part.keys() != {"quantity", "ship_to"} or part["ship_to"].keys() != {"identifiers"}:
            return None
        ((scheme, store), *others), quantity = part["ship_to"]["identifiers"].items(), part["quantity"]
        code, unit = PARTY_NUMBERS.code(scheme), quantity.get("unit")
        if others or not isinstance(store, str) or code is None or unit is None:
            return None
        original = quantity.get("original")
        unit_code = original if original and self.units.known(original) == unit else self.units.code(unit) or unit
        return (unit_code, "" if scheme == "partner" else code), (store, plain(quantity["value"]))
