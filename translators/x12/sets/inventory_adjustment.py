"""X12 947: what a warehouse corrects in its stock."""

from translators.mapping.amounts import Money
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, warehouse, warehouse_lines
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.shared import units
from translators.x12.sets.warehouse import weight

LINE: list[Clause] = [
    Once(
        "W19",
        {
            "reason": Coded(1, Words(codes.STOCK_ADJUSTMENTS), other="other"),
            "quantity": units(2, 3),
            **warehouse.item(4, 5, 7, 17),
            "lot.number": Text(9),
            "item.measures": weight(10, 11, 12),
            "attributes.transaction_type": Text(16),
        },
    ),
    *warehouse.NAME,
    warehouse.LINE_NUMBER,
    *warehouse.LOTS,
    warehouse.LINE_ORDER,
    warehouse.REFERENCES,
    Qualified("AMT", 1, Money(2), others="amounts", names=shared.AMOUNTS),
    warehouse.dates(q36="lot.expiry"),
]


def _unfold(document: Value, context: Reading) -> Value:
    """The number stands twice where only one of the two partners gave one."""
    attributes = document.get("attributes", {})
    if attributes.get("second_number") == document.get("number"):
        attributes.pop("second_number", None)
    if not attributes:
        document.pop("attributes", None)
    return warehouse_lines.unfold(document, context)


def _fold(document: Value, context: Writing) -> Value:
    """Both numbers must be there."""
    if "number" in document:
        document.setdefault("attributes", {}).setdefault("second_number", document["number"])
    return warehouse_lines.fold_singly(document, context)


MAPPING = DocumentMapping(
    "inventory_adjustment",
    [
        Once(
            "W15",
            {
                "adjusted": Moment(1),
                "number": Text(2),
                "attributes.second_number": Text(3),
                "purpose": Coded(4, shared.PURPOSES, other="other"),
                "attributes.transaction_type": Text(5),
            },
        ),
        warehouse.parties(),
        warehouse.REFERENCES,
        warehouse.CONTACT,
        warehouse.dates(),
        warehouse.NOTE,
        Group("W19", LINE, into="single_lines"),
    ],
    unfold=_unfold,
    fold=_fold,
    wire={"single_lines": "lines"},
)
