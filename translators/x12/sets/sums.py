"""Sums that sets state of themselves (CTT, TDS), judged against their lines."""

from collections.abc import Iterable
from decimal import Decimal

from translators.canonical import arithmetic
from translators.finding import Code
from translators.mapping.clauses import Once
from translators.mapping.context import Reading
from translators.mapping.parts import Number, Whole
from translators.mapping.value import Value
from translators.x12.sets.parts import Standing

COUNTS = Once("CTT", {"totals.line_count": Whole(1), "totals.quantity": Number(2), "": Standing("CTT")})
"""Number of lines and hash total; `check` judges them."""

_CENTS = Decimal("0.01")


def check(document: Value, context: Reading, *, lines: Iterable[Value], amounts: bool = False) -> None:
    """Note totals that the lines do not come to. `lines` are those that are counted; with `amounts` money is judged too."""
    standing: dict[str, int] = document.pop("standing", {})
    totals = document.get("totals", {})
    if (index := standing.get("CTT")) is not None:
        counted = list(lines)
        _counts(totals, counted, index, context)
    if amounts and (index := standing.get("TDS")) is not None:
        _amounts(document, index, context)


def _counts(totals: Value, lines: list[Value], index: int, context: Reading) -> None:
    claimed = totals.get("line_count")
    if claimed is not None and claimed != len(lines):
        text = f"CTT claims {claimed} lines, there are {len(lines)}."
        context.note(Code.CONTROL_TOTAL, text, index, 1, str(len(lines)), str(claimed))
    quantity = totals.get("quantity")
    counts = [line["quantity"]["value"] for line in lines if "quantity" in line]
    total = sum(counts, Decimal(0))
    if quantity is not None and counts and quantity != total:
        text = f"The hash total of CTT is {quantity}, the quantities come to {total}."
        context.note(Code.CONTROL_TOTAL, text, index, 2, str(total), str(quantity))


def _amounts(document: Value, index: int, context: Reading) -> None:
    claimed = arithmetic.amount_of(document.get("totals", {}), "payable")
    possible = arithmetic.possible_totals(document)
    lines = len(document.get("lines", ()))
    if claimed is None or not possible or arithmetic.agrees(claimed, possible, _CENTS * max(1, lines)):
        return
    nearest = min(possible, key=lambda total: abs(total - claimed)).quantize(_CENTS)
    text = f"The total of the invoice is {claimed}, its lines, charges and taxes come to {nearest}."
    context.note(Code.CONTROL_TOTAL, text, index, 1, str(nearest), str(claimed))
