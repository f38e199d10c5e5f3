"""`gateway config activate` and its neighbours: what is asked of the wiring, and how its answers are told."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.domain.activation import Proposal
from gateway.errors import Absent, ActionRefused, ConfigurationInvalid, Denied
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ONE: dict[str, Any] = {
    "id": 12, "digest": "700f5f23c6d3" + "0" * 52, "kind": "proposal", "state": "in_force", "managed": True, "approval": "nobody",
    "proposed_by": "ada", "proposer_roles": ["command-line"], "proposed_at": "2026-11-21T09:12:00+00:00",
    "reason": "BigBox sends returns, too", "lint": [], "tests": {"passed": 7, "failed": []}, "override": None,
    "decided_by": None, "decided_at": None, "decision": None, "effective_from": "2026-11-21T09:12:00+00:00",
    "activated_at": "2026-11-21T09:12:01+00:00", "ended_at": None, "files": ["partners/bigbox.toml", "routes.toml"],
}  # fmt: skip
START = {
    **ONE,
    "id": 1,
    "kind": "start",
    "state": "ended",
    "proposed_by": None,
    "tests": None,
    "reason": "started with its files",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the wiring answers, and in `asked` what it was asked."""
    answers = SimpleNamespace(one=ONE, all=[ONE, START], tried={}, refused=None, asked=[])

    def answering(name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        async def asked(config: str, *words: Any, **named: Any) -> Any:
            answers.asked.append((name, config, *words, named))
            if answers.refused is not None:
                raise answers.refused
            return answer()

        return asked

    bootstrap = SimpleNamespace(
        propose_configuration=answering("propose", lambda: answers.one),
        try_configuration=answering("try", lambda: answers.tried),
        decide_configuration=answering("decide", lambda: answers.one),
        roll_back_configuration=answering("back", lambda: answers.one),
        configurations=answering("list", lambda: answers.all),
        configuration=answering("show", lambda: answers.one),
        configuration_file=answering("file", lambda: "[[partner]]\n"),
    )
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: bootstrap)
    return answers


