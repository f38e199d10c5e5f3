"""Stock sent to a warehouse by its owner, or from one warehouse to another: X12 943."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.despatch import Despatch
from translators.canonical.header import document_key
from translators.canonical.parts import DocumentReference


class StockTransfer(Despatch):
    """Tells a warehouse what is on its way to it. Its key is its number and who sends the goods.

    `ship_from` and `warehouse` are the two ends; `transfer_order` is the order to move the stock.
    """

    NAME: ClassVar[str] = "stock_transfer"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("ordering_party", "ship_from", "seller")
    KEY: ClassVar[str] = "stock_transfer"

    schema_: Literal["stock_transfer/1"] = Field(default="stock_transfer/1", alias="schema")
    transfer_order: DocumentReference | None = None

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the order to move the stock, then those of any despatch."""
        yield self.KEY, self.number
        yield from document_key("transfer_order", self.transfer_order)
        yield from super().keys()

    def distinguishing(self) -> tuple[str, ...]:
        """Without a number what it moves, by order and shipment, and when."""
        if self.number:
            return ()
        order, shipment, when = self.transfer_order, self.shipment, self.despatched or self.issued
        return (
            order.number if order else "",
            (shipment.number or "") if shipment else "",
            when.isoformat() if when is not None else "",
        )
