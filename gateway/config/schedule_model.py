"""The tables of routes.toml about what is done at times of the clock, and what is compared."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.reconciliation import Agreed, Scope, Terms
from gateway.domain.schedule import Missed, Recurrence, Schedule

What = Literal["orders", "shipments", "parcels", "pickings", "stock", "invoices", "invoice_acknowledgements", "postings"]

_ADDING: Mapping[str, Mapping[str, bool]] = {
    "shipments": {"nothing_is_zero": True},
    "parcels": {"ours_add_up": True, "theirs_add_up": True},
    "stock": {"ours_add_up": True, "theirs_add_up": True, "nothing_is_zero": True},
    "invoices": {"nothing_is_zero": True},
    "invoice_acknowledgements": {"ours_add_up": True, "theirs_add_up": True},
    "postings": {"theirs_add_up": True},
}
_BY_DOCUMENTS: Mapping[str, bool] = {"theirs_add_up": True, "nothing_is_zero": True}
"""A warehouse that tells what it shipped says nothing of what it has not shipped, and may ship in parts."""


class ReconciliationTable(Table):
    """What two systems hold of the same thing, compared. Differences are failures until they are gone."""

    id: Id
    what: What = Field(
        default="orders",
        description="orders: sale orders by line. shipments: what left, by line. parcels: tracking numbers. pickings: transfers, "
        "and orders of a warehouse. stock: by item and lot. invoices: against what was shipped. invoice_acknowledgements: "
        "against what partners owe us. postings: invoices in a finance system.",
    )
    application: Id | None = Field(
        default=None, description="Whose books are compared: with ours, or with those of `against` or `partner`."
    )
    against: Id | None = Field(default=None, description="An application that should know what the first one tells.")
    partner: Id | None = Field(default=None, description="A partner whose documents say what it holds.")
    company: Text | None = Field(default=None, description="The company in Odoo, by external or database id.")
    warehouse: Text | None = Field(default=None, description="Code of the warehouse in Odoo; default: all of them.")
    lots: bool = Field(default=True, description="Stock by item and lot; false: by item alone.")
    item: Literal["seller", "gtin"] = Field(default="seller", description="How items are known: our code, the GTIN.")
    measure: Literal["on_hand", "available"] = Field(
        default="on_hand", description="Which stock: what lies there, or what of it is not reserved."
    )
    owner: Id | None = Field(default=None, description="Whose the differences are; default: the owner of each partner.")
    back: Duration = written("30d", "How far back it looks.", gt=timedelta())
    settling: Duration = written("30m", "What is younger may still be on its way, and is left out.")
    tolerance: Decimal = Field(default=Decimal(0), ge=0, description="Quantities may differ by so much.")
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1, description="Or by this share of them, as 0.01, if that is more.")

    def agreed(self) -> Agreed:
        """What the gateway is told."""
        adding = _BY_DOCUMENTS if self.what == "pickings" and self.partner else _ADDING.get(self.what, {})
        return Agreed(
            self.id,
            self.what,
            self.application,
            Terms(self.tolerance, self.share, self.settling, **adding),
            self.back,
            self.owner,
            against=self.against,
            partner=self.partner,
            scope=Scope(self.warehouse, self.lots, self.item, self.company, self.measure),
        )


class ScheduleTable(Table):
    """Something that is done at times of the clock, by one process for all."""

    id: Id
    cron: Text = Field(description='When: minute, hour, day, month, weekday, as "30 2 * * mon-fri".')
    timezone: str = Field(default="UTC", description="The zone of these times.")
    run: Literal["reconcile"] = Field(description="What.")
    of: list[Id] = Field(
        default=[],
        description="Which reconciliations; default: all that are configured. Also what the gateway finds by itself: processed, "
        "acknowledged, numbers.",
    )
    from_: date | None = Field(default=None, alias="from", description="The first day, in its zone; default: now.")
    until: date | None = Field(default=None, description="The last day: after a go-live, for as long as is agreed.")
    missed: Literal["once", "skip"] = Field(
        default="once",
        description="Times at which no gateway ran. once: one run makes up for all of them; skip: they are left out.",
    )
    longest: Duration = written("1h", "A run that takes longer has failed.", gt=timedelta())
    owner: Id | None = Field(default=None, description="Who is told when a run fails; default: the gateway's owner.")

    @model_validator(mode="after")
    def _sound(self) -> "ScheduleTable":
        try:
            Recurrence(self.cron, ZoneInfo(self.timezone))
        except (ZoneInfoNotFoundError, IsADirectoryError):
            raise ValueError(f'"{self.timezone}" is no time zone: write one like "Europe/Copenhagen"') from None
        if self.from_ is not None and self.until is not None and self.until < self.from_:
            raise ValueError("until lies before from")
        return self

    def schedule(self, owner: str) -> Schedule:
        """What the gateway is told. `owner` is the gateway's."""
        zone = ZoneInfo(self.timezone)
        options = {"of": list(self.of)} if self.of else {}
        return Schedule(
            self.id,
            Recurrence(self.cron, zone),
            self.run,
            self.owner or owner,
            options,
            Missed(self.missed),
            self.longest,
            begins=_midnight(self.from_, zone) if self.from_ else None,
            ends=_midnight(self.until + timedelta(days=1), zone) if self.until else None,
        )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def schedules(tables: Iterable[ScheduleTable], owner: str) -> tuple[Schedule, ...]:
    """All of them."""
    return tuple(table.schedule(owner) for table in tables)
