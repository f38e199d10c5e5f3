"""Paths into documents: reading, writing, and never an exception whatever the document is."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.document_path import ABSENT, Absent, PathInvalid, Place, copied, parse_path, places

ORDER: dict[str, Any] = {
    "number": "1",
    "lines": [{"item": {"identifiers": {"buyer": "A"}}, "texts": [{"code": "x"}, {}]}, {"item": {}, "texts": []}],
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c", "lines"]), inner, max_size=3),
    max_leaves=15,
)
paths = st.lists(st.sampled_from(["a", "b", "c", "lines", "a[]", "b[]", "lines[]"]), min_size=1, max_size=4).map(
    lambda steps: parse_path(".".join(steps))
)


@pytest.mark.parametrize("text", ["number", "lines[].item.identifiers.seller", "a[].b[]", "other_dates.ship-not-before"])
def test_a_path_reads_as_it_was_written(text: str) -> None:
    assert str(parse_path(text)) == text


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a[0]", "a[", "a b", "[]", "a[][]", "1a"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(PathInvalid, match="is no path"):
        parse_path(text)


def test_a_path_without_lists_is_one_place_even_where_nothing_is() -> None:
    assert [str(place) for place in places(parse_path("a.b"), {})] == ["a.b"]


def test_a_path_through_lists_is_a_place_for_each_element() -> None:
    assert [str(place) for place in places(parse_path("lines[].item.name"), ORDER)] == [
        "lines[0].item.name",
        "lines[1].item.name",
    ]
    assert [str(place) for place in places(parse_path("lines[].texts[].code"), ORDER)] == [
        "lines[0].texts[0].code",
        "lines[0].texts[1].code",
    ]
    assert places(parse_path("number[].x"), ORDER) == []


def test_lists_and_head_of_a_path() -> None:
    path = parse_path("lines[].item.name")
    assert (path.head, str(path.lists[-1])) == ("lines", "lines[]")
    assert parse_path("a.b").lists == ()


def test_reading_finds_the_value_or_nothing() -> None:
    buyer = parse_path("lines[].item.identifiers.buyer")
    assert [place.read(ORDER) for place in places(buyer, ORDER)] == ["A", ABSENT]
    assert Place(parse_path("number")).read({"number": None}) is ABSENT
    assert Place(parse_path("number.deeper")).read(ORDER) is ABSENT


def test_writing_makes_the_objects_on_the_way() -> None:
    order = copy.deepcopy(ORDER)
    assert Place(parse_path("warehouse.identifiers.seller")).write(order, "east")
    assert order["warehouse"] == {"identifiers": {"seller": "east"}}
    assert Place(parse_path("lines[].item.identifiers.seller"), (1,)).write(order, "X")
    assert order["lines"][1]["item"] == {"identifiers": {"seller": "X"}}


def test_writing_replaces_an_element() -> None:
    document = {"a": ["x", "y"]}
    assert Place(parse_path("a[]"), (1,)).write(document, "z")
    assert document == {"a": ["x", "z"]}


@pytest.mark.parametrize(("path", "indexes"), [("number.deeper", ()), ("lines.x", ()), ("lines[].x", (7,)), ("lines[]", (7,))])
def test_writing_leaves_what_stands_in_the_way(path: str, indexes: tuple[int, ...]) -> None:
    order = copy.deepcopy(ORDER)
    assert not Place(parse_path(path), indexes).write(order, "x")
    assert order == ORDER


def test_a_copy_shares_nothing_that_can_change() -> None:
    twin = copied(ORDER)
    assert twin == ORDER
    twin["lines"][0]["item"]["identifiers"]["buyer"] = "B"
    assert ORDER["lines"][0]["item"]["identifiers"]["buyer"] == "A"


@given(paths, json_values)
def test_reading_never_raises(path: Any, document: Any) -> None:
    for place in places(path, document):
        place.read(document)


@given(paths, st.dictionaries(st.sampled_from(["a", "b", "lines"]), json_values, max_size=3), st.text())
def test_what_was_written_is_read_again(path: Any, document: dict[str, Any], value: str) -> None:
    for place in places(path, document):
        if place.write(document, value):
            assert place.read(document) == value
        else:
            assert isinstance(place.read(document), Absent) or place.read(document) is not None
