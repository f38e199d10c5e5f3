"""A carrier's invoice: X12 210."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.billing import CurrencyExchange, Payment
from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.logistics import Equipment, Milestone, Shipment, equipment_keys, shipment_keys
from translators.canonical.parts import Amount, DocumentReference, Part, Quantity
from translators.canonical.transport_order import GoodsLine, Stop


class FreightCharge(Part):
    """What the carrier charges: `rate` per `basis` (per_hundredweight, per_mile, flat …), and what that comes to.

    `payment` says who pays it: prepaid by the sender, collect from the receiver …
    """

    code: str | None = None
    description: str | None = None
    rate: Decimal | None = None
    basis: str | None = None
    quantity: Quantity | None = None
    amount: Amount | None = None
    percent: Decimal | None = None
    payment: str | None = None
    tariff: str | None = None


class FreightLine(GoodsLine):
    """Goods that were carried, with what it costs. `billed_weight` is the weight the charge is reckoned by.

    `milestones` are what became of them: delivered, when, and signed for by whom.
    """

    billed_weight: Quantity | None = None
    freight_class: str | None = None
    charges: list[FreightCharge] = Field(default_factory=list)
    milestones: list[Milestone] = Field(default_factory=list)


class FreightInvoice(CommercialTerms, Header):
    """What a carrier wants to be paid. Its key is its number and the carrier."""

    NAME: ClassVar[str] = "freight_invoice"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("carrier", "payee", "seller")
    KEY: ClassVar[str] = "freight_invoice"

    schema_: Literal["freight_invoice/1"] = Field(default="freight_invoice/1", alias="schema")
    number: str
    kind: str | None = None
    due: date | datetime | None = None
    despatched: date | datetime | None = None
    delivered: date | datetime | None = None
    charges_payment: str | None = None
    exchange_rates: list[CurrencyExchange] = Field(default_factory=list)
    order: DocumentReference | None = None
    shipment: Shipment | None = None
    stops: list[Stop] = Field(default_factory=list)
    equipment: list[Equipment] = Field(default_factory=list)
    payments: list[Payment] = Field(default_factory=list)
    lines: list[FreightLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the transport order, numbers of the shipment and its containers, references, orders of the lines."""
        yield self.KEY, self.number
        yield from document_key("transport_order", self.order)
        yield from shipment_keys(self.shipment)
        yield from equipment_keys(self.equipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
            yield from reference_keys(line.references)
