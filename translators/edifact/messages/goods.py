"""Goods in messages about them: what is written on packages, lots with their dates and serial numbers, places, totals."""

from collections.abc import Mapping
from typing import Any

from translators.edifact.messages import codes, lines
from translators.edifact.messages.clauses import ControlTotals
from translators.edifact.messages.parts import Capitals, Either, Moment, party_identifier
from translators.edifact.messages.shared import QUANTITY, REFERENCE_GROUP, alone, beside
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, Group
from translators.mapping.parts import Coded, Lines, Number, Text
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words
from translators.edifact.messages.shared import MEASURES
from translators.edifact.messages.clauses import Measures

NUMBERS = Words(codes.IDENTITIES, prefix="number", longest=3)
DATES = Words({code: word for code, word in codes.HEADER_DATES.items() if code not in codes.LOT_DATES}, prefix="date", longest=3)
SSCC, SSCC_MARKING, LOT_MARKING = "sscc", "33E", "36E"

_IDENTITY = {"kind": Coded(1, NUMBERS), "values": Lines(tuple((element, 1) for element in range(2, 7)))}
IDENTITIES = Each("GIN", "numbers", _IDENTITY, needs=("kind", "values"))
IDENTITY_GROUP = Group("GIN", [Once("GIN", _IDENTITY)], into="numbers", needs=("kind", "values"))
LABEL: list[Clause] = [
    Once("PCI", {"marking": Text(1), "marks": Lines(tuple((2, n) for n in range(1, 11)))}, always=True),
    Once("RFF", {"reference": Text((1, 2)), "reference_kind": Text((1, 1))}),
    Qualified(
        "DTM", (1, 1), Moment(), fields={code: f"lot.{word}" for code, word in codes.LOT_DATES.items()}, others="dates", names=DATES
    ),
    Once("QTY", {"quantity": QUANTITY, **beside("quantity", (1, 1), "12")}, default={(1, 1): "12"}),
    IDENTITIES,
    IDENTITY_GROUP,
]
"""PCI groups: what is written on packages, and what it says of their contents."""
LABELS = Group("PCI", LABEL, into="labels")
PACKAGE: list[Clause] = [
    Once("PAC", {"count": Number((1, 1)), "kind": Either((3, 1), (3, 4), 17)}, always=True),
    Measures("measures", MEASURES),
    LABELS,
]
"""PAC groups: see `packing`."""
LOT_DATES = {code: f"lot.{word}" for code, word in codes.LOT_DATES.items()}
LOCATIONS = Group(
    "LOC",
    [Once("LOC", {"kind": Coded(1, Words(codes.PLACES, prefix="place", longest=3)), "identifiers": party_identifier(2), "name": Text((2, 4))})],
    into="locations",
)
GOODS: list[Clause] = [
    *lines.ITEM,
    Once("ALI", {"item.origin_country": Capitals(1)}),
    IDENTITIES,
    LABELS,
    LOCATIONS,
]
"""What stands in a line about goods that are there."""
COUNTS = ControlTotals({"1": "quantity", "2": "line_count", "11": "packages"})


def check_counts(document: Value, context: Reading) -> None:
    """Note each CNT that the lines do not add up to; the number of packages is not judged: messages count it differently."""
    document["controls"] = [one for one in document.pop("controls", ()) if one[1] != "11"]
    lines.check_totals(document, context)


# --- lots ------------------------------------------------------------------------------------------------------------------


def whole_goods(line: Value) -> None:
    """Lots of a line from its own dates and numbers, and from what is written on its packages; other marks are packaging."""
    lines.whole_item(line)
    own: Value = line.pop("lot", {})
    left: Value = {}
    for one in line.pop("numbers", ()):
        _into_lot(own, one, left)
    for scheme, values in left.items():
        merge_all(line.setdefault("item", {}).setdefault("identifiers", {}), {scheme: values})
    lots = [own] if own else []
    packaging = []
    for label in line.pop("labels", ()):
        lot, rest = _labelled(label)
        (lots if lot else packaging).append(lot or rest)
    if lots:
        line["lots"] = lots
    if packaging:
        line["packaging"] = packaging


def _into_lot(lot: Value, identity: Value, left: Value) -> None:
    """A batch is the lot's number, serial numbers are in it; whatever else there is stays."""
    kind, values = identity["kind"], list(identity["values"])
    if kind == "batch" and "number" not in lot:
        lot["number"] = values.pop(0)
    elif kind == "serial":
        lot.setdefault("serials", []).extend(values)
        return
    if values:
        merge_all(left, {kind: values})


