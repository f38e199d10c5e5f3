"""The rule that keeps a buffer of stock back from a channel of sales."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.availability import Buffer
from gateway.domain.buffer_rule import BufferRule


def report(*stock: tuple[str, int]) -> dict[str, Any]:
    """A report of one item."""
    return {"lines": [{"stock": [{"status": status, "quantity": {"value": str(much)}} for status, much in stock]}]}


def told(document: dict[str, Any]) -> list[str]:
    return [one["quantity"]["value"] for one in document["lines"][0]["stock"]]


@pytest.mark.parametrize(
    ("stock", "wanted"),
    [
        ((("on_hand", 10), ("reserved", 3), ("available", 7)), ["10", "3", "5"]),
        ((("on_hand", 10),), ["8"]),
        ((("available", 1),), ["0"]),
        ((("available", 5), ("available", 4)), ["5", "2"]),
        ((("damaged", 4),), ["4"]),
    ],
)
def test_what_is_offered_shrinks(stock: tuple[tuple[str, int], ...], wanted: list[str]) -> None:
    document = report(*stock)
    BufferRule(Buffer(Decimal(2))).apply(document, "owner")
    assert told(document) == wanted


def test_each_change_is_told() -> None:
    (one,) = BufferRule(Buffer(Decimal(2))).apply(report(("available", 7)), "owner")
    assert (str(one.path), one.before, one.after) == ("lines[0].stock[0].quantity.value", "7", "5")  # type: ignore[union-attr]
    assert BufferRule(Buffer()).apply(report(("available", 7)), "owner") == []


def test_what_is_no_report_is_left_as_it_is() -> None:
    document: dict[str, Any] = {"lines": [{"stock": [{"status": "available"}, "?"]}, 7], "number": "1"}
    assert BufferRule(Buffer(Decimal(2))).apply(document, "owner") == []


@given(st.lists(st.integers(0, 50), min_size=1, max_size=4), st.integers(0, 60), st.decimals(0, 1, places=2))
def test_all_places_together_keep_it_back_once(places: list[int], keep: int, share: Decimal) -> None:
    document, whole = report(*(("available", much) for much in places)), Decimal(sum(places))
    BufferRule(Buffer(Decimal(keep), share)).apply(document, "owner")
    assert sum(map(Decimal, told(document))) == max(whole - max(Decimal(keep), whole * share), Decimal(0))
