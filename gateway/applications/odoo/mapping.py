"""Canonical purchase order → the sale order wanted in Odoo. Pure: no look-up, no clock.

What a sale order cannot carry is never dropped: it becomes a remark, which stands in the order's note and in the attempt log.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.identification import target_key, wanted_partner, wanted_product, with_creation_key
from gateway.applications.odoo.order import (
    KeyKind,
    Kind,
    PartnerKey,
    Problem,
    Reference,
    SaleLine,
    SaleOrder,
    WantedPartner,
)
from gateway.applications.odoo.references import carrier_words, party_words, payment_words, reference
from gateway.applications.odoo.remarks import clean, header_remarks, line_remarks, note_html, unnamed
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json, decimal, label_of, unit_of

ACTION = "sale_order"
SCHEMA = "purchase_order/1"
PURPOSES = ("original", "confirmation")
CUSTOMER_ROLES = ("buyer", "ordering_party", "bill_to", "payer")
NOON = time(12, 0)
HUNDRED = Decimal(100)
REFERENCE_LIMIT = 200


def read_order(
    document: Json, *, key: str, partner: str, test: bool, options: Json, tables: Tables
) -> SaleOrder | tuple[Problem, ...]:
    """The sale order for a canonical purchase order, or every reason why there can be none.

    `key` becomes the external id. Options: `customer` (a target as in `Tables.customers`), `prices` (`order` or `odoo`),
    `notes` (false keeps texts out of the order's note), `purposes` (those that make an order), `warehouse` (the one it is
    delivered from: a code, an external id or `id:…`).
    """
    problems = list(_unsuitable(document, options))
    lines = document.get("lines") or []
    numbered = enumerate([] if problems else lines, 1)
    read = [read_line(line, place, partner=partner, tables=tables, options=options) for place, line in numbered]
    problems += [problem for problem in read if isinstance(problem, Problem)]
    sale_lines = tuple(line for line in read if isinstance(line, SaleLine))
    currencies = _currencies(document, lines)
    if len(currencies) > 1:
        problems.append(
            Problem("currency-mixed", f"Prices are in {' and '.join(sorted(currencies))}; a sale order has one currency.")
        )
    problems += _mixed_prices(sale_lines)
    destination = _destination(document, lines)
    if isinstance(destination, Problem):
        problems.append(destination)
    named = named_records(document, options, tables)
    problems += [one for one in named.values() if isinstance(one, Problem)]
    if problems or isinstance(destination, Problem):
        return tuple(problems)
    known = {field: one for field, one in named.items() if isinstance(one, Reference)}
    remarks = (*header_remarks(document), *unnamed(document, known), *_lines_remarks(lines))
    return SaleOrder(
        key=key,
        reference=reference_of(document),
        origin=_origin(document, partner=partner, test=test),
        commitment_date=_requested(document, lines),
        note=note_html(document, remarks) if options.get("notes", True) else "",
        customer=_customer(document, partner=partner, options=options, tables=tables),
        delivery=party_of(destination, "delivery address", partner, tables),
        invoice=party_of(document.get("bill_to"), "invoice address", partner, tables),
        currency=next(iter(currencies), None),
        lines=sale_lines,
        remarks=remarks,
        named=known,
    )


def _lines_remarks(lines: Sequence[Json]) -> Iterator[str]:
    """What the lines say that has no place in a sale order."""
    for place, line in enumerate(lines, 1):
        yield from line_remarks(line, label_of(line, place))


def named_records(document: Json, options: Json, tables: Tables) -> dict[str, Reference | Problem]:
    """The records that a sale order names in words, by its field. The agreement's warehouse goes before the document's."""
    chosen = str(options.get("warehouse") or "")
    found = {
        "warehouse_id": Reference(Kind.WAREHOUSE, chosen, chosen)
        if chosen
        else reference(Kind.WAREHOUSE, party_words(document.get("warehouse")), tables),
        "carrier_id": reference(Kind.CARRIER, carrier_words(document), tables),
        "payment_term_id": reference(Kind.PAYMENT_TERMS, payment_words(document), tables),
    }
    return {field: one for field, one in found.items() if one is not None}


def odoo_datetime(value: str) -> str:
    """A canonical date or instant as Odoo's UTC text. A date stands for noon UTC: the same day nearly everywhere."""
    if len(value) <= 10:
        moment = datetime.combine(date.fromisoformat(value), NOON)
    else:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def decimal_text(value: Decimal) -> str:
    """A decimal for `load()`: plain notation, at most ten decimals, and "0" rather than an empty cell."""
    rounded = value.quantize(Decimal("1e-10")) if -int(value.as_tuple().exponent) > 10 else value
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unsuitable(document: Json, options: Json) -> Iterable[Problem]:
    if document.get("schema") != SCHEMA:
        yield Problem("document-unsupported", f"A sale order is made of {SCHEMA}, not of {document.get('schema')}.")
        return
    purpose = document.get("purpose") or "original"
    if purpose not in (options.get("purposes") or PURPOSES):
        yield Problem(
            "purpose-unsupported", f"The order's purpose is {purpose!r}; only originals make a sale order. Decide by hand."
        )
    if document.get("kind") == "blanket":
        yield Problem("purpose-unsupported", "A blanket order is a contract, not a sale order; its releases are. Decide by hand.")
    if not document.get("lines"):
        yield Problem("lines-missing", "The order has no lines.")


