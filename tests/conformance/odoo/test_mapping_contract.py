"""Partners' words become records of Odoo: units by factor and packaging, carriers, payment terms, warehouses; and companies."""

from decimal import Decimal
from typing import Any

import pytest

from gateway.applications.odoo import Tables
from gateway.applications.odoo.unmapped import compare
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_tables import Rounding
from gateway.ports import OutcomeKind
from translators.canonical.inventory_adjustment import InventoryAdjustment


async def booked(bench: Any, key: str, document: Any, tables: Tables, **options: Any) -> Any:
    (outcome,) = await bench.application(tables=tables).deliver([bench.call(key, document, options=options)])
    return outcome


async def packaging(bench: Any, product: str, name: str, number: float) -> None:
    """A product is packed so: a packaging, or from 19 on a unit of its own."""
    if bench.version < 19:
        await bench.ask("product.packaging", "create", {"product_id": bench.products[product], "name": name, "qty": number})
        return
    unit = (await bench.ask("ir.model.data", "check_object_reference", "uom", "product_uom_unit"))[1]
    values: dict[str, Any] = {"name": name, "relative_uom_id": unit, "relative_factor": number}
    if bench.simulator is not None:
        database = bench.simulator.odoo.database
        head = database.records["uom.uom"][unit]["parent_path"]
        case = database.insert("uom.uom", {"name": name, "factor": number, "relative_uom_id": unit, "active": True})
        database.update("uom.uom", case, {"parent_path": f"{head}{case}/"})
        database.commit()
    else:
        case = await bench.ask("uom.uom", "create", values)
    await bench.ask("product.product", "write", [bench.products[product]], {"uom_ids": [[6, 0, [case]]]})


async def test_a_case_is_so_many_of_each_product_by_the_sites_own_table(bench: Any) -> None:
    factors = {f"{bench.code('ANVIL')}/CS": Decimal(12), f"{bench.code('ROCKET')}/CS": Decimal("0.5")}
    lines = [bench.line("1", "anvil", 2, 120, quantity={"value": "2", "unit": "CS"})]
    lines.append(bench.line("2", "rocket", 3, 10, quantity={"value": "3", "unit": "CS"}))
    outcome = await booked(bench, "cs1", bench.document("C1", lines), Tables(factors=factors))
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    (order,) = await bench.orders("C1")
    assert [(line["product_uom_qty"], line["price_unit"]) for line in order["lines"]] == [(24.0, 10.0), (1.5, 20.0)]


async def test_a_case_is_what_odoo_says_a_case_of_the_product_is(bench: Any) -> None:
    name = f"Case {bench.suffix}"
    await packaging(bench, "anvil", name, 12)
    tables = Tables(units={"CS": f"packaging:{name}"})
    lines = [bench.line("1", "anvil", 2, 120, quantity={"value": "2", "unit": "CS"})]
    outcome = await booked(bench, "cs2", bench.document("C2", lines), tables)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    (order,) = await bench.orders("C2")
    (line,) = order["lines"]
    pieces = (2.0, 120.0) if bench.version >= 19 else (24.0, 10.0)
    assert (line["product_uom_qty"], line["price_unit"]) == pieces
    assert (line["unit"][1] == name) is (bench.version >= 19)


async def test_a_product_without_a_factor_is_a_failure_with_a_remedy(bench: Any) -> None:
    tables = Tables(units={"PL": f"packaging:Pallet {bench.suffix}"}, factors={f"{bench.code('ANVIL')}/CS": Decimal(12)})
    for key, code in (("cs3", "PL"), ("cs4", "CS")):
        lines = [bench.line("1", "rocket", 1, 1, quantity={"value": "1", "unit": code})]
        outcome = await booked(bench, key, bench.document(f"C{code}", lines), tables)
        assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "factor-missing")
        assert f"<our code>/{code}" in outcome.message
        assert await bench.orders(f"C{code}") == []


@pytest.mark.parametrize(("mode", "result"), [("half_up", 3.0), ("up", 4.0), ("down", 3.0), ("refuse", None)])
async def test_what_does_not_come_out_even_is_rounded_as_agreed(bench: Any, mode: Any, result: float | None) -> None:
    factors = {f"{bench.code('ANVIL')}/LAY": Decimal(1) / 3}
    lines = [bench.line("1", "anvil", 10, None, quantity={"value": "10", "unit": "LAY"})]
    tables = Tables(factors=factors, rounding=Rounding(mode, 0))
    outcome = await booked(bench, "cs5", bench.document("C5", lines), tables)
    orders = await bench.orders("C5")
    assert [order["lines"][0]["product_uom_qty"] for order in orders] == ([] if result is None else [result])
    assert outcome.code == ("quantity-fraction" if result is None else "booked")


async def test_a_shipment_by_the_case_moves_pieces_and_is_told_by_the_case(bench: Any) -> None:
    await bench.goods("crate", on_hand=100)
    tables = Tables(factors={f"{bench.code('CRATE')}/CS": Decimal(12)})
    two, one = ({"quantity": {"value": number, "unit": "CS"}} for number in ("2", "1"))
    line = bench.moved("1", "crate", 2) | two
    document = bench.document("C6", [line | {"price": {"amount": "120"}}])
    outcome = await booked(bench, "cs6", document, tables, confirm=True)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    goods = [bench.moved("1", "crate", 1) | one]
    shipment = bench.shipment("S6", goods, order={"number": f"C6-{bench.suffix}"})
    call = bench.call("cs6s", shipment, action="picking", partner="wms")
    (moved,) = await bench.application(tables=tables).deliver([call])
    assert moved.kind is OutcomeKind.DELIVERED, moved
    order = await bench.order("C6")
    assert [one["moves"][0]["quantity"] for one in order["pickings"] if one["state"] == "done"] == [12.0]
    ((said,),) = [milestone.lines for milestone in moved.milestones]
    assert (said.quantity, said.unit) == (Decimal(1), "CS")


