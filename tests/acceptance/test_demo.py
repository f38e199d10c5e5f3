"""`gateway demo` as people run it: a process of its own, its exit status, what it prints, and whether what it prints works."""

import asyncio
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gateway.cli.demo import closing, performance, site
from gateway.cli.demo.narrator import Narrator
from gateway.cli.demo.script import SCENES
from gateway.cli.terminal import Terminal
from tests.servers.process import wait_until

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "gateway.cli"]

pytestmark = pytest.mark.timeout(180)
STEPS_TO_CASH = 6

REAL_SERVERS = {
    "DATABASE_URL": "postgresql://somebody@127.0.0.1:1/production",
    "AMQP_URL": "amqp://somebody@127.0.0.1:1",
    "ODOO_URL": "http://127.0.0.1:1",
    "GATEWAY_ENVIRONMENT": "production",
    "GATEWAY_DATA": "/nonexistent",
    "BIGBOX_TOKEN_SHA256": "sha256:" + "0" * 64,
}
"""What the shell of somebody who runs a real gateway may hold. None of it may matter to a demo."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter: the embedded server is one of them when we are root."""
    with tempfile.TemporaryDirectory(prefix="edi-demo-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1", **more}


def demo(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, "demo", *words],
        cwd=ROOT,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def servers_of(folder: Path) -> list[Path]:
    """Pid files of embedded servers that were not stopped."""
    return list(folder.rglob("postmaster.pid"))


@pytest.mark.slow
def test_the_demo_shows_everything_and_leaves_nothing_behind(folder: Path) -> None:
    done = demo(folder, **REAL_SERVERS)
    assert done.returncode == 0, done.stderr
    talk, result = done.stderr, done.stdout
    assert talk.count("  ✓ ") == len(SCENES) + 2 + STEPS_TO_CASH
    assert "✗" not in talk
    assert re.search(r"first order through [\d.]+ m?s after the start", talk)
    for scene in SCENES:
        assert all(f"{sample.file}  ({sample.origin})" in talk for sample in scene.samples)
    assert re.search(r"850 004010 +BB-4711 +bigbox +http +Delivered to odoo as S00001 +997 accepted, sent +S00001", result)
    assert re.search(r"850 004010VICS +08292233294 +bigbox +folder +Delivered to odoo as S00002 +997 partly accepted", result)
    assert re.search(r"850 004010VICS +bigbox +folder +Rejected: the sender must correct it \(owner: edi\)", result)
    assert re.search(r"ORDERS D\.96A +70-0639880 +nordmart +http +Delivered to odoo as S00003 +CONTRL accepted", result)
    assert re.search(r"1AA1TEST +nordmart +folder +Stopped: .*390787706322 is not in Odoo\. \(owner: sales\)", result)
    assert re.search(r"sent before +bigbox +http +Duplicate: nothing to do +997 partly accepted", result)
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_the_demo_tells_one_story_the_rejection_in_words_and_how_to_go_on(folder: Path) -> None:
    result = demo(folder).stdout
    story = result.partition("The story of order 08292233294")[2].partition("\nWhy 850")[0]
    steps = (
        "received  2-two-orders.x12",
        "X12 interchange",
        "bigbox-orders takes it",
        "delivered as S00002",
        "997 partly accepted",
    )
    places = [story.index(step) for step in steps]
    assert places == sorted(places)
    assert "Delivered to bigbox-folder as 997_" in story
    why = result.partition("Why 850 0002 of 2-two-orders.x12 was rejected")[2]
    assert "At least one of SAC02, SAC03 must be sent. [segment 5 SAC, element 2]" in why
    assert "the partner wrote: SAC*A***100.00" in why
    assert "AK9*P*2*2*1" in why
    assert "owner: sales; next: " in why
    assert "demo --keep" in result.partition("How to look further")[2]


