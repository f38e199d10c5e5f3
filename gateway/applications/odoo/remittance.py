"""What a customer says a payment is for → payments of the invoices it names, and what stays open of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.identification import wanted_partner
from gateway.applications.odoo.mapping import decimal_text
from gateway.applications.odoo.order import Problem, WantedPartner
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json, decimal, label_of

SCHEMA = "remittance_advice/1"
ZERO = Decimal(0)
CENT = Decimal("0.01")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice, or a credit note (`paid` is negative then), with what is paid for it, and why it is less than was asked.

    `partial`: the payer says himself that more is to come.
    """

    label: str
    number: str
    paid: Decimal
    currency: str | None
    deductions: tuple[str, ...]
    partial: bool


@dataclass(frozen=True, slots=True)
class Remittance:
    """A payment and what it is for. `total` is the whole transfer; `others` is what its header adds to it or takes off."""

    key: str
    number: str
    payment: str
    day: str
    payer: WantedPartner | None
    invoices: tuple[PaidInvoice, ...]
    total: Decimal | None
    others: Decimal

    @property
    def memo(self) -> str:
        """What stands in each payment for people, and for who matches them with the bank's statement."""
        return " ".join(filter(None, ("EDI", self.payment, self.number if self.number != self.payment else "")))

    def external_id(self, place: int) -> str:
        """The name of the payment of the invoice in this place (from 0), by which a repeat finds it."""
        return f"{MODULE}.{self.key}_p{place + 1}"

    @property
    def mismatch(self) -> str | None:
        """What is said when the lines do not come to the transfer."""
        lines = sum((one.paid for one in self.invoices), ZERO) + self.others
        if self.total is None or abs(lines - self.total) < CENT:
            return None
        return f"{self.total:.2f} are transferred, and what it is for comes to {lines:.2f}."


def read_remittance(document: Json, *, key: str, partner: str, tables: Tables) -> Remittance | tuple[Problem, ...]:
    """What is paid, or every reason why it cannot be entered."""
    if document.get("schema") != SCHEMA:
        return (Problem("document-unsupported", f"Payments are entered from {SCHEMA}, not from {document.get('schema')}."),)
    if document.get("purpose") not in (None, "original", "confirmation"):
        return (Problem("purpose-unsupported", f"The purpose is {document['purpose']!r}; what was paid is not taken back."),)
    read = [_line(line, ordinal) for ordinal, line in enumerate(document.get("lines") or [], 1)]
    problems = tuple(one for one in read if isinstance(one, Problem))
    if not read:
        return (Problem("lines-missing", "The advice names nothing that is paid."),)
    paid = str(document.get("paid") or document.get("issued") or "")[:10]
    if not paid:
        problems = (*problems, Problem("date-missing", "The advice does not say when it was paid."))
    payer = document.get("payer") or document.get("buyer")
    return problems or Remittance(
        key=key,
        number=clean(str(document.get("number") or "")),
        payment=clean(str(document.get("payment") or "")),
        day=paid,
        payer=wanted_partner(payer, role="payer", partner=partner, tables=tables) if payer else None,
        invoices=_joined([one for one in read if isinstance(one, PaidInvoice)]),
        total=decimal((document.get("amount") or {}).get("amount")),
        others=sum(_amounts(document.get("adjustments") or []), ZERO),
    )


def _line(line: Json, ordinal: int) -> PaidInvoice | Problem:
    label = label_of(line, ordinal)
    number = clean(str((line.get("document") or {}).get("number") or ""))
    stated = line.get("paid") or {}
    paid = decimal(stated.get("amount"))
    if not number:
        return Problem("invoice-missing", f"Line {label} does not say which invoice is paid.")
    if paid is None:
        return Problem("amount-missing", f"Line {label} does not say how much of {number} is paid.")
    return PaidInvoice(label, number, paid, stated.get("currency"), tuple(_deductions(line)), line.get("action") == "partial")


