"""X12 861: the receiving advice."""

from dataclasses import dataclass

from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.despatch_advice import OTHER_PARTIES, REFERENCES
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.loading import EQUIPMENT
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.shared import units

DISCREPANCIES = Words(codes.RECEIVED)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Quantities in question, each with its unit and what is wrong with it (412), as a list of conditions."""

    firsts: tuple[int, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All quantities, units and conditions."""
        return tuple(place for first in self.firsts for place in (first, (first + 1, 1), first + 2))

    def read(self, row: Row, context: Reading) -> list[Value] | None:
        """A condition for each."""
        found = []
        for first in self.firsts:
            code = text_at(row, first + 2).strip()
            if not code:
                continue
            condition: Value = {"status": DISCREPANCIES.known(code) or "other"}
            if DISCREPANCIES.known(code) is None:
                condition["original_codes"] = {"status": code}
            amount = units(first, (first + 1, 1)).read(row, context)
            found.append(condition if amount is None else {**condition, "quantity": amount})
        return found or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Quantities and units without a condition."""
        bare = [first for first in self.firsts if not text_at(row, first + 2).strip()]
        return tuple(place for first in bare for place in (first, (first + 1, 1)))

    def write(self, value: list[Value], row: Row, context: Writing) -> list[Value] | None:
        """As many as there is room for; one of which more is to be said is handed back."""
        free, left = list(self.firsts), []
        for condition in value:
            code = condition.get("original_codes", {}).get("status") or DISCREPANCIES.code(condition["status"])
            listed = code is not None and (DISCREPANCIES.known(code) or "other") == condition["status"]
            if not free or not listed or condition.keys() - {"status", "quantity", "original_codes"}:
                left.append(condition)
                continue
            first = free.pop(0)
            if "quantity" in condition:
                units(first, (first + 1, 1)).write(condition["quantity"], row, context)
            set_text(row, first + 2, str(code))
        return left or None


def _order() -> Once:
    return Once(
        "PRF",
        {
            "order.number": Text(1),
            "order.release": Text(2),
            "order.sequence": Text(3),
            "order.issued": Moment(4),
            "order.line": Text(5),
            "order.kind": Coded(7, Words(codes.ORDER_KINDS)),
        },
    )


LINE: list[Clause] = [
    Once(
        "RCD",
        {
            "number": Text(1),
            "quantity": units(2, (3, 1)),
            "other_quantities.returned": units(4, (5, 1)),
            "conditions": Conditions((6, 9, 12, 15, 18)),
        },
    ),
    Once("SN1", {"despatched": units(2, 3), "ordered": units(5, 6)}),
    Once("LIN", {"item": ItemNumbers(2, 15)}),
    shared.ITEM_NAME,
    shared.CODED_DESCRIPTION,
    shared.ITEM_DESCRIPTION,
    shared.ITEM_ATTRIBUTE,
    shared.ITEM_CODE,
    shared.PACK,
    Qualified("REF", 1, Text(2), fields={"SI": "despatch.number"}),
    REFERENCES,
    shared.CONTACT,
    shared.dates(delivery=False),
    _order(),
    shared.ITEM_MEASURES,
    shared.TRANSPORT,
    OTHER_PARTIES,
]


def _unfold(document: Value, context: Reading) -> Value:
    """Every line has an item; the totals are judged."""
    for line in document.get("lines", ()):
        line.setdefault("item", {})
    sums.check(document, context, lines=document.get("lines", ()))
    return document


MAPPING = DocumentMapping(
    "receiving_advice",
    [
        Once(
            "BRA",
            {
                "number": Text(1),
                "issued": Moment(2, 5),
                "purpose": Coded(3, shared.PURPOSES, other="other"),
                "kind": Text(4),
            },
            default={3: "00", 4: "1"},
        ),
        shared.CURRENCY,
        Qualified(
            "REF",
            1,
            Text(2),
            fields={
                "SI": "despatch.number",
                "BM": "shipment.bill_of_lading",
                "MB": "shipment.master_bill_of_lading",
                "LO": "shipment.load",
            },
        ),
        REFERENCES,
        shared.CONTACT,
        Qualified("DTM", 1, Moment(2, 3, 4), fields={"050": "received"}, others="other_dates", names=shared.DATES),
        _order(),
        shared.PACKAGES,
        shared.TRANSPORT,
        EQUIPMENT,
        shared.parties(),
        Group("RCD", LINE, into="lines"),
        sums.COUNTS,
    ],
    unfold=_unfold,
)
