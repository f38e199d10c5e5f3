"""A simulated Odoo on a port of its own, for tests and the demo."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from gateway.simulators.odoo.app import create_app
from gateway.simulators.odoo.seed import EXAMPLE, Seed
from gateway.simulators.odoo.server import Account, Odoo


class OdooSimulator:
    """Starts on loopback, on a free port unless told, and stops; what it holds survives being stopped and started again.

    `odoo` is what it holds: orders, counts, misbehaviour. Stopped, it refuses connections, as a machine that is down.
    """

    def __init__(
        self,
        *,
        version: int = 19,
        seed: Seed = EXAMPLE,
        accounts: Sequence[Account] = (Account(),),
        database: str = "odoo",
        journal: Path | None = None,
        gln_module: bool | None = None,
        port: int = 0,
    ) -> None:
        self.odoo = Odoo(version=version, seed=seed, accounts=accounts, database=database, journal=journal, gln_module=gln_module)
        self.port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; a second start listens on the port of the first."""
        runner = web.AppRunner(create_app(self.odoo), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        self._runner = runner
        self.port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening and drop all connections."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()
        self.odoo.close()
