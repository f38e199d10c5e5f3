"""A whole site on loopback: the gateway as its users start it, a simulated Odoo in a process of its own, folders of partners."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.servers.process import free_port, wait_until
from tests.servers.program import ROOT, Program, answers, fetch, fetch_text

__all__ = ["ROOT", "Program", "Site", "answers", "fetch", "fetch_text", "new_site"]


class Site:
    """Gateway and Odoo around one data folder. Without DATABASE_URL and AMQP_URL in `environment` it is embedded."""

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
            "DATABASE_URL": "",
            "AMQP_URL": "",
            **environment,
        }
        self.gateway: Program | None = None
        self.odoo: Program | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def odoo_url(self) -> str:
        return f"http://127.0.0.1:{self.odoo_port}"

    @property
    def data(self) -> Path:
        """The folder for what the gateway keeps."""
        return self.folder / "data"

    def box(self, partner: str, name: str) -> Path:
        """A partner's `inbox` or `outbox`."""
        return self.data / "partners" / partner / name

    def start_odoo(self) -> None:
        """Start the simulator; what it committed before is still there."""
        words = ["-m", "gateway.simulators.odoo", "--port", str(self.odoo_port), "--seed-file", str(self.seed)]
        words += ["--journal", str(self.folder / "odoo.journal"), "--login", "gateway", "--password", "demo"]
        self.odoo = Program(words, output=self.folder / "odoo.log", environment=self.environment)
        wait_until(lambda: answers(f"{self.odoo_url}/web/version"), within=20, what="Odoo answering")

    def start_gateway(self, *words: str, ready: bool = True) -> Program:
        """Start the gateway as an operator does, and wait until it says that it is ready."""
        arguments = ["-m", "gateway.cli", "run", "--config", str(self.config), *words]
        self.gateway = Program(arguments, output=self.folder / "gateway.log", environment=self.environment)
        if ready:
            self.wait_ready()
        return self.gateway

    def wait_ready(self) -> None:
        gateway = self.gateway

        def ready() -> bool:
            assert gateway is not None
            if gateway.process.poll() is not None:
                raise AssertionError(f"the gateway ended: {self.log()}")
            return answers(f"{self.url}/health/ready")

        wait_until(ready, within=60, what="the gateway being ready")

    def log(self) -> str:
        """The end of what the gateway logged."""
        return (self.folder / "gateway.log").read_text(errors="replace")[-4000:]

    def logged(self, event: str) -> int:
        """How often the gateway logged an event."""
        return (self.folder / "gateway.log").read_text(errors="replace").count(f'"event":"{event}"')

    def stop(self) -> None:
        """End everything that was started, the embedded PostgreSQL included."""
        for program in (self.gateway, self.odoo):
            if program is not None:
                program.kill()
        server = self.postgres()
        if server is not None:
            family = [server, *server.children(recursive=True)]
            for process in family:
                with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                    process.kill()
            psutil.wait_procs(family, timeout=20)

    def postgres(self) -> psutil.Process | None:
        """The embedded PostgreSQL, when it lives."""
        try:
            return psutil.Process(int((self.data / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def run(self, *words: str, within: float = 60) -> str:
        """Run a command of the gateway to its end and answer its standard output."""
        done = self.try_run(*words, within=within)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_run(self, *words: str, within: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command of the gateway to its end, however it ends."""
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *words, "--config", str(self.config)],
            cwd=ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=within, check=False,
        )  # fmt: skip

    def misbehave(self, **faults: float | str) -> None:
        """Make Odoo fail, see `gateway.simulators.odoo.misbehaviour`."""
        body = json.dumps(faults).encode()
        request = urllib.request.Request(f"{self.odoo_url}/simulator/misbehaviour", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 204


@contextmanager
def new_site(*, environment: Mapping[str, str], seed: Mapping[str, Any], config: Path = ROOT / "routes.toml") -> Iterator[Site]:
    """A site in a folder that other users may enter (the embedded server is one of them when we are root); gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="edi-site-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = Site(folder, environment=environment, seed=seed, config=config)
        try:
            site.start_odoo()
            yield site
        finally:
            site.stop()
