"""Parts of transport segments: events, positions, numbers of equipment and lines, what only the kind of a segment says."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from translators.mapping.amounts import Quantity
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier
from translators.mapping.parts import Text
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import transport_codes as words
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.moments import instant, zone

MARKS = Words(words.MARKS, lower=True, longest=2)
"""What a mark is (88)."""
_HAPPENED = Words(words.EVENTS | words.APPOINTMENTS, prefix="status", longest=2)
_REASONS = Words(words.REASONS)
_EQUIPMENT = re.compile(r"([A-Z]{2,4})(\d{1,10})")


@dataclass(frozen=True, slots=True)
class Constant:
    """A member whose value the kind of segment says: nothing stands for it."""

    value: str

    @property
    def places(self) -> tuple[Place, ...]:
        """None."""
        return ()

    def read(self, _row: Row, _context: Reading) -> str:
        """The value."""
        return self.value

    def write(self, value: str, _row: Row, _context: Writing) -> str | None:
        """Nothing; any other value is handed back."""
        return None if value == self.value else value


@dataclass(frozen=True, slots=True)
class Listed:
    """A text that is an item of a list of texts."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> list[str] | None:
        """A list of one."""
        text = text_at(row, self.place).strip()
        return [text] if text else None

    def write(self, value: list[str], row: Row, _context: Writing) -> list[str] | None:
        """The first; the others are handed back."""
        set_text(row, self.place, value[0])
        return value[1:] or None


@dataclass(frozen=True, slots=True)
class TemperatureRange:
    """The lowest and the highest temperature with one unit for both, as measures."""

    low: Place
    high: Place
    unit: Place
    units: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Two numbers and the unit."""
        return (self.low, self.high, self.unit)

    def _named(self) -> tuple[tuple[str, Quantity], ...]:
        low, high = Quantity(self.low, self.unit, self.units), Quantity(self.high, self.unit, self.units)
        return ("minimum_temperature", low), ("maximum_temperature", high)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The measures; None when what is there is no number."""
        filled = [(name, part) for name, part in self._named() if text_at(row, part.value).strip()]
        found = {name: part.read(row, context) for name, part in filled}
        return found if found and None not in found.values() else None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """What of them has the same unit; the other measures are handed back."""
        rest = dict(value)
        for name, part in self._named():
            if name in rest and part.write(rest[name], row, context) is None:
                del rest[name]
        return rest or None


@dataclass(frozen=True, slots=True)
class LineNumber:
    """The number of the line a segment belongs to: nothing new when it is read, written from `number` of the line.

    What stands in a list of the line knows it as `of_line`.
    """

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, _row: Row, _context: Reading) -> Value:
        """Nothing."""
        return {}

    def write(self, target: Value, row: Row, _context: Writing) -> bool:
        """The number; it says nothing of its own."""
        number = target.pop("of_line", None) or target.get("number")
        if number is not None:
            set_text(row, self.place, number)
        return False


@dataclass(frozen=True, slots=True)
class KeptText(Text):
    """A text that is written, and stays for the clauses behind."""

    def write(self, value: str, row: Row, _context: Writing) -> str:  # type: ignore[override]
        """The text, which is handed back."""
        set_text(row, self.place, value)
        return value


