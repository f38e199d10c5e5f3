"""What becomes of expectations, and in which words their owners are told. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from gateway.domain.expectation import ExpectationRow, Layer, Said
from gateway.domain.lifecycle import IllegalTransition
from gateway.domain.matching import Claim
from gateway.ports import Configuration
from gateway.ports.expectation import HeldExpectation, SentContent, SentOutbound
from gateway.stages.acknowledgement_failure import Subject
from gateway.stages.quoting import Told
from gateway.stages.settling import Settling

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUTBOUND = SentOutbound(UUID(int=1), UUID(int=2), "bigbox", "42", "856", NOW)
CONTENT = SentContent(UUID(int=1), 1, "77", "0001", "856", UUID(int=3), "despatch_advice", "bigbox-856", ("despatch:D-1",))
ANSWER = UUID(int=9)


@dataclass(slots=True)
class Ids:
    """1, 2, 3 …"""

    numbers: Iterator[int]

    def __call__(self) -> UUID:
        return UUID(int=next(self.numbers))


def settling() -> Settling:
    configuration = cast(Configuration, SimpleNamespace(owner_of=lambda partner, **_: f"{partner}-owner"))
    return Settling(configuration, Ids(count(100)))


def held(state: str = "expected", *, failure: str | None = None, due: bool = False, **changes: object) -> HeldExpectation:
    row = ExpectationRow(
        UUID(int=4), OUTBOUND.id, 1, "bigbox", "bigbox-856", "997", "functional", "edi", HOUR, None, NOW - 2 * HOUR, NOW - HOUR,
        state, None, None,
    )  # fmt: skip
    return HeldExpectation(row._replace(**changes), due=due, failure=failure)  # type: ignore[arg-type]


def subject(*errors: str, verdicts: tuple[str, ...] = ()) -> Subject:
    return Subject(OUTBOUND, CONTENT, "997", Told(verdicts, errors))


def say(one: Settling, said: Said | None, before: HeldExpectation, about: Subject | None = None) -> HeldExpectation:
    return one.say(before, about or subject(), said, acknowledgement=ANSWER, transmission=UUID(int=8))


class TestSaying:
    def test_good_news_is_a_move_and_no_failure(self) -> None:
        one = settling()
        after = say(one, Said.ACCEPTED, held())
        (move,), (received,) = one.reconciled.moves, one.reconciled.received
        assert (after.row.state, move.before, move.after, move.said, move.failure) == (
            "accepted", "expected", "accepted", "accepted", None
        )  # fmt: skip
        assert (received.acknowledgement, received.before, received.after) == (ANSWER, "expected", "accepted")
        assert one.reconciled.failures == []

    def test_a_rejection_tells_the_owner_what_and_why(self) -> None:
        one = settling()
        after = say(
            one,
            Said.REJECTED,
            held(),
            subject("Line 1 is wrong (AK403 6). Sent: SN1*1*abc*EA", verdicts=("856 0001: rejected.",)),
        )
        (failure,) = one.reconciled.failures
        assert (failure.code, failure.owner, failure.sample, failure.transmission) == (
            "rejected-by-partner", "edi", after.row.id, OUTBOUND.transmission
        )  # fmt: skip
        assert failure.message == (
            "856 0001 (despatch D-1) in interchange 42 was rejected by bigbox (997). "
            "Line 1 is wrong (AK403 6). Sent: SN1*1*abc*EA"
        )
        assert str(after.row.id) in failure.remedy
        assert after.failure == failure.fingerprint
        assert one.reconciled.rejected == [(OUTBOUND.id, 1)]

    def test_a_rejection_without_reasons_says_its_verdict(self) -> None:
        one = settling()
        say(one, Said.REJECTED, held(), subject(verdicts=("Group 77: rejected.",)))
        assert one.reconciled.failures[0].message.endswith("by bigbox (997). Group 77: rejected.")

    def test_the_same_again_is_noted_and_no_news(self) -> None:
        one = settling()
        first = say(one, Said.REJECTED, held())
        second = say(one, Said.REJECTED, first)
        assert len(one.reconciled.failures) == 1
        assert len(one.reconciled.received) == 2
        assert second.failure == first.failure
        assert one.reconciled.closed == []

    def test_a_contradiction_takes_the_place_of_what_was_told_before(self) -> None:
        one = settling()
        first = say(one, Said.REJECTED, held())
        after = say(one, Said.ACCEPTED, first)
        assert after.row.state == "contradicted"
        assert one.reconciled.closed == [(after.row.id, first.failure)]
        assert "says now that it was accepted (997), and said before that it was rejected." in one.reconciled.failures[-1].message

    def test_several_steps_in_one_transaction_are_one_move(self) -> None:
        one = settling()
        say(one, Said.ACCEPTED, say(one, Said.RECEIVED, held()))
        (move,) = one.reconciled.moves
        assert (move.before, move.after) == ("expected", "accepted")

    def test_a_late_answer_ends_the_failure(self) -> None:
        one = settling()
        after = say(one, Said.ACCEPTED, held("overdue", failure="overdue-mark"))
        assert after.row.state == "late"
        assert one.reconciled.closed == [(after.row.id, "overdue-mark")]
        assert one.reconciled.moves[0].failure is None

    def test_an_answer_without_a_verdict_moves_nothing_and_is_told(self) -> None:
        one = settling()
        before = held()
        assert say(one, None, before) is before
        assert one.reconciled.moves == []
        assert [failure.code for failure in one.reconciled.failures] == ["acknowledgement-without-verdict"]

    def test_what_the_owner_knows_is_not_told_again_unless_it_contradicts(self) -> None:
        one = settling()
        first = one.say(held(), subject(), Said.REJECTED, acknowledgement=ANSWER, transmission=None, told=True)
        assert one.reconciled.failures == []
        one.say(first, subject(), Said.ACCEPTED, acknowledgement=ANSWER, transmission=None, told=True)
        assert [failure.code for failure in one.reconciled.failures] == ["acknowledgement-contradicted"]

    def test_text_that_no_column_takes_is_made_fit(self) -> None:
        one = settling()
        say(one, Said.REJECTED, held(), subject("bad \x00 byte"))
        assert "\x00" not in one.reconciled.failures[0].message


class TestUnasked:
    def test_it_is_written_as_it_ends(self) -> None:
        one = settling()
        made = one.unasked(subject(), "997", "bigbox")
        assert (made.row.due_at, made.row.owner, made.row.layer) == (None, "bigbox-owner", "functional")
        say(one, Said.REJECTED, made)
        (row,), (move,) = one.reconciled.added, one.reconciled.moves
        assert (row.state, row.said, row.acknowledgement) == ("rejected", "rejected", ANSWER)
        assert (move.id, move.failure) == (row.id, one.reconciled.failures[0].fingerprint)


class TestSilence:
    def test_it_is_told_with_its_times(self) -> None:
        one = settling()
        one.overdue(held(), subject(), NOW)
        (failure,), (move,) = one.reconciled.failures, one.reconciled.moves
        assert failure.message == (
            "856 0001 (despatch D-1) in interchange 42: its 997 was due at 2026-11-21 11:00 UTC and has not come, "
            "2 h after sending."
        )
        assert (move.after, move.failure) == ("overdue", failure.fingerprint)

    @pytest.mark.parametrize(
        ("passed", "words"), [(40 * timedelta(minutes=1), "40 min"), (26 * HOUR, "26 h"), (timedelta(days=3, hours=2), "3 days")]
    )
    def test_how_long_is_said_in_round_words(self, passed: timedelta, words: str) -> None:
        one = settling()
        one.overdue(held(sent_at=NOW - passed), subject(), NOW)
        assert f", {words} after sending." in one.reconciled.failures[0].message

    def test_what_is_silent_of_one_kind_is_one_failure_of_another_kind_another(self) -> None:
        one = settling()
        for kind in ("997", "997", "order_response"):
            one.overdue(held(kind=kind), subject(), NOW)
        marks = [failure.fingerprint for failure in one.reconciled.failures]
        assert marks[0] == marks[1] != marks[2]
        assert "its order response was due" in one.reconciled.failures[2].message


class TestWaiving:
    def test_what_cannot_come_any_more_is_waived_by_the_gateway(self) -> None:
        one = settling()
        after = one.pointless(held("overdue", failure="mark", kind="order_response", layer="answer"), "997")
        (move,) = one.reconciled.moves
        assert (after.row.state, move.person, move.reason) == (
            "waived", "gateway", "The partner rejected it by its 997: no order response will come."
        )  # fmt: skip
        assert one.reconciled.closed == [(after.row.id, "mark")]

    @pytest.mark.parametrize(
        ("state", "document", "layer", "pointless"),
        [
            ("expected", 1, Layer.TECHNICAL, True),
            ("overdue", None, Layer.TECHNICAL, True),
            ("expected", 2, Layer.TECHNICAL, False),
            ("expected", 1, Layer.FUNCTIONAL, False),
            ("accepted", 1, Layer.TECHNICAL, False),
        ],
    )
    def test_only_what_still_waits_above_a_rejection_is_pointless(
        self, state: str, document: int | None, layer: Layer, pointless: bool
    ) -> None:
        assert settling().is_pointless(held(state).row, document, layer) == pointless

    def test_what_went_well_is_not_waived(self) -> None:
        with pytest.raises(IllegalTransition):
            settling().waive(held("accepted"), reason="x", person="ada")


class TestStrangers:
    def test_what_answers_nothing_of_ours_names_it(self) -> None:
        failure = settling().unmatched("bigbox", "997", ["group SH 1"], ANSWER, UUID(int=8))
        assert (failure.code, failure.owner, failure.message) == (
            "acknowledgement-unmatched", "bigbox-owner", "997 of bigbox answers group SH 1, which we have not sent to it."
        )  # fmt: skip

    def test_what_names_nothing_is_another_failure(self) -> None:
        failure = settling().unmatched(None, "997", [], ANSWER, UUID(int=8))
        assert (failure.code, failure.message) == (
            "acknowledgement-unreadable", "997 of an unknown partner names nothing that it answers."
        )  # fmt: skip
        assert f"gateway acks dismiss {ANSWER}" in failure.remedy

    def test_counts_that_differ_are_told_once_for_all(self) -> None:
        one = settling()
        claim = Claim(Layer.FUNCTIONAL, "997", functional_id="SH", group="77")
        one.miscounted("bigbox", "997", claim, ["it counts 1", "it names 9"], ANSWER, OUTBOUND)
        assert one.reconciled.failures[0].message == "997 for group SH 77 in interchange 42: it counts 1; it names 9."
