"""Goods in messages about them: what is written on packages, lots with their dates and serial numbers, places, totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from translators.edifact.messages import codes, lines
from translators.edifact.messages.clauses import ControlTotals, Measures
from translators.edifact.messages.parts import CodedUnless, Either, Moment, Unless, party_identifier
from translators.edifact.messages.shared import ISSUED, MEASURES, QUANTITY, REFERENCES, beside
from translators.mapping.binding import one_of
from translators.mapping.check_digits import is_sound
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.compiled import Source
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, Group
from translators.mapping.parts import Coded, Lines, Number, Part, Text
from translators.mapping.tree import Row, text_at
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words


@dataclass(frozen=True, slots=True)
class Count(Number):
    """A number of packages, unless it is one, as where none is said."""

    usual: str = "1"

    def read(self, row: Row, context: Reading) -> Decimal | None:
        """The number when it is not one."""
        return None if text_at(row, self.place).strip() == self.usual else Number.read(self, row, context)


@dataclass(frozen=True, slots=True)
class Numbers(Lines):
    """The numbers of a GIN; each that is an SSCC is judged by its length and check digit."""

    def read(self, row: Row, context: Reading) -> list[str] | None:
        """The numbers."""
        found = Lines.read(self, row, context)
        if found and text_at(row, 1).strip() == _SSCCS:
            for place in self.of:
                if value := text_at(row, place).strip():
                    context.check_identifier(SSCC, value, place)
        return found

    def compile(self, source: Source) -> str:
        """The same as lines; an SSCC that is none needs a closer look."""
        found, sound = Lines.compile(self, source), source.name(is_sound)
        unsound = f"not all({sound}({SSCC!r}, t.strip()) for t in {found})"
        source.read(f"if {found} and {source.text(1)} == {_SSCCS!r} and {unsound}: return False")
        return found


NUMBERS = Words(codes.IDENTITIES, prefix="number", longest=3)
DATES = Words({code: word for code, word in codes.HEADER_DATES.items() if code not in codes.LOT_DATES}, prefix="date", longest=3)
_SELLERS = "17"
"""The marking (4233) that is written where none is said."""
SSCC, SSCC_MARKING, LOT_MARKING = "sscc", "33E", "36E"
_SSCCS = "BJ"
"""Numbers of a GIN that are SSCC."""

_IDENTITY: dict[str, Part] = {"kind": Coded(1, NUMBERS), "values": Numbers(tuple((element, 1) for element in range(2, 7)))}
IDENTITIES = Each("GIN", "numbers", _IDENTITY, needs=("kind", "values"))
IDENTITY_GROUP = Group("GIN", [Once("GIN", _IDENTITY)], into="numbers", needs=("kind", "values"))
LABEL: list[Clause] = [
    Once(
        "PCI",
        {"marking": Unless(1, _SELLERS), "marks": Lines(tuple((2, n) for n in range(1, 11)))},
        default={1: _SELLERS},
        always=True,
    ),
    Once(
        "RFF",
        {"reference.kind": Coded((1, 1), REFERENCES, "other", "original"), "reference.number": Text((1, 2))},
        default={(1, 1): codes.AGREED},
    ),
    Qualified(
        "DTM",
        (1, 1),
        Moment(),
        fields={code: f"lot.{word}" for code, word in codes.LOT_DATES.items()},
        others="other_dates",
        names=DATES,
    ),
    Once("QTY", {"quantity": QUANTITY, **beside("quantity", (1, 1), "12")}, default={(1, 1): "12"}),
    IDENTITIES,
    IDENTITY_GROUP,
]
"""PCI groups: what is written on packages, and what it says of their contents."""
LABELS = Group("PCI", LABEL, into="labels")
PACKAGE: list[Clause] = [
    Once("PAC", {"count": Count((1, 1)), "kind": Either((3, 1), (3, 4), 17)}, default={(1, 1): "1"}, always=True),
    Measures("measures", MEASURES),
    LABELS,
]
"""PAC groups: see `packing`."""
DESPATCH = Group(
    "RFF",
    [
        Once(
            "RFF",
            {
                "kind": CodedUnless((1, 1), Words({"DQ": "delivery_note"}), usual="AAK"),
                "number": Text((1, 2)),
                "line": Text((1, 3)),
            },
            default={(1, 1): "AAK"},
        ),
        ISSUED,
    ],
    into="despatch",
    single=True,
    where=one_of((1, 1), "AAK", "DQ"),
    needs=("number",),
)
"""The despatch advice, or the delivery note, that goods came with."""
LOT_DATES = {code: f"lot.{word}" for code, word in codes.LOT_DATES.items()}
LOCATIONS = Group(
    "LOC",
    [
        Once(
            "LOC",
            {
                "kind": Coded(1, Words(codes.PLACES, prefix="place", longest=3)),
                "identifiers": party_identifier(2),
                "name": Text((2, 4)),
            },
        )
    ],
    into="locations",
)
GOODS: list[Clause] = [
    *lines.ITEM,
    lines.ORIGIN,
    IDENTITIES,
    IDENTITY_GROUP,
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

_OF_LABELS = frozenset(("quantity", "other_dates", "original_codes", "extras"))
"""What only a label can say of a lot."""
_OF_PACKAGES = frozenset(("packages", "kind", "per_package", "measures", "text"))
"""What no label can say of packaging."""


def whole_goods(line: Value) -> None:
    """Lots of a line from its own dates and numbers, and from what is written on its packages; other marks are packaging."""
    lines.whole_item(line)
    own: Value = line.pop("lot", {})
    other, more = into_lot(own, line.pop("numbers", ()))
    lots, packaging = [*([own] if own else []), *more], line.pop("packaging", [])
    if other:
        packaging.append({"identifiers": other, "original_codes": {"segment": "GIN"}})
    for label in line.pop("labels", ()):
        lot = label.pop("lot", {})
        left, more = into_lot(lot, label.pop("numbers", ()))
        marking = label.pop("marking", "")
        if "quantity" in label or "other_dates" in label or lot:
            lot.update({key: label.pop(key) for key in ("quantity", "other_dates", "original_codes", "extras") if key in label})
            for one in (lot, *more) if marking != LOT_MARKING else ():
                one.setdefault("original_codes", {})["marking"] = marking
            lots += [lot, *more]
        rest: Value = {**label, **({"identifiers": left} if left else {})}
        if marking and not lot:
            rest.setdefault("original_codes", {})["marking"] = marking
        if rest:
            packaging.append(rest)
    line.update({name: found for name, found in (("lots", lots), ("packaging", packaging)) if found})


def into_lot(lot: Value, numbers: Iterable[Value]) -> tuple[Value, list[Value]]:
    """A batch is the lot's number, serial numbers are in it. Handed back are other numbers by scheme, and more lots."""
    left: Value = {}
    more: list[Value] = []
    for one in numbers:
        values = list(one["values"])
        if one["kind"] == "serial":
            lot.setdefault("serials", []).extend(values)
            continue
        if one["kind"] == "batch":
            if "number" not in lot:
                lot["number"] = values.pop(0)
            more += [{"number": value} for value in values]
        else:
            merge_all(left, {one["kind"]: values})
    return left, more


