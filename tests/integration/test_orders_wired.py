"""Orders in the wired service: from a partner's post and an application's documents to what `gateway order` shows."""

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from gateway.bootstrap import list_orders, orders_of, settings
from gateway.bootstrap import running as run_service
from gateway.bootstrap.messages import open_intake
from gateway.bootstrap.store import open_database
from gateway.domain.token import hash_token
from gateway.errors import Refused
from gateway.ports import Handover, Intake, Receipt
from gateway.ports.hearing import HeardDocument, Notice
from gateway.stages.hear import Hear
from gateway.store.orders import PostgresOrders
from gateway.store.work import PostgresWork
from gateway.system import TimeOrderedIds
from tests.servers.process import free_port, repeat
from tests.translators.x12.orders import order_850

ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = {{ x12 = "ZZ:NORDICDC" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"

[[owner]]
id = "edi"

[[application]]
id = "wms"
type = "odoo"
url = "http://127.0.0.1:1"
api_key = "${{ODOO_KEY}}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${{TOKEN_HASH}}"]

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
outbox = "out"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[agreement]]
id = "bigbox-856"
partner = "bigbox"
direction = "out"
document = "despatch_advice"
format = "x12/004010/856"
channel = "bigbox-folder"
expect = []

[[partner]]
id = "east"
owner = "edi"
identities = {{ json = "gln:5790000000999" }}

[[agreement]]
id = "east-945"
partner = "east"
direction = "in"
document = "warehouse_shipment"
format = "json/warehouse_shipment"

[[deadline]]
id = "shipment"
milestone = "shipped"
after = "received"
within = "0s"
"""


class Site:
    """A running gateway, and an application's way into it."""

    def __init__(self, config: str, url: str, hear: Hear) -> None:
        self.config, self.url, self.hear = config, url, hear

    async def post(self, body: bytes) -> None:
        headers = {"Authorization": "Bearer token"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/v1/partners/bigbox/interchanges", data=body, headers=headers) as answer,
        ):
            assert answer.status == 202, await answer.text()

    async def becomes(self, state: str, number: str = "4711") -> dict[str, Any]:
        """Wait until an order is in a state; answers the view."""
        found: list[Any] = []

        async def there() -> bool:
            found[:] = await orders_of(self.config, number)
            return bool(found) and found[0]["state"] == state

        await repeat(there, within=20)
        return dict(found[0])


@asynccontextmanager
async def site(folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    port = free_port()
    config = folder / "routes.toml"
    config.write_text(ROUTES.format(port=port))
    for name, value in {"DATABASE_URL": postgres_url, "ODOO_KEY": "key", "TOKEN_HASH": hash_token("token")}.items():
        monkeypatch.setenv(name, value)
    made = settings(str(config), dict(os.environ), roles=("receive", "translate", "relay"))
    async with run_service(made), open_intake(str(config)) as intake, open_database(made, size=2) as (database, _):
        work = PostgresWork(database)
        hear = Hear(
            intake=intake,
            orders=PostgresOrders(database),
            wake=lambda: None,
            tell=work.record_failures,
            owner_of=lambda _source, _partner: "edi",
            new_id=TimeOrderedIds(),
        )
        yield Site(str(config), f"http://127.0.0.1:{port}", hear)


def order(number: str = "4711") -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=1, order_number=number, lines=1)


def shipment(quantity: int, number: str) -> bytes:
    """What a warehouse says that it shipped of line 1 of order 4711."""
    return json.dumps(
        {
            "schema": "warehouse_shipment/1",
            "number": number,
            "warehouse": {"identifiers": {"gln": "5790000000001"}},
            "order": {"number": "4711"},
            "shipment": {"tracking": [f"1Z{number}"]},
            "lines": [
                {
                    "number": "1",
                    "item": {"identifiers": {"buyer": "700001"}},
                    "order": {"number": "4711", "line": "1"},
                    "quantity": {"value": str(quantity), "unit": "EA"},
                }
            ],
        }
    ).encode()


