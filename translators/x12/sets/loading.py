"""Packages, pallets and equipment in X12: the clauses that sets about goods on their way share."""

from dataclasses import dataclass

from translators.mapping.amounts import NamedQuantity
from translators.mapping.clauses import Each, Once
from translators.mapping.context import Reading, Writing
from translators.mapping.parts import Coded, Flag, Lines, Number, Text
from translators.mapping.tree import Row, Written, text_at
from translators.mapping.value import Value, merge_identifier
from translators.mapping.words import Words
from translators.x12.sets import codes, transport_codes
from translators.x12.sets.item_parts import Dimensions
from translators.x12.sets.shared import MEASURES, units
from translators.x12.sets.transport_parts import EquipmentNumber, EquipmentType

MARKS = Words(codes.MARKS, lower=True, longest=2)
_APPLICATION = "00"
"""The application identifier (GS1) that stands before an SSCC in MAN*GM."""


@dataclass(frozen=True, slots=True)
class Marks:
    """MAN: the numbers on a package as its identifiers, what else is written on it (ZZ) as marks.

    An SSCC is canonical without its application identifier and is written with it; where the sender leaves it out, or says AA,
    `original_codes` keeps the qualifier.
    """

    tag: str = "MAN"

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """One or two numbers; the end of a range of numbers is kept beside the document."""
        for at in (1, 4):
            code, number = text_at(row, at).strip(), text_at(row, at + 1).strip()
            if code and number:
                self._take(code, number, at, target, context)
            elif code or number:
                context.keep(row, at if code else at + 1, target)
            if text_at(row, at + 2).strip():
                context.keep(row, at + 2, target)
        return True

    def _take(self, code: str, number: str, at: int, target: Value, context: Reading) -> None:
        if code == "ZZ":
            target.setdefault("marks", []).append(number)
            context.trace(target, "marks", (at + 1,))
            return
        scheme, bare = MARKS.word(code), number
        if scheme == "sscc" and len(number) == 20 and number.startswith(_APPLICATION):
            bare = number[2:]
        context.check_identifier(scheme, bare, at + 1)
        identifiers = target.setdefault("identifiers", {})
        merge_identifier(identifiers, scheme, bare)
        context.trace(identifiers, scheme, (at + 1,))
        if _written(scheme, bare, None) != (code, number):
            target.setdefault("original_codes", {})[scheme] = code

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """A segment for each number."""
        identifiers, kept = target.pop("identifiers", None) or {}, target.get("original_codes", {})
        rest: Value = {}
        for scheme, found in identifiers.items():
            code = kept.pop(scheme, None)
            for number in found if isinstance(found, list) else [found]:
                pair = _written(scheme, number, code if code and MARKS.word(code) == scheme else None)
                if pair is None:
                    merge_identifier(rest, scheme, number)
                else:
                    out.rows.append([self.tag, *pair])
        if not kept:
            target.pop("original_codes", None)
        if rest:
            target["identifiers"] = rest
        out.rows += [[self.tag, "ZZ", mark] for mark in target.pop("marks", None) or ()]


def _written(scheme: str, number: str, kept: str | None) -> tuple[str, str] | None:
    """Qualifier and number as they are written; None for a scheme that no qualifier stands for."""
    code = kept or MARKS.code(scheme)
    if code is None:
        return None
    whole = code == "GM" and kept is None and len(number) == 18
    return code, f"{_APPLICATION}{number}" if whole else number


EQUIPMENT = Each(
    "TD3",
    "shipment.equipment",
    {
        "kind": Coded(1, Words(transport_codes.EQUIPMENT)),
        "number": EquipmentNumber(2, 3),
        "measures": NamedQuantity(4, units(5, 6), MEASURES, "weight"),
        "owner.identifiers.partner": Text(7),
        "status": Text(8),
        "seals": Lines((9,)),
        "description": EquipmentType(10),
    },
)
HANDLING = Once(
    "TD4",
    {
        "shipment.handling": Lines((1,)),
        "shipment.hazard.regulation": Text(2),
        "shipment.hazard.hazard_class": Text(3),
        "shipment.hazard.text": Text(4),
    },
)
MORE_HANDLING = Once("TD4", {"shipment.handling": Lines((1,))}, repeat=True)
PALLET = Once(
    "PAL",
    {
        "measures.tiers.value": Number(2),
        "measures.packages_per_tier.value": Number(3),
        "measures.packages.value": Number(4),
        "measures.unit_weight": units(5, 6),
        "": Dimensions(7, 8, 9, 10),
        "measures.gross_weight": units(11, 12),
        "measures.gross_volume": units(13, 14),
        "returnable": Flag(15, yes=("3",), no=("1",)),
        "original_codes.structure": Text(17),
    },
)
PACKED = Once(
    "PO4",
    {
        "measures.inner_packages.value": Number(1),
        "measures.size": units(2, 3),
        "kind": Text(4),
        "measures": NamedQuantity(5, units(6, 7), MEASURES, "gross_weight"),
        "measures.gross_volume": units(8, 9),
        "": Dimensions(10, 11, 12, 13),
    },
)
"""How a package is made up, and what it weighs."""
