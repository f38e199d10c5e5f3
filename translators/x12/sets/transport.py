"""Clauses that transport sets share: references, dates with times, contacts, weights, equipment, events, stops."""

from translators.mapping.amounts import Money, NamedQuantity, Quantity
from translators.mapping.binding import none_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, IdentifierOf
from translators.mapping.mapping import Clause, Group
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Lines, Named, Number, Paragraphs, Part, Text
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets import transport_codes as words
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.moments import instant
from translators.x12.sets.parts import CodedUnless, Standing, party_identifier
from translators.x12.sets.transport_parts import (
    MARKS,
    Constant,
    Degrees,
    EquipmentNumber,
    Event,
    Listed,
    TemperatureRange,
    TimedMoment,
    write_zoned,
)

REFERENCES = Words(words.REFERENCES)
DATES = Words(words.DATES, prefix="date", longest=2)
WEIGHTS = Words(words.WEIGHTS)
VOLUMES = Words(words.VOLUMES)
TEMPERATURES = Words({"CE": "CEL", "FA": "FAH", "KV": "KEL"}, longest=2)
WEIGHT_KINDS = Words(words.WEIGHT_KINDS)
EQUIPMENT_KINDS = Words(words.EQUIPMENT)
STOP_ACTIONS = Words(words.STOPS)
RATE_BASES = Words(words.RATE_BASES)
PAYMENTS = Words(codes.TRANSPORT_PAYMENTS)


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
                    write_zoned(moment, place, row, context, (2, 4, 5))


def appointments(**fields: str) -> Appointments:
    """Dates (G62); `fields` are members by qualifier, as `_64="respond_by"`."""
    members = {code[1:]: member for code, member in fields.items()}
    return Appointments("G62", 1, TimedMoment(), fields=members, others="other_dates", names=DATES)


def numbers(tag: str = "L11", *besides: str) -> Each:
    """References by kind (128), number first (L11) or kind first (N9), but for kinds that have a member of their own."""
    kind, number = (2, 1) if tag == "L11" else (1, 2)
    kinds = Words({code: word for code, word in words.REFERENCES.items() if code not in besides})
    members: dict[str, Part] = {"kind": Coded(kind, kinds, original="original"), "number": Text(number), "text": Text(3)}
    members["issued"] = Moment(4) if tag == "L11" else Moment(4, 5, 6)
    return Each(tag, "references", members, needs=("kind", "number"), where=none_of(kind, *besides) if besides else None)


def weight(kind: Place, value: Place, unit: Place, unnamed: str = "weight") -> NamedQuantity:
    """A weight by its kind (187), in units of weight (188)."""
    return NamedQuantity(kind, Quantity(value, unit, WEIGHTS), WEIGHT_KINDS, unnamed)


L11 = numbers()
N9 = numbers("N9")
G61 = Each(
    "G61",
    "contacts",
    {
        "function": Coded(1, Words(codes.CONTACTS)),
        "name": Text(2),
        "": Named(((3, 4),), Words(codes.MEANS)),
        "other.reference": Text(5),
    },
    default={1: "CN"},
)
NOTE = Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1)
REMARK = Texts("K1", (1, 2), Words({}), longest=30)
LEG: dict[str, Part] = {
    "carrier.identifiers": IdentifierOf(1, "scac"),
    "stage": CodedUnless(2, Words({}, longest=2), usual="B"),
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


def handling(key: str, measures: str) -> Once:
    """Special handling (152), each a code of a list, and between which temperatures, as measures."""
    return Once("AT5", {key: Listed(1), measures: TemperatureRange(5, 6, 4, TEMPERATURES)}, repeat=True)


def marks(key: str) -> Each:
    """Packages by what is written on them."""
    return Each("MAN", key, {"identifiers": Identifier(1, 2, MARKS)}, needs=("identifiers",))


SEALS = Once("M7", {"seals": Lines((1, 2, 3, 4))}, repeat=True)


EQUIPMENT: dict[str, Part] = {
    "number": EquipmentNumber(1, 2),
    "measures": weight(4, 3, 17),
    "measures.volume": Quantity(8, 9, VOLUMES),
    "kind": Coded(11, EQUIPMENT_KINDS),
    "owner.identifiers": IdentifierOf(12, "scac"),
}
"""A trailer, container or car."""
PLAIN_EQUIPMENT = Each("N7", "shipment.equipment", EQUIPMENT, needs=("number",))


def equipment(into: str) -> Group:
    """Equipment (N7) with its weight, size and seals."""
    return Group("N7", [Once("N7", EQUIPMENT), SEALS], into=into)


def totals(charges: str) -> Once:
    """Sums of weight, volume, packages and charges, which are the member `charges`."""
    members: dict[str, Part] = {
        "totals.measures": weight(2, 1, 12),
        charges: Money(5, decimals=2),
        "totals.prepaid": Money(7, decimals=2),
        "totals.measures.volume": Quantity(9, 10, VOLUMES),
        "totals.packages": Number(11),
        "": Standing("L3"),
    }
    return Once("L3", members)


PARTY: list[Clause] = [*shared.PARTY, G61, L11, N9]
"""What a party of a transport set says of itself."""


def parties(*members: str) -> Parties:
    """Parties by role."""
    table = RoleTable(shared.ROLES, frozenset(members) or shared.MEMBER_ROLES)
    return Parties("N1", table, PARTY)


def one_party(into: str) -> Group:
    """The one party of a stop, which says its role itself."""
    own: dict[str, Part] = {
        "role": Coded(1, shared.ROLES),
        "name": Paragraphs((2,), joins=" ", longest=60),
        "identifiers": party_identifier(3, 4),
    }
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
            "location.address.postal_code": Text(8),
        },
    ),
    Each(
        "MS2",
        "equipment",
        {"owner.identifiers": IdentifierOf(1, "scac"), "number": Text(2), "kind": Coded(3, EQUIPMENT_KINDS)},
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
    """A carrier whose code the head says, and whose name a loop of its own, is one party; several codes are several carriers."""
    carrier: Value = document.get("carrier", {})
    codes_of = carrier.get("identifiers", {})
    if isinstance(codes_of.get("scac"), list):
        codes_of["scac"], *others = codes_of["scac"]
        more = document.setdefault("other_parties", [])
        more += [{"role": "carrier", "identifiers": {"scac": code}} for code in others]
    if carrier.keys() != {"identifiers"}:
        return
    others = document.get("other_parties", [])
    same = (party for party in others if party.get("role") == "carrier" and _agree(party, codes_of))
    if (party := next(same, None)) is not None:
        document["carrier"] = {
            **{k: v for k, v in party.items() if k != "role"},
            "identifiers": {**codes_of, **party.get("identifiers", {})},
        }
        document["other_parties"] = [other for other in others if other is not party]
    if not document.get("other_parties", True):
        del document["other_parties"]


def _agree(party: Value, identifiers: Value) -> bool:
    """Whether a party may be the one with these identifiers: none of its own is another."""
    own = party.get("identifiers", {})
    return "original_codes" not in party and all(identifiers[scheme] == own[scheme] for scheme in own.keys() & identifiers.keys())
