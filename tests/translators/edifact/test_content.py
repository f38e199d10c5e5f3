"""The content of a message: what is good costs no look, what is not is found as if nothing had been remembered."""

import pytest

from translators.edifact import content
from translators.edifact.grammar import Tree, grammar
from translators.edifact.judgement import Judgement
from translators.edifact.report import MessageReport
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Locator, cut
from translators.finding import Code

HEADER = "UNH+1+ORDERS:D:96A:UN'"
GOOD = f"{HEADER}BGM+220+1+9'DTM+137:20261120:102'NAD+BY+1::9'LIN+1++X:EN'QTY+21:5'LIN+2++Y:EN'QTY+21:7'UNS+S'"

Found = list[tuple[Code, int | None, str | None, int | None, int | None]]


def judged(message: str, *, repeating: bool = False, directory: str = "D.96A") -> tuple[Tree, Found]:
    """The tree of an ORDERS without its trailer, and what is found at which place."""
    characters = ServiceCharacters(repetition="*" if repeating else "")
    text, data = cut(message, characters), message.encode("latin-1")
    judgement = Judgement({}, 100)
    report = MessageReport(judgement, Locator(data, 0, len(data), characters))
    tree = content.judged(text, len(text.segments), "ORDERS", directory, report, repeating=repeating)
    places = [(f.code, f.position) for f in judgement.findings]
    return tree, [(code, p.segment, p.tag, p.element, p.component) for code, p in places]


def test_a_good_message_has_no_findings_however_often_it_comes() -> None:
    assert [judged(GOOD)[1] for _ in range(40)] == [[]] * 40


def test_a_good_message_has_its_groups() -> None:
    tree, _ = judged(GOOD)
    assert tree.root.numbers == [1, 2, 3, 9]
    assert [(group.node.path, group.numbers) for group in tree.root.groups] == [("SG2", [4]), ("SG25", [5, 6]), ("SG25", [7, 8])]


@pytest.mark.parametrize(
    ("instead", "by", "expected"),
    [
        ("BGM+220+1+9", f"BGM+220+{'1' * 36}+9", (Code.ELEMENT_TOO_LONG, 2, "BGM", 2, None)),
        ("BGM+220+1+9", "BGM+50E+1+9", (Code.ELEMENT_CODE, 2, "BGM", 1, 1)),
        ("20261120", "20261320", (Code.ELEMENT_DATE, 3, "DTM", 1, 2)),
        ("NAD+BY+1::9", "NAD", (Code.ELEMENT_MISSING, 4, "NAD", 1, None)),
        ("QTY+21:7", "QTY+21:A", (Code.ELEMENT_NOT_NUMERIC, 8, "QTY", 1, 2)),
        ("UNS+S", "XYZ+1'UNS+S", (Code.SEGMENT_UNKNOWN, 9, "XYZ", None, None)),
        ("UNS+S", "BUS+1'UNS+S", (Code.SEGMENT_NOT_IN_DEFINITION, 9, "BUS", None, None)),
        ("BGM+220+1+9'", "", (Code.SEGMENT_MISSING, 1, "BGM", None, None)),
    ],
)
def test_one_bad_segment_among_good_ones_is_found_at_its_place_every_time(
    instead: str, by: str, expected: tuple[Code, int | None, str | None, int | None, int | None]
) -> None:
    message = GOOD.replace(instead, by)
    for _ in range(30):
        assert judged(message)[1] == [expected]


def test_structure_is_told_before_elements() -> None:
    message = GOOD.replace("BGM+220+1+9'", "").replace("NAD+BY", "NAD+QQQQ")
    assert [code for code, *_ in judged(message)[1]] == [Code.SEGMENT_MISSING, Code.ELEMENT_TOO_LONG, Code.ELEMENT_CODE]


def test_a_segment_without_a_place_in_the_message_is_not_judged_by_its_elements() -> None:
    found = judged(GOOD.replace("UNS+S", "BUS+TOO LONG A VALUE'UNS+S"))[1]
    assert [code for code, *_ in found] == [Code.SEGMENT_NOT_IN_DEFINITION]


def test_released_characters_are_part_of_good_segments() -> None:
    assert judged(GOOD.replace("X:EN", "X??Y?+Z?'?::EN"))[1] == []


def test_a_tag_that_is_cut_by_a_component_separator_is_found_out() -> None:
    assert (Code.ELEMENT_MISSING, 4, "NAD", 1, None) in judged(GOOD.replace("NAD+BY+1::9", "NAD:BY"))[1]


class TestSegments:
    """The elements of segments on demand."""

    def test_are_the_elements_of_the_text(self) -> None:
        text = cut(GOOD, ServiceCharacters())
        segments = content.Segments(text)
        assert list(segments) == text.all_elements()
        assert (len(segments), segments[-1], segments[1:3]) == (9, [["UNS"], ["S"]], text.all_elements()[1:3])

    def test_lay_repetitions_out_as_version_3_writes_them(self) -> None:
        text = cut("UNH+1+ORDERS:D:01B:UN'BGM+220'COM+1:TE*2:FX'PIA+1+A:SA*B:BP'", ServiceCharacters(repetition="*"))
        segments = content.Segments(text, grammar("ORDERS", "D.01B"), "D.01B")
        assert segments[2] == [["COM"], ["1", "TE"], ["2", "FX"]]
        assert segments[3][:3] == [["PIA"], ["1"], ["A", "SA"]]

    def test_leave_segments_alone_that_are_none_of_the_message(self) -> None:
        text = cut("UNH+1*2'XYZ+1*2'", ServiceCharacters(repetition="*"))
        segments = content.Segments(text, grammar("ORDERS", "D.01B"), "D.01B")
        assert list(segments) == [[["UNH"], ["1*2"]], [["XYZ"], ["1*2"]]]
