"""X12 846: the inventory report."""

from datetime import date, datetime
from decimal import Decimal

from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Text
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment, NamedMoments
from translators.x12.sets.shared import units

AS_OF = {"007": "as_of", "097": "as_of"}
EXPECTED = {**AS_OF, "017": "expected"}
PERIOD = {**AS_OF, "090": "period.start", "091": "period.end"}
STORED = "SDQ"
"""Kept as the code of a status that no code said: quantities by store stand in a segment of their own."""


def _dates(fields: dict[str, str]) -> Words:
    return Words({code: word for code, word in codes.DATES.items() if code not in fields}, prefix="date", longest=3)


UNIT = Once("UIT", {"quantity.unit": Coded((1, 1), shared.UNITS)})
"""The unit of a quantity, which QTY can say itself: it is written there."""

PLACE = Each(
    "SCH",
    "parts",
    {
        "quantity": units(1, 2),
        "location.kind": Coded(3, Words(codes.PLACES)),
        "location.name": Text(4),
        "": NamedMoments(((5, 6, 7), (8, 9, 10)), EXPECTED, _dates(EXPECTED)),
    },
    needs=("quantity",),
)

STOCK: list[Clause] = [
    Once(
        "QTY",
        {"status": Coded(1, Words(codes.STOCK), other="other"), "quantity": units(2, (3, 1))},
    ),
    UNIT,
    Qualified("DTM", 1, Moment(2, 3, 4), fields=EXPECTED, others="other_dates", names=_dates(EXPECTED)),
    Group("SCH", [PLACE]),
]

LINE: list[Clause] = [
    Once("LIN", {"number": Text(1), "item": ItemNumbers(2, 15)}),
    shared.ITEM_NAME,
    shared.CODED_DESCRIPTION,
    shared.ITEM_DESCRIPTION,
    shared.ITEM_ATTRIBUTE,
    shared.ITEM_CODE,
    shared.ITEM_MEASURES,
    shared.PACKAGING_TEXT,
    Qualified("DTM", 1, Moment(2, 3, 4), fields=AS_OF, others="other_dates", names=_dates(AS_OF)),
    shared.OTHER_PRICE,
    shared.ALLOWANCE,
    shared.REF,
    shared.CONTACT,
    shared.STORES,
    Once("UIT", {"attributes.unit": Coded((1, 1), shared.UNITS)}),
    Once("LDT", {"lead_days": Number(2)}, fixed={1: "AF", 3: "DA"}),
    Group("QTY", STOCK, into="stock", needs=("status",)),
    shared.other_parties(),
]


def _unfold(document: Value, context: Reading) -> Value:
    lines = document.get("lines", [])
    sums.check(document, context, lines=lines)
    for line in lines:
        stock = [single for told in line.pop("stock", ()) for single in _by_place(told)]
        for part in line.pop("schedule", ()):
            place = {"identifiers": part["ship_to"]["identifiers"]}
            stock.append(
                {"status": "available", "quantity": part["quantity"], "location": place, "original_codes": {"status": STORED}}
            )
        if stock:
            line["stock"] = stock
    return document


def _by_place(told: Value) -> list[Value]:
    """A quantity by place or day, where it is told so: the whole is left out where it is the sum of its parts."""
    parts = told.pop("parts", ())
    if not parts:
        return [told]
    total = sum((part["quantity"]["value"] for part in parts), Decimal(0))
    whole = told.get("quantity", {}).get("value")
    found = [_of_status(part, told) for part in parts]
    return found if whole == total and told.keys() <= {"status", "original_codes", "quantity"} else [told, *found]


def _of_status(part: Value, told: Value) -> Value:
    """A part with the status of the whole, and the code that was kept for it."""
    kept = {name: code for name, code in told.get("original_codes", {}).items() if name == "status"}
    found = {"status": told["status"], **part}
    if kept:
        found["original_codes"] = {**part.get("original_codes", {}), **kept}
    return found


def _fold(document: Value, _context: Writing) -> Value:
    for line in document.get("lines", ()):
        stored: list[Value] = []
        told: list[Value] = []
        when = line.get("as_of") or document.get("as_of") or document.get("issued")
        for one in line.pop("stock", ()):
            (stored if one.get("original_codes", {}).get("status") == STORED else told).append(one)
        stock = _with_parts(told, when)
        if stock:
            line["stock"] = stock
        if stored:
            line["schedule"] = [{"quantity": one["quantity"], "ship_to": one["location"]} for one in stored]
    return document


def _with_parts(stock: list[Value], when: date | datetime | None) -> list[Value]:
    """Quantities of a place inside the whole of their status, which is added up where it was not told.

    They cannot be without a date: `when` is that of what says none.
    """
    found: list[Value] = []
    for one in stock:
        if "location" not in one or "quantity" not in one:
            found.append(one)
            continue
        status, kept = one.pop("status"), take(one, ("original_codes",), "status")
        last = found[-1] if found else {}
        if last.get("status") != status or last.get("original_codes", {}).get("status") != kept:
            last = {"status": status, "quantity": {**one["quantity"], "value": Decimal(0)}, "summed": True}
            if kept is not None:
                last["original_codes"] = {"status": kept}
            found.append(last)
        if last.get("summed"):
            last["quantity"]["value"] += one["quantity"]["value"]
        if when is not None and not one.keys() & {"as_of", "expected", "other_dates"}:
            one["as_of"] = when
        last.setdefault("parts", []).append(one)
    for one in found:
        one.pop("summed", None)
    return found


MAPPING = DocumentMapping(
    "inventory_report",
    [
        Once(
            "BIA",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "kind": Coded(2, Words(codes.INVENTORY_REPORTS)),
                "number": Text(3),
                "issued": Moment(4, 5),
            },
            default={1: "00", 2: "SI"},
        ),
        shared.CURRENCY,
        Qualified("DTM", 1, Moment(2, 3, 4), fields=PERIOD, others="other_dates", names=_dates(PERIOD)),
        shared.REF,
        shared.CONTACT,
        shared.parties(),
        Group("LIN", LINE, into="lines"),
        sums.COUNTS,
    ],
    unfold=_unfold,
    fold=_fold,
)
