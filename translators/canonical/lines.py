"""What lines of documents have in common: a number, an item, a quantity, and what is said about them."""

from datetime import date, datetime

from pydantic import Field

from translators.canonical.parts import (
    AllowanceCharge,
    Amount,
    Contact,
    DeliveryTerms,
    Item,
    Location,
    Lot,
    Packaging,
    Part,
    Party,
    PaymentTerms,
    Price,
    Quantity,
    Reference,
    Tax,
    Text,
    TransportLeg,
)


class Line(Part):
    """One line. `number` is as its sender counts; `other_quantities`, `other_dates`, `amounts` and `attributes` are by name.

    `lots` are those the goods come from, with their serial numbers; `packaging` is how one package of them is made up.
    """

    number: str | None = None
    item: Item = Field(default_factory=Item)
    quantity: Quantity | None = None
    other_quantities: dict[str, Quantity] = Field(default_factory=dict)
    amounts: dict[str, Amount] = Field(default_factory=dict)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    locations: list[Location] = Field(default_factory=list)
    other_parties: list[Party] = Field(default_factory=list)
    packaging: list[Packaging] = Field(default_factory=list)
    lots: list[Lot] = Field(default_factory=list)


class PricedLine(Line):
    """A line with a price, what is added to or taken off it, and terms that differ from those of the document."""

    price: Price | None = None
    other_prices: list[Price] = Field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    taxes: list[Tax] = Field(default_factory=list)
    payment_terms: list[PaymentTerms] = Field(default_factory=list)
    delivery_terms: DeliveryTerms | None = None
    transport: list[TransportLeg] = Field(default_factory=list)
