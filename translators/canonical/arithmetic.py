"""Sums that an invoice or credit note must add up to: the core of EN 16931 (BR-CO-10 to BR-CO-17), whatever syntax it came in.

A check is made only where the document states all that it compares; what is not stated is not missed here. Amounts of
another currency than the document's are left out of account.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from translators.canonical.adding import NOTHING, balance, line_amount, sum_of
from translators.canonical.billing import Billing, BillingLine
from translators.canonical.parts import Amount

_CENT = Decimal("0.01")
_WITHOUT_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
_WITH_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
LINE_NET = "LINE-NET"
"""The rule about the amounts of lines; its paths begin with `lines[place]`."""


class Discrepancy(NamedTuple):
    """A sum that does not add up: the rule, the canonical path of what is stated, a sentence, and both values."""

    rule: str
    path: str
    message: str
    expected: Decimal
    actual: Decimal


def check(document: Billing, *, tolerance: Decimal = NOTHING) -> list[Discrepancy]:
    """All sums of a document that do not add up by more than `tolerance`, beside what rounding of single lines explains."""
    return [
        found for rule in _RULES for found in rule(document, _Sums.of(document)) if abs(found.expected - found.actual) > tolerance
    ]


class _Sums(NamedTuple):
    """What the document states, as numbers in its currency; None where it says nothing."""

    currency: str | None
    lines: Decimal | None
    allowances: Decimal | None
    charges: Decimal | None
    tax_exclusive: Decimal | None
    tax: Decimal | None
    tax_inclusive: Decimal | None
    prepaid: Decimal | None
    rounding: Decimal | None
    payable: Decimal | None

    @classmethod
    def of(cls, document: Billing) -> "_Sums":
        """The stated sums."""
        totals = document.totals
        if totals is None:
            return cls(document.currency, *(None,) * 9)
        stated = (
            totals.lines,
            totals.allowances,
            totals.charges,
            totals.tax_exclusive,
            totals.tax,
            totals.tax_inclusive,
            totals.prepaid,
            totals.rounding,
            totals.payable,
        )
        return cls(document.currency, *(_value(amount, document.currency) for amount in stated))


def _value(amount: Amount | None, currency: str | None) -> Decimal | None:
    """The number of an amount in the document's currency."""
    if amount is None or (amount.currency and currency and amount.currency != currency):
        return None
    return amount.amount


def _sum(amounts: Iterable[Amount | None], currency: str | None) -> Decimal | None:
    """The sum of amounts; None when one of them is not known."""
    return sum_of(_value(amount, currency) for amount in amounts)


