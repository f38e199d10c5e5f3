"""X12 943: stock on its way to a warehouse."""

from translators.mapping.clauses import Once
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.words import Words
from translators.x12.sets import codes, warehouse, warehouse_lines
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import units

LINE: list[Clause] = [
    Once("W04", {"quantity": units(1, 2), **warehouse.item(3, 4, 6, 14)}),
    *warehouse.NAME,
    warehouse.LINE_NUMBER,
    *warehouse.LOTS,
    warehouse.LINE_ORDER,
    warehouse.REFERENCES,
    warehouse.PACKING,
]

MAPPING = DocumentMapping(
    "stock_transfer",
    [
        Once(
            "W06",
            {
                "kind": Coded(1, Words(codes.REPORTS)),
                "transfer_order.number": Text(2),
                "issued": Moment(3),
                "number": Text(4),
                "shipment.identifiers.agent": Text(5),
                "order.number": Text(6),
                "attributes.master_reference": Text(7),
                "attributes.link_sequence": Text(8),
                "attributes.transaction_type": Text(11),
            },
            default={1: "F"},
        ),
        *warehouse.HEAD,
        warehouse.dates(q11="despatched", q17="expected_delivery"),
        warehouse.CARRIER,
        Group("W04", LINE, into="single_lines"),
        Once("W03", {**warehouse.TOTAL_MEMBERS, "": Standing("total")}),
    ],
    unfold=warehouse_lines.unfold,
    fold=warehouse_lines.fold_without_lots,
    wire={"single_lines": "lines"},
)
