"""Sets and messages told from the declarations that read and write them: what must be filled, what codes mean, what is read."""

import pytest

from translators import registry
from translators.contract import Family
from translators.errors import DefinitionMissing
from translators.parsed import OutlineSegment


def segment(outline: tuple[OutlineSegment, ...], tag: str, depth: int | None = None) -> OutlineSegment:
    return next(one for one in outline if one.tag == tag and depth in (None, one.depth))


def codes(one: OutlineSegment, place: str) -> dict[str, str]:
    return dict(next(element.codes for element in one.elements if element.place == place))


def test_a_purchase_order_of_x12() -> None:
    outline = registry.outline(Family.X12, "850", "004010VICS")
    assert [one.tag for one in outline[:3]] == ["ST", "BEG", "CUR"]
    begin = segment(outline, "BEG")
    assert (begin.mandatory, begin.maximum, begin.loop, begin.read) == (True, 1, -1, True)
    number = next(element for element in begin.elements if element.place == "BEG03")
    assert (number.id, number.mandatory, number.name) == ("324", True, "order number")
    assert codes(begin, "BEG01")["00"] == "original"
    assert codes(segment(outline, "DTM", 0), "DTM01")["002"] == "requested delivery"
    party = segment(outline, "N1")
    assert (party.loop, party.depth, codes(party, "N101")["ST"]) == (200, 1, "ship to")
    assert not segment(outline, "LM").read  # nothing in our mapping takes it


def test_orders_of_edifact() -> None:
    outline = registry.outline(Family.EDIFACT, "ORDERS", "D.96A")
    date = segment(outline, "DTM", 0)
    assert (date.mandatory, date.maximum) == (True, 35)
    assert codes(date, "DTM.1.1")["137"] == "issued"
    assert codes(segment(outline, "NAD"), "NAD.1")["BY"] == "buyer"
    line = segment(outline, "LIN")
    assert (line.loop > 0, line.read) == (True, True)
    assert {element.form for element in segment(outline, "BGM").elements} >= {"an..35"}


def test_levels_of_a_despatch_advice_are_those_of_all_its_loops() -> None:
    outline = registry.outline(Family.X12, "856", "005010")
    assert segment(outline, "HL").read
    assert segment(outline, "LIN").read
    assert segment(outline, "MAN").read


@pytest.mark.parametrize("family", [Family.X12, Family.EDIFACT])
def test_every_document_that_is_read_has_an_outline_in_every_version_that_has_tables(family: Family) -> None:
    versions = ("004010", "005010") if family is Family.X12 else ("D.96A", "D.01B")
    for type_ in registry.documents(family):
        found = [registry.outline(family, type_, version) for version in versions]
        assert all(any(one.read for one in outline) and any(one.mandatory for one in outline) for outline in found), type_


def test_what_has_no_table_says_so_and_other_families_have_none() -> None:
    with pytest.raises(DefinitionMissing):
        registry.outline(Family.X12, "850", "abc")
    with pytest.raises(DefinitionMissing):
        registry.outline(Family.EDIFACT, "ORDERS", "X.XX?")
    assert registry.outline(Family.XML, "Order", "UBL-2.1") == ()


WHOLE = [
    (Family.X12, "850", "003060"), (Family.X12, "856", "004010"), (Family.X12, "810", "008010"), (Family.X12, "997", "005010"),
    (Family.EDIFACT, "ORDERS", "D.96A"), (Family.EDIFACT, "DESADV", "D.01B"), (Family.EDIFACT, "INVOIC", "D.21B"),
]  # fmt: skip


@pytest.mark.parametrize(("family", "type_", "version"), WHOLE)
class TestWhole:
    def test_it_begins_and_ends_with_the_envelope_of_the_document(self, family: Family, type_: str, version: str) -> None:
        outline = registry.outline(family, type_, version)
        first, last = ("ST", "SE") if family is Family.X12 else ("UNH", "UNT")
        assert (outline[0].tag, outline[-1].tag) == (first, last)
        assert all(one.mandatory and one.read and one.maximum == 1 for one in (outline[0], outline[-1]))

    def test_loops_begin_with_a_segment_that_says_how_often_they_may_come(self, family: Family, type_: str, version: str) -> None:
        depth = 0
        for one in registry.outline(family, type_, version):
            if one.depth > depth:
                assert one.loop >= 0, f"{one.tag} is deeper than what stands before it, and begins no loop"
            assert (one.loop >= 0) <= (one.depth > 0)
            depth = one.depth

    def test_every_place_is_named_once_and_belongs_to_its_segment(self, family: Family, type_: str, version: str) -> None:
        for one in registry.outline(family, type_, version):
            places = [element.place for element in one.elements]
            assert len(set(places)) == len(places)
            assert all(place.startswith(one.tag) for place in places)

    def test_no_code_is_told_that_is_not_on_the_list_of_its_element(self, family: Family, type_: str, version: str) -> None:
        for one in registry.outline(family, type_, version):
            for element in one.elements:
                assert [code for code, _ in element.codes] == sorted({code for code, _ in element.codes})
                assert not element.listed or len(element.codes) <= element.listed


def test_a_count_without_an_end_is_told_as_none() -> None:
    """0: as many as one likes."""
    outline = registry.outline(Family.X12, "856", "004010")
    assert segment(outline, "HL").loop in range(200_001)
    assert all(one.maximum < 10**9 and one.loop < 10**9 for one in outline)


@pytest.mark.parametrize(("family", "type_", "version"), [(Family.X12, "997", "004010"), (Family.EDIFACT, "PARTIN", "D.96A")])
def test_a_document_that_no_mapping_reads_is_passed_on_whole(family: Family, type_: str, version: str) -> None:
    outline = registry.outline(family, type_, version)
    assert all(one.read for one in outline)
    assert not any(element.codes for one in outline for element in one.elements)


def test_a_segment_of_composites_names_their_components() -> None:
    places = [element.place for element in segment(registry.outline(Family.EDIFACT, "ORDERS", "D.96A"), "BGM").elements]
    assert places[0] == "BGM.1.1"
    assert "BGM.2" in places
