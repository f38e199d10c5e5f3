"""A sale order as the gateway wants it, before Odoo's own numbers are known, and with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an order cannot be made: machine code and a sentence for the owner of the failure."""

    code: str
    message: str


class Kind(StrEnum):
    """What a word is about; its value is the model that it means a record of."""

    CARRIER = "delivery.carrier"
    PAYMENT_TERMS = "account.payment.term"
    TAX = "account.tax"
    WAREHOUSE = "stock.warehouse"

    @property
    def table(self) -> str:
        """The table of the configuration that says so."""
        return {"CARRIER": "carriers", "PAYMENT_TERMS": "payment_terms", "TAX": "taxes", "WAREHOUSE": "warehouses"}[self.name]

    @property
    def words(self) -> str:
        """How a person would call it."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that is meant: `target` is an external id, `id:<number>` or, of warehouses, `code:<code>`; `said` is the word."""

    kind: Kind
    target: str
    said: str


class KeyKind(StrEnum):
    """How a partner record is found in Odoo."""

    EXTERNAL = "external id"
    DATABASE = "database id"
    GLN = "GLN"
    REF = "reference"
    VAT = "VAT number"
    FAMILY_REF = "reference among the customer's addresses"


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """One way to find a partner record. A FAMILY_REF counts only below the order's customer: the buyer assigned the code."""

    kind: KeyKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


@dataclass(frozen=True, slots=True)
class WantedPartner:
    """A party of the order: keys in order of trust, and what is needed to create or recognise its address."""

    role: str
    keys: tuple[PartnerKey, ...]
    creation_key: str = ""
    name: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""
    vat: str = ""
    email: str = ""
    telephone: str = ""

    @property
    def has_address(self) -> bool:
        """Whether there is enough to send goods to."""
        return bool(self.name and (self.street or self.postal_code or self.city))

    @property
    def label(self) -> str:
        """How a person would name it."""
        keys = ", ".join(str(key) for key in self.keys)
        return f"{self.name} ({keys})" if self.name and keys else self.name or keys or "without name or identifier"


@dataclass(frozen=True, slots=True)
class WantedProduct:
    """What an order line asks for. `barcodes` are all digit forms of its GTINs.

    `buyer_codes` are matched with our own codes only where nothing else is given: they may mean another product there.
    """

    barcodes: tuple[str, ...]
    codes: tuple[str, ...]
    buyer_codes: tuple[str, ...]
    text: str

    @property
    def label(self) -> str:
        """The item's identifiers and text as sent, for a failure that a person must act upon."""
        given = [*self.codes, *self.buyer_codes, *self.barcodes[:1]]
        named = " / ".join(dict.fromkeys(given)) or "no code"
        return f"{named} {self.text!r}" if self.text else named


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line: `label` is the buyer's line number; price is per `unit`, None to leave it to Odoo; discount in percent."""

    label: str
    product: WantedProduct
    quantity: Decimal
    unit: str | None
    price: Decimal | None
    discount: Decimal


@dataclass(frozen=True, slots=True)
class SaleOrder:
    """A sale order to be made. `remarks` are what the document says and a sale order has no field for."""

    key: str
    reference: str
    origin: str
    commitment_date: str
    note: str
    customer: WantedPartner
    delivery: WantedPartner | None
    invoice: WantedPartner | None
    currency: str | None
    lines: tuple[SaleLine, ...]
    remarks: tuple[str, ...]
    named: Mapping[str, Reference] = field(default_factory=dict)
    """Records that the order names in words, by the field that they go to."""

    @property
    def priced(self) -> bool:
        """Whether the order brings its own prices."""
        return bool(self.lines) and self.lines[0].price is not None


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """Database ids of a line's product and unit. `factor` is how many of that unit are one of the document's, `quantity` what is
    booked where that is another number than is ordered.
    """

    product: int
    unit: int
    factor: Decimal = Decimal(1)
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ResolvedOrder:
    """A sale order with the database ids it needs; None leaves the choice to Odoo."""

    order: SaleOrder
    customer: int
    delivery: int | None
    invoice: int | None
    pricelist: int | None
    company: int | None
    lines: tuple[ResolvedLine, ...]
    named: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadRows:
    """One order as rows of `sale.order.load`: field paths, and as many rows as the order has lines."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
