"""Master data of items: for warehouses, shops and partners that must know them before they are traded."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.lines import PricedLine
from translators.canonical.master_data import MasterData, RecordAction
from translators.canonical.parts import Identifiers, Item, Part, Period, Quantity


class PackagingLevel(Part):
    """The item in one size of package, from the piece to the pallet: how many of the level below it holds, and its measures."""

    kind: str | None = None
    unit: str | None = None
    identifiers: Identifiers = Field(default_factory=dict)
    contains: Quantity | None = None
    of: str | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    layers: Decimal | None = None
    per_layer: Decimal | None = None


class Component(Part):
    """A part of a kit or assortment."""

    item: Item
    quantity: Quantity | None = None


class ItemRecord(PricedLine):
    """An item with what its handling needs: packaging levels, shelf life in days, storage, components."""

    action: RecordAction = RecordAction.UPSERT
    status: str | None = None
    valid: Period | None = None
    base_unit: str | None = None
    levels: list[PackagingLevel] = Field(default_factory=list)
    shelf_life_days: Decimal | None = None
    minimum_days_at_receipt: Decimal | None = None
    storage: str | None = None
    minimum_temperature: Quantity | None = None
    maximum_temperature: Quantity | None = None
    components: list[Component] = Field(default_factory=list)
    substitutes: list[Item] = Field(default_factory=list)


class ItemMaster(MasterData):
    """Items as their owner keeps them. Its key is its number and the owner."""

    NAME: ClassVar[str] = "item_master"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "item_master"

    schema_: Literal["item_master/1"] = Field(default="item_master/1", alias="schema")
    lines: list[ItemRecord] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number."""
        yield self.KEY, self.number
