"""Clauses that the sets of a warehouse share (940, 943, 944, 945, 947): dates, contacts, numbers, weights, carriers, parties."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from translators.mapping.amounts import NamedQuantity, Quantity
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Lines, Named, Number, Paragraphs, Part, Text
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets.item_parts import ItemNumbers, read_numbers, usual_numbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.shared import MEASURES, units
from translators.x12.sets.transport_parts import EquipmentNumber

DATES = Words(codes.WAREHOUSE_DATES, prefix="date", longest=2)
WEIGHT_UNITS = Words(codes.WEIGHT_UNITS)
ROLES = Words({"DE": "ordering_party", **codes.PARTIES, **codes.OTHER_ROLES})


@dataclass(frozen=True, slots=True)
class QualifiedMoment:
    """A date with a time that has a qualifier of its own (176): written as the scheduled, or the requested time."""

    day: Place
    qualifier: Place
    time: Place
    zone: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Date, qualifier, time and zone."""
        return tuple(place for place in (self.day, self.qualifier, self.time, self.zone) if place is not None)

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The day or the instant."""
        return Moment(self.day, self.time, self.zone).read(row, context)

    def write(self, value: date | datetime, row: Row, context: Writing) -> date | datetime | None:
        """The day, or with its qualifier the instant."""
        left = Moment(self.day, self.time, self.zone).write(value, row, context)
        if left is None and isinstance(value, datetime):
            set_text(row, self.qualifier, _TIME)
        return left


_TIME = "Z"


@dataclass(frozen=True, slots=True)
class SameUnit:
    """A quantity among several of one unit."""

    of: Quantity

    @property
    def places(self) -> tuple[Place, ...]:
        """The number; the unit is that of all."""
        return (self.of.value,)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The quantity."""
        return self.of.read(row, context)

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The quantity; handed back where another unit stands already."""
        before, other = text_at(row, self.of.unit), ["", *[""] * 30]
        self.of.write(value, other, context)
        if before and text_at(other, self.of.unit) != before:
            return value
        self.of.write(value, row, context)
        return None


def quantity(value: Place, unit: Place) -> SameUnit:
    """A number whose unit others have too."""
    return SameUnit(units(value, unit))


def weight(value: Place, kind: Place, unit: Place) -> NamedQuantity:
    """A weight with its kind (187) and the unit of weights (188)."""
    return NamedQuantity(kind, Quantity(value, unit, WEIGHT_UNITS), MEASURES, "weight")


def dates(**fields: str) -> Qualified:
    """G62: dates by meaning (432). `fields` are members by qualifier, written `q10`."""
    own = {name.removeprefix("q"): member for name, member in fields.items()}
    return Qualified("G62", 1, QualifiedMoment(2, 3, 4, 5), fields=own, others="other_dates", names=DATES)


def parties(*members: str) -> Parties:
    """Parties, the owner of the goods (DE) among them."""
    return Parties("N1", RoleTable(ROLES, frozenset(members) or shared.MEMBER_ROLES), shared.PARTY)


CONTACT = Each(
    "G61",
    "contacts",
    {
        "function": Coded(1, Words(codes.CONTACTS)),
        "name": Text(2),
        "other.reference": Text(5),
        "": Named(((3, 4),), Words(codes.MEANS)),
    },
    default={1: "CN"},
)
REFERENCES = Each("N9", "references", {**shared.reference(), "issued": Moment(4, 5, 6)}, needs=("kind", "number"))
NOTE = Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1)
SHIPMENT_NUMBERS = Qualified(
    "N9",
    1,
    Text(2),
    fields={
        "BM": "shipment.bill_of_lading",
        "MB": "shipment.master_bill_of_lading",
        "LO": "shipment.load",
        "SI": "shipment.number",
    },
)
RECEIVED_NUMBERS = Qualified(
    "N9",
    1,
    Text(2),
    fields={"BM": "shipment.bill_of_lading", "MB": "shipment.master_bill_of_lading", "LO": "shipment.load", "PO": "order.number"},
)
TRACKING = Once("N9", {"shipment.tracking": Lines((2,))}, fixed={1: "2I"}, repeat=True)
LINE_NUMBER = Once("N9", {"id": Text(2)}, fixed={1: "LI"})
LOTS: list[Clause] = [
    Once("N9", {"lot.numbers": Lines((2,))}, fixed={1: "LT"}, repeat=True),
    Once("N9", {"lot.serials": Lines((2,))}, fixed={1: "SE"}, repeat=True),
]
LINE_ORDER = Once("N9", {"line_order.number": Text(2)}, fixed={1: "PO"})
HEAD: list[Clause] = [parties(), SHIPMENT_NUMBERS, TRACKING, REFERENCES, CONTACT, NOTE]
NAME: list[Clause] = [
    Once("G69", {"item.name": Text(1)}),
    Once("G69", {"item.description": Paragraphs((1,), longest=45)}, repeat=True),
]
"""Name and description of an item."""
PACKING = Each(
    "W20",
    "packaging",
    {
        "per_package.value": Number(1),
        "measures.size": units(2, 3),
        "measures": weight(4, 5, 6),
        "measures.unit_weight.value": Number(7),
        "measures.volume": units(8, 9),
    },
)
CARRIER = Once(
    "W27",
    {
        "leg.mode": Coded(1, Words(codes.MODES)),
        "leg.carrier.identifiers.scac": Text(2),
        "leg.text": Text(3),
        "delivery_terms.payment": Coded(4, Words(codes.TRANSPORT_PAYMENTS), original="original"),
        "equipment.kind": Text(5),
        "equipment.number": EquipmentNumber(6, 7),
        "equipment.status": Text(8),
        "shipment.handling": Lines((9,)),
    },
)
"""Mode, carrier, who pays, and the trailer: `leg` and `equipment` become items of lists."""
TOTAL_MEMBERS: dict[str, Part] = {
    "totals.quantity": Number(1),
    "totals.measures.weight": units(2, 3),
    "totals.measures.volume": units(4, 5),
    "totals.packages": Number(6),
}
"""Totals of a shipment (W03)."""


def item(case: Place, *pairs: int) -> dict[str, Part]:
    """The number of the case and pairs of kind and number, as members of the item: a mapping has one part for each key."""
    return {"item.identifiers.upc_case": Text(case), "item": ItemPairs(pairs)}


@dataclass(frozen=True, slots=True)
class ItemPairs:
    """Pairs of kind and number that do not stand side by side."""

    firsts: tuple[int, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All kinds and numbers."""
        return tuple(place for first in self.firsts for place in (first, first + 1))

    def _numbers(self, row: Row) -> Row:
        """The pairs side by side, behind a tag."""
        return [row[0], *[text_at(row, place) for place in self.places]]

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the item."""
        return read_numbers(row, self.firsts, context, coded=True)

    def compile(self, source: Source) -> str:
        """One number of each scheme, each with its kind; all else needs a closer look."""
        found = source.variable()
        source.read(f"{found} = {source.name(self.usual)}(row)", f"if {found} is False: return False")
        return found

    def usual(self, row: Row) -> Value | Literal[False] | None:
        """The members of the item from pairs that are as usual; False where they need a closer look."""
        pairs = [text for first in self.firsts for text in (text_at(row, first), text_at(row, first + 1))]
        filled = [row[0], *(text for at, text in enumerate(pairs) if text or pairs[at ^ 1])]
        return usual_numbers(filled, len(filled), 1, coded=True) if len(filled) > 1 else None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Kinds without a number, numbers without a kind."""
        halves = ItemNumbers(1, len(self.firsts)).unread(self._numbers(row))
        return tuple(self.places[half - 1] for half in halves if isinstance(half, int))

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """As many as there are pairs; the rest of the item is handed back."""
        side_by_side: Row = [row[0]]
        left = ItemNumbers(1, len(self.firsts)).write(value, side_by_side, context)
        for place, text in zip(self.places, side_by_side[1:], strict=False):
            if text:
                set_text(row, place, text)
        return left


def legs_in(document: Value) -> None:
    """After reading: the carrier segment as a leg of transport, and a trailer."""
    leg, trailer = document.pop("leg", None), document.pop("equipment", None)
    if leg:
        document.setdefault("transport", []).insert(0, leg)
    if trailer:
        document.setdefault("shipment", {}).setdefault("equipment", []).insert(0, trailer)


def legs_out(document: Value) -> None:
    """Before writing: the first leg of transport and the first trailer for the carrier segment."""
    legs, trailers = document.get("transport"), document.get("shipment", {}).get("equipment")
    if legs:
        document["leg"] = legs.pop(0)
    if trailers:
        document["equipment"] = trailers.pop(0)
