"""What watching relies on: external ids that a service user may ask for, dates served to the second, fields by version."""

import uuid
from decimal import Decimal
from typing import Any

import pytest

from gateway.applications.odoo.changes import OdooChanges, Surroundings
from gateway.applications.odoo.changes.feeds import FEEDS
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.rights import check_reading
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect
from gateway.applications.odoo.tables import Tables
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.order.milestone import Event
from gateway.ports.originals import Original
from gateway.stages.alarm import Alarm
from gateway.system import SystemClock
from tests.gateway.odoo.changes.conftest import Books, Counting, Loudspeaker, Notebook


@pytest.fixture
async def reader(bench: Any) -> Any:
    client = bench.client()
    yield Reader(client, Scope(await learn_dialect(client)), Tables())
    await client.close()


async def test_a_service_user_may_know_the_external_ids_of_what_he_reads(bench: Any, reader: Reader) -> None:
    order = await bench.sold("metadata", bench.line("1", "anvil", 3, 9.5))
    names = await reader.external_ids("sale.order", [order["id"]])
    (name,) = (one for one in names[order["id"]] if one.startswith("edi_gateway."))
    lines = await reader.below("sale.order.line", "order_id", [order["id"]], ("order_id",))
    of_lines = await reader.external_ids("sale.order.line", [line["id"] for line in lines])
    assert [f"{name}_l1" in of_lines[line["id"]] for line in lines] == [True]


async def test_what_was_written_in_the_served_second_is_found_again(bench: Any, reader: Reader) -> None:
    order = await bench.sold("second", bench.line("1", "anvil", 3, 9.5))
    (row,) = (await reader.records("sale.order", [order["id"]], ("write_date",))).values()
    found = await reader.search("sale.order", [["write_date", ">=", row["write_date"]], ["id", ">", order["id"] - 1]], ("name",))
    assert order["id"] in [one["id"] for one in found]
    assert len(row["write_date"]) == len("2026-11-21 20:00:00")


async def test_every_feed_can_be_read(reader: Reader) -> None:
    for feed in FEEDS:
        domain = [*(list(term) for term in feed.domain), ["write_date", ">=", "2026-01-01 00:00:00"], ["id", ">", 0]]
        rows = await reader.search(feed.model, domain, feed.fields, limit=3)
        assert len(rows) <= 3
        known = await reader.fields(feed.model, feed.fields)
        assert "write_date" in known
        assert feed.about is None or feed.about in known


async def test_all_units_are_known_with_what_they_are_worth(reader: Reader) -> None:
    units = await reader.units()
    by_code = {unit.code: unit for unit in units.values()}
    assert by_code["C62"].worth == 1
    assert round(by_code["DZN"].worth, 6) == 12


async def test_the_rights_of_the_service_user_suffice(bench: Any) -> None:
    connection = OdooConnection(bench.url, bench.database, bench.service.login, bench.service.key, protocol=bench.protocol)
    found = await check_reading("odoo", connection, ChangeTerms(watch=("orders", "deliveries")))
    assert [(name, ok) for name, ok, _, _ in found if not ok] == []


class Ears:
    """A watch over the server under test, and what it told."""

    def __init__(self, bench: Any, *watched: str) -> None:
        self.notebook, self.books, self.alarm = Notebook(), Books(), Loudspeaker()
        around = Surroundings(
            hearing=self.notebook,
            statements=self.notebook,
            originals=self.books,
            agreed=lambda _partner, _document: True,
            suppliers=list,
            alarm=Alarm("odoo", None, self.alarm, side="changes"),
            observer=Counting(),
            clock=SystemClock(),
        )
        connection = OdooConnection(bench.url, bench.database, bench.service.login, bench.service.key, protocol=bench.protocol)
        self.watch = OdooChanges("odoo", connection, ChangeTerms(watch=watched), around=around)
        self._bench = bench

    async def sold(self, key: str, *lines: dict[str, Any]) -> dict[str, Any]:
        """A confirmed order that came through this gateway."""
        document = self._bench.document(key, [*lines])
        original = Original(uuid.UUID(int=1), "bigbox", False, document, document, {"confirm": True})
        self.books.known[f"{key}_{self._bench.suffix}"] = original
        order: dict[str, Any] = await self._bench.sold(key, *lines)
        return order


@pytest.fixture
async def listen(bench: Any) -> Any:
    made: list[Ears] = []

    def make(*watched: str) -> Ears:
        made.append(Ears(bench, *watched))
        return made[-1]

    yield make
    for ears in made:
        await ears.watch.close()
        assert ears.alarm.wrong == {}
        assert ears.notebook.unread() == []


async def test_what_people_do_is_told_from_confirmation_to_despatch(bench: Any, listen: Any) -> None:
    """The whole way: confirmed, reserved, shipped in part, with what is left."""
    ears = listen("orders", "deliveries")
    await ears.watch.look()
    await bench.goods("told", on_hand=8)
    order = await ears.sold("told", bench.line("10", "told", 10, 9.5))
    await ears.watch.look()
    (picking,) = order["pickings"]
    await bench.ask("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z999"})
    context = {"lang": "en_US", "tz": "UTC", "skip_backorder": True}
    assert await bench.admin.call("stock.picking", "button_validate", [[picking["id"]]], context=context) is True
    await ears.watch.look()
    await ears.watch.look()
    (answer,) = ears.notebook.documents("order_response")
    assert (answer["status"], answer["lines"][0]["number"]) == ("accepted", "10")
    (advice,) = ears.notebook.documents("despatch_advice")
    (line,) = advice["lines"]
    assert (line["quantity"]["value"], line["outstanding"]["value"], line["order"]["line"]) == ("8", "2", "10")
    assert advice["shipment"]["tracking"] == ["1Z999"]
    assert [[one.quantity for one in told.lines] for told in ears.notebook.milestones(Event.SHIPPED)] == [[8]]
    assert [[one.quantity for one in told.lines] for told in ears.notebook.milestones(Event.BACK_ORDERED)] == [[2]]


async def test_a_posted_invoice_adds_up(bench: Any, listen: Any) -> None:
    """Whatever taxes the server has: lines, breakdown and totals agree to the cent."""
    ears = listen("invoices")
    await ears.watch.look()
    await bench.goods("billed", on_hand=50)
    order = await ears.sold("billed", bench.line("10", "billed", 7, 19.99))
    (picking,) = order["pickings"]
    assert await bench.ask("stock.picking", "button_validate", [picking["id"]]) is True
    context = {"lang": "en_US", "active_model": "sale.order", "active_ids": [order["id"]], "active_id": order["id"]}
    method = {"advance_payment_method": "delivered"}
    wizard = await bench.admin.call("sale.advance.payment.inv", "create", [method], context=context)
    await bench.admin.call("sale.advance.payment.inv", "create_invoices", [[wizard]], context=context)
    (bill,) = await bench.ask("account.move", "search", [["invoice_origin", "=", order["name"]]])
    await bench.ask("account.move", "action_post", [bill])
    await ears.watch.look()
    await ears.watch.look()
    (invoice,) = ears.notebook.documents("invoice")
    (line,) = invoice["lines"]
    assert (line["quantity"]["value"], line["net"]["amount"], line["order"]["line"]) == ("7", "139.93", "10")
    totals = {name: Decimal(one["amount"]) for name, one in invoice["totals"].items() if isinstance(one, dict)}
    assert totals["tax_exclusive"] + totals["tax"] == totals["payable"]
    (told,) = ears.notebook.milestones(Event.INVOICED)
    assert [one.quantity for one in told.lines] == [7]
