"""X12 856: the despatch advice (ship notice): levels in levels, of which `despatch_levels` makes packages, orders and lines."""

from dataclasses import dataclass
from datetime import date, datetime

from translators.mapping.amounts import NamedQuantity
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.hierarchy import Hierarchy
from translators.mapping.identifying import Identifier, ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Lines, Number, Part, Text, Whole
from translators.mapping.tree import Row, set_text, text_at
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets.despatch_levels import fold, unfold
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.loading import EQUIPMENT, HANDLING, MORE_HANDLING, PACKED, PALLET, Marks
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import MEASURES, alone, units

_NO_TIME = "0000"


@dataclass(frozen=True, slots=True)
class Issued:
    """A date and the time that the standard demands beside it: 0000 stands for a day alone."""

    of: Moment

    @property
    def places(self) -> tuple[int | tuple[int, int], ...]:
        """Date and time."""
        return self.of.places

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The day or the instant."""
        alone = self.of.time is not None and text_at(row, self.of.time).strip() == _NO_TIME
        return (Moment(self.of.day) if alone else self.of).read(row, context)

    def write(self, value: date | datetime, row: Row, context: Writing) -> date | datetime | None:
        """Date and time; midnight has its seconds, which tell it from a day alone."""
        left = self.of.write(value, row, context)
        if left is None and self.of.time is not None and text_at(row, self.of.time) in ("", _NO_TIME):
            set_text(row, self.of.time, "000000" if isinstance(value, datetime) else _NO_TIME)
        return left


def level(code: str, clauses: list[Clause], into: str, behind: str = "") -> Group:
    """Levels of a kind, or of those without a kind of their own, as a list."""
    own = Once("HL", {} if code else {"level": Text(3)}, silent=(1, 2, 3, 4) if code else (1, 2, 4), always=True)
    return Group(f"HL:{code}" if code else "HL", [own, *clauses], into=into, behind=behind)


def measures(key: str) -> Qualified:
    """Measures (738) as a map of the level."""
    return Qualified("MEA", 2, units(3, (4, 1)), others=key, names=MEASURES)


def packages(prefix: str) -> Once:
    """Number, kind, weight and volume of packages. `prefix` is the way to them, as `shipment.`."""
    return Once(
        "TD1",
        {
            f"{prefix}package_kind": Text(1),
            f"{prefix}packages": Number(2),
            f"{prefix}measures": NamedQuantity(6, units(7, 8), MEASURES, "weight"),
            f"{prefix}measures.volume": units(9, 10),
        },
    )


def order_named(*, contract: bool) -> Once:
    """The order that a level is about; `contract` says whether its contract may stand beside it."""
    members: dict[str, Part] = {
        "order.number": Text(1),
        "order.release": Text(2),
        "order.sequence": Text(3),
        "order.issued": Moment(4),
        "order.kind": Coded(7, Words(codes.ORDER_KINDS)),
    }
    return Once("PRF", {**members, "references": ReferenceOf(6, "contract")} if contract else members)


MORE_PACKAGES = Each(
    "TD1",
    "packaging",
    {
        "kind": Text(1),
        "packages": Number(2),
        "measures": NamedQuantity(6, units(7, 8), MEASURES, "weight"),
        "measures.volume": units(9, 10),
    },
)
"""Packages of further kinds."""
REFERENCES = Each("REF", "references", shared.reference(), needs=("number",))
"""References without a member of their own."""
SHIPMENT_NUMBERS = {
    "BM": "shipment.bill_of_lading",
    "MB": "shipment.master_bill_of_lading",
    "LO": "shipment.load",
    "SI": "shipment.number",
}
"""Numbers of the shipment (128)."""
DESPATCH_DATES = Qualified(
    "DTM",
    1,
    Moment(2, 3, 4),
    fields={"011": "despatched", "017": "expected_delivery"},
    others="other_dates",
    names=shared.DATES,
)
LOT_DATES = Qualified(
    "DTM",
    1,
    Moment(2, 3, 4),
    fields={"036": "lot.expiry", "208": "lot.expiry", "511": "lot.best_before", "094": "lot.made"},
    others="other_dates",
    names=shared.DATES,
)
OTHER_PARTIES = Parties("N1", RoleTable(shared.ROLES, frozenset()), shared.PARTY)

SHIPMENT: list[Clause] = [
    packages("shipment."),
    MORE_PACKAGES,
    shared.TRANSPORT,
    EQUIPMENT,
    *alone(EQUIPMENT),
    HANDLING,
    MORE_HANDLING,
    Qualified("REF", 1, Text(2), fields=SHIPMENT_NUMBERS),
    Once("REF", {"shipment.tracking": Lines((2,))}, fixed={1: "2I"}, repeat=True),
    REFERENCES,
    shared.CONTACT,
    measures("shipment.measures"),
    shared.PACKAGING_TEXT,
    shared.DESCRIPTION_TEXT,
    DESPATCH_DATES,
    shared.DELIVERY_TERMS,
    shared.CURRENCY,
    shared.parties(),
    *alone(shared.ALLOWANCE),
    order_named(contract=True),
]
"""What is said of the shipment. An order stands here where it is the only one."""

ORDER: list[Clause] = [
    order_named(contract=True),
    packages(""),
    MORE_PACKAGES,
    Qualified("REF", 1, Text(2), fields={"VN": "seller_order"}),
    REFERENCES,
    measures("measures"),
    shared.dates(delivery=False),
    shared.DESCRIPTION_TEXT,
    shared.PACKAGING_TEXT,
    shared.parties("buyer", "ship_to"),
    *alone(shared.ALLOWANCE),
]

PACKAGE: list[Clause] = [
    Once(
        "TD1",
        {
            "outer_kind": Text(1),
            "count": Number(2),
            "measures": NamedQuantity(6, units(7, 8), MEASURES, "weight"),
            "measures.volume": units(9, 10),
        },
    ),
    REFERENCES,
    measures("measures"),
    Marks(),
    shared.dates(delivery=False),
    shared.DESCRIPTION_TEXT,
    shared.PACKAGING_TEXT,
    OTHER_PARTIES,
]

_LOAD = Group(
    "CLD",
    [
        Once("CLD", {"packages": Number(1), "per_package.value": Number(2), "kind": Text(3), "measures.size": units(4, 5)}),
        Once(
            "REF",
            {
                "identifiers": Identifier(
                    1, 2, Words({"LS": "serial", "0L": "referenced_by", "BT": "batch"}, lower=True, longest=3)
                )
            },
            repeat=True,
        ),
    ],
    into="packaging",
)

ITEM: list[Clause] = [
    Once("LIN", {"mark": Text(1), "item": ItemNumbers(2, 15)}),
    Once(
        "SN1",
        {
            "id": Text(1),
            "quantity": units(2, 3),
            "other_quantities.cumulative.value": Number(4),
            "ordered": units(5, 6),
            "status": Coded(8, Words(codes.SHIPPED)),
        },
    ),
    Each("SLN", "components", {"id": Text(1), "quantity": units(4, (5, 1)), "item": ItemNumbers(9)}, default={3: "I"}),
    order_named(contract=False),
    shared.ITEM_NAME,
    shared.CODED_DESCRIPTION,
    shared.ITEM_DESCRIPTION,
    shared.ITEM_ATTRIBUTE,
    shared.ITEM_CODE,
    shared.ITEM_MEASURES,
    shared.PACK,
    _LOAD,
    shared.PACKAGING_TEXT,
    Once("REF", {"lot.numbers": Lines((2,))}, fixed={1: "LT"}, repeat=True),
    Once("REF", {"lot.serials": Lines((2,))}, fixed={1: "SE"}, repeat=True),
    REFERENCES,
    shared.CONTACT,
    Marks(),
    LOT_DATES,
    shared.DELIVERY_TERMS,
    shared.LINE_CURRENCY,
    *alone(shared.ALLOWANCE),
    shared.parties("ship_to"),
]

LEVELS = (
    level("O", ORDER, "order_levels"),
    level("T", [PALLET, PACKED, *PACKAGE], "tare_levels"),
    level("P", [PACKED, PALLET, *PACKAGE], "pack_levels"),
    level("I", ITEM, "item_levels"),
    level("", [PACKED, PALLET, *PACKAGE], "other_levels"),
)
"""The levels below that of the shipment; each may stand in each."""
for _group in LEVELS:
    _group.holds(*LEVELS)

MAPPING = DocumentMapping(
    "despatch_advice",
    [
        Once(
            "BSN",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "number": Text(2),
                "issued": Issued(Moment(3, 4)),
                "structure": Text(5),
                "kind": Text(6),
            },
            default={1: "00"},
        ),
        Group("HL", [Once("HL", default={3: "S"}, silent=(1, 2, 4), always=True), *SHIPMENT, *LEVELS]),
        DESPATCH_DATES,
        Once("CTT", {"totals.line_count": Whole(1), "totals.quantity": Number(2), "": Standing("CTT")}),
    ],
    hierarchy=Hierarchy("HL", number=1, parent=2, level=3, has_children=4, rooted=True),
    unfold=unfold,
    fold=fold,
    wire={
        "order_levels": "orders",
        "item_levels": "lines",
        **dict.fromkeys(("tare_levels", "pack_levels", "other_levels"), "packages"),
    },
)
