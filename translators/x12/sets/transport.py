"""Parts and clauses that transport sets share: references, dates with times, contacts, weights, equipment, events, stops."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from translators.mapping.binding import none_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, Group, Parties, RoleTable
from translators.mapping.parts import Coded, Identifier, Lines, Money, Named, NamedQuantity, Number, Paragraphs, Part, Quantity, Text
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets import transport_codes as words
from translators.x12.sets.moments import instant, zone
from translators.x12.sets.parts import Moment, Standing, Unless, party_identifier

REFERENCES = Words(words.REFERENCES)
DATES = Words(words.DATES, prefix="date", longest=2)
WEIGHTS = Words(words.WEIGHTS)
VOLUMES = Words(words.VOLUMES)
WEIGHT_KINDS = Words(words.WEIGHT_KINDS)
EQUIPMENT_KINDS = Words(words.EQUIPMENT)
STOP_ACTIONS = Words(words.STOPS)
MARKS = Words(words.MARKS, lower=True)
RATE_BASES = Words(words.RATE_BASES)
PAYMENTS = Words(codes.TRANSPORT_PAYMENTS)
_HAPPENED = Words(words.EVENTS | words.APPOINTMENTS, prefix="status")
_REASONS = Words(words.REASONS)


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


class Appointments(Qualified):
    """Dates (G62) by meaning (432). What their times are (176) is kept where it is not what goes with the date."""

    __slots__ = ()

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the date under its name."""
        code, qualifier = text_at(row, 1).strip(), text_at(row, 3).strip()
        if not super().read(row, target, context):
            return False
        if qualifier and qualifier != words.TIMES.get(code, "Z"):
            target.setdefault("original_codes", {})[f"time_{code}"] = qualifier
        if place := text_at(row, 5).strip():
            target.setdefault("original_codes", {})[f"zone_{code}"] = place
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """A segment for each date."""
        before = len(out.rows)
        super().write(target, out, context)
        for row in out.rows[before:]:
            code = text_at(row, 1)
            kept = take(target, ("original_codes",), f"time_{code}")
            place = take(target, ("original_codes",), f"zone_{code}")
            if text_at(row, 4):
                set_text(row, 3, kept or words.TIMES.get(code, "Z"))
                moment = instant(text_at(row, 2), text_at(row, 4), text_at(row, 5), context.timezone)
                if place and moment is not None:
                    _zoned(moment, place, row, context, (2, 4, 5))


def appointments(**fields: str) -> Appointments:
    """Dates (G62); `fields` are members by qualifier, as `_64="respond_by"`."""
    members = {code[1:]: member for code, member in fields.items()}
    return Appointments("G62", 1, TimedMoment(), fields=members, others="other_dates", names=DATES)


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
        if member in target and _zoned(target[member], take(target, ("original_codes",), "zone") or "", row, context):
            del target[member]
        return True


def _zoned(value: date | datetime, place: str, row: Row, context: Writing, at: tuple[int, int, int] = (5, 6, 7)) -> bool:
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
    """A number of letters and digits (206, 207) as one: `UTLX` and `666955` are `UTLX666955`."""

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
        """Up to four letters in front of digits stand alone."""
        digits = value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        letters = value[: len(value) - len(digits)]
        if letters and digits.isdigit() and len(letters) <= 4:
            set_text(row, self.initial, letters)
            set_text(row, self.number, digits)
        else:
            set_text(row, self.number, value)


def numbers(tag: str = "L11", *besides: str) -> Each:
    """References by kind (128), number first (L11) or kind first (N9), but for kinds that have a member of their own."""
    kind, number = (2, 1) if tag == "L11" else (1, 2)
    kinds = Words({code: word for code, word in words.REFERENCES.items() if code not in besides})
    members: dict[str, Part] = {"kind": Coded(kind, kinds, original="original"), "number": Text(number), "text": Text(3)}
    if tag == "N9":
        members["issued"] = Moment(4, 5, 6)
    return Each(tag, "references", members, needs=("kind", "number"), where=none_of(kind, *besides) if besides else None)


def weight(kind: Place, value: Place, unit: Place, unnamed: str = "weight") -> NamedQuantity:
    """A weight by its kind (187), in units of weight (188)."""
    return NamedQuantity(kind, Quantity(value, unit, WEIGHTS), WEIGHT_KINDS, unnamed)


