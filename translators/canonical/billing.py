"""What invoices and credit notes say. The sums follow EN 16931."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, Purpose, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.logistics import Shipment, shipment_keys
from translators.canonical.parts import Amount, DocumentReference, Part, Party, Period, Schedule

CORRECTING = frozenset((Purpose.CANCEL, Purpose.CHANGE, Purpose.REPLACE))
"""Purposes of a claim that is not one of its own: it takes one that was made before back, or says it anew."""


class Payment(Part):
    """How to pay, or how it was paid: `means` (UNCL 4461), accounts, the `reference` to be given, a direct debit `mandate`."""

    means: str | None = None
    reference: str | None = None
    account: str | None = None
    account_name: str | None = None
    bank: str | None = None
    mandate: str | None = None
    payer_account: str | None = None
    card: str | None = None
    paid: date | datetime | None = None
    amount: Amount | None = None
    text: str | None = None


class CurrencyExchange(Part):
    """The rate between two currencies: one unit of `source` is `rate` units of `target`."""

    source: str
    target: str
    rate: Decimal | None = None
    as_of: date | datetime | None = None
    purpose: str | None = None


class BillingLine(PricedLine):
    """A line to be paid. `net` is its amount without tax, its allowances and charges included.

    `part_of` is the number of the line whose component this is, `schedule` tells the quantity by place or day.
    """

    part_of: str | None = None
    kind: str | None = None
    net: Amount | None = None
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    receipt: DocumentReference | None = None
    invoice: DocumentReference | None = None
    contract: DocumentReference | None = None
    period: Period | None = None
    delivered: date | datetime | None = None
    ship_to: Party | None = None
    schedule: list[Schedule] = Field(default_factory=list)


class Billing(CommercialTerms, Header):
    """A claim for money, or its correction. `taxes` is the breakdown: per rate the basis and the tax.

    `order`, `despatch` … name the one document all lines come from; lines name their own where there are several. `preceding`
    are invoices that this one corrects or follows. `due` is when all is to be paid, `tax_point` when tax falls due.

    With `purpose` cancel it takes back the one of this number, and with replace it stands in its place: neither is booked beside
    it.
    """

    due: date | datetime | None = None
    tax_point: date | datetime | None = None
    tax_currency: str | None = None
    exchange_rates: list[CurrencyExchange] = Field(default_factory=list)
    period: Period | None = None
    despatched: date | datetime | None = None
    delivered: date | datetime | None = None
    order: DocumentReference | None = None
    seller_order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    receipt: DocumentReference | None = None
    contract: DocumentReference | None = None
    preceding: list[DocumentReference] = Field(default_factory=list)
    buyer_reference: str | None = None
    profile: str | None = None
    shipment: Shipment | None = None
    payments: list[Payment] = Field(default_factory=list)
    lines: list[BillingLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the documents it comes from, then those of its lines."""
        yield self.KEY, self.number
        for document in self.preceding:
            yield "invoice", document.number
        for kind in ("order", "seller_order", "despatch", "receipt", "contract"):
            yield from document_key(kind, getattr(self, kind))
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            for kind in ("order", "despatch", "receipt", "invoice"):
                yield from document_key(kind, getattr(line, kind))

    def distinguishing(self) -> tuple[str, ...]:
        """A claim that was taken back bears the number of the claim."""
        return (str(self.purpose),) if self.purpose in CORRECTING else ()
