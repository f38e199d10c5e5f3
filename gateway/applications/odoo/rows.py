"""A resolved sale order → rows of `sale.order.load`, with an external id on the order and on every line. Pure."""

from gateway.applications.odoo.dialect import Dialect
from gateway.applications.odoo.mapping import decimal_text
from gateway.applications.odoo.order import LoadRows, ResolvedOrder

MODULE = "edi_gateway"


def order_external_id(key: str) -> str:
    """The external id of the order made under an idempotency key."""
    return f"{MODULE}.{key}"


def line_external_id(key: str, ordinal: int) -> str:
    """The external id of an order's line; lines count from 1 in the document's order, because buyers' numbers may repeat."""
    return f"{MODULE}.{key}_l{ordinal}"


def ordinal_of(external_id: str) -> int | None:
    """The place in its document of a line that was made under an external id of ours."""
    ours, _, ordinal = external_id.rpartition("_l")
    return int(ordinal) if ours.startswith(f"{MODULE}.") and ordinal.isdecimal() else None


def load_rows(resolved: ResolvedOrder, *, dialect: Dialect) -> LoadRows:
    """Columns and rows. A column stands only where every row fills it: an empty cell would overrule what Odoo computes itself.

    Rows after the first leave the order's own cells empty, which is how `load()` knows lines of the same order.
    """
    header = _header(resolved)
    lines = [_line(resolved, index, dialect) for index in range(len(resolved.lines))]
    columns = (*header, *lines[0])
    blank = ("",) * len(header)
    rows = tuple(((*header.values(),) if index == 0 else blank) + tuple(line.values()) for index, line in enumerate(lines))
    return LoadRows(columns, rows)


def _header(resolved: ResolvedOrder) -> dict[str, str]:
    order = resolved.order
    cells = {
        "id": order_external_id(order.key),
        "partner_id/.id": str(resolved.customer),
        "client_order_ref": order.reference,
        "origin": order.origin,
        "commitment_date": order.commitment_date,
    }
    optional = {
        "partner_shipping_id/.id": resolved.delivery,
        "partner_invoice_id/.id": resolved.invoice,
        "pricelist_id/.id": resolved.pricelist,
        "company_id/.id": resolved.company,
    }
    cells |= {column: str(value) for column, value in optional.items() if value is not None}
    cells |= {f"{field}/.id": str(record) for field, record in resolved.named.items()}
    if order.note:
        cells["note"] = order.note
    return cells


def _line(resolved: ResolvedOrder, index: int, dialect: Dialect) -> dict[str, str]:
    line, ids = resolved.order.lines[index], resolved.lines[index]
    cells = {
        "order_line/id": line_external_id(resolved.order.key, index + 1),
        "order_line/product_id/.id": str(ids.product),
        "order_line/product_uom_qty": decimal_text(line.quantity if ids.quantity is None else ids.quantity),
        f"order_line/{dialect.line_unit}/.id": str(ids.unit),
    }
    if line.price is not None:
        cells["order_line/price_unit"] = decimal_text(line.price / ids.factor)
        cells["order_line/discount"] = decimal_text(line.discount)
    return cells
