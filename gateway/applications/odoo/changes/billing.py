"""A posted invoice or credit note of Odoo → the document for the customer, and what it means for his orders. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.changes.facts import Agreed, Line, Lookup, Order
from gateway.applications.odoo.changes.parts import (
    content,
    merged,
    milestone,
    order_reference,
    ordered_item,
    outgoing,
    parties_of,
    party_of,
    product_item,
)
from gateway.applications.odoo.changes.saying import Said, next_said
from gateway.applications.odoo.changes.values import (
    Row,
    day,
    listed,
    moment,
    money,
    quantity,
    related,
    related_name,
    rounded,
    text,
)
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.ports.hearing import Notice, Unread
from translators.canonical.arithmetic import check
from translators.canonical.billing import Billing, BillingLine
from translators.canonical.credit_note import CreditNote
from translators.canonical.header import Purpose
from translators.canonical.invoice import Invoice
from translators.canonical.parts import AllowanceCharge, Amount, DocumentReference, Party, PaymentTerms, Price, Tax, Totals

INVOICE, CREDIT = "invoice", "credit_note"
CUSTOMERS = ("out_invoice", "out_refund")
_PAID = ("paid", "in_payment")
_HUNDRED = Decimal(100)
_UNIT = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice or credit note about orders that came through this gateway.

    `lines` are those with a product or an amount, `tax_lines` what was booked as tax. `orders` are the order and line of each
    sale order line that a line is about.
    """

    row: Row
    lines: Sequence[Row]
    tax_lines: Sequence[Row]
    orders: Mapping[int, tuple[Order, Line]]
    lookup: Lookup
    seller: Party | None = None
    buyer: Party | None = None
    reverses: Row | None = None

    @property
    def id(self) -> int:
        """Its database id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """Its number."""
        return str(self.row.get("name") or self.id)

    @property
    def refund(self) -> bool:
        """Whether money is given back."""
        return self.row.get("move_type") == "out_refund"

    @property
    def currency(self) -> str | None:
        """The currency of all its amounts."""
        return related_name(self.row, "currency_id") or None

    def order_line(self, row: Row) -> tuple[Order, Line] | None:
        """The order and line that a line of it is about."""
        return next((self.orders[one] for one in listed(row, "sale_line_ids") if one in self.orders), None)

    @property
    def its_orders(self) -> list[Order]:
        """The orders it is about, each once."""
        return list({order.id: order for order, _ in self.orders.values()}.values())


def subject_of(bill: int) -> str:
    """Under which name an invoice's statements are counted."""
    return f"account.move:{bill}"


def paid_subject(bill: int) -> str:
    """Under which name its payment is told of."""
    return f"account.move.paid:{bill}"


def tell_bill(bill: Bill, before: Said | None, *, source: str, agreed: Agreed) -> Notice | None:
    """What is new about an invoice since it was last told of; None when that is nothing."""
    state = bill.row.get("state")
    withdrawn = state == "cancel" and before is not None and before.word in ("invoiced", "credited")
    if (state != "posted" and not withdrawn) or not bill.its_orders:
        return None
    document = _document(bill)
    word = "withdrawn" if withdrawn else "credited" if bill.refund else "invoiced"
    said = next_said(before, word, [word, bill.name, content(document)])
    if said is None:
        return None
    key = said.key(subject_of(bill.id))
    if faults := check(document):
        return Notice(key, unread=_unread(bill, document, [fault.message for fault in faults]))
    purpose = Purpose.CANCEL if withdrawn else Purpose.ORIGINAL if said.count == 1 else Purpose.REPLACE
    document = document.model_copy(update={"issued": day(bill.row, "invoice_date"), "purpose": purpose})
    partner = bill.its_orders[0].partner
    documents = (outgoing(partner, document),) if agreed(partner, CREDIT if bill.refund else INVOICE) else ()
    event = None if withdrawn else Event.REFUNDED if bill.refund else Event.INVOICED
    return Notice(key, documents, tuple(_events(bill, event, source=source, key=key)) if event else ())


