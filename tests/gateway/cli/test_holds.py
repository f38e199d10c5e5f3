"""`gateway holds`: what holds orders to warehouses, and what people decide."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.cli.order_story import order_story
from gateway.errors import GatewayError
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
HOLD: dict[str, Any] = {
    "id": ID, "release": ID, "transmission": ID, "hold": "credit", "kind": "credit", "reason": "The credit is to be checked.",
    "owner": "finance", "state": "open", "since": "2026-11-21T09:12:00+00:00", "due_at": "2026-11-21T13:12:00+00:00",
    "ended_at": None, "actor": None, "note": "", "number": "WH/OUT/00042", "order_number": "4711", "customer": "bigbox",
    "warehouse": "east-3pl", "release_state": "held", "go_at": None, "test": False,
}  # fmt: skip


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    answers = SimpleNamespace(found=[HOLD], stands_in_the_way=[], asked=[])

    async def list_holds(_config: str, **named: Any) -> Any:
        answers.asked.append(named)
        return answers.found

    async def decide_holds(_config: str, holds: Any, decision: str, **named: Any) -> Any:
        answers.asked.append((tuple(holds), decision, named))
        return answers.stands_in_the_way or [None] * len(holds)

    bootstrap = SimpleNamespace(list_holds=list_holds, decide_holds=decide_holds)
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: bootstrap)
    return answers


def test_what_is_held_is_listed(desk: SimpleNamespace, invoke: Invoke) -> None:
    result = invoke("holds")
    assert result.status == 0
    for text in ("WH/OUT/00042", "4711 bigbox", "east-3pl", "credit", "finance", "3f2b10"):
        assert text in result.out
    assert desk.asked == [{"standing": True, "limit": 50, "kinds": (), "owners": (), "customers": (), "numbers": ()}]


def test_it_is_chosen_from(desk: SimpleNamespace, invoke: Invoke) -> None:
    words = ["--kind", "credit", "--owner", "finance", "--partner", "bigbox", "--order", "4711", "--all", "-n", "3", "-o", "json"]
    result = invoke("holds", "list", *words)
    assert json.loads(result.out)[0]["hold"] == "credit"
    (asked,) = desk.asked
    assert asked == {
        "standing": False, "limit": 3, "kinds": ["credit"], "owners": ["finance"], "customers": ["bigbox"], "numbers": ["4711"]
    }  # fmt: skip


def test_nothing_held_is_said(desk: SimpleNamespace, invoke: Invoke) -> None:
    desk.found = []
    assert "Nothing is held" in invoke("holds").err


@pytest.mark.parametrize(("decision", "said"), [("release", "let go"), ("approve", "approved"), ("refuse", "refused")])
def test_people_decide(desk: SimpleNamespace, invoke: Invoke, decision: str, said: str) -> None:
    result = invoke("holds", decision, "3f2b10", "a1b2c3", "--reason", "agreed", "--by", "ann")
    assert result.status == 0
    assert f"3f2b10: {said}." in result.err
    assert desk.asked == [(("3f2b10", "a1b2c3"), decision, {"actor": "ann", "reason": "agreed"})]


def test_what_stands_in_the_way_is_told(desk: SimpleNamespace, invoke: Invoke) -> None:
    desk.stands_in_the_way = [GatewayError("this hold is approved: nothing is left to decide", remedy="See: gateway holds list")]
    result = invoke("holds", "release", "3f2b10", "--reason", "agreed")
    assert result.status == 1
    assert "nothing is left to decide" in result.err
    desk.stands_in_the_way = [None, GatewayError("there is no such hold: x", remedy="See: gateway holds list")]
    assert invoke("holds", "release", "3f2b10", "x", "--reason", "agreed").status == 3


def test_a_reason_is_asked_for(desk: SimpleNamespace, invoke: Invoke) -> None:
    assert invoke("holds", "release", "3f2b10").status == 2
    assert desk.asked == []


def test_an_order_shows_what_holds_it_and_where_it_went() -> None:
    over = {**HOLD, "state": "approved", "ended_at": "2026-11-21T10:00:00+00:00", "actor": "ann", "note": "agreed"}
    part = {
        "warehouse": "east",
        "number": "WH/OUT/00042",
        "state": "sent",
        "at": "2026-11-21T10:00:01+00:00",
        "note": "",
        "transmission": ID,
    }
    release = {
        "id": ID, "number": "WH/OUT/00042", "warehouse": "east-3pl", "state": "released", "created_at": HOLD["since"],
        "go_at": None, "note": "", "holds": [over, HOLD], "parts": [part],
    }  # fmt: skip
    words = repr(order_story({"number": "4711", "partner": "bigbox", "releases": [release]}))
    for text in ("Warehouses", "credit approved", "by ann: agreed", "owner finance", "to east"):
        assert text in words
