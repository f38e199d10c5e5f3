"""What is hidden in views: members by their paths, elements by their places. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.masks import MASK, MaskInvalid, parse_masks


@pytest.mark.parametrize(
    ("mask", "path", "hidden"),
    [
        ("payments.account", "payments[0].account", True),
        ("payments.account", "payments[0].account_name", False),
        ("*.contacts.*", "buyer.contacts[1].telephone", True),
        ("*.contacts", "buyer.contacts[1].telephone", True),
        ("*.contacts.*", "contacts[0].telephone", False),
        ("*.contacts.*", "buyer.name", False),
        ("buyer", "buyer.address.lines[0]", True),
        ("buyer.name", "buyer", False),
    ],
)
def test_a_member_is_hidden_with_all_below_it(mask: str, path: str, hidden: bool) -> None:
    assert parse_masks([mask]).hides(path) is hidden


@pytest.mark.parametrize(
    ("mask", "place", "hidden"),
    [
        ("N1-02", ("N1", 2, None, "93"), True),
        ("N1-2", ("N1", 2, None, "93"), True),
        ("N1-02", ("N1", 3, None, "66"), False),
        ("N1-02", ("N2", 2, None, "93"), False),
        ("NAD-04", ("NAD", 4, 3, "3036"), True),
        ("NAD-04-1", ("NAD", 4, 1, "3036"), True),
        ("NAD-04-1", ("NAD", 4, 2, "3036"), False),
        ("NAD.3036", ("NAD", 4, 2, "3036"), True),
    ],
)
def test_an_element_is_hidden_by_its_number_or_its_name(mask: str, place: tuple[str, int, int | None, str], hidden: bool) -> None:
    assert parse_masks([mask]).hides_place(*place) is hidden


@pytest.mark.parametrize("text", ["", "*", "*.*", "N1-", "n1-02", "buyer..name", "buyer.name[0]", "BUYER name", "=1"])
def test_what_names_nothing_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MaskInvalid, match="N1-02"):
        parse_masks([text])


def test_a_document_keeps_its_shape() -> None:
    document = {"number": "1", "buyer": {"name": "B", "contacts": [{"name": "J", "other": {}}]}, "lines": [{"net": None}]}
    assert parse_masks(["*.contacts", "lines.net"]).masked(document) == {
        "number": "1", "buyer": {"name": "B", "contacts": [{"name": MASK, "other": {}}]}, "lines": [{"net": None}],
    }  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3))
def test_nothing_that_is_hidden_is_left(document: dict[str, object]) -> None:
    masks = parse_masks(["a", "*.b"])
    assert all(value == MASK for _, value in masks.hidden(masks.masked(document)))
