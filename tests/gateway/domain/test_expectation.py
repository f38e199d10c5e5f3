"""What is expected for an interchange, and what a partner's word does to it, by random walks."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import permutations, product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.expectation import (
    KINDS,
    OPEN,
    ExpectationRow,
    Expected,
    Layer,
    Said,
    SentDocument,
    above,
    answered,
    expectations_for,
    layer_of,
)
from gateway.domain.lifecycle import EXPECTATION, IllegalTransition, move

SENT = datetime(2026, 11, 20, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATES = {state for state, _ in EXPECTATION} | set(EXPECTATION.values())
SETTLED = STATES - OPEN
sayings = st.sampled_from(Said)


def rows(
    *documents: tuple[Expected, ...], whole: tuple[Expected, ...] = (), calendars: dict[str, Calendar] | None = None
) -> list[ExpectationRow]:
    count = iter(range(1, 100))
    return expectations_for(
        UUID(int=7), partner="bigbox", owner="edi", sent=SENT, calendars=calendars or {}, of_the_interchange=whole,
        documents=[SentDocument(n, f"agreement-{n}", expected) for n, expected in enumerate(documents, 1)],
        new_id=lambda: UUID(int=next(count)),
    )  # fmt: skip


def said(*words: Said, state: str = "expected") -> str:
    for word in words:
        state = answered(state, word)
    return state


class TestRows:
    def test_nothing_agreed_is_nothing_expected(self) -> None:
        assert rows((), ()) == []

    def test_each_document_is_expected_to_be_answered(self) -> None:
        first, second = rows((Expected("997", 24 * HOUR),), (Expected("997", 24 * HOUR),))
        assert (first.document, second.document, first.kind, first.layer) == (1, 2, "997", "functional")
        assert (first.agreement, second.agreement) == ("agreement-1", "agreement-2")
        assert (first.sent_at, first.due_at, first.state) == (SENT, SENT + 24 * HOUR, "expected")

    def test_the_interchange_is_acknowledged_once_by_the_shortest_time(self) -> None:
        technical, receipt = rows(
            (Expected("TA1", 3 * HOUR), Expected("MDN", HOUR)), (Expected("TA1", 2 * HOUR), Expected("MDN", 4 * HOUR))
        )
        assert (technical.document, technical.kind, technical.due_at) == (None, "TA1", SENT + 2 * HOUR)
        assert (receipt.document, receipt.kind, receipt.due_at) == (None, "MDN", SENT + HOUR)

    def test_one_document_may_be_owed_several_things(self) -> None:
        made = rows((Expected("MDN", HOUR), Expected("997", HOUR), Expected("824", HOUR), Expected("order_response", HOUR)))
        assert [(row.kind, row.layer, row.document) for row in made] == [
            ("MDN", "receipt", None), ("997", "functional", 1), ("824", "application", 1), ("order_response", "answer", 1)
        ]  # fmt: skip

    def test_an_acknowledgement_of_ours_is_expected_as_a_whole(self) -> None:
        (row,) = rows(whole=(Expected("TA1", HOUR),))
        assert (row.document, row.agreement, row.kind) == (None, None, "TA1")

    def test_business_hours_count_where_they_are_agreed(self) -> None:
        calendar = Calendar("office", ZoneInfo("UTC"), dict.fromkeys(range(5), ()))
        open_hours = Calendar("office", ZoneInfo("UTC"), {0: ((SENT.time(), SENT.replace(hour=20).time()),)})
        (row,) = rows((Expected("997", 2 * HOUR, "office"),), calendars={"office": open_hours})
        assert row.due_at == datetime(2026, 11, 23, 18, tzinfo=UTC)
        (row,) = rows((Expected("997", 2 * HOUR, "office"),), calendars={"office": calendar})
        assert row.due_at is not None

    def test_members_stand_in_the_order_of_the_row_type(self) -> None:
        sql = files("gateway.store").joinpath("migrations/0004_expectations.sql").read_text()
        body = re.search(r"create type gateway.expectation_v1 as \(([^)]*)\)", sql)
        assert body
        assert tuple(part.split()[0].strip('"') for part in body[1].split(",")) == ExpectationRow._fields


class TestLifecycle:
    def test_the_database_names_the_same_states(self) -> None:
        sql = files("gateway.store").joinpath("migrations/0004_expectations.sql").read_text()
        check = re.search(r"state text not null default 'expected' check \(state in \(([^)]*)\)\)", sql)
        assert check
        assert set(re.findall(r"'(\w+)'", check[1])) == STATES

    def test_the_database_names_the_same_layers(self) -> None:
        sql = files("gateway.store").joinpath("migrations/0004_expectations.sql").read_text()
        check = re.search(r"layer text not null check \(layer in \(([^)]*)\)\)", sql)
        assert check
        assert set(re.findall(r"'(\w+)'", check[1])) == {layer.value for layer in Layer} == {*KINDS.values(), "answer"}

    @pytest.mark.parametrize("state", sorted(STATES))
    @pytest.mark.parametrize("word", Said)
    def test_a_partner_may_say_anything_at_any_time(self, state: str, word: Said) -> None:
        assert answered(state, word) in STATES

    @given(st.lists(st.sampled_from([*Said, "due", "waived"]), max_size=12))
    def test_any_walk_stays_in_the_table(self, events: list[str]) -> None:
        state = "expected"
        for event in map(str, events):
            if (state, event) in EXPECTATION:
                state = move(EXPECTATION, state, event)
            else:
                with pytest.raises(IllegalTransition):
                    move(EXPECTATION, state, event)
        assert state in STATES

    @given(st.lists(sayings, min_size=1, max_size=6))
    def test_what_was_said_before_changes_nothing_when_it_is_said_again(self, words: list[Said]) -> None:
        state = said(*words)
        for word in words:
            assert said(word, state=state) == state

    @given(st.lists(sayings, min_size=1, max_size=5), st.sampled_from(["expected", "overdue"]))
    def test_the_order_in_which_a_partner_speaks_does_not_matter(self, words: list[Said], state: str) -> None:
        ends = {said(*order, state=state) for order in permutations(words)}
        assert len({"accepted" if end == "late" else end.removesuffix("_with_errors") for end in ends}) == 1

    @given(st.lists(sayings, max_size=6))
    def test_once_contradicted_only_a_person_ends_it(self, words: list[Said]) -> None:
        assert said(*words, state="contradicted") == "contradicted"
        assert move(EXPECTATION, "contradicted", "waived") == "waived"

    @given(st.lists(sayings, min_size=1, max_size=6))
    def test_good_and_bad_word_together_are_a_contradiction(self, words: list[Said]) -> None:
        good = {Said.ACCEPTED, Said.ACCEPTED_WITH_ERRORS} & set(words)
        bad = {Said.REJECTED, Said.PARTIALLY_ACCEPTED} & set(words)
        assert (said(*words) == "contradicted") == (bool(good and bad) or len(bad) > 1)

    @pytest.mark.parametrize(
        ("word", "state"),
        [
            (Said.RECEIVED, "received"),
            (Said.ACCEPTED, "late"),
            (Said.ACCEPTED_WITH_ERRORS, "late"),
            (Said.PARTIALLY_ACCEPTED, "partially_accepted"),
            (Said.REJECTED, "rejected"),
        ],
    )
    def test_a_late_answer_is_late_whether_a_sweep_had_noticed_or_not(self, word: Said, state: str) -> None:
        assert answered("overdue", word) == answered("expected", word, due=True) == state

    @pytest.mark.parametrize("state", sorted(SETTLED))
    def test_what_is_settled_is_never_overdue(self, state: str) -> None:
        assert (state, "due") not in EXPECTATION

    def test_what_went_well_cannot_be_waived(self) -> None:
        assert {state for state, event in EXPECTATION if event == "waived"} == STATES - {
            "accepted", "accepted_with_errors", "late", "waived"
        }  # fmt: skip

    def test_a_rejection_counts_though_nobody_waited_any_more(self) -> None:
        assert said(Said.REJECTED, state="waived") == "rejected"
        assert said(Said.ACCEPTED, state="waived") == "waived"


class TestLayers:
    @pytest.mark.parametrize("kind", KINDS)
    def test_an_acknowledgement_has_its_layer(self, kind: str) -> None:
        assert layer_of(kind) is KINDS[kind]

    def test_a_document_is_a_business_answer(self) -> None:
        assert layer_of("order_response") is Layer.ANSWER

    def test_a_rejection_ends_what_stands_above_it(self) -> None:
        assert above(Layer.TECHNICAL) == (Layer.FUNCTIONAL, Layer.APPLICATION, Layer.ANSWER)
        assert above(Layer.ANSWER) == ()

    def test_a_negative_receipt_ends_nothing(self) -> None:
        assert above(Layer.RECEIPT) == ()

    def test_layers_above_do_not_come_back(self) -> None:
        for layer, other in product(Layer, Layer):
            assert not (other in above(layer) and layer in above(other))
