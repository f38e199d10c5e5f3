"""Parts of a segment: places that together make one value of the document, and that value back in its places.

A part reads None from places that are empty, and from a value that cannot be read; the clause it stands in then keeps what is
there. Writing answers what of the value could not be put into the places: None when all of it was.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import implied, plain, without_point
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, merge_identifier
from translators.mapping.words import Words


class Part(Protocol):
    """Some places of a segment as one value."""

    @property
    def places(self) -> tuple[Place, ...]:
        """The places it takes."""

    def read(self, row: Row, context: Reading) -> Any:
        """The value, None when there is none."""

    def write(self, value: Any, row: Row, context: Writing) -> Any:
        """Put the value into its places; what had no room is handed back."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands. With `overrides` it takes the place of what an earlier segment said."""

    place: Place
    overrides: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text without blanks around it."""
        return text_at(row, self.place).strip() or None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The text."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> Decimal | None:
        """The number; None when the text is none."""
        text = text_at(row, self.place)
        return context.number(text) if text else None

    def write(self, value: Decimal, row: Row, context: Writing) -> None:
        """The number, without exponent."""
        set_text(row, self.place, plain(value, context.decimal))


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> int | None:
        """The number; None when the text is none, or not whole."""
        text = text_at(row, self.place)
        value = context.number(text) if text else None
        return int(value) if value is not None and value == value.to_integral_value() and abs(value) < 10**12 else None

    def write(self, value: int, row: Row, _context: Writing) -> None:
        """The number."""
        set_text(row, self.place, str(value))


@dataclass(frozen=True, slots=True)
class Implied:
    """A number with implied decimals (X12 type Nn)."""

    place: Place
    decimals: int

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> Decimal | None:
        """The number; None when the text is none."""
        text = text_at(row, self.place)
        return implied(text, self.decimals) if text else None

    def write(self, value: Decimal, row: Row, _context: Writing) -> Decimal | None:
        """The number; handed back when it has more decimals than there is room for."""
        text = without_point(value, self.decimals)
        if text is None:
            return value
        set_text(row, self.place, text)
        return None


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as a canonical word. With `other`, codes without a word read as that word; the code itself is then kept. With
    `strict`, they are not read.

    Where the code would not be written again for its word, the clause keeps it in `original_codes` of what it fills, or in the
    member named by `original`.
    """

    place: Place
    words: Words
    other: str = ""
    original: str = ""
    strict: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The word."""
        code = text_at(row, self.place).strip()
        if not code:
            return None
        known = self.words.known(code)
        return known or self.other or (None if self.strict else self.words.word(code))

    def code(self, row: Row) -> str | None:
        """The code, where writing the word would not give it again."""
        code = text_at(row, self.place).strip()
        if not code or (self.words.preferred(code) and not (self.other and self.words.known(code) is None)):
            return None
        return code

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """The first code that stands for the word; handed back when none does."""
        code = None if value == self.other and value not in self.words.listed else self.words.code(value)
        if code is None:
            return value
        set_text(row, self.place, code)
        return None

    def fits(self, code: str, value: str) -> bool:
        """Whether a code that was kept stands for the word: one kept from another family may not."""
        known = self.words.known(code)
        return known == value or (known is None and value == (self.other or self.words.word(code)))


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes or no by codes; the first of each is written."""

    place: Place
    yes: tuple[str, ...]
    no: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> bool | None:
        """Yes or no; None for any other code."""
        code = text_at(row, self.place).strip()
        return True if code in self.yes else False if code in self.no else None

    def write(self, value: bool, row: Row, _context: Writing) -> bool | None:  # noqa: FBT001 - it is the value
        """The code; handed back when there is none for it."""
        codes = self.yes if value else self.no
        if not codes:
            return value
        set_text(row, self.place, codes[0])
        return None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: Recommendation 20 in `unit`, the partner's own code in `original` where it is not the usual one."""

    value: Place
    unit: Place
    units: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Number and unit."""
        return (self.value, self.unit)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The quantity; None without a number."""
        text = text_at(row, self.value)
        amount = context.number(text) if text else None
        if amount is None:
            return None
        result: Value = {"value": amount}
        unit = text_at(row, self.unit).strip()
        if unit:
            result["unit"] = self.units.word(unit)
            if not self.units.preferred(unit):
                result["original"] = unit
        return result

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """Number and unit; handed back when the unit is not that of another quantity that shares its place."""
        unit, original = value.get("unit"), value.get("original")
        code = unit or ""
        if unit is not None:
            code = (original if original and self.units.word(original) == unit else self.units.code(unit)) or unit
        if text_at(row, self.unit) not in ("", code):
            return value
        set_text(row, self.value, plain(value["value"], context.decimal))
        if code:
            set_text(row, self.unit, code)
        return None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, in the document's currency unless the segment has a place for its own."""

    amount: Place
    currency: Place | None = None
    decimals: int | None = None
    """Implied decimals; None for a decimal point."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Amount and currency."""
        return (self.amount,) if self.currency is None else (self.amount, self.currency)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The amount; None without one."""
        text = text_at(row, self.amount)
        if not text:
            return None
        amount = context.number(text) if self.decimals is None else implied(text, self.decimals)
        if amount is None:
            return None
        currency = (text_at(row, self.currency).strip() if self.currency is not None else "") or context.currency
        return {"amount": amount, "currency": currency} if currency else {"amount": amount}

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The amount; handed back whole when its decimals or its currency cannot be said."""
        text = plain(value["amount"], context.decimal) if self.decimals is None else without_point(value["amount"], self.decimals)
        currency = value.get("currency")
        foreign = currency is not None and currency != context.currency
        if text is None or (foreign and self.currency is None):
            return value
        set_text(row, self.amount, text)
        if foreign and self.currency is not None:
            set_text(row, self.currency, str(currency))
        return None