@pytest.mark.slow
def test_the_demo_ends_with_two_orders_that_went_all_the_way(folder: Path) -> None:
    done = demo(folder)
    lakeside, _, nordmart = done.stdout.partition("What `gateway order LS-1001` tells")[2].partition(
        "What `gateway order NM-2002` tells"
    )
    assert "Order LS-1001 of lakeside: paid" in lakeside
    steps = ["received", "accepted", "released", "picking", "packed", "shipped", "in transit", "delivered", "paid"]
    places = [re.search(rf"Z  {step}\n", lakeside) for step in steps]
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)
    assert all(places)
    # Odoo's reservation is seen only where it stands for longer than between two looks
    assert re.search(r"ordered 4, accepted 4, (allocated 4, )?shipped 4, delivered 4, invoiced 4 EA  delivered", lakeside)
    assert "missing" not in lakeside
    assert re.search(r"shipped by wms-east \(4 of line 1, 10 of line 2\)", lakeside)
    assert re.search(r"tracking: .*SIM000000001 \(parcels\)", lakeside)
    assert "Order NM-2002 of nordmart" in nordmart
    assert re.search(r"ordered 24, accepted 24, .*shipped 24, invoiced 24 EA", nordmart)
    assert re.search(r"855 and ORDRSP: accepted; they are S0000[45] and S0000[45] in Odoo", done.stderr)
    assert "three 997 over AS2, three CONTRL in files: all accepted" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_what_the_demo_prints_works_while_it_stays_up_and_afterwards(folder: Path) -> None:
    data = folder / "data"
    with (folder / "out").open("w") as out, (folder / "talk").open("w") as talk:
        running = subprocess.Popen(
            [*COMMAND, "demo", "--keep", "--data", str(data)],
            cwd=ROOT,
            env=environment(folder, DATABASE_URL="postgresql://somebody@127.0.0.1:1/production"),
            stdout=out,
            stderr=talk,
        )
    try:
        wait_until(lambda: "Ctrl-C ends it" in (folder / "talk").read_text(), within=100, what="the demo staying up")
        printed = [line.strip() for line in (folder / "out").read_text().partition("How to look further")[2].splitlines()]
        (console,) = [line.split()[1] for line in printed if line.startswith("console: ")]
        with urllib.request.urlopen(console, timeout=10) as page:
            assert "For the account demo." in page.read().decode()
        commands = [line for line in printed if line.startswith(("unset", "export", "curl", sys.executable))]
        assert len(commands) == 10
        found = shell(folder, commands)
    finally:
        running.send_signal(signal.SIGINT)
        assert running.wait(40) == 0
    assert "Delivered to odoo as S00002" in found[f"{COMMAND[0]} -m gateway.cli messages"]
    assert "SAC*A***100.00" in found[f"{COMMAND[0]} -m gateway.cli parse {data / 'documents'}"]
    assert "AK9*A*1*1*1" in next(text for command, text in found.items() if "one-more-order" in command)
    assert '"ready":true' in next(text for command, text in found.items() if "/health/ready" in command)
    assert '"client_order_ref":"08292233294"' in next(text for command, text in found.items() if "/simulator/orders" in command)
    assert servers_of(folder) == []
    assert "web_stopped" in (data / "gateway.log").read_text()
    afterwards = shell(folder, [command for command in commands if not command.startswith("curl")])
    assert "BB-4712" in afterwards[f"{COMMAND[0]} -m gateway.cli messages"]
    assert "S00002" in afterwards[f"{COMMAND[0]} -m gateway.cli trace 08292233294"]
    assert "Order LS-1001 of lakeside: paid" in afterwards[f"{COMMAND[0]} -m gateway.cli order LS-1001"]
    assert servers_of(folder) == []


def shell(folder: Path, commands: list[str]) -> dict[str, str]:
    """Run commands as a person would, in one shell; answers what each printed. Fails with the first that fails."""
    mark = "\x1e"
    script = "\n".join(f"{command}\nprintf '{mark}'" for command in commands)
    more = environment(folder, DATABASE_URL="postgresql://somebody@127.0.0.1:1/production")
    done = subprocess.run(["sh", "-ec", script], cwd=ROOT, env=more, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(commands, done.stdout.split(mark), strict=False))


