"""Master data of locations: stores, warehouses, docks and bins."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.master_data import MasterData, RecordAction
from translators.canonical.parts import Contact, Location, Part, Party, Period, Reference, Text


class OpeningHours(Part):
    """When a location takes or gives goods: days of the week (monday …) and times of day in its own zone (`07:30`)."""

    days: list[str] = Field(default_factory=list)
    opens: str | None = None
    closes: str | None = None
    purpose: str | None = None


class LocationRecord(Part):
    """A location with who runs it, what it is for (`functions`), and when it is open. `parent` is the location it is in."""

    number: str | None = None
    action: RecordAction = RecordAction.UPSERT
    status: str | None = None
    location: Location
    functions: list[str] = Field(default_factory=list)
    operator: Party | None = None
    parent: Location | None = None
    served_by: Location | None = None
    valid: Period | None = None
    timezone: str | None = None
    hours: list[OpeningHours] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class LocationMaster(MasterData):
    """Locations as their owner keeps them. Its key is its number and the owner."""

    NAME: ClassVar[str] = "location_master"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "location_master"

    schema_: Literal["location_master/1"] = Field(default="location_master/1", alias="schema")
    lines: list[LocationRecord] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number."""
        yield self.KEY, self.number
