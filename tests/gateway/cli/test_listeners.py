"""`gateway events replay` and `gateway subscribers`: what is asked for, what is shown, how it ends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from gateway.cli.exit_status import ExitStatus
from tests.gateway.cli.invented import Result
from tests.gateway.cli.test_replay import BATCH, Wiring

Invoke = Callable[..., Result]
NOTICE = {
    "id": BATCH, "milestone": BATCH, "at": "2026-11-21T14:05:00+00:00", "type": "order.shipped", "order": "4711",
    "partner": "bigbox", "version": 3,
    "state": "dead", "attempts": 2, "code": "http-500", "message": "The receiver answered HTTP 500.", "test": False,
    "settled_at": None, "next_at": None, "tries": [
        {"attempt": 1, "started_at": "2026-11-21T14:05:00+00:00", "status": 500, "code": "http-500", "message": "no"},
        {"attempt": 2, "started_at": "2026-11-21T14:06:00+00:00", "status": None, "code": "timeout", "message": "late"},
    ],
}  # fmt: skip
ROW = {
    "subscriber": "news", "configured": True, "url": "https://news.example", "events": None, "partners": None, "fields": None,
    "waiting": 2, "delivered": 40, "failed": 1, "oldest": None, "last_delivered": None, "breaker": "open", "held_by": "ann",
}  # fmt: skip


class Listening(Wiring):
    """Invented answers about listeners."""

    arrived = True

    @override
    def answer(self, name: str, named: Any) -> Any:
        plan = {"matched": 5, "count": 4, "effects": {"order.shipped": 4}, "refused": {"its document was purged": 1}}
        if name == "plan_event_replay_of":
            return {**super().answer(name, named), "action": "events", "plan": plan, "count": 4}
        probed = {
            "subscriber": "news",
            "url": "https://news.example",
            "arrived": self.arrived,
            "seconds": 0.2,
            "message": "Down.",
        }
        return {
            "subscribers": [ROW],
            "subscriber_log": [NOTICE],
            "probe_subscriber": {**probed, "status": 204},
        }.get(name, super().answer(name, named))


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> Listening:
    made = Listening()
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: made)
    return made


class TestEvents:
    def test_the_plan_names_types_and_what_is_gone(self, invoke: Invoke, wiring: Listening) -> None:
        words = ("--to", "billing.events", "--since", "6h", "--type", "order.shipped", "--partner", "bigbox", "--reason", "lost")
        result = invoke("events", "replay", *words, "--dry-run")
        lines = [" ".join(line.split()) for line in result.out.splitlines()]
        assert lines == ["5 match, 4 to publish again", "4 order.shipped", "1 not done: its document was purged"]
        (queue, wanted), terms = wiring.last("plan_event_replay_of")
        assert queue == "billing.events"
        assert (wanted["types"], wanted["partners"], wanted["orders"]) == (("order.shipped",), ("bigbox",), ())
        assert abs(datetime.now(UTC) - timedelta(hours=6) - wanted["since"]) < timedelta(minutes=1)
        assert (terms["rate"], terms["keep_it"]) == (100.0, False)

    def test_milestones_are_meant_where_no_type_is_named(self, invoke: Invoke, wiring: Listening) -> None:
        invoke("events", "replay", "--to", "crm.events", "--order", "4711", "--reason", "r", "--dry-run")
        (_, wanted), _ = wiring.last("plan_event_replay_of")
        assert (wanted["types"], wanted["since"], wanted["until"]) == (("order.*",), None, None)

    def test_nothing_happens_before_the_count_is_given(self, invoke: Invoke, wiring: Listening) -> None:
        words = ("events", "replay", "--to", "crm.events", "--since", "2026-11-20", "--reason", "r")
        assert invoke(*words).status == ExitStatus.SUCCESS
        assert "confirm_batch" not in wiring.names()
        assert invoke(*words, "--yes", "--expect", "4").status == ExitStatus.SUCCESS
        assert wiring.last("confirm_batch")[1]["expect"] == 4

    @pytest.mark.parametrize("words", [("--since", "6h"), ("--to", "a.b", "--since", "yesterday")])
    def test_what_cannot_be_understood_is_a_usage_error(self, invoke: Invoke, wiring: Listening, words: tuple[str, ...]) -> None:
        assert invoke("events", "replay", *words).status == ExitStatus.USAGE
        assert wiring.names() == []


class TestSubscribers:
    def test_the_list_says_what_keeps_them(self, invoke: Invoke, wiring: Listening) -> None:
        shown = " ".join(invoke("subscribers").out.split())
        assert shown == ("news https://news.example: 40 arrived in 24 h, 2 wait, 1 failed, it is unavailable, held by ann")
        assert json.loads(invoke("subscribers", "-o", "json").out) == [ROW]

    def test_the_log_shows_each_attempt_when_asked(self, invoke: Invoke, wiring: Listening) -> None:
        short = invoke("subscribers", "log", "news", "--state", "dead", "--order", "4711").out.splitlines()
        assert short == ["2026-11-21 14:05:00Z  order.shipped 4711  dead, 2 attempts  http-500 The receiver answered HTTP 500."]
        given, named = wiring.last("subscriber_log")
        assert (given[0], given[1]["states"], given[1]["orders"], named["limit"]) == ("news", ("dead",), ("4711",), 50)
        tries = [" ".join(line.split()) for line in invoke("subscribers", "log", "news", "--tries").out.splitlines()[1:]]
        assert tries == ["1 2026-11-21 14:05:00Z HTTP 500 no", "2 2026-11-21 14:06:00Z timeout late"]
        assert json.loads(invoke("subscribers", "log", "news", "-o", "json").out)[0]["tries"][1]["code"] == "timeout"

    def test_a_test_says_whether_it_arrived(self, invoke: Invoke, wiring: Listening) -> None:
        result = invoke("subscribers", "test", "news")
        assert (result.status, "answered HTTP 204 in 0.2 s" in result.out) == (ExitStatus.SUCCESS, True)
        wiring.arrived = False
        result = invoke("subscribers", "test", "news")
        assert (result.status, "not taken" in result.out) == (ExitStatus.FAILED, True)

    def test_a_resend_is_a_plan_first(self, invoke: Invoke, wiring: Listening) -> None:
        words = ("subscribers", "resend", "news", "--state", "dead", "--since", "7d", "--reason", "their server is back")
        assert invoke(*words, "--dry-run").status == ExitStatus.SUCCESS
        (name, wanted), terms = wiring.last("plan_resend_of")
        assert (name, wanted["states"], terms["delivered"], terms["keep_it"]) == ("news", ("dead",), False, False)
        invoke(*words, "--delivered", "--yes", "--expect", "3")
        assert wiring.last("confirm_batch")[1]["expect"] == 3
