"""Parts and clauses that transport messages share: places, legs of a journey, events, equipment, goods, and what packs them."""

from dataclasses import dataclass

from translators.edifact.messages import codes, shared
from translators.edifact.messages import transport_codes as words
from translators.edifact.messages.clauses import Measures
from translators.edifact.messages.parts import PARTY_NUMBERS, UNITS, Either, Moment, components
from translators.mapping.amounts import Quantity
from translators.mapping.binding import none_of, one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Group
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Part, Text
from translators.mapping.tree import Loop, Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

REFERENCES = Words(words.REFERENCES, longest=3)
EVENTS = Words(words.EVENTS, prefix="status", longest=3)
REASONS = Words(words.REASONS, lower=True, longest=3)
PLACES = Words(words.PLACES, prefix="place", longest=3)
EQUIPMENT_KINDS = Words(words.EQUIPMENT, lower=True, longest=3)
_LISTS = {"139": "unlocode", "172": "scac"}
_USUAL = {"unlocode": ("139", "6"), "scac": ("172", "")}
_UN = "6"


@dataclass(frozen=True, slots=True)
class Listed:
    """C517, C040 and their like: an identifier whose scheme is told by the code list (1131), or else by the agency (3055).

    `original_codes` keeps both where the scheme would be written with others: `227:`.
    """

    element: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Identifier, list, agency."""
        return ((self.element, 1), (self.element, 2), (self.element, 3))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The identifiers of a place or a carrier."""
        value, code_list, agency = components(row, self.element, 3)
        if not value:
            return None
        scheme = _scheme(code_list, agency)
        found: Value = {"identifiers": {scheme: value}}
        if (code_list, agency) != _written(scheme):
            found["original_codes"] = {"identifiers": f"{code_list}:{agency}"}
        return found

    def write(self, owner: Value, row: Row, _context: Writing) -> bool:
        """The first identifier that has a code here."""
        identifiers = owner.get("identifiers") or {}
        kept = take(owner, ("original_codes",), "identifiers")
        for scheme in list(identifiers):
            code_list, _, agency = (kept or ":").partition(":")
            if kept is None or _scheme(code_list, agency) != scheme:
                usual = _written(scheme)
                if usual is None or isinstance(identifiers[scheme], list):
                    continue
                code_list, agency = usual
            for place, text in zip(self.places, (identifiers.pop(scheme), code_list, agency), strict=True):
                if text:
                    set_text(row, place, text)
            if not identifiers:
                owner.pop("identifiers")
            return True
        return False


def _scheme(code_list: str, agency: str) -> str:
    return _LISTS.get(code_list) or ("unlocode" if agency == _UN else PARTY_NUMBERS.word(agency) if agency else "unspecified")


def _written(scheme: str) -> tuple[str, str] | None:
    """The list and the agency that are written for a scheme."""
    if scheme == "unspecified":
        return ("", "")
    code = PARTY_NUMBERS.code(scheme)
    return _USUAL.get(scheme) or (None if code is None else ("", code))


def place(member: str, usual: str, *others: str, always: bool = False) -> Once:
    """A LOC whose place is a member: of the kinds (3227) named, or of any kind when only the usual one is."""
    kinds = Words({code: words.PLACES[code] for code in (usual, *others)}) if others else PLACES
    members: dict[str, Part] = {
        f"{member}.kind": Coded(1, kinds),
        f"{member}.": Listed(2),
        f"{member}.name": Text((2, 4)),
    }
    return Once("LOC", members, default={1: usual}, where=one_of(1, usual, *others) if others else None, always=always)


LOCATIONS = Each("LOC", "locations", {"kind": Coded(1, PLACES), "": Listed(2), "name": Text((2, 4))}, default={1: "7"})
LOCATION_GROUP = Group(
    "LOC", [Once("LOC", {"kind": Coded(1, PLACES), "": Listed(2), "name": Text((2, 4))}, default={1: "7"})], into="locations"
)
"""Places of which nothing more is known than what they are."""

_ORIGIN, _DESTINATION = place("origin", *words.ORIGINS), place("destination", *words.DESTINATIONS)
_DEPARTURE = {"133": "planned.start", "186": "actual.start"}
_ARRIVAL = {"132": "planned.end", "178": "actual.end"}


def _times(member: str, fields: dict[str, str]) -> Qualified:
    return Qualified("DTM", (1, 1), Moment(), fields=fields, others=f"{member}.other_dates", names=shared.DATES)


