# ruff: noqa: E501 - segments are read as they stand on the wire
"""Splitting with released characters (quirks 15 to 18, 22, 23), and finding the bytes again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Locator, components, cut, released, terminator
from translators.edifact.writing import release, segment

PLAIN = ServiceCharacters()
OTHER = ServiceCharacters(">", "*", ",", "!", "", "~")
VERSION_4 = ServiceCharacters(repetition="*")
NO_RELEASE = ServiceCharacters(release="")
LINE_FEED = ServiceCharacters(segment="\n")
SETS = [PLAIN, OTHER, VERSION_4, LINE_FEED, ServiceCharacters("+", ":", ".", "\\", "", "'")]


def elements(text: str, characters: ServiceCharacters = PLAIN) -> list[list[list[str]]]:
    """All elements of all segments."""
    marked = cut(text, characters)
    return [marked.elements(s) for s in marked.segments]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("A?+B", "A+B"), ("A?:B", "A:B"), ("A?'B", "A'B"), ("A??", "A?"), ("A???'B", "A?'B"), ("A????", "A??"), ("??????B", "???B"),
        ("A?@B", "A@B"), ("?A", "A"), ("A???B", "A?B"), ("?+?:?'??", "+:'?"),
    ],
)  # fmt: skip
def test_released_characters_are_data(raw: str, value: str) -> None:
    assert elements(f"FTX+{raw}+Z'LIN'") == [[["FTX"], [value], ["Z"]], [["LIN"]]]


def test_a_released_release_character_before_a_terminator_ends_the_segment() -> None:
    assert elements("A+x??'B+y'") == [[["A"], ["x?"]], [["B"], ["y"]]]


def test_defaults_are_data_where_other_characters_are_announced() -> None:
    assert elements("NAD*A+B>C:D'E!*F~QTY*1~", OTHER) == [[["NAD"], ["A+B", "C:D'E*F"]], [["QTY"], ["1"]]]


def test_swapped_characters_are_no_trouble() -> None:
    assert elements("NAD:BY:1+2'", SETS[4]) == [[["NAD"], ["BY"], ["1", "2"]]]


def test_without_release_character_a_question_mark_is_data() -> None:
    assert elements("A+x?'B+y?+z'", NO_RELEASE) == [[["A"], ["x?"]], [["B"], ["y?"], ["z"]]]


@pytest.mark.parametrize("between", ["", "\n", "\r\n", "\r", " ", "\r\n\t  ", "\n\n"])
def test_blanks_after_terminators_are_nothing(between: str) -> None:
    assert elements(f"  A+1'{between}B+2'{between}") == [[["A"], ["1"]], [["B"], ["2"]]]


def test_line_breaks_inside_values_are_data() -> None:
    assert elements("FTX+one\r\ntwo'") == [[["FTX"], ["one\r\ntwo"]]]


def test_empty_segments_are_left_out() -> None:
    assert elements("A+1''  '\n'B'") == [[["A"], ["1"]], [["B"]]]


def test_a_line_feed_as_terminator_takes_its_carriage_return_along() -> None:
    assert elements("A+1\r\nB+it's\r\n", LINE_FEED) == [[["A"], ["1"]], [["B"], ["it's"]]]


def test_private_marks_in_the_data_cannot_deceive() -> None:
    assert elements("A+\ufdd0?+\ufdd1'") == [[["A"], ["\ufffd+\ufffd"]]]


def test_more_elements_than_any_segment_has_stay_in_one_piece() -> None:
    found = elements("A" + "+1" * 5000 + "'")[0]
    assert len(found) == 256
    assert len(elements("A+" + "1:" * 5000 + "'")[0][1]) == 256


def test_all_elements_are_the_elements_of_each() -> None:
    for text in ("A+1:2'B+?+'", "A+1:2'B+3'", "A" + "+1" * 5000 + "'"):
        marked = cut(text, PLAIN)
        assert marked.all_elements() == [marked.elements(s) for s in marked.segments]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.sampled_from(SETS))
def test_what_is_released_on_writing_is_read_back(values: list[str], characters: ServiceCharacters) -> None:
    kept = [v for v in values if not set(v) & set("\r\n\t \ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8")] or ["x"]
    text = segment("FTX", *[[v] for v in kept], characters=characters)
    assert elements(text, characters) == [[["FTX"], *[[v] for v in kept]]]


@given(st.text(alphabet="?+:'*aé\\!~>"), st.sampled_from(SETS))
def test_released_text_holds_no_terminator(value: str, characters: ServiceCharacters) -> None:
    raw = release(value, characters).encode("latin-1")
    assert terminator(raw, 0, len(raw), characters) == -1
    closed = raw + characters.segment.encode()
    assert terminator(closed, 0, len(closed), characters) == len(raw)


@given(st.integers(0, 3000))
def test_a_run_of_release_characters_releases_when_it_is_odd(length: int) -> None:
    assert released(b"x" + b"?" * length + b"'", 1 + length, b"?") == bool(length % 2)
    assert released(b"?" * length + b"'", length, b"?") == bool(length % 2)


DATA = b"xxUNH+1'\r\n BGM+220:9?+8+NO?'7:1'\n''QTY+21'"


def test_segments_are_found_again() -> None:
    locator = Locator(DATA, 2, len(DATA), PLAIN)
    assert [DATA[locator.segment(n) :][:3] for n in (1, 2, 3)] == [b"UNH", b"BGM", b"QTY"]
    assert locator.segment(9) == len(DATA)
    assert [locator.number_at(DATA.index(x)) for x in (b"UNH", b"+1'", b"220", b"QTY", b"21'")] == [1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("element", "component", "there"),
    [
        (1, None, b"220"),
        (1, 1, b"220"),
        (1, 2, b"9?+8"),
        (2, None, b"NO?'7"),
        (2, 2, b"1'\n"),
        (2, 3, b"'\n''"),
        (3, None, b"'\n''"),
    ],
)
def test_elements_are_found_again(element: int, component: int | None, there: bytes) -> None:
    locator = Locator(DATA, 2, len(DATA), PLAIN)
    assert DATA[locator.element(2, element, component) :].startswith(there)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("", [""]), ("A:14", ["A", "14"]), ("A::", ["A", "", ""]), ("A?:B:14", ["A:B", "14"]), ("Ä?+:ö", ["Ä+", "ö"])],
)
def test_components_of_a_composite_as_it_was_sent(raw: str, expected: list[str]) -> None:
    assert components(raw, PLAIN) == expected


def test_components_of_other_characters() -> None:
    others = ServiceCharacters(component=">", element="*", release="", segment="~")
    assert components("A:B>14", others) == ["A:B", "14"]


def test_a_separator_at_the_beginning_is_not_released() -> None:
    assert not released(b"'", 0, b"?")
