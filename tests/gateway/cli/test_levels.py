"""`gateway levels`: what was promised and how far it was kept, in words, as rows, and as an exit status."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gateway.cli.levels import COLUMNS
from tests.gateway.cli.invented import Result


def sums(met: int, missed: int, *, goal: float = 99.0, running: int = 0) -> dict[str, Any]:
    percent = met * 100 / (met + missed) if met + missed else None
    return {
        "met": met,
        "missed": missed,
        "running": running,
        "percent": percent,
        "reached": None if percent is None else percent >= goal,
    }


def level(name: str, *parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": name, "measure": "delivery", "about": "purchase_order", "to": "wms-east", "within_seconds": 1800.0,
        "calendar": None, "goal": 99.0, "measured_at": None, "days": [], "partners": list(parts), **sums(0, 0), **changes,
    }  # fmt: skip


BIGBOX = {"partner": "bigbox", "agreement": "bigbox-850", **sums(79, 1)}
OTHERS = {"partner": None, "agreement": None, **sums(10, 0)}
FOUND = [level("to-wms", BIGBOX, OTHERS, **sums(89, 1, running=3)), level("kept", OTHERS, **sums(10, 0)), level("new")]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command asked for; it is told of FOUND."""
    seen: dict[str, Any] = {}

    class Told:
        async def service_levels(self, config: str, *, days: int, level: str = "") -> Sequence[Any]:
            seen.update(config=config, days=days, level=level)
            return [one for one in seen.get("found", FOUND) if level in ("", one["id"])]

    monkeypatch.setattr("gateway.cli.running.bootstrap", Told)
    return seen


Invoke = Callable[..., Result]


def test_in_words(invoke: Invoke, asked: dict[str, Any]) -> None:
    result = invoke("levels", "--days", "7")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("to-wms")
    assert lines[0].endswith("delivery purchase_order to wms-east: 98.8889 % met, 89 of 90, 3 running of 99 % promised")
    assert "bigbox bigbox-850" in lines[1]
    assert "98.75 % met, 79 of 80" in lines[1]
    assert "of nobody" in lines[2]
    assert "nothing decided yet" in lines[-1]
    assert asked["days"] == 7


def test_only_what_is_missed_is_a_status_for_scripts(invoke: Invoke, asked: dict[str, Any]) -> None:
    result = invoke("levels", "--missed")
    assert result.status == 3
    assert "to-wms" in result.out
    assert "kept" not in result.out
    assert invoke("levels", "kept", "--missed").status == 0


def test_rows(invoke: Invoke, asked: dict[str, Any]) -> None:
    rows = [json.loads(line) for line in invoke("levels", "-o", "jsonl").out.splitlines()]
    assert [(row["level"], row["partner"], row["met"]) for row in rows] == [
        ("to-wms", "bigbox", 79), ("to-wms", None, 10), ("kept", None, 10), ("new", None, 0),
    ]  # fmt: skip
    assert invoke("levels", "-o", "csv").out.splitlines()[0] == ",".join(COLUMNS)


def test_where_nothing_is_promised_it_says_how(invoke: Invoke, asked: dict[str, Any]) -> None:
    asked["found"] = []
    result = invoke("levels")
    assert result.status == 0
    assert "[[service_level]]" in result.err
