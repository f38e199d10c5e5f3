"""Parts of EDIFACT segments that are more than one value in one place: moments, names, addresses, item numbers, prices.

A composite is named by the number of its element; the places inside are those of the directories: C507, C509, C212, C082 …
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from translators.edifact import dates
from translators.edifact.messages import codes
from translators.mapping import usual
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier
from translators.mapping.parts import Coded
from translators.mapping.tree import COMPONENT, Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words

UNITS = Words({unit: unit for unit in codes.OWN_UNITS} | codes.UNITS, longest=3)
PARTY_NUMBERS = Words(codes.AGENCIES, prefix="agency", longest=3)

FULL_LINE = 35
"""The room for one line of a name or a description in all directories."""
_NOTHING = ("",) * 6
_DATE, _MINUTE, _SECOND, _ZONED_MINUTE, _ZONED_SECOND = "102", "203", "204", "303", "304"
LOCATION_SCHEMES = Words({}, prefix="location", longest=3)
"""A place inside a party's premises is an identifier of its own: `location_7` by the qualifier (3227) of the LOC."""


def components(row: Row, element: int, count: int) -> Sequence[str]:
    """The first components of an element, without blanks around them, empty ones where there are fewer. At most six."""
    if element >= len(row) or not (text := row[element]):
        return _NOTHING[:count]
    found = text.split(COMPONENT, count)
    if len(found) < count:
        found += _NOTHING[: count - len(found)]
    return [component.strip() for component in found[:count]]


@dataclass(frozen=True, slots=True)
class Moment:
    """C507: a date or an instant in the formats of 2379. A time without zone is in that of the partner."""

    element: int = 1

    @property
    def places(self) -> tuple[Place, ...]:
        """Value and format; the qualifier is the clause's business."""
        return ((self.element, 2), (self.element, 3))

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The date or instant; None for a format that names no point in time."""
        _qualifier, value, form = components(row, self.element, 3)
        return dates.instant(value, form or _DATE, context.timezone) if value else None

    def compile(self, source: Source) -> str:
        """The same as lines; a format without a value needs a closer look."""
        found, instant = source.variable(), source.name(dates.instant)
        source.read(f"{found} = None", f"t = {source.text((self.element, 2))}", f"u = {source.text((self.element, 3))}", "if t:")
        source.read(f"    {found} = {instant}(t, u or {_DATE!r}, context.timezone)", f"    if {found} is None: return False")
        source.read("elif u: return False")
        return found

    def write(self, value: date | datetime, row: Row, context: Writing) -> None:
        """The date; an instant in the partner's zone, or where its clock shows that time twice, in UTC."""
        if not isinstance(value, datetime):
            text, form = value.strftime("%Y%m%d"), _DATE
        else:
            local = value.astimezone(context.timezone)
            if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
                form = _SECOND if local.second else _MINUTE
                text = local.strftime("%Y%m%d%H%M%S" if local.second else "%Y%m%d%H%M")
            else:
                local = value.astimezone(UTC)
                form = _ZONED_SECOND if local.second else _ZONED_MINUTE
                text = local.strftime("%Y%m%d%H%M%SUTC" if local.second else "%Y%m%d%H%MUTC")
        set_text(row, (self.element, 2), text)
        set_text(row, (self.element, 3), form)


@dataclass(frozen=True, slots=True)
class Day(Moment):
    """C507 where the document knows days only: an instant is the day it has in the partner's zone."""

    def read(self, row: Row, context: Reading) -> date | None:
        """The day."""
        found = Moment.read(self, row, context)
        return found.astimezone(context.timezone).date() if isinstance(found, datetime) else found


@dataclass(frozen=True, slots=True)
class Span:
    """C507 in a format that names a period (718, 719 …). Written as two days or two instants without a separator."""

    element: int = 1

    @property
    def places(self) -> tuple[Place, ...]:
        """Value and format."""
        return ((self.element, 2), (self.element, 3))

    def read(self, row: Row, context: Reading) -> Value | None:
        """Start and end; None for a format that names a point in time."""
        _qualifier, value, form = components(row, self.element, 3)
        found = dates.span(value, form, context.timezone)
        return {"start": found[0], "end": found[1]} if found is not None else None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The period; handed back when an end is open, or only one of them is an instant."""
        texts = []
        for end in ("start", "end"):
            moment: Row = [row[0]]
            if end not in value:
                return value
            Moment(1).write(value[end], moment, context)
            texts.append((text_at(moment, (1, 2)), text_at(moment, (1, 3))))
        (start, form), (stop, other) = texts
        if form != other or form not in (_DATE, _MINUTE):
            return value
        set_text(row, (self.element, 2), start + stop)
        set_text(row, (self.element, 3), "718" if form == _DATE else "719")
        return None


@dataclass(frozen=True, slots=True)
class Unless(usual.Unless):
    """A code that is not the usual one, which says nothing."""

    longest: int = 3


@dataclass(frozen=True, slots=True)
class CodedUnless(Coded):
    """A code as a word, unless it is the usual one, which says nothing."""

    usual: str = ""

    def read(self, row: Row, context: Reading) -> str | None:
        """The word when the code is not the usual one."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.read(self, row, context)


