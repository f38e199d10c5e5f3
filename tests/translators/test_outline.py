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