def _lines(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-10: the sum of lines is the sum of their net amounts."""
    nets = [line.net for line in document.lines if line.part_of is None]
    total = _sum(nets, sums.currency)
    if nets and total is not None and sums.lines is not None and total != sums.lines:
        text = f"The lines add up to {total}, the document says {sums.lines}."
        yield Discrepancy("BR-CO-10", "totals.lines", text, total, sums.lines)


def _allowances(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-11 and BR-CO-12: the sums of allowances and of charges of the document."""
    for rule, name, charge, stated in (
        ("BR-CO-11", "allowances", False, sums.allowances),
        ("BR-CO-12", "charges", True, sums.charges),
    ):
        total = _sum((each.amount for each in document.allowances_charges if each.charge is charge), sums.currency)
        if stated is not None and total is not None and total != stated:
            text = f"The {name} of the document add up to {total}, it says {stated}."
            yield Discrepancy(rule, f"totals.{name}", text, total, stated)


def _tax_exclusive(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-13: without tax, the total is lines less allowances plus charges; sums that are not stated are added up."""
    if sums.lines is None or sums.tax_exclusive is None:
        return
    each = document.allowances_charges
    less = sums.allowances if sums.allowances is not None else _sum((one.amount for one in each if not one.charge), sums.currency)
    more = sums.charges if sums.charges is not None else _sum((one.amount for one in each if one.charge), sums.currency)
    if less is None or more is None:
        return
    total = sums.lines - less + more
    if total != sums.tax_exclusive:
        text = f"Lines less allowances plus charges are {total}, the total without tax is said to be {sums.tax_exclusive}."
        yield Discrepancy("BR-CO-13", "totals.tax_exclusive", text, total, sums.tax_exclusive)


def _tax(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-14: the tax is the sum of the breakdown."""
    total = _sum((tax.amount for tax in document.taxes), sums.currency)
    if document.taxes and total is not None and sums.tax is not None and total != sums.tax:
        text = f"The taxes of the breakdown add up to {total}, the document says {sums.tax}."
        yield Discrepancy("BR-CO-14", "totals.tax", text, total, sums.tax)


def _tax_inclusive(_document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-15: with tax, the total is that without plus the tax."""
    if sums.tax_exclusive is None or sums.tax_inclusive is None or sums.tax is None:
        return
    total = sums.tax_exclusive + sums.tax
    if total != sums.tax_inclusive:
        text = f"The total without tax and the tax are {total}, the total with tax is said to be {sums.tax_inclusive}."
        yield Discrepancy("BR-CO-15", "totals.tax_inclusive", text, total, sums.tax_inclusive)


def _payable(_document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-16: payable is the total with tax less what is prepaid, plus the rounding."""
    if sums.tax_inclusive is None or sums.payable is None:
        return
    total = sums.tax_inclusive - (sums.prepaid or NOTHING) + (sums.rounding or NOTHING)
    if total != sums.payable:
        text = f"The total with tax less what is prepaid is {total}, payable is said to be {sums.payable}."
        yield Discrepancy("BR-CO-16", "totals.payable", text, total, sums.payable)


def _breakdown(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """BR-CO-17: each tax is its basis times its rate, rounded; a unit of the currency more or less may come from its lines."""
    for place, tax in enumerate(document.taxes):
        basis, amount = _value(tax.basis, sums.currency), _value(tax.amount, sums.currency)
        if basis is None or amount is None or tax.rate is None:
            continue
        expected = rounded(basis * tax.rate / 100, sums.currency)
        if abs(expected - amount) >= 1:
            text = f"{tax.rate} % of {basis} are {expected}, the tax is said to be {amount}."
            yield Discrepancy("BR-CO-17", f"taxes[{place}].amount", text, expected, amount)


def _bases(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """The bases of the breakdown are, together, the total without tax (the sum of BR-S-08 and its like)."""
    total = _sum((tax.basis for tax in document.taxes), sums.currency)
    if document.taxes and total is not None and sums.tax_exclusive is not None and total != sums.tax_exclusive:
        if any(tax.kind not in (None, "VAT", "vat") for tax in document.taxes):  # several taxes may lie on one amount
            return
        text = f"The bases of the tax breakdown add up to {total}, the total without tax is said to be {sums.tax_exclusive}."
        yield Discrepancy("BR-S-08", "taxes", text, total, sums.tax_exclusive)


def _line_amounts(document: Billing, sums: _Sums) -> Iterable[Discrepancy]:
    """A line's net amount is quantity times price, less allowances plus charges; a unit of rounding is free (PEPPOL R120)."""
    for place, line in enumerate(document.lines):
        net, expected = _value(line.net, sums.currency), line_net(line, sums.currency)
        if net is None or expected is None or abs(expected - net) <= 2 * _unit(sums.currency):
            continue
        how = "quantity times price" + (", less allowances plus charges," if line.allowances_charges else "")
        text = f"Line {line.number or place + 1}: {how} is {expected}, the line says {net}."
        yield Discrepancy(LINE_NET, f"lines[{place}].net", text, expected, net)


def line_net(line: BillingLine, currency: str | None) -> Decimal | None:
    """What a line comes to; None where price, quantity or an amount is not known, or the units differ."""
    price, quantity = line.price, line.quantity
    if price is None or quantity is None or (price.currency and currency and price.currency != currency):
        return None
    basis = price.basis
    if basis is not None and (not basis.value or (basis.unit and quantity.unit and basis.unit != quantity.unit)):
        return None
    added = balance((one.charge, _value(one.amount, currency)) for one in line.allowances_charges)
    plain = line_amount(quantity.value, price.amount, basis.value if basis is not None else None)
    return None if added is None or plain is None else rounded(plain, currency) + added


def rounded(value: Decimal, currency: str | None) -> Decimal:
    """To the unit that the currency is paid in, halves away from zero."""
    return value.quantize(_unit(currency), rounding=ROUND_HALF_UP)


def _unit(currency: str | None) -> Decimal:
    if currency in _WITHOUT_DECIMALS:
        return Decimal(1)
    return Decimal("0.001") if currency in _WITH_THREE else _CENT


_RULES: tuple[Callable[[Billing, _Sums], Iterable[Discrepancy]], ...] = (
    _lines,
    _allowances,
    _tax_exclusive,
    _tax,
    _tax_inclusive,
    _payable,
    _breakdown,
    _bases,
    _line_amounts,
)
