"""The site as the tests know it: where it is, and what its partners and Odoo do meanwhile."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.people import STEWARD
from tests.browser.troubles import dropped, group_numbers
from tests.servers.process import wait_until
from tests.servers.program import ROOT, Program

_STARTS_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway that has done a day's work."""

    url: str
    odoo: str
    inbox: Path
    outbox: Path

    def send(self, body: bytes) -> None:
        """BigBox posts an interchange."""
        headers = {"Authorization": "Bearer bigbox-demo-token"}
        address = f"{self.url}/v1/partners/bigbox/interchanges?wait=ack&timeout=20"
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
            assert answer.status == 200

    def drop(self, name: str, body: bytes) -> None:
        """BigBox puts a file into its folder."""
        dropped(self.inbox, name, body)

    def groups(self, functional_id: str) -> list[int]:
        """What lies in BigBox's outbox, by the numbers of its groups."""
        return group_numbers(self.outbox, functional_id)

    def sell(self, sku: str) -> None:
        """Somebody enters a product into Odoo."""
        (unit, *_) = self._in_odoo("uom.uom", "search", domain=[["name", "=", "Units"]])
        product = {"default_code": sku, "name": sku.title(), "list_price": 1.25, "uom_id": unit}
        self._in_odoo("product.product", "create", vals_list=[product])

    def _in_odoo(self, model: str, method: str, **named: Any) -> Any:
        headers = {"Authorization": f"Bearer {STEWARD}", "Content-Type": "application/json"}
        address = f"{self.odoo}/json/2/{model}/{method}"
        with urllib.request.urlopen(urllib.request.Request(address, json.dumps(named).encode(), headers), timeout=20) as answer:
            return json.load(answer)


@contextmanager
def running_site() -> Iterator[Site]:
    """The site in a folder that other users may enter (the embedded PostgreSQL is one of them when we are root)."""
    with tempfile.TemporaryDirectory(prefix="edi-browser-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        told, output = folder / "facts.json", folder / "output"
        program = Program(["-m", "tests.browser.site_program", str(told)], output=output, environment={}, folder=ROOT)
        try:
            wait_until(lambda: ready(program, told), within=_STARTS_WITHIN, what="the site")
            facts = json.loads(told.read_text())
            yield Site(facts["url"], facts["odoo"], Path(facts["inbox"]), Path(facts["outbox"]))
        finally:
            program.stop()


def ready(program: Program, told: Path) -> bool:
    """Whether everything has happened. What went wrong is told."""
    assert program.process.poll() is None, program.output.read_text(errors="replace")[-4000:]
    return told.is_file()
