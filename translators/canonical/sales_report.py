"""The sales report: X12 852, EDIFACT SLSRPT."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Header
from translators.canonical.lines import PricedLine
from translators.canonical.parts import Amount, Location, Part, Party, Period, Price, Quantity, Reference, Text


class ActivityKind(StrEnum):
    """What happened to an item, or how much of it there was (X12 859, EDIFACT 6063)."""

    SOLD = "sold"
    RETURNED = "returned"
    ON_HAND = "on_hand"
    ON_ORDER = "on_order"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    SHIPPED = "shipped"
    ADJUSTED = "adjusted"
    OUT_OF_STOCK = "out_of_stock"
    FORECAST = "forecast"
    OTHER = "other"


class Activity(Part):
    """A quantity sold, returned, on hand … at a place in a period. `amount` is its value."""

    kind: ActivityKind
    quantity: Quantity | None = None
    location: Location | None = None
    as_of: date | datetime | None = None
    period: Period | None = None
    price: Price | None = None
    amount: Amount | None = None
    other_quantities: dict[str, Quantity] = Field(default_factory=dict)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class SalesLine(PricedLine):
    """An item with what happened to it. `location` and `period` hold for every activity that says nothing else.

    `promotion` names the campaign it was sold in.
    """

    location: Location | None = None
    as_of: date | datetime | None = None
    period: Period | None = None
    activities: list[Activity] = Field(default_factory=list)
    ship_to: Party | None = None
    promotion: str | None = None


class SalesReport(Header):
    """What was sold in a period, by item and place. Its key is its number and who sold."""

    NAME: ClassVar[str] = "sales_report"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer", "seller")
    KEY: ClassVar[str] = "sales_report"

    schema_: Literal["sales_report/1"] = Field(default="sales_report/1", alias="schema")
    kind: str | None = None
    period: Period | None = None
    location: Location | None = None
    lines: list[SalesLine] = Field(default_factory=list)

    def distinguishing(self) -> tuple[str, ...]:
        """The period and the day of the report: X12 852 has no number."""
        period = self.period or Period()
        days = (period.start, period.end)
        return tuple(day.isoformat() if day is not None else "" for day in (*days, None if self.number else self.issued))
