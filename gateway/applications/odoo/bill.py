"""A supplier's invoice or credit note → a draft bill, matched with our purchase orders; what differs is said. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.identification import bought_product, wanted_partner
from gateway.applications.odoo.mapping import decimal_text
from gateway.applications.odoo.order import Kind, Problem, Reference, WantedPartner, WantedProduct
from gateway.applications.odoo.purchases import Purchase, PurchaseLine
from gateway.applications.odoo.references import payment_words, reference, tax_words
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Units
from gateway.applications.odoo.values import Json, decimal, label_of, unit_of

KINDS = {"invoice/1": "in_invoice", "credit_note/1": "in_refund"}
HUNDRED = Decimal(100)
LIMIT = 200


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line to be paid; a charge or allowance of the whole has no product."""

    label: str
    text: str
    product: WantedProduct | None
    order: str | None
    order_line: str | None
    quantity: Decimal
    unit: str | None
    price: Decimal
    taxes: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """A claim to be entered as a draft. `orders` are our purchase orders, `preceding` the invoices a credit note is about."""

    key: str
    move_type: str
    number: str
    date: str
    due: str
    reference: str
    currency: str
    vendor: WantedPartner | None
    orders: tuple[str, ...]
    preceding: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    total: Decimal | None
    terms: Reference | None = None

    @property
    def named(self) -> tuple[Reference, ...]:
        """All records that it names in words."""
        taxes = (tax for line in self.lines for tax in line.taxes)
        return tuple(dict.fromkeys((*taxes, *((self.terms,) if self.terms is not None else ()))))

    @property
    def external_id(self) -> str:
        """Under which a repeat finds it."""
        return f"{MODULE}.{self.key}"


