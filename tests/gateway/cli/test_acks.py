"""`gateway acks`: what partners owe us, in words; waiving, dismissing and matching by hand."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from gateway.cli.phrases import expectation_phrase, expectation_subject
from gateway.cli.story import message_page
from gateway.domain.expectation import Said
from gateway.domain.lifecycle import EXPECTATION
from gateway.errors import GatewayError
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
OWED: dict[str, Any] = {
    "id": ID, "state": "overdue", "partner": "bigbox", "kind": "997", "type": "856", "control_number": "42",
    "document": {"ordinal": 1, "type": "856", "control_number": "0001"}, "keys": {"despatch": "D-1", "order": "4711"},
    "due_at": "2026-11-21T14:05:00+00:00", "explanation": [], "owner": "edi", "person": None, "reason": None,
}  # fmt: skip
STRAY: dict[str, Any] = {
    "id": ID, "partner": "bigbox", "type": "997", "names": ["group SH 77"], "control_number": "9",
    "created_at": "2026-11-21T14:05:00+00:00", "sender": "01:BIGBOX", "tries": 3, "transmission": "t-1",
}  # fmt: skip


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    row = SimpleNamespace(kind="order_response", state="overdue")
    answers = SimpleNamespace(owed=[OWED], stray=[STRAY], waived=row, dismissed=True, matched=[], asked=[])

    def remembered(name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            answers.asked.append((name, given, named))
            found = answer()
            if isinstance(found, Exception):
                raise found
            return found

        return call

    wiring = SimpleNamespace(
        expectations=remembered("list", lambda: answers.owed),
        unmatched_acknowledgements=remembered("unmatched", lambda: answers.stray),
        waive_expectation=remembered("waive", lambda: answers.waived),
        dismiss_acknowledgement=remembered("dismiss", lambda: answers.dismissed),
        match_acknowledgements=remembered("match", lambda: answers.matched),
    )
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return answers


def asked(ledger: SimpleNamespace) -> dict[str, Any]:
    """What was asked last."""
    named: dict[str, Any] = ledger.asked[-1][2]
    return {name: value for name, value in named.items() if value and name != "limit"}


class TestList:
    @pytest.mark.parametrize("words", [("acks",), ("acks", "list"), ("acks", "--limit", "50")])
    def test_it_is_what_the_command_does_without_another(
        self, invoke: Invoke, ledger: SimpleNamespace, words: tuple[str, ...]
    ) -> None:
        head, line = invoke(*words).out.splitlines()
        assert head.split() == ["STATE", "PARTNER", "EXPECTED", "ABOUT", "INTERCHANGE", "DUE", "ID"]
        assert "Overdue" in line
        assert "856 0001 (despatch D-1)" in line
        assert "2026-11-21 14:05:00Z" in line
        assert "0a4f5a3f2b10" in line
        assert ID not in line
        assert asked(ledger) == {}

    def test_its_help_is_still_there(self, invoke: Invoke, ledger: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
        invoke("acks", "--help")
        assert "waive" in capsys.readouterr().out
        assert ledger.asked == []

    def test_a_mistyped_command_is_no_number(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        result = invoke("acks", "waife")
        assert result.status == 2
        assert "waive" in result.err
        assert ledger.asked == []

    @pytest.mark.parametrize(
        ("words", "wanted"),
        [
            (("4711",), {"about": "4711"}),
            (("--overdue",), {"states": ["overdue"]}),
            (("--open",), {"states": ["expected", "overdue"]}),
            (
                ("--rejected", "--partner", "bigbox"),
                {"states": ["rejected", "partially_accepted", "contradicted"], "partners": ["bigbox"]},
            ),
            (("--state", "late", "--state", "waived", "--kind", "MDN"), {"states": ["late", "waived"], "kinds": ["MDN"]}),
        ],
    )
    def test_filters_are_handed_on(self, invoke: Invoke, ledger: SimpleNamespace, words: tuple[str, ...], wanted: object) -> None:
        invoke("acks", *words)
        assert asked(ledger) == wanted

    def test_a_rejection_is_explained_below(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        ledger.owed = [{**OWED, "state": "rejected", "explanation": ["Line 1 is wrong."]}]
        assert "856 0001 (despatch D-1): Line 1 is wrong." in invoke("acks").err

    def test_nothing_says_how_to_expect_something(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        ledger.owed = []
        result = invoke("acks")
        assert (result.status, result.out) == (0, "")
        assert 'expect = { ack = "997"' in result.err

    def test_records_hold_everything(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        (record,) = json.loads(invoke("acks", "-o", "json").out)
        assert record == OWED

    def test_what_matches_nothing_has_a_list_of_its_own(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        head, line = invoke("acks", "--unmatched").out.splitlines()
        assert head.split() == ["CAME", "PARTNER", "TYPE", "ANSWERS", "INTERCHANGE", "ID"]
        assert "group SH 77" in line
        ledger.stray = []
        assert "answers something of ours" in invoke("acks", "--unmatched").err


class TestByHand:
    def test_waiving_takes_a_reason_and_a_person(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        result = invoke("acks", "waive", ID, "--reason", " by telephone ", "--by", "ada")
        assert result.status == 0
        assert "The order response is waived; it was overdue." in result.err
        assert (str(ledger.asked[0][1][0]), ledger.asked[0][2]) == (ID, {"actor": "ada", "reason": "by telephone"})

    @pytest.mark.parametrize("command", ["waive", "dismiss"])
    def test_no_reason_is_refused(self, invoke: Invoke, ledger: SimpleNamespace, command: str) -> None:
        result = invoke("acks", command, ID, "--reason", " ")
        assert result.status == 1
        assert "a reason is needed" in result.err
        assert ledger.asked == []

    def test_an_unknown_id_is_told(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        ledger.waived, ledger.dismissed = None, False
        assert "nothing with this id is expected" in invoke("acks", "waive", ID, "--reason", "x").err
        assert "does not wait to be matched" in invoke("acks", "dismiss", ID, "--reason", "x").err

    def test_what_went_well_is_not_waived(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        ledger.waived = GatewayError("the 997 is accepted: there is nothing to waive")
        result = invoke("acks", "waive", ID, "--reason", "x")
        assert (result.status, "nothing to waive" in result.err) == (1, True)

    def test_matching_tells_what_is_left(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        ledger.matched = [uuid4()]
        result = invoke("acks", "match")
        assert (result.status, "1 matched." in result.err) == (0, True)

    def test_asked_for_and_not_matched_is_a_failure(self, invoke: Invoke, ledger: SimpleNamespace) -> None:
        assert invoke("acks", "match", ID).status == 1


class TestWords:
    @pytest.mark.parametrize("state", sorted({s for s, _ in EXPECTATION} | set(EXPECTATION.values())))
    def test_every_state_has_words(self, state: str) -> None:
        text, tone = expectation_phrase({"state": state, "person": "ada", "reason": "why"})
        assert text.replace(" ", "_").lower() != state or state in ("accepted", "overdue")
        assert tone

    def test_what_was_waived_says_by_whom_and_why(self) -> None:
        assert (
            expectation_phrase({"state": "waived", "person": "ada", "reason": "by telephone"})[0] == "Waived by ada: by telephone"
        )

    def test_an_interchange_is_named_by_what_it_holds(self) -> None:
        assert expectation_subject({"type": "997", "control_number": "42"}) == "997 interchange 42"

    def test_every_word_of_a_partner_has_a_state(self) -> None:
        assert {str(word) for word in Said} <= {event for _, event in EXPECTATION}


class TestStory:
    def page(self, **changes: Any) -> list[str]:
        view = {"id": "t-1", "state": "translated", "expectations": [{**OWED, **changes}]}
        return list(message_page(view).lines())

    def test_what_was_sent_shows_what_is_owed_for_it(self) -> None:
        assert "    expected 997 for 856 0001 (despatch D-1): Overdue, due 2026-11-21 14:05:00Z" in self.page()

    def test_what_came_shows_what_it_answers_and_why(self) -> None:
        lines = self.page(state="rejected", answered_here=True, explanation=["Line 1\nis wrong."])
        index = lines.index("    answers 997 for 856 0001 (despatch D-1): Rejected by partner")
        assert lines[index + 1].strip() == "Line 1 is wrong."
