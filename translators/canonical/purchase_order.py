"""The purchase order: X12 850, EDIFACT ORDERS, UBL Order."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.base import CanonicalDocument, CanonicalModel
from translators.canonical.parts import (
    AllowanceCharge,
    Amount,
    Contact,
    DeliveryTerms,
    Extra,
    Item,
    Packaging,
    Party,
    PaymentTerms,
    Period,
    Price,
    Quantity,
    Reference,
    Schedule,
    Tax,
    Text,
    Totals,
    TransportLeg,
)


class Purpose(StrEnum):
    """What the sender wants done with this document (X12 353, EDIFACT 1225)."""

    ORIGINAL = "original"
    REPLACE = "replace"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    CHANGE = "change"
    CONFIRMATION = "confirmation"
    OTHER = "other"


class Kind(StrEnum):
    """What sort of order it is (X12 92, EDIFACT 1001)."""

    STAND_ALONE = "stand_alone"
    BLANKET = "blanket"
    RELEASE = "release"
    CONSIGNMENT = "consignment"
    DROP_SHIP = "drop_ship"
    RUSH = "rush"
    OTHER = "other"


class OrderLine(CanonicalModel):
    """One line. `number` is the buyer's line number as sent; `sub_lines` are components of a kit or assortment."""

    number: str | None = None
    action: str | None = None
    item: Item
    quantity: Quantity | None = None
    other_quantities: dict[str, Quantity] = Field(default_factory=dict)
    price: Price | None = None
    other_prices: list[Price] = Field(default_factory=list)
    amounts: dict[str, Amount] = Field(default_factory=dict)
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    schedule: list[Schedule] = Field(default_factory=list)
    packaging: list[Packaging] = Field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    taxes: list[Tax] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    ship_to: Party | None = None
    other_parties: list[Party] = Field(default_factory=list)
    sub_lines: list["OrderLine"] = Field(default_factory=list)
    extras: list[Extra] = Field(default_factory=list)


class PurchaseOrder(CanonicalDocument):
    """A buyer's order. Its key is the order number and the buyer."""

    NAME: ClassVar[str] = "purchase_order"
    VERSION: ClassVar[int] = 1

    schema_: Literal["purchase_order/1"] = Field(default="purchase_order/1", alias="schema")
    number: str
    purpose: Purpose = Purpose.ORIGINAL
    kind: Kind = Kind.STAND_ALONE
    original_codes: dict[str, str] = Field(default_factory=dict)
    release: str | None = None
    issued: date | datetime | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    ship_to: Party | None = None
    ship_from: Party | None = None
    bill_to: Party | None = None
    payer: Party | None = None
    payee: Party | None = None
    ordering_party: Party | None = None
    final_consignee: Party | None = None
    warehouse: Party | None = None
    carrier: Party | None = None
    freight_forwarder: Party | None = None
    manufacturer: Party | None = None
    other_parties: list[Party] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    payment_terms: list[PaymentTerms] = Field(default_factory=list)
    delivery_terms: DeliveryTerms | None = None
    transport: list[TransportLeg] = Field(default_factory=list)
    taxes: list[Tax] = Field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    packaging: list[Packaging] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    lines: list[OrderLine]
    totals: Totals | None = None
    extras: list[Extra] = Field(default_factory=list)

    @property
    def business_keys(self) -> tuple[tuple[str, str], ...]:
        """The order number, and those of contract and release where given."""
        keys = [("order", self.number)]
        keys += [(r.kind, r.number) for r in self.references if r.kind in ("contract", "previous_order", "quote")]
        return tuple(keys)

    @property
    def identity(self) -> str:
        """Buyer and order number; a release or a later version of a blanket order is its own document."""
        buyer = ""
        if self.buyer is not None:
            for scheme in ("gln", "duns", "seller", "buyer"):
                value = self.buyer.identifiers.get(scheme)
                if value:
                    buyer = f"{scheme}:{value if isinstance(value, str) else value[0]}"
                    break
        return f"{buyer}|{self.number}|{self.release or ''}"