async def test_an_order_is_followed_from_its_receipt_by_what_applications_tell(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path, postgres_url, monkeypatch) as running:
        await running.post(order())
        view = await running.becomes("received")
        assert view["partner"] == "bigbox"
        (late,) = await list_orders(running.config, late=True)
        assert late["number"] == "4711"
        notice = Notice("shipment:W1:1", documents=[HeardDocument("east", shipment(4, "W1"), outgoing=False)])
        for _ in range(2):  # told again, it is the same
            await running.hear.take("wms", [notice], position="1")
        view = await running.becomes("partly_shipped")
        assert view["lines"][0]["shipped"] == "4"
        assert [(event["event"], event["source"]) for event in view["events"]] == [("received", "bigbox"), ("shipped", "east")]
        assert await running.hear.position("wms") == "1"
        assert not await list_orders(running.config, late=True)


async def test_a_document_for_a_partner_is_written_as_agreed_and_said_by_the_gateway(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = json.loads(shipment(10, "D1"))
    advice |= {"schema": "despatch_advice/1", "ship_from": advice.pop("warehouse"), "issued": "2026-03-02"}
    advice["ship_from"]["name"] = "NORDIC DC"
    async with site(tmp_path, postgres_url, monkeypatch) as running:
        await running.post(order())
        await running.becomes("received")
        document = HeardDocument("bigbox", json.dumps(advice).encode(), outgoing=True)
        await running.hear.take("wms", [Notice("despatch:D1", documents=[document])])
        view = await running.becomes("shipped")
        assert view["events"][-1]["source"] == "gateway"


class Answering(Intake):
    """An intake that answers as told."""

    def __init__(self, answer: Callable[[Handover], Receipt]) -> None:
        self.answer = answer

    async def receive(self, handover: Handover) -> Receipt:
        return self.answer(handover)


class TestDocumentsThatCannotBeTaken:
    def hear(self, database: Any, told: list[Any], answer: Callable[[Handover], Receipt]) -> Hear:
        async def tell(rows: Any) -> None:
            told.extend(rows)

        return Hear(
            intake=Answering(answer),
            orders=PostgresOrders(database),
            wake=lambda: None,
            tell=tell,
            owner_of=lambda source, partner: f"{source} {partner}",
            new_id=TimeOrderedIds(),
        )

    async def test_one_that_is_too_large_is_told_and_holds_up_nothing(self, database: Any) -> None:
        def answer(handover: Handover) -> Receipt:
            raise Refused("It is too large.", status=413, remedy="Split it.")

        told: list[Any] = []
        await self.hear(database, told, answer).take("wms", [Notice("k", [HeardDocument("east", b"{}", False)])], position="9")
        assert [(row.code, row.owner, row.remedy) for row in told] == [("document-refused", "wms east", "Split it.")]
        assert await PostgresOrders(database).position("wms") == "9"

    async def test_a_key_that_is_used_again_for_something_else_is_told(self, database: Any) -> None:
        told: list[Any] = []
        hear = self.hear(database, told, lambda handover: Receipt(handover.id, conflict=True))
        await hear.take("wms", [Notice("k", [HeardDocument("east", b"{}", False)])])
        assert [row.code for row in told] == ["notice-key-reused"]

    async def test_without_room_all_of_it_comes_again(self, database: Any) -> None:
        def answer(handover: Handover) -> Receipt:
            raise Refused("No room.", status=503)

        hear = self.hear(database, [], answer)
        with pytest.raises(Refused):
            await hear.take("wms", [Notice("k", [HeardDocument("east", b"{}", False)])], position="9")
        assert await PostgresOrders(database).position("wms") is None


TRIGGERED = """
[[trigger]]
id = "advice"
milestone = "shipped"
by = "east"
document = "despatch_advice"
when = 'order.number == "4711"'
"""


async def test_a_shipment_triggers_the_despatch_advice(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.ROUTES", ROUTES + TRIGGERED)
    async with site(tmp_path, postgres_url, monkeypatch) as running:
        await running.post(order())
        await running.becomes("received")
        body = shipment(4, "W1")
        await running.hear.take("wms", [Notice("shipment:W1:1", documents=[HeardDocument("east", body, outgoing=False)])])
        view = await running.becomes("partly_shipped")

        async def said_by_us() -> bool:
            view.update((await orders_of(running.config, "4711"))[0])
            return any(event["source"] == "gateway" for event in view["events"])

        await repeat(said_by_us, within=20)
        (followed,) = view["follow_ups"]
        assert (followed["rule"], followed["state"], followed["source"]) == ("advice", "done", "east")
        assert view["lines"][0]["shipped"] == "4"
        async with open_database(settings(running.config, dict(os.environ)), size=1) as (database, _):
            rows = await database.fetch("order_follow_up_view", UUID(view["id"]))
        assert len(rows) == 1
