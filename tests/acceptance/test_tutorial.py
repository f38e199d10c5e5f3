"""The tutorial, played as it is written: from an empty folder to a partner exchanging 850, 997, 855, 856 and 810 over AS2."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.documentation.pages import Block, blocks
from tests.servers.process import ServerBroken, free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PORTS = ("8080", "8069", "9090")
"""Ports that the pages name: of the gateway, of Odoo, of the partner."""
STAYING = ("gateway run", "gateway simulate odoo")
"""What is started in a terminal of its own, and stays."""


def shown_on(page: str) -> list[Block]:
    return [block for block in blocks("sh") if block.page == f"docs/tutorial/{page}.md"]


class Desk:
    """A person with a folder and terminals, who types what the pages say. Ports are others, where tests run side by side."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.staying, self.log = folder, dict[str, subprocess.Popen[bytes]](), folder / "terminal.log"
        self.ports = {port: free_port() for port in PORTS}
        programs = folder / "bin"
        programs.mkdir()
        command = programs / "gateway"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gateway.cli "$@"\n')
        command.chmod(0o755)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "AMQP", "GATEWAY"))},
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.ports['8080']}",
            "ODOO_URL": f"http://127.0.0.1:{self.ports['8069']}",
            "NO_COLOR": "1",
        }

    def types(self, block: Block) -> str:
        """Type a block; answers what it wrote. What stays is started, and waited for until it is there."""
        text = block.text
        for written, port in self.ports.items():
            text = text.replace(f":{written}", f":{port}")
        if text.startswith(STAYING):
            self._started(text)
            return ""
        script = f"cd {shlex.quote(str(self.folder))}\n[ ! -d hub ] || cd hub\n{text}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        open_items = text.startswith("gateway partners checklist")
        assert done.returncode == (3 if open_items else 0), f"{block}\n{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _started(self, text: str) -> None:
        with self.log.open("ab") as log:
            self.staying[text] = subprocess.Popen(
                ["bash", "-c", f"exec {text}"], cwd=self.folder / "hub", env=self.environment, stdout=log, stderr=log
            )
        ready = "/health/ready" if text == "gateway run" else "/web/webclient/version_info"
        port = self.ports["8080" if text == "gateway run" else "8069"]
        try:
            wait_until(lambda: _answers(f"http://127.0.0.1:{port}{ready}"), within=90, what=text)
        except ServerBroken as broken:
            raise AssertionError(self.log.read_text()) from broken

    def ends(self, text: str) -> None:
        """Press Ctrl-C in the terminal in which something stays."""
        process = self.staying.pop(text)
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError as error:
        return getattr(error, "code", 0) in (404, 405)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """In a folder that other users may enter: the embedded server is one of them when we are root."""
    with tempfile.TemporaryDirectory(prefix="edi-tutorial-") as name:
        Path(name).chmod(0o755)
        desk = Desk(Path(name))
        try:
            yield desk
        finally:
            for text in list(desk.staying):
                desk.ends(text)


def test_the_tutorial_leads_from_an_empty_folder_to_a_partner_and_through_an_outage(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    """One test, because the second page goes on where the first ended."""
    began = time.monotonic()
    written = "".join(desk.types(block) for block in shown_on("first-partner"))
    record_property(
        "From an empty folder to 850, 997, 855, 856 and 810 over AS2, by the tutorial", f"{time.monotonic() - began:.0f} s"
    )
    for document in ("997", "855", "856", "810"):
        assert f"received  {document}" in written or f"received  {document} " in written, written
    assert "Order A-1002 of acme" in written
    desk.ends("gateway simulate odoo --people")
    outage = "".join(desk.types(block) for block in shown_on("first-outage"))
    assert "Order A-1003 of acme" in outage
    assert "rejected" in outage