def tell_payment(bill: Bill, before: Said | None, *, source: str) -> Notice | None:
    """Whether an invoice is paid now that was not."""
    if bill.refund or bill.row.get("state") != "posted" or bill.row.get("payment_state") not in _PAID or not bill.its_orders:
        return None
    said = next_said(before, "paid", ["paid", bill.name])
    if said is None:
        return None
    key = said.key(paid_subject(bill.id))
    return Notice(key, milestones=tuple(_events(bill, Event.PAID, source=source, key=key, written=True)))


def _events(bill: Bill, event: Event, *, source: str, key: str, written: bool = False) -> Iterator[Milestone]:
    """The event for each of the orders. A bill has a day: one of an earlier day than it was written on happened by its end."""
    occurred, dated = moment(bill.row, "write_date"), moment(bill.row, "invoice_date")
    if dated is not None and not written and (occurred is None or dated.date() < occurred.date()):
        occurred = dated + timedelta(days=1)
    link = Link(source, "invoice", bill.name)
    for order in bill.its_orders:
        lines = () if event is Event.PAID else tuple(_billed(bill, order))
        own = key if len(bill.its_orders) == 1 else f"{key}:{order.id}"
        yield milestone(
            order,
            event,
            source=source,
            key=own,
            occurred=occurred,
            lines=lines,
            links=(link,),
        )


def _billed(bill: Bill, order: Order) -> Iterator[LineQuantity]:
    """What an invoice bills of an order."""
    for row in bill.lines:
        found = bill.order_line(row)
        if found is not None and found[0].id == order.id and found[1].number is not None:
            yield _counted(found[1], row, bill.lookup)


def _counted(line: Line, row: Row, lookup: Lookup) -> LineQuantity:
    """How much of an order's line is billed, in its unit."""
    value = lookup.unit(row, "product_uom_id").convert(quantity(row, "quantity"), line.unit)
    stated = line.stated(value)
    return LineQuantity(line=line.number, quantity=stated.value, unit=stated.unit)


def _unread(bill: Bill, document: Billing, faults: Sequence[str]) -> Unread:
    return Unread(
        code="sums-differ",
        message=f"{bill.name} was not sent: {' '.join(faults)}",
        remedy="Correct it in Odoo (reset to draft, change, post), or send it to the customer by hand.",
        body=document.to_json(),
    )


# ------------------------------------------------------------------------------------------------------------ the document


def _document(bill: Bill) -> Billing:
    orders = bill.its_orders
    parties = parties_of(orders[0])
    parties |= {role: one for role, one in (("seller", merged(parties.get("seller"), bill.seller)),
                                           ("buyer", merged(parties.get("buyer"), bill.buyer))) if one}  # fmt: skip
    more: dict[str, Any] = {"due": due} if (due := day(bill.row, "invoice_date_due")) else {}
    if len(orders) == 1:
        more |= {"order": order_reference(orders[0]), "seller_order": DocumentReference(number=orders[0].name)}
    if bill.reverses:
        issued = day(bill.reverses, "invoice_date")
        more["preceding"] = [DocumentReference(number=str(bill.reverses["name"]), issued=issued)]
    kind: type[Billing] = CreditNote if bill.refund else Invoice
    return kind(
        number=bill.name,
        currency=bill.currency,
        lines=[_line(bill, row, place) for place, row in enumerate(bill.lines, 1)],
        taxes=list(_taxes(bill)),
        totals=_totals(bill),
        payment_terms=list(_terms(bill)),
        buyer_reference=text(bill.row, "ref"),
        **more,
        **parties,
    )


def _line(bill: Bill, row: Row, place: int) -> BillingLine:
    found = bill.order_line(row)
    value, net = quantity(row, "quantity"), money(row, "price_subtotal", bill.currency)
    price, allowances = _price(bill, row, value, net)
    unit = bill.lookup.unit(row, "product_uom_id")
    line = found[1] if found else None
    item = ordered_item(line) if line else product_item(bill.lookup.product(row))
    if not item.identifiers and not item.name:
        item = item.model_copy(update={"name": text(row, "name")})
    return BillingLine(
        number=str(place),
        item=item,
        quantity=unit.quantity(value, line.booked if line else None),
        price=price,
        net=Amount(amount=net, currency=bill.currency),
        allowances_charges=allowances,
        taxes=[Tax(kind=_kind(bill), category=_category(tax), rate=quantity(tax, "amount")) for tax in _taxes_of(bill, row)],
        order=order_reference(*found) if found else None,
    )