L11 = numbers()
N9 = numbers("N9")
G61 = Each(
    "G61",
    "contacts",
    {"function": Coded(1, Words(codes.CONTACTS)), "name": Text(2), "": Named(((3, 4),), Words(codes.MEANS)), "other.reference": Text(5)},
    default={1: "CN"},
)
NOTE = Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1)
REMARK = Texts("K1", (1, 2), Words({}), longest=30)
LEG: dict[str, Part] = {
    "carrier.identifiers.scac": Text(1),
    "stage": Unless(2, "B"),
    "destination.address.city": Text(3),
    "mode": Coded(4, Words(codes.MODES), original="original"),
}
ROUTE = Each("MS3", "transport", {**LEG, "destination.address.region": Text(5)}, default={2: "B"})
"""Who carries how far, and how."""
INVOICED_ROUTE = Each("R3", "transport", LEG, default={2: "B"})
LADING = Each(
    "AT8",
    "packaging",
    {
        "measures": weight(1, 3, 2),
        "packages": Number(4),
        "measures.pieces.value": Number(5),
        "measures.volume": Quantity(7, 6, VOLUMES),
    },
)
"""Weight, packages, pieces and volume of goods."""
PALLETS = Each("PLD", "packaging", {"packages": Number(1), "kind": Constant("pallet"), "text": Text(2)}, needs=("packages",))


def handling(key: str) -> Once:
    """Special handling (152), each a code of a list."""
    return Once("AT5", {key: Listed(1)}, repeat=True)


def marks(key: str) -> Each:
    """Packages by what is written on them."""
    return Each("MAN", key, {"identifiers": Identifier(1, 2, MARKS)}, needs=("identifiers",))


SEALS = Once("M7", {"seals": Lines((1, 2, 3, 4))}, repeat=True)


EQUIPMENT: dict[str, Part] = {
    "number": EquipmentNumber(1, 2),
    "measures": weight(4, 3, 17),
    "measures.volume": Quantity(8, 9, VOLUMES),
    "kind": Coded(11, EQUIPMENT_KINDS),
    "owner.identifiers.scac": Text(12),
}
"""A trailer, container or car."""
PLAIN_EQUIPMENT = Each("N7", "shipment.equipment", EQUIPMENT, needs=("number",))


def equipment(into: str) -> Group:
    """Equipment (N7) with its weight, size and seals."""
    return Group("N7", [Once("N7", EQUIPMENT), SEALS], into=into)


def totals(charges: str) -> Once:
    """Sums of weight, volume, packages and charges, which are the member `charges`."""
    return Once(
        "L3",
        {
            "totals.measures": weight(2, 1, 12),
            charges: Money(5, decimals=2),
            "totals.prepaid": Money(7, decimals=2),
            "totals.measures.volume": Quantity(9, 10, VOLUMES),
            "totals.packages": Number(11),
            "": Standing("L3"),
        },
    )


PARTY: list[Clause] = [*shared.PARTY, G61, L11, N9]
"""What a party of a transport set says of itself."""


def parties(*members: str) -> Parties:
    """Parties by role."""
    table = RoleTable(shared.ROLES, frozenset(members) or shared.MEMBER_ROLES)
    return Parties("N1", table, PARTY)


def one_party(into: str) -> Group:
    """The one party of a stop, which says its role itself."""
    own = {"role": Coded(1, shared.ROLES), "name": Paragraphs((2,), joins=" ", longest=60), "identifiers": party_identifier(3, 4)}
    return Group("N1", [Once("N1", own), *PARTY[1:]], into=into, single=True)


OTHER_PARTIES = Parties("N1", RoleTable(shared.ROLES, frozenset()), PARTY)


EVENT: list[Clause] = [
    Once("AT7", {"": Event()}),
    Once(
        "MS1",
        {
            "location.address.city": Text(1),
            "location.address.region": Text(2),
            "location.address.country": Text(3),
            "location.longitude": Degrees(4, 6, "E", "W"),
            "location.latitude": Degrees(5, 7, "N", "S"),
        },
    ),
    Each(
        "MS2",
        "equipment",
        {"owner.identifiers.scac": Text(1), "number": Text(2), "kind": Coded(3, EQUIPMENT_KINDS)},
        needs=("number",),
    ),
    REMARK,
]
"""An event: what, where, and with which equipment."""


def say_nothing_of_purpose(document: Value) -> None:
    """Sets that have no place for a purpose are original documents."""
    if document.get("purpose") == "original":
        del document["purpose"]


def merge_carrier(document: Value) -> None:
    """A carrier whose code the head says, and whose name a loop of its own, is one party."""
    carrier, others = document.get("carrier"), document.get("other_parties", [])
    if not carrier or carrier.keys() != {"identifiers"}:
        return
    for party in others:
        own = party.get("identifiers", {})
        if party.get("role") == "carrier" and not own.keys() & carrier["identifiers"].keys() and "original_codes" not in party:
            identifiers = {**carrier["identifiers"], **own}
            document["carrier"] = {**{k: v for k, v in party.items() if k != "role"}, "identifiers": identifiers}
            others.remove(party)
            break
    if not others:
        document.pop("other_parties", None)
