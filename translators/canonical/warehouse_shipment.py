"""What a warehouse has shipped: X12 945, EDIFACT DESADV from a warehouse."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.despatch import Despatch
from translators.canonical.header import document_key
from translators.canonical.parts import DocumentReference


class WarehouseShipment(Despatch):
    """A warehouse's answer to a warehouse order: what was shipped, packed how, and what was not. `order` is the customer's.

    Its key is its number, the warehouse order, and the warehouse: an order may be shipped in parts.
    """

    NAME: ClassVar[str] = "warehouse_shipment"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("warehouse", "ship_from")
    KEY: ClassVar[str] = "despatch"

    schema_: Literal["warehouse_shipment/1"] = Field(default="warehouse_shipment/1", alias="schema")
    warehouse_order: DocumentReference | None = None

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The warehouse order it answers, then those of any despatch."""
        yield from document_key("warehouse_order", self.warehouse_order)
        yield from super().keys()

    def distinguishing(self) -> tuple[str, ...]:
        """The warehouse order; without a number also the day."""
        issued = "" if self.number or self.issued is None else self.issued.isoformat()
        return (self.warehouse_order.number if self.warehouse_order else "", issued)