def read_line(line: Json, ordinal: int, *, partner: str, tables: Tables, options: Json) -> SaleLine | Problem:
    """A line as it is to be booked, or why it cannot be."""
    label = label_of(line, ordinal)
    action = line.get("action")
    if action not in (None, "add", "added", "new"):
        return Problem("purpose-unsupported", f"Line {label} asks to {action}; a sale order takes only new lines.")
    quantity = decimal((line.get("quantity") or {}).get("value"))
    if quantity is None or quantity <= 0:
        stated = (line.get("quantity") or {}).get("value")
        return Problem("quantity-invalid", f"Line {label} has no quantity above zero (it says {stated}).")
    unit = unit_of(line.get("quantity") or {})
    price = None if options.get("prices") == "odoo" else _price(line, unit, label)
    if isinstance(price, Problem):
        return price
    return SaleLine(
        label=label,
        product=wanted_product(line.get("item") or {}, partner=partner, tables=tables),
        quantity=quantity,
        unit=unit,
        price=price,
        discount=_discount(line) if price is not None else Decimal(0),
    )


def _price(line: Json, unit: str | None, label: str) -> Decimal | Problem | None:
    price = line.get("price")
    if not price:
        return None
    amount = decimal(price.get("amount"))
    if amount is None or amount < 0:
        return Problem("price-invalid", f"Line {label} has the price {price.get('amount')}.")
    basis = price.get("basis") or {}
    basis_unit = unit_of(basis)
    if basis_unit and unit and basis_unit != unit:
        return Problem(
            "price-invalid", f"Line {label} is ordered by {unit} and priced by {basis_unit}; the price per {unit} is unknown."
        )
    per = decimal(basis.get("value")) or Decimal(1)
    return amount / per if per > 0 else Problem("price-invalid", f"Line {label} has a price for {per} units.")


def _discount(line: Json) -> Decimal:
    """Percentages off a list or gross price. A net price has had them taken off already."""
    if (line.get("price") or {}).get("kind") not in ("gross", "list"):
        return Decimal(0)
    rest = Decimal(1)
    for allowance in line.get("allowances_charges") or []:
        percent = decimal(allowance.get("percent"))
        if percent is not None and not allowance.get("charge"):
            rest *= 1 - percent / HUNDRED
    return (1 - rest) * HUNDRED


