"""What was sent, and how it is packed: shared by the despatch advice and the documents of a warehouse that ships."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.logistics import Package, Shipment, package_keys, shipment_keys
from translators.canonical.parts import (
    AllowanceCharge,
    DocumentReference,
    Item,
    Location,
    Packaging,
    Part,
    Party,
    PaymentTerms,
    Quantity,
    Reference,
    Tax,
    Text,
    Totals,
)


class DespatchLine(PricedLine):
    """A line of goods sent. `number` is unique in the document: it is what the contents of packages name.

    `quantity` is what was sent, `ordered` what was wanted, `outstanding` what is still to come. `order` names order and order
    line. `status` says complete, partial, substituted, cancelled …; `part_of` the line whose component this is.
    """

    part_of: str | None = None
    ordered: Quantity | None = None
    outstanding: Quantity | None = None
    status: str | None = None
    reason: str | None = None
    order: DocumentReference | None = None
    substitute_for: Item | None = None
    location: Location | None = None
    ship_to: Party | None = None


class DespatchedOrder(Part):
    """What is said of one order among those in a shipment; lines name it by its number.

    Where several tell of the same order, one for each store, say, `lines` are the numbers of the lines each is about. A notice
    that bills what it announces says per order how and what is to be paid.
    """

    order: DocumentReference
    lines: list[str] = Field(default_factory=list)
    seller_order: str | None = None
    buyer: Party | None = None
    ship_to: Party | None = None
    other_parties: list[Party] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    packaging: list[Packaging] = Field(default_factory=list)
    packages: Decimal | None = None
    package_kind: str | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    payment_terms: list[PaymentTerms] = Field(default_factory=list)
    taxes: list[Tax] = Field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    totals: Totals | None = None


class Despatch(CommercialTerms, Header):
    """Goods sent. `lines` say what; `packages` how it is packed, each naming the lines in it; `transport` how it travels.

    `order` is the order when there is but one, `orders` tell of several. `complete` is whether nothing more will come for them.
    """

    kind: str | None = None
    complete: bool | None = None
    despatched: date | datetime | None = None
    expected_delivery: date | datetime | None = None
    order: DocumentReference | None = None
    orders: list[DespatchedOrder] = Field(default_factory=list)
    shipment: Shipment | None = None
    packages: list[Package] = Field(default_factory=list)
    lines: list[DespatchLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, orders, numbers of the shipment, references, then SSCCs as far as there is room."""
        yield self.KEY, self.number
        yield from document_key("order", self.order)
        for named in self.orders:
            yield "order", named.order.number
            yield from reference_keys(named.references)
        yield from shipment_keys(self.shipment)
        yield from (("tracking", leg.tracking) for leg in self.transport)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
        yield from package_keys(self.packages)
