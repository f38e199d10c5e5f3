"""X12 945: what a warehouse has shipped."""

from translators.mapping.amounts import Money
from translators.mapping.clauses import Once, Qualified
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, warehouse, warehouse_lines
from translators.x12.sets.loading import PALLET, Marks
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import MEASURES, units
from translators.x12.sets.warehouse import quantity, weight

LINE: list[Clause] = [
    Once(
        "W12",
        {
            "status": Coded(1, Words(codes.WAREHOUSE_STATUSES)),
            "ordered": quantity(2, 5),
            "quantity": quantity(3, 5),
            "outstanding": quantity(4, 5),
            **warehouse.item(6, 7, 17, 21),
            "lot.number": Text(9),
            "item.measures": weight(10, 11, 12),
            "reason": Text(19),
        },
        silent=(5,),
    ),
    *warehouse.NAME,
    warehouse.LINE_NUMBER,
    *warehouse.LOTS,
    warehouse.LINE_ORDER,
    warehouse.REFERENCES,
    warehouse.dates(q36="lot.expiry"),
    shared.LINE_QUANTITIES,
    Qualified("MEA", 2, units(3, (4, 1)), others="item.measures", names=MEASURES),
    Qualified("AMT", 1, Money(2), others="amounts", names=shared.AMOUNTS),
    warehouse.parties("ship_to"),
]
BLOCK = Group(
    "LX",
    [Once("LX", {"mark": Text(1)}), Marks(), PALLET, warehouse.REFERENCES, Group("W12", LINE, into="lines")],
    into="blocks",
)

MAPPING = DocumentMapping(
    "warehouse_shipment",
    [
        Once(
            "W06",
            {
                "kind": Coded(1, Words(codes.REPORTS)),
                "warehouse_order.number": Text(2),
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
        BLOCK,
        Once("W03", {**warehouse.TOTAL_MEMBERS, "": Standing("total")}),
    ],
    unfold=warehouse_lines.unfold,
    fold=warehouse_lines.fold,
    wire={"blocks": ""},
)
