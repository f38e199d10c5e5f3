"""What rules ask of the reference data of applications: a customer, a product, a price. Pure.

Rules are decided without calls: what they need to know is a question, and whoever decides again with the answer goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from gateway.domain.document_path import Json

Record = Literal["customer", "product", "price"]

FIELDS: Mapping[Record, tuple[str, ...]] = MappingProxyType(
    {
        "customer": ("reference", "name", "vat", "gln", "email", "phone", "pricelist", "payment_terms"),
        "product": ("code", "barcode", "name", "unit", "weight", "list_price", "tracking"),
        "price": ("amount", "currency"),
    }
)
"""What is known of each, by the names that rules use."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an application about a partner's document: `about` is JSON, keys in order, that names the record."""

    application: str
    record: Record
    partner: str
    about: str
    company: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such record, or several: why, in a machine word and a sentence."""

    code: str
    message: str


Answer = Mapping[str, Json] | Missing
Known = Mapping[Question, Answer]

NOTHING_KNOWN: Known = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may know beside the document: whose it is, and what was answered."""

    partner: str = ""
    known: Known = field(default_factory=lambda: NOTHING_KNOWN)
