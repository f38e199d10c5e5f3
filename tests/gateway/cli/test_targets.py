"""`gateway targets`, and holding partners: what waits where, and what is asked of the wiring."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from gateway.cli.phrases import delivery_phrase, target_phrase
from gateway.cli.story import story
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
SINCE = "2026-11-21T14:05:00+00:00"
ODOO: dict[str, Any] = {
    "target": "odoo", "configured": True, "waiting": 7, "due": 5, "sending": 2, "in_sequence": 3, "put_aside": 1,
    "after_others": 0, "dead": 4, "oldest": SINCE, "next_at": SINCE, "breaker": "closed", "breaker_since": None, "probe_at": None,
    "held_by": None, "held_because": None, "held_since": None, "maintenance_until": None, "rate": 5.0, "concurrency": 2,
}  # fmt: skip


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    held = SimpleNamespace(actor="bo", reason="stocktaking", since=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
    answers = SimpleNamespace(targets=[ODOO], done=True, was=held, moved={"odoo": 3}, asked=[])

    def remembered(name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            answers.asked.append((name, given, named))
            return answer()

        return call

    answers.delivery_targets = remembered("list", lambda: answers.targets)
    answers.hold_deliveries = remembered("hold", lambda: answers.done)
    answers.release_deliveries = remembered("release", lambda: answers.was)
    answers.retry_now = remembered("retry", lambda: answers.moved)
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: answers)
    return answers


def test_the_list_says_what_waits_and_what_keeps_it(invoke: Invoke, wiring: SimpleNamespace) -> None:
    text = invoke("targets").out
    assert "odoo" in text
    assert " 11 " in text, "whatever it waits for"
    assert "Works" in text
    wiring.targets = [ODOO | {"held_by": "ada", "held_because": "stocktaking", "held_since": SINCE}]
    assert "Held by ada" in invoke("targets", "list").out


def test_as_json_it_is_whole(invoke: Invoke, wiring: SimpleNamespace) -> None:
    (found,) = json.loads(invoke("targets", "list", "-o", "json").out)
    assert found == ODOO


def test_one_is_shown_with_its_limits(invoke: Invoke, wiring: SimpleNamespace) -> None:
    text = invoke("targets", "show", "odoo").out
    assert "3 wait for earlier ones of their sequence key" in text
    assert "limits: 5 calls a second, 2 calls in flight, of all processes together" in text
    assert json.loads(invoke("targets", "show", "odoo", "--json").out)[0]["dead"] == 4
    missing = invoke("targets", "show", "odo")
    assert missing.status != 0
    assert "gateway targets" in missing.err


def test_one_that_is_no_longer_configured_is_said_to_be_so(invoke: Invoke, wiring: SimpleNamespace) -> None:
    wiring.targets = [ODOO | {"configured": False}]
    assert "not in routes.toml" in invoke("targets", "show", "odoo").out


@pytest.mark.parametrize(("group", "name", "kind"), [("targets", "odoo", "target"), ("partners", "bigbox", "partner")])
def test_holding_takes_a_reason_and_says_how_to_release(
    invoke: Invoke, wiring: SimpleNamespace, group: str, name: str, kind: str
) -> None:
    refused = invoke(group, "hold", name)
    assert refused.status != 0
    assert "a reason is needed" in refused.err
    assert wiring.asked == []
    done = invoke(group, "hold", name, "--reason", " stocktaking ", "--by", "ada")
    assert wiring.asked == [("hold", (kind, name), {"actor": "ada", "reason": "stocktaking"})]
    assert f"gateway {group} release {name}" in done.err
    wiring.done = False
    assert "held already" in invoke(group, "hold", name, "--reason", "x").err


def test_releasing_tells_what_it_was(invoke: Invoke, wiring: SimpleNamespace) -> None:
    text = invoke("targets", "release", "odoo", "--reason", "over", "--by", "ada").err
    assert "held by bo since 2026-11-21 09:30 UTC: stocktaking" in text
    wiring.was = None
    missing = invoke("partners", "release", "bigbox")
    assert missing.status != 0
    assert "it is not held" in missing.err


def test_retry_now_needs_something_to_retry(invoke: Invoke, wiring: SimpleNamespace) -> None:
    refused = invoke("targets", "retry-now")
    assert refused.status != 0
    assert wiring.asked == []
    assert "3 deliveries are tried now" in invoke("targets", "retry-now", "odoo", "--by", "ada").err
    invoke("targets", "retry-now", "--delivery", ID, "--partner", "bigbox", "--by", "ada")
    assert [named for _, _, named in wiring.asked] == [
        {"actor": "ada", "target": "odoo", "partner": None, "deliveries": None},
        {"actor": "ada", "target": None, "partner": "bigbox", "deliveries": [UUID(ID)]},
    ]
    wiring.moved = {}
    assert "gateway redeliver" in invoke("targets", "retry-now", "odoo").err


@pytest.mark.parametrize(
    ("changes", "text", "tone"),
    [
        ({}, "Works", "good"),
        ({"breaker": "open", "breaker_since": SINCE}, "Unavailable since", "error"),
        ({"breaker": "half_open", "breaker_since": SINCE}, "one at a time probes it", "error"),
        ({"breaker": "open", "maintenance_until": SINCE}, "In maintenance until", "info"),
        ({"maintenance_until": SINCE, "held_by": "ada", "held_because": "x", "held_since": SINCE}, "Held by ada", "error"),
    ],
)
def test_a_target_says_what_keeps_it(changes: dict[str, Any], text: str, tone: str) -> None:
    said, told = target_phrase(ODOO | changes)
    assert text in said
    assert told == tone


@pytest.mark.parametrize(
    ("delivery", "text"),
    [
        ({"state": "blocked", "blocked_by": "sequence", "after": ID}, "Waits for delivery 0a4f5a3f2b10, to keep their order"),
        ({"state": "blocked", "blocked_by": "translation", "after": ID}, "Waits for transmission 0a4f5a3f2b10"),
        (
            {"state": "blocked", "blocked_by": "hold", "held_by": "ada", "held_because": "x"},
            "Held: the partner is held by ada: x",
        ),
        ({"state": "blocked", "after": ID}, "Waiting until the delivery before it is done, then odoo"),
        ({"state": "waiting", "held_by": "ada", "held_because": "x"}, "Held: odoo is held by ada: x"),
        ({"state": "waiting", "held_by": None}, "Waiting for odoo"),
        ({"state": "diverted", "message": "Diverted to wms: odoo is held."}, "Not sent to odoo: Diverted to wms: odoo is held."),
    ],
)
def test_a_delivery_says_what_it_waits_for(delivery: dict[str, Any], text: str) -> None:
    assert text in delivery_phrase({"target": "odoo", **delivery})[0]


def test_the_story_of_a_delivery_tells_what_its_attempts_do_not() -> None:
    steps = [("waiting", {"code": "timeout"}), ("held", {"by": "ada"}), ("diverted", {"fallback": "wms"})]
    trace = {
        "deliveries": [{
            "id": ID, "target": "odoo", "state": "diverted", "message": "Diverted to wms: odoo is held.",
            "attempts": [{"attempt": 1, "outcome": "retry", "code": "timeout"}],
        }],
        "events": [
            {"at": SINCE, "stage": "deliver", "subject": ID, "steps": [{"what": what, "detail": told}]} for what, told in steps
        ],
    }  # fmt: skip
    lines = "\n".join(story(trace).lines())
    assert lines.count("timeout") == 1, "the attempt says it"
    assert "held: by ada" in lines
    assert "diverted: fallback wms" in lines