@dataclass(frozen=True, slots=True)
class Either:
    """A text that stands as a code or, where the code's place is empty or too short, as words. `longest` is the code's room."""

    code: Place
    text: Place
    longest: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Both places."""
        return (self.code, self.text)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code, or the words."""
        return text_at(row, self.code).strip() or text_at(row, self.text).strip() or None

    def compile(self, source: Source) -> str:
        """The same as lines; words beside a code need a closer look."""
        found = source.variable()
        source.read(f"t = {source.text(self.code)}", f"u = {source.text(self.text)}", "if t and u: return False")
        source.read(f"{found} = t or u or None")
        return found

    def unread(self, row: Row) -> tuple[Place, ...]:
        """The words beside a code."""
        return (self.text,) if text_at(row, self.code).strip() and text_at(row, self.text).strip() else ()

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The text where it has room."""
        set_text(row, self.code if len(value) <= self.longest else self.text, value)


@dataclass(frozen=True, slots=True)
class Capitals:
    """A code that senders write in small letters too."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code in capitals."""
        return text_at(row, self.place).strip().upper() or None

    def compile(self, source: Source) -> str:
        """The same as a line."""
        found = source.variable()
        source.read(f"{found} = {source.text(self.place)}.upper() or None")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The code."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class When:
    """A part that is only there in segments that `code` at a place tells."""

    of: Any
    place: Place
    code: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Those of the part."""
        found: tuple[Place, ...] = self.of.places
        return found

    def read(self, row: Row, context: Reading) -> Any:
        """What the part reads, in such a segment."""
        return self.of.read(row, context) if text_at(row, self.place).strip() == self.code else None

    def write(self, value: Any, row: Row, context: Writing) -> Any:
        """Handed back in any other segment."""
        return self.of.write(value, row, context) if text_at(row, self.place) == self.code else value


@dataclass(frozen=True, slots=True)
class With:
    """A part that is only written where another place holds something."""

    of: Any
    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Those of the part."""
        found: tuple[Place, ...] = self.of.places
        return found

    def read(self, row: Row, context: Reading) -> Any:
        """What the part reads."""
        return self.of.read(row, context)

    def write(self, value: Any, row: Row, context: Writing) -> Any:
        """Handed back where the other place is empty."""
        return self.of.write(value, row, context) if text_at(row, self.place) else value


def joined(pieces: list[str]) -> str:
    """Lines of one text put together: a line that is full to its end goes on in the next without a blank."""
    if len(pieces) < 2:
        return pieces[0].strip() if pieces else ""
    result = previous = ""
    for piece in pieces:
        if result and piece and not (len(previous) >= FULL_LINE and not previous.endswith(" ")):
            result += " "
        result += piece
        previous = piece
    return result.strip()


def pieces_of(text: str) -> list[str]:
    """A text as lines that `joined` puts together again."""
    pieces = []
    while len(text) > FULL_LINE:
        piece = text[:FULL_LINE].rstrip()
        text = text[FULL_LINE:] if len(piece) == FULL_LINE else text[len(piece) + 1 :]
        pieces.append(piece)
    return [*pieces, text]


@dataclass(frozen=True, slots=True)
class Joined:
    """A text in several components of 35 characters each, one behind the other."""

    of: tuple[tuple[int, int], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places."""
        return self.of

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text."""
        element, first = self.of[0]
        if element >= len(row) or not (text := row[element]):
            return None
        return joined([piece.rstrip() for piece in text.split(COMPONENT)[first - 1 :][: len(self.of)] if piece.strip()]) or None

    def compile(self, source: Source) -> str:
        """The same as lines: most texts stand in one component."""
        found, first, others = source.variable(), source.text(self.of[0], "rstrip"), [source.text(one) for one in self.of[1:]]
        source.read(f"{found} = {first}.strip() or None")
        if others:
            source.read(f"if {' or '.join(others)}: {found} = {source.name(self.read)}(row, context)")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """As much as there is room for; the rest is handed back."""
        pieces = pieces_of(value)
        for place, piece in zip(self.of, pieces, strict=False):
            set_text(row, place, piece)
        return joined(pieces[len(self.of) :]) or None


@dataclass(frozen=True, slots=True)
class AddressLines:
    """C058 and C059 of a NAD as the lines of an address: what does not fit into the street goes before it."""

    before: int
    street: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Five lines and four."""
        return (*((self.before, n) for n in range(1, 6)), *((self.street, n) for n in range(1, 5)))

    def read(self, row: Row, _context: Reading) -> list[str] | None:
        """The lines."""
        found = []
        for element, most in ((self.before, 5), (self.street, 4)):
            if element < len(row) and (text := row[element]):
                found += [line.rstrip() for line in text.split(COMPONENT)[:most] if line.strip()]
        return found or None

    def compile(self, source: Source) -> str:
        """The same as a line."""
        found, above, street = source.variable(), source.components(self.before), source.components(self.street)
        source.read(
            f"{found} = [t.rstrip() for t in {above} if t.strip()]", f"{found} += [t.rstrip() for t in {street} if t.strip()]"
        )
        source.read(f"{found} = {found} or None")
        return found

    def write(self, value: list[str], row: Row, _context: Writing) -> list[str] | None:
        """Up to nine lines; the others are handed back."""
        fitting = value[:9]
        above, street = fitting[: max(len(fitting) - 4, 0)], fitting[max(len(fitting) - 4, 0) :]
        for element, lines in ((self.before, above), (self.street, street)):
            for component, line in enumerate(lines, 1):
                set_text(row, (element, component), line)
        return value[9:] or None


def party_identifier(element: int) -> Identifier:
    """The identifier of a party (C082), a carrier (C040) or a place (C517)."""
    return Identifier((element, 3), (element, 1), PARTY_NUMBERS, default="unspecified")
