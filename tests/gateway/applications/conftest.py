"""REST systems as configured, for tests: a server that answers as a test says, and the simulated warehouse of the how-to page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.applications.http import HttpApplication
from gateway.simulators.wms import WmsSimulator
from gateway.system import SystemClock
from tests.gateway.applications.documented import FRAME, Page, connection_of, snapshot_of
from tests.gateway.channels.http_partner import Handler, Partner, answering, partner_server

ROUTE = '[[route]]\nid = "all"\ndocument = "purchase_order"\ndeliver = [{ to = "rest", as = "warehouse_order" }]\n'
PLAIN = 'path = "/orders"\nbody = { number = "{{ document.number }}" }\n'

Rest = Callable[..., Awaitable[tuple[HttpApplication, Partner]]]


def told(value: Any, status: int = 200, **headers: str) -> Handler:
    return answering(status, orjson.dumps(value), Content_Type="application/json", **headers)


@pytest.fixture
async def rest(tmp_path: Path) -> AsyncIterator[Rest]:
    """Makes an application with one action (and what else is said of it), and the server behind it."""
    made: list[Any] = []

    async def make(
        action: str = PLAIN, answer: Handler | None = None, *, top: str = "", files: dict[str, str] | None = None, **environ: str
    ) -> tuple[HttpApplication, Partner]:
        server = partner_server(answer or told({"id": "R-1"}))
        partner = await server.__aenter__()
        text = f'[[application]]\nid = "rest"\ntype = "http"\nurl = "{partner.url}/api"\ninternal = true\n{top}\n'
        text += f'[[application.action]]\nas = "warehouse_order"\n{action}\n'
        snapshot = snapshot_of(tmp_path, FRAME + text + ROUTE, files or {}, environ)
        application = HttpApplication("rest", connection_of(snapshot.applications["rest"]), clock=SystemClock())
        made.append((application, server))
        return application, partner

    yield make
    for application, server in made:
        await application.close()
        await server.__aexit__(None, None, None)


@pytest.fixture
async def wms() -> AsyncIterator[WmsSimulator]:
    async with WmsSimulator() as simulator:
        yield simulator


@pytest.fixture
async def warehouse(wms: WmsSimulator, tmp_path: Path) -> AsyncIterator[HttpApplication]:
    """The application of the how-to page, before the simulated warehouse."""
    page = Page("connect-a-warehouse.md")
    environ = {"WMS_EAST_URL": wms.url, "WMS_EAST_TOKEN": "wms-token"}
    snapshot = snapshot_of(tmp_path, page.routes("[[application]]"), page.files, environ)
    application = HttpApplication("wms-east", connection_of(snapshot.applications["wms-east"]), clock=SystemClock())
    yield application
    await application.close()
