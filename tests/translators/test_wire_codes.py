"""The codes of acknowledgements: every one we write and every one a partner may write has words, and leads back to findings."""

import pytest

from translators.finding import DEFINITIONS, Code, Level
from translators.wire_codes import MEANINGS, POINTERS, codes, meaning, remedy

ANSWERS = {"TA105": "ta1", "AK905": "group", "AK502": "document", "AK304": "segment", "AK403": "element", "0085": "contrl"}


@pytest.mark.parametrize("code_list", ANSWERS)
def test_every_code_we_write_has_a_meaning_and_leads_back_to_its_finding(code_list: str) -> None:
    for own, definition in DEFINITIONS.items():
        written = getattr(definition, ANSWERS[code_list])
        if written is None:
            continue
        assert written in MEANINGS[code_list]
        if (code_list, written) not in POINTERS:
            assert own in codes(code_list, written, definition.level)


@pytest.mark.parametrize(
    ("code_list", "wanted"),
    [
        ("TA105", [f"{n:03}" for n in range(32)]),
        ("AK905", [str(n) for n in (*range(1, 7), *range(10, 27))]),
        ("AK502", [*(str(n) for n in (*range(1, 14), *range(15, 28))), "I5", "I6"]),
        ("AK304", [*(str(n) for n in range(1, 9)), "I4", "I6", "I7", "I8", "I9"]),
        ("AK403", [*(str(n) for n in (*range(1, 11), 12, 13)), "I6", "I9", "I10", "I11", "I12", "I13"]),
        ("0085", [str(n) for n in (*range(1, 44), 45, 46, 47, 48, *range(70, 77))]),
    ],
)
def test_every_code_of_the_standards_and_of_one_vendor_has_a_meaning(code_list: str, wanted: list[str]) -> None:
    assert set(wanted) <= set(MEANINGS[code_list])
    assert all(meaning(code_list, code)[-1] not in ".," for code in wanted)


def test_codes_of_a_vendor_are_never_written() -> None:
    assert not {d.contrl for d in DEFINITIONS.values()} & {str(n) for n in range(70, 77)}


def test_a_code_that_no_list_has_shows_as_itself() -> None:
    assert "ZZ9" in meaning("AK403", "ZZ9")
    assert "(none)" in meaning("AK304", "")
    assert codes("AK403", "ZZ9", Level.ELEMENT) == ()


def test_a_code_that_points_further_down_stands_for_no_finding() -> None:
    assert [codes(code_list, code, Level.SEGMENT) for code_list, code in POINTERS] == [()] * len(POINTERS)


@pytest.mark.parametrize(
    ("level", "element", "code"),
    [
        (Level.INTERCHANGE, False, Code.INTERCHANGE_COUNT_MISMATCH),
        (Level.GROUP, False, Code.GROUP_COUNT_MISMATCH),
        (Level.DOCUMENT, False, Code.SEGMENT_COUNT_MISMATCH),
    ],
)
def test_0085_stands_for_findings_of_the_level_it_is_given_at(level: Level, element: bool, code: Code) -> None:
    found = codes("0085", "29", level, element=element)
    assert found[0] is code
    assert {DEFINITIONS[own].level for own in found} == {level}


def test_0085_about_an_element_of_a_service_segment_stands_for_findings_about_elements_too() -> None:
    assert Code.ELEMENT_TOO_LONG in codes("0085", "39", Level.DOCUMENT, element=True)
    assert codes("0085", "39", Level.DOCUMENT) == ()


def test_there_is_always_a_remedy() -> None:
    assert remedy(["element-date"]) == DEFINITIONS[Code.ELEMENT_DATE].remedy
    assert remedy([]).endswith(".")
