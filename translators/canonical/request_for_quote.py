"""The request for a quote: X12 840, EDIFACT REQOTE, UBL RequestForQuotation."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.order import OrderHeader, OrderLine
from translators.canonical.parts import Quantity


class RequestedLine(OrderLine):
    """An item to be offered. `tiers` are the quantities for which a price each is wanted."""

    tiers: list[Quantity] = Field(default_factory=list)


class RequestForQuote(OrderHeader):
    """What a buyer asks an offer for. Its key is its number and the buyer. `respond_by` is the last day for it."""

    NAME: ClassVar[str] = "request_for_quote"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer",)
    KEY: ClassVar[str] = "request_for_quote"

    schema_: Literal["request_for_quote/1"] = Field(default="request_for_quote/1", alias="schema")
    number: str
    respond_by: date | datetime | None = None
    lines: list[RequestedLine] = Field(default_factory=list)
