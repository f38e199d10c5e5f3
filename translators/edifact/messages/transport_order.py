"""IFTMIN: the instruction to a carrier or forwarder. Each GID is goods to carry, each TDT a leg of the way."""

from translators.edifact.messages import freight, shared, transport
from translators.edifact.messages.transport_codes import ORDERS, PAYMENTS
from translators.mapping.amounts import DocumentCurrency
from translators.mapping.clauses import Once
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.words import Words

BODY: list[Clause] = [
    transport.dates({"137": "issued", "2": "requested_delivery", **dict.fromkeys(("10", "200"), "requested_pickup")}),
    Once("TSR", {"shipment.service": Text((2, 1)), "shipment.original_codes.contract": Text((1, 1))}),
    Once("CUX", {"currency": DocumentCurrency((1, 2))}, fixed={(1, 1): "2"}),
    shared.AMOUNT_BY_MEANING,
    shared.FREE_TEXT,
    *freight.COUNTS,
    transport.LOCATION_GROUP,
    shared.DELIVERY_TERMS,
    shared.reference_member("BM", "shipment.bill_of_lading"),
    shared.reference_member("MB", "shipment.master_bill_of_lading"),
    shared.reference_member("SI", "shipment.number"),
    transport.REFERENCE_GROUP,
    Group(
        "CPI", [Once("CPI", {"charges_payment": Coded(3, Words(PAYMENTS, longest=3)), "original_codes.charges": Text((1, 1))})]
    ),
    transport.LEG,
    shared.parties(),
    Group("GID", freight.GOODS, into="lines", unfold=freight.goods_read, fold=freight.goods_to_write),
    transport.equipment("shipment.equipment"),
]
"""What stands behind BGM."""


def beginning(usual: str) -> Once:
    """BGM; `usual` is the name (1001) of such messages where another is not said."""
    return Once(
        "BGM",
        {
            "kind": Coded((1, 1), Words(ORDERS), other="other"),
            "number": Text((2, 1)),
            "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        },
        default={(1, 1): usual},
    )


MAPPING = DocumentMapping("transport_order", [beginning("610"), *BODY])
