"""Where `gateway partners guide` writes a partner's guide, what it calls it, and that it overwrites nothing."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]


@pytest.fixture
def started(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert invoke("init", str(tmp_path / "dc"), "--no-input").status == 0
    monkeypatch.chdir(tmp_path / "dc")
    return tmp_path / "dc"


@pytest.mark.parametrize(
    ("named", "language", "path", "agreement"),
    [("bigbox", "en", "bigbox-en.html", ""), ("nordmart-orders", "de", "nordmart-orders-de.html", "nordmart-orders")],
)
def test_programs_are_told_where_it_is_and_what_it_is_about(
    started: Path, invoke: Invoke, named: str, language: str, path: str, agreement: str
) -> None:
    words = ("partners", "guide", named, "--language", language)
    told = json.loads(invoke(*words, "-o", "jsonl").out)
    assert told == {"path": path, "partner": named.partition("-")[0], "agreement": agreement, "language": language}
    assert f'lang="{language}"' in (started / path).read_text(encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(invoke(*words, "--out", "again.html", "-o", "csv").out))
    assert row == {**told, "path": "again.html"}


def test_what_is_there_already_stays_as_it_was(started: Path, invoke: Invoke) -> None:
    (started / "mine.html").write_text("mine")
    result = invoke("partners", "guide", "bigbox", "--out", "mine.html")
    assert (result.status, result.out) == (1, "")
    assert "mine.html is there already" in result.err
    assert "--out FILE" in result.err
    assert (started / "mine.html").read_text() == "mine"


@pytest.mark.parametrize("out", ["nowhere/guide.html", "."])
def test_a_place_that_cannot_be_written_is_told_without_a_trace(started: Path, invoke: Invoke, out: str) -> None:
    result = invoke("partners", "guide", "bigbox", "--out", out)
    assert (result.status, result.out) == (1, "")
    assert "internal error" not in result.err
    assert not (started / "nowhere").exists()


def test_to_standard_output_goes_the_page_alone(started: Path, invoke: Invoke) -> None:
    result = invoke("partners", "guide", "bigbox", "--out", "-", "-o", "json")
    assert result.raw.startswith(b"<!doctype html>")
    assert result.raw.endswith(b"</html>\n")
    assert not [*started.glob("*.html")]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("nobody",), 1, "Partners: bigbox"),
        (("",), 1, "There is no partner and no agreement"),
        (("bigbox", "--language", "fr"), 2, "Languages: en, de"),
        (("bigbox", "--config", "other.toml"), 78, "other.toml"),
    ],
)
def test_what_is_wrong_is_told_with_what_there_is_and_leaves_no_file(
    started: Path, invoke: Invoke, words: tuple[str, ...], status: int, said: str
) -> None:
    result = invoke("partners", "guide", *words)
    assert (result.status, said in result.err) == (status, True), result.err
    assert not [*started.glob("*.html")]
