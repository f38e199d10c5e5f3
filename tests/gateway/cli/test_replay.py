"""`gateway replay`, `redeliver`, `correct`, `dlq` and `batches`: the plan first, the count typed, what became of it."""

import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.cli import main
from gateway.cli.batch_talk import _EFFECTS, counts_text, status_of
from gateway.cli.story import message_page
from gateway.cli.terminal import Terminal
from gateway.domain.replay import Effect
from gateway.errors import ActionRefused, PlanRefused
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
ID = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10"
RUN = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b11"
BATCH = "0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2bff"
PLAN = {"matched": 5, "count": 3, "effects": {"documents": 3, "skipped_as_delivered": 1}, "refused": {"its bytes were purged": 2}}
ITEM = {"ordinal": 2, "state": "failed", "subject": ID, "run": RUN, "outcome": "documents: 1 stopped", "transmission": ID}
LETTER = {
    "id": ID, "kind": "delivery", "state": "dead", "partner": "bigbox", "target": "odoo", "type": "850", "keys": ["order:4711"],
    "code": "connection", "message": "Down.", "attempt": 12, "since": "2026-11-21T14:05:00+00:00", "owner": "edi", "failure": RUN,
    "fingerprint": "f1", "transmission": ID,
}  # fmt: skip


class Wiring:
    """What the commands ask, and invented answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.plan: dict[str, Any] = dict(PLAN)
        self.views: list[dict[str, Any]] = [{"state": "done", "items": {"done": 3}}]
        self.second_person = False
        self.letters: list[dict[str, Any]] = [LETTER]
        self.refusal: Exception | None = None
        self.body = b"ISA*bad~"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def call(_config: str, *given: Any, **named: Any) -> Any:
            self.asked.append((name, given, named))
            if self.refusal is not None:
                raise self.refusal
            return self.answer(name, named)

        return call

    def answer(self, name: str, named: Mapping[str, Any]) -> Any:
        if name.startswith("plan_"):
            action = {"plan_replay_of": "replay", "plan_redelivery_of": "redeliver"}.get(name, "correct")
            return {
                "id": BATCH, "kept": named["keep_it"], "action": action, "plan": self.plan, "count": self.plan["count"],
                "second_person": self.second_person, "filter": "f", "state": "planned",
            }  # fmt: skip
        return {
            "confirm_batch": 3,
            "cancel_batch": 3,
            "batch": self.view(self.views[0]),
            "batches": [self.view(view) for view in self.views],
            "batch_items": [ITEM],
            "dead_letters": self.letters,
            "discard_dead_letter": "in_doubt",
            "message_bytes": (UUID(ID), self.body),
        }.get(name)

    def view(self, changed: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": BATCH, "action": "replay", "filter": "partner:bigbox", "state": "done", "plan": self.plan, "count": 3,
            "items": {}, "planned_by": "ann", "planned_at": "2026-11-21T14:05:00+00:00", "confirmed_by": None,
            "confirmed_at": None, "rate": 20.0, "reason": "why", **changed,
        }  # fmt: skip

    @asynccontextmanager
    async def watching_batch(self, _config: str, batch: UUID) -> AsyncIterator[Callable[[], Any]]:
        async def look() -> dict[str, Any]:
            return self.view(self.views.pop(0) if len(self.views) > 1 else self.views[0])

        yield look

    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked]

    def last(self, name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return next((given, named) for asked, given, named in reversed(self.asked) if asked == name)


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> Wiring:
    wiring = Wiring()
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
    return wiring


def typing(typed: str, *words: str) -> Result:
    """A command at a terminal where somebody types."""
    out, err = io.BytesIO(), io.StringIO()
    terminal = Terminal(io.BytesIO(typed.encode()), out, err, environ={}, interactive=True)
    return Result(int(main(words, terminal=terminal)), out.getvalue(), err.getvalue())


class TestPlan:
    def test_it_is_shown_before_anything_is_done(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("replay", "partner:bigbox", "--reason", "SKU table", "--dry-run")
        lines = [" ".join(line.split()) for line in result.out.splitlines()]
        assert lines == [
            "5 match, 3 to process again",
            "3 documents are processed again",
            "1 deliveries were made already: the same key is not delivered again",
            "2 not done: its bytes were purged",
        ]
        assert wiring.names() == ["plan_replay_of"]
        (selection,), terms = wiring.last("plan_replay_of")
        assert selection == {"words": "partner:bigbox", "query": {"partner": ["bigbox"]}}
        assert (terms["keep_it"], terms["reason"], terms["rate"]) == (False, "SKU table", 20.0)

    def test_a_named_route_is_told_with_what_moves_and_what_follows(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.plan |= {
            "effects": {"delivered_elsewhere_and_not_undone": 1}, "refused": {}, "deliveries": {"odoo": 3},
            "moves": [{"took": None, "takes": "late", "documents": 2}, {"took": "usual", "takes": "late", "documents": 1}],
        }  # fmt: skip
        result = invoke("replay", ID, "--route", "late", "--reason", "a late order", "--dry-run")
        assert [" ".join(line.split()) for line in result.out.splitlines()] == [
            "5 match, 3 to process again",
            "2 documents: no route -> late",
            "1 documents: usual -> late",
            "3 deliveries follow to odoo",
            "1 deliveries were made where this route does not go: they are NOT undone",
        ]
        assert wiring.last("plan_replay_of")[1]["route"] == "late"

    def test_a_batch_tells_its_route_and_what_each_item_took(
        self, invoke: Invoke, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wiring.views = [{"options": {"route": "late"}, "state": "done", "items": {"done": 1}}]
        monkeypatch.setitem(ITEM, "took", ["", "usual"])
        out = invoke("batches", "show", BATCH).out
        assert "by the route late" in out
        assert "took no route, usual" in out

    def test_a_refused_route_says_what_there_is(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.refusal = PlanRefused("There is no route lite.", remedy="Did you mean late?")
        result = invoke("replay", ID, "--route", "lite", "--reason", "r")
        assert result.status == 2
        assert "Did you mean late?" in result.err

    def test_every_effect_has_words(self) -> None:
        assert set(_EFFECTS) == set(Effect)

    def test_as_json(self, invoke: Invoke, wiring: Wiring) -> None:
        (planned,) = json.loads(invoke("replay", ID, "--reason", "r", "--dry-run", "-o", "json").out)
        assert (planned["id"], planned["plan"]) == (BATCH, PLAN)

    @pytest.mark.parametrize("words", [(), ("",), ("  ",)])
    @pytest.mark.parametrize("command", ["replay", "redeliver"])
    def test_an_empty_or_lost_filter_is_refused(
        self, invoke: Invoke, wiring: Wiring, command: str, words: tuple[str, ...]
    ) -> None:
        result = invoke(command, *words, "--reason", "r")
        assert result.status == 2
        assert "never means everything" in result.err
        assert wiring.asked == []

    def test_nothing_that_matches_is_a_success_and_nothing_that_can_be_done_is_none(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.plan = {"matched": 0, "count": 0, "effects": {}, "refused": {}}
        assert invoke("replay", "partner:bigbox", "--reason", "r").status == 0
        wiring.plan = {"matched": 2, "count": 0, "effects": {}, "refused": {"it is being read": 2}}
        assert invoke("replay", "partner:bigbox", "--reason", "r").status == 1

    @pytest.mark.parametrize(
        ("words", "selection"),
        [
            ((ID, RUN), {"words": f"{ID} {RUN}", "ids": [UUID(ID), UUID(RUN)]}),
            (("--group", "4f5a3f2b10aa"), {"words": "--group 4f5a3f2b10aa", "failure": "4f5a3f2b10aa"}),
            (
                ("state:dead", "target:odoo"),
                {"words": "state:dead target:odoo", "query": {"state": ["dead"], "target": ["odoo"]}},
            ),
            (("4711",), {"words": "4711", "query": {"words": ["4711"]}}),
        ],
    )
    def test_what_is_chosen(self, invoke: Invoke, wiring: Wiring, words: tuple[str, ...], selection: dict[str, Any]) -> None:
        invoke("redeliver", *words, "--reason", "r", "--dry-run")
        assert wiring.last("plan_redelivery_of")[0] == (selection,)

    def test_one_way_of_choosing_at_a_time(self, invoke: Invoke, wiring: Wiring) -> None:
        assert invoke("replay", ID, "--group", "4f5a3f2b10aa", "--reason", "r").status == 2


class TestConfirmed:
    def test_by_typing_the_count(self, wiring: Wiring) -> None:
        result = typing("3\n", "replay", ID, "--reason", "r", "--by", "ann")
        assert result.status == 0
        assert "type 3 to do it" in result.err
        assert wiring.last("confirm_batch") == ((UUID(BATCH),), {"expect": 3, "by": "ann"})
        assert "3 done" in result.err

    @pytest.mark.parametrize("typed", ["", "y\n", "4\n", "yes 3\n"])
    def test_anything_else_leaves_it(self, wiring: Wiring, typed: str) -> None:
        result = typing(typed, "replay", ID, "--reason", "r")
        assert result.status == 1
        assert "confirm_batch" not in wiring.names()
        assert wiring.names()[-1] == "cancel_batch"

    def test_by_the_count_that_is_expected(self, invoke: Invoke, wiring: Wiring) -> None:
        assert invoke("redeliver", ID, "--reason", "r", "--yes", "--expect", "3").status == 0
        assert "confirm_batch" in wiring.names()

    @pytest.mark.parametrize(("words", "status"), [((), 2), (("--expect", "4"), 1)])
    def test_and_not_without_it_or_with_another(
        self, invoke: Invoke, wiring: Wiring, words: tuple[str, ...], status: int
    ) -> None:
        assert invoke("redeliver", ID, "--reason", "r", "--yes", *words).status == status
        assert "confirm_batch" not in wiring.names()

    def test_where_nobody_can_type_it_waits(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("replay", ID, "--reason", "r")
        assert result.status == 0
        assert f"gateway batches confirm {BATCH} --expect 3" in result.err
        assert "confirm_batch" not in wiring.names()

    def test_a_second_person_is_named_and_not_asked_here(self, wiring: Wiring) -> None:
        wiring.second_person = True
        result = typing("3\n", "replay", ID, "--reason", "r")
        assert "Somebody else has to confirm it" in result.err
        assert "confirm_batch" not in wiring.names()

    def test_detached(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("replay", ID, "--reason", "r", "--yes", "--expect", "3", "--detach")
        assert result.status == 0
        assert "It goes on in the gateway" in result.err

    def test_after_the_first_few_it_asks_again(self, wiring: Wiring) -> None:
        wiring.views = [
            {"state": "tried", "items": {"done": 1, "planned": 2}},
            {"state": "done", "items": {"done": 3}},
        ]
        result = typing("3\n2\n", "replay", ID, "--reason", "r", "--try", "1")
        assert result.status == 0
        assert wiring.last("plan_replay_of")[1]["try_first"] == 1
        assert [named["expect"] for name, _, named in wiring.asked if name == "confirm_batch"] == [3, 2]

    def test_some_that_failed_are_listed_and_told_by_the_status(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.views = [{"state": "done", "items": {"done": 2, "failed": 1}}]
        result = invoke("replay", ID, "--reason", "r", "--yes", "--expect", "3")
        assert result.status == 3
        assert "documents: 1 stopped" in result.out


@pytest.mark.parametrize(
    ("state", "items", "status"),
    [
        ("done", {"done": 3}, 0),
        ("done", {"done": 2, "skipped": 1}, 0),
        ("done", {"done": 2, "failed": 1}, 3),
        ("done", {"failed": 3}, 1),
        ("cancelled", {"done": 1, "cancelled": 2}, 3),
        ("cancelled", {"cancelled": 3}, 1),
        ("running", {"running": 3}, 0),
        ("tried", {"done": 1, "planned": 2}, 0),
    ],
)
def test_the_exit_status_tells_how_it_went(state: str, items: dict[str, int], status: int) -> None:
    assert status_of({"state": state, "items": items}) == status


def test_counts_in_words() -> None:
    assert counts_text({"planned": 8, "done": 118, "failed": 2}) == "118 done, 2 failed, 8 planned"
    assert counts_text({}) == "nothing yet"


class TestCorrect:
    def test_by_a_file(self, invoke: Invoke, wiring: Wiring, tmp_path: Path) -> None:
        wiring.plan = {**PLAN, "matched": 1, "count": 1}
        file = tmp_path / "order.edi"
        file.write_bytes(b"ISA*good~")
        assert invoke("correct", ID, "--file", str(file), "--reason", "r", "--yes", "--expect", "1").status == 0
        (original, body), terms = wiring.last("plan_correction_of")
        assert (original, body, terms["reason"]) == (UUID(ID), b"ISA*good~", "r")

    def test_in_an_editor(self, invoke: Invoke, wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", "sed -i s/bad/good/")
        invoke("correct", ID, "--edit", "--reason", "r", "--dry-run")
        assert wiring.last("plan_correction_of")[0] == (UUID(ID), b"ISA*good~")

    def test_an_editor_that_fails_changes_nothing(self, invoke: Invoke, wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VISUAL", "false")
        result = invoke("correct", ID, "--edit", "--reason", "r")
        assert (result.status, "status 1" in result.err) == (1, True)

    def test_the_stored_bytes_alone(self, invoke: Invoke, wiring: Wiring) -> None:
        assert invoke("correct", ID, "--print").raw == b"ISA*bad~"

    @pytest.mark.parametrize("words", [(), ("--edit", "--file", "x")])
    def test_the_bytes_come_from_one_place(self, invoke: Invoke, wiring: Wiring, words: tuple[str, ...]) -> None:
        assert invoke("correct", ID, *words, "--reason", "r").status == 2


class TestDeadLetters:
    @pytest.mark.parametrize("words", [("dlq",), ("dlq", "list"), ("dlq", "--target", "odoo")])
    def test_by_their_cause(self, invoke: Invoke, wiring: Wiring, words: tuple[str, ...]) -> None:
        wiring.letters = [LETTER, {**LETTER, "id": RUN}, {**LETTER, "code": "closed", "fingerprint": "f2"}]
        head, first, second = invoke(*words).out.splitlines()
        assert head.split()[:2] == ["COUNT", "TARGET"]
        assert first.split()[:3] == ["2", "odoo", "bigbox"]
        assert second.split()[0] == "1"

    def test_nothing_there(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.letters = []
        result = invoke("dlq")
        assert (result.status, result.out) == (0, "")

    def test_as_records(self, invoke: Invoke, wiring: Wiring) -> None:
        assert json.loads(invoke("dlq", "list", "-o", "json").out)[0]["code"] == "connection"

    def test_those_of_a_target_are_sent_and_read_again(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.letters = [LETTER, {**LETTER, "id": RUN, "kind": "transmission", "target": "", "state": "unreadable"}]
        result = invoke("dlq", "replay", "--target", "odoo", "--reason", "r", "--yes", "--expect", "3")
        assert result.status == 0
        assert wiring.last("plan_redelivery_of")[0] == ({"words": "dlq --target odoo", "ids": [UUID(ID)]},)
        assert wiring.last("plan_replay_of")[0][0]["ids"] == [UUID(RUN)]

    def test_never_everything(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("dlq", "replay", "--reason", "r")
        assert (result.status, wiring.asked) == (2, [])

    def test_what_is_not_there_is_said(self, invoke: Invoke, wiring: Wiring) -> None:
        assert invoke("dlq", "replay", RUN, "--reason", "r").status == 1

    def test_its_history_is_its_trace(self, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.cli.running.ask", lambda _config, _question: {"number": ID, "events": []})
        assert json.loads(invoke("dlq", "show", ID, "-o", "json").out)["number"] == ID
        assert invoke("dlq", "show", ID).out.startswith(ID)

    def test_given_up(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("dlq", "discard", ID, RUN, "--reason", "by telephone", "--by", "ann")
        assert result.status == 0
        assert "it was in doubt" in result.err
        assert wiring.last("discard_dead_letter") == ((UUID(RUN),), {"by": "ann", "reason": "by telephone"})

    def test_one_that_is_nobodys_to_discard(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.refusal = ActionRefused("The delivery is delivered.", remedy="Look at it.")
        assert invoke("dlq", "discard", ID, "--reason", "r").status == 4
        assert invoke("dlq", "discard", ID, RUN, "--reason", "r").status == 4

    def test_approved(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("dlq", "approve", ID, RUN, "--reason", "counted twice", "--by", "ann")
        assert result.status == 0
        assert "is approved" in result.err
        assert wiring.last("approve_delivery") == ((UUID(RUN),), {"by": "ann", "reason": "counted twice"})

    def test_what_does_not_wait_for_an_approval(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.refusal = ActionRefused("The delivery is delivered.", remedy="Look at it.")
        assert invoke("dlq", "approve", ID, "--reason", "r").status == 4
        assert invoke("dlq", "approve", ID, RUN, "--reason", "r").status == 4

    def test_found(self, invoke: Invoke, wiring: Wiring) -> None:
        assert invoke("dlq", "found", ID, "--reason", "seen", "--reference", "S7", "--by", "ann").status == 0
        assert wiring.last("found_delivered")[1] == {"by": "ann", "reason": "seen", "reference": "S7"}


class TestBatches:
    def test_list(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.views = [{"state": "running", "items": {"done": 1, "planned": 2}}]
        head, line = invoke("batches").out.splitlines()
        assert head.split() == ["PLANNED", "ACTION", "FILTER", "STATE", "ITEMS", "BY", "ID"]
        assert "1 done, 2 planned" in line

    def test_show(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("batches", "show", BATCH[-12:])
        assert "planned by ann" in result.out
        assert "5 match, 3 to process again" in result.out
        assert "documents: 1 stopped" in result.out
        assert json.loads(invoke("batches", "show", BATCH, "-o", "json").out)[0]["run"] == RUN

    def test_confirm_needs_the_count(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.views = [{"state": "planned", "items": {"planned": 3}}]
        result = invoke("batches", "confirm", BATCH)
        assert result.status == 2
        assert "--expect 3" in result.err
        wiring.views = [{"state": "done", "items": {"done": 3}}]
        assert invoke("batches", "confirm", BATCH, "--expect", "3", "--by", "bob").status == 0
        assert wiring.last("confirm_batch")[1] == {"expect": 3, "by": "bob"}
        assert json.loads(invoke("batches", "confirm", BATCH, "--expect", "3", "-o", "json").out)[0]["items"] == {"done": 3}

    def test_cancel(self, invoke: Invoke, wiring: Wiring) -> None:
        result = invoke("batches", "cancel", BATCH)
        assert result.status == 0
        assert "3 of 3 are not done" in result.err

    def test_what_is_refused_has_its_status(self, invoke: Invoke, wiring: Wiring) -> None:
        wiring.refusal = PlanRefused("There is no batch.", remedy="Look for it.")
        assert invoke("batches", "show", "x1").status == 2


def test_a_story_shows_what_a_message_repeats_and_what_repeats_it() -> None:
    link = {
        "transmission": RUN, "original": ID, "corrected": False, "acknowledge": False, "configuration": "700f5f23c6d31234",
        "batch": BATCH, "actor": "ann", "reason": "the route was wrong", "created_at": "2026-11-21T14:05:00+00:00",
        "state": "translated",
    }  # fmt: skip
    original = {"id": ID, "state": "translated", "replay_of": None, "replays": [link, {**link, "corrected": True}]}
    text = "\n".join(message_page(original).lines())
    assert f"replayed as {RUN} by ann" in text
    assert f"corrected as {RUN} by ann" in text
    run = {"id": RUN, "state": "replaying", "replay_of": link, "replays": []}
    text = "\n".join(message_page(run).lines())
    assert f"replay of {ID} by ann" in text
    assert "configuration 700f5f23c6d3" in text
    again = {"id": ID, "state": "replaying", "replay_of": {**link, "transmission": ID}, "replays": []}
    assert "read again by ann" in "\n".join(message_page(again).lines())
    named = {"id": RUN, "state": "translated", "replay_of": {**link, "route": "late"}, "replays": []}
    assert f"replay of {ID}, by route late by ann" in "\n".join(message_page(named).lines())
