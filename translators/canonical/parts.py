"""Parts that canonical documents share. Names and meanings follow UBL 2.1, EN 16931 and GS1."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from translators.canonical.base import CanonicalModel

Identifiers = dict[str, str | list[str]]
"""Identifiers by scheme (`gln`, `duns`, `gtin`, `upc`, `buyer`, `seller` …); more than one of a scheme is a list."""


class Period(CanonicalModel):
    """From a day or instant to another; either end may be open."""

    start: date | datetime | None = None
    end: date | datetime | None = None


class Amount(CanonicalModel):
    """Money. The currency is ISO 4217."""

    amount: Decimal
    currency: str | None = None


class Quantity(CanonicalModel):
    """A number of units: UN/ECE Rec 20 code in `unit`, the partner's own code in `original` where it differed."""

    value: Decimal
    unit: str | None = None
    original: str | None = None


class Price(CanonicalModel):
    """A price per `basis` quantity (one unit when absent). `kind` is net, gross, list or another stated one."""

    amount: Decimal
    currency: str | None = None
    basis: Quantity | None = None
    kind: str | None = None
    original: str | None = None


class Address(CanonicalModel):
    """A postal address. `country` is ISO 3166-1 alpha-2 where it could be recognised, else as sent."""

    lines: list[str] = Field(default_factory=list)
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country: str | None = None


class Contact(CanonicalModel):
    """A person or function to talk to, with numbers by means (`telephone`, `fax`, `email` …)."""

    function: str | None = None
    name: str | None = None
    telephone: str | None = None
    fax: str | None = None
    email: str | None = None
    other: dict[str, str] = Field(default_factory=dict)


class Reference(CanonicalModel):
    """A document or number this one refers to. `kind` is ours (`contract`, `quote`, `previous_order` …), else `original`."""

    kind: str
    number: str
    line: str | None = None
    issued: date | datetime | None = None
    text: str | None = None
    original: str | None = None


class Party(CanonicalModel):
    """A party in a role. `role` is set only in `other_parties`."""

    role: str | None = None
    identifiers: Identifiers = Field(default_factory=dict)
    name: str | None = None
    address: Address | None = None
    contacts: list[Contact] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    tax_registration: str | None = None


class Text(CanonicalModel):
    """Free text that keeps its lines and says what it is for."""

    purpose: str | None = None
    language: str | None = None
    lines: list[str]
    code: str | None = None


class AllowanceCharge(CanonicalModel):
    """An allowance (`charge` false) or a charge (true), as an amount, a percentage, a rate per unit, or a mixture."""

    charge: bool
    reason: str | None = None
    code: str | None = None
    amount: Amount | None = None
    percent: Decimal | None = None
    basis: Amount | None = None
    rate: Decimal | None = None
    quantity: Quantity | None = None
    settlement: str | None = None
    sequence: str | None = None


class Tax(CanonicalModel):
    """A tax that applies: kind (VAT …), UNCL 5305 category, rate in percent."""

    kind: str | None = None
    category: str | None = None
    rate: Decimal | None = None
    amount: Amount | None = None
    basis: Amount | None = None
    exempt: bool | None = None
    location: str | None = None
    identification: str | None = None


class PaymentTerms(CanonicalModel):
    """When payment is due, and discounts for paying earlier."""

    kind: str | None = None
    basis: str | None = None
    due: date | None = None
    days: int | None = None
    discount_percent: Decimal | None = None
    discount_days: int | None = None
    discount_due: date | None = None
    discount_amount: Amount | None = None
    text: str | None = None
    original: str | None = None


class DeliveryTerms(CanonicalModel):
    """Who pays and bears the risk of transport: incoterms code where recognised, place, method of payment of charges."""

    incoterm: str | None = None
    payment: str | None = None
    place: str | None = None
    text: str | None = None
    original: str | None = None


class TransportLeg(CanonicalModel):
    """How goods are to travel on one stage."""

    stage: str | None = None
    mode: str | None = None
    carrier: Party | None = None
    service: str | None = None
    equipment: str | None = None
    tracking: str | None = None
    text: str | None = None
    original: str | None = None


class Attribute(CanonicalModel):
    """A described characteristic of an item (size, colour, material …), coded or in words."""

    name: str
    value: str
    code: str | None = None


class Item(CanonicalModel):
    """What is traded."""

    identifiers: Identifiers = Field(default_factory=dict)
    name: str | None = None
    description: str | None = None
    attributes: list[Attribute] = Field(default_factory=list)
    configuration: str | None = None


class Packaging(CanonicalModel):
    """How an item is packed: number and kind of packages, contents, weights and dimensions by kind."""

    packages: Decimal | None = None
    kind: str | None = None
    per_package: Quantity | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    marks: list[str] = Field(default_factory=list)


class Schedule(CanonicalModel):
    """A part of a line for one date or place."""

    quantity: Quantity | None = None
    requested: date | datetime | None = None
    period: Period | None = None
    kind: str | None = None
    ship_to: Party | None = None


class Totals(CanonicalModel):
    """Sums the document states itself, never computed by us."""

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    tax: Amount | None = None
    payable: Amount | None = None
    line_count: int | None = None
    quantity: Decimal | None = None
    other: dict[str, Amount] = Field(default_factory=dict)


class Extra(CanonicalModel):
    """Something sent that has no canonical place: where it stood, its qualifier, its value. Kept, never dropped."""

    path: str
    qualifier: str | None = None
    value: str
