"""DESADV: what a shipper says is on its way, and how it is packed."""

from translators.edifact.messages import codes, goods, lines, shared, transport_codes
from translators.edifact.messages.clauses import Measures
from translators.edifact.messages.packing import Packing, Unpacking, all_lines
from translators.edifact.messages.parts import CodedUnless, Either, Moment
from translators.mapping.amounts import DocumentCurrency
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.hierarchy import Hierarchy
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Lines, Part, Text
from translators.mapping.value import Value
from translators.mapping.words import Words

ADVICE = "351"
_DATES = {"137": "issued", "11": "despatched", "17": "expected_delivery", "132": "expected_delivery", "358": "expected_delivery"}


def beginning(usual: str, kind: str = "kind", words: Words | None = None) -> Once:
    """BGM with the name of the document, unless it is the usual one, its number, and what is to be done with it."""
    members: dict[str, Part] = {
        kind: CodedUnless((1, 1), words or Words({}, prefix="document", longest=3), usual=usual),
        "number": Text((2, 1)),
        "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        "original_codes.4343": Text((4, 1)),
    }
    return Once("BGM", members, default={(1, 1): usual})


def named(code: str, member: str) -> Group:
    """The number of one kind of reference (1153) as a member, however deep."""
    return Group(
        "RFF", [Once("RFF", {member: Text((1, 2))}, fixed={(1, 1): code})], where=lambda row: row[1].startswith(f"{code}\x1f")
    )


EQUIPMENT = Group(
    "EQD",
    [
        Once(
            "EQD",
            {
                "kind": Coded(1, Words(transport_codes.EQUIPMENT, lower=True, longest=3)),
                "number": Text((2, 1)),
                "description": Either((3, 1), (3, 4), 10),
            },
            default={1: "CN"},
            always=True,
        ),
        Measures("measures", shared.MEASURES),
        Once("SEL", {"seals": Lines((1,), longest=10)}, repeat=True),
    ],
    into="equipment",
)
"""Containers and trailers, with their seals."""
HEADER: list[Clause] = [
    beginning(ADVICE),
    Qualified("DTM", (1, 1), Moment(), fields=_DATES, others="other_dates", names=shared.ALL_DATES),
    Measures("shipment.measures", shared.MEASURES),
    Qualified("MOA", (1, 1), shared.MONEY, others="amounts", names=shared.AMOUNTS),
    shared.document("ON", "named_orders", single=False),
    shared.reference_member("SRN", "shipment_number"),
    shared.reference_member("BM", "bill_of_lading"),
    shared.reference_member("MB", "master_bill_of_lading"),
    shared.REFERENCE_GROUP,
    shared.parties(),
    Once(
        "CUX",
        {"currency": DocumentCurrency((1, 2)), **shared.beside("currency", (1, 3), "9")},
        fixed={(1, 1): "2"},
        default={(1, 3): "9"},
    ),
    shared.DELIVERY_TERMS,
    shared.TRANSPORT,
    EQUIPMENT,
]
LINE: list[Clause] = [
    lines.line_segment("original_codes.action", Text((2, 1))),
    *goods.GOODS,
    Qualified(
        "QTY",
        (1, 1),
        shared.QUANTITY,
        fields={"12": "quantity", "21": "ordered", "83": "outstanding"},
        others="other_quantities",
        names=shared.QUANTITIES,
    ),
    Qualified("DTM", (1, 1), Moment(), fields=goods.LOT_DATES, others="other_dates", names=shared.ALL_DATES),
    Qualified("MOA", (1, 1), shared.MONEY, others="amounts", names=shared.AMOUNTS),
    shared.FREE_TEXT,
    shared.ORDER,
    shared.REFERENCE_GROUP,
    Group(
        "QVR",
        [
            Once(
                "QVR",
                {
                    "attributes.variance": Text((1, 1)),
                    "status": Coded(2, Words(codes.DISCREPANCIES, longest=3)),
                    "reason": Either((3, 1), (3, 4), 3),
                },
            )
        ],
    ),
]
_STANDING_IN = {"46": "delivered", "47": "invoiced", "113": "to_be_delivered", "1": "discrete"}


def _whole_line(line: Value) -> None:
    goods.whole_goods(line)
    lines.stand_in(line, "quantity", "other_quantities", _STANDING_IN)
    parent = line.pop("parent", None)
    if parent is not None:
        line["part_of"] = parent["number"]


def _line_in_segments(line: Value) -> None:
    goods.goods_in_segments(line)
    lines.stand_back(line, "quantity", "other_quantities", _STANDING_IN)
    if "part_of" in line:
        line["parent"] = {"number": line.pop("part_of")}


LEVEL = Group(
    "CPS",
    [
        Once("CPS", {"level": Text(3)}, silent=(1, 2), always=True),
        shared.FREE_TEXT,
        Group("PAC", goods.PACKAGE, into="packs"),
        Group("LIN", LINE, into="lines", unfold=_whole_line, fold=_line_in_segments),
    ],
    into="levels",
)
LEVEL.holds(LEVEL)
_SHIPMENT = {"shipment_number": "number", "bill_of_lading": "bill_of_lading", "master_bill_of_lading": "master_bill_of_lading"}


def _whole(document: Value, context: Reading) -> Value:
    """Lines and packages out of their groups; one order, or several."""
    unpacking, levels = Unpacking(), document.pop("levels", [])
    document["lines"] = all_lines(levels)
    goods.check_counts(document, context)
    unpacking.take(levels)
    unpacking.into(document)
    orders = document.pop("named_orders", [])
    if len(orders) == 1:
        document["order"] = orders[0]
    elif orders:
        document["orders"] = [{"order": order} for order in orders]
    for name, member in _SHIPMENT.items():
        if name in document:
            document.setdefault("shipment", {})[member] = document.pop(name)
    if "equipment" in document:
        document.setdefault("shipment", {})["equipment"] = document.pop("equipment")
    return document


def _in_segments(document: Value, context: Writing) -> Value:
    """Lines and packages in their groups."""
    context.currency = None  # not every directory has a place for that of the document: amounts say their own
    levels = Packing(document, context, "SG10").levels()
    if levels:
        document["levels"] = levels
    orders = [document.pop("order")] if "order" in document else []
    told = document.pop("orders", None) or []
    orders += [one.pop("order") for one in told if one["order"] not in orders]
    if orders:
        document["named_orders"] = orders
    left = [one for one in told if one.keys() - {"order"}]
    if left:
        document["orders"] = left
    shipment = document.get("shipment", {})
    for name, member in _SHIPMENT.items():
        if member in shipment:
            document[name] = shipment.pop(member)
    if "equipment" in shipment:
        document["equipment"] = shipment.pop("equipment")
    return document


MAPPING = DocumentMapping(
    "despatch_advice",
    [*HEADER, LEVEL, goods.COUNTS],
    hierarchy=Hierarchy("CPS", number=1, parent=2),
    unfold=_whole,
    fold=_in_segments,
    wire={"levels": "", "packs": "packages"},
)
