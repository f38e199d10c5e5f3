"""X12 852: the report of sales and stock, item by item and place by place."""

from decimal import Decimal

from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment, NamedMoments
from translators.x12.sets.parts import CodedReference
from translators.x12.sets.price_parts import UnitPrice
from translators.x12.sets.shared import units

DATES = {"007": "as_of"}
OTHER_DATES = Words({code: word for code, word in codes.DATES.items() if code not in DATES}, prefix="date", longest=3)
PRICE = UnitPrice(3, 9, (5, 1), shared.UNITS, Words(codes.PRICE_KINDS_BY_BASIS))

ACTIVITY: list[Clause] = [
    Once(
        "ZA",
        {
            "kind": Coded(1, Words(codes.ACTIVITIES), other="other"),
            "quantity": units(2, 3),
            "": NamedMoments(((4, 5, None),), DATES, OTHER_DATES),
            "references": CodedReference(6, 7, shared.REFERENCES),
        },
    ),
    shared.LINE_QUANTITIES,
    Once("CTP", {"price": PRICE}),
    shared.STORES,
]

LINE: list[Clause] = [
    Once("LIN", {"number": Text(1), "item": ItemNumbers(2, 15)}),
    shared.OTHER_PRICE,
    shared.ALLOWANCE,
    shared.PACK,
    shared.references(tag="N9"),
    shared.LINE_AMOUNTS,
    shared.LINE_QUANTITIES,
    Group("ZA", ACTIVITY, into="activities", needs=("kind",)),
]


def _unfold(document: Value, context: Reading) -> Value:
    lines = document.get("lines", [])
    sums.check(document, context, lines=lines)
    for line in lines:
        activities = [single for told in line.pop("activities", ()) for single in _by_store(told)]
        if activities:
            line["activities"] = activities
    return document


def _by_store(told: Value) -> list[Value]:
    """What happened store by store, where it is told so: the whole is left out where it is the sum of its parts."""
    parts = told.pop("schedule", ())
    if not parts:
        return [told]
    whole = told.pop("quantity", None)
    found = [
        {**told, "quantity": part["quantity"], "location": {"identifiers": part["ship_to"]["identifiers"]}} for part in parts
    ]
    total = sum((part["quantity"]["value"] for part in parts), Decimal(0))
    return found if whole is None or whole["value"] == total else [{**told, "quantity": whole}, *found]


def _fold(document: Value, _context: Writing) -> Value:
    for line in document.get("lines", ()):
        activities = _with_stores(line.pop("activities", []))
        if activities:
            line["activities"] = activities
    return document


def _with_stores(activities: list[Value]) -> list[Value]:
    """Quantities of one kind by store together, behind the whole where it was told."""
    found: list[Value] = []
    for one in activities:
        location, quantity = one.get("location"), one.get("quantity")
        if quantity is None or location is None or location.keys() != {"identifiers"}:
            found.append(one)
            continue
        same = {name: value for name, value in one.items() if name not in ("location", "quantity")}
        last = found[-1] if found else {}
        if {name: value for name, value in last.items() if name not in ("quantity", "schedule")} != same or "location" in last:
            found.append(last := same)
        last.setdefault("schedule", []).append({"quantity": quantity, "ship_to": {"identifiers": location["identifiers"]}})
    return found


MAPPING = DocumentMapping(
    "sales_report",
    [
        Once(
            "XQ",
            {
                "kind": Text(1),
                "period.start": Moment(2),
                "period.end": Moment(3),
                "number": Text(4),
                "purpose": Coded(5, shared.PURPOSES, other="other"),
            },
            default={1: "H"},
        ),
        shared.references(tag="N9"),
        shared.CONTACT,
        shared.parties(more=(shared.references(tag="N9"),)),
        Group("LIN", LINE, into="lines"),
        sums.COUNTS,
    ],
    unfold=_unfold,
    fold=_fold,
)
