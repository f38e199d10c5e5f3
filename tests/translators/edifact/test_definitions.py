"""What is known of segments in advance: a pattern that agrees with the exact look, and memory that stays bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact import definitions, validation
from translators.edifact.definitions import _MOST_COMBINATIONS, _MOST_GOOD, _SHORT, _SLOW_LOOKS, GoodSegments, Table, definition
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import cut

GOOD = [
    "BGM+220+PO-1+9",
    "BGM++1",
    "DTM+137:20261120:102",
    "NAD+BY+5790000000029::9++BIGBOX RETAIL LTD+1 MARKET STREET+LEEDS++LS1 4AP+GB",
    "QTY+21:12.5:PCE",
    "LIN+1++5701234500011:EN",
    "PIA+1+A:SA+B:BP+C:MF",
    "UNS+S",
    "MOA+86:-12",
]
BAD = [
    "BGM+2200+1",
    "BGM+50E+1",
    "BGM+220+1+9+",
    "BGM+220::+1+9",
    "NAD",
    "NAD+QQQ",
    "NAD+BY+:X:9",
    "DTM+137:20261320:102",
    "QTY+21:1.2.3",
    "UNS+7",
    "LIN+",
    "UNS+S:",
]


def compiled(tag: str, directory: str = "D.96A", *, repeating: bool = False) -> definitions.Definition:
    """A definition whose segment has come often enough."""
    found = Table(directory, repeating=repeating)[tag]
    for _ in range(_SLOW_LOOKS):
        found.good(f"{tag}+")
    return found


@pytest.mark.parametrize("raw", GOOD)
def test_a_good_segment_is_called_good(raw: str) -> None:
    assert compiled(raw[:3]).good(raw)


@pytest.mark.parametrize("raw", BAD)
def test_a_bad_segment_is_not_called_good(raw: str) -> None:
    assert not compiled(raw[:3]).good(raw)


def test_a_code_outside_its_list_is_left_to_the_exact_look_which_minds_whose_code_it_is() -> None:
    assert not compiled("BGM").good("BGM+50E::9+1")
    assert silent("BGM+50E::9+1")


def test_the_pattern_is_compiled_when_a_segment_has_come_often() -> None:
    definition.cache_clear()
    found = definition("D.96A", "BGM", repeating=False)
    assert found is not None
    assert [found.good("BGM+220+1+9") for _ in range(_SLOW_LOOKS)] == [False] * (_SLOW_LOOKS - 1) + [True]


def silent(raw: str, directory: str = "D.96A", *, repeating: bool = False) -> bool:
    """Whether the exact look finds nothing."""
    text = cut(raw, ServiceCharacters(repetition="*" if repeating else ""))
    found: list[object] = []
    known = compiled(raw[:3], directory, repeating=repeating)
    validation.look(known, text.segments[0], text, lambda *args, **_k: found.append(args), repeating=repeating)
    return not found


codes = st.sampled_from(["220", "BY", "SU", "137", "102", "203", "EN", "SA", "9", "6", "21", "PCE", "S", "X", "ZZZ", "50E", ""])
dates = st.sampled_from(["20261120", "202611201200", "20261320", "1", "A"])
texts = st.text(alphabet="A1.,-*ö", max_size=5)
composites = st.lists(st.one_of(codes, codes, dates, texts), max_size=4).map(":".join)
segments = st.tuples(
    st.sampled_from(["BGM", "NAD", "DTM", "QTY", "LIN", "PIA", "TAX", "MOA", "UNS", "COM", "ALC", "RFF", "PRI"]),
    st.lists(composites, max_size=6),
).map(lambda drawn: "+".join((drawn[0], *drawn[1])))


@given(segments, st.sampled_from(["D.96A", "D.01B"]), st.booleans())
def test_what_is_called_good_has_no_findings(raw: str, directory: str, repeating: bool) -> None:
    if compiled(raw[:3], directory, repeating=repeating).good(raw):
        assert silent(raw, directory, repeating=repeating)


@given(segments)
def test_what_has_no_findings_is_called_good_unless_another_list_or_agency_answers_for_a_code(raw: str) -> None:
    if silent(raw) and not compiled(raw[:3]).good(raw):
        assert ":" in raw


class TestGoodSegments:
    """The memory of good segments."""

    def known(self) -> GoodSegments:
        """With patterns that are compiled."""
        for raw in GOOD:
            compiled(raw[:3])
        return GoodSegments(Table("D.96A", repeating=False))

    def test_gives_the_tag_of_a_good_segment_and_remembers_it(self) -> None:
        known = self.known()
        assert [known[raw] for raw in GOOD] == [raw[:3] for raw in GOOD]
        assert set(known) == set(GOOD)

    def test_gives_nothing_for_a_bad_one_and_forgets_it(self) -> None:
        known = self.known()
        assert [known[raw] for raw in (*BAD, "XYZ+1", "", "BG", "LINX+1")] == [""] * (len(BAD) + 4)
        assert not known

    def test_does_not_remember_long_ones(self) -> None:
        known, raw = self.known(), f"NAD+BY+1::9+{'X' * 35}:{'Y' * 35}:{'Z' * 35}++S:T+CITY+++GB"
        assert len(raw) > _SHORT
        assert known[raw] == "NAD"
        assert not known

    def test_is_bounded(self) -> None:
        known = self.known()
        for number in range(_MOST_GOOD + 100):
            assert known[f"QTY+21:{number}"] == "QTY"
        assert 0 < len(known) <= _MOST_GOOD


def test_few_combinations_of_codes_are_remembered() -> None:
    found = compiled("LIN")
    actions = [str(n) for n in range(1, 30)]
    kinds = sorted(next(lookup.values for lookup in found.lookups if lookup.id == "7143") - {""})
    for action in actions:
        for kind in kinds:
            found.good(f"LIN+1+{action}+X:{kind}")
    assert 100 < len(found._listed) <= _MOST_COMBINATIONS


def test_a_tag_that_a_directory_does_not_have_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Table("D.96A", repeating=False)["XYZ"]
