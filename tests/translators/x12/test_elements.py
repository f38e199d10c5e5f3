"""Relational conditions as they are reported, and numbers that only look like some."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.finding import Code, Severity
from translators.x12.definitions import Condition, ElementDefinition, SegmentDefinition, segment_definition
from translators.x12.elements import check_elements, is_date, is_time

Noted = tuple[Code, int, str | None, str]


def noted(definition: SegmentDefinition, row: list[str]) -> list[Noted]:
    notes: list[Noted] = []

    def note(
        code: Code,
        message: str,
        element: int,
        *,
        component: int | None = None,
        repetition: int | None = None,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        notes.append((code, element, expected, message))

    check_elements(definition, row, note)
    return notes


def conditioned(kind: str, *places: int) -> SegmentDefinition:
    """DTM with one condition in the place of its own; its elements one to three are of any kind."""
    real = segment_definition("REF", "004010")
    free = tuple(ElementDefinition(f"X{n}", False, "AN", 1, 9, 1, frozenset()) for n in range(4))
    return SegmentDefinition("XX", free, (Condition(kind, places),), real.pattern)


TRUTH: dict[str, Callable[..., bool]] = {
    "P": lambda first, *rest: all((first, *rest)) or not any((first, *rest)),
    "R": lambda *sent: any(sent),
    "E": lambda *sent: sum(sent) <= 1,
    "C": lambda first, *rest: not first or all(rest),
    "L": lambda first, *rest: not first or any(rest),
}


@pytest.mark.parametrize("kind", TRUTH)
@pytest.mark.parametrize("sent", list(product((False, True), repeat=3)), ids=str)
def test_a_condition_holds_by_its_truth_table_and_is_found_once_where_it_does_not(kind: str, sent: tuple[bool, ...]) -> None:
    row = ["XX", *("1" if one else "" for one in sent), "9"]
    notes = noted(conditioned(kind, 1, 2, 3), row)
    if TRUTH[kind](*sent):
        assert notes == []
        return
    ((code, element, wire, _),) = notes
    assert code is (Code.ELEMENT_EXCLUSION if kind == "E" else Code.ELEMENT_CONDITION)
    assert wire == f"{kind}010203"
    # The element to blame: the second one that excludes, else one that is missing.
    assert sent[element - 1] is (kind == "E")


@pytest.mark.parametrize(
    ("kind", "row", "element", "message"),
    [
        ("P", ["XX", "", "1", "", "9"], 1, "XX01, XX02, XX03 must be sent together."),
        ("P", ["XX", "1", "1"], 3, "XX01, XX02, XX03 must be sent together."),
        ("R", ["XX", "", "", "", "9"], 1, "At least one of XX01, XX02, XX03 must be sent."),
        ("E", ["XX", "1", "", "1"], 3, "At most one of XX01, XX02, XX03 may be sent."),
        ("C", ["XX", "1", "1"], 3, "XX01 was sent and asks for XX02, XX03."),
        ("L", ["XX", "1"], 2, "XX01 was sent and asks for one of XX02, XX03."),
    ],
)
def test_a_broken_condition_is_told_in_words(kind: str, row: list[str], element: int, message: str) -> None:
    ((_, place, _, text),) = noted(conditioned(kind, 1, 2, 3), row)
    assert (place, text) == (element, message)


@pytest.mark.parametrize("sent", ["\u0661\u0662", "+\u0661", "\uff11", "1\u0660.5", "\u00b2"])
def test_digits_of_other_scripts_are_no_numbers_for_the_check_nor_for_its_short_cut(sent: str) -> None:
    for tag, row in (("CTT", ["CTT", "5", sent]), ("CTT", ["CTT", sent])):
        definition = segment_definition(tag, "004010")
        assert [code for code, *_ in noted(definition, row)] == [Code.ELEMENT_NOT_NUMERIC]
        assert definition.pattern.match("\x1d".join(row)) is None


@given(st.text("0123456789.-+E \u0661", max_size=8))
def test_what_the_short_cut_takes_as_a_number_the_exact_check_takes_too(sent: str) -> None:
    definition = segment_definition("CTT", "004010")
    if definition.pattern.match(f"CTT\x1d5\x1d{sent}") is not None and sent:
        assert noted(definition, ["CTT", "5", sent]) == []


@given(st.dates())
def test_every_day_is_a_date_in_eight_digits_and_in_six_for_this_century(day: object) -> None:
    text = f"{day:%Y%m%d}".rjust(8, "0")
    assert is_date(text)
    if text.startswith("20"):
        assert is_date(text[2:])


@given(st.times())
def test_every_time_of_the_day_is_one_to_the_hundredth(time: object) -> None:
    text = f"{time:%H%M%S%f}"
    assert all(is_time(text[:length]) for length in (4, 6, 7, 8))
    assert not any(is_time(text[:length]) for length in (0, 1, 2, 3, 5, 9))
