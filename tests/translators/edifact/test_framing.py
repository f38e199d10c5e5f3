"""Where messages begin and end, seen from the bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact.framing import Boundary, Slice, boundary, message_at, oversized, skipped, tag_at, value
from translators.edifact.service_characters import ServiceCharacters

PLAIN = ServiceCharacters()
OTHER = ServiceCharacters(">", "*", ",", "!", "", "~")
NO_RELEASE = ServiceCharacters(release="")


@pytest.mark.parametrize(
    ("data", "tag"),
    [
        (b"UNH+1'", "UNH"),
        (b"UNT+2+1'", "UNT"),
        (b"UNG+X'", "UNG"),
        (b"UNE+1'", "UNE"),
        (b"UNZ+1'", "UNZ"),
        (b"UNZ'", "UNZ"),
        (b"UNZ", "UNZ"),
        (b"UNT\r\n", "UNT"),
        (b"UNB+UNOC:3", "UNB"),
        (b"UNA:+.? 'UNB", "UNA"),
        (b"UNA:+.? '\r\nUNB", "UNA"),
        (b"UNB+XX", ""),
        (b"UNHAPPY'", ""),
        (b"UNS+S'", ""),
        (b"UNA:+.? 'UNH", ""),
        (b"BGM+1'", ""),
        (b"", ""),
    ],
)
def test_service_segments_are_told_by_tag_and_separator(data: bytes, tag: str) -> None:
    assert tag_at(data, 0, PLAIN) == tag


def test_tags_follow_the_announced_separators() -> None:
    assert tag_at(b"UNH*1~", 0, OTHER) == "UNH"
    assert tag_at(b"UNH+1'", 0, OTHER) == ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"BGM+1'UNT+2'", Boundary(5, 6, "UNT")),
        (b"BGM+1'\r\n  UNT+2'", Boundary(5, 10, "UNT")),
        (b"FTX+?'UNT+x'UNZ+1'", Boundary(11, 12, "UNZ")),
        (b"FTX+??'UNT+x'", Boundary(6, 7, "UNT")),
        (b"FTX+???'UNT+x'UNE+1'", Boundary(13, 14, "UNE")),
        (b"FTX+UNT+UNZ'BGM+1'", None),
        (b"BGM+1'UNTIL+1'", None),
        (b"", None),
    ],
)
def test_the_next_boundary_stands_after_a_terminator_that_is_not_released(data: bytes, expected: Boundary | None) -> None:
    assert boundary(data, 0, PLAIN) == expected


def test_without_release_character_every_terminator_counts() -> None:
    assert boundary(b"FTX+?'UNT+x'", 0, NO_RELEASE) == Boundary(5, 6, "UNT")


@pytest.mark.parametrize(
    ("data", "position"),
    [(b"'' \r\n\t\0'BGM", 8), (b"BGM", 0), (b"   ", 3), (b"", 0), (b"\n\nUNH", 2)],
)
def test_blanks_and_empty_segments_are_skipped(data: bytes, position: int) -> None:
    assert skipped(data, 0, PLAIN) == position


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"UNH+1'BGM+1'UNT+3+1'UNZ+1'", Slice(19, 20, terminated=True)),
        (b"UNH+1'BGM+1'UNH+2'", Slice(11, 12, terminated=True)),
        (b"UNH+1'BGM+1'\r\nUNZ+1'", Slice(11, 14, terminated=True)),
        (b"UNH+1'BGM+1'UNT+3+1", Slice(19, 19, terminated=False)),
        (b"UNH+1'BGM+1'UNT+3+1\r\n \0", Slice(19, 23, terminated=False)),
        (b"UNH+1'BGM+1'", Slice(11, 12, terminated=True)),
        (b"UNH+1'BGM+1'\r\n", Slice(11, 14, terminated=True)),
        (b"UNH+1'BGM+1", Slice(11, 11, terminated=False)),
        (b"UNH+1'BGM+1?'", Slice(13, 13, terminated=False)),
        (b"UNH+1", Slice(5, 5, terminated=False)),
        (b"UNH+1'BGM+1'UNB+UNOC:3+A'", Slice(11, 12, terminated=True)),
        (b"UNH+1'BGM+1'UNA:+.? 'UNB+UNOC:3'", Slice(11, 12, terminated=True)),
    ],
)
def test_a_message_ends_at_its_trailer_or_before_what_is_no_part_of_it(data: bytes, expected: Slice) -> None:
    assert message_at(data, 0, PLAIN) == expected


@pytest.mark.parametrize(
    ("data", "limit", "at"),
    [
        (b"AAAA'BBBB'", 10, None),
        (b"AAAA'BBBB'", 5, None),
        (b"AAAA'BBBBBBBB'CC'", 6, 5),
        (b"AAAA'BBBBBBBB", 6, 5),
        (b"AAAAAAAAAAAAA", 6, 0),
        (b"AA?'AA?'AAAA'", 6, 0),
        (b"AA??'AA??'AAAA'", 6, None),
        (b"", 1, None),
    ],
)
def test_a_segment_beyond_the_limit_is_found_where_it_begins(data: bytes, limit: int, at: int | None) -> None:
    assert oversized(data, 0, len(data), PLAIN, limit) == at


def test_values_that_are_absent_are_empty() -> None:
    elements = [["UNZ"], ["1", "2"]]
    assert [value(elements, 1), value(elements, 1, 2), value(elements, 1, 3), value(elements, 9)] == ["1", "2", "", ""]


PIECES = [b"UNH+1'", b"BGM+?'+??'", b"\r\n", b"UNT+3+1'", b"FTX+UNH+x'", b"?", b"'", b"UNZ+1'"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_slice_lies_inside_the_data_and_moves_on(parts: list[bytes]) -> None:
    data = b"UNH+1'" + b"".join(parts)
    found = message_at(data, 0, PLAIN)
    assert 0 < found.end <= found.next <= len(data)
