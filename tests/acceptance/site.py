"""A whole site on loopback: the gateway as its users start it, a simulated Odoo in a process of its own, partners that post."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from tests.servers.process import free_port, wait_until

ROOT = Path(__file__).parents[2]
TOKENS = {"bigbox": "bigbox-demo-token", "nordmart": "nordmart-demo-token"}


class Program:
    """A program of ours in a process group of its own, with its output in a file."""

    def __init__(self, arguments: Sequence[str], *, output: Path, environment: Mapping[str, str]) -> None:
        self.output = output
        with output.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the whole group at once, as a power cut of this program would."""
        self._signal(signal.SIGKILL)

    def stop(self, within: float = 30) -> int:
        """Ask it to end, as an operator does; answers its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return
        self.process.wait(10)


class Site:
    """Gateway, Odoo and partners around one data folder."""

    def __init__(
        self, folder: Path, *, environment: Mapping[str, str], seed: Mapping[str, Any], config: Path = ROOT / "routes.toml"
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.odoo_port = free_port()
        self.config = config
        self.seed = folder / "seed.json"
        self.seed.write_text(json.dumps(seed))
        self.environment = {
            "GATEWAY_DATA": str(folder / "data"),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "ODOO_URL": f"http://127.0.0.1:{self.odoo_port}",
            "ODOO_LOGIN": "gateway",
            "ODOO_API_KEY": "demo",
            **environment,
        }
        self.gateway: Program | None = None
        self.odoo: Program | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_odoo(self) -> None:
        """Start the simulator; what it committed before is still there."""
        words = ["-m", "gateway.simulators.odoo", "--port", str(self.odoo_port), "--seed-file", str(self.seed)]
        words += ["--journal", str(self.folder / "odoo.journal"), "--login", "gateway", "--password", "demo"]
        self.odoo = Program(words, output=self.folder / "odoo.log", environment=self.environment)
        wait_until(lambda: _answers(f"http://127.0.0.1:{self.odoo_port}/web/version"), within=20, what="Odoo answering")

    def start_gateway(self, *words: str, ready: bool = True) -> None:
        """Start the gateway as an operator does, and wait until it says that it is ready."""
        arguments = ["-m", "gateway.cli", "run", "--config", str(self.config), *words]
        self.gateway = Program(arguments, output=self.folder / "gateway.log", environment=self.environment)
        if ready:
            self.wait_ready()

    def wait_ready(self) -> None:
        gateway = self.gateway

        def ready() -> bool:
            assert gateway is not None
            if gateway.process.poll() is not None:
                raise AssertionError(f"the gateway ended: {self.log()}")
            return _answers(f"{self.url}/health/ready")

        wait_until(ready, within=60, what="the gateway being ready")

    def log(self) -> str:
        return (self.folder / "gateway.log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """End everything that was started."""
        for program in (self.gateway, self.odoo):
            if program is not None:
                program.kill()

    def run(self, *words: str) -> str:
        """Run a command of the gateway to its end and answer its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *words, "--config", str(self.config)],
            cwd=ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def orders(self) -> Counter[str]:
        """What stands in Odoo: sale orders by the customer's order number. Read from its journal, not from the gateway."""
        found: Counter[str] = Counter()
        for order in fetch(f"http://127.0.0.1:{self.odoo_port}/simulator/orders"):
            found[order["client_order_ref"]] += 1
        return found


class PostingPartner:
    """A partner that posts interchanges and repeats each, under its key, until it is told that it is stored."""

    def __init__(self, site: Site, partner: str, *, connections: int = 16) -> None:
        self.site = site
        self.partner = partner
        self.transmissions: dict[str, str] = {}
        self.repeats = 0
        self._limit = asyncio.Semaphore(connections)

    async def post_all(self, bodies: Mapping[str, bytes]) -> None:
        """Post everything, by key."""
        timeout = aiohttp.ClientTimeout(total=20)
        headers = {"Authorization": f"Bearer {TOKENS[self.partner]}"}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session, asyncio.TaskGroup() as group:
            for key, body in bodies.items():
                group.create_task(self._post(session, key, body))

    async def _post(self, session: aiohttp.ClientSession, key: str, body: bytes) -> None:
        url = f"{self.site.url}/v1/partners/{self.partner}/interchanges"
        async with self._limit:
            for pause in range(600):
                try:
                    async with session.post(url, data=body, headers={"Idempotency-Key": key}) as answer:
                        if answer.status in (200, 202):
                            self.transmissions[key] = (await answer.json())["transmission"]
                            return
                        assert answer.status in (429, 503), await answer.text()
                except (aiohttp.ClientError, TimeoutError, ConnectionError):
                    pass
                self.repeats += 1
                await asyncio.to_thread(_pause, min(0.02 * (pause + 1), 0.5))
        raise AssertionError(f"{key} was never taken")

    async def acknowledgements(self) -> dict[str, list[str]]:
        """What the partner is told about each of its transmissions: its acknowledgements' verdicts, once all are decided."""
        headers = {"Authorization": f"Bearer {TOKENS[self.partner]}"}
        found: dict[str, list[str]] = {}
        async with aiohttp.ClientSession(headers=headers) as session:
            for key, transmission in self.transmissions.items():
                url = f"{self.site.url}/v1/partners/{self.partner}/transmissions/{transmission}"
                async with session.get(url) as answer:
                    view = await answer.json()
                found[key] = [a["verdict"] for i in view["interchanges"] for a in i["acknowledgements"]]
        return found


def _pause(seconds: float) -> None:
    """A partner's patience before it repeats; what it waits for is outside of this process."""
    import threading

    threading.Event().wait(seconds)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fetch(url: str) -> Any:
    """A JSON answer."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)
