"""The tables and what is compiled from them."""

import pytest

from translators.errors import DefinitionMissing
from translators.finding import Code
from translators.x12.definitions import Condition, codes, segment_definition
from translators.x12.elements import check_elements, is_date, is_time
from translators.x12.grammar import Place, Step, base_version, grammar
from translators.x12.versions import SETS, VERSIONS, described_by, exact, labels


def places(place: Place) -> list[Place]:
    return [place, *(inner for child in place.children for inner in places(child))]


DESCRIBED = [(kind, version) for kind in SETS for version in VERSIONS if described_by(kind, version)]


@pytest.mark.parametrize(("kind", "version"), DESCRIBED)
def test_every_segment_of_a_set_is_defined_and_labelled(kind: str, version: str) -> None:
    for place in places(grammar(kind, version).root):
        if not place.children:
            definition = segment_definition(place.tag, version)
            assert place.tag in labels.SEGMENTS
            for element in definition.elements:
                assert element.id in labels.ELEMENTS
                assert all(part.id in labels.ELEMENTS for part in element.parts)
            for condition in definition.conditions:
                assert max(condition.places) <= len(definition.elements)


@pytest.mark.parametrize(("kind", "version"), DESCRIBED)
def test_a_loop_can_be_told_from_what_it_holds(kind: str, version: str) -> None:
    table = grammar(kind, version)
    assert table.start.tag == "ST"
    assert table.root.children[-1].tag == "SE"
    for place in places(table.root)[1:]:
        if place.children:
            assert place.tag == place.trigger.tag
            assert place.tag not in [inner.tag for inner in place.children[1:]]
            assert place.maximum > 0


def test_a_definition_is_compiled_when_its_segment_comes() -> None:
    table = grammar.__wrapped__("944", "005010")  # a fresh one: other tests may have come to W14 before
    (shipment,) = [place for place in table.root.children if place.tag == "W17"]
    assert table.start.definition is not None
    table.move(table.start, "W17")
    assert shipment.definition is segment_definition("W17", "005010")
    assert [place.definition for place in places(table.root) if place.tag == "W14"] == [None]


def test_sets_of_one_version_lend_their_structure_to_the_other() -> None:
    assert (grammar("875", "004010").structure, grammar("875", "005010").structure) == ("004010", "004010")
    assert grammar("856", "005010").structure == "005010"
    assert exact("856", "005010") is exact("864", "007010") is exact("999", "004010") is True
    assert exact("875", "005010") is exact("856", "004030") is exact("850", "21") is False


def test_conditions_and_codes_of_one_version_complete_the_other() -> None:
    for tag in ("N9", "SAC", "TXI", "DTM", "PID", "SLN", "IT1"):
        wires = [{c.wire for c in segment_definition(tag, version).conditions} for version in VERSIONS]
        assert wires[0] == wires[1] != set()
    assert {"NA", "NS"} <= codes("1651")
    assert {"850", "997", "999"} <= codes("143")


def test_facts_of_the_sets() -> None:
    assert SETS["880"] == "GP"
    levels = [place.maximum for place in grammar("856", "004010").root.children if place.children]
    assert levels == [200_000]
    assert [p.tag for p in grammar("857", "004010").root.children] == ["ST", "BHT", "HL", "SE"]
    assert [e.id for e in segment_definition("SDP", "004010").elements] == ["678", "679"] * 4


def test_what_no_table_describes_is_said_by_name() -> None:
    for kind, version, said in (("864", "004010", "864"), ("999", "004010", "999"), ("850", "007030", "007030")):
        with pytest.raises(DefinitionMissing, match=said):
            grammar(kind, version)
    with pytest.raises(DefinitionMissing, match="QQQ"):
        segment_definition("QQQ", "004010")
    with pytest.raises(DefinitionMissing, match="007030"):
        segment_definition("ST", "007030")


@pytest.mark.parametrize(
    ("sent", "base"),
    [
        ("004010VICS", "004010"), ("005010X230", "005010"), ("003040", "004010"), ("003070UCS", "004010"), ("004060", "004010"),
        ("005020", "005010"), ("006020X", "005010"), ("008010", "005010"), ("008060", "005010"), ("003010", "004010"),
        ("002000", "004010"), ("001000", None), ("009010", None), ("21", None),
        ("", None), ("0040", None), ("00401A", None), ("\u0660\u0660\u0664\u0660\u0661\u0660", None),
    ],
)  # fmt: skip
def test_releases_are_read_by_the_nearest_tables(sent: str, base: str | None) -> None:
    assert base_version(sent) == base


def walked(*tags: str) -> Place:
    table = grammar("850", "004010")
    place = table.start
    for tag in tags:
        move = table.move(place, tag)
        assert move is not None
        place = move.target
    return place


def test_the_same_tag_is_placed_by_where_it_stands() -> None:
    assert walked("BEG", "REF").path == "REF"
    assert walked("BEG", "N1", "REF").path == "N1/REF"
    assert walked("BEG", "PO1", "REF").path == "PO1/REF"
    assert walked("BEG", "PO1", "PID", "MSG").path == "PO1/MSG"
    assert walked("BEG", "PO1", "N1", "LDT", "REF").path == "PO1/N1/LDT/REF"
    assert walked("BEG", "PO1", "SLN", "N1", "N3").path == "PO1/SLN/N1/N3"


