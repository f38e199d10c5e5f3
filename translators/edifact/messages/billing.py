"""Clauses and parts of invoices: periods, rates of exchange, totals, charges of the summary, accounts; and turned signs."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from translators.edifact.messages.parts import Span
from translators.mapping.clauses import Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Group
from translators.mapping.numbers import number_with_comma as number
from translators.mapping.numbers import plain
from translators.mapping.tree import Loop, Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take


class InvoicingPeriod:
    """DTM with the period that is invoiced. It is written so when it came so: else its ends are dates of their own."""

    __slots__ = ("_code", "tag")

    def __init__(self, code: str = "263") -> None:
        self.tag, self._code = "DTM", code

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the period."""
        if "period" in target or text_at(row, (1, 1)).strip() != self._code:
            return False
        period = Span().read(row, context)
        if period is None:
            return False
        target["period"] = period
        target.setdefault("original_codes", {})["period"] = self._code
        context.trace(target, "period", ((1, 2), (1, 3)))
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """The period in one segment."""
        row: Row = [self.tag]
        if take(target, ("original_codes",), "period") and Span().write(target.get("period") or {}, row, context) is None:
            set_text(row, (1, 1), self._code)
            out.rows.append(row)
            del target["period"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """CUX behind its first currency: another one, and how many units of it (5402) one unit of the first is."""

    source: Place = (1, 2)
    target: Place = (2, 2)
    rate: Place = 3
    usages: tuple[Place, ...] = ((1, 1), (1, 3), (2, 1), (2, 3))

    @property
    def places(self) -> tuple[Place, ...]:
        """The second currency, what it is used for, and the rate."""
        return (self.target, (2, 1), (2, 3), self.rate)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """An item of the rates of exchange; None without a second currency."""
        source, target = (text_at(row, place).strip().upper() for place in (self.source, self.target))
        if not source or not target:
            return None
        rate, usage = number(text_at(row, self.rate).strip() or "-"), text_at(row, (2, 3)).strip()
        found: Value = {"source": source, "target": target}
        if rate is not None:
            found["rate"] = rate
        if usage:
            found["purpose"] = usage
        if (kind := text_at(row, (2, 1)).strip()) != "3":
            found["original_codes"] = {"target": kind}
        return {"exchange_rates": [found]}

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A rate that is no number."""
        return (self.rate,) if number(text_at(row, self.rate).strip() or "0") is None else ()

    def write(self, document: Value, row: Row, context: Writing) -> bool:
        """The first rate that is one of the document's currency."""
        rates: list[Value] = document.get("exchange_rates") or []
        for index, one in enumerate(rates):
            if one["source"] != context.currency:
                continue
            set_text(row, self.target, one.pop("target"))
            set_text(row, (2, 1), take(one, ("original_codes",), "target") or "3")
            if "purpose" in one:
                set_text(row, (2, 3), one.pop("purpose"))
            if "rate" in one:
                set_text(row, self.rate, plain(one.pop("rate"), context.decimal))
            del one["source"]
            if not one:
                del rates[index]
            return True
        return False


class StatedTotals(Qualified):
    """MOA of the summary; the context learns which segment states which total."""

    __slots__ = ()

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take the total."""
        before = dict(target.get("totals", {}))
        found = Qualified.read(self, row, target, context)
        for member in target.get("totals", {}).keys() - before.keys():
            context.stated[f"totals.{member}"] = context.index
        return found


class SummaryCharges(Group):
    """ALC of the summary. Where the header or the lines tell of allowances and charges, it only repeats their sums."""

    __slots__ = ()

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Take the allowance or charge when no other segment told of any."""
        if "allowances_charges" in target or any("allowances_charges" in line for line in target.get("lines", ())):
            return False
        return Group.read_loop(self, loop, target, context)


def turn(document: Value, *, back: bool = False) -> None:
    """Turn the sign of all amounts, and of each line's quantity, or of its price where that was the negative one."""
    for line in document.get("lines", ()):
        _turn_line(line, back=back)
    for amount in _amounts(document):
        amount["amount"] = -amount["amount"]


def _turn_line(line: Value, *, back: bool) -> None:
    price, quantity = line.get("price"), line.get("quantity")
    negative = take(line, ("original_codes",), "sign") if back else price is not None and price["amount"] < 0
    if price is not None and negative:
        price["amount"] = -price["amount"]
        if not back:
            line.setdefault("original_codes", {})["sign"] = "price"
    elif quantity is not None:
        quantity["value"] = -quantity["value"]


def _amounts(document: Value) -> Iterator[Value]:
    """All amounts of a document but prices."""
    holders: list[Value] = [document, *document.get("lines", ())]
    totals = document.get("totals", {})
    yield from _money([*totals.values(), *totals.get("other", {}).values()])
    for holder in holders:
        yield from _money([holder.get("net"), *holder.get("amounts", {}).values()])
        charges = holder.get("allowances_charges", ())
        for one in (*holder.get("taxes", ()), *charges, *(tax for charge in charges for tax in charge.get("taxes", ()))):
            yield from _money([one.get("amount"), one.get("basis")])


def _money(values: list[Any]) -> Iterator[Value]:
    return (value for value in values if isinstance(value, dict) and isinstance(value.get("amount"), Decimal))
