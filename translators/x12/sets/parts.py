"""Parts of X12 segments that are more than one value in one place, or a value only beside another."""

from dataclasses import dataclass

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, ReferenceOf
from translators.mapping.parts import Coded
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes

PARTY_NUMBERS = Words(codes.AGENCIES, lower=True, longest=2)
"""Identifier schemes of parties (66)."""


def party_identifier(scheme: Place, value: Place) -> Identifier:
    """A party's identifier with its scheme (66)."""
    return Identifier(scheme, value, PARTY_NUMBERS)


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province of two letters, or, in versions that have a place for it, the subdivision of another country."""

    state: int
    subdivision: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Both."""
        return (self.state, self.subdivision)

    @property
    def newer(self) -> tuple[Place, ...]:
        """What only newer versions have."""
        return (self.subdivision,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """What stands in one of the two; the state, where both are filled."""
        return text_at(row, self.state).strip() or text_at(row, self.subdivision).strip() or None

    def compile(self, source: Source) -> str:
        """The same as lines; both together need a closer look."""
        found = source.variable()
        source.read(f"t = {source.text(self.state)}", f"u = {source.text(self.subdivision)}", "if t and u: return False")
        source.read(f"{found} = t or u or None")
        return found

    def unread(self, row: Row) -> tuple[Place, ...]:
        """The subdivision beside a state."""
        return (self.subdivision,) if text_at(row, self.state).strip() else ()

    def write(self, value: str, row: Row, context: Writing) -> None:
        """The text where it has room: codes of states have two letters."""
        newer = len(value) > 2 and not context.lacks(row[0], self.subdivision)
        set_text(row, self.subdivision if newer else self.state, value)


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code where writing the word for it would give another one. It takes no place: the word is read by another part."""

    place: Place
    words: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """None."""
        return ()

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code, when it is not the usual one."""
        code = text_at(row, self.place).strip()
        return code if code and not self.words.preferred(code) else None

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found, usual, preferred = source.variable(), source.name(self.words.usual), source.name(self.words.preferred)
        source.read(f"t = {source.text(self.place)}", f"{found} = None if not t or t in {usual} or {preferred}(t) else t")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The code in place of the usual one, where it stands for the same word."""
        if self.words.word(text_at(row, self.place)) == self.words.word(value):
            set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class ShortText:
    """A text of one line that fits; a longer one is left to the segments that follow."""

    place: Place
    longest: int

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

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """The text; handed back when it has no room."""
        if len(value) > self.longest or "\n" in value:
            return value
        set_text(row, self.place, value)
        return None


@dataclass(frozen=True, slots=True)
class ReferencesOf:
    """Numbers that are references of one kind each, as items of the list of references."""

    of: tuple[ReferenceOf, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Their places."""
        return tuple(one.place for one in self.of)

    def read(self, row: Row, context: Reading) -> list[Value] | None:
        """The references that are there."""
        return [found for one in self.of for found in one.read(row, context) or ()] or None

    def write(self, value: list[Value], row: Row, context: Writing) -> list[Value] | None:
        """The first of each kind that has nothing but a number; the others are handed back."""
        left: list[Value] | None = value
        for one in self.of:
            left = one.write(left, row, context) if left else None
        return left


@dataclass(frozen=True, slots=True)
class CodedReference:
    """A number with the code of its kind (128), as an item of the list of references."""

    kind: Place
    number: Place
    kinds: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Kind and number."""
        return (self.kind, self.number)

    def read(self, row: Row, _context: Reading) -> list[Value] | None:
        """A list of one reference."""
        code, text = text_at(row, self.kind).strip(), text_at(row, self.number).strip()
        if not code or not text:
            return None
        reference = {"kind": self.kinds.word(code), "number": text}
        if not self.kinds.preferred(code):
            reference["original"] = code
        return [reference]

    def write(self, value: list[Value], row: Row, _context: Writing) -> list[Value] | None:
        """The first reference that is a kind and a number; the others are handed back."""
        for index, reference in enumerate(value):
            kept = reference.get("original")
            code = kept if kept and self.kinds.word(kept) == reference["kind"] else self.kinds.code(reference["kind"])
            if code and reference.keys() <= {"kind", "number", "original"}:
                set_text(row, self.kind, code)
                set_text(row, self.number, reference["number"])
                return value[:index] + value[index + 1 :] or None
        return value


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a segment of totals stands, for the findings about its sums: `sums` takes it out again, nothing of it is written."""

    name: str

    @property
    def places(self) -> tuple[Place, ...]:
        """None."""
        return ()

    def read(self, _row: Row, context: Reading) -> Value:
        """The index of the segment."""
        return {"standing": {self.name: context.index}}

    def write(self, _value: Value, _row: Row, _context: Writing) -> bool:
        """Nothing."""
        return False


@dataclass(frozen=True, slots=True)
class CodedUnless(Coded):
    """A code as a word, unless it is the usual one, which says nothing. That one is written by the clause, as its default."""

    usual: str = ""

    def read(self, row: Row, context: Reading) -> str | None:
        """The word when the code is not the usual one."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.read(self, row, context)

    def code(self, row: Row) -> str | None:
        """The code, where writing the word would not give it again."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.code(self, row)