async def carrier(bench: Any, name: str) -> int:
    product = bench.products["rocket"]
    return int(await bench.ask("delivery.carrier", "create", {"name": name, "product_id": product, "delivery_type": "fixed"}))


async def test_carrier_payment_terms_and_warehouse_are_those_of_the_tables(bench: Any) -> None:
    if bench.simulator is not None:
        database = bench.simulator.odoo.database
        method = database.insert("delivery.carrier", {"name": "Parcel", "delivery_type": "fixed"})
        database.commit()
    else:
        method = await carrier(bench, f"Parcel {bench.suffix}")
    (house,) = await bench.ask("stock.warehouse", "search_read", [], fields=["code"], order="id", limit=1)
    terms = await bench.ask("account.payment.term", "search", [], limit=1)
    tables = Tables(
        carriers={"UPSN": f"id:{method}"}, payment_terms={"30": f"id:{terms[0]}"}, warehouses={"gln:5790000000029": house["code"]}
    )
    document = bench.document(
        "M1",
        carrier={"identifiers": {"scac": "UPSN"}},
        payment_terms=[{"days": 30}],
        warehouse={"identifiers": {"gln": "5790000000029"}},
    )
    outcome = await booked(bench, "map1", document, tables)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    (order,) = await bench.orders("M1")
    fields = ["carrier_id", "payment_term_id", "warehouse_id"]
    (row,) = await bench.ask("sale.order", "read", [order["id"]], fields)
    assert [row[name][0] for name in fields] == [method, terms[0], house["id"]]


async def test_a_word_that_a_table_lacks_is_a_failure_and_without_a_table_a_remark(bench: Any) -> None:
    document = bench.document("M2", carrier={"name": "Tortoise"}, payment_terms=[{"days": 45}])
    outcome = await booked(bench, "map2", document, Tables(carriers={"UPSN": "delivery.none"}))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "carrier-unmapped")
    outcome = await booked(bench, "map2", document, Tables(carriers={"*": "delivery.no_such_carrier"}))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "carrier-unknown")
    outcome = await booked(bench, "map2", document, Tables())
    assert outcome.response["remarks"] == ["To be carried by Tortoise.", "Payment: 45 days."]


async def test_the_agreements_warehouse_goes_before_the_documents(bench: Any) -> None:
    (house,) = await bench.ask("stock.warehouse", "search_read", [], fields=["code"], order="id", limit=1)
    document = bench.document("M3", warehouse={"name": "Elsewhere"})
    tables = Tables(warehouses={"Other": "code:NONE"})
    outcome = await booked(bench, "map3", document, tables, warehouse=house["code"])
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    outcome = await booked(bench, "map4", bench.document("M4"), tables, warehouse="NOWHERE")
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "warehouse-unknown")


async def test_tables_are_compared_with_odoo(bench: Any) -> None:
    tables = Tables(
        products={"bigbox/A": bench.code("ANVIL"), "bigbox/B": "NO-SUCH-CODE", "bigbox/C": bench.code("TWIN")},
        units={"EA": "uom.product_uom_unit", "XX": "uom.no_such_unit", "YY": "base.EUR"},
        factors={f"{bench.code('ANVIL')}/CS": Decimal(12), "NO-SUCH-CODE/CS": Decimal(1)},
        customers={"bigbox": f"ref:CUST-{bench.suffix}", "other": "ref:NOBODY", "third": f"id:{bench.customer}"},
        warehouses={"east": "WH", "west": "NOWHERE"},
        carriers={"UPSN": "delivery.no_such_carrier"},
    )
    connection = OdooConnection(
        bench.url, bench.database, bench.clerk.login, bench.clerk.key, protocol=bench.protocol, tables=tables
    )
    found = await compare("odoo", connection)
    assert {(one.table, one.word) for one in found} == {
        ("products", "bigbox/B"),
        ("products", "bigbox/C"),
        ("factors", "NO-SUCH-CODE/CS"),
        ("units", "XX"),
        ("units", "YY"),
        ("customers", "other"),
        ("warehouses", "west"),
        ("carriers", "UPSN"),
    }
    assert all(one.why for one in found)


async def test_stock_is_adjusted_in_the_warehouse_that_is_meant(bench: Any) -> None:
    if bench.simulator is None:
        pytest.skip("a real database has one warehouse with this name only")
    await bench.goods("bolt", on_hand=10)
    database = bench.simulator.odoo.database
    company = {"company_id": 1}
    second = database.insert("stock.warehouse", {"name": "Second", "code": "W2", "active": True, **company})
    place = {"name": "Stock", "complete_name": "W2/Stock", "usage": "internal", "warehouse_id": second, "active": True, **company}
    stock = database.insert("stock.location", place)
    database.update("stock.warehouse", second, {"lot_stock_id": stock})
    database.commit()
    document = bench.shipment(
        "A1",
        [bench.moved("1", "bolt", 5)],
        document=InventoryAdjustment,
        warehouse={"identifiers": {"gln": "5790000000099"}},
    )
    tables = Tables(warehouses={"5790000000099": "W2"})
    call = bench.call("adj1", document, action="inventory_adjustment", partner="wms")
    (outcome,) = await bench.application(tables=tables).deliver([call])
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    quants = await bench.ask(
        "stock.quant", "search_read", [["product_id", "=", bench.products["bolt"]]], fields=["location_id", "quantity"]
    )
    assert {row["location_id"][0]: row["quantity"] for row in quants}[stock] == 5.0
