"""The simulated Odoo of a trial, in a process of its own."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.acceptance.partners import SEED
from tests.servers.process import free_port, wait_until
from tests.servers.program import Program, answers, fetch

_GREENGROCER: dict[str, Any] = {"name": "GreenGrocer", "ref": "greengrocer", "is_company": True, "currency": "GBP"}
_SEED: Any = SEED
CUSTOMERS: dict[str, list[Any]] = {**_SEED, "partners": [*_SEED["partners"], _GREENGROCER]}


class Odoo:
    """It keeps what it committed over being killed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._seed = folder / "seed.json"
        self._seed.write_text(json.dumps(CUSTOMERS))
        self._program: Program | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers."""
        words = ["-m", "gateway.simulators.odoo", "--port", str(self.port), "--seed-file", str(self._seed)]
        words += ["--journal", str(self._folder / "odoo.journal"), "--login", "gateway", "--password", "demo"]
        self._program = Program(words, output=self._folder / "odoo.log", environment={})
        wait_until(lambda: answers(f"{self.url}/web/version"), within=30, what="Odoo answering")

    def kill(self) -> None:
        """At once."""
        if self._program is not None:
            self._program.kill()

    def misbehave(self, **faults: float) -> None:
        """See `gateway.simulators.odoo.misbehaviour`."""
        request = urllib.request.Request(f"{self.url}/simulator/misbehaviour", data=json.dumps(faults).encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def count(self) -> int:
        """How many orders stand in it."""
        return int(fetch(f"{self.url}/simulator/counts")["orders"])

    def orders(self) -> tuple[str, ...]:
        """The customers' order numbers, in the order in which the orders were made."""
        found: list[dict[str, Any]] = fetch(f"{self.url}/simulator/orders")
        return tuple(str(order["client_order_ref"]) for order in sorted(found, key=lambda order: order["id"]))
