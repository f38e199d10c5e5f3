"""X12 214: what a carrier reports of a shipment."""

from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, IdentifierOf, ReferenceOf
from translators.mapping.mapping import DocumentMapping, Group
from translators.mapping.parts import Text
from translators.mapping.value import Value
from translators.x12.sets import shared, transport
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedReference
from translators.x12.sets.transport_parts import MARKS


def _unfold(status: Value, _context: Reading) -> Value:
    transport.merge_carrier(status)
    return status


def _fold(status: Value, _context: Writing) -> Value:
    """Lines are numbered."""
    transport.say_nothing_of_purpose(status)
    for number, line in enumerate(status.get("lines", ()), 1):
        line.setdefault("number", str(number))
    return status


MAPPING = DocumentMapping(
    "transport_status",
    [
        transport.L11,  # before B10, which has a reference only where there is no number
        Once(
            "B10",
            {
                "number": Text(1),
                "shipment.number": Text(2),
                "carrier.identifiers": IdentifierOf(3, "scac"),
                "references": CodedReference(5, 6, transport.REFERENCES),
                "issued": Moment(8, 9),
            },
        ),
        Once("MAN", {"shipment.identifiers": Identifier(1, 2, MARKS)}, repeat=True),
        transport.REMARK,
        transport.parties(),
        transport.ROUTE,
        Group(
            "LX",
            [
                Once("LX", {"number": Text(1)}),
                Group("AT7", transport.EVENT, into="milestones", needs=("event",)),
                Group(
                    "PRF",
                    [Once("PRF", {"order.number": Text(1), "order.release": Text(2), "order.issued": Moment(4)})],
                ),
                Group("OID", [Once("OID", {"references": ReferenceOf(1, "seller_order"), "order.number": Text(2)})]),
                transport.L11,
                transport.marks("packages"),
                transport.REMARK,
                transport.handling("shipment.handling", "shipment.measures"),
                transport.LADING,
                shared.LINE_QUANTITIES,
                transport.OTHER_PARTIES,
            ],
            into="lines",
        ),
    ],
    unfold=_unfold,
    fold=_fold,
)
