"""`gateway partners add` at a terminal: what it asks for, what it does not ask again, and how samples are read."""

import io
import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.terminal import Terminal
from tests.gateway.cli.invented import Result
from tests.gateway.cli.test_partners_add import EDIFACT, X12, add, file_of

Ask = Callable[..., Result]


@pytest.fixture
def started(invoke: Callable[..., Result], tmp_path: Path) -> Path:
    """A gateway as `gateway init` leaves it, with samples of a new partner in a folder."""
    assert invoke("init", str(tmp_path / "dc"), "--no-input").status == 0
    (tmp_path / "samples" / "more").mkdir(parents=True)
    (tmp_path / "samples" / "acme.x12").write_text(X12)
    (tmp_path / "samples" / "more" / "acme.edi").write_text(EDIFACT)
    return tmp_path


@pytest.fixture
def answered(started: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the command at a terminal, where these answers are typed."""

    def run(*words: str, typed: str) -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        out, err = io.BytesIO(), io.StringIO()
        terminal = Terminal(io.BytesIO(), out, err, environ={}, interactive=True)
        routes = str(started / "dc" / "routes.toml")
        status = main(("partners", "add", *words, "--config", routes), terminal=terminal)
        return Result(int(status), out.getvalue(), err.getvalue())

    return run


def test_all_that_no_option_says_is_asked_for(started: Path, answered: Ask) -> None:
    sample = str(started / "samples" / "acme.x12")
    typed = f"acme\nsftp\n{sample}\nAcme Inc\nsftp.acme.example:2222\nEurope/Berlin\ninvoice\n"
    assert answered(typed=typed).status == 0
    written = file_of(started, "acme")
    assert (written["partner"][0]["name"], written["partner"][0]["timezone"]) == ("Acme Inc", "Europe/Berlin")
    assert (written["channel"][0]["host"], written["channel"][0]["port"]) == ("sftp.acme.example", 2222)
    assert [one["document"] for one in written["agreement"]] == ["purchase_order", "invoice"]


def test_empty_answers_leave_it_to_the_file(started: Path, answered: Ask) -> None:
    result = answered("acme", str(started / "samples" / "acme.x12"), typed="\n" * 5)
    assert result.status == 0, result.err
    written = file_of(started, "acme")
    assert (written["partner"][0]["name"], written["channel"][0]["type"]) == ("acme", "folder")
    assert "In which zone" in result.err
    assert len(written["agreement"]) == 4


def test_what_was_said_is_not_asked_again(started: Path, answered: Ask) -> None:
    said = ("--name", "Acme", "--address", "/data/acme", "--timezone", "UTC", "--sends", "none")
    result = answered("acme", str(started / "samples" / "acme.x12"), "-t", "folder", *said, typed="")
    assert result.status == 0, result.err
    assert [one["direction"] for one in file_of(started, "acme")["agreement"]] == ["in"]


def test_a_format_stands_for_samples(started: Path, answered: Ask) -> None:
    said = ("--format", "json/purchase_order", "--name", "Acme", "--address", "/data/acme", "--timezone", "UTC")
    result = answered("acme", "-t", "folder", *said, "--sends", "none", typed="")
    assert result.status == 0, result.err
    assert file_of(started, "acme")["agreement"][0]["format"] == "json/purchase_order"


def test_a_folder_of_samples_is_read_with_all_below_it(started: Path, invoke: Callable[..., Result]) -> None:
    result = add(invoke, started, "acme", str(started / "samples"), "-t", "folder", "--dry-run", "--json")
    told = json.loads(result.out)
    assert {one["name"] for one in told["samples"]} == {"acme.x12", "acme.edi"}
    assert set(tomllib.loads(told["text"])["partner"][0]["identities"]) == {"x12", "edifact"}


def test_a_sample_that_is_not_there_is_told_and_nothing_is_written(started: Path, invoke: Callable[..., Result]) -> None:
    result = add(invoke, started, "acme", str(started / "samples" / "other.x12"), "-t", "folder")
    assert result.status != 0
    assert "other.x12" in result.err
    assert not (started / "dc" / "partners" / "acme.toml").exists()


def test_what_is_to_decide_is_a_table_for_spreadsheets(started: Path, invoke: Callable[..., Result]) -> None:
    sample = str(started / "samples" / "acme.x12")
    result = add(invoke, started, "acme", sample, "-t", "folder", "--dry-run", "-o", "csv")
    head, *rows = result.out.splitlines()
    assert head == "table,code,text"
    assert any(row.startswith("[[partner]],timezone,") for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-t", "as2", "--address", "https://[::1"), "is no address of a server"),
        (("-t", "sftp", "--address", "sftp.acme.example:many"), "is no address of a server"),
        (("-t", "folder", "--sends", "invoice,"), "is no canonical document"),
        (("-t", "folder", "--identity", "x12=ACME"), "is no X12 identity"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    words: tuple[str, ...], told: str, started: Path, invoke: Callable[..., Result]
) -> None:
    result = add(invoke, started, "acme", str(started / "samples" / "acme.x12"), *words)
    assert (result.status, told in result.err) == (2, True), result.err
    assert "Traceback" not in result.err
