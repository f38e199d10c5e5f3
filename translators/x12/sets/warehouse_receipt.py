"""X12 944: what a warehouse has received."""

from translators.mapping.clauses import Once
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Lines, Number, Text
from translators.mapping.words import Words
from translators.x12.sets import codes, warehouse, warehouse_lines
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import units
from translators.x12.sets.transport_parts import EquipmentNumber
from translators.x12.sets.warehouse import QualifiedMoment

EXCEPTION = Group(
    "W13",
    [
        Once(
            "W13",
            {
                "quantity": units(1, 2),
                "status": Coded(3, Words(codes.RECEIVED), other="other"),
                "lot_number": Text(4),
                "reason": Text(5),
            },
        ),
        warehouse.REFERENCES,
    ],
    into="conditions",
    unfold=warehouse_lines.lot_in,
    fold=warehouse_lines.lot_out,
)
LINE: list[Clause] = [
    Once(
        "W07",
        {
            "quantity": units(1, 2),
            **warehouse.item(3, 4, 6, 10),
            "lot.number": Text(8),
            "attributes.condition": Text(9),
        },
    ),
    *warehouse.NAME,
    warehouse.LINE_NUMBER,
    *warehouse.LOTS,
    warehouse.LINE_ORDER,
    warehouse.REFERENCES,
    warehouse.PACKING,
    EXCEPTION,
]
SINGLE = Group("W07", LINE, into="single_lines")

MAPPING = DocumentMapping(
    "warehouse_receipt",
    [
        Once(
            "W17",
            {
                "kind": Coded(1, Words(codes.REPORTS)),
                "received": QualifiedMoment(2, 6, 7),
                "number": Text(3),
                "stock_transfer.number": Text(4),
                "shipment.number": Text(5),
                "attributes.master_reference": Text(8),
                "attributes.link_sequence": Text(9),
            },
            default={1: "F"},
        ),
        warehouse.RECEIVED_NUMBERS,
        *(clause for clause in warehouse.HEAD if clause is not warehouse.SHIPMENT_NUMBERS),
        warehouse.dates(),
        Once(
            "W08",
            {
                "leg.mode": Coded(1, Words(codes.MODES)),
                "leg.carrier.identifiers.scac": Text(2),
                "leg.text": Text(3),
                "equipment.number": EquipmentNumber(4, 5),
                "equipment.seals": Lines((6, 7)),
                "equipment.status": Text(8),
            },
        ),
        SINGLE,
        Group("LX", [Once("LX", default={1: "1"}, always=True), SINGLE]),
        Once("W14", {"totals.quantity": Number(1), "": Standing("total")}),
    ],
    unfold=warehouse_lines.unfold,
    fold=warehouse_lines.fold_singly,
    wire={"single_lines": "lines"},
)
