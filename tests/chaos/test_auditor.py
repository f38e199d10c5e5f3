"""The auditor is believed because it finds what a doctored record hides: one lost, one doubled, two swapped, a number again."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.auditor import SAID, Kind, audit, read
from tests.chaos.letters import edifact_answer, ubl_answer, x12_answer, x12_order, x12_refusal, x12_response
from tests.chaos.record import Answer, Followed, Letter, Owed, Published, Record, joined

GOOD = Record(
    Owed(
        booked=("PO-1/1", "PO-1/2", "PO-1/3", "NM-4", "GG-5"),
        rivals=(("PO-6-a", "PO-6-b"),),
        chains=(("PO-1/1", "PO-1/2", "PO-1/3"),),
        answers=(
            Answer("bigbox", "1", "accepted"),
            Answer("bigbox", "2", "partial"),
            Answer("bigbox", "6", "accepted"),
            Answer("bigbox", "6", "rejected"),
            Answer("nordmart", "4", "accepted"),
            Answer("nordmart", "7", "rejected"),
            Answer("greengrocer", "GG-5", "accepted"),
        ),
        published=(Published("bigbox", "OUR-8"), Published("bigbox", "OUR-9"), Published("bigbox", "855 WH-10")),
        shipped=("WH-10", "WH-11"),
    ),
    orders=("NM-4", "PO-1/1", "GG-5", "PO-1/2", "PO-6-b", "PO-1/3"),
    letters=(
        x12_answer(1, 1),
        x12_answer(2, 2, "P"),
        x12_answer(3, 6),
        x12_refusal(4, 6),
        x12_order(5, "OUR-8", "OUR-9"),
        edifact_answer(1, 4),
        edifact_answer(2, 7, 4),
        ubl_answer(1, "GG-5"),
        x12_response(6, "WH-10"),
    ),
    warehouse=("WH-11", "WH-10"),
    followed=tuple(
        Followed(number, "shipped", 150, 150, (("received", "bigbox"), *((event, "wms") for event in SAID)))
        for number in ("WH-10", "WH-11")
    ),
)


def kinds(record: Record) -> set[Kind]:
    return {complaint.kind for complaint in audit(record)}


def without_letter(index: int) -> Record:
    return replace(GOOD, letters=GOOD.letters[:index] + GOOD.letters[index + 1 :])


def with_letter(letter: Letter) -> Record:
    return replace(GOOD, letters=(*GOOD.letters, letter))


def test_a_good_record_is_good() -> None:
    assert audit(GOOD) == []


@pytest.mark.parametrize("place", range(len(GOOD.orders)))
def test_a_lost_order_is_missed(place: int) -> None:
    assert kinds(replace(GOOD, orders=GOOD.orders[:place] + GOOD.orders[place + 1 :])) == {Kind.LOST}


@pytest.mark.parametrize("number", GOOD.orders)
def test_a_doubled_order_is_seen(number: str) -> None:
    assert kinds(replace(GOOD, orders=(*GOOD.orders, number))) == {Kind.DOUBLED}


def test_an_order_that_nobody_sent_is_seen() -> None:
    assert kinds(replace(GOOD, orders=(*GOOD.orders, "PO-99"))) == {Kind.UNASKED}


def test_both_rivals_are_one_too_many() -> None:
    assert kinds(replace(GOOD, orders=(*GOOD.orders, "PO-6-a"))) == {Kind.UNASKED}


def test_no_rival_is_one_too_few() -> None:
    assert kinds(replace(GOOD, orders=tuple(order for order in GOOD.orders if order != "PO-6-b"))) == {Kind.LOST}


@pytest.mark.parametrize(("one", "other"), [(1, 3), (3, 5), (1, 5)])
def test_two_of_a_chain_that_are_swapped_are_seen(one: int, other: int) -> None:
    orders = list(GOOD.orders)
    orders[one], orders[other] = orders[other], orders[one]
    assert kinds(replace(GOOD, orders=tuple(orders))) == {Kind.DISORDERED}


def test_others_may_come_in_any_order() -> None:
    orders = list(GOOD.orders)
    orders[0], orders[4] = orders[4], orders[0]
    assert audit(replace(GOOD, orders=tuple(orders))) == []


@pytest.mark.parametrize("place", range(len(GOOD.letters)))
def test_a_lost_letter_is_missed(place: int) -> None:
    assert kinds(without_letter(place)) == {Kind.LOST}


@pytest.mark.parametrize(
    "letter",
    [
        x12_answer(90, 1),
        x12_refusal(90, 6),
        x12_order(90, "OUR-8"),
        x12_response(90, "WH-10"),
        edifact_answer(90, 4),
        edifact_answer(90, 7, 4),
        ubl_answer(90, "GG-5"),
    ],
)
def test_a_second_letter_of_the_same_is_seen(letter: Letter) -> None:
    assert kinds(with_letter(letter)) == {Kind.DOUBLED}


def test_the_same_file_again_says_nothing_new() -> None:
    assert audit(with_letter(GOOD.letters[0])) == []


def test_an_answer_that_is_repeated_for_a_copy_says_nothing_new() -> None:
    assert audit(with_letter(GOOD.letters[0]._replace(name="again.x12"))) == []


def test_a_document_that_came_under_two_names_is_doubled() -> None:
    assert kinds(with_letter(GOOD.letters[4]._replace(name="again.x12"))) == {Kind.DOUBLED}


def test_a_wrong_verdict_is_seen() -> None:
    assert kinds(replace(GOOD, letters=(x12_answer(1, 1, "R"), *GOOD.letters[1:]))) == {Kind.LOST, Kind.UNASKED}


@pytest.mark.parametrize("letter", [x12_answer(1, 2, "P"), x12_order(2, "OUR-8", "OUR-9"), edifact_answer(1, 7, 4)])
def test_a_control_number_used_twice_is_seen(letter: Letter) -> None:
    twin = next(place for place, other in enumerate(GOOD.letters) if read(other).answers == read(letter).answers
                and read(other).documents == read(letter).documents)  # fmt: skip
    assert Kind.NUMBERED_TWICE in kinds(replace(GOOD, letters=(*without_letter(twin).letters, letter)))


def test_two_families_number_by_themselves() -> None:
    assert read(edifact_answer(1, 4)).number == "1"
    assert audit(GOOD) == []


def test_a_letter_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="strange"):
        audit(with_letter(Letter("greengrocer", "strange.xml", "<nothing/>")))


def test_an_order_that_the_warehouse_was_not_given_or_was_given_twice_is_seen() -> None:
    assert kinds(replace(GOOD, warehouse=("WH-10",))) == {Kind.LOST}
    assert kinds(replace(GOOD, warehouse=("WH-10", "WH-11", "WH-10"))) == {Kind.DOUBLED}
    assert kinds(replace(GOOD, warehouse=("WH-10", "WH-11", "WH-12"))) == {Kind.UNASKED}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "packed", "shipped": 0}, {Kind.LOST}),
        ({"shipped": 140}, {Kind.LOST}),
        ({"shipped": 300}, {Kind.DOUBLED}),
        ({"said": GOOD.followed[0].said[:-1]}, {Kind.LOST}),
        ({"said": (*GOOD.followed[0].said, ("picked", "wms"))}, {Kind.DOUBLED}),
        ({"said": (*GOOD.followed[0].said, ("cancelled", "wms"))}, {Kind.UNASKED}),
    ],
)
def test_what_the_order_process_does_not_know_or_counts_twice_is_seen(changes: dict[str, object], expected: set[Kind]) -> None:
    one = GOOD.followed[0]._replace(**changes)  # type: ignore[arg-type]
    assert kinds(replace(GOOD, followed=(one, *GOOD.followed[1:]))) == expected


def test_an_order_that_the_order_process_does_not_know_is_missed() -> None:
    assert kinds(replace(GOOD, followed=GOOD.followed[1:])) == {Kind.LOST}


def test_a_record_survives_its_file() -> None:
    assert Record.from_json(json.loads(json.dumps(GOOD.to_json()))) == GOOD


@given(st.permutations(range(len(GOOD.orders))), st.permutations(range(len(GOOD.letters))))
def test_only_the_order_of_chains_matters(orders: list[int], letters: list[int]) -> None:
    mixed = replace(GOOD, orders=tuple(GOOD.orders[n] for n in orders), letters=tuple(GOOD.letters[n] for n in letters))
    chain = [number for number in mixed.orders if number.startswith("PO-1/")]
    assert kinds(mixed) == (set() if chain == sorted(chain) else {Kind.DISORDERED})


def test_what_is_owed_adds_up() -> None:
    one, other = Owed(booked=("a",), chains=(("a",),)), Owed(booked=("b",), published=(Published("p", "n"),))
    assert joined([one, other]) == Owed(booked=("a", "b"), chains=(("a",),), published=(Published("p", "n"),))
