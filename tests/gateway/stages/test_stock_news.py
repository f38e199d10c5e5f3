"""What stock reports and item masters say, read into levels."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.domain.release.record import LevelRow
from gateway.stages.stock_news import items, levels

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def read(*lines: dict[str, Any], **header: Any) -> list[LevelRow]:
    return levels(
        {"schema": "inventory_report/1", "lines": list(lines), **header}, warehouse="east", document=UUID(int=1), at=NOW
    )


def line(item: str = "A", **stock: Any) -> dict[str, Any]:
    """A line of one item: how much of each status."""
    told = [{"status": status, "quantity": {"value": str(much), "unit": "EA"}} for status, much in stock.items()]
    return {"item": {"identifiers": {"seller": item}}, "stock": told}


@pytest.mark.parametrize(
    ("stock", "on_hand", "reserved"),
    [
        ({"on_hand": 10}, 10, None),
        ({"on_hand": 10, "reserved": 4}, 10, 4),
        ({"available": 6}, 6, 0),
        ({"available": 6, "reserved": 4}, 10, 4),
        ({"on_hand": 10, "available": 6}, 10, 4),
        ({"on_hand": 10, "reserved": 1, "available": 6}, 10, 4),
        ({"out_of_stock": 0}, 0, None),
    ],
)
def test_what_is_there_and_what_is_spoken_for(stock: dict[str, int], on_hand: int, reserved: int | None) -> None:
    (level,) = read(line("A", **stock))
    assert (level.on_hand, level.reserved, level.unit) == (Decimal(on_hand), reserved, "EA")


def test_lots_and_places_of_one_item_are_one_level() -> None:
    (level,) = read(line(on_hand=3), line(on_hand=4))
    assert (level.item, level.on_hand) == ("seller:A", 7)


def test_an_item_is_called_the_same_in_every_report() -> None:
    both = {"item": {"identifiers": {"seller": "A", "gtin": ["2", "1"]}}, "stock": line(on_hand=1)["stock"]}
    (level,) = read(both)
    assert (level.item, level.names) == ("gtin:1", ("gtin:1", "gtin:2", "seller:A"))


def test_what_says_nothing_of_stock_is_left_out() -> None:
    assert read(line(damaged=3), {"item": {}, "stock": line(on_hand=1)["stock"]}, line()) == []


def test_what_comes_is_told_with_its_day() -> None:
    coming = {"status": "on_order", "quantity": {"value": "5"}, "expected": "2026-11-25"}
    (level,) = read({**line(on_hand=1), "stock": [*line(on_hand=1)["stock"], coming, {**coming, "expected": "soon"}]})
    assert orjson.loads(level.inbound) == [["5", "2026-11-26T00:00:00+00:00"], ["5", None]]


@pytest.mark.parametrize(
    ("header", "own", "wanted"),
    [
        ({}, {}, NOW),
        ({"as_of": "2026-11-23T07:00:00Z"}, {}, NOW.replace(hour=7)),
        ({"issued": "2026-11-22"}, {}, datetime(2026, 11, 23, tzinfo=UTC)),
        ({"as_of": "2026-11-23T07:00:00Z"}, {"as_of": "2026-11-23T06:00:00"}, NOW.replace(hour=6)),
        ({"as_of": "2026-11-24T07:00:00Z"}, {}, NOW),
    ],
)
def test_as_of_when(header: dict[str, Any], own: dict[str, Any], wanted: datetime) -> None:
    """A report of the future knows nothing of what is promised until then."""
    (level,) = read({**line(on_hand=1), **own}, **header)
    assert level.as_of == wanted


def test_the_items_that_are_given() -> None:
    given = [
        {"item": {"identifiers": {"seller": "A", "gtin": "1"}}},
        {"action": "delete", "item": {"identifiers": {"seller": "B"}}},
    ]
    assert items({"lines": given}) == ["gtin:1", "seller:A"]