class TestActivate:
    def test_the_configuration_file_itself_is_proposed(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        result = invoke("config", "activate", "--reason", "a new partner", "--by", "ada")
        assert result.status == 0
        ((name, config, file, proposal, named),) = desk.asked
        assert (name, config, file) == ("propose", "routes.toml", "routes.toml")
        assert proposal == Proposal(reason="a new partner")
        assert (named["by"].name, named["by"].roles) == ("ada", frozenset())
        for said in ("12", "in force", "BigBox sends returns, too", "7 passed", "partners/bigbox.toml, routes.toml"):
            assert said in result.out
        assert "gateway config roll-back" in result.err

    def test_another_file_from_a_time_on_although_tests_fail(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        words = ["new/routes.toml", "--reason", "x", "--from", "2027-01-01T00:00+01:00", "--override", "old test", "-o", "json"]
        result = invoke("config", "activate", *words)
        (_, config, file, proposal, _), *_ = desk.asked
        assert (config, file) == ("routes.toml", "new/routes.toml")
        assert proposal.effective_from == datetime(2026, 12, 31, 23, tzinfo=UTC)
        assert proposal.override == "old test"
        assert json.loads(result.out)[0]["id"] == 12

    def test_it_says_who_must_approve(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.one = {**ONE, "state": "proposed", "activated_at": None}
        result = invoke("config", "activate", "--reason", "x")
        assert "somebody else with another role: gateway config approve 12" in result.err

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (ActionRefused("1 of 7 tests failed: orders", remedy="gateway test"), 4),
            (ConfigurationInvalid("bad", remedy="mend"), 78),
        ],
    )
    def test_what_is_refused_is_said_with_what_to_do(
        self, desk: SimpleNamespace, invoke: Invoke, error: Exception, status: int
    ) -> None:
        desk.refused = error
        result = invoke("config", "activate", "--reason", "x")
        assert result.status == status
        assert str(error) in result.err

    def test_without_a_reason_nothing_is_asked(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        assert invoke("config", "activate").status == 2
        assert desk.asked == []

    def test_a_try_changes_nothing(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.tried = {"digest": "f" * 64, "same": False, "problem": "", "lint": [], "tests": {"passed": 0, "failed": []}}
        result = invoke("config", "activate", "--reason", "x", "--dry-run")
        assert result.status == 0
        assert [asked[0] for asked in desk.asked] == ["try"]
        assert "no tests" in result.out
        assert "Nothing was changed" in result.err
        desk.tried = {**desk.tried, "problem": "1 of 7 tests failed: orders", "tests": {"passed": 6, "failed": ["orders"]}}
        result = invoke("config", "activate", "--reason", "x", "--dry-run")
        assert result.status == 1
        assert "6 passed, 1 failed" in result.out
        assert json.loads(invoke("config", "activate", "--reason", "x", "--dry-run", "-o", "json").out)[0]["problem"]


class TestDeciding:
    @pytest.mark.parametrize(("word", "approve"), [("approve", True), ("reject", False)])
    def test_one_is_decided_by_its_number(self, desk: SimpleNamespace, invoke: Invoke, word: str, approve: bool) -> None:
        assert invoke("config", word, "12", "--reason", "compared it", "--by", "bob").status == 0
        ((name, _, number, named),) = desk.asked
        assert (name, number, named["approve"], named["reason"], named["by"].name) == (
            "decide",
            12,
            approve,
            "compared it",
            "bob",
        )

    def test_who_may_not_is_told_why(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.refused = Denied("ada has proposed it: somebody else must approve", remedy="Ask them to look at it.")
        result = invoke("config", "approve", "12", "--reason", "x")
        assert result.status == 4
        assert "somebody else must approve" in result.err

    def test_going_back(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        assert invoke("config", "roll-back", "--reason", "orders go nowhere").status == 0
        assert invoke("config", "roll-back", "9", "--reason", "orders go nowhere").status == 0
        assert [asked[2] for asked in desk.asked] == ["", "9"]


class TestLooking:
    def test_the_history_is_what_one_sees_without_a_word(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        result = invoke("config")
        assert result.status == 0
        for said in ("12", "in force", "700f5f23c6d3", "ada", "7 passed", "start", "ended"):
            assert said in result.out
        assert [one["id"] for one in json.loads(invoke("config", "list", "-o", "json").out)] == [12, 1]

    def test_before_the_first_start_it_says_so(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.all = []
        assert "Nothing was in force yet" in invoke("config", "list").err

    def test_one_is_shown_with_all_that_was_said(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.one = {
            **ONE, "state": "ended", "ended_at": "2026-11-22T00:00:00+00:00", "decided_by": "bob", "decision": "fine",
            "decided_at": "2026-11-21T10:00:00+00:00", "override": "the test is old", "tests": {"passed": 1, "failed": ["x"]},
        }  # fmt: skip
        out = invoke("config", "show", "12").out
        for said in ("ended", "bob, 2026-11-21 10:00:00Z: fine", "the test is old", "1 passed, 1 failed", "2026-11-22 00:00:00Z"):
            assert said in out

    def test_one_that_begins_later_can_be_called_off(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.one = {**ONE, "state": "approved", "activated_at": None}
        assert "gateway config reject 12" in invoke("config", "show").err

    def test_a_file_of_it(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        assert invoke("config", "show", "12", "--file", "partners/bigbox.toml").out == "[[partner]]\n"
        assert desk.asked[-1][:4] == ("file", "routes.toml", 12, "partners/bigbox.toml")
        invoke("config", "show", "--file", "routes.toml")
        assert [asked[0] for asked in desk.asked[-2:]] == ["show", "file"]

    def test_a_file_of_the_activation_with_that_number_and_of_no_other(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        """0 is a number as well: that there is no such activation is said by whoever looks for it."""
        invoke("config", "show", "0", "--file", "routes.toml")
        assert [asked[:4] for asked in desk.asked] == [("file", "routes.toml", 0, "routes.toml")]

    def test_a_file_that_it_has_not(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.refused = Absent("Activation 12 has no file x.toml.", remedy="It has: routes.toml")
        result = invoke("config", "show", "12", "--file", "x.toml")
        assert (result.status, result.out) == (1, "")
        assert "It has: routes.toml" in result.err

    def test_long_reasons_and_digests_are_cut_unless_all_is_wanted(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        desk.all = [{**ONE, "reason": "because " * 20}]
        short, wide = (" ".join(invoke("config", "list", *words).out.split()) for words in ([], ["--wide"]))
        assert "…" in short
        assert str(ONE["digest"]) not in short
        assert str(ONE["digest"]) in wide
        assert ("because " * 20).strip() in wide

    def test_how_many_are_listed_is_asked_of_the_wiring(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        assert invoke("config", "list", "-n", "3").status == 0
        assert desk.asked == [("list", "routes.toml", {"limit": 3})]
        for wrong in ("0", "1001", "many"):
            assert invoke("config", "list", "-n", wrong).status == 2

    def test_columns_for_a_spreadsheet(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        rows = list(csv.DictReader(io.StringIO(invoke("config", "list", "-o", "csv").out)))
        assert [(row["id"], row["state"], row["proposed_by"]) for row in rows] == [("12", "in_force", "ada"), ("1", "ended", "")]

    def test_each_on_a_line_of_its_own(self, desk: SimpleNamespace, invoke: Invoke) -> None:
        lines = invoke("config", "list", "-o", "jsonl").out.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [12, 1]


@pytest.mark.parametrize(
    "words",
    [
        ["activate", "--reason", "x", "--from", "tomorrow"],
        ["activate", "--reason", "x", "--from", "2027-02-30"],
        ["approve", "--reason", "x"],
        ["approve", "twelve", "--reason", "x"],
        ["approve", "12"],
        ["reject", "12"],
        ["roll-back"],
        ["show", "twelve"],
        ["list", "-o", "yaml"],
    ],
)
def test_what_cannot_be_meant_asks_nobody(desk: SimpleNamespace, invoke: Invoke, words: list[str]) -> None:
    result = invoke("config", *words)
    assert (result.status, result.out, desk.asked) == (2, "", [])
    assert result.err


def test_without_a_name_it_is_done_by_who_is_logged_in(
    desk: SimpleNamespace, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "carol")
    invoke("config", "roll-back", "--reason", "x")
    assert desk.asked[0][-1]["by"].name == "carol"
