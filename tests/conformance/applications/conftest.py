"""Every kind of application that there is, each with its simulated system: what the port promises holds for all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.applications.http import HttpApplication
from gateway.applications.odoo import OdooApplication
from gateway.domain.application import OdooConnection
from gateway.ports import Application, ApplicationCall
from gateway.simulators.odoo import OdooSimulator
from gateway.simulators.wms import WmsSimulator
from gateway.system import SystemClock
from tests.gateway.applications.documented import Page, connection_of, snapshot_of
from tests.gateway.applications.orders import call, line, order


@dataclass
class System:
    """An application and what stands behind it. `misbehave` takes what both simulators know: latency, status …

    `count` is how many orders there are in the system.
    """

    application: Application
    misbehaviour: Any
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]
    count: Callable[[], int]
    call: Callable[..., ApplicationCall]
    unknown_item: str


def warehouse_terms(look_up: bool) -> Callable[[str], str]:
    """The page's application as it is, or told by the key alone."""

    def change(text: str) -> str:
        if look_up:
            return text
        return text.replace(
            '\nas = "warehouse_order" ', '\nidempotent = true\nkey_header = "Idempotency-Key"\nas = "warehouse_order" '
        )

    return change


@asynccontextmanager
async def warehouse(folder: Path, *, look_up: bool) -> AsyncIterator[System]:
    async with WmsSimulator() as wms:
        page = Page("connect-a-warehouse.md")
        routes = page.routes("[[application]]", change=warehouse_terms(look_up))
        if not look_up:
            start, end = routes.index("[application.action.look_up]"), routes.index("[application.action.body]")
            routes = routes[:start] + routes[end:]
            wms.misbehaviour.duplicates = "recognise"
        else:
            wms.misbehaviour.duplicates = "double"
        environ = {"WMS_EAST_URL": wms.url, "WMS_EAST_TOKEN": "wms-token"}
        configured = snapshot_of(folder, routes, page.files, environ).applications["wms-east"]
        application = HttpApplication("wms-east", connection_of(configured), clock=SystemClock())

        def made(number: str = "4711", sku: str = "ANVIL", **terms: Any) -> ApplicationCall:
            return call(order(number, line(sku=sku)), key=f"edi_{number}", **terms)

        yield System(application, wms.misbehaviour, wms.start, wms.stop, lambda: len(wms.warehouse.orders), made, "NO-SUCH")
        await application.close()


@asynccontextmanager
async def odoo(_folder: Path) -> AsyncIterator[System]:
    async with OdooSimulator() as simulator:
        application = OdooApplication("odoo", OdooConnection(simulator.url, "odoo", "edi", "key", 5.0))

        def made(number: str = "4711", sku: str = "ACME-1", **terms: Any) -> ApplicationCall:
            lines = [line(sku=sku) | {"price": {"amount": "10"}}]
            document = order(number, *lines, buyer={"identifiers": {"seller": "bigbox"}, "name": "BigBox"})
            return call(document, key=f"edi_{number}", action="sale_order", **terms)

        yield System(
            application,
            simulator.odoo.misbehaviour,
            simulator.start,
            simulator.stop,
            lambda: len(simulator.odoo.orders()),
            made,
            "NO-SUCH",
        )
        await application.close()


@pytest.fixture(params=["looks-up", "knows-the-key", "odoo"])
async def system(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    kinds = {
        "looks-up": lambda: warehouse(tmp_path, look_up=True),
        "knows-the-key": lambda: warehouse(tmp_path, look_up=False),
        "odoo": lambda: odoo(tmp_path),
    }
    async with kinds[request.param]() as made:
        yield made
