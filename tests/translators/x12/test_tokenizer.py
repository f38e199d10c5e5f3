"""Cutting bytes into segments: limits, blanks between segments, and offsets that are those of the bytes sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.contract import Separators
from translators.x12.tokenizer import Scanner, set_text

MARKS = Separators("*", ":", "~", "^")


def scanner(data: bytes, *, marks: Separators = MARKS, terminator: bytes = b"~", limit: int = 1000) -> Scanner:
    return Scanner.of(data, marks, terminator, limit)


@pytest.mark.parametrize("terminator", [b"~", b"\xe2\x80\xa0"], ids=["one byte", "three bytes"])
def test_a_segment_may_be_as_long_as_the_limit_and_no_longer(terminator: bytes) -> None:
    fits, exceeds = b"N1*5678" + terminator, b"N1*56789" + terminator
    assert scanner(fits, terminator=terminator, limit=7).segment_end(0) == 7
    assert scanner(exceeds, terminator=terminator, limit=7).segment_end(0) == -1
    assert scanner(fits * 3, terminator=terminator, limit=7).oversized(0, 3 * len(fits)) == -1
    assert scanner(fits + exceeds + fits, terminator=terminator, limit=7).oversized(0, 3 * len(fits) + 1) == len(fits)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(5, 25))
def test_an_oversized_segment_is_found_exactly_when_there_is_one(lengths: list[int], limit: int) -> None:
    data = b"".join(b"x" * length + b"~" for length in lengths)
    starts = [sum(lengths[:n]) + n for n in range(len(lengths))]
    expected = next((start for start, length in zip(starts, lengths, strict=True) if length > limit), -1)
    assert scanner(data, limit=limit).oversized(0, len(data)) == expected


@pytest.mark.parametrize(
    ("data", "terminator", "end"),
    [
        (b" \r\n\tST*", b"~", 4),
        (b"ST*", b"~", 0),
        (b"   ", b"~", 3),
        (b"\n\n\nST*", b"\n", 3),
        (b"\r\n\r\nST*", b"\r", 4),
        (b"~~ST*", b"~", 0),
    ],
)
def test_blanks_and_empty_lines_are_passed_but_no_empty_segment(data: bytes, terminator: bytes, end: int) -> None:
    marks = Separators("*", ":", terminator.decode(), "")
    assert scanner(data, marks=marks, terminator=terminator).skip(0) == end


@pytest.mark.parametrize("tag", [b"SE*1*1", b"GE*1*1", b"ST*850*1", b"GS*PO", b"IEA*1*1", b"IEA", b"ISA*00*"])
def test_a_set_ends_before_the_next_control_segment(tag: bytes) -> None:
    data = b"ST*850*0001~BEG*00~ \r\n" + tag + b"~"
    assert scanner(data).set_end(0) == data.rindex(tag)


@pytest.mark.parametrize(
    "data", [b"ST*850*1~SEX*1~", b"ST*850*1~REF*SE*1~", b"ST*850*1~N1*GS~", b"ST*850*1~ISAAC*1~", b"ST*850*1~"]
)
def test_what_only_begins_like_a_control_segment_does_not_end_a_set(data: bytes) -> None:
    assert scanner(data).set_end(0) == len(data)


def test_marks_of_a_partner_become_ours_and_each_byte_stays_where_it_is() -> None:
    marks = Separators("|", ">", "\n", "!")
    data = b"REF|CT>5!6|a*b~c:d^e\n"
    text = set_text(scanner(data, marks=marks, terminator=b"\n"), 0, len(data))
    assert text.segments == ["REF\x1dCT\x1f5\x1e6\x1da*b~c:d^e"]
    assert len(text.raw) == len(data)


def test_our_own_marks_in_data_are_no_marks() -> None:
    data = b"N1*A\x1cB\x1dC\x1eD\x1fE~"
    assert scanner(data).elements(0, len(data) - 1) == ["N1", "A\x1aB\x1aC\x1aD\x1aE"]


@pytest.mark.parametrize(
    ("data", "blanks"),
    [
        (b"ST*1~BEG*2~", False),
        (b"ST*1~\nBEG*2~\n", True),
        (b"ST*1~ BEG*2~", True),
        (b"ST*1\r\n~BEG*2~", True),
        (b"ST*1~\tBEG*2~", True),
        (b"ST*1~BEG*A B\tC~", False),
    ],
)
def test_blanks_between_segments_are_noticed_and_no_part_of_them(data: bytes, blanks: bool) -> None:
    text = set_text(scanner(data), 0, len(data))
    assert text.blanks is blanks
    assert [segment[:3].rstrip("\x1d") for segment in text.segments] == ["ST", "BEG"]


def test_only_line_ends_that_were_sent_are_blanks_beside_a_terminator_of_several_bytes() -> None:
    mark = b"\xe2\x80\xa0"
    for gap, blanks in ((b"", False), (b"\n", True), (b" ", True)):
        data = (b"ST*1" + mark + gap) + b"BEG*2" + mark
        text = set_text(scanner(data, terminator=mark), 0, len(data))
        assert (text.blanks, text.segments) == (blanks, ["ST\x1d1", "BEG\x1d2"])
        assert text.offset(1) == data.index(b"BEG")


def test_nul_becomes_a_replacement_and_foreign_bytes_are_located() -> None:
    data = b"ST*850~N1*BY*K\xc3\xb8ln\0~"
    text = set_text(scanner(data), 0, len(data))
    assert (text.nul, text.foreign) == (True, data.index(b"\xc3"))
    assert text.segments[1] == "N1\x1dBY\x1dKøln\ufffd"


def test_latin_1_is_read_where_utf_8_is_not_meant() -> None:
    data = b"N1*BY*K\xf8ln~"
    text = set_text(scanner(data), 0, len(data))
    assert (text.segments, text.foreign) == (["N1\x1dBY\x1dKøln"], 7)


def test_an_element_is_found_by_its_number_and_one_that_was_not_sent_at_the_end_of_its_segment() -> None:
    data = b"..ST*850*0001~BEG*00**X~N1*BY~"
    text = set_text(scanner(data), 2, len(data))
    places = [text.element_offset(1, element) for element in range(6)]
    assert places == [data.index(mark) for mark in (b"BEG", b"00*", b"*X", b"X~", b"~N1", b"~N1")]
    assert text.element_offset(2, 7) == len(data) - 1


def test_an_element_that_was_not_sent_in_a_cut_segment_is_at_the_end_of_data() -> None:
    text = set_text(scanner(b"ST*850~N1*BY"), 0, 12)
    assert text.element_offset(1, 3) == 12


gaps = st.text("\r\n\t ", max_size=3).map(str.encode)
words = st.text("ABC019*:", max_size=6).map(lambda word: b"N1*X" + word.encode())


@given(st.lists(st.tuples(gaps, words), min_size=1, max_size=8), st.integers(0, 9))
def test_each_segment_stands_at_its_offset_whatever_blanks_are_between(pieces: list[tuple[bytes, bytes]], lead: int) -> None:
    data = b"." * lead + b"".join((gap if index else b"") + word + b"~" for index, (gap, word) in enumerate(pieces))
    text = set_text(scanner(data), lead, len(data))
    assert len(text.segments) == len(pieces)
    for index, (_, word) in enumerate(pieces):
        assert data.startswith(word + b"~", text.offset(index))
        for number, value in enumerate(text.segments[index].split("\x1d")):
            sent = value.replace("\x1f", ":").encode()
            assert data.startswith(sent, text.element_offset(index, number))