@dataclass(frozen=True, slots=True)
class Booking:
    """Rows of `account.move.load`, and what a person should look at before posting."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]


def read_bill(document: Json, *, key: str, partner: str, tables: Tables) -> Bill | tuple[Problem, ...]:
    """The bill of an invoice or a credit note, or every reason why it cannot be entered."""
    kind = KINDS.get(str(document.get("schema")))
    if kind is None:
        return (Problem("document-unsupported", f"A bill is made of {' or '.join(KINDS)}, not of {document.get('schema')}."),)
    problems = [*_unsuitable(document)]
    lines: list[BilledLine] = []
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        read = _line(line, ordinal, partner, tables)
        (problems if isinstance(read, Problem) else lines).append(read)  # type: ignore[arg-type]
    charges = list(_charges(document, tables))
    terms = reference(Kind.PAYMENT_TERMS, payment_words(document), tables)
    problems += [one for one in (*charges, terms) if isinstance(one, Problem)]
    if problems:
        return tuple(problems)
    totals: Mapping[str, Any] = document.get("totals") or {}
    seller = document.get("seller") or document.get("payee")
    return Bill(
        key=key,
        move_type=kind,
        number=clean(str(document["number"]))[:LIMIT],
        date=_day(document.get("issued")),
        due=_day(document.get("due")),
        reference=clean(str(next((one["reference"] for one in document.get("payments") or [] if one.get("reference")), "")))[
            :LIMIT
        ],
        currency=str(document.get("currency") or "").upper(),
        vendor=wanted_partner(seller, role="vendor", partner=partner, tables=tables) if seller else None,
        orders=_orders(document),
        preceding=tuple(str(one["number"]) for one in document.get("preceding") or [] if one.get("number")),
        lines=(*lines, *(one for one in charges if isinstance(one, BilledLine))),
        total=decimal((totals.get("payable") or totals.get("tax_inclusive") or {}).get("amount")),
        terms=terms if isinstance(terms, Reference) else None,
    )


def book(
    bill: Bill,
    purchases: Sequence[Purchase],
    units: Units,
    *,
    vendor: int,
    currency: int | None,
    company: int | None,
    named: Mapping[Reference, int] | None = None,
) -> Booking:
    """The bill as rows. Lines that no order has are booked by their text; everything that differs is a remark."""
    remarks: list[str] = []
    taken: set[int] = set()
    rows: list[dict[str, str]] = []
    known = named or {}
    for place, line in enumerate(bill.lines, 1):
        matched = _matched(line, purchases, taken, remarks)
        rows.append(_cells(bill, place, line, matched, units, remarks) | _taxes(line, matched, known, remarks))
    header = {
        "id": bill.external_id,
        "move_type": bill.move_type,
        "partner_id/.id": str(vendor),
        "ref": bill.number,
        "invoice_date": bill.date,
        "invoice_origin": ", ".join(bill.orders) or ", ".join(bill.preceding),
    }
    optional = {"invoice_date_due": bill.due, "payment_reference": bill.reference}
    optional |= {"invoice_payment_term_id/.id": str(known.get(bill.terms, ""))} if bill.terms is not None else {}
    optional |= {"currency_id/.id": str(currency or ""), "company_id/.id": str(company or "")}
    header |= {column: value for column, value in optional.items() if value}
    blank = ("",) * len(header)
    cells = tuple(((*header.values(),) if place == 0 else blank) + tuple(row.values()) for place, row in enumerate(rows))
    return Booking((*header, *rows[0]), cells, tuple(remarks))


def _unsuitable(document: Json) -> Iterator[Problem]:
    if document.get("purpose") not in (None, "original", "confirmation"):
        yield Problem("purpose-unsupported", f"The purpose is {document['purpose']!r}: correct the bill in Odoo by hand.")
    if not document.get("lines"):
        yield Problem("lines-missing", "The invoice has no lines.")
    if not document.get("issued"):
        yield Problem("date-missing", "The invoice has no date, without which Odoo posts none.")


def _line(line: Json, ordinal: int, partner: str, tables: Tables) -> BilledLine | Problem:
    label = label_of(line, ordinal)
    stated = line.get("quantity") or {}
    quantity = decimal(stated.get("value")) if stated else Decimal(1)
    net = decimal((line.get("net") or {}).get("amount"))
    price = line.get("price") or {}
    amount = decimal(price.get("amount"))
    per = decimal((price.get("basis") or {}).get("value")) or Decimal(1)
    if quantity is None or (net is None and amount is None):
        return Problem("amount-missing", f"Line {label} has no quantity, or neither price nor amount.")
    each = net / quantity if net is not None and quantity else (amount or Decimal(0)) / per
    item = line.get("item") or {}
    order = line.get("order") or {}
    text = item.get("name") or item.get("description") or f"Line {label}"
    product = bought_product(item, partner=partner, tables=tables)
    known = bool(product.barcodes or product.codes or product.buyer_codes)
    taxes = _taxed(line.get("taxes"), tables)
    if isinstance(taxes, Problem):
        return Problem(taxes.code, f"Line {label}: {taxes.message}")
    return BilledLine(
        label=label,
        text=clean(str(text))[:LIMIT],
        product=product if known else None,
        order=order.get("number"),
        order_line=order.get("line"),
        quantity=quantity,
        unit=unit_of(stated),
        price=each,
        taxes=taxes,
    )


def _taxed(taxes: object, tables: Tables) -> tuple[Reference, ...] | Problem:
    """The taxes that a line names, as records of Odoo."""
    found = [reference(Kind.TAX, tax_words(one), tables) for one in taxes] if isinstance(taxes, list) else []
    problem = next((one for one in found if isinstance(one, Problem)), None)
    return problem or tuple(one for one in found if isinstance(one, Reference))


def _charges(document: Json, tables: Tables) -> Iterator[BilledLine | Problem]:
    """Charges and allowances of the whole, as lines of their own."""
    for place, one in enumerate(document.get("allowances_charges") or [], 1):
        amount = decimal((one.get("amount") or {}).get("amount"))
        if amount:
            text = clean(str(one.get("reason") or one.get("code") or ("Charge" if one.get("charge") else "Allowance")))
            sign, taxes = 1 if one.get("charge") else -1, _taxed(one.get("taxes"), tables)
            if isinstance(taxes, Problem):
                yield Problem(taxes.code, f"Charge {place}: {taxes.message}")
                continue
            yield BilledLine(f"charge {place}", text[:LIMIT], None, None, None, Decimal(1), None, amount * sign, taxes)


def _orders(document: Json) -> tuple[str, ...]:
    named = [document.get("order"), *(line.get("order") for line in document.get("lines") or [])]
    return tuple(dict.fromkeys(str(one["number"]) for one in named if one and one.get("number")))


def _matched(line: BilledLine, purchases: Sequence[Purchase], named: set[int], remarks: list[str]) -> PurchaseLine | None:
    if line.product is None:
        return None
    mine = [one for one in purchases if line.order in (None, one.name)] or list(purchases)
    problem = None
    for purchase in mine:
        found = purchase.line(line.product, number=line.order_line, named=named)
        if isinstance(found, PurchaseLine):
            named.add(found.id)
            return found
        problem = found
    remarks.append(f"Line {line.label} is in no purchase order of ours: {problem.message if problem else line.product.label}.")
    return None


def _cells(
    bill: Bill, place: int, line: BilledLine, matched: PurchaseLine | None, units: Units, remarks: list[str]
) -> dict[str, str]:
    quantity, price = line.quantity, line.price
    if matched is not None:
        own = units.convert(line.quantity, line.unit, matched.unit, product=matched.product, own=matched.own)
        if isinstance(own, Problem):
            remarks.append(f"Line {line.label}: {own.message}.")
        elif own:
            quantity, price = own, line.price * line.quantity / own
        remarks += _differences(bill, line, matched, quantity, price)
    return {
        "invoice_line_ids/id": f"{bill.external_id}_l{place}",
        "invoice_line_ids/name": line.text,
        "invoice_line_ids/product_id/.id": str(matched.product) if matched else "",
        "invoice_line_ids/product_uom_id/.id": str(matched.unit) if matched else "",
        "invoice_line_ids/purchase_line_id/.id": str(matched.id) if matched else "",
        "invoice_line_ids/quantity": decimal_text(quantity),
        "invoice_line_ids/price_unit": decimal_text(price),
    }


def _taxes(line: BilledLine, matched: PurchaseLine | None, known: Mapping[Reference, int], remarks: list[str]) -> dict[str, str]:
    """The order's taxes; what no order has takes those that the document names."""
    said = tuple(known[tax] for tax in line.taxes if tax in known)
    if matched is not None and said and set(said) != set(matched.taxes):
        names = ", ".join(tax.said for tax in line.taxes)
        remarks.append(f"Line {line.label}: it is billed with {names}, which are not the taxes of its order.")
    return {"invoice_line_ids/tax_ids/.id": ",".join(map(str, matched.taxes if matched is not None else said))}


def _differences(bill: Bill, line: BilledLine, matched: PurchaseLine, quantity: Decimal, price: Decimal) -> Iterator[str]:
    if abs(price - matched.price) >= Decimal("0.005"):
        billed = price.quantize(Decimal("0.0001"))
        yield f"Line {line.label}: {matched.name} was ordered at {matched.price:f} and is billed at {billed:f}."
    due = matched.received - matched.billed
    if bill.move_type == "in_invoice" and quantity > due:
        yield f"Line {line.label}: {quantity:f} of {matched.name} are billed, {due:f} are received and not billed yet."


def _day(value: str | None) -> str:
    return value[:10] if value else ""
