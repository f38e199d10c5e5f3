"""Master data of units of measure: what they are called, and how many of another they are."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.master_data import MasterData, RecordAction
from translators.canonical.parts import Item, Part, Quantity


class UnitRecord(Part):
    """A unit: `unit` is its UN/ECE Rec 20 code where it has one, `name` what its owner calls it.

    `equals` is one of it in the unit that all of its family are measured by. A unit that is of one item alone (its case, its
    pallet) names that `item`.
    """

    number: str | None = None
    action: RecordAction = RecordAction.UPSERT
    unit: str | None = None
    name: str
    family: str | None = None
    equals: Quantity | None = None
    rounding: Decimal | None = None
    item: Item | None = None


class UnitMaster(MasterData):
    """Units as their owner keeps them. Its key is its number and the owner."""

    NAME: ClassVar[str] = "unit_master"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "unit_master"

    schema_: Literal["unit_master/1"] = Field(default="unit_master/1", alias="schema")
    lines: list[UnitRecord] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number."""
        yield self.KEY, self.number
