"""The quote: X12 843, EDIFACT QUOTES, UBL Quotation."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import document_key, reference_keys
from translators.canonical.order import OrderHeader, OrderLine
from translators.canonical.parts import DocumentReference, Period, Quantity


class QuoteStatus(StrEnum):
    """What the seller does about a line of the request."""

    OFFERED = "offered"
    ALTERNATIVE = "alternative"
    NO_OFFER = "no_offer"
    OTHER = "other"


class QuotedLine(OrderLine):
    """An item on offer. `price` is for the quantity of the line, `other_prices` for other quantities or kinds."""

    status: QuoteStatus | None = None
    request: DocumentReference | None = None
    valid: Period | None = None
    minimum_order: Quantity | None = None
    order_multiple: Quantity | None = None
    lead_days: Decimal | None = None
    reason: str | None = None


class Quote(OrderHeader):
    """A seller's offer. Its key is its number, or what it answers, and the seller.

    `request` is what it answers, `valid` how long it holds.
    """

    NAME: ClassVar[str] = "quote"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "quote"

    schema_: Literal["quote/1"] = Field(default="quote/1", alias="schema")
    request: DocumentReference | None = None
    valid: Period | None = None
    lines: list[QuotedLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the request, references, requests of the lines."""
        yield self.KEY, self.number
        yield from document_key("request_for_quote", self.request)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("request_for_quote", line.request)

    def distinguishing(self) -> tuple[str, ...]:
        """Without a number what it answers, and when: X12 843 has none."""
        if self.number:
            return ()
        issued = self.issued.isoformat() if self.issued is not None else ""
        return (self.request.number if self.request else "", issued)
