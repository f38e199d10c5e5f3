"""The price and product catalogue: X12 832, EDIFACT PRICAT, UBL Catalogue."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header
from translators.canonical.lines import PricedLine
from translators.canonical.master_data import Extent
from translators.canonical.parts import Item, Location, Part, Period, Quantity


class CatalogueAction(StrEnum):
    """What becomes of an item in the receiver's catalogue."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    NONE = "none"
    OTHER = "other"


class RelatedItem(Part):
    """Another item, and its `relation`: substitute, successor, predecessor, accessory, component or contained."""

    relation: str
    item: Item
    quantity: Quantity | None = None


class CatalogueLine(PricedLine):
    """An item on offer. `price` is what it costs, `other_prices` are those for other quantities, kinds or periods.

    `minimum_order`, `maximum_order` and `order_multiple` bound the quantity of an order. `related` are items that replace it,
    belong to it, or are packed in it.
    """

    action: CatalogueAction | None = None
    status: str | None = None
    valid: Period | None = None
    available: Period | None = None
    minimum_order: Quantity | None = None
    maximum_order: Quantity | None = None
    order_multiple: Quantity | None = None
    lead_days: Decimal | None = None
    location: Location | None = None
    related: list[RelatedItem] = Field(default_factory=list)
    group: str | None = None


class PriceCatalogue(CommercialTerms, Header):
    """Items and their prices. Its key is its number and the seller. `valid` holds for every line that says nothing else."""

    NAME: ClassVar[str] = "price_catalogue"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "price_catalogue"

    schema_: Literal["price_catalogue/1"] = Field(default="price_catalogue/1", alias="schema")
    kind: str | None = None
    name: str | None = None
    extent: Extent = Extent.FULL
    version: str | None = None
    valid: Period | None = None
    effective: date | datetime | None = None
    contract: str | None = None
    lines: list[CatalogueLine] = Field(default_factory=list)

    def distinguishing(self) -> tuple[str, ...]:
        """The version, and when it was issued or takes effect: catalogues keep their number."""
        when = self.issued or self.effective
        return (self.version or "", when.isoformat() if when is not None else "")
