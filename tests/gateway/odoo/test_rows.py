"""Resolved orders → rows of `load()`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.dialect import dialect_of
from gateway.applications.odoo.order import ResolvedLine, ResolvedOrder, SaleOrder
from gateway.applications.odoo.rows import line_external_id, load_rows, order_external_id


def resolved(order: SaleOrder, **changes: Any) -> ResolvedOrder:
    settings: dict[str, Any] = {"customer": 9, "delivery": None, "invoice": None, "pricelist": None, "company": None}
    lines = tuple(ResolvedLine(100 + n, 1) for n in range(len(order.lines)))
    return ResolvedOrder(order=order, lines=lines, **(settings | changes))


def test_every_order_and_every_line_has_an_external_id(document: Any, line: Any, read: Any) -> None:
    rows = load_rows(resolved(read(document(lines=[line("1"), line("1")]))), dialect=dialect_of([19], gln=None))
    column = rows.columns.index("order_line/id")
    assert rows.rows[0][0] == "edi_gateway.purchase_order_1" == order_external_id("purchase_order_1")
    assert [row[column] for row in rows.rows] == ["edi_gateway.purchase_order_1_l1", "edi_gateway.purchase_order_1_l2"]
    assert line_external_id("a", 3) == "edi_gateway.a_l3"


def test_a_line_below_leaves_the_orders_cells_empty(document: Any, line: Any, read: Any) -> None:
    rows = load_rows(resolved(read(document(lines=[line("1"), line("2")]))), dialect=dialect_of([19], gln=None))
    header = [i for i, column in enumerate(rows.columns) if not column.startswith("order_line")]
    assert any(rows.rows[0][i] for i in header)
    assert not any(rows.rows[1][i] for i in header)


def test_what_odoo_is_to_compute_has_no_column(document: Any, line: Any, read: Any) -> None:
    rows = load_rows(resolved(read(document(lines=[line("1", price=None)]))), dialect=dialect_of([19], gln=None))
    assert rows.columns == (
        "id",
        "partner_id/.id",
        "client_order_ref",
        "origin",
        "commitment_date",
        "order_line/id",
        "order_line/product_id/.id",
        "order_line/product_uom_qty",
        "order_line/product_uom_id/.id",
    )


def test_what_is_known_has_a_column_with_its_database_id(document: Any, read: Any) -> None:
    order = read(document(texts=[{"lines": ["x"]}]))
    rows = load_rows(resolved(order, delivery=1, invoice=2, pricelist=3, company=4), dialect=dialect_of([19], gln=None))
    cells = dict(zip(rows.columns, rows.rows[0], strict=True))
    assert cells["partner_shipping_id/.id"] == "1"
    assert cells["partner_invoice_id/.id"] == "2"
    assert cells["pricelist_id/.id"] == "3"
    assert cells["company_id/.id"] == "4"
    assert cells["note"] == "x"


@pytest.mark.parametrize(("version", "column"), [(17, "product_uom"), (18, "product_uom"), (19, "product_uom_id")])
def test_the_unit_is_named_as_the_version_does(document: Any, read: Any, version: int, column: str) -> None:
    rows = load_rows(resolved(read(document())), dialect=dialect_of([version], gln=None))
    assert f"order_line/{column}/.id" in rows.columns


@given(
    price=st.decimals(min_value=0, max_value=10**6, places=3), quantity=st.decimals(min_value="0.001", max_value=10**6, places=3)
)
def test_no_cell_of_a_line_is_ever_empty(price: Any, quantity: Any) -> None:
    """An empty cell is False to Odoo: a price of nothing, a quantity of nothing."""
    from gateway.applications.odoo.mapping import read_order  # noqa: PLC0415
    from gateway.applications.odoo.tables import Tables  # noqa: PLC0415

    lines = [{"item": {"identifiers": {"seller": "A"}}, "quantity": {"value": str(quantity)}, "price": {"amount": str(price)}}]
    document = {"schema": "purchase_order/1", "number": "1", "lines": lines}
    order = read_order(document, key="k", partner="p", test=False, options={}, tables=Tables())
    assert isinstance(order, SaleOrder)
    rows = load_rows(resolved(order), dialect=dialect_of([19], gln=None))
    assert all(cell for column, cell in zip(rows.columns, rows.rows[0], strict=True) if column.startswith("order_line"))


@pytest.mark.parametrize(
    ("version", "major", "supported"),
    [
        ([19, 0, 0, "final", 0, ""], 19, True),
        (["saas~18", 2, 0, "final", 0, "e"], 18, True),
        ([16, 0, 0, "final", 0, ""], 16, False),
        ([20], 20, False),
        ([], 0, False),
    ],
)
def test_a_version_is_read_from_what_the_server_says(version: list[Any], major: int, supported: bool) -> None:
    dialect = dialect_of(version, gln=None)
    assert (dialect.major, dialect.supported) == (major, supported)
