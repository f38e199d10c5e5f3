"""The request to return goods, and its answer: X12 180, EDIFACT RETANN and RETINS, UBL InstructionForReturns."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.logistics import Package, Shipment, package_keys, shipment_keys
from translators.canonical.parts import DocumentReference, Party


class ReturnKind(StrEnum):
    """Which step of a return this is."""

    REQUEST = "request"
    AUTHORISATION = "authorisation"
    REJECTION = "rejection"
    INSTRUCTION = "instruction"
    NOTIFICATION = "notification"
    DISPOSAL = "disposal"
    OTHER = "other"


class ReturnReason(StrEnum):
    """Why goods go back."""

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    NOT_ORDERED = "not_ordered"
    OVER_SHIPPED = "over_shipped"
    LATE = "late"
    EXPIRED = "expired"
    RECALL = "recall"
    UNSOLD = "unsold"
    CUSTOMER_RETURN = "customer_return"
    REPAIR = "repair"
    OTHER = "other"


class Disposition(StrEnum):
    """What becomes of the goods, or what their owner wants for them."""

    CREDIT = "credit"
    REPLACE = "replace"
    REPAIR = "repair"
    RETURN = "return"
    DESTROY = "destroy"
    KEEP = "keep"
    RESTOCK = "restock"
    DONATE = "donate"
    OTHER = "other"


class ReturnLine(PricedLine):
    """An item to go back: how much, why, what is wanted for it. `order` and `invoice` are those it was bought with."""

    reason: ReturnReason | None = None
    reason_text: str | None = None
    disposition: Disposition | None = None
    condition: str | None = None
    status: str | None = None
    authorisation: str | None = None
    order: DocumentReference | None = None
    invoice: DocumentReference | None = None
    despatch: DocumentReference | None = None
    ship_to: Party | None = None


class ReturnRequest(CommercialTerms, Header):
    """Goods to be returned. Its key is its number, the step, and who issued it.

    `authorisation` is the number under which the seller takes the goods back; `reason` and `disposition` are of all lines that
    do not say their own.
    """

    NAME: ClassVar[str] = "return_request"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer", "seller", "ship_from")
    KEY: ClassVar[str] = "return_request"

    schema_: Literal["return_request/1"] = Field(default="return_request/1", alias="schema")
    number: str
    kind: ReturnKind = ReturnKind.REQUEST
    authorisation: str | None = None
    valid_until: date | datetime | None = None
    returned: date | datetime | None = None
    request: DocumentReference | None = None
    order: DocumentReference | None = None
    invoice: DocumentReference | None = None
    reason: ReturnReason | None = None
    reason_text: str | None = None
    disposition: Disposition | None = None
    condition: str | None = None
    shipment: Shipment | None = None
    packages: list[Package] = Field(default_factory=list)
    lines: list[ReturnLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the authorisation, order and invoice, numbers of the shipment, references, those of the lines."""
        yield self.KEY, self.number
        yield "return_authorisation", self.authorisation
        yield from document_key("return_request", self.request)
        yield from document_key("order", self.order)
        yield from document_key("invoice", self.invoice)
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield "return_authorisation", line.authorisation
            yield from document_key("order", line.order)
            yield from document_key("invoice", line.invoice)
        yield from package_keys(self.packages)

    def distinguishing(self) -> tuple[str, ...]:
        """The step: a request and its authorisation may share a number."""
        return (str(self.kind),)
