# ruff: noqa: E501 - tables of tags are read in rows
"""Segments with their names and depths, for people."""

from pathlib import Path

import pytest

from tests.translators.edifact.orders import order_edifact
from translators.edifact.translator import parse
from translators.parsed import ParsedSegment

ORDER = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=1)
FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "edifact").glob("*.*"))


def tags(segments: list[ParsedSegment]) -> list[tuple[str, int]]:
    """Tags with depths."""
    return [(s.tag, s.depth) for s in segments]


def test_every_segment_has_its_depth_and_its_place() -> None:
    found = list(parse(b"xx\n" + ORDER, 3))
    assert tags(found) == [
        ("UNB", 0), ("UNH", 1), ("BGM", 2), ("DTM", 2), ("DTM", 2), ("RFF", 3), ("NAD", 3), ("NAD", 3), ("NAD", 3), ("CTA", 4), ("COM", 4),
        ("CUX", 3), ("LIN", 3), ("PIA", 3), ("IMD", 3), ("QTY", 3), ("PRI", 4), ("UNS", 2), ("CNT", 2), ("UNT", 1), ("UNZ", 0),
    ]  # fmt: skip
    assert all(ORDER[s.offset - 3 :].startswith(s.raw.encode()) for s in found)


def test_segments_and_elements_have_labels_of_our_own() -> None:
    nad = next(s for s in parse(ORDER, 0) if s.tag == "NAD")
    assert nad.name == "Party"
    assert [(e.id, e.name) for e in nad.elements[:2]] == [("3035", "Party role"), ("C082", "Party")]
    assert nad.elements[1].repetitions == (("5790000000029", "", "9"),)


def test_groups_deepen_their_messages() -> None:
    data = ORDER.replace(b"UNH", b"UNG+ORDERS+A+B+261120:0930+1+UN+D:96A'UNH", 1).replace(b"UNZ", b"UNE+1+1'UNZ")
    found = tags(list(parse(data, 0)))
    assert found[:4] == [("UNB", 0), ("UNG", 1), ("UNH", 2), ("BGM", 3)]
    assert found[-3:] == [("UNT", 2), ("UNE", 1), ("UNZ", 0)]


def test_una_is_a_line_of_its_own_and_values_are_put_back() -> None:
    data = b"UNA>*.! ~" + ORDER.replace(b"PRODUCT 1", b"A!*B").translate(bytes.maketrans(b"+:'", b"*>~"))
    found = list(parse(data, 0))
    assert (found[0].tag, found[0].raw) == ("UNA", "UNA>*.! ~")
    imd = next(s for s in found if s.tag == "IMD")
    assert imd.elements[2].repetitions[0][3] == "A*B"


def test_messages_without_tables_are_shown_too() -> None:
    found = list(parse(ORDER.replace(b"ORDERS:D", b"BALETO:D").replace(b"CUX", b"QQQ"), 0))
    assert [s.name for s in found if s.tag in ("QQQ", "NAD")] == ["Party", "Party", "Party", ""]


def test_repetitions_are_shown_apart_in_version_4() -> None:
    data = ORDER.replace(b"UNOC:3", b"UNOC:4").replace(b"COM+ORDERS AT BIGBOX:XF", b"COM+1:TE*2:FX")
    com = next(s for s in parse(data, 0) if s.tag == "COM")
    assert com.elements[0].repetitions == (("1", "TE"), ("2", "FX"))


def test_parsing_stops_after_the_trailer_or_before_the_next_header() -> None:
    assert len(list(parse(ORDER + ORDER, 0))) == 21
    assert len(list(parse(ORDER[: ORDER.index(b"UNZ")] + ORDER, 0))) == 20


@pytest.mark.parametrize("length", range(0, 400, 7))
def test_what_is_cut_is_shown_as_far_as_it_goes(length: int) -> None:
    assert len(list(parse(ORDER[:length], 0))) <= 21


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_every_public_file_is_shown_whole(path: Path) -> None:
    data = path.read_bytes()
    start = min(i for i in (data.find(b"UNA"), data.find(b"UNB")) if i >= 0)
    assert sum(len(s.raw) for s in parse(data, start)) > 50
