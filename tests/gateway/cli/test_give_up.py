"""`gateway message ignore` and `gateway message reject`: what it comes to first, then asked, then done."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from gateway.cli import main
from gateway.cli.give_up import outcome_text
from gateway.cli.terminal import Terminal
from gateway.errors import ActionRefused
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
ANSWER = {"type": "855", "number": "4711-R1F2A", "partner": "bigbox", "agreement": "bigbox-855"}
VIEW = {
    "message": ID, "done": True, "deliveries": [{"target": "odoo"}, {"target": "wms"}], "failures": 0, "answers": [ANSWER],
    "before": [],
}  # fmt: skip
NOTHING = {**VIEW, "deliveries": [], "answers": []}


class Wiring:
    """What the commands ask, and invented answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool, dict[str, Any]]] = []
        self.view: dict[str, Any] = dict(VIEW)
        self.refusal: Exception | None = None

    async def ignore_message(self, _config: str, message: UUID, **how: Any) -> dict[str, Any]:
        return self._answer("ignore", message, how)

    async def reject_message(self, _config: str, message: UUID, **how: Any) -> dict[str, Any]:
        return self._answer("reject", message, how)

    def _answer(self, act: str, message: UUID, how: dict[str, Any]) -> dict[str, Any]:
        assert message == UUID(ID)
        self.asked.append((act, how.pop("only_show"), how))
        if self.refusal is not None:
            raise self.refusal
        return {**self.view, "done": not self.asked[-1][1]}


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> Wiring:
    wired = Wiring()
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wired)
    return wired


def at_a_terminal(typed: str, *arguments: str) -> tuple[int, str]:
    """What somebody at a terminal sees who types this."""
    talk = io.StringIO()
    terminal = Terminal(io.BytesIO(f"{typed}\n".encode()), io.BytesIO(), talk, environ={}, interactive=True)
    return int(main(arguments, terminal=terminal)), talk.getvalue()


class TestDone:
    @pytest.mark.parametrize("act", ["ignore", "reject"])
    def test_with_yes_it_is_planned_and_done(self, invoke: Invoke, wiring: Wiring, act: str) -> None:
        result = invoke("message", act, ID, "--reason", "no longer made", "--by", "ann", "--yes")
        assert result.status == 0
        said = {"by": "ann", "reason": "no longer made"}
        assert wiring.asked == [(act, True, said), (act, False, said)]
        assert "2 deliveries (odoo, wms) are given up, 855 4711-R1F2A goes to bigbox under bigbox-855." in result.out

    def test_a_dry_run_only_tells(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("message", "reject", ID, "--reason", "r", "--dry-run")
        assert (result.status, [only for _, only, _ in wiring.asked]) == (0, [True])
        assert "2 deliveries (odoo, wms) would be given up, 855 4711-R1F2A would go to bigbox" in result.out

    def test_nobody_there_to_ask_does_nothing(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("message", "ignore", ID, "--reason", "r")
        assert (result.status, len(wiring.asked)) == (2, 1)
        assert "--yes" in result.err

    def test_what_was_done_before_needs_no_asking(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.view = {**NOTHING, "before": [{"called": "purchase order 4711", "transmission": ID}]}
        result = invoke("message", "reject", ID, "--reason", "r")
        assert (result.status, len(wiring.asked)) == (0, 1)
        assert f"The sender of purchase order 4711 was told before, by {ID}." in result.out

    def test_a_machine_gets_the_record(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("message", "reject", ID, "--reason", "r", "--yes", "--json")
        assert json.loads(result.out)["answers"] == [ANSWER]
        assert "855" in invoke("message", "reject", ID, "--reason", "r", "--yes", "-o", "csv").out

    def test_why_not_and_what_to_do(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.refusal = ActionRefused("odoo has it already.", remedy="Cancel it in odoo.")
        result = invoke("message", "reject", ID, "--reason", "r", "--yes")
        assert result.status == 4
        assert "odoo has it already" in result.err
        assert "Cancel it in odoo." in result.err


class TestAsked:
    def test_typing_yes_does_it(self, wiring: Wiring) -> None:
        status, talk = at_a_terminal("yes", "message", "reject", ID, "--reason", "r")
        assert (status, [only for _, only, _ in wiring.asked]) == (0, [True, False])
        assert "would go to bigbox" in talk

    def test_anything_else_leaves_it(self, wiring: Wiring) -> None:
        status, talk = at_a_terminal("y", "message", "ignore", ID, "--reason", "r")
        assert (status, [only for _, only, _ in wiring.asked]) == (1, [True])
        assert "nothing was done" in talk


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"deliveries": [{"target": "odoo"}], "answers": []}, "1 delivery (odoo) is given up."),
        ({"deliveries": [], "failures": 1, "answers": []}, "1 other failure ends."),
        ({"deliveries": [], "failures": 3, "answers": [], "done": False}, "3 other failures would end."),
    ],
)
def test_outcomes_in_words(changed: dict[str, Any], text: str) -> None:
    assert outcome_text({**VIEW, **changed}) == text
