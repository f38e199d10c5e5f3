"""Master data of lots: for warehouses that must know them before their goods come."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.master_data import MasterData, RecordAction
from translators.canonical.parts import Item, Lot, Part, Text


class LotRecord(Part):
    """A lot, or a serial number, of an item, with its dates. `status` is good, blocked … where its owner says so."""

    number: str | None = None
    action: RecordAction = RecordAction.UPSERT
    status: str | None = None
    item: Item
    lot: Lot
    texts: list[Text] = Field(default_factory=list)


class LotMaster(MasterData):
    """Lots as their owner keeps them. Its key is its number and the owner."""

    NAME: ClassVar[str] = "lot_master"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "lot_master"

    schema_: Literal["lot_master/1"] = Field(default="lot_master/1", alias="schema")
    lines: list[LotRecord] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number."""
        yield self.KEY, self.number
