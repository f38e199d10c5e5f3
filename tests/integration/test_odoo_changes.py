"""From an order that is confirmed in Odoo to the partner's 855, 856 and 810: the wired service, a database, a simulated Odoo."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from gateway.domain.token import hash_token
from gateway.simulators.odoo import Account, OdooSimulator
from tests.servers.process import free_port, repeat
from tests.translators.x12.orders import order_850
from translators import registry

SECRET = "0123456789abcdef0123456789abcdef"
ROUTES = """
[gateway]
id = "nordic-dc"
owner = "edi"
data = "${GATEWAY_DATA}"
listen = "${GATEWAY_LISTEN}"
database_url = "${DATABASE_URL}"
identities = { x12 = "ZZ:NORDICDC" }

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "${ODOO_URL}"
login = "edi"
api_key = "${ODOO_KEY}"

[application.changes]
every = "1s"
hint_hashes = ["${HINT}"]

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "${GATEWAY_DATA}/in"
outbox = "${GATEWAY_DATA}/out"

[[agreement]]
id = "orders"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = []

[[route]]
id = "orders"
document = "purchase_order"
partner = "bigbox"
deliver = [{ to = "odoo", as = "sale_order" }]
""" + "".join(
    f"""
[[agreement]]
id = "{document}"
partner = "bigbox"
direction = "out"
document = "{document}"
format = "x12/004010/{type_}"
channel = "bigbox-folder"
expect = []
"""
    for document, type_ in (("order_response", "855"), ("despatch_advice", "856"), ("invoice", "810"))
)

ITEMS = ("012345678905", "614141000036")
SEED = {
    "products": [
        {"default_code": f"WIDGET-{n}", "barcode": code, "name": f"Widget {n}", "on_hand": 1000} for n, code in enumerate(ITEMS)
    ],
    "partners": [
        {
            "name": "BigBox",
            "ref": "123456789",
            "is_company": True,
            "children": [{"name": "DC", "ref": "0012", "type": "delivery"}],
        }
    ],
}


class Ground:
    """A gateway that is started and ended, and Odoo's people."""

    def __init__(self, folder: Path, database_url: str, odoo: OdooSimulator) -> None:
        self.folder, self.odoo, self.control_number = folder, odoo, 0
        self.config = folder / "routes.toml"
        self.config.write_text(ROUTES)
        self.url = f"127.0.0.1:{free_port()}"
        self.environ = {
            "GATEWAY_DATA": str(folder), "GATEWAY_LISTEN": self.url, "DATABASE_URL": database_url, "ODOO_URL": odoo.url,
            "ODOO_KEY": "key", "HINT": hash_token(SECRET),
        }  # fmt: skip
        self.people = OdooClient(url=odoo.url, database="odoo", login="admin", api_key="key")

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[None]:
        async with run_service(settings(str(self.config), self.environ)):
            yield

    def send(self, number: str) -> None:
        self.control_number += 1
        body = order_850(
            sender="01:123456789",
            receiver="ZZ:NORDICDC",
            control_number=self.control_number,
            order_number=number,
            lines=2,
        )
        inbox = self.folder / "in"
        inbox.mkdir(exist_ok=True)
        (inbox / ".tmp").write_bytes(body)
        (inbox / ".tmp").rename(inbox / f"{number}.edi")

    async def booked(self, number: str) -> int:
        async def there() -> bool:
            return bool(self.odoo.odoo.orders(client_order_ref=number))

        await repeat(there, within=30)
        return self.odoo.odoo.orders(client_order_ref=number)[0].id

    async def do(self, model: str, method: str, *args: Any, **more: Any) -> Any:
        return await self.people.call(model, method, list(args), **more)

    def sent(self, type_: str) -> list[Any]:
        """Canonical documents of the X12 sets of a type that lie in the partner's outbox."""
        outbox = self.folder / "out"
        found = []
        for file in sorted(outbox.iterdir()) if outbox.exists() else ():
            if file.name.startswith("."):
                continue
            for interchange in registry.translate(file.read_bytes()).interchanges:
                found += [one.canonical for one in interchange.documents if one.type == type_]
        return found

    async def wait_for(self, type_: str, count: int = 1) -> Sequence[Any]:
        async def there() -> bool:
            return len(self.sent(type_)) >= count

        await repeat(there, within=30)
        return self.sent(type_)


