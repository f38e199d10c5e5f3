"""X12 857: the shipment and billing notice, a ship notice that bills what it announces.

It is a despatch advice, not an invoice: shipment, packages and SSCCs are what it is made of, and goods are received by it. Its
bill is said in the members that despatch advices have for money: prices, charges and taxes of the lines, and per order its
terms of payment, its taxes, its charges and its total. The number of an invoice, where one is named, is a reference of its order.
"""

from collections.abc import Iterable

from translators.mapping.amounts import Money
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.hierarchy import Hierarchy
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Lines, Number, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, despatch_advice, despatch_levels, invoice, shared, sums
from translators.x12.sets.despatch_advice import OTHER_PARTIES, level, measures, order_named, packages
from translators.x12.sets.despatch_levels import Levels
from translators.x12.sets.despatch_writing import Component
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.loading import EQUIPMENT, HANDLING, MORE_HANDLING, PACKED, PALLET, Marks
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import price, units

REFERENCES = Each("N9", "references", {**shared.reference(), "issued": Moment(4, 5, 6)}, needs=("kind", "number"))
SENT = Once("SN1", {"measures.sent": units(2, 3)})
"""How many units are on a pallet or in a pack."""
BILL: list[Clause] = [
    Once(
        "TDS",
        {
            "totals.payable": Money(1, decimals=2),
            "totals.discountable": Money(2, decimals=2),
            "totals.other.discounted": Money(3, decimals=2),
            "totals.other.discount": Money(4, decimals=2),
            "": Standing("TDS"),
        },
    ),
    shared.PAYMENT_TERMS,
    shared.TAX,
    Once(
        "ISS",
        {
            "totals.measures.billed": units(1, 2),
            "totals.measures.billed_weight": units(3, 4),
            "totals.measures.billed_volume": units(5, 6),
        },
    ),
    shared.TAXED_ALLOWANCE,
]
"""What is to be paid: of the order that the level is about, or, on that of the shipment, of all of it."""

SHIPMENT: list[Clause] = [
    Once(
        "G05",
        {
            "totals.measures.shipped": units(1, 2),
            "totals.measures.weight": units(3, 4),
            "totals.measures.volume": units(5, 6),
            "totals.measures.packages": units(7, 8),
        },
    ),
    packages("shipment."),
    despatch_advice.MORE_PACKAGES,
    EQUIPMENT,
    HANDLING,
    MORE_HANDLING,
    shared.TRANSPORT,
    shared.DELIVERY_TERMS,
    despatch_advice.DESPATCH_DATES,
    Qualified("N9", 1, Text(2), fields=despatch_advice.SHIPMENT_NUMBERS),
    Once("N9", {"shipment.tracking": Lines((2,))}, fixed={1: "2I"}, repeat=True),
    REFERENCES,
    shared.CONTACT,
    invoice.CURRENCY,
    shared.parties(),
    *BILL,
    order_named(contract=True),
]
"""What is said of the shipment. An order stands here where it is the only one."""

ORDER: list[Clause] = [
    *BILL,
    order_named(contract=True),
    Qualified("N9", 1, Text(2), fields={"VN": "seller_order"}),
    REFERENCES,
    shared.dates(delivery=False),
    Once("SN1", {"totals.measures.sent": units(2, 3)}),
    shared.parties("buyer", "ship_to"),
]

PACKAGE: list[Clause] = [
    PALLET,
    SENT,
    Marks(),
    Once("LX", {"number": Text(1)}),
    REFERENCES,
    PACKED,
    measures("measures"),
    shared.PACKAGING_TEXT,
    shared.dates(delivery=False),
    OTHER_PARTIES,
]

DESCRIPTIONS = Group(
    "PID",
    [
        shared.ITEM_NAME,
        shared.CODED_DESCRIPTION,
        shared.ITEM_DESCRIPTION,
        shared.ITEM_ATTRIBUTE,
        shared.ITEM_CODE,
        shared.ITEM_MEASURES,
    ],
)

COMPONENT: list[Clause] = [
    Once("SLN", {"id": Text(1), "quantity": units(4, (5, 1)), "price": price(6, 7, 5), "item": ItemNumbers(9)}, default={3: "I"}),
    *shared.ITEM,
]
"""A part of the item above. Where more is to be said of it, it is written as a level of its own."""
PART = Component(frozenset({"price"}), frozenset({"name", "description", "attributes"}))

