"""IFTSTA: what a carrier reports of consignments. Each CNI is a line, each STS something that happened to it."""

from translators.edifact.messages import freight, shared, transport
from translators.edifact.messages.parts import With
from translators.mapping.clauses import Once
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text

_OCCURRED = dict.fromkeys(("334", "7", "35", "78", "178", "186"), "occurred")
_EXPECTED = dict.fromkeys(("17", "132", "133"), "expected")
_EVENT: list[Clause] = [
    Once(
        "STS",
        {
            "event": Coded((2, 1), transport.EVENTS, original="code"),
            "texts": transport.StatusText((2, 4)),
            "reason": Coded((3, 1), transport.REASONS),
            "original_codes.reason": With(Text((3, 4)), (3, 1)),
            **shared.beside("type", (1, 1), "1"),
        },
        default={(1, 1): "1"},
    ),
    transport.REFERENCE_LIST,
    transport.dates({**_OCCURRED, **_EXPECTED}),
    shared.FREE_TEXT,
    transport.parties(),
    transport.place("location", "175"),
    transport.LEG,
    transport.equipment("equipment"),
    freight.PACKAGES,
]
_CONSIGNMENT: list[Clause] = [
    Once("CNI", {"number": Text(1), "shipment.number": Text((2, 1))}, always=True),
    transport.LOCATIONS,
    *freight.COUNTS,
    Group("STS", _EVENT, into="milestones", needs=("event",)),
]

MAPPING = DocumentMapping(
    "transport_status",
    [
        Once(
            "BGM",
            {
                "number": Text((2, 1)),
                "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
                **shared.beside("kind", (1, 1), "23"),
            },
            default={(1, 1): "23"},
        ),
        transport.dates({"137": "issued"}),
        shared.parties(),
        shared.document("ON", "order"),
        shared.reference_member("BM", "shipment.bill_of_lading"),
        shared.reference_member("MB", "shipment.master_bill_of_lading"),
        shared.reference_member("SI", "shipment.number"),
        transport.REFERENCE_GROUP,
        transport.LOCATIONS,
        shared.FREE_TEXT,
        *freight.COUNTS,
        Group("CNI", _CONSIGNMENT, into="lines"),
    ],
)
