"""Parts of X12 segments that are prices, percentages, and currencies of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import number, plain
from translators.mapping.tree import Place, Row, Written, filled_places, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import codes


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A unit price with the code of its basis (639): a kind of price, or a number of the units in `unit`."""

    amount: Place
    basis: Place
    unit: Place
    units: Words
    kinds: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """Amount and basis."""
        return (self.amount, self.basis)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The price. A price of zero is a price."""
        text = text_at(row, self.amount)
        amount = number(text) if text else None
        if amount is None:
            return None
        price: Value = {"amount": amount}
        if context.currency:
            price["currency"] = context.currency
        basis = text_at(row, self.basis).strip()
        if basis in codes.PRICE_BASES:
            price["basis"] = {"value": Decimal(codes.PRICE_BASES[basis])}
            if unit := text_at(row, self.unit).strip():
                price["basis"]["unit"] = self.units.word(unit)
        elif (kind := self.kinds.known(basis)) is not None:
            price["kind"] = kind
        if basis and self._code(price) != basis:
            price["original"] = basis
        return price

    def compile(self, source: Source) -> str:
        """The same as lines: what a basis says is known after the first time, but for a number of units."""
        found, said = source.variable(), source.name(lru_cache(maxsize=256)(self._said))
        source.read(f"{found} = None", f"t = {source.text(self.amount)}", f"u = {source.text(self.basis)}", "if t:")
        source.read("    a = context.number(t)", "    if a is None: return False", "    c = context.currency")
        source.read(
            f"    {found} = {{'amount': a, 'currency': c}} if c else {{'amount': a}}", "    if u:", f"        u = {said}(u)"
        )
        source.read("        if u is None: return False", f"        {found}.update(u)", "elif u: return False")
        return found

    def _said(self, basis: str) -> Value | None:
        """The members that a basis adds to the price; None for a number of the units that stand beside it."""
        if basis in codes.PRICE_BASES:
            return None
        kind = self.kinds.known(basis)
        said = {} if kind is None else {"kind": kind}
        return said if self._code(said) == basis else {**said, "original": basis}

    def _code(self, price: Value) -> str | None:
        """The basis code that says what the price says; empty for a price per unit, None when no code says it."""
        basis, kind = price.get("basis"), price.get("kind")
        if basis and kind:
            return None
        if basis:
            return next((code for code, count in codes.PRICE_BASES.items() if Decimal(count) == basis["value"]), None)
        return "" if kind is None else self.kinds.code(kind) if kind in self.kinds.listed else None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """Amount and basis; handed back when the segment cannot say them."""
        original = value.pop("original", None)
        code = self._code(value)
        if code is None:
            return value
        set_text(row, self.amount, plain(value["amount"]))
        kept = original if original and not code and self.kinds.known(original) is None else None
        set_text(row, self.basis, kept or code)
        foreign = value.get("currency")
        return {"currency": foreign} if foreign != context.currency and foreign else None


@dataclass(frozen=True, slots=True)
class PriceAmount:
    """The amount of a price, in the document's currency."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, context: Reading) -> Value | None:
        """Amount and currency as members of the price."""
        text = text_at(row, self.place)
        amount = number(text) if text else None
        if amount is None:
            return None
        return {"amount": amount, "currency": context.currency} if context.currency else {"amount": amount}

    def write(self, price: Value, row: Row, context: Writing) -> bool:
        """The amount; a currency that is not the document's stays in the price."""
        set_text(row, self.place, plain(price.pop("amount")))
        if price.get("currency") == context.currency:
            price.pop("currency", None)
        return True


@dataclass(frozen=True, slots=True)
class OwnCurrency:
    """CUR: a currency for one line, or one charge, only. It stands before all clauses about amounts, which then say no other.

    `of` are the members with amounts, by which the currency is known when it is written. Where all of them come `before` it,
    it says nothing when there is none, and is not taken.
    """

    of: tuple[str, ...]
    before: bool = False
    tag: str = "CUR"

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Amounts that were read already, and all that follow, are of this currency."""
        currency = text_at(row, 2).strip().upper()
        amounts = list(self._amounts(target))
        if not currency or currency == context.currency or (self.before and not amounts):
            return False
        context.currency = currency
        for amount in amounts:
            amount["currency"] = currency
            context.trace(amount, "currency", (2,))
        for place in filled_places(row):
            if place != 2 and not (place == 1 and row[1] == "BY"):
                context.keep(row, place, target)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """The segment, when the amounts are of another currency than those of the document."""
        found = next((amount["currency"] for amount in self._amounts(target) if amount.get("currency")), context.currency)
        if found is not None and found != context.currency:
            out.rows.append([self.tag, "BY", found])
            context.currency = found

    def _amounts(self, target: Value) -> Iterator[Value]:
        for member in self.of:
            found = target.get(member, ())
            values = found if isinstance(found, list) else [found] if "amount" in found else found.values() if found else ()
            yield from (value for value in values if isinstance(value, dict) and "amount" in value)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage with the code of what it is of (378), which is written as mutually agreed (Z) where none was kept."""

    of: Place
    percent: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and percentage."""
        return (self.of, self.percent)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The percentage, and the code where it is another."""
        text, code = text_at(row, self.percent), text_at(row, self.of).strip()
        percent = number(text) if text else None
        if percent is None:
            return None
        return {"percent": percent, "original_codes": {"percent": code}} if code not in ("", "Z") else {"percent": percent}

    def write(self, target: Value, row: Row, _context: Writing) -> bool:
        """Percentage and code."""
        percent = target.pop("percent", None)
        if percent is None:
            return False
        set_text(row, self.of, take(target, ("original_codes",), "percent") or "Z")
        set_text(row, self.percent, plain(percent))
        return True