def _price(bill: Bill, row: Row, value: Decimal, net: Decimal) -> tuple[Price, list[AllowanceCharge]]:
    """The price and the discount off it; with taxes in the price, what is left without them."""
    price, percent = quantity(row, "price_unit"), quantity(row, "discount")
    gross = rounded(price * value, bill.currency)
    less = gross - net
    if abs(less - gross * percent / _HUNDRED) > _UNIT and value:
        return Price(amount=quantity({"p": net / value}, "p"), currency=bill.currency, kind="net"), []
    stated = Price(amount=price, currency=bill.currency)
    if not less:
        return stated, []
    amounts = {"amount": Amount(amount=abs(less), currency=bill.currency)}
    return stated, [AllowanceCharge(charge=less < 0, reason="discount", percent=percent if percent > 0 else None, **amounts)]


def _taxes_of(bill: Bill, row: Row) -> list[Row]:
    return [bill.lookup.taxes[one] for one in listed(row, "tax_ids") if one in bill.lookup.taxes]


def _taxes(bill: Bill) -> Iterator[Tax]:
    """The breakdown: each tax with what it is of, and what was booked of it."""
    bases: dict[int, Decimal] = {}
    for row in bill.lines:
        for tax in _taxes_of(bill, row):
            number = int(tax["id"])
            bases[number] = bases.get(number, Decimal(0)) + money(row, "price_subtotal", bill.currency)
    booked = _booked(bill)
    for number, basis in bases.items():
        tax = bill.lookup.taxes[number]
        amount = booked.get(number, Decimal(0)) if booked is not None else basis * quantity(tax, "amount") / _HUNDRED
        yield Tax(
            kind=_kind(bill),
            category=_category(tax),
            rate=quantity(tax, "amount"),
            amount=Amount(amount=rounded(amount, bill.currency), currency=bill.currency),
            basis=Amount(amount=rounded(basis, bill.currency), currency=bill.currency),
        )


def _booked(bill: Bill) -> dict[int, Decimal] | None:
    """What was booked of each tax, in the currency of the invoice; None where Odoo has no such lines."""
    if not bill.tax_lines:
        return None
    sums: dict[int, Decimal] = {}
    for row in bill.tax_lines:
        number = related(row, "tax_line_id") or 0
        booked = money(row, "amount_currency", bill.currency)
        sums[number] = sums.get(number, Decimal(0)) + (booked if bill.refund else -booked)
    return sums


def _totals(bill: Bill) -> Totals:
    def of(value: Decimal) -> Amount:
        return Amount(amount=value, currency=bill.currency)

    lines = sum((money(row, "price_subtotal", bill.currency) for row in bill.lines), Decimal(0))
    untaxed, tax, total = (money(bill.row, name, bill.currency) for name in ("amount_untaxed", "amount_tax", "amount_total"))
    return Totals(
        lines=of(lines), tax_exclusive=of(untaxed), tax=of(tax), tax_inclusive=of(total), payable=of(total),
        line_count=len(bill.lines),
    )  # fmt: skip


def _terms(bill: Bill) -> Iterator[PaymentTerms]:
    due, issued = day(bill.row, "invoice_date_due"), day(bill.row, "invoice_date")
    name = related_name(bill.row, "invoice_payment_term_id") or None
    if due or name:
        yield PaymentTerms(due=due, days=_days(issued, due), text=name)


def _days(start: date | None, end: date | None) -> int | None:
    return (end - start).days if start and end and end >= start else None


def _category(tax: Row) -> str:
    """UNCL 5305: what a localisation says, else the standard rate, or none."""
    stated = text(tax, "ubl_cii_tax_category_code")
    return stated or ("S" if quantity(tax, "amount") else "Z")


def _kind(bill: Bill) -> str:
    country = bill.seller.address.country if bill.seller and bill.seller.address else None
    return "ST" if country == "US" else "VAT"


def buyer_of(row: Row, gln: str | None) -> Party | None:
    """Who is billed, without the code that we have for it: it is no number that the customer knows."""
    party = party_of(row, gln=gln)
    known = {scheme: value for scheme, value in party.identifiers.items() if scheme != "seller"} if party else {}
    return party.model_copy(update={"identifiers": known}) if party else None
