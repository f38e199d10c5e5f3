"""Parts that are identifiers with their schemes, and numbers that refer to other documents."""

from dataclasses import dataclass

from translators.mapping.check_digits import CHECKED, is_sound
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, merge_identifier
from translators.mapping.words import Words


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the code of its scheme, as a member of a map of identifiers. Written is the first scheme of the table.

    One of GS1 (GTIN, GLN, SSCC) is judged by its length and check digit.
    """

    scheme: Place
    value: Place
    schemes: Words
    default: str = "partner"

    @property
    def places(self) -> tuple[Place, ...]:
        """Scheme and value."""
        return (self.scheme, self.value)

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one identifier."""
        value = text_at(row, self.value).strip()
        if not value:
            return None
        code = text_at(row, self.scheme).strip()
        scheme = self.schemes.word(code) if code else self.default
        context.check_identifier(scheme, value, self.value)
        return {scheme: value}

    def compile(self, source: Source) -> str:
        """The same as lines; a scheme without an identifier, and an identifier that is none, need a closer look."""
        found, table, word = source.variable(), source.name(self.schemes.table), source.name(self.schemes.word)
        checked, sound = source.name(CHECKED), source.name(is_sound)
        source.read(f"t = {source.text(self.value)}", f"u = {source.text(self.scheme)}", f"{found} = None")
        source.read(
            "if t:",
            f"    s = ({table}.get(u) or {word}(u)) if u else {self.default!r}",
            f"    if s in {checked} and not {sound}(s, t): return False",
            f"    {found} = {{s: t}}",
            "elif u: return False",
        )
        return found

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
class IdentifierOf:
    """A number that is an identifier of one scheme, as a member of the map of identifiers."""

    place: Place
    scheme: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one identifier."""
        value = text_at(row, self.place).strip()
        if not value:
            return None
        context.check_identifier(self.scheme, value, self.place)
        return {self.scheme: value}

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """The first identifier of the scheme; the others are handed back."""
        if self.scheme in value:
            set_text(row, self.place, taken_identifier(value, self.scheme))
        return value or None


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

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found = source.variable()
        source.read(f"t = {source.text(self.place)}", f'{found} = [{{"kind": {self.kind!r}, "number": t}}] if t else None')
        return found

    def write(self, value: list[Value], row: Row, _context: Writing) -> list[Value] | None:
        """The first reference of the kind that has nothing but a number; the others are handed back."""
        for index, reference in enumerate(value):
            if reference.keys() == {"kind", "number"} and reference["kind"] == self.kind:
                set_text(row, self.place, reference["number"])
                return value[:index] + value[index + 1 :] or None
        return value