def goods_in_segments(line: Value) -> None:
    """Lots of a line as labels, a single one as its own dates and numbers; packaging that is only marks as labels, too."""
    lines.item_in_segments(line)
    rest = []
    lots: list[Value] = line.pop("lots", None) or []
    if lots and not lots[0].keys() & _OF_LABELS:
        lot = lots[0]
        found = lot_numbers(lot)
        line.update({name: value for name, value in (("numbers", found), ("lot", lot)) if value})
        lots = lots[1:]
    labels = [_label(lot) for lot in lots]
    for one in line.pop("packaging", None) or ():
        if one.keys() & _OF_PACKAGES:
            rest.append(one)
            continue
        numbers, marking = identities(one.pop("identifiers", {})), take(one, ("original_codes",), "marking")
        if take(one, ("original_codes",), "segment") and not one:
            line.setdefault("numbers", []).extend(numbers)
            continue
        labels.append({**one, **({"numbers": numbers} if numbers else {}), **({"marking": marking} if marking else {})})
    line.update({name: found for name, found in (("labels", labels), ("packaging", rest)) if found})


def lot_numbers(lot: Value) -> list[Value]:
    """Number and serial numbers of a lot as GIN."""
    batch, serials = lot.pop("number", None), lot.pop("serials", None) or []
    return identities({**({"batch": batch} if batch else {}), **({"serial": serials} if serials else {})})


def _label(lot: Value) -> Value:
    """A lot as a label."""
    kept, numbers = take(lot, ("original_codes",), "marking"), lot_numbers(lot)
    marking = LOT_MARKING if kept is None else kept
    label: Value = {key: lot.pop(key) for key in ("quantity", "original_codes", "other_dates", "extras") if key in lot}
    found = (("marking", marking), ("numbers", numbers), ("lot", lot))
    return {**label, **{name: value for name, value in found if value}}


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
