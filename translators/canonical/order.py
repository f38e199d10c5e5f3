"""What an order says, whoever says it: the buyer who orders, the seller who answers or offers."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header
from translators.canonical.lines import PricedLine
from translators.canonical.parts import Item, Party, Period, Schedule


class Kind(StrEnum):
    """What sort of order it is (X12 92, EDIFACT 1001)."""

    STAND_ALONE = "stand_alone"
    BLANKET = "blanket"
    RELEASE = "release"
    CONSIGNMENT = "consignment"
    DROP_SHIP = "drop_ship"
    RUSH = "rush"
    OTHER = "other"


class OrderHeader(CommercialTerms, Header):
    """The head of an order. `latest_delivery` is the day after which the goods are no longer wanted."""

    kind: Kind = Kind.STAND_ALONE
    release: str | None = None
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None


class OrderLine(PricedLine):
    """One line. `number` is the buyer's line number as sent; `sub_lines` are components of a kit or assortment."""

    action: str | None = None
    item: Item
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None
    schedule: list[Schedule] = Field(default_factory=list)
    ship_to: Party | None = None
    sub_lines: list["OrderLine"] = Field(default_factory=list)
