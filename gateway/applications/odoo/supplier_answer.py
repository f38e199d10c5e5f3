"""A supplier's order response → what it means for our purchase order: quantities, prices, days, if tolerated. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.identification import bought_product
from gateway.applications.odoo.mapping import odoo_datetime
from gateway.applications.odoo.order import Problem, WantedProduct
from gateway.applications.odoo.purchases import Purchase, PurchaseLine
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Units
from gateway.applications.odoo.values import Json, decimal, label_of, plain, unit_of

SCHEMA = "order_response/1"
COMING = ("accepted", "quantity_changed", "date_changed", "price_changed", "changed", "back_ordered", "shipped")
REFUSED = ("cancelled", "rejected")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """What the supplier says of one line. None: nothing is said of it. `dates` are all days named, the last one counts."""

    label: str
    number: str | None
    product: WantedProduct
    quantity: Decimal | None
    unit: str | None
    price: Decimal | None
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an answer may differ from the order before a person decides: percent, percent, days (None: any)."""

    price: Decimal
    quantity: Decimal
    days: int | None


@dataclass(frozen=True, slots=True)
class SupplierAnswer:
    """An answer to our purchase order. Lines that are not named share the fate of the whole: they come on its `date`."""

    key: str
    order: str
    number: str
    seller_order: str
    rejected: bool
    date: str
    lines: tuple[AnsweredLine, ...]
    tolerance: Tolerance

    @property
    def mark(self) -> str:
        """What in the order's source document tells that this answer was entered."""
        short = hashlib.sha256(self.key.encode()).hexdigest()[:10]
        return f"answer {self.number} ~{short}" if self.number else f"answer ~{short}"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is to be written: values by line, and the new day of open receipts by line."""

    values: Mapping[int, Mapping[str, Any]]
    days: Mapping[int, str]


def read_answer(document: Json, *, key: str, partner: str, options: Json, tables: Tables) -> SupplierAnswer | tuple[Problem, ...]:
    """What a supplier answers, or every reason why it cannot be entered. Options: see `read_tolerance`."""
    tolerance = read_tolerance(options)
    if isinstance(tolerance, Problem):
        return (tolerance,)
    if document.get("schema") != SCHEMA:
        return (Problem("document-unsupported", f"A purchase order is confirmed by {SCHEMA}, not by {document.get('schema')}."),)
    order = (document.get("order") or {}).get("number")
    if not order:
        return (Problem("order-missing", "The answer names no order of ours."),)
    lines: list[AnsweredLine] = []
    problems: list[Problem] = []
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        read = _line(line, ordinal, partner, tables)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            lines.append(read)
    return tuple(problems) or SupplierAnswer(
        key=key,
        order=str(order),
        number=clean(str(document.get("number") or ""))[:40],
        seller_order=clean(str(document.get("seller_order") or "")),
        rejected=document.get("status") == "rejected",
        date=_date(document.get("delivery") or document.get("despatch")),
        lines=tuple(lines),
        tolerance=tolerance,
    )


def read_tolerance(options: Json) -> Tolerance | Problem:
    """The options `price_tolerance`, `quantity_tolerance` in percent (default 0), `date_tolerance` in days (default: any)."""
    price, quantity = decimal(options.get("price_tolerance", 0)), decimal(options.get("quantity_tolerance", 0))
    days = options.get("date_tolerance")
    if price is None or quantity is None or (days is not None and not isinstance(days, int)):
        return Problem(
            "option-invalid", "price_tolerance and quantity_tolerance are percent, date_tolerance is a number of days."
        )
    return Tolerance(price, quantity, days)


def agree(answer: SupplierAnswer, purchase: Purchase, units: Units) -> Agreed | tuple[Problem, ...]:
    """What to write, or everything that goes beyond what is tolerated. Nothing is written by halves."""
    tolerance = answer.tolerance
    problems: list[Problem] = []
    values: dict[int, dict[str, Any]] = {}
    days: dict[int, str] = {}
    named: set[int] = set()
    for line in answer.lines:
        bought = purchase.line(line.product, number=line.number, named=named)
        if isinstance(bought, Problem):
            problems.append(Problem(bought.code, f"Line {line.label}: {bought.message}."))
            continue
        named.add(bought.id)
        problems += _beyond(line, bought, units, tolerance, values.setdefault(bought.id, {}))
        day = max(line.dates, default="") or answer.date
        if day and day != bought.planned:
            problems += _too_late(line.label, bought, day, tolerance)
            days[bought.id] = day
    for bought in purchase.lines:
        if bought.id not in named and answer.date and answer.date != bought.planned:
            problems += _too_late(str(bought.place), bought, answer.date, tolerance)
            days[bought.id] = answer.date
    for line_id, day in days.items():
        values.setdefault(line_id, {})["date_planned"] = day
    return tuple(problems) or Agreed({line: changed for line, changed in values.items() if changed}, days)


def _line(line: Json, ordinal: int, partner: str, tables: Tables) -> AnsweredLine | Problem:
    label = label_of(line, ordinal)
    responses = line.get("responses") or []
    odd = [one["status"] for one in responses if one["status"] not in (*COMING, *REFUSED)]
    if any(one.get("item") and one["status"] == "substituted" for one in responses) or "substituted" in odd:
        return Problem("substituted", f"Line {label}: the supplier sends another item. Change the order by hand, or refuse it.")
    if odd:
        return Problem("answer-unclear", f"Line {label}: the supplier says {', '.join(odd)}. Decide by hand.")
    coming = [one for one in responses if one["status"] in COMING]
    stated = [one.get("quantity") or (line.get("quantity") if len(coming) == 1 else None) for one in coming]
    quantities = [decimal((one or {}).get("value")) for one in stated]
    refused = responses and not coming
    known = [one for one in quantities if one is not None]
    prices = [_price(one.get("price")) for one in coming if one.get("price")] or [_price(line.get("price"))]
    return AnsweredLine(
        label=label,
        number=(line.get("order") or {}).get("line") or line.get("number"),
        product=bought_product(line.get("item") or {}, partner=partner, tables=tables),
        quantity=Decimal(0) if refused else sum(known, Decimal(0)) if known and len(known) == len(quantities) else None,
        unit=next((unit_of(one) for one in stated if one), None),
        price=next((one for one in prices if one is not None), None),
        dates=tuple(filter(None, _dates(coming, line))),
    )


def _dates(coming: Sequence[Json], line: Json) -> Iterator[str]:
    for one in coming:
        yield _date(one.get("delivery") or one.get("despatch") or (one.get("period") or {}).get("end"))
    if not coming:
        yield _date(line.get("requested_delivery"))


def _date(value: str | None) -> str:
    return odoo_datetime(value) if value else ""


def _price(price: Json | None) -> Decimal | None:
    amount = decimal((price or {}).get("amount"))
    per = decimal(((price or {}).get("basis") or {}).get("value")) or Decimal(1)
    return amount / per if amount is not None and per > 0 else None


def _beyond(
    line: AnsweredLine, bought: PurchaseLine, units: Units, tolerance: Tolerance, values: dict[str, Any]
) -> Iterable[Problem]:
    """Note the line's new values, and complain about those that go too far."""
    factor = Decimal(1)
    if line.quantity is not None:
        quantity = units.convert(line.quantity, line.unit, bought.unit, product=bought.product, own=bought.own)
        if isinstance(quantity, Problem):
            yield Problem(quantity.code, f"Line {line.label}: {quantity.message}.")
            return
        factor = quantity / line.quantity if line.quantity else factor
        if quantity < bought.received:
            yield Problem(
                "below-received", f"Line {line.label}: {bought.received:f} are received, and {quantity:f} are confirmed."
            )
        elif quantity != bought.quantity:
            values["product_qty"] = plain(quantity)
            if _off(quantity, bought.quantity) > tolerance.quantity:
                yield Problem(
                    "quantity-deviates",
                    f"Line {line.label}: {bought.quantity:f} of {bought.name} are ordered, {quantity:f} confirmed.",
                )
    if line.price is not None and line.price / factor != bought.price:
        price = line.price / factor
        values["price_unit"] = plain(price)
        if _off(price, bought.price) > tolerance.price:
            yield Problem(
                "price-deviates", f"Line {line.label}: {bought.name} is ordered at {bought.price:f}, confirmed at {price:f}."
            )


def _too_late(label: str, bought: PurchaseLine, day: str, tolerance: Tolerance) -> Iterable[Problem]:
    if tolerance.days is None or not bought.planned:
        return
    late = (datetime.fromisoformat(day) - datetime.fromisoformat(bought.planned)).days
    if late > tolerance.days:
        yield Problem(
            "date-deviates", f"Line {label}: {bought.name} is planned for {bought.planned[:10]} and confirmed for {day[:10]}."
        )


def _off(new: Decimal, old: Decimal) -> Decimal:
    """By how many percent."""
    return abs(new - old) / old * HUNDRED if old else HUNDRED