@pytest.mark.slow
def test_an_interrupted_demo_stops_everything_and_leaves_nothing(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "demo"], cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        assert any("first order through" in line for line in running.stderr)
        running.terminate()
        running.stderr.read()
        assert running.wait(40) == 130
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_the_demo_as_records_says_what_became_of_each_document(folder: Path) -> None:
    done = demo(folder, "-o", "json")
    rows = json.loads(done.stdout)
    assert [row["number"] for row in rows] == ["BB-4711", "08292233294", "", "70-0639880", "1AA1TEST", ""]
    assert [row["odoo"] for row in rows] == ["S00001", "S00002", "", "S00003", "", ""]
    assert all(set(row) == set(closing.COLUMNS) for row in rows)


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(folder: Path) -> None:
    (folder / "mine").write_text("mine")
    done = demo(folder, "--data", str(folder))
    assert done.returncode == 1
    assert done.stderr.startswith("error: this folder is not empty")
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_a_port_in_use_is_told_in_three_lines(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = demo(folder, GATEWAY_LISTEN=f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert f"error: cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []


ANOTHER_EXPECTATION = """
import sys
from dataclasses import replace
from gateway.cli import main
from gateway.cli.demo import performance, trade
from gateway.cli.demo.partners import NoAnswer
from gateway.cli.demo.script import SCENES, Fate

performance.SCENES = (replace(SCENES[0], expected=((Fate.REJECTED, "BB-4711"),), verdict="rejected"),)

async def forget(people, number):
    raise NoAnswer(f"nobody billed {number}")

trade.People.bill = forget
sys.exit(main(["demo"]))
"""


@pytest.mark.slow
def test_whatever_does_not_happen_as_it_should_is_named_and_ends_in_a_failure(folder: Path) -> None:
    words = [sys.executable, "-c", ANOTHER_EXPECTATION]
    done = subprocess.run(words, cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "expected rejected BB-4711, found booked BB-4711" in done.stderr
    assert "expected the verdict rejected, found accepted" in done.stderr
    assert "expected nothing in Odoo, found BB-4711 1" in done.stderr
    assert "Odoo bills, and is paid: nobody billed LS-1001" in done.stderr
    assert "gateway.log" in done.stderr
    assert "Delivered to odoo as S00001" in done.stdout


def quiet_terminal(*, colour: bool = False, environ: Mapping[str, str] | None = None) -> Terminal:
    return Terminal(io.BytesIO(), io.BytesIO(), io.StringIO(), environ=environ or {}, colour=colour, colour_of_talk=colour)


@pytest.mark.parametrize("colour", [True, False])
def test_a_step_ends_with_a_tick_a_time_and_what_came_of_it(*, colour: bool) -> None:
    terminal = quiet_terminal(colour=colour)
    narrator = Narrator(terminal)
    with narrator.step("waiting") as step:
        step.done("order ", ("S1", "good"))
    with narrator.step("waiting") as step:
        step.failed("nothing came")
    lines = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", terminal.stderr.getvalue()).replace("\r", "\n")  # type: ignore[attr-defined]
    assert re.search(r"✓ +\d+ ms  order S1", lines)
    assert re.search(r"✗ +\d+ ms  waiting\n +nothing came", lines)


def test_a_step_that_breaks_off_is_crossed_out() -> None:
    terminal = quiet_terminal()
    narrator = Narrator(terminal)
    with pytest.raises(asyncio.CancelledError), narrator.step("waiting"):
        raise asyncio.CancelledError
    assert "✗ waiting" in terminal.stderr.getvalue()  # type: ignore[attr-defined]


def test_settings_of_a_real_gateway_are_taken_out_of_the_way_of_what_is_printed(folder: Path) -> None:
    place = site.prepared(str(folder / "data"), {})
    terminal = quiet_terminal(environ={"DATABASE_URL": "postgresql://real", "GATEWAY_ENVIRONMENT": "production"})
    closing.show_ways_on(terminal, place, None, performance.Performance(None, Narrator(terminal)))  # type: ignore[arg-type]
    printed = terminal.stdout.getvalue().decode()  # type: ignore[attr-defined]
    assert "unset DATABASE_URL GATEWAY_ENVIRONMENT" in printed
    assert "curl" not in printed
    assert str(place.log) in printed


@pytest.mark.parametrize(
    ("called", "found", "expected"),
    [
        ("/usr/bin/gateway", "/usr/bin/gateway", "gateway"),
        (".venv/bin/gateway", None, ".venv/bin/gateway"),
        ("/x/gateway/cli/__main__.py", None, f"{sys.executable} -m gateway.cli"),
    ],
)
def test_commands_are_printed_as_this_one_was_called(
    called: str, found: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr(shutil, "which", lambda _name: found)
    assert closing.gateway_command() == expected
