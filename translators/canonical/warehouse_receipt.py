"""What a warehouse has received: X12 944, EDIFACT RECADV from a warehouse."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import document_key
from translators.canonical.parts import DocumentReference
from translators.canonical.receipt import Receipt


class WarehouseReceipt(Receipt):
    """A warehouse's report of stock that came in. Its key is its number and the warehouse.

    `stock_transfer` is what announced the goods.
    """

    NAME: ClassVar[str] = "warehouse_receipt"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("warehouse", "ship_to")
    KEY: ClassVar[str] = "receipt"

    schema_: Literal["warehouse_receipt/1"] = Field(default="warehouse_receipt/1", alias="schema")
    number: str
    stock_transfer: DocumentReference | None = None

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, what announced the goods, then those of any receipt."""
        yield self.KEY, self.number
        yield from document_key("stock_transfer", self.stock_transfer)
        yield from super().keys()