class Calls:
    """LOC groups of a leg: where it begins and where it ends, with the times that are planned and that were.

    One of another kind, or that says more, is not taken.
    """

    __slots__ = ("_ends", "key")

    def __init__(self) -> None:
        self.key = "LOC"
        self._ends = [
            ("origin", words.ORIGINS, _ORIGIN, _times("origin", _DEPARTURE)),
            ("destination", words.DESTINATIONS, _DESTINATION, _times("destination", _ARRIVAL)),
        ]

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Take the place and its times."""
        first = loop.segments[0][1]
        for member, kinds, clause, dates in self._ends:
            if member in target or first[0] != self.key or text_at(first, 1).strip() not in kinds:
                continue
            for context.index, row in loop.segments:
                context.row, context.path = row, loop.path
                if not (clause if row[0] == self.key else dates).read(row, target, context):
                    context.keep_row(row, target)
            return True
        return False

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """A group for each end that there is."""
        for member, _kinds, clause, dates in self._ends:
            if member in target:
                inner = Written(self.key, out.place_of(self.key) or out.node)
                dates.write(target, inner, context)
                clause.write(target, inner, context)
                if any(row[0] == self.key for row in inner.rows):
                    out.loops.append(inner)


REFERENCE: dict[str, Part] = {
    "kind": Coded((1, 1), REFERENCES, "other", "original"),
    "number": Text((1, 2)),
    "line": Text((1, 3)),
}
REFERENCE_LIST = Each("RFF", "references", REFERENCE, needs=("number",), default={(1, 1): codes.AGREED})
REFERENCE_GROUP = Group(
    "RFF", [Once("RFF", REFERENCE, default={(1, 1): codes.AGREED}), shared.ISSUED], into="references", where=none_of((1, 2), "")
)


def dates(fields: dict[str, str]) -> Qualified:
    """Dates by meaning (2005): those of `fields` as members, all others by name."""
    return Qualified("DTM", (1, 1), Moment(), fields=fields, others="other_dates", names=shared.DATES)


LEG = Group(
    "TDT",
    [
        Once(
            "TDT",
            {
                "stage": Coded(1, Words(codes.STAGES, longest=3)),
                "voyage": Text((2, 1)),
                "mode": Coded((3, 1), Words(codes.MODES, longest=3), original="original"),
                "text": Text((3, 2)),
                "equipment": Either((4, 1), (4, 2), 8),
                "carrier.": Listed(5),
                "carrier.name": Text((5, 4)),
                "conveyance": Either((8, 1), (8, 4), 9),
            },
            default={1: "20"},
        ),
        REFERENCE_LIST,
        Calls(),
        _ORIGIN,
        _DESTINATION,
        dates({**_DEPARTURE, **_ARRIVAL}),
        Group("RFF", [Once("RFF", REFERENCE, default={(1, 1): codes.AGREED})], into="references", where=none_of((1, 2), "")),
    ],
    into="transport",
)
"""A leg of a journey: the means of transport, where it begins and ends, and when."""


def parties(*members: str) -> Parties:
    """Parties by role; those in `members` are members of the level, all others are not."""
    return Parties("NAD", RoleTable(shared.ROLES, frozenset(members)), shared.PARTY)


@dataclass(frozen=True, slots=True)
class Temperature(Quantity):
    """C239: a temperature, which D.96A wants in three digits."""

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """Number and unit."""
        left = Quantity.write(self, value, row, context)
        text = text_at(row, self.value)
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        set_text(row, self.value, sign + digits.zfill(len(digits) + max(0, 3 - sum(map(str.isdigit, digits)))))
        return left


TEMPERATURE = Once("TMP", {"temperature": Temperature((2, 1), (2, 2), UNITS)}, fixed={1: "2"})
SEALS = Each("SEL", "seal_list", {"number": Text(1)}, needs=("number",))


def _seals_read(equipment: Value) -> None:
    if seals := equipment.pop("seal_list", None):
        equipment["seals"] = [one["number"] for one in seals]


def _seals_to_write(equipment: Value) -> None:
    if seals := equipment.pop("seals", None):
        equipment["seal_list"] = [{"number": seal} for seal in seals]


def equipment(into: str) -> Group:
    """Containers, trailers and the like with their measures and seals."""
    return Group(
        "EQD",
        [
            Once(
                "EQD",
                {
                    "kind": Coded(1, EQUIPMENT_KINDS),
                    "number": Text((2, 1)),
                    "original_codes.size": Text((3, 1)),
                    **shared.beside("size_list", (3, 2), "102"),
                    **shared.beside("size_agency", (3, 3), "5"),
                    "description": Text((3, 4)),
                    "status": Text(6),
                },
                default={1: "CN", (3, 2): ("102", (3, 1)), (3, 3): ("5", (3, 1))},
            ),
            Measures("measures", shared.MEASURES),
            SEALS,
            TEMPERATURE,
            shared.FREE_TEXT,
            REFERENCE_LIST,
        ],
        into=into,
        unfold=_seals_read,
        fold=_seals_to_write,
    )


@dataclass(frozen=True, slots=True)
class StatusText:
    """What a status is called: a text of the event."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> list[Value] | None:
        """A list of one text."""
        text = text_at(row, self.place).strip()
        return [{"purpose": "status", "lines": [text]}] if text else None

    def write(self, value: list[Value], row: Row, _context: Writing) -> list[Value] | None:
        """The text of one line that is the status; the others are handed back."""
        for index, text in enumerate(value):
            if text.keys() == {"purpose", "lines"} and text["purpose"] == "status" and len(text["lines"]) == 1:
                set_text(row, self.place, text["lines"][0])
                return value[:index] + value[index + 1 :] or None
        return value