def _deductions(line: Json) -> Iterator[str]:
    discount = decimal((line.get("discount") or {}).get("amount"))
    if discount:
        yield f"discount {discount:.2f}"
    items = [one for item in line.get("items") or [] for one in item.get("adjustments") or []]
    for one in [*(line.get("adjustments") or []), *items]:
        amount = decimal((one.get("amount") or {}).get("amount"))
        words = clean(str(one.get("reason") or "without reason")).replace("_", " ")
        yield f"{words} {amount:.2f}" if amount is not None else words


def _amounts(adjustments: Sequence[Json]) -> Iterator[Decimal]:
    for one in adjustments:
        yield decimal((one.get("amount") or {}).get("amount")) or ZERO


def _joined(invoices: Sequence[PaidInvoice]) -> tuple[PaidInvoice, ...]:
    """An invoice that is named twice is one, with all that is paid for it."""
    found: dict[str, PaidInvoice] = {}
    for one in invoices:
        same = found.get(one.number)
        found[one.number] = one if same is None else _together(same, one)
    return tuple(found.values())


def _together(first: PaidInvoice, second: PaidInvoice) -> PaidInvoice:
    more = (*first.deductions, *second.deductions)
    return replace(first, paid=first.paid + second.paid, deductions=more, partial=first.partial or second.partial)


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice or credit note of Odoo, with what is still to be paid of it; payments under way are taken off."""

    id: int
    number: str
    kind: str
    state: str
    partner: int
    commercial: int
    currency: tuple[int, str]
    open: Decimal

    @property
    def sign(self) -> int:
        """Minus for what we owe."""
        return -1 if self.kind == "out_refund" else 1


def troubles(one: PaidInvoice, claims: Sequence[Claim], payer: int | None) -> Iterator[Problem]:
    """Why the payment of an invoice cannot be entered. `payer` is the company that pays; None when anybody may."""
    if not one.paid:
        return
    if not claims:
        yield Problem("invoice-unknown", f"{one.number} is no invoice or credit note in Odoo.")
        return
    if len(claims) > 1:
        yield Problem("invoice-ambiguous", f"{one.number} means several invoices in Odoo.")
        return
    (claim,) = claims
    if claim.state != "posted":
        yield Problem("invoice-not-posted", f"{one.number} is {claim.state} in Odoo.")
    elif payer is not None and claim.commercial != payer:
        yield Problem("payer-mismatch", f"{one.number} is not an invoice to who pays it. Is the number right?")
    elif one.currency and one.currency != claim.currency[1]:
        yield Problem("currency-mismatch", f"{one.number} is in {claim.currency[1]}, and is paid in {one.currency}.")
    elif one.paid * claim.sign < 0:
        said = "paid to us" if claim.sign < 0 else "taken off"
        kind = "a credit note" if claim.sign < 0 else "an invoice"
        yield Problem("wrong-direction", f"{one.number} is {kind}, and is {said}.")
    elif abs(one.paid) > claim.open:
        yield Problem(
            "overpaid",
            f"{abs(one.paid):.2f} are paid for {one.number}, of which {claim.open:.2f} are open: it was paid or credited.",
        )


def payment_rows(
    remittance: Remittance, entered: Mapping[int, Claim], *, journal: int, linked: bool, memo: str
) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of `account.payment.load`: a payment for each invoice, by its place. `linked`: from 18 on it names it."""
    rows: list[dict[str, str]] = []
    for place, claim in entered.items():
        paid = remittance.invoices[place].paid
        cells = {
            "id": remittance.external_id(place),
            "payment_type": "inbound" if claim.sign > 0 else "outbound",
            "partner_type": "customer",
            "partner_id/.id": str(claim.partner),
            "amount": decimal_text(abs(paid)),
            "currency_id/.id": str(claim.currency[0]),
            "date": remittance.day,
            "journal_id/.id": str(journal),
            memo: remittance.memo,
        }
        rows.append(cells | ({"invoice_ids/.id": str(claim.id)} if linked else {}))
    return list(rows[0]), [list(one.values()) for one in rows]


def difference(one: PaidInvoice, left: Decimal) -> str | None:
    """What is said of an invoice of which something stays open."""
    if left < CENT:
        return None
    why = "; ".join(one.deductions) or "no reason is given"
    return f"{one.number}: {abs(one.paid):.2f} are paid, {left:.2f} stay open ({why})."