ITEM: list[Clause] = [
    Once("IT1", {"mark": Text(1), "quantity": units(2, 3), "price": price(4, 5, 3), "item": ItemNumbers(6)}),
    Once(
        "IT3",
        {
            "other_quantities.units_shipped": units(1, 2),
            "status": Coded(3, Words(codes.SHIPPED)),
            "other_quantities.difference.value": Number(4),
            "reason": Text(5),
        },
    ),
    shared.PACK,
    Once(
        "TD4",
        {
            "attributes.handling": Text(1),
            "item.hazard.regulation": Text(2),
            "item.hazard.hazard_class": Text(3),
            "item.hazard.text": Text(4),
        },
    ),
    shared.TARIFF,
    shared.TAX,
    shared.OTHER_PRICE,
    Once("N9", {"id": Text(2)}, fixed={1: "LI"}),
    Once("N9", {"lot.numbers": Lines((2,))}, fixed={1: "LT"}, repeat=True),
    Once("N9", {"lot.serials": Lines((2,))}, fixed={1: "SE"}, repeat=True),
    REFERENCES,
    shared.ITEM_MEASURES,
    despatch_advice.LOT_DATES,
    shared.PAYMENT_TERMS,
    DESCRIPTIONS,
    Group("SLN", COMPONENT, into="components"),
    shared.TAXED_ALLOWANCE,
    order_named(contract=False),
    Marks(),
    shared.parties("ship_to"),
]
"""IT101 is the line of the order, as LIN01 is in a ship notice; a number of the sender's own stands in N9."""

LEVELS = (
    level("O", ORDER, "order_levels", behind="TDS"),
    level("T", PACKAGE, "tare_levels", behind="PAL"),
    level("P", PACKAGE, "pack_levels", behind="LX"),
    level("I", ITEM, "item_levels", behind="IT1"),
    level("", PACKAGE, "other_levels", behind="PAL"),
)
"""The levels below that of the shipment; each may stand in each."""
for _group in LEVELS:
    _group.holds(*LEVELS)


def _unfold(document: Value, context: Reading) -> Value:
    reader = despatch_levels.visited(document)
    _judge_bills(document, reader, context)
    despatch_levels.finish(document, reader)
    return document


def _judge_bills(document: Value, reader: Levels, context: Reading) -> None:
    """Totals, that of each order by its own lines; lines that stand in no order are of the only one there is."""
    lines = [(line.entry, {**line.data, "quantity": line.quantity or {}}) for line in reader.lines if line.above is None]
    _judge(document, document.pop("standing", None), (line for _, line in lines), context)
    single = len(reader.entries) == 1 and all(entry is None for entry, _ in lines)
    for index, order in enumerate(reader.entries):
        _judge(order, reader.standing.get(index), (line for entry, line in lines if single or entry == index), context)


def _judge(bill: Value, standing: dict[str, int] | None, lines: Iterable[Value], context: Reading) -> None:
    """One total. That of a credit has a minus, its lines have none."""
    total = bill.get("totals", {}).get("payable")
    if standing is None or total is None:
        return
    billed = list(lines)
    said = {**bill, "standing": standing, "lines": billed}
    if total["amount"] < 0 and all(possible >= 0 for possible in sums.possible_totals(said)):
        said["totals"] = {"payable": {**total, "amount": -total["amount"]}}
    sums.check(said, context, lines=billed, amounts=True)


def _fold(document: Value, context: Writing) -> Value:
    despatch_levels.into_levels(document, context, PART)
    return document


MAPPING = DocumentMapping(
    "despatch_advice",
    [
        Once(
            "BHT",
            {
                "structure": Text(1),
                "purpose": Coded(2, shared.PURPOSES, other="other"),
                "number": Text(3),
                "issued": Moment(4, 5),
                "kind": Text(6),
            },
            default={2: "00"},
        ),
        Group("HL", [Once("HL", default={3: "S"}, silent=(1, 2, 4), always=True), *SHIPMENT, *LEVELS]),
    ],
    hierarchy=Hierarchy("HL", number=1, parent=2, level=3, has_children=4, rooted=True),
    unfold=_unfold,
    fold=_fold,
    wire={
        "order_levels": "orders",
        "item_levels": "lines",
        **dict.fromkeys(("tare_levels", "pack_levels", "other_levels"), "packages"),
    },
)