@dataclass(frozen=True, slots=True)
class Done(Text):
    """A text that was written by a clause before."""

    def write(self, _value: str, _row: Row, _context: Writing) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class MarkedPackage:
    """A mark with its kind (88), as a package that is known by it."""

    mark: Place
    kind: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Mark and kind."""
        return (self.mark, self.kind)

    def read(self, row: Row, context: Reading) -> list[Value] | None:
        """A list of one package."""
        found = Identifier(self.kind, self.mark, MARKS).read(row, context)
        return [{"identifiers": found}] if found else None

    def write(self, value: list[Value], row: Row, context: Writing) -> list[Value] | None:
        """The mark of the first package; what else there is of it, and the others, are handed back."""
        rest = Identifier(self.kind, self.mark, MARKS).write(value[0].get("identifiers", {}), row, context)
        first = {**{k: v for k, v in value[0].items() if k != "identifiers"}, **({"identifiers": rest} if rest else {})}
        return [first, *value[1:]] if first else value[1:] or None


@dataclass(frozen=True, slots=True)
class TimedMoment:
    """A date, and a time with what the time is (176), which `Appointments` sees to."""

    day: Place = 2
    qualifier: Place = 3
    time: Place = 4
    zone: Place = 5

    @property
    def places(self) -> tuple[Place, ...]:
        """Date, qualifier, time, zone."""
        return (self.day, self.qualifier, self.time, self.zone)

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The date or the instant."""
        return Moment(self.day, self.time, self.zone).read(row, context)

    def write(self, value: date | datetime, row: Row, context: Writing) -> date | datetime | None:
        """Date, time, zone."""
        return Moment(self.day, self.time, self.zone).write(value, row, context)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, why, and when: status (1650) or appointment (1652), each with its reason (1651), date, time and zone.

    The code is kept in `code` where the word would not give it again. A normal status has no reason.
    """

    @property
    def places(self) -> tuple[Place, ...]:
        """Status, reason, appointment, reason, date, time, zone."""
        return (1, 2, 3, 4, 5, 6, 7)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of a milestone."""
        status = text_at(row, 1).strip()
        code, reason = (status, text_at(row, 2)) if status else (text_at(row, 3).strip(), text_at(row, 4))
        event: Value = {"event": _HAPPENED.word(code) if code else "unknown"}
        if code and not _HAPPENED.preferred(code):
            event["code"] = code
        if (reason := reason.strip()) and reason != (words.NORMAL if status else words.NORMAL_APPOINTMENT):
            event["reason"] = _REASONS.word(reason)
        when = Moment(5, 6, 7).read(row, context)
        if when is not None:
            event["expected" if code in words.EXPECTED else "occurred"] = when
            if place := text_at(row, 7).strip():
                event["original_codes"] = {"zone": place}
        return event

    def unread(self, row: Row) -> tuple[Place, ...]:
        """An appointment beside a status; a date that is none."""
        left: list[Place] = [3, 4] if text_at(row, 1).strip() else [2]
        day, time = text_at(row, 5), text_at(row, 6)
        if not isinstance(instant(day, time or "0000", "", UTC), datetime):
            left += [5, 6, 7]
        return tuple(left)

    def write(self, target: Value, row: Row, context: Writing) -> bool:
        """Status or appointment; what the event has no code for stays."""
        kept, event = target.get("code"), target.get("event")
        code = kept if kept and _HAPPENED.word(kept) == event else _HAPPENED.code(event) if event else None
        if code is None and event != "unknown":
            return False
        target.pop("event", None)
        if kept == code:
            target.pop("code", None)
        if code:
            first, normal = (3, words.NORMAL_APPOINTMENT) if code in words.APPOINTMENTS else (1, words.NORMAL)
            set_text(row, first, code)
            reason = _REASONS.code(target.get("reason", normal))
            if reason is not None and len(reason) == 2:
                target.pop("reason", None)
            set_text(row, first + 1, reason if reason is not None and len(reason) == 2 else normal)
        member = "expected" if code in words.EXPECTED else "occurred"
        if member in target and write_zoned(target[member], take(target, ("original_codes",), "zone") or "", row, context):
            del target[member]
        return True


def write_zoned(value: date | datetime, place: str, row: Row, context: Writing, at: tuple[int, int, int] = (5, 6, 7)) -> bool:
    """Write a time in the zone (623) it was sent in, where there was one; else as the partner's clock shows it."""
    known = zone(place)
    if isinstance(value, datetime) and known is not None:
        local = value.astimezone(known)
        texts = local.strftime("%Y%m%d"), local.strftime("%H%M%S" if local.second else "%H%M"), place
        if instant(*texts, UTC) == value:
            for where, text in zip(at, texts, strict=True):
                set_text(row, where, text)
            return True
    if Moment(*at).write(value, row, context) is not None:
        return False
    if place and known is None and not text_at(row, at[2]) and text_at(row, at[1]):
        set_text(row, at[2], place)
    return True


@dataclass(frozen=True, slots=True)
class Degrees:
    """A coordinate as degrees, minutes and seconds (DDDMMSS) with its direction, in decimal degrees."""

    angle: Place
    direction: Place
    positive: str
    negative: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Angle and direction."""
        return (self.angle, self.direction)

    def read(self, row: Row, _context: Reading) -> Decimal | None:
        """Decimal degrees, to six places."""
        text, direction = text_at(row, self.angle).strip(), text_at(row, self.direction).strip()
        if len(text) != 7 or not (text.isascii() and text.isdigit()) or direction not in (self.positive, self.negative):
            return None
        seconds = int(text[:3]) * 3600 + int(text[3:5]) * 60 + int(text[5:])
        degrees = (Decimal(seconds) / 3600).quantize(Decimal("0.000001"))
        return -degrees if direction == self.negative else degrees

    def write(self, value: Decimal, row: Row, _context: Writing) -> None:
        """The angle to the second."""
        seconds = int((abs(value) * 3600).to_integral_value())
        set_text(row, self.angle, f"{seconds // 3600:03}{seconds // 60 % 60:02}{seconds % 60:02}")
        set_text(row, self.direction, self.negative if value < 0 else self.positive)


@dataclass(frozen=True, slots=True)
class EquipmentNumber:
    """The number of a container or trailer: letters (206) and digits (207) as one: `UTLX` and `666955` are `UTLX666955`."""

    initial: Place
    number: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Letters and number."""
        return (self.initial, self.number)

    def read(self, row: Row, _context: Reading) -> str | None:
        """Both, one behind the other."""
        return (text_at(row, self.initial).strip() + text_at(row, self.number).strip()) or None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """Letters and digits apart, where it is made of these and they have room."""
        split = _EQUIPMENT.fullmatch(value)
        if split:
            set_text(row, self.initial, split[1])
        set_text(row, self.number, split[2] if split else value)


@dataclass(frozen=True, slots=True)
class EquipmentType:
    """Size and type of equipment (24), a code of four characters: a description in words has no place here."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code."""
        return text_at(row, self.place).strip() or None

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """The code; handed back when it is none."""
        if len(value) != _TYPE_CODE:
            return value
        set_text(row, self.place, value)
        return None


_TYPE_CODE = 4
