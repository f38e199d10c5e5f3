"""What every document begins with: number, date, purpose, parties, references, terms. The same members in all of them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from typing import ClassVar

from pydantic import ConfigDict, Field

from translators.canonical.base import CanonicalDocument, CanonicalModel
from translators.canonical.parts import (
    AllowanceCharge,
    Amount,
    Attachment,
    Contact,
    DeliveryTerms,
    DocumentReference,
    Extra,
    Identifiers,
    Location,
    Packaging,
    Party,
    PaymentTerms,
    Reference,
    Tax,
    Text,
    Totals,
    TransportLeg,
)

MOST_KEYS = 1000
"""How many business keys a document may have: an index is no copy of the document."""

SEARCHED = frozenset(
    {
        "bill_of_lading",
        "carrier_reference",
        "container",
        "contract",
        "customer_order",
        "delivery_note",
        "despatch",
        "invoice",
        "load",
        "master_bill_of_lading",
        "order",
        "payment",
        "previous_order",
        "quote",
        "receipt",
        "return_authorisation",
        "seller_order",
        "shipment",
        "tracking",
    }
)
"""Kinds of references that people search documents by."""

ISSUER_SCHEMES = ("gln", "duns", "seller", "buyer")
"""Identifiers that name a party in an identity, the best first."""


class Purpose(StrEnum):
    """What the sender wants done with this document (X12 353, EDIFACT 1225)."""

    ORIGINAL = "original"
    REPLACE = "replace"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    CHANGE = "change"
    CONFIRMATION = "confirmation"
    OTHER = "other"


class Opening(CanonicalDocument):
    """What stands first. `currency` is that of every amount without one, `language` that of every text.

    `code_family` is the family of formats (`x12`, `edifact`, `xml`) the document was read from: codes that it keeps (`original`,
    `original_codes`) are written in no other.
    """

    model_config = ConfigDict(defer_build=True)

    schema_: str = Field(default="", alias="schema")
    number: str | None = None
    purpose: Purpose = Purpose.ORIGINAL
    original_codes: dict[str, str] = Field(default_factory=dict)
    code_family: str | None = None
    issued: date | datetime | None = None
    currency: str | None = None
    language: str | None = None


class Parties(CanonicalModel):
    """Who takes part, each role a member. Roles that have none are in `other_parties`."""

    model_config = ConfigDict(defer_build=True)

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


class CommercialTerms(CanonicalModel):
    """What applies to all lines: payment, delivery, transport, taxes, allowances and charges, packing."""

    model_config = ConfigDict(defer_build=True)

    payment_terms: list[PaymentTerms] = Field(default_factory=list)
    delivery_terms: DeliveryTerms | None = None
    transport: list[TransportLeg] = Field(default_factory=list)
    taxes: list[Tax] = Field(default_factory=list)
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    packaging: list[Packaging] = Field(default_factory=list)


class Header(Parties, Opening):
    """The head of a document: its number and date, what its sender wants done with it, who takes part, what it refers to.

    `other_dates`, `amounts` and `attributes` hold by name what has no member.
    """

    ISSUERS: ClassVar[tuple[str, ...]] = ("seller", "buyer")
    """The roles that may have given the document its number, the likeliest first."""

    KEY: ClassVar[str] = "document"
    """The kind of business key that its own number is."""

    contacts: list[Contact] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    locations: list[Location] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    amounts: dict[str, Amount] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    totals: Totals | None = None
    extras: list[Extra] = Field(default_factory=list)

    @property
    def business_keys(self) -> tuple[tuple[str, str], ...]:
        """The own number, then the numbers of what it refers to, each once and at most 1,000."""
        return capped(self.keys())

    @property
    def identity(self) -> str:
        """Issuer and number; more where a number alone is not unique."""
        return "|".join((self.issuer, self.number or "", *self.distinguishing()))

    @property
    def issuer(self) -> str:
        """The party whose number it is, as scheme and value; empty when no party says who it is."""
        parties = (getattr(self, role) for role in self.ISSUERS)
        return next((found for party in parties if (found := party_key(party))), "")

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The business keys, the most important first. Repeated and empty ones are dropped by the caller."""
        yield self.KEY, self.number
        yield from reference_keys(self.references)

    def distinguishing(self) -> tuple[str, ...]:
        """What tells documents of one issuer and number apart."""
        return ()


def party_key(party: Party | None) -> str:
    """A party as scheme and value of its best identifier, or empty."""
    if party is None:
        return ""
    for scheme in (*ISSUER_SCHEMES, *party.identifiers):
        if value := first_identifier(party.identifiers, scheme):
            return f"{scheme}:{value}"
    return ""


def first_identifier(identifiers: Identifiers, scheme: str) -> str:
    """The (first) identifier of a scheme, or empty."""
    value = identifiers.get(scheme, "")
    return value if isinstance(value, str) else next(iter(value), "")


def all_identifiers(identifiers: Identifiers, scheme: str) -> Iterable[str]:
    """All identifiers of a scheme."""
    value = identifiers.get(scheme, [])
    return [value] if isinstance(value, str) else value


def reference_keys(references: Iterable[Reference]) -> Iterator[tuple[str, str | None]]:
    """The references that people search by."""
    return ((reference.kind, reference.number) for reference in references if reference.kind in SEARCHED)


def document_key(kind: str, document: DocumentReference | None) -> Iterator[tuple[str, str | None]]:
    """The number of a document that a member names."""
    if document is not None:
        yield kind, document.number


def digest(said: Iterable[str]) -> str:
    """A short name for what a document says, where it has no number that is its own."""
    return blake2b("\n".join(said).encode(), digest_size=8).hexdigest()


def capped(keys: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """The keys that have a value, each once, as many as a document may have."""
    found: dict[tuple[str, str], None] = {}
    for kind, value in islice(keys, 100 * MOST_KEYS):
        if value:
            found[kind, value] = None
            if len(found) == MOST_KEYS:
                break
    return tuple(found)
