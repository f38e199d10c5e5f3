# ruff: noqa: E501 - segments are read as they stand on the wire
"""Elements by their tables: the pattern and the exact look must agree, and findings must stand at their place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact import definitions, directories, validation
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import cut
from translators.finding import Code

Found = tuple[Code, int | None, int | None, int | None]


def findings(raw: str, directory: str = "D.96A", *, repeating: bool = False) -> list[Found]:
    """What is found in one segment."""
    text = cut(raw + "'", ServiceCharacters(repetition="*" if repeating else ""))
    found: list[Found] = []

    def report(
        code: Code, _text: str, element: int | None, component: int | None, repetition: int | None, **_d: str | None
    ) -> None:
        found.append((code, element, component, repetition))

    (segment,) = text.segments
    definition = definitions.definition(directory, segment[:3], repeating=repeating)
    assert definition is not None
    validation.check(definition, segment, text, report, repeating=repeating)
    return found


@pytest.mark.parametrize(
    "raw",
    [
        "BGM+220+PO-1+9", "BGM++1", "BGM+220", "DTM+137:20261120:102", "NAD+BY+1::9++N1:N2+S+C++PC+GB", "QTY+21:12.5:PCE", "QTY+21:-12",
        "LIN+1++X:EN", "PIA+1+A:SA+B:BP+C:MF", "FTX+AAI+++A:B:C:D:E", "FTX+AAI+++" + "?+" * 70, "MOA+86:123456789012345678", "UNS+S",
        "UNS+D", "TAX+7+VAT+++:::19+S", "PAT+22++5:3:D:85", "IMD+F++:::TEXT", "DTM+2:202648:616", "DTM+2:199708301200:203",
    ],
)  # fmt: skip
def test_good_segments_have_no_findings(raw: str) -> None:
    assert findings(raw) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("BGM+2200+1", (Code.ELEMENT_TOO_LONG, 1, 1, None)),
        ("BGM+220+1+9+AB+X", (Code.ELEMENT_SURPLUS, 5, None, None)),
        ("BGM+220:::NAME:X+1", (Code.COMPONENT_SURPLUS, 1, 5, None)),
        ("BGM+220+1+9+", (Code.TRAILING_SEPARATOR, 4, None, None)),
        ("BGM+220::+1+9", (Code.TRAILING_SEPARATOR, 1, 2, None)),
        ("NAD", (Code.ELEMENT_MISSING, 1, None, None)),
        ("NAD++1::9", (Code.ELEMENT_MISSING, 1, None, None)),
        ("NAD+BY+:X:9", (Code.ELEMENT_MISSING, 2, 1, None)),
        ("QTY+21", (Code.ELEMENT_MISSING, 1, 2, None)),
        ("QTY+21:1.2.3", (Code.ELEMENT_NOT_NUMERIC, 1, 2, None)),
        ("QTY+21:.5", (Code.ELEMENT_NOT_NUMERIC, 1, 2, None)),
        ("QTY+21:1234567890123456", (Code.ELEMENT_TOO_LONG, 1, 2, None)),
        ("QTY+21:12345678901234.56", (Code.ELEMENT_TOO_LONG, 1, 2, None)),
        ("UNS+7", (Code.ELEMENT_CHARACTER, 1, None, None)),
        ("DTM+137:20261320:102", (Code.ELEMENT_DATE, 1, 2, None)),
        ("DTM+137:2026112:102", (Code.ELEMENT_DATE, 1, 2, None)),
        ("DTM+2:202611272500:203", (Code.ELEMENT_DATE, 1, 2, None)),
        ("BGM+50E+1", (Code.ELEMENT_CODE, 1, 1, None)),
        ("NAD+QQQ", (Code.ELEMENT_CODE, 1, 1, None)),
        ("FTX+", (Code.SEGMENT_EMPTY, None, None, None)),
        ("IMD", (Code.SEGMENT_EMPTY, None, None, None)),
    ],
)
def test_deviations_are_found_at_their_place(raw: str, expected: Found) -> None:
    assert expected in findings(raw)


def test_codes_of_other_agencies_are_not_judged() -> None:
    assert findings("BGM+50E::9+1") == []
    assert findings("BGM+50E::6+1") == [(Code.ELEMENT_CODE, 1, 1, None)]
    assert findings("BGM+XYZ:160+1") == []


def test_released_characters_count_as_one() -> None:
    assert findings("BGM+220+" + "?+" * 35) == []
    assert findings("BGM+220+" + "??" * 36) == [(Code.ELEMENT_TOO_LONG, 2, None, None)]


def test_repetition_in_version_4() -> None:
    assert findings("COM+1:TE*2:FX*3:EM", "D.01B", repeating=True) == []
    assert findings("COM+1:TE*2:FX*3:EM*4:TE", "D.01B", repeating=True) == [(Code.REPETITION_SURPLUS, 1, None, 4)]
    assert findings("COM+1:TE*2:FXXX", "D.01B", repeating=True) == [(Code.ELEMENT_TOO_LONG, 1, 2, 2)]
    assert findings("BGM+220*221+1", "D.01B", repeating=True) == [(Code.REPETITION_SURPLUS, 1, None, 2)]


def test_repetition_before_version_4_is_by_position() -> None:
    assert findings("COM+1:TE+2:FX+3:EM", "D.01B") == []
    assert findings("COM+1:TE+2:FX+3:EM+4:TE", "D.01B") == [(Code.ELEMENT_SURPLUS, 4, None, None)]


@pytest.mark.parametrize("directory", ["D.96A", "D.01B", "service.3", "service.4"])
def test_every_segment_of_every_directory_compiles(directory: str) -> None:
    for tag in directories.directory(directory).segments:
        for repeating in (False, True):
            assert definitions.definition(directory, tag, repeating=repeating) is not None


@given(
    st.sampled_from(["BGM", "NAD", "DTM", "QTY", "LIN", "PIA", "TAX", "MOA", "UNS", "COM", "ALC"]),
    st.lists(st.lists(st.text(alphabet="A1.,-B ", max_size=6), max_size=6).map(":".join), max_size=12).map("+".join),
    st.sampled_from(["D.96A", "D.01B"]),
)
def test_the_pattern_and_the_exact_look_agree(tag: str, body: str, directory: str) -> None:
    raw = f"{tag}+{body}" if body else tag
    definition = definitions.definition(directory, tag, repeating=False)
    assert definition is not None
    found: list[Code] = []
    text = cut(raw + "'", ServiceCharacters())
    validation._examine(definition, raw, text, lambda code, *_a, **_k: found.append(code), repeating=False)
    matched = re.fullmatch(definition.source, raw) is not None
    assert matched == (not found), (raw, found)