def test_a_move_knows_what_is_passed_over_and_what_begins() -> None:
    table = grammar("850", "004010")
    end = table.move(walked("BEG"), "SE")
    assert end is not None
    assert [place.tag for place in end.missing] == ["PO1"]
    again = table.move(walked("BEG", "PO1", "PID"), "PO1")
    assert again is not None
    assert again.again
    assert again.loop is not None
    late = table.move(walked("BEG", "N1"), "CUR")
    assert late is not None
    assert late.step is Step.OUT_OF_ORDER
    headless = table.move(walked("BEG"), "N3")
    assert headless is not None
    assert headless.step is Step.WITHOUT_TRIGGER
    assert table.move(walked("BEG"), "QQQ") is None


@pytest.mark.parametrize(
    ("wire", "filled", "holds"),
    [
        ("P0102", "11", True),
        ("P0102", "00", True),
        ("P0102", "10", False),
        ("R0102", "00", False),
        ("R0102", "01", True),
        ("E0102", "11", False),
        ("E0102", "10", True),
        ("C010203", "110", False),
        ("C010203", "111", True),
        ("C010203", "000", True),
        ("L010203", "100", False),
        ("L010203", "101", True),
        ("L010203", "011", True),
    ],
)
def test_relational_conditions(wire: str, filled: str, holds: bool) -> None:
    condition = Condition(wire[0], tuple(int(wire[i : i + 2]) for i in range(1, len(wire), 2)))
    assert condition.wire == wire
    assert condition.holds((True, *(mark == "1" for mark in filled))) is holds


def found_in(tag: str, *values: str, version: str = "004010") -> list[tuple[Code, int, int | None]]:
    notes: list[tuple[Code, int, int | None]] = []

    def note(code: Code, message: str, element: int, *, component: int | None = None, **rest: object) -> None:
        notes.append((code, element, component))

    definition = segment_definition(tag, version)
    row = [tag, *values]
    check_elements(definition, row, note)
    matched = definition.pattern.match("\x1d".join(row)) is not None
    if matched:  # what the expression lets through fails on codes, dates and conditions only
        assert {code for code, _e, _c in notes} <= {
            Code.ELEMENT_CODE,
            Code.ELEMENT_DATE,
            Code.ELEMENT_TIME,
            Code.ELEMENT_CONDITION,
            Code.ELEMENT_EXCLUSION,
        }
    return notes


@pytest.mark.parametrize(
    ("tag", "values", "expected"),
    [
        ("BEG", ("00", "SA", "X", "", "20260302"), []),
        ("BEG", ("00", "SA", "X"), [(Code.ELEMENT_MISSING, 5, None)]),
        ("BEG", ("00", "SA", "X", "", "20260302", ""), [(Code.TRAILING_SEPARATOR, 6, None)]),
        ("BEG", (), [(Code.SEGMENT_EMPTY, 0, None), *[(Code.ELEMENT_MISSING, n, None) for n in (1, 2, 3, 5)]]),
        ("BEG", ("99", "SA", "X", "", "20260302"), [(Code.ELEMENT_CODE, 1, None)]),
        ("BEG", ("00", "SA", "A\tB", "", "20260302"), [(Code.ELEMENT_CHARACTER, 3, None)]),
        ("DTM", ("002", "20260302", "2560"), [(Code.ELEMENT_TIME, 3, None)]),
        ("DTM", ("002",), [(Code.ELEMENT_CONDITION, 2, None)]),
        ("CTT", ("+5",), [(Code.ELEMENT_NOT_NUMERIC, 1, None)]),
        ("CTT", ("5", "1.5E3"), []),
        ("CTT", ("5", "12345678901"), [(Code.ELEMENT_TOO_LONG, 2, None)]),
        ("CTT", ("5", "-1234.567890"), []),
        ("CTT", ("5", ".5"), []),
        ("CTT", ("5", "5."), []),
        ("CTT", ("5", "1.2.3"), [(Code.ELEMENT_NOT_NUMERIC, 2, None)]),
        ("REF", ("CT", "1", "", "CT"), [(Code.ELEMENT_MISSING, 4, 2)]),
        ("REF", ("CT", "1", "", "CT\x1f5"), []),
        ("REF", ("CT", "1", "", "CT\x1f5\x1f"), [(Code.TRAILING_SEPARATOR, 4, 3)]),
        ("REF", ("CT", "1\x1e2"), [(Code.REPETITION_SURPLUS, 2, None)]),
        ("SDQ", ("EA",), [(Code.ELEMENT_MISSING, 3, None), (Code.ELEMENT_MISSING, 4, None)]),
    ],
)
def test_elements_are_checked_exactly(tag: str, values: tuple[str, ...], expected: list[tuple[Code, int, int | None]]) -> None:
    assert found_in(tag, *values) == expected


@pytest.mark.parametrize(
    ("text", "valid"), [("20240229", True), ("20230229", False), ("240229", True), ("2024", False), ("²0240229", False)]
)
def test_dates_exist(text: str, valid: bool) -> None:
    assert is_date(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"), [("2359", True), ("2400", False), ("235960", False), ("23595999", True), ("23", False)]
)
def test_times_exist(text: str, valid: bool) -> None:
    assert is_time(text) is valid
