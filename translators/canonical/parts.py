"""Parts that canonical documents share. Names and meanings follow UBL 2.1, EN 16931 and GS1."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import ConfigDict, Field

from translators.canonical.base import CanonicalModel

Identifiers = dict[str, str | list[str]]
"""Identifiers by scheme (`gln`, `duns`, `gtin`, `upc`, `buyer`, `seller` …); more than one of a scheme is a list."""


class Extra(CanonicalModel):
    """Something sent that has no canonical place: where it stood, its qualifier, its value. Kept, never dropped."""

    path: str
    qualifier: str | None = None
    value: str


class Part(CanonicalModel):
    """What a partner may say more about than the model has members for: a party, a line, an item of a list.

    `original_codes` keeps, by member, the code that was sent where our word is coarser; `extras` what has no member at all.
    Its validators are built with the document that is read, not before: a document is a quarter of the parts there are.
    """

    model_config = ConfigDict(defer_build=True)

    extras: list[Extra] = Field(default_factory=list)
    original_codes: dict[str, str] = Field(default_factory=dict)


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


class Price(Part):
    """A price per `basis` quantity (one unit when absent). `kind` is net, gross, list or another stated one.

    A price that depends on the quantity bought says from which `minimum` to which `maximum` it holds, one with an end says when.
    """

    amount: Decimal
    currency: str | None = None
    basis: Quantity | None = None
    kind: str | None = None
    original: str | None = None
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    valid: Period | None = None
    text: str | None = None


class Address(CanonicalModel):
    """A postal address. `country` is ISO 3166-1 alpha-2 where it could be recognised, else as sent."""

    lines: list[str] = Field(default_factory=list)
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country: str | None = None


class Contact(Part):
    """A person or function to talk to, with numbers by means (`telephone`, `fax`, `email` …)."""

    function: str | None = None
    name: str | None = None
    telephone: str | None = None
    fax: str | None = None
    email: str | None = None
    other: dict[str, str] = Field(default_factory=dict)


class Reference(Part):
    """A document or number this one refers to. `kind` is ours (`contract`, `quote`, `previous_order` …), else `original`."""

    kind: str
    number: str
    line: str | None = None
    issued: date | datetime | None = None
    text: str | None = None
    original: str | None = None


class DocumentReference(Part):
    """The one document that a member names (`order`, `despatch`, `invoice` …), or the line of it.

    `release` tells the releases of a blanket order apart, `sequence` its changes.
    """

    number: str
    line: str | None = None
    release: str | None = None
    sequence: str | None = None
    issued: date | datetime | None = None
    kind: str | None = None
    text: str | None = None


class Party(Part):
    """A party in a role. `role` is set only in `other_parties`."""

    role: str | None = None
    identifiers: Identifiers = Field(default_factory=dict)
    name: str | None = None
    address: Address | None = None
    contacts: list[Contact] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    tax_registration: str | None = None
    legal_name: str | None = None
    tax_identifiers: dict[str, str] = Field(default_factory=dict)


class Location(Part):
    """A place: `kind` says whether warehouse, store, port, dock, bin … `identifiers` are by scheme (`gln`, `unlocode` …)."""

    kind: str | None = None
    identifiers: Identifiers = Field(default_factory=dict)
    name: str | None = None
    address: Address | None = None
    part_of: str | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)


class Text(Part):
    """Free text that keeps its lines and says what it is for."""

    purpose: str | None = None
    language: str | None = None
    lines: list[str]
    code: str | None = None


class Attachment(Part):
    """A file that belongs to the document: where it is (`uri`), or its `content` in base64."""

    name: str | None = None
    number: str | None = None
    media_type: str | None = None
    uri: str | None = None
    content: str | None = None
    text: str | None = None


class AllowanceCharge(Part):
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
    taxes: list["Tax"] = Field(default_factory=list)


class Tax(Part):
    """A tax that applies: kind (VAT …), UNCL 5305 category, rate in percent."""

    kind: str | None = None
    category: str | None = None
    rate: Decimal | None = None
    amount: Amount | None = None
    basis: Amount | None = None
    exempt: bool | None = None
    location: str | None = None
    identification: str | None = None
    exemption_reason: str | None = None
    exemption_code: str | None = None


class PaymentTerms(Part):
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


class DeliveryTerms(Part):
    """Who pays and bears the risk of transport: incoterms code where recognised, place, method of payment of charges."""

    incoterm: str | None = None
    payment: str | None = None
    place: str | None = None
    text: str | None = None
    original: str | None = None


class TransportLeg(Part):
    """How goods travel on one stage. `conveyance` is the truck, train, vessel or flight, `voyage` the number of its journey."""

    stage: str | None = None
    mode: str | None = None
    carrier: Party | None = None
    service: str | None = None
    equipment: str | None = None
    tracking: str | None = None
    text: str | None = None
    original: str | None = None
    conveyance: str | None = None
    voyage: str | None = None
    origin: Location | None = None
    destination: Location | None = None
    planned: Period | None = None
    actual: Period | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)


class Attribute(Part):
    """A described characteristic of an item (size, colour, material …), coded or in words."""

    name: str
    value: str
    code: str | None = None


class Hazard(Part):
    """Why an item is dangerous to carry: its UN number, class and packing group, and whom to call."""

    un_number: str | None = None
    hazard_class: str | None = None
    packing_group: str | None = None
    name: str | None = None
    labels: list[str] = Field(default_factory=list)
    flash_point: Quantity | None = None
    limited_quantity: bool | None = None
    regulation: str | None = None
    contact: Contact | None = None
    text: str | None = None


class Lot(Part):
    """Goods made or handled together: lot or batch number, its dates, and the serial numbers in it."""

    number: str | None = None
    quantity: Quantity | None = None
    best_before: date | datetime | None = None
    expiry: date | datetime | None = None
    made: date | datetime | None = None
    serials: list[str] = Field(default_factory=list)
    origin_country: str | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)


class Item(Part):
    """What is traded. `classifications` are groups it belongs to by scheme (`harmonised_system`, `unspsc`, `gpc` …)."""

    identifiers: Identifiers = Field(default_factory=dict)
    name: str | None = None
    description: str | None = None
    attributes: list[Attribute] = Field(default_factory=list)
    configuration: str | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    classifications: Identifiers = Field(default_factory=dict)
    brand: str | None = None
    origin_country: str | None = None
    hazard: Hazard | None = None
    lot_controlled: bool | None = None
    serial_controlled: bool | None = None


class Packaging(Part):
    """How an item is packed: number and kind of packages, contents, weights and dimensions by kind."""

    packages: Decimal | None = None
    kind: str | None = None
    per_package: Quantity | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    marks: list[str] = Field(default_factory=list)
    identifiers: Identifiers = Field(default_factory=dict)
    text: str | None = None


class Schedule(Part):
    """A part of a line for one date or place.

    `commitment` says how sure it is (firm, planned, forecast …), `interval` what a quantity covers (day, week, month …).
    """

    quantity: Quantity | None = None
    requested: date | datetime | None = None
    period: Period | None = None
    kind: str | None = None
    ship_to: Party | None = None
    commitment: str | None = None
    interval: str | None = None
    cumulative: Quantity | None = None
    location: Location | None = None
    other_quantities: dict[str, Quantity] = Field(default_factory=dict)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)


class Totals(Part):
    """Sums the document states itself, never computed by us. `tax_exclusive` is lines less allowances plus charges,
    `tax_inclusive` that plus tax, `payable` that less what is prepaid.
    """

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    tax_exclusive: Amount | None = None
    tax: Amount | None = None
    tax_inclusive: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None
    payable: Amount | None = None
    discountable: Amount | None = None
    line_count: int | None = None
    quantity: Decimal | None = None
    packages: Decimal | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    other: dict[str, Amount] = Field(default_factory=dict)
