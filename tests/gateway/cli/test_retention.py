"""`gateway retention` and `gateway db backup-check`: periods, plans and holds in words; what a backup is good for."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.cli.story import message_page
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
STATUS: dict[str, Any] = {
    "class": "payload", "kept": "400 days", "partners": {"bigbox": "30 days"}, "since": "2026-01-02T03:04:05+00:00",
    "purged_in_30_days": 7, "holds": "bytes",
}  # fmt: skip
PLAN: dict[str, Any] = {
    "class": "payload", "what": "received", "old": 12, "goes": 9, "stays": {"legal hold": 2, "open failure": 1}, "more": False,
}  # fmt: skip
HOLD: dict[str, Any] = {
    "id": UUID(ID), "partner": "bigbox", "after": None, "before": None, "query": None, "transmissions": 0, "reason": "case 17",
    "actor": "ann", "at": datetime(2026, 11, 21, tzinfo=UTC), "released_at": None, "released_by": None, "release_reason": None,
}  # fmt: skip


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    line = ("bodies", "ok", "9 chosen by chance are what was stored", "")
    checked = SimpleNamespace(found=[line], steps=("Let no gateway run on it yet.", "gateway db migrate"))
    answers = SimpleNamespace(released=True, checked=checked, held=0, asked=[])

    def remembered(name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            answers.asked.append((name, given, {key: value for key, value in named.items() if value}))
            return answer()

        return call

    wiring = SimpleNamespace(
        retention_status=remembered("status", lambda: [STATUS]),
        retention_plan=remembered("plan", lambda: [PLAN]),
        place_hold=remembered("hold", lambda: (UUID(ID), answers.held)),
        legal_holds=remembered("holds", lambda: [HOLD]),
        release_hold=remembered("release", lambda: answers.released),
        examine_backup=remembered("check", lambda: answers.checked),
    )
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return answers


@pytest.mark.parametrize("words", [("retention",), ("retention", "status")])
def test_each_class_says_how_long_it_is_kept(invoke: Invoke, kept: SimpleNamespace, words: tuple[str, ...]) -> None:
    first, second = invoke(*words).out.splitlines()
    assert first == "payload   kept 400 days; bigbox: 30 days"
    assert second.strip() == "bytes; since 2026-01-02T03:04:05+00:00; 7 purged in 30 days"


def test_a_plan_says_what_goes_and_why_some_of_it_stays(invoke: Invoke, kept: SimpleNamespace) -> None:
    assert invoke("retention", "plan").out.strip() == (
        "payload   received   9 of 12 that are old enough go; stays: 2 legal hold, 1 open failure"
    )
    (record,) = json.loads(invoke("retention", "plan", "--json").out)
    assert record["stays"] == {"legal hold": 2, "open failure": 1}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("--partner", "bigbox"), {"partner": "bigbox"}),
        (
            ("--partner", "bigbox", "--after", "2025-01-01", "--before", "2026-01-01"),
            {"partner": "bigbox", "after": datetime(2025, 1, 1, tzinfo=UTC), "before": datetime(2026, 1, 1, tzinfo=UTC)},
        ),
        (("--query", "partner:bigbox po:4711"), {
            "query": {"partner": ["bigbox"], "keys": [("order", "4711")]}, "written": "partner:bigbox po:4711"}),
        (("--id", ID, "--id", ID), {"ids": [UUID(ID), UUID(ID)]}),
    ],
)  # fmt: skip
def test_something_is_held_for_a_reason(
    invoke: Invoke, kept: SimpleNamespace, words: tuple[str, ...], asked: dict[str, Any]
) -> None:
    result = invoke("retention", "hold", *words, "--reason", " case 17 ", "--by", "ann")
    assert result.out.strip() == ID
    assert f"gateway retention release {ID}" in result.err
    assert kept.asked == [("hold", (), asked | {"actor": "ann", "reason": "case 17"})]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--partner", "bigbox", "--reason", " "), "a reason is needed"),
        (("--reason", "x"), "nothing was said to be held"),
        (("--query", " ", "--reason", "x"), "nothing was said to be held"),
        (("--partner", "bigbox", "--id", ID, "--reason", "x"), "a partner is held as a whole"),
        (("--id", ID, "--after", "2025-01-01", "--reason", "x"), "--after and --before go with --partner"),
    ],
)
def test_a_hold_that_is_not_clear_is_not_placed(invoke: Invoke, kept: SimpleNamespace, words: tuple[str, ...], said: str) -> None:
    result = invoke("retention", "hold", *words)
    assert result.status != 0
    assert said in result.err
    assert kept.asked == []


def test_holds_are_listed_and_released(invoke: Invoke, kept: SimpleNamespace) -> None:
    assert invoke("retention", "holds").out.strip() == f"{ID}  bigbox: case 17 (ann, 2026-11-21)"
    assert "released" in invoke("retention", "release", ID, "--reason", "over", "--by", "bob").err
    assert kept.asked[-1] == ("release", (UUID(ID),), {"actor": "bob", "reason": "over"})


def test_a_hold_that_is_not_in_force_is_not_released(invoke: Invoke, kept: SimpleNamespace) -> None:
    kept.released = False
    result = invoke("retention", "release", ID, "--reason", "over")
    assert result.status == 1
    assert "gateway retention holds" in result.err
    assert "a reason is needed" in invoke("retention", "release", ID, "--reason", "").err


def test_a_backup_that_is_whole_comes_with_what_to_do(invoke: Invoke, kept: SimpleNamespace) -> None:
    result = invoke("db", "backup-check", "--dump", "gateway.dump", "--sample", "9")
    assert result.status == 0
    assert kept.asked == [("check", (), {"dump": "gateway.dump", "sample": 9})]
    assert result.out.splitlines()[-2:] == ["1. Let no gateway run on it yet.", "2. gateway db migrate"]


def test_a_backup_in_which_something_is_wrong_is_a_failure(invoke: Invoke, kept: SimpleNamespace) -> None:
    kept.checked.found.append(("relations", "fail", "1 documents without their interchange", "Take it at one moment."))
    result = invoke("db", "backup-check", "-o", "jsonl")
    assert result.status == 1
    assert [json.loads(line)["state"] for line in result.out.splitlines()] == ["ok", "fail"]


def test_the_page_of_a_message_says_what_of_it_is_gone() -> None:
    gone = {"class": "payload", "text": "The payload was purged on 2026-11-21 by retention of 30 days."}
    page = "\n".join(message_page({"id": "m", "purged": [gone]}).lines())
    assert gone["text"] in page
