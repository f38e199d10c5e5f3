"""What items are called and how they are described, in free form and otherwise: read, and written again as it was."""

from typing import Any

import pytest

from tests.translators.x12.sets import read_set, written
from translators.canonical.invoice import Invoice

HEAD = ("BIG*20260302*INV1", "IT1*1*2*EA*3.5**VN*A")


def invoice(*descriptions: str) -> Invoice:
    """An invoice with one line, described so."""
    found = read_set(*HEAD, *descriptions, "TDS*700", kind="810", group="IN").canonical
    assert isinstance(found, Invoice)
    return found


def item(*descriptions: str) -> dict[str, Any]:
    """What is known of the item."""
    found = invoice(*descriptions).lines[0].model_dump(exclude_unset=True, exclude_defaults=True)
    assert "extras" not in found
    known: dict[str, Any] = found["item"]
    return {name: said for name, said in known.items() if name != "identifiers"}


@pytest.mark.parametrize(
    ("descriptions", "known"),
    [
        (("PID*F****BOLT",), {"name": "BOLT"}),
        (("PID*X****BOLT",), {"name": "BOLT", "original_codes": {"name_form": "X"}}),
        (("PID*S*08***BOLT",), {"name": "BOLT", "original_codes": {"name_form": "S", "name": "08"}}),
        (("PID*F****BOLT", "PID*F****M8", "PID*F****ZINC"), {"name": "BOLT", "description": "M8\nZINC"}),
        (
            ("PID*F****BOLT", "PID*X****M8", "PID*X****ZINC"),
            {"name": "BOLT", "description": "M8\nZINC", "original_codes": {"description_form": "X"}},
        ),
        (
            ("PID*F****BOLT", "PID*S*GEN***M8"),
            {"name": "BOLT", "description": "M8", "original_codes": {"description_form": "S", "description": "GEN"}},
        ),
        (
            ("PID*F****BOLT", "PID*F*08***M8", "PID*F*08***ZINC"),
            {"name": "BOLT", "description": "M8\nZINC", "original_codes": {"description": "08"}},
        ),
        (
            ("PID*X****BOLT", "PID*F****M8"),
            {"name": "BOLT", "description": "M8", "original_codes": {"name_form": "X"}},
        ),
    ],
)
def test_a_description_comes_back_in_its_form(descriptions: tuple[str, ...], known: dict[str, Any]) -> None:
    assert item(*descriptions) == known
    assert [row for row in written(invoice(*descriptions), "810") if row.startswith("PID")] == list(descriptions)


@pytest.mark.parametrize(
    "descriptions",
    [
        ("PID*F****BOLT", "PID*X****M8", "PID*S****ZINC"),
        ("PID*F****BOLT", "PID*X****M8", "PID*X*08***ZINC"),
        ("PID*S**VI*4711",),
        ("PID*S**VI*4711*BOLT",),
    ],
)
def test_nothing_is_lost_of_descriptions_that_differ_in_form(descriptions: tuple[str, ...]) -> None:
    rows = [row for row in written(invoice(*descriptions), "810") if row.startswith("PID")]
    assert sorted(rows) == sorted(descriptions)


def test_what_another_family_kept_is_no_group_of_characteristics() -> None:
    value = invoice("PID*F****BOLT").model_dump(by_alias=True)
    value["lines"][0]["item"] |= {"description": "LONG", "original_codes": {"description": "F:81", "name": "BTI"}}
    rows = [row for row in written(Invoice.model_validate(value), "810") if row.startswith("PID")]
    assert rows == ["PID*F****BOLT", "PID*F****LONG"]


def test_a_long_line_of_a_description_has_several_segments() -> None:
    text = "WORD " * 30
    value = invoice("PID*F****BOLT", "PID*X****M8").model_dump(by_alias=True)
    value["lines"][0]["item"]["description"] = text.strip()
    rows = [row for row in written(Invoice.model_validate(value), "810") if row.startswith("PID*X")]
    assert len(rows) == 2
    assert all(len(row) <= len("PID*X****") + 80 for row in rows)
