"""X12 940: the order to a warehouse."""

from translators.mapping.amounts import Money
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, warehouse, warehouse_lines
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import units

CARRIER = Once(
    "W66",
    {
        "delivery_terms.payment": Coded(1, Words(codes.TRANSPORT_PAYMENTS), original="original"),
        "leg.mode": Coded(2, Words(codes.MODES)),
        "leg.text": Text(5),
        "delivery_terms.place": Text(7),
        "leg.carrier.identifiers.scac": Text(10),
    },
)

LINE: list[Clause] = [
    Once("W01", {"quantity": units(1, 2), **warehouse.item(3, 4, 6, 15), "lot.number": Text(13)}),
    *warehouse.NAME,
    warehouse.LINE_NUMBER,
    *warehouse.LOTS,
    warehouse.LINE_ORDER,
    warehouse.REFERENCES,
    warehouse.NOTE,
    warehouse.PACKING,
    shared.LINE_QUANTITIES,
    Qualified("AMT", 1, Money(2), others="amounts", names=shared.AMOUNTS),
    warehouse.dates(q36="lot.expiry"),
    warehouse.parties("ship_to"),
]
BLOCK = Group("LX", [Once("LX", {"mark": Text(1)}), Group("W01", LINE, into="lines")], into="blocks")


def _unfold(order: Value, context: Reading) -> Value:
    return warehouse_lines.unfold(order, context)


def _fold(order: Value, context: Writing) -> Value:
    """One order of a customer at most; the action is what the set is for."""
    if order.get("action") == "ship":
        del order["action"]
    return warehouse_lines.fold(order, context)


MAPPING = DocumentMapping(
    "warehouse_order",
    [
        Once(
            "W05",
            {
                "purpose": Coded(1, Words(codes.WAREHOUSE_PURPOSES), other="other"),
                "number": Text(2),
                "order.number": Text(3),
                "attributes.link_sequence": Text(4),
                "attributes.master_reference": Text(5),
                "kind": Text(6),
                "attributes.order_kind": Text(8),
            },
            default={1: "N"},
        ),
        *warehouse.HEAD,
        warehouse.dates(
            q02="requested_delivery",
            q10="requested_despatch",
            q54="latest_delivery",
            q37="ship_window.start",
            q38="ship_window.end",
        ),
        CARRIER,
        BLOCK,
        Once(
            "W76",
            {
                "totals.quantity": Number(1),
                "totals.measures.weight": units(2, 3),
                "totals.measures.volume": units(4, 5),
                "": Standing("total"),
            },
        ),
    ],
    unfold=_unfold,
    fold=_fold,
    wire={"blocks": ""},
)
