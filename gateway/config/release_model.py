"""The tables of routes.toml about orders to warehouses: who ships, what holds an order back, how goods are shared out."""

from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from gateway.config.condition import compile_condition
from gateway.config.delivery_model import time_of_day
from gateway.config.fields import Id, ZoneName, written
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.calendar import Calendar
from gateway.domain.order.milestone import Event
from gateway.domain.release.terms import BY_WAREHOUSE, HoldRule, Kind, ReleaseTerms, Warehouse
from gateway.domain.release.window import Window

_CONDITION = "over document (the order to the warehouse), order (the customer's order) and partner (the customer)"
_UNTIL = {Kind.PAYMENT: Event.PAYMENT_AUTHORISED}


def _time(value: Any) -> Any:
    return time_of_day(value) if isinstance(value, str) else value


TimeOfDay = Annotated[time, BeforeValidator(_time), Field(json_schema_extra={"examples": ["16:00"]})]
"""A time on the clock of the wall."""


class BufferRuleTable(Table):
    """Take a buffer off the stock in an inventory report: what is available of each item, else what is on hand."""

    buffer: Decimal = Field(ge=0, description="So many of each item are not told.")
    share: Decimal = Field(default=Decimal(0), ge=0, le=1, description="Or this share of them, as 0.1, if that is more.")


class WarehouseTable(Table):
    """Who ships for us. Those that come first are preferred."""

    id: Id
    partner: Id = Field(
        description="The partner that orders to it are addressed to, and whose stock reports and shipments are its."
    )
    application: Id | None = Field(
        default=None, description="The REST system that gets its orders; default: they are sent as agreed with the partner."
    )
    action: Text = Field(default="warehouse_order", alias="as", description="What the application is asked to do with an order.")
    change: Text | None = Field(default=None, description="And with a change of one that it has; default: the same.")
    cancel: Text | None = Field(default=None, description="And with the cancellation of one; default: the same.")
    when: Text | None = Field(default=None, description=f"Which orders it may ship: condition in CEL {_CONDITION}.")
    calendar: Id | None = Field(default=None, description="Its hours: orders go in them only; default: at any time.")
    timezone: ZoneName | None = Field(default=None, description="Zone of cut-off and waves; default: the calendar's, else UTC.")
    cut_off: TimeOfDay | None = Field(default=None, description='Orders after it go on the next day: "16:00".')
    waves: list[TimeOfDay] = Field(default=[], description='Orders go together at these times: ["08:00", "13:00"].')
    identifiers: dict[str, Text] = Field(
        default={}, description='How documents name it, by scheme: { seller = "east" }, where an order goes to another one.'
    )
    reports: Literal["all", "changes"] = Field(
        default="all",
        description="What its stock reports say. all: there is nothing of what they do not name; changes: only what has changed.",
    )
    settles: Duration = written("30m", "After so long its stock reports have taken off an order that it was told to ship.")

    def warehouse(self, calendars: Mapping[str, Calendar]) -> Warehouse:
        """What the gateway is told."""
        calendar = calendars.get(self.calendar or "")
        zone = ZoneInfo(self.timezone) if self.timezone else calendar.zone if calendar is not None else ZoneInfo("UTC")
        return Warehouse(
            id=self.id,
            partner=self.partner,
            application=self.application,
            action=self.action,
            change=self.change,
            cancel=self.cancel,
            condition=compile_condition(self.when) if self.when else None,
            window=Window(zone, calendar, self.cut_off, tuple(self.waves)),
            identifiers=dict(self.identifiers),
            settles=self.settles,
            whole_reports=self.reports == "all",
        )


class HoldTable(Table):
    """A rule by which orders to warehouses are held, until it holds no more, or a person lets them pass.

    Of kind availability, master_data and warehouse are the holds that follow from the choice of the warehouse: a table says who
    answers for them. master_data is asked for only where there is such a table.
    """

    id: Id
    kind: Literal["credit", "price", "customer", "payment", "approval", "availability", "master_data", "warehouse"] = Field(
        description="Why. price: confirmed prices differ from ordered ones; payment: until it is authorised; "
        "availability: the goods are not there; master_data: the warehouse does not know the items."
    )
    when: Text | None = Field(default=None, description=f"Which orders: condition in CEL {_CONDITION}; default: all.")
    partners: list[Id] = Field(default=[], description="The customers whose orders it is about; default: all.")
    until: Event | None = Field(
        default=None, description="The milestone of the customer's order that ends it by itself; payment: payment_authorised."
    )
    tolerance: Decimal = Field(default=Decimal(0), ge=0, lt=1, description="price: the share that is tolerated, as 0.02.")
    owner: Id | None = Field(default=None, description="Who answers for it; default: [release] owner, else the customer's.")
    within: Duration | None = Field(
        default=None, description="Its owner is told when it takes longer; default: as [release] says."
    )
    calendar: Id | None = Field(default=None, description="Business hours that count; default: the clock.")

    @model_validator(mode="after")
    def _sound(self) -> "HoldTable":
        kind = Kind(self.kind)
        if kind in BY_WAREHOUSE and (self.when or self.partners or self.until):
            raise ValueError(f"{self.kind} follows from the goods: leave out when, partners and until")
        if self.tolerance and kind is not Kind.PRICE:
            raise ValueError("only price has a tolerance")
        return self

    def rule(self) -> HoldRule:
        """What the gateway is told."""
        kind = Kind(self.kind)
        return HoldRule(
            id=self.id,
            kind=kind,
            condition=compile_condition(self.when) if self.when else None,
            partners=frozenset(self.partners),
            until=self.until or _UNTIL.get(kind),
            tolerance=self.tolerance,
            owner=self.owner,
            within=self.within,
            calendar=self.calendar,
        )


class ReleaseTable(Table):
    """The release to warehouses: with this table, orders to warehouses pass a gate before they are sent."""

    prefer: Literal["addressed", "listed"] = Field(
        default="addressed",
        description="addressed: the warehouse that an order is addressed to goes first; listed: as the tables stand.",
    )
    ship: Literal["complete", "partial"] = Field(
        default="complete", description="complete: all of it or nothing; partial: what is there goes, the rest follows."
    )
    split: bool = Field(default=False, description="Whether an order may be shared between warehouses.")
    priorities: list[Text] = Field(
        default=[], description=f"Conditions in CEL {_CONDITION}: orders that fulfil the first get scarce goods first, and so on."
    )
    owner: Id | None = Field(default=None, description="Who answers for holds that name nobody; default: the customer's owner.")
    within: Duration = written("24h", "For how long an order may be held before its owner is told.", gt=timedelta())


def release_terms(
    release: ReleaseTable | None,
    warehouses: Iterable[WarehouseTable],
    holds: Iterable[HoldTable],
    calendars: Mapping[str, Calendar],
) -> ReleaseTerms:
    """The terms of the release. Without the table nothing is held."""
    known = tuple(table.warehouse(calendars) for table in warehouses)
    if release is None:
        return ReleaseTerms(warehouses=known)
    return ReleaseTerms(
        gated=True,
        warehouses=known,
        holds=tuple(table.rule() for table in holds),
        addressed_first=release.prefer == "addressed",
        complete=release.ship == "complete",
        split=release.split,
        priorities=tuple(compile_condition(text) for text in release.priorities),
        owner=release.owner,
        within=release.within,
    )