def _mixed_prices(lines: Sequence[SaleLine]) -> Iterable[Problem]:
    """Odoo prices either all lines or none: a cell left empty would book the line for nothing."""
    unpriced = [line.label for line in lines if line.price is None]
    if unpriced and len(unpriced) < len(lines):
        yield Problem(
            "price-missing",
            f"Lines {', '.join(unpriced)} have no price while others have; complete them, or let Odoo price the order.",
        )


def _destination(document: Json, lines: Sequence[Json]) -> Json | Problem | None:
    own: Json | None = document.get("ship_to") or None
    places = [line["ship_to"] for line in lines if line.get("ship_to")]
    places += [part["ship_to"] for line in lines for part in line.get("schedule") or [] if part.get("ship_to")]
    if own is not None:
        places.append(own)
    if any(_place(place) != _place(places[0]) for place in places):
        return Problem(
            "several-destinations", "Lines go to different places; a sale order has one delivery address. Split the order."
        )
    return places[0] if places else None


def _place(party: Json) -> tuple[Any, ...]:
    known = tuple(sorted((k, str(v)) for k, v in (party.get("identifiers") or {}).items()))
    return known or (party.get("name"), str(party.get("address")))


def _customer(document: Json, *, partner: str, options: Json, tables: Tables) -> WantedPartner:
    """Who buys: what the agreement names, else the buyer by its identifiers, else the record referring to our partner id."""
    parties = [document[role] for role in CUSTOMER_ROLES if document.get(role)]
    wanted = [wanted_partner(party, role="customer", partner=partner, tables=tables) for party in parties]
    found = next((w for w in wanted if _usable(w)), None)
    configured = options.get("customer") or (tables.customers.get(partner) if found is None else None)
    if configured:
        return WantedPartner(role="customer", keys=(target_key(str(configured)),))
    if found is not None:
        return found
    named = wanted[0] if wanted else WantedPartner(role="customer", keys=())
    return with_creation_key(replace(named, keys=(PartnerKey(KeyKind.REF, partner),)), partner)


def _usable(wanted: WantedPartner) -> bool:
    return any(key.kind is not KeyKind.FAMILY_REF for key in wanted.keys)


def party_of(party: Json | Problem | None, role: str, partner: str, tables: Tables) -> WantedPartner | None:
    """An address of the order; a bare name is no address and stays a remark."""
    if not party or isinstance(party, Problem):
        return None
    wanted = wanted_partner(party, role=role, partner=partner, tables=tables)
    return wanted if wanted.keys or wanted.has_address else None


def reference_of(document: Json) -> str:
    """The order's number, with its release, as it stands in the customer's reference."""
    number = clean(str(document.get("number") or ""))
    release = clean(str(document.get("release") or ""))
    return (f"{number}/{release}" if release else number)[:REFERENCE_LIMIT]


def _origin(document: Json, *, partner: str, test: bool) -> str:
    parts = [f"EDI{' TEST' if test else ''} {partner}"]
    parts += [f"{r['kind']} {r['number']}" for r in document.get("references") or [] if r.get("kind") in ("contract", "quote")]
    return clean(", ".join(parts))[:REFERENCE_LIMIT]


def _requested(document: Json, lines: Sequence[Json]) -> str:
    """The order's requested delivery, else its ship window's start, else the earliest of its lines."""
    window = (document.get("ship_window") or {}).get("start")
    candidates = [document.get("requested_delivery"), window]
    given = next((value for value in candidates if value), None)
    if given:
        return odoo_datetime(given)
    of_lines = [line["requested_delivery"] for line in lines if line.get("requested_delivery")]
    of_lines += [part["requested"] for line in lines for part in line.get("schedule") or [] if part.get("requested")]
    return min((odoo_datetime(value) for value in of_lines), default="")


def _currencies(document: Json, lines: Sequence[Json]) -> set[str]:
    stated = [document.get("currency"), *((line.get("price") or {}).get("currency") for line in lines)]
    return {str(currency).upper() for currency in stated if currency}
