"""Sums that sets state of themselves (CTT, TDS), judged against their lines."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import product

from translators.canonical.adding import NOTHING, balance, line_amount, sum_of
from translators.finding import Code
from translators.mapping.clauses import Once
from translators.mapping.context import Reading
from translators.mapping.parts import Number, Whole
from translators.mapping.value import Value
from translators.x12.sets.parts import Standing

COUNTS = Once("CTT", {"totals.line_count": Whole(1), "totals.quantity": Number(2), "": Standing("CTT")})
"""Number of lines and hash total; `check` judges them."""

_CENTS = Decimal("0.01")


def check(
    document: Value, context: Reading, *, lines: Iterable[Value], hashed: Iterable[Value] | None = None, amounts: bool = False
) -> None:
    """Note totals that the lines do not come to. `lines` are those that are counted, `hashed` (usually the same) hold the
    quantities that are added up; with `amounts` money is judged too.
    """
    standing: dict[str, int] = document.pop("standing", {})
    totals = document.get("totals", {})
    if (index := standing.get("CTT")) is not None:
        counted = list(lines)
        _counts(totals, len(counted), counted if hashed is None else hashed, index, context)
    if amounts and (index := standing.get("TDS")) is not None:
        _amounts(document, index, context)


def _counts(totals: Value, lines: int, hashed: Iterable[Value], index: int, context: Reading) -> None:
    claimed = totals.get("line_count")
    if claimed is not None and claimed != lines:
        text = f"CTT claims {claimed} lines, there are {lines}."
        context.note(Code.CONTROL_TOTAL, text, index, 1, str(lines), str(claimed))
    quantity = totals.get("quantity")
    counts = [one["quantity"]["value"] for one in hashed if "value" in one.get("quantity", {})]
    total = sum(counts, Decimal(0))
    if quantity is not None and counts and quantity != total:
        text = f"The hash total of CTT is {quantity}, the quantities come to {total}."
        context.note(Code.CONTROL_TOTAL, text, index, 2, str(total), str(quantity))


def _amounts(document: Value, index: int, context: Reading) -> None:
    claimed = _amount_of(document.get("totals", {}), "payable")
    possible = possible_totals(document)
    lines = len(document.get("lines", ()))
    if claimed is None or not possible or any(abs(claimed - total) <= _CENTS * max(1, lines) for total in possible):
        return
    nearest = min(possible, key=lambda total: abs(total - claimed)).quantize(_CENTS)
    text = f"The total of the invoice is {claimed}, its lines, charges and taxes come to {nearest}."
    context.note(Code.CONTROL_TOTAL, text, index, 1, str(nearest), str(claimed))


def _amount_of(value: Value, member: str) -> Decimal | None:
    """The number of an amount that is a member."""
    amount: Decimal | None = value.get(member, {}).get("amount")
    return amount


def _line_amount(line: Value) -> Decimal | None:
    """Quantity times price by its basis quantity; zero for a line without a price."""
    price = line.get("price", {}).get("amount")
    if price is None:
        return Decimal(0)
    return line_amount(line.get("quantity", {}).get("value"), price, line["price"].get("basis", {}).get("value"))


def _balance(allowances_charges: Iterable[Value], base: Decimal | None = None) -> Decimal | None:
    """Charges less allowances: amounts, rates times quantities, or percentages of `base`."""
    return balance((one["charge"], _charged(one, base)) for one in allowances_charges)


def _charged(one: Value, base: Decimal | None) -> Decimal | None:
    if (amount := _amount_of(one, "amount")) is not None:
        return amount
    if one.get("rate") is not None:
        count = one.get("quantity", {}).get("value")
        return None if count is None else Decimal(one["rate"]) * Decimal(count)
    if one.get("percent") is not None:
        of = _amount_of(one, "basis")
        of = base if of is None else of
        return None if of is None else of * Decimal(one["percent"]) / 100
    return Decimal(0)


def _tax_amount(taxes: Iterable[Value], base: Decimal | None = None) -> Decimal | None:
    """The sum of taxes: amounts, or rates of their basis, or of `base`; exempt ones are nothing."""
    return sum_of(_taxed(tax, base) for tax in taxes)


def _taxed(tax: Value, base: Decimal | None) -> Decimal | None:
    amount = _amount_of(tax, "amount")
    if amount is not None or tax.get("rate") is None or tax.get("exempt"):
        return amount or NOTHING
    of = _amount_of(tax, "basis")
    of = base if of is None else of
    return None if of is None else of * Decimal(tax["rate"]) / 100


def possible_totals(document: Value) -> list[Decimal]:
    """What the document may come to; none when it cannot be told.

    What lines say of taxes and charges some senders repeat in the summary, others do not: with both, either may hold.
    """
    lines = document.get("lines", [])
    nets = [_line_amount(line) for line in lines]
    if any(net is None for net in nets):
        return []
    goods = sum((net for net in nets if net is not None), Decimal(0))
    own = sum_of(_balance(line.get("allowances_charges", ()), net) for line, net in zip(lines, nets, strict=True))
    taxed = sum_of(_tax_amount(line.get("taxes", ()), net) for line, net in zip(lines, nets, strict=True))
    charged = _balance(document.get("allowances_charges", ()), goods)
    tax = _tax_amount(document.get("taxes", ()), goods)
    on_charges = sum_of(
        _tax_amount(one.get("taxes", ()), _amount_of(one, "amount"))
        for holder in (document, *lines)
        for one in holder.get("allowances_charges", ())
    )
    if own is None or taxed is None or charged is None or tax is None or on_charges is None:
        return []
    charges, taxes = {own + charged, own or charged, charged or own}, {taxed + tax, taxed or tax, tax or taxed}
    return sorted({goods + c + t + o for c, t, o in product(charges, taxes, {on_charges, Decimal(0)})})