@pytest.fixture
async def ground(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    accounts = (Account(), Account("admin", "key", groups=("accounting", "automation", "contacts", "products")))
    async with OdooSimulator(seed=SEED, accounts=accounts) as odoo:
        ground = Ground(tmp_path, postgres_url, odoo)
        for name, value in ground.environ.items():
            monkeypatch.setenv(name, value)
        yield ground
        await ground.people.close()


async def test_an_order_is_answered_shipped_and_billed_once(ground: Ground) -> None:
    async with ground.gateway():
        ground.send("PO-1")
        sale = await ground.booked("PO-1")
        await ground.do("sale.order", "action_confirm", [sale])
        (answer,) = await ground.wait_for("855")
        assert (answer.order.number, answer.status) == ("PO-1", "accepted")
        assert [line.number for line in answer.lines] == ["1", "2"]
    # What happens while no gateway runs is told by the next one.
    (picking,) = await ground.do("stock.picking", "search", [["sale_id", "=", sale]])
    await ground.do("stock.picking", "button_validate", [picking], context={"skip_backorder": True})
    async with ground.gateway():
        (advice,) = await ground.wait_for("856")
        assert sorted(str(line.quantity.value) for line in advice.lines) == ["10", "20"]
        context = {"active_model": "sale.order", "active_ids": [sale]}
        wizard = await ground.do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
        await ground.do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        (bill,) = await ground.do("account.move", "search", [["move_type", "=", "out_invoice"]])
        await ground.do("account.move", "action_post", [bill])
        (invoice,) = await ground.wait_for("810")
        assert str(invoice.order.number if invoice.order else invoice.lines[0].order.number) == "PO-1"
        looked = ground.odoo.odoo.calls["sale.order.search_read"]

        async def looked_again() -> bool:
            return ground.odoo.odoo.calls["sale.order.search_read"] >= looked + 2

        await repeat(looked_again, within=20)
    assert [len(ground.sent(type_)) for type_ in ("855", "856", "810")] == [1, 1, 1]


async def test_a_change_is_answered_again_and_a_hint_is_heard(ground: Ground) -> None:
    ground.config.write_text(ROUTES.replace('every = "1s"', 'every = "1h"'))
    async with ground.gateway():
        url = f"http://{ground.url}/v1/applications/odoo/hint/{SECRET}"
        (model,) = await ground.do("ir.model", "search", [["model", "=", "sale.order"]])
        rule = await ground.do("base.automation", "create", {"name": "EDI", "model_id": model, "trigger": "on_create_or_write"})
        action = {"name": "EDI", "model_id": model, "state": "webhook", "base_automation_id": rule, "webhook_url": url}
        await ground.do("ir.actions.server", "create", action)
        ground.send("PO-2")
        sale = await ground.booked("PO-2")
        await ground.do("sale.order", "action_confirm", [sale])
        await ground.wait_for("855")
        (line, _) = await ground.do("sale.order.line", "search", [["order_id", "=", sale]])
        await ground.do("sale.order.line", "write", [line], {"product_uom_qty": 4})
        async with aiohttp.ClientSession() as session, session.post(url) as response:
            assert response.status == 204
        _, second = await ground.wait_for("855", 2)
        assert second.status == "with_changes"
        assert str(second.lines[0].responses[0].quantity.value) == "4"


async def test_a_gateway_that_is_cut_off_anywhere_tells_everything_once(ground: Ground) -> None:
    """Its tasks are cancelled where they stand, again and again, while orders are confirmed."""
    numbers = [f"PO-{n}" for n in range(10, 16)]
    async with ground.gateway():
        for number in numbers:
            ground.send(number)
        sales = [await ground.booked(number) for number in numbers]
    for sale in sales:
        running = ground.gateway()
        await running.__aenter__()
        await ground.do("sale.order", "action_confirm", [sale])
        await asyncio.sleep(0)
        await running.__aexit__(None, None, None)
    async with ground.gateway():
        answers = await ground.wait_for("855", len(sales))
        assert sorted(one.order.number for one in answers) == numbers
