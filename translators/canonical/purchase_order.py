"""The purchase order: X12 850, EDIFACT ORDERS, UBL Order."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import ISSUER_SCHEMES, Purpose, first_identifier
from translators.canonical.order import Kind, OrderHeader, OrderLine

__all__ = ["Kind", "OrderLine", "PurchaseOrder", "Purpose"]


class PurchaseOrder(OrderHeader):
    """A buyer's order. Its key is the order number and the buyer."""

    NAME: ClassVar[str] = "purchase_order"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer",)
    KEY: ClassVar[str] = "order"

    schema_: Literal["purchase_order/1"] = Field(default="purchase_order/1", alias="schema")
    number: str
    lines: list[OrderLine]

    @property
    def issuer(self) -> str:
        """The buyer by one of the identifiers that orders have always been known by."""
        identifiers = self.buyer.identifiers if self.buyer is not None else {}
        values = ((scheme, first_identifier(identifiers, scheme)) for scheme in ISSUER_SCHEMES)
        return next((f"{scheme}:{value}" for scheme, value in values if value), "")

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The order number, and those of contract, quote and previous order where given."""
        yield "order", self.number
        yield from ((r.kind, r.number) for r in self.references if r.kind in ("contract", "previous_order", "quote"))

    def distinguishing(self) -> tuple[str, ...]:
        """A release of a blanket order is a document of its own."""
        return (self.release or "",)
