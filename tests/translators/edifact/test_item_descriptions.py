"""IMD: what items are called and how they are described, as EN 16931 and the book trade say it, both ways."""

from typing import Any

import pytest

from tests.translators.edifact import drawing

HEAD = ("BGM+220+PO1+9", "DTM+137:20261120:102", "LIN+1++5701234500018:EN")


def item(*descriptions: str) -> tuple[dict[str, Any], list[str]]:
    """What is known of the item so described, and how it is written again."""
    found, rows = drawing.again(*HEAD, *descriptions, "QTY+21:2:PCE", "UNS+S", kind="ORDERS", directory="D.96A")
    (line,) = found.model_dump(exclude_unset=True, exclude_defaults=True)["lines"]
    assert "extras" not in line
    return {name: said for name, said in line["item"].items() if name != "identifiers"}, [r for r in rows if r.startswith("IMD")]


@pytest.mark.parametrize(
    ("descriptions", "known"),
    [
        (("IMD+F++:::Paper subscription",), {"name": "Paper subscription"}),
        (("IMD+A++:::Subscription fee",), {"description": "Subscription fee"}),
        (
            ("IMD+F++:::Road tax", "IMD+A++:::Weight-based tax, vehicles >3000 KG:M"),
            {"name": "Road tax", "description": "Weight-based tax, vehicles >3000 KGM"},
        ),
        (("IMD+E++:::Bolt",), {"description": "Bolt", "original_codes": {"description": "E"}}),
        (
            ("IMD+F++:::Bolt", "IMD+F+81+:::Small"),
            {"name": "Bolt", "description": "Small", "original_codes": {"description": "F:81"}},
        ),
        (("IMD+F+BTI+:::Emma",), {"name": "Emma", "original_codes": {"name": "BTI"}}),
        (
            ("IMD+F+BTI+:::Emma", "IMD+A++:::A novel"),
            {"name": "Emma", "description": "A novel", "original_codes": {"name": "BTI"}},
        ),
        (
            ("IMD+F+BTI+:::Emma", "IMD+F++:::A novel"),
            {"name": "Emma", "description": "A novel", "original_codes": {"name": "BTI", "description": "F"}},
        ),
    ],
)
def test_a_description_comes_back_in_its_form(descriptions: tuple[str, ...], known: dict[str, Any]) -> None:
    assert item(*descriptions) == (known, list(descriptions))


def test_a_name_in_several_segments_is_one() -> None:
    known, rows = item("IMD+F++:::BLUE WIDGET OF THE SMALLEST KIND TH:AT FITS", "IMD+F++:::ANYWHERE")
    assert known == {"name": "BLUE WIDGET OF THE SMALLEST KIND THAT FITS ANYWHERE"}
    assert rows == ["IMD+F++:::BLUE WIDGET OF THE SMALLEST KIND TH:AT FITS ANYWHERE"]


def test_a_name_behind_which_a_title_comes_describes_the_item() -> None:
    known, rows = item("IMD+F++:::A novel", "IMD+F+BTI+:::Emma")
    assert known == {"name": "Emma", "description": "A novel", "original_codes": {"name": "BTI", "description": "F"}}
    assert rows == ["IMD+F+BTI+:::Emma", "IMD+F++:::A novel"]


def test_a_description_without_a_form_is_a_name() -> None:
    assert item("IMD+++:::Bolt") == ({"name": "Bolt"}, ["IMD+F++:::Bolt"])
