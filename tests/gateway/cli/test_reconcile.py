"""`gateway reconcile` and `gateway schedules`: differences in words and records; times, runs and what came of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.reconciliation import Difference, Kind
from gateway.errors import StoreUnavailable
from gateway.operations.reconcile import Found
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def missing() -> Found:
    """An order that has been missing for two hours."""
    since = datetime.now(UTC) - timedelta(hours=2)
    difference = Difference(Kind.MISSING, "4711", "bigbox", left="S00027", since=since)
    return Found("odoo-orders", difference, "4711 of bigbox (S00027) is not in odoo.", "Look for it in odoo.")


RUN: dict[str, Any] = {
    "id": UUID("0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"), "schedule": "nightly", "due": AT, "state": "done", "actor": None,
    "skipped": 0, "attempt": 1, "node": "n1", "started_at": AT, "ended_at": AT, "message": "", "result": {"odoo-orders": 2},
}  # fmt: skip
LISTED: dict[str, Any] = {
    "id": "nightly", "cron": "30 2 * * *", "timezone": "UTC", "run": "reconcile", "owner": "edi", "next": AT, "last": AT,
    "state": "done",
}  # fmt: skip


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    answers = SimpleNamespace(made=[("odoo-orders", [missing()]), ("numbers", [])], run=RUN, asked=[])

    def remembered(answer: Callable[[], Any]) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            answers.asked.append((given, named))
            return answer()

        return call

    made = SimpleNamespace(
        make_reconciliations=remembered(lambda: answers.made),
        listed_schedules=remembered(lambda: [LISTED]),
        schedule_history=remembered(lambda: [RUN, {**RUN, "state": "skipped", "skipped": 4, "result": None}]),
        ask_for_run=remembered(lambda: answers.run),
    )
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: made)
    return answers


def test_each_difference_is_told_with_its_age_and_what_to_do(invoke: Invoke, wiring: SimpleNamespace) -> None:
    result = invoke("reconcile")
    assert result.status == 3
    assert result.out.splitlines() == [
        "odoo-orders  1 difference",
        "  4711 of bigbox (S00027) is not in odoo.  (2 h old)",
        "    Look for it in odoo.",
        "numbers  0 differences",
    ]
    assert wiring.asked == [(([],), {"back": None})]


def test_they_are_records_for_machines(invoke: Invoke, wiring: SimpleNamespace) -> None:
    (record,) = json.loads(invoke("reconcile", "odoo-orders", "--since", "7d", "-o", "json").out)
    assert (record["kind"], record["key"], record["left"], record["right"]) == ("missing", "4711", "S00027", None)
    assert 7_190 < record["age"] < 7_300
    assert wiring.asked == [((["odoo-orders"],), {"back": timedelta(days=7)})]
    head, row = invoke("reconcile", "-o", "csv").out.splitlines()
    assert head.startswith("reconciliation,kind,partner,key,line")
    assert row.startswith("odoo-orders,missing,bigbox,4711,,,S00027,")


def test_where_nothing_differs_it_is_a_success(invoke: Invoke, wiring: SimpleNamespace) -> None:
    wiring.made = [("odoo-orders", [])]
    result = invoke("reconcile")
    assert (result.status, result.err) == (0, "Nothing differs.\n")


def test_a_system_that_cannot_be_asked_does_not_hide_what_others_say(invoke: Invoke, wiring: SimpleNamespace) -> None:
    wiring.made = [
        ("odoo-orders", StoreUnavailable("Odoo is away.", remedy="Start it.")),
        ("other", [replace(missing(), reconciliation="other")]),
    ]
    result = invoke("reconcile")
    assert result.status == 6
    assert "odoo-orders could not be made: Odoo is away. Start it." in result.err
    assert "4711 of bigbox" in result.out


def test_a_time_that_is_none_is_refused(invoke: Invoke, wiring: SimpleNamespace) -> None:
    result = invoke("reconcile", "--since", "yesterday")
    assert result.status != 0
    assert "write a duration with its unit" in result.err
    assert wiring.asked == []


def test_schedules_say_when_they_are_due_and_how_they_ended(invoke: Invoke, wiring: SimpleNamespace) -> None:
    (line,) = invoke("schedules").out.splitlines()
    assert line.startswith("nightly  ")
    assert line.endswith("  30 2 * * * UTC: reconcile, next 2026-11-21 02:30:00Z; last 2026-11-21 02:30:00Z done")


def test_the_history_tells_what_came_of_runs_and_what_was_left_out(invoke: Invoke, wiring: SimpleNamespace) -> None:
    done, skipped = invoke("schedules", "history", "nightly").out.splitlines()
    assert done.endswith("2026-11-21 02:30:00Z: done  odoo-orders 2")
    assert skipped.endswith("skipped, 4 times left out")
    assert wiring.asked == [(("nightly",), {"limit": 20})]


@pytest.mark.parametrize(("state", "status"), [("done", 0), ("failed", 1), ("asked", 0)])
def test_a_run_now_ends_as_it_went(invoke: Invoke, wiring: SimpleNamespace, state: str, status: int) -> None:
    wiring.run = {**RUN, "state": state, "actor": "ann"}
    result = invoke("schedules", "run", "nightly", "--by", "ann")
    assert result.status == status
    assert f"for ann: {state}" in result.out
    assert ("No gateway has begun it yet" in result.err) is (state == "asked")
