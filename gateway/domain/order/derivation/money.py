"""Money: invoices, credits, payments."""

from collections.abc import Iterator

from gateway.domain.order.derivation.about import About, line_quantity, order_number
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from translators.canonical.billing import CORRECTING, Billing, BillingLine
from translators.canonical.header import Purpose
from translators.canonical.invoice import Invoice, InvoiceKind
from translators.canonical.remittance_advice import RemittanceAdvice


def billing(document: Billing, about: About) -> Iterator[Milestone]:
    """What was invoiced, order by order; a credit note gives money back. An invoice sent anew takes the place of the first."""
    anew = document.purpose is Purpose.REPLACE and isinstance(document, Invoice)
    if (document.purpose in CORRECTING and not anew) or document.purpose is Purpose.DUPLICATE:
        return
    if isinstance(document, Invoice) and document.kind is InvoiceKind.PRO_FORMA:
        return
    event = Event.INVOICED if isinstance(document, Invoice) else Event.REFUNDED
    usual = order_number(document.order)
    by_order: dict[str | None, list[BillingLine]] = {} if document.lines else {usual: []}
    for line in document.lines:
        if line.part_of is None:
            by_order.setdefault(order_number(line.order) or usual, []).append(line)
    for number, lines in by_order.items():
        billed = [one for line in lines if (one := _billed(line)) is not None] if event is Event.INVOICED else []
        links = (*_names(document, about), *about.links("shipment", (line.despatch.number for line in lines if line.despatch)))
        yield about.milestone(
            event,
            part=f"instead {about.document}" if anew else "",  # else it would be taken for the one that it replaces
            order=number,
            lines=billed,
            links=links,
            reason=getattr(document, "reason", None),
        )


def _billed(line: BillingLine) -> LineQuantity | None:
    return line_quantity(line.order.line if line.order is not None else None, line.quantity, line.item)


def _names(document: Billing, about: About) -> Iterator[Link]:
    yield from about.link("invoice", document.number)
    yield from about.links("invoice", (one.number for one in document.preceding))
    yield from about.link("order", document.seller_order.number if document.seller_order is not None else None)
    if document.despatch is not None:
        yield from about.link("shipment", document.despatch.number)


def remittance_advice(document: RemittanceAdvice, about: About) -> Iterator[Milestone]:
    """What was paid: invoice by invoice, and of those that name it the order. What is still owed is not paid yet."""
    payment = tuple(about.link("payment", document.payment or document.number))
    for position, line in enumerate(document.lines):
        owed = line.outstanding is not None and line.outstanding.amount > 0
        if owed or (line.paid is not None and line.paid.amount <= 0):
            continue
        named: tuple[Link, ...] = ()
        if (line.document.kind or "invoice") == "invoice":
            named = tuple(about.link("invoice", line.document.number))
        yield about.milestone(
            Event.PAID,
            part=str(position),
            order=order_number(line.order),
            links=(*named, *payment),
            occurred=document.paid,
        )
