"""Parts of a segment: places that together make one value of the document, and that value back in its places.

A part reads None from places that are empty, and from a value that cannot be read; the clause it stands in then keeps what is
there. Writing answers what of the value could not be put into the places: None when all of it was.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import implied, plain, without_point
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
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

    def compile(self, source: Source) -> str:
        """The same as a line."""
        found = source.variable()
        source.read(f"{found} = {source.text(self.place)} or None")
        return found

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

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found = source.variable()
        source.read(f"{found} = None", f"t = {source.text(self.place)}", "if t:")
        source.read(f"    {found} = context.number(t)", f"    if {found} is None: return False")
        return found

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

    def compile(self, source: Source) -> str:
        """The same as lines; digits alone need no decimal number."""
        found = source.variable()
        source.read(f"{found} = None", f"t = {source.text(self.place)}", "if t:")
        source.read(
            f"    {found} = int(t) if len(t) < 12 and t.isascii() and t.isdigit() else {source.name(self.read)}(row, context)"
        )
        source.read(f"    if {found} is None: return False")
        return found

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

    def compile(self, source: Source) -> str:
        """A look into the table, with the code that is kept."""
        found, code, table = source.variable(), source.variable(), source.name(self.words.usual)
        source.read(f"{found} = {code} = None", f"t = {source.text(self.place)}", "if t:", f"    {found} = {table}.get(t)")
        source.read(f"    if {found} is None:", f"        {found} = {source.name(self.read)}(row, context)")
        source.read(f"        {code} = {source.name(self.code)}(row)", f"        if {found} is None: return False")
        source.kept[found] = code
        return found

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

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found, table = source.variable(), source.name(dict.fromkeys(self.no, False) | dict.fromkeys(self.yes, True))
        source.read(f"{found} = None", f"t = {source.text(self.place)}", "if t:")
        source.read(f"    {found} = {table}.get(t)", f"    if {found} is None: return False")
        return found

    def write(self, value: bool, row: Row, _context: Writing) -> bool | None:  # noqa: FBT001 - it is the value
        """The code; handed back when there is none for it."""
        codes = self.yes if value else self.no
        if not codes:
            return value
        set_text(row, self.place, codes[0])
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

    def compile(self, source: Source) -> str:
        """The same as a line."""
        found, texts = source.variable(), ", ".join(source.text(place, "rstrip") for place in self.of)
        source.read(f"{found} = [t for t in ({texts},) if t] or None")
        return found

    def write(self, value: list[str], row: Row, _context: Writing) -> list[str] | None:
        """As many lines as there are places; the others are handed back."""
        for place, line in zip(self.of, value, strict=False):
            set_text(row, place, line)
        return value[len(self.of) :] or None


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

    def compile(self, source: Source) -> str:
        """The same as a line."""
        found, texts = source.variable(), [source.text(place) for place in self.of]
        read = texts[0] if len(texts) == 1 else f"{self.joins!r}.join([t for t in ({', '.join(texts)}) if t])"
        source.read(f"{found} = {read} or None")
        return found

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

    def compile(self, source: Source) -> str:
        """The same as lines; a name without a word, a value without a name and a name without a value need a closer look."""
        found, table = source.variable(), source.name(self.words.table)
        source.read(f"{found} = {{}}")
        for name, place in self.pairs:
            source.read(f"t = {source.text(place)}", f"u = {source.text(name)}", "if t:", f"    u = {table}.get(u)")
            source.read(f"    if u is None or u in {found}: return False", f"    {found}[u] = t", "elif u: return False")
        source.read(f"if not {found}: {found} = None")
        return found

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