@dataclass(frozen=True, slots=True)
class Lines:
    """Several places as the lines of a text; empty ones are left out. `longest` is the room in one place."""

    of: tuple[Place, ...]
    longest: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """The places."""
        return self.of

    def read(self, row: Row, _context: Reading) -> list[str] | None:
        """The lines."""
        found = [text for place in self.of if (text := text_at(row, place).rstrip()).strip()]
        return found or None

    def write(self, value: list[str], row: Row, _context: Writing) -> list[str] | None:
        """As many lines as there are places; the others are handed back."""
        for place, line in zip(self.of, value, strict=False):
            set_text(row, place, line)
        return value[len(self.of) :] or None


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the code of its scheme, as a member of a map of identifiers. Written is the first scheme of the table.

    `check` says of a scheme and a value what is wrong with it, empty for nothing.
    """

    scheme: Place
    value: Place
    schemes: Words
    default: str = "partner"

    @property
    def places(self) -> tuple[Place, ...]:
        """Scheme and value."""
        return (self.scheme, self.value)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """A map of one identifier."""
        value = text_at(row, self.value).strip()
        if not value:
            return None
        code = text_at(row, self.scheme).strip()
        return {self.schemes.word(code) if code else self.default: value}

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """One identifier; the others are handed back."""
        rest = {scheme: list(found) if isinstance(found, list) else found for scheme, found in value.items()}
        for scheme in sorted(rest, key=self._rank):
            code = "" if scheme == self.default and scheme not in self.schemes.listed else self.schemes.code(scheme)
            if code is None:
                continue
            set_text(row, self.value, taken_identifier(rest, scheme))
            if code:
                set_text(row, self.scheme, code)
            break
        return rest or None

    def _rank(self, scheme: str) -> int:
        listed = self.schemes.listed
        return listed.index(scheme) if scheme in listed else len(listed)


def taken_identifier(identifiers: Value, scheme: str) -> str:
    """Take the first identifier of a scheme out of the map."""
    found = identifiers.pop(scheme)
    if not isinstance(found, list):
        return str(found)
    if len(found) > 2:
        identifiers[scheme] = found[1:]
    elif len(found) == 2:
        identifiers[scheme] = found[1]
    return str(found[0])


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Pairs of a scheme's code and an identifier, one behind the other in a segment."""

    pairs: tuple[Identifier, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All schemes and values."""
        return tuple(place for pair in self.pairs for place in pair.places)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The map of all."""
        result: Value = {}
        for pair in self.pairs:
            for scheme, value in (pair.read(row, context) or {}).items():
                merge_identifier(result, scheme, value)
        return result or None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """As many as there are pairs; the others are handed back."""
        rest: Value | None = value
        for pair in self.pairs:
            if rest is None:
                break
            rest = pair.write(rest, row, context)
        return rest


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """A text that several places, and several segments, add to. `joins` stands between them; `longest` is the room in one."""

    of: tuple[Place, ...]
    joins: str = "\n"
    longest: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """The places."""
        return self.of

    def read(self, row: Row, _context: Reading) -> str | None:
        """What these places hold of the text."""
        return self.joins.join(text for place in self.of if (text := text_at(row, place).strip())) or None

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """As much as there is room for; the rest is handed back."""
        pieces = self._pieces(value)
        for place, piece in zip(self.of, pieces, strict=False):
            set_text(row, place, piece)
        return self.joins.join(pieces[len(self.of) :]) or None

    def _pieces(self, value: str) -> list[str]:
        if not self.longest:
            return value.split(self.joins)
        if self.joins == " ":
            return wrapped(value, self.longest)
        return [piece for line in value.split(self.joins) for piece in wrapped(line, self.longest)]


def wrapped(line: str, longest: int) -> list[str]:
    """A line in pieces of at most `longest` characters, broken at blanks where there are any."""
    pieces = []
    while len(line) > longest:
        cut = line.rfind(" ", 0, longest + 1)
        cut = cut if cut > 0 else longest
        pieces.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*pieces, line]


