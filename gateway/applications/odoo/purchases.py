"""Purchase orders of Odoo as documents of suppliers name them: found by number, their lines by product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.catalogue import Product, Products, products_of
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.order import Problem, WantedProduct
from gateway.applications.odoo.scope import Scope

FIELDS = ("name", "state", "origin", "partner_id", "partner_ref", "currency_id", "company_id", "order_line", "picking_ids")
LINE_FIELDS = (
    "product_id",
    "product_qty",
    "price_unit",
    "date_planned",
    "qty_received",
    "qty_invoiced",
    "move_ids",
    "display_type",
)
PRODUCT_FIELDS = ("default_code", "barcode", "name", "uom_id", "sale_ok", "tracking", "product_tmpl_id")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A line of a purchase order; quantities in `unit`, `own` is its product's.

    `place` counts lines from 1, as our order to the supplier does.
    """

    id: int
    place: int
    product: int
    unit: int
    quantity: Decimal
    received: Decimal
    billed: Decimal
    price: Decimal
    planned: str
    moves: tuple[int, ...]
    taxes: tuple[int, ...]
    name: str
    own: int = 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase order with its lines, their products, and the supplier's codes of these."""

    id: int
    name: str
    state: str
    origin: str
    vendor: int
    vendor_name: str
    reference: str
    currency: str
    lines: tuple[PurchaseLine, ...]
    products: Products

    def line(self, wanted: WantedProduct, *, number: str | None, named: set[int]) -> PurchaseLine | Problem:
        """The line of an item: of its product, and of that place where there are several."""
        product = self.products.choose(wanted, for_sale=False)
        if isinstance(product, Problem):
            if product.code == "product-unknown":
                return Problem("line-unknown", f"{wanted.label} is not in purchase order {self.name}")
            return product
        mine = [line for line in self.lines if line.product == product.id and line.id not in named]
        placed = [line for line in mine if number is not None and str(line.place) == number.lstrip("0")]
        if len(mine) > 1 and len(placed) != 1:
            return Problem("line-ambiguous", f"purchase order {self.name} has several lines of {wanted.label}")
        if not mine:
            return Problem("line-unknown", f"{wanted.label} is named more often than purchase order {self.name} has lines of it")
        return (placed or mine)[0] if len(mine) > 1 else mine[0]


class PurchaseDesk:
    """Reads purchase orders."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    async def find(self, numbers: Sequence[str], scope: Scope) -> Purchase:
        """The one order of that number, ours. Raises OdooDeclined."""
        rows = await self._client.call(
            "purchase.order", "search_read", [[["name", "in", list(numbers)]]], fields=list(FIELDS), context=scope.context
        )
        if not rows:
            raise OdooDeclined("order-unknown", f"There is no purchase order {' or '.join(numbers)} in Odoo. Is its number ours?")
        if len(rows) > 1:
            names = ", ".join(row["name"] for row in rows)
            raise OdooDeclined("several-orders", f"The document is of several purchase orders ({names}); split it by order.")
        return await self._read(rows[0], scope)

    async def vendor(self, numbers: Sequence[str], scope: Scope) -> int:
        """The vendor of the order of that number, ours or the vendor's."""
        references = ["|", ["name", "in", list(numbers)], ["partner_ref", "in", list(numbers)]]
        rows = await self._client.call(
            "purchase.order", "search_read", [references], fields=["partner_id"], limit=1, context=scope.context
        )
        return int(rows[0]["partner_id"][0]) if rows else 0

    async def products(self, rows: Sequence[Row], vendor: int, scope: Scope) -> Products:
        """These products, to be found by our codes, their barcodes and the vendor's codes as well."""
        known = products_of(rows)
        templates = {row["product_tmpl_id"][0]: row["id"] for row in rows if row["product_tmpl_id"]}
        domain = [["partner_id", "child_of", vendor], ["product_code", "!=", False], ["product_tmpl_id", "in", sorted(templates)]]
        if not templates:
            return known
        sold = await self._client.call(
            "product.supplierinfo",
            "search_read",
            [domain],
            fields=["product_code", "product_id", "product_tmpl_id"],
            context=scope.context,
        )
        found: dict[tuple[int | None, str, str], tuple[Product, ...]] = dict(known.found)
        by_id = {product.id: product for products in known.found.values() for product in products}
        for row in sold:
            record = row["product_id"][0] if row["product_id"] else templates[row["product_tmpl_id"][0]]
            key = (None, "default_code", row["product_code"])
            if record in by_id and key not in found:  # our own codes go before the vendor's
                found[key] = (by_id[record],)
        return replace(known, found=found)

    async def _read(self, row: Row, scope: Scope) -> Purchase:
        unit, taxes = scope.dialect.line_unit, scope.dialect.purchase_taxes
        lines = await self._client.call(
            "purchase.order.line", "read", [row["order_line"], [*LINE_FIELDS, unit, taxes]], context=scope.context
        )
        bought = [line for line in lines if line["product_id"] and not line["display_type"]]
        ids = sorted({line["product_id"][0] for line in bought})
        products = await self._client.call("product.product", "read", [ids, list(PRODUCT_FIELDS)], context=scope.context)
        own = {one["id"]: one["uom_id"][0] for one in products if one["uom_id"]}
        return Purchase(
            id=row["id"],
            name=row["name"],
            state=row["state"],
            origin=row["origin"] or "",
            vendor=row["partner_id"][0],
            vendor_name=row["partner_id"][1],
            reference=row["partner_ref"] or "",
            currency=row["currency_id"][1] if row["currency_id"] else "",
            lines=tuple(_line(line, place, unit, taxes, own) for place, line in enumerate(bought, 1)),
            products=await self.products(products, row["partner_id"][0], scope),
        )


def _line(row: Row, place: int, unit: str, taxes: str, own: Mapping[int, int]) -> PurchaseLine:
    return PurchaseLine(
        id=row["id"],
        place=place,
        product=row["product_id"][0],
        unit=row[unit][0] if row[unit] else 0,
        quantity=Decimal(str(row["product_qty"])),
        received=Decimal(str(row["qty_received"])),
        billed=Decimal(str(row["qty_invoiced"])),
        price=Decimal(str(row["price_unit"])),
        planned=row["date_planned"] or "",
        moves=tuple(row["move_ids"]),
        taxes=tuple(row[taxes]),
        name=row["product_id"][1],
        own=own.get(row["product_id"][0], 0),
    )
