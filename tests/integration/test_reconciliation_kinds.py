"""Every kind of reconciliation between real books: each class of difference is found, owned, and over when it is mended."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.reconciliation import Kind
from gateway.operations.reconcile import Found
from gateway.store.database import Database
from tests.integration.book_site import ANVIL, GLUE, ROCKET, Site, open_site

Seen = tuple[Kind, str, str | None, str, str | None, str | None]


@pytest.fixture
async def site(tmp_path: Path, database: Database) -> AsyncIterator[Site]:
    async with open_site(tmp_path, database) as site:
        yield site


def seen(found: Sequence[Found]) -> list[Seen]:
    differences = [one.difference for one in found]
    return [(one.kind, one.key, one.line, one.what, one.left, one.right) for one in differences]


def line(number: str, sku: str, ordered: int, **more: int) -> dict[str, Any]:
    quantities = {name: str(value) for name, value in {"ordered": ordered, **more}.items()}
    return {"line": number, "state": "shipped", "items": [f"seller:{sku}"], **quantities}


# ---------------------------------------------------------------------------------------------------------- transfers


def release(site: Site, name: str, *lines: tuple[str, int]) -> str:
    """An order that the warehouse got; its name there."""
    wanted = [{"line": str(n), "sku": sku, "quantity": quantity} for n, (sku, quantity) in enumerate(lines, 1)]
    return site.wms.warehouse.release({"reference": name, "customer": "bigbox", "lines": wanted})[0].id


async def test_transfers_are_compared_with_the_orders_of_a_warehouse(site: Site) -> None:
    names = []
    for reference, lines in (("P-1", [(ANVIL, 5), (ROCKET, 2)]), ("P-2", [(ROCKET, 3)]), ("P-3", [(ANVIL, 1)])):
        _, picking = await site.sell(reference, *lines)
        names.append((picking, await site.name("stock.picking", picking)))
    (first, one), (_, two), (_, three) = names
    warehouse = site.wms.warehouse

    at_first = release(site, one, ("ANVIL", 5), ("ROCKET", 2))
    at_second = release(site, two, ("ROCKET", 3))
    assert seen(await site.make("warehouse-pickings")) == [(Kind.MISSING, three, None, "", "S00003 - P-3", None)]
    assert await site.told() == [("pickings-missing", "edi")]

    third = release(site, three, ("ANVIL", 1))
    assert await site.make("warehouse-pickings") == []
    assert await site.told() == []

    await warehouse.pick(at_first, ANVIL=4)
    await warehouse.ship(at_first)
    await warehouse.cancel(third)
    site.wms.misbehaviour.duplicates = "double"
    release(site, two, ("ROCKET", 3))
    unknown = release(site, "WH/OUT/99999", ("ROCKET", 1))
    found = await site.make("warehouse-pickings")
    assert seen(found) == [
        (Kind.DIFFERENT, one, "ANVIL", "shipped", "0", "4"),
        (Kind.DIFFERENT, one, "ROCKET", "shipped", "0", "2"),
        (Kind.DOUBLED, two, None, "", "1", f"{at_second}, W-1004"),
        (Kind.DIFFERENT, three, None, "cancelled", "no", "yes"),
        (Kind.UNEXPECTED, "WH/OUT/99999", None, "", None, unknown),
    ]
    assert found[0].message == f"{one}, ANVIL: shipped is 0 in odoo and 4 in wms-east (+4)."
    assert "Ask the warehouse what is right" in found[0].suggestion
    assert all(one.difference.since is not None for one in found)
    assert len(await site.told()) == 5

    await site.ship(first, quantity=4)
    left = {one.difference.key for one in await site.make("warehouse-pickings")}
    assert one not in left, "the rest is in another transfer, which the warehouse does not have"
    assert len(left) == 4


async def test_what_a_warehouse_tells_by_edi_is_compared_with_what_odoo_has_done(site: Site) -> None:
    _, picking = await site.sell("P-1", (ANVIL, 5), (ROCKET, 2))
    name = await site.name("stock.picking", picking)
    assert await site.make("edi-pickings") == [], "neither of them has shipped anything"

    async def told(number: str, sku: str, quantity: int) -> None:
        item = {"item": {"identifiers": {"seller": sku}}, "quantity": {"value": str(quantity)}}
        document = {"number": number, "warehouse_order": {"number": name}, "lines": [item]}
        await site.document("warehouse_shipment", document, partner="east")

    await told("D-1", "ANVIL", 3)
    await told("D-2", "ANVIL", 2)
    found = await site.make("edi-pickings")
    assert seen(found) == [(Kind.DIFFERENT, name, "ANVIL", "shipped", "0", "5")]
    assert await site.told() == [("pickings-different", "edi")]
    await told("D-3", "ROCKET", 2)
    await site.ship(picking)
    assert await site.make("edi-pickings") == []
    assert await site.told() == []


# -------------------------------------------------------------------------------------------------------------- stock


async def test_stock_is_compared_by_item_and_lot_within_a_tolerance(site: Site) -> None:
    warehouse = site.wms.warehouse
    del warehouse.stock["TNT-12"]
    warehouse.stock["GLUE"] = warehouse.stock["ANVIL"] * 0
    warehouse.lots["GLUE"] = {"L-1": warehouse.stock["ANVIL"] / 4, "L-2": warehouse.stock["ANVIL"] / 8}
    assert await site.make("warehouse-stock") == []

    warehouse.stock["ANVIL"] += 1
    assert await site.make("warehouse-stock") == [], "one more is tolerated"
    warehouse.stock["ANVIL"] += 1
    warehouse.stock["DYNAMITE"] = warehouse.stock["ANVIL"]
    del warehouse.stock["ROCKET"]
    warehouse.lots["GLUE"] = {"L-1": warehouse.stock["ANVIL"] * 0 + 10, "L-3": warehouse.stock["ANVIL"] * 0 + 5}
    found = await site.make("warehouse-stock")
    assert seen(found) == [
        (Kind.DIFFERENT, "ANVIL", None, "on_hand", "40", "42"),
        (Kind.DIFFERENT, "DYNAMITE", None, "on_hand", "0", "42"),
        (Kind.DIFFERENT, "GLUE lot L-2", None, "on_hand", "5", "0"),
        (Kind.DIFFERENT, "GLUE lot L-3", None, "on_hand", "0", "5"),
        (Kind.DIFFERENT, "ROCKET", None, "on_hand", "100", "0"),
    ]
    assert found[0].suggestion.startswith("Count it")
    assert await site.told() == [("stock-different", "edi")] * 5
    assert found[0].difference.since is not None, "since it last moved in Odoo"
    left = await site.make("warehouse-stock", settling=timedelta(hours=1))
    assert {one.difference.key for one in left} == {"DYNAMITE", "GLUE lot L-3"}, "all else may have moved just now"


async def test_stock_is_compared_with_the_last_report_of_a_warehouse_that_speaks_edi(site: Site) -> None:
    def item(sku: str, quantity: int, **lot: str) -> dict[str, Any]:
        lots = {"lots": [{"number": lot["lot"]}]} if lot else {}
        stock = {"status": "on_hand", "quantity": {"value": str(quantity)}, **lots}
        return {"item": {"identifiers": {"seller": sku}}, "stock": [stock]}

    whole = [item("ANVIL", 40), item("ROCKET", 100), item("GLUE", 10, lot="L-1"), item("GLUE", 5, lot="L-2")]
    later = {"as_of": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    await site.document("inventory_report", {"number": "I-1", **later, "lines": [item("ANVIL", 1)]}, partner="east")
    await site.document("inventory_report", {"number": "I-2", "lines": whole}, partner="east")
    found = await site.make("edi-stock")
    assert found == [], "what moved since the report was made is left out"
    async with site.database.connection() as connection:
        await connection.execute("update gateway.document set created_at = gateway.now() + interval '1 minute'")
    assert await site.make("edi-stock") == []
    await site.document("inventory_report", {"number": "I-3", **later, "lines": whole[1:]}, partner="east")
    async with site.database.connection() as connection:
        await connection.execute("update gateway.document set created_at = gateway.now() + interval '1 minute'")
    assert seen(await site.make("edi-stock")) == [(Kind.DIFFERENT, "ANVIL", None, "on_hand", "40", "0")]


# ---------------------------------------------------------------------------------------------------- shipments, parcels


async def test_what_left_is_compared_with_the_transfers_of_odoo(site: Site) -> None:
    sold, picking = await site.sell("4711", (ANVIL, 5), (ROCKET, 2))
    await site.ship(picking)
    document = await site.document("purchase_order", {"number": "4711"})
    lines = [line("1", "ANVIL", 5, shipped=5), line("2", "ROCKET", 2, shipped=2)]
    order = await site.order("4711", *lines, document=document)
    await site.booked(order, document, await site.name("sale.order", sold))
    assert await site.make("odoo-shipments") == []

    async with site.database.connection() as connection:
        await connection.execute(
            "update gateway.trade_order set lines = jsonb_set(lines, '{0,shipped}', '\"3\"') where id = $1", order
        )
    (found,) = await site.make("odoo-shipments")
    assert (found.difference.what, found.difference.left, found.difference.right) == ("shipped", "3", "5")
    assert found.difference.line == "[ANVIL] Acme anvil"
    assert "gateway order 4711" in found.suggestion
    assert await site.told() == [("shipments-different", "sales")]


async def test_parcels_are_compared_with_what_their_carrier_answers(site: Site) -> None:
    carrier = site.carrier.carrier
    asked = {"to": {"name": "BigBox"}, "parcels": [{"weight": 1}]}
    known, lost = (carrier.purchase({**asked, "reference": reference}) for reference in ("S-1", "S-2"))
    order = await site.order("4711", line("1", "ANVIL", 5, shipped=5))
    links = [["parcels-co", "tracking", number] for number in (known.tracking, lost.tracking)]
    await site.event(order, "shipped", source="wms-east", links=links)
    assert await site.make("carrier-parcels") == []

    del carrier.shipments[lost.id]
    await carrier.deliver(known.id, signed_by="Ann")
    found = await site.make("carrier-parcels")
    assert seen(found) == [
        (Kind.DIFFERENT, known.tracking, None, "status", "under way", "delivered"),
        (Kind.MISSING, lost.tracking, None, "", "order 4711", None),
    ]
    assert found[0].difference.since is not None
    assert "let it tell this parcel's events again" in found[0].suggestion
    await site.event(order, "delivered", source="parcels-co", links=links[:1])
    assert seen(await site.make("carrier-parcels")) == seen(found)[1:]

    await carrier.scan(known.id, "teleported")
    with pytest.raises(Exception, match="'teleported', of which nothing is said: add it to words"):
        await site.make("carrier-parcels")
    assert await site.told() == [("not-compared", "edi"), ("parcels-missing", "edi")], "nothing is over: nothing was compared"


async def test_parcels_are_compared_with_what_a_carrier_said_by_edi(site: Site) -> None:
    order = await site.order("4711", line("1", "ANVIL", 5, shipped=5))
    await site.event(order, "shipped", links=[["gateway", "tracking", "T-1"], ["gateway", "tracking", "T-2"]])
    await site.event(order, "in_transit", source="parcels-edi", links=[["parcels-edi", "tracking", "T-1"]])
    await site.event(order, "delivered", source="bigbox", links=[["bigbox", "tracking", "T-1"]])
    assert seen(await site.make("edi-parcels")) == [
        (Kind.DIFFERENT, "T-1", None, "status", "delivered", "under way"),
        (Kind.MISSING, "T-2", None, "", "order 4711", None),
    ]
    await site.event(order, "delivered", source="parcels-edi", links=[["parcels-edi", "tracking", "T-1"]])
    await site.event(order, "in_transit", source="parcels-edi", links=[["parcels-edi", "tracking", "T-2"]])
    assert await site.make("edi-parcels") == []
    await site.event(order, "delivery_exception", source="parcels-edi", links=[["parcels-edi", "tracking", "T-9"]])
    assert seen(await site.make("edi-parcels")) == [(Kind.UNEXPECTED, "T-9", None, "", None, "T-9")]


# ------------------------------------------------------------------------------------------------------------- invoices


def invoice(number: str, *lines: tuple[str, int, str], order: str = "4711", **more: Any) -> dict[str, Any]:
    return {
        "number": number, "currency": "USD", "order": {"number": order},
        "lines": [
            {"number": place, "quantity": {"value": str(quantity)}, "price": {"amount": price}, "net": {"amount": price},
             "order": {"number": order, "line": place}}
            for place, quantity, price in lines
        ],
        "totals": {"tax_exclusive": {"amount": "10.00"}, "tax": {"amount": "1.50"}, "tax_inclusive": {"amount": "11.50"}},
        **more,
    }  # fmt: skip


async def test_invoices_are_compared_with_shipments_line_by_line(site: Site) -> None:
    prices = [{"number": place, "price": {"amount": price}} for place, price in (("1", "100"), ("2", "25.5"))]
    ordered = {"number": "4711", "lines": prices}
    document = await site.document("purchase_order", ordered)
    lines = [line("1", "ANVIL", 5, shipped=5), line("2", "ROCKET", 2, shipped=2), line("3", "GLUE", 1)]
    order = await site.order("4711", *lines, document=document)
    await site.event(order, "shipped")
    found = await site.make("invoiced")
    assert seen(found) == [
        (Kind.DIFFERENT, "4711", "line 1", "quantity", "5", "0"),
        (Kind.DIFFERENT, "4711", "line 2", "quantity", "2", "0"),
    ]
    assert found[0].message == "4711 of bigbox, line 1: quantity is 5 in the shipments and 0 in the invoices (-5)."
    assert found[0].difference.since is not None
    assert await site.told() == [("invoices-different", "edi")] * 2

    keys = ["invoice:R-1", "order:4711"]
    await site.document("invoice", invoice("R-1", ("1", 5, "100"), ("2", 3, "24")), keys=keys)
    assert seen(await site.make("invoiced")) == [
        (Kind.DIFFERENT, "4711", "line 2", "price", "25.5", "24"),
        (Kind.DIFFERENT, "4711", "line 2", "quantity", "2", "3"),
    ]
    credit = invoice("C-1", ("2", 3, "24"))
    await site.document("credit_note", credit, keys=["credit_note:C-1", "order:4711"])
    again = invoice("R-2", ("2", 2, "25.5"))
    await site.document("invoice", again, keys=["invoice:R-2", "order:4711"])
    left = await site.make("invoiced")
    assert seen(left) == [(Kind.DIFFERENT, "4711", "line 2", "price", "25.5", "24 and 25.5")]
    replaced = invoice("R-1", ("1", 5, "100"), ("2", 3, "25.5"), purpose="replace")
    await site.document("invoice", replaced, keys=keys)
    assert await site.make("invoiced") == []
    assert await site.told() == []


_SENT = """with sent as (
    insert into gateway.outbound_document
      (outbound, ordinal, document, group_id, group_number, control_number, type, version, name, partner, keys)
    values (gen_random_uuid(), 1, gen_random_uuid(), '', '', '1', '810', '', 'invoice', 'bigbox', array[$1]) returning outbound)
  insert into gateway.expectation (id, outbound, document, partner, kind, layer, owner, within, sent_at, due_at, state)
  select gen_random_uuid(), outbound, 1, 'bigbox', $2, 'functional', 'edi', '1 h', gateway.now() - interval '3 h',
    gateway.now() + $4::text::interval, $3 from sent"""


async def test_invoices_are_compared_with_what_partners_said_of_them(site: Site) -> None:
    async def sent(number: str, state: str, *, due: str, kind: str = "997") -> None:
        async with site.database.connection() as connection:
            await connection.execute(
                _SENT,
                f"invoice:{number}", kind, state, due,
            )  # fmt: skip

    await sent("R-1", "accepted", due="-1 h")
    await sent("R-2", "expected", due="1 h")
    assert await site.make("invoices-accepted") == []
    await sent("R-3", "rejected", due="-1 h")
    await sent("R-4", "overdue", due="-1 h", kind="CONTRL")
    found = await site.make("invoices-accepted")
    assert seen(found) == [
        (Kind.DIFFERENT, "R-3", None, "997", "accepted", "rejected"),
        (Kind.DIFFERENT, "R-4", None, "CONTRL", "accepted", "overdue"),
    ]
    assert found[0].message == "R-3 of bigbox: 997 is accepted in what is owed and rejected in what partners said."
    assert await site.told() == [("invoice_acknowledgements-different", "edi")] * 2
    async with site.database.connection() as connection:
        await connection.execute("update gateway.expectation set state = 'waived' where state in ('rejected', 'overdue')")
    assert await site.make("invoices-accepted") == []
    assert await site.told() == []


async def test_postings_are_compared_with_invoices_and_those_in_parts_add_up(site: Site) -> None:
    await site.document("invoice", invoice("R-1", ("1", 1, "10.00")))
    await site.document("invoice", invoice("R-2", ("1", 1, "10.00")))
    whole = {"net": 10.0, "tax": 1.5, "gross": 11.5, "currency": "USD"}
    halves = [{"invoice": "R-1", "net": 6, "tax": "0.9", "gross": 6.9}, {"invoice": "R-1", "net": 4, "tax": 0.6, "gross": 4.6}]
    site.other.postings = [*halves, {"invoice": "R-2", **whole}]
    assert await site.make("posted") == []
    early = {"invoice": "R-9", **whole, "booked_at": "2026-01-01T00:00:00Z"}
    site.other.postings = [{"invoice": "R-1", **whole, "gross": 12.5}, early, {"invoice": "R-8", **whole}]
    found = await site.make("posted")
    assert seen(found) == [
        (Kind.DIFFERENT, "R-1", None, "total", "11.5", "12.5"),
        (Kind.MISSING, "R-2", None, "", "R-2", None),
        (Kind.UNEXPECTED, "R-8", None, "", None, "R-8"),
    ], "R-9 was booked before the time that is looked at"
    assert "gateway trace invoice:R-2" in found[1].suggestion
    assert {owner for _, owner in await site.told()} == {"edi"}

    await site.document("invoice", invoice("R-1", ("1", 2, "10.00")), partner="ledger")
    assert seen(await site.make("posted-by-file")) == [(Kind.MISSING, "R-2", None, "", "R-2", None)]


async def test_invoices_of_odoo_are_compared_with_postings(site: Site) -> None:
    sold, picking = await site.sell("4711", (ANVIL, 1))
    await site.ship(picking)
    number = await site.bill(sold)
    assert seen(await site.make("odoo-posted")) == [(Kind.MISSING, number, None, "", number, None)]
    (row,) = await site.do("account.move", "search_read", [["name", "=", number]], fields=["amount_total", "amount_untaxed"])
    site.other.postings = [{"invoice": number, "net": row["amount_untaxed"], "gross": row["amount_total"], "currency": "USD"}]
    assert await site.make("odoo-posted") == []
    site.other.postings[0]["currency"] = "EUR"
    assert seen(await site.make("odoo-posted")) == [(Kind.DIFFERENT, number, None, "currency", "USD", "EUR")]


# ----------------------------------------------------------------------------------------------------------------- shop


async def test_orders_and_stock_of_a_shop_are_compared_with_odoo(site: Site) -> None:
    def sold(number: str, *items: tuple[str, int], **more: Any) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in items]
        return {"number": number, "created_at": "2026-11-21T08:00:00Z", "cancelled": False, "items": lines, **more}

    await site.sell("1001", (ANVIL, 2), (GLUE, 1))
    site.other.orders = [
        sold("1001", ("ANVIL", 2), ("GLUE", 1)), sold("1003", ("ANVIL", 9), financial_status="abandoned"),
    ]  # fmt: skip
    assert await site.make("shop-orders") == []
    site.other.orders = [sold("1001", ("ANVIL", 3), ("ROCKET", 1)), sold("1002", ("ANVIL", 1))]
    found = await site.make("shop-orders")
    assert seen(found) == [
        (Kind.MISSING, "1001", "ROCKET", "", "ordered 1", None),
        (Kind.DIFFERENT, "1001", "[ANVIL] Acme anvil", "ordered", "3", "2"),
        (Kind.UNEXPECTED, "1001", "[GLUE] Glue", "", None, "invoiced 0, ordered 1, shipped 0"),
        (Kind.MISSING, "1002", None, "", "1002", None),
    ]
    assert {one.difference.partner for one in found} == {"webshop"}
    assert found[0].difference.since is not None

    site.other.stock = [{"sku": "ANVIL", "quantity": 38}, {"sku": "ROCKET", "quantity": 100}, {"sku": "GLUE", "quantity": 14}]
    assert await site.make("shop-stock") == [], "what is reserved is not there for the shop"
    site.other.stock[1]["quantity"] = 120
    assert seen(await site.make("shop-stock")) == [(Kind.DIFFERENT, "ROCKET", None, "available", "100", "120")]