def _labelled(label: Value) -> tuple[Value, Value]:
    """What a label says as a lot, or, where it says nothing of one, as packaging."""
    lot: Value = label.pop("lot", {})
    left: Value = {}
    for one in label.pop("numbers", ()):
        _into_lot(lot, one, left)
    marking = label.pop("marking", None)
    if not lot and "quantity" not in label:
        rest = {**{key: label[key] for key in ("marks", "extras") if key in label}, **({"identifiers": left} if left else {})}
        if marking:
            rest["original_codes"] = {"marking": marking}
        return {}, rest
    lot.update({key: label[key] for key in ("quantity", "original_codes", "extras") if key in label})
    if "dates" in label:
        lot["other_dates"] = label["dates"]
    attributes = {**({"marks": " ".join(label["marks"])} if "marks" in label else {}), **left_texts(left)}
    if attributes:
        lot["attributes"] = attributes
    lot.setdefault("original_codes", {})["marking"] = marking or ""
    return lot, {}


def left_texts(identifiers: Value) -> Mapping[str, str]:
    """Identifiers as attributes of a lot."""
    return {scheme: " ".join(values) if isinstance(values, list) else values for scheme, values in identifiers.items()}


def goods_in_segments(line: Value) -> None:
    """Lots and packaging of a line as its own dates and numbers, or as labels."""
    lines.item_in_segments(line)
    lots: list[Value] = line.pop("lots", None) or []
    alone_there = len(lots) == 1 and "quantity" not in lots[0] and "marking" not in lots[0].get("original_codes", {})
    if alone_there:
        lot = lots[0]
        line["numbers"] = _identities(lot)
        line["lot"] = lot
        _spread(line.setdefault("lot", {}))
        if not line["numbers"]:
            del line["numbers"]
        if not line["lot"]:
            del line["lot"]
        lots = []
    labels = [_label_of(lot) for lot in lots]
    rest = []
    for one in line.pop("packaging", None) or ():
        if {"packages", "kind", "per_package", "measures", "text"} & one.keys():
            rest.append(one)
            continue
        label = {"numbers": identities(one.pop("identifiers", {}))} if "identifiers" in one else {}
        marking = take(one, ("original_codes",), "marking")
        labels.append({**({"marking": marking} if marking else {}), **one, **label})
    if labels:
        line["labels"] = labels
    if rest:
        line["packaging"] = rest


def _spread(_lot: Value) -> None:
    """Nothing to do: the dates of a lot are members of the line's own."""


def _identities(lot: Value) -> list[Value]:
    """Number and serial numbers of a lot as GIN."""
    found = []
    if "number" in lot:
        found.append({"kind": "batch", "values": [lot.pop("number")]})
    serials = lot.pop("serials", None) or []
    return found + [{"kind": "serial", "values": serials[start : start + 5]} for start in range(0, len(serials), 5)]


def _label_of(lot: Value) -> Value:
    """A lot as a label."""
    kept = take(lot, ("original_codes",), "marking")
    marking = LOT_MARKING if kept is None else kept
    attributes = lot.pop("attributes", {})
    label: Value = {"marking": marking} if marking else {}
    if "marks" in attributes:
        label["marks"] = [attributes.pop("marks")]
    numbers = [*_identities(lot), *identities(attributes)]
    if numbers:
        label["numbers"] = numbers
    for key in ("quantity", "original_codes", "extras"):
        if key in lot:
            label[key] = lot.pop(key)
    if "other_dates" in lot:
        label["dates"] = lot.pop("other_dates")
    if lot:
        label["lot"] = lot
    return label


def identities(identifiers: Value) -> list[Value]:
    """Identifiers as GIN, five in a segment."""
    found = []
    for scheme, values in identifiers.items():
        listed = values if isinstance(values, list) else [values]
        found += [{"kind": scheme, "values": listed[start : start + 5]} for start in range(0, len(listed), 5)]
    return found


def merge_all(identifiers: Value, more: Mapping[str, Any]) -> None:
    """Add identifiers to those there are."""
    for scheme, values in more.items():
        for value in values if isinstance(values, list) else [values]:
            merge_identifier(identifiers, scheme, value)
