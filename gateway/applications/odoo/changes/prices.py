"""What a product costs by a pricelist of Odoo: today and later, by quantity. Pure.

As Odoo decides: of the rules that hold, the most specific one (variant, product, category, all), of those the one for the largest
quantity. Prices in other currencies than the base's are nobody's to guess here, and none is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from gateway.applications.odoo.changes.values import Row, moment, quantity, related, related_name, text

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_DEEPEST = 5
"""So many pricelists may rest on one another."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A product as far as its price is concerned. `categories` are the path of its own, from the top."""

    id: int
    template: int
    categories: tuple[int, ...]
    bases: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Offer:
    """A price per unit from a quantity on, below the next one (`upto`), in a time; open ends are None."""

    amount: Decimal
    minimum: Decimal
    upto: Decimal | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Pricelist:
    """The rules of a pricelist in the order in which Odoo tries them; `others` are those that rules rest on, by id."""

    id: int
    currency: str
    rules: Sequence[Row] = ()
    others: Mapping[int, "Pricelist"] = field(default_factory=dict)

    def offers(self, product: Priced, now: datetime, *, base_currency: str) -> list[Offer]:
        """All prices of a product from now on: by time, then by quantity. Empty where none can be told."""
        rules = [rule for rule in self.rules if _is_about(rule, product)]
        times = sorted({at for rule in rules for at in (moment(rule, "date_start"), moment(rule, "date_end")) if at and at > now})
        starts: list[datetime | None] = [None, *times]
        breaks = sorted({ZERO, *(quantity(rule, "min_quantity") for rule in rules)})
        found: list[Offer] = []
        for start, end in zip(starts, [*times, None], strict=True):
            for minimum, upto in zip(breaks, [*breaks[1:], None], strict=True):
                amount = self.price(product, max(minimum, ONE), start or now, base_currency=base_currency)
                if amount is None:
                    return []
                found.append(Offer(amount, minimum, upto, start, end))
        return list(_joined(found))

    def price(self, product: Priced, wanted: Decimal, at: datetime, *, base_currency: str, depth: int = 0) -> Decimal | None:
        """The price of one unit when so many are bought at a time; None where that cannot be told."""
        holding = (rule for rule in self.rules if _is_about(rule, product) and _holds(rule, wanted, at))
        rule = next(holding, None)
        if rule is None:
            return product.bases["list_price"] if self.currency == base_currency else None
        way = rule.get("compute_price")
        if way == "fixed":
            return quantity(rule, "fixed_price")
        base = self._base(rule, product, wanted, at, base_currency, depth)
        if base is None:
            return None
        if way == "percentage":
            return base - base * quantity(rule, "percent_price") / HUNDRED
        return _by_formula(rule, base)

    def _base(self, rule: Row, product: Priced, wanted: Decimal, at: datetime, base_currency: str, depth: int) -> Decimal | None:
        named = text(rule, "base") or "list_price"
        if named == "pricelist":
            other = self.others.get(related(rule, "base_pricelist_id") or 0)
            if other is None or depth >= _DEEPEST or other.currency != self.currency:
                return None
            return other.price(product, wanted, at, base_currency=base_currency, depth=depth + 1)
        return product.bases.get(named) if self.currency == base_currency else None


def pricelist(number: int, currency: str, rows: Iterable[Row], others: Mapping[int, "Pricelist"]) -> Pricelist:
    """A pricelist from its rules."""
    rules = sorted(rows, key=lambda row: int(row["id"]), reverse=True)
    rules.sort(key=lambda row: related_name(row, "categ_id"), reverse=True)
    rules.sort(key=lambda row: quantity(row, "min_quantity"), reverse=True)
    rules.sort(key=lambda row: str(row.get("applied_on")))
    return Pricelist(number, currency, rules, others)


def _is_about(rule: Row, product: Priced) -> bool:
    match rule.get("applied_on"):
        case "0_product_variant":
            return related(rule, "product_id") == product.id
        case "1_product":
            return related(rule, "product_tmpl_id") == product.template
        case "2_product_category":
            return related(rule, "categ_id") in product.categories
        case _:
            return True


def _holds(rule: Row, wanted: Decimal, at: datetime) -> bool:
    start, end = moment(rule, "date_start"), moment(rule, "date_end")
    in_time = (start is None or start <= at) and (end is None or at < end)
    return in_time and quantity(rule, "min_quantity") <= wanted


def _by_formula(rule: Row, base: Decimal) -> Decimal:
    discount = quantity(rule, "price_discount")
    if rule.get("base") == "standard_price" and rule.get("price_markup") is not None:
        discount = -quantity(rule, "price_markup")
    price = base - base * discount / HUNDRED
    if step := quantity(rule, "price_round"):
        price = (price / step).quantize(ONE, ROUND_HALF_UP) * step
    price += quantity(rule, "price_surcharge")
    if least := quantity(rule, "price_min_margin"):
        price = max(price, base + least)
    if most := quantity(rule, "price_max_margin"):
        price = min(price, base + most)
    return price


def _joined(offers: Sequence[Offer]) -> Iterator[Offer]:
    """Offers without breaks of quantity and time that change nothing."""
    times: dict[tuple[datetime | None, datetime | None], list[Offer]] = {}
    for one in offers:
        mine = times.setdefault((one.start, one.end), [])
        if mine and mine[-1].amount == one.amount:
            mine[-1] = Offer(one.amount, mine[-1].minimum, one.upto, one.start, one.end)
        else:
            mine.append(one)
    before: list[Offer] = []
    for mine in times.values():
        same = [(one.amount, one.minimum, one.upto) for one in mine] == [(one.amount, one.minimum, one.upto) for one in before]
        before = (
            [Offer(a.amount, a.minimum, a.upto, a.start, b.end) for a, b in zip(before, mine, strict=True)] if same else before
        )
        if not same:
            yield from before
            before = mine
    yield from before
