"""`gateway order` and `gateway orders`: what has become of orders, in words and as records."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.cli.order_story import MOST_NAMES, order_story, state_phrase
from gateway.domain.order.lifecycle import ORDER_STATES, missing_steps
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
EVENT: dict[str, Any] = {
    "id": ID, "source": "wms", "key": "W1", "event": "shipped", "occurred": "2026-11-21T10:00:00+00:00", "version": None,
    "total": False, "reason": None, "heard_at": "2026-11-21T10:01:00+00:00", "state": "applied", "code": "", "message": "",
    "needs": None, "flags": [], "due_at": None, "document": None, "transmission": None,
    "lines": [{"line": "1", "quantity": "4", "unit": "EA"}], "links": [],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "id": ID, "partner": "bigbox", "number": "4711", "test": False, "state": "partly_shipped", "version": 2,
    "created_at": "2026-11-21T09:00:00+00:00", "changed_at": "2026-11-21T10:01:00+00:00",
    "lines": [{"line": "1", "state": "partly_shipped", "unit": "EA", "items": ["gtin:1"], "ordered": "10", "shipped": "4"}],
    "steps": {"received": "2026-11-21T09:00:00+00:00", "shipped": "2026-11-21T10:00:00+00:00"},
    "missing": ["delivered", "invoiced", "paid"],
    "events": [{**EVENT, "event": "received", "source": "bigbox", "lines": []}, EVENT],
    "deadlines": [
        {"deadline": "advice", "milestone": "shipped", "due_at": "2026-11-21T11:00:00+00:00", "state": "missed", "met_at": None}
    ],
    "follow_ups": [
        {"rule": "advice", "kind": "document", "source": "wms", "event": "shipped", "state": "done", "code": "", "ordinal": 1,
         "message": "despatch_advice 4711-1", "reference": ID, "due_at": None, "changed_at": "2026-11-21T10:02:00+00:00"},
        {"rule": "bill", "kind": "document", "source": "wms", "event": "shipped", "state": "failed", "code": "order-not-kept",
         "ordinal": 2, "message": "the order is not here", "reference": None, "due_at": "2026-11-21T12:00:00+00:00",
         "changed_at": "2026-11-21T10:02:00+00:00"},
    ],
    "links": [{"system": "wms", "kind": "tracking", "value": "1Z9"}],
}  # fmt: skip
LISTED: dict[str, Any] = {
    **{name: ORDER[name] for name in ("id", "partner", "number", "test", "state", "version", "created_at", "changed_at")},
    "waiting": 1, "refused": 2, "late": ["advice"],
}  # fmt: skip


LIKELY_LATE: dict[str, Any] = {
    "looked_at": 7,
    "orders": [
        {"id": ID, "partner": "bigbox", "number": "4711", "state": "released", "place": "wms-east", "goal": "shipped",
         "due_at": "2026-11-22T21:00:00+00:00", "wanted_by": "requested", "since": "released", "chance": 0.83,
         "because": "usually 26 h from released to shipped at wms-east, 90 %: 31 h; 12 h are left of 16 h"},
    ],
    "summaries": [
        {"partner": "bigbox", "name": "BigBox", "orders": 1, "text": "BigBox: 1 order will likely be late.\n- Order 4711"},
        {"partner": "nordmart", "name": "NordMart", "orders": 1, "text": "NordMart: 1 order will likely be late."},
    ],
}  # fmt: skip


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    answers = SimpleNamespace(found=[ORDER], listed=[LISTED], asked=[], late=LIKELY_LATE)

    async def orders_of(_config: str, number: str, **named: Any) -> Any:
        answers.asked.append((number, named))
        return answers.found

    async def list_orders(_config: str, **named: Any) -> Any:
        answers.asked.append(named)
        return answers.listed

    async def likely_late(_config: str, **named: Any) -> Any:
        answers.asked.append(named)
        return answers.late

    wiring = SimpleNamespace(orders_of=orders_of, list_orders=list_orders, likely_late=likely_late)
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return answers


class TestOrder:
    def test_it_shows_steps_lines_and_what_was_said(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        text = invoke("order", "4711").out
        for part in (
            "Order 4711 of bigbox: partly shipped",
            "2026-11-21 09:00:00Z  received",
            "missing: delivered, invoiced, paid",
            "missed advice (shipped): due 2026-11-21 11:00:00Z",
            "1: ordered 10, shipped 4 EA  partly shipped  (gtin:1)",
            "shipped by wms (4 of line 1)",
            "2026-11-21 10:02:00Z  advice, after shipped by wms: done",
            "2026-11-21 12:00:00Z  bill, after shipped by wms: cannot be done, is tried again then",
            "the order is not here",
            f"gateway trace {ID}",
            "tracking: 1Z9 (wms)",
        ):
            assert part in text, text
        assert desk.asked == [("4711", {"partner": None})]

    def test_an_unknown_number_says_where_to_look(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        desk.found = []
        result = invoke("order", "9", "--partner", "bigbox")
        assert result.status == 1
        assert "gateway trace" in result.err
        assert desk.asked == [("9", {"partner": "bigbox"})]

    def test_as_json_it_is_an_array_of_orders(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        desk.found = [ORDER, ORDER]
        assert json.loads(invoke("order", "4711", "-o", "json").out) == [ORDER, ORDER]

    def test_as_lines_it_is_what_was_said(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        first, second = (json.loads(line) for line in invoke("order", "4711", "-o", "jsonl").out.splitlines())
        assert (first["event"], second["event"], second["order"]) == ("received", "shipped", "4711")
        assert invoke("order", "4711", "-o", "csv").out.splitlines()[0].startswith("order,partner,heard_at")


class TestStory:
    @pytest.mark.parametrize(
        ("changes", "part"),
        [
            (
                {"state": "refused", "code": "more-shipped-than-ordered", "message": "Too much."},
                "refused, more-shipped-than-ordered",
            ),
            (
                {"state": "waiting", "needs": "released", "due_at": "2026-11-22T10:00:00+00:00"},
                "waits for released until 2026-11-22",
            ),
            ({"state": "overdue", "needs": "shipped", "message": "nothing is known"}, "has waited for shipped for too long"),
            ({"state": "repeated"}, "known already"),
            ({"state": "heard"}, "not judged yet"),
            ({"flags": ["future"]}, "its time is in our future"),
            ({"reason": "torn"}, "reason: torn"),
            ({"occurred": None}, "2026-11-21 10:01:00Z"),
        ],
    )
    def test_what_became_of_a_statement_is_said(self, changes: dict[str, Any], part: str) -> None:
        lines = list(order_story({**ORDER, "events": [{**EVENT, **changes}]}).lines())
        assert any(part in line for line in lines), lines
        if changes.get("message"):
            assert any(changes["message"] in line for line in lines)

    def test_very_many_names_are_counted(self) -> None:
        links = [{"system": "wms", "kind": "package", "value": str(n)} for n in range(MOST_NAMES + 7)]
        assert any(line.endswith("and 7 more") for line in order_story({**ORDER, "links": links}).lines())

    def test_an_order_that_nothing_is_known_of_is_short(self) -> None:
        bare = {"partner": "bigbox", "number": "1", "state": "expected", "test": True}
        assert list(order_story(bare).lines()) == ["Order 1 of bigbox  test: expected", "  Steps"]

    @pytest.mark.parametrize("state", ORDER_STATES)
    def test_every_state_has_words(self, state: str) -> None:
        text, tone = state_phrase(state)
        assert "_" not in text
        assert tone


class TestMissing:
    @pytest.mark.parametrize(
        ("state", "done", "missing"),
        [
            ("expected", [], ["received", "accepted", "shipped", "delivered", "invoiced", "paid"]),
            ("received", ["received"], ["accepted", "shipped", "delivered", "invoiced", "paid"]),
            ("shipped", ["received", "shipped"], ["delivered", "invoiced", "paid"]),
            ("cancelled", ["received"], []),
            ("paid", ["received", "paid"], []),
        ],
    )
    def test_what_is_to_come_is_what_stands_after_what_has_come(self, state: str, done: list[str], missing: list[str]) -> None:
        assert missing_steps(state, done) == missing


class TestList:
    def test_it_is_a_table(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        result = invoke("orders")
        head, line = result.out.splitlines()
        assert head.split() == ["SINCE", "PARTNER", "ORDER", "STATE", "CHANGED", "WAITING", "REFUSED", "LATE", "ID"]
        assert "partly shipped" in line
        assert "advice" in line
        assert ID not in line
        assert "gateway order 4711" in result.err

    @pytest.mark.parametrize(
        ("words", "wanted"),
        [
            (("--late",), {"late": True}),
            (("--state", "held", "--state", "paid"), {"states": ["held", "paid"]}),
            (("--partner", "bigbox", "-n", "5"), {"partners": ["bigbox"], "limit": 5}),
        ],
    )
    def test_filters_are_handed_on(self, invoke: Invoke, desk: SimpleNamespace, words: tuple[str, ...], wanted: object) -> None:
        invoke("orders", *words)
        asked = {name: value for name, value in desk.asked[-1].items() if value and (name, value) != ("limit", 50)}
        assert asked == wanted

    def test_a_list_goes_on_after_an_id(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        result = invoke("orders", "-n", "1", "--before", ID)
        assert str(desk.asked[-1]["before"]) == ID
        assert f"gateway orders --before {ID}" in result.err

    def test_a_state_that_is_none_is_refused(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        result = invoke("orders", "--state", "sent")
        assert result.status == 1
        assert "partly_shipped" in result.err
        assert desk.asked == []

    @pytest.mark.parametrize(("words", "part"), [(("orders",), "No orders there"), (("orders", "--late"), "Nothing is late")])
    def test_nothing_is_no_error(self, invoke: Invoke, desk: SimpleNamespace, words: tuple[str, ...], part: str) -> None:
        desk.listed = []
        result = invoke(*words)
        assert (result.status, part in result.err) == (0, True)

    def test_records_have_stable_keys(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        assert json.loads(invoke("orders", "--json").out) == [LISTED]


class TestLikelyLate:
    def test_each_is_told_with_its_reason(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        done = invoke("orders", "--likely-late", "--partner", "bigbox")
        assert desk.asked == [{"partners": ["bigbox"]}]
        for part in ("bigbox", "4711", "shipped (requested)", "83%", "usually 26 h from released to shipped at wms-east"):
            assert part in " ".join(done.out.split()), part

    def test_customers_get_a_text_each(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        assert invoke("orders", "--likely-late", "--summary").out.splitlines() == [
            "BigBox: 1 order will likely be late.", "- Order 4711", "", "NordMart: 1 order will likely be late.",
        ]  # fmt: skip

    def test_machines_get_all_of_it(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        assert json.loads(invoke("orders", "--likely-late", "-o", "json").out) == LIKELY_LATE
        head, row = invoke("orders", "--likely-late", "-o", "csv").out.splitlines()
        assert head.startswith("id,partner,number,state,place,goal,due_at")
        assert row.startswith(f"{ID},bigbox,4711,released,wms-east,shipped")

    def test_none_is_told_with_how_many_were_looked_at(self, invoke: Invoke, desk: SimpleNamespace) -> None:
        desk.late = {"looked_at": 7, "orders": [], "summaries": []}
        assert "None of 7 orders underway" in invoke("orders", "--likely-late").err
