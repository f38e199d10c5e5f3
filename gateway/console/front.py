"""The console as a process serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.api.table import OPERATIONS
from gateway.bootstrap.fronts import Premises, RouteTable
from gateway.console.asking import Asking
from gateway.console.assets import Assets
from gateway.console.message import MessagePage
from gateway.console.messages import Messages
from gateway.console.overview import Overview
from gateway.console.rendering import Rendering
from gateway.console.screens import SCREENS
from gateway.console.shell import Shell
from gateway.console.signing_in import Door
from gateway.http.caller import Callers


@asynccontextmanager
async def open_console(premises: Premises) -> AsyncIterator[RouteTable]:
    """The pages, at the root."""
    office, assets = premises.office, Assets()
    callers = Callers(trusted=office.snapshot.gateway.trusted_proxies)
    shell = Shell(Rendering(assets, SCREENS), office, Asking(OPERATIONS, office), callers)
    pages = (Door(shell), Overview(shell), Messages(shell), MessagePage(shell))
    yield [*assets.routes(), *(route for page in pages for route in page.routes())]
