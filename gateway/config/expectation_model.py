"""The tables of routes.toml about what partners owe us, and about the business hours in which they do."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from gateway.config.fields import Id
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.calendar import Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_RANGE = re.compile(rf"({_DAY})(?:-({_DAY}))?")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Span = Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$", examples=["08:00-17:00"])]


class ExpectTable(Table):
    """One thing that the partner owes us for each document: an acknowledgement, a receipt or a business answer."""

    ack: Literal["TA1", "997", "999", "CONTRL", "APERAK", "824", "cXML", "ApplicationResponse"] | None = Field(
        default=None, description="The acknowledgement that is expected."
    )
    receipt: Literal["mdn"] | None = Field(default=None, description="The receipt of the transfer (AS2).")
    answer: Text | None = Field(default=None, description='The document that answers, by its canonical name: "order_response".')
    within: Duration = Field(description="When it is overdue, counted from the delivery: time of the clock, or open hours.")
    calendar: Id | None = Field(default=None, description="Business hours that count; default: the clock.")

    @model_validator(mode="after")
    def _one_thing(self) -> "ExpectTable":
        if sum(value is not None for value in (self.ack, self.receipt, self.answer)) != 1:
            raise ValueError("expect needs one of ack, receipt and answer; write a list of tables to expect several things")
        if self.within <= timedelta():
            raise ValueError("within must be longer than nothing")
        return self

    @property
    def kind(self) -> str:
        """What it is called in the ledger."""
        return self.ack or (self.receipt.upper() if self.receipt else "") or self.answer or ""


def _one_or_several(value: Any) -> str:
    return "several" if isinstance(value, list) else "one"


Expectations = Annotated[
    Annotated[ExpectTable, Tag("one")] | Annotated[list[ExpectTable], Tag("several")], Discriminator(_one_or_several)
]


class CalendarTable(Table):
    """Business hours, for what is due in open time."""

    id: Id
    timezone: str = Field(description='Zone of the hours and holidays: "Europe/Copenhagen".')
    hours: dict[str, Span | list[Span]] = Field(
        min_length=1, description='Open hours by day or days: { mon-thu = ["08:00-12:00", "13:00-17:00"], fri = "08:00-15:00" }.'
    )
    holidays: list[date] = Field(default=[], description="Days on which nobody works: [2026-12-25, 2027-01-01].")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{value}" is no time zone: write one like "Europe/Copenhagen"') from None
        return value

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        named: set[int] = set()
        for days, spans in value.items():
            numbers = set(weekdays(days))
            if named & numbers:
                raise ValueError(f'hours of {_DAYS[min(named & numbers)]} are there twice; "{days}" is the second')
            named |= numbers
            _check_spans(days, list(opening(spans)))
        return value


def weekdays(text: str) -> Iterator[int]:
    """The weekdays of `mon`, or of `mon-fri`, also over the end of the week; 0 is Monday. Raises ValueError."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no day: write mon, tue, wed, thu, fri, sat, sun, or days like mon-fri')
    first = _DAYS.index(match[1])
    last = _DAYS.index(match[2] or match[1])
    yield from ((first + n) % 7 for n in range((last - first) % 7 + 1))


def opening(spans: str | list[str]) -> Iterator[Hours]:
    """Open hours out of `08:00-12:00`, or several of them. `24:00` is the end of the day. Raises ValueError."""
    for span in [spans] if isinstance(spans, str) else spans:
        match = _SPAN.fullmatch(span)
        if match is None:
            raise ValueError(f'"{span}" are no hours: write them like "08:00-17:00", up to "24:00"')
        end = time() if match[3] is None else time(int(match[3]), int(match[4]))
        yield time(int(match[1]), int(match[2])), end


def _check_spans(days: str, spans: list[Hours]) -> None:
    before = time()
    for index, (start, end) in enumerate(spans):
        if (end != time() and end <= start) or (index and (start < before or before == time())):
            raise ValueError(f'the hours of "{days}" must be in order and not overlap')
        before = end


def weekly_hours(table: CalendarTable) -> dict[int, tuple[Hours, ...]]:
    """Open hours by weekday, Monday being 0."""
    return {day: tuple(opening(spans)) for days, spans in table.hours.items() for day in weekdays(days)}