@dataclass(frozen=True, slots=True)
class Named:
    """Values whose names stand beside them, as members of what the segment fills: telephone and mail of a contact.

    Names without a word go to the map `others`, under the code in small letters.
    """

    pairs: tuple[tuple[Place, Place], ...]
    words: Words
    others: str = "other"

    @property
    def places(self) -> tuple[Place, ...]:
        """All names and values."""
        return tuple(place for pair in self.pairs for place in pair)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The members."""
        result: Value = {}
        for name_place, place in self.pairs:
            value = text_at(row, place).strip()
            if not value:
                continue
            code = text_at(row, name_place).strip()
            known = self.words.known(code)
            if known is not None and known not in result:
                result[known] = value
            else:
                others = result.setdefault(self.others, {})
                others[_free_name(others, code.lower() or "number")] = value
        return result or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Names without a value."""
        return tuple(name for name, place in self.pairs if text_at(row, name).strip() and not text_at(row, place).strip())

    def write(self, target: Value, row: Row, _context: Writing) -> bool:
        """Take as many members as there are pairs; False when there was none."""
        free = list(self.pairs)
        others: Value = target.get(self.others, {})
        named = [(self.words.code(word) or "", target, word) for word in self.words.listed if word in target]
        named += [(name.partition("_")[0].upper(), others, name) for name in others]
        for (code, owner, name), (name_place, place) in zip(named, list(free), strict=False):
            set_text(row, name_place, code)
            set_text(row, place, owner.pop(name))
        if not others:
            target.pop(self.others, None)
        return bool(named)


def _free_name(taken: Value, name: str) -> str:
    count = 1
    while (candidate := name if count == 1 else f"{name}_{count}") in taken:
        count += 1
    return candidate


@dataclass(frozen=True, slots=True)
class ReferenceOf:
    """A number that is a reference of one kind, as an item of the list of references."""

    place: Place
    kind: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> list[Value] | None:
        """A list of one reference."""
        number = text_at(row, self.place).strip()
        return [{"kind": self.kind, "number": number}] if number else None

    def write(self, value: list[Value], row: Row, _context: Writing) -> list[Value] | None:
        """The first reference of the kind that has nothing but a number; the others are handed back."""
        for index, reference in enumerate(value):
            if reference.keys() == {"kind", "number"} and reference["kind"] == self.kind:
                set_text(row, self.place, reference["number"])
                return value[:index] + value[index + 1 :] or None
        return value


@dataclass(frozen=True, slots=True)
class DocumentCurrency:
    """The currency of all amounts that do not say their own."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> str | None:
        """The currency; from here on it is that of amounts."""
        currency = text_at(row, self.place).strip().upper()
        context.currency = context.currency or currency or None
        return currency or None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The currency."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class NamedQuantity:
    """A quantity whose name stands beside it, as an entry of a map of quantities. Without a name it is called `unnamed`."""

    name: Place
    of: Quantity
    names: Words
    unnamed: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Name, number and unit."""
        return (self.name, *self.of.places)

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one quantity."""
        value = self.of.read(row, context)
        if value is None:
            return None
        code = text_at(row, self.name).strip()
        return {self.names.word(code) if code else self.unnamed: value}

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The first quantity that has a name here; the others are handed back."""
        for name in value:
            code = "" if name == self.unnamed else self.names.code(name)
            if code is None or (self.names.listed and code and name not in self.names.listed):
                continue
            set_text(row, self.name, code)
            self.of.write(value[name], row, context)
            return {other: quantity for other, quantity in value.items() if other != name} or None
        return value
