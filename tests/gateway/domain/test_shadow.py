"""What two gateways tell a partner is the same when it says the same, however it is written."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agreement import Agreement, Direction
from gateway.domain.masks import MASK, parse_masks
from gateway.domain.shadow import Difference, Likeness, Told, by_element, compare, compared_names, flattened, veiled
from translators.contract import AcknowledgementTerms, Family

OURS = UUID(int=7)
ORDER: dict[str, Any] = {
    "schema": "order_response/1",
    "number": "R-1",
    "issued": "2026-03-02",
    "order": {"number": "4711"},
    "lines": [
        {"number": "1", "quantity": {"value": "10.00", "unit": "EA"}, "texts": ["fragile"]},
        {"number": "2", "quantity": {"value": "3", "unit": "EA"}},
    ],
}


def told(content: dict[str, Any], *keys: str, name: str = "order_response", ours: bool = False) -> Told:
    return Told(name, keys or ("order:4711",), content, "" if ours else "file.edi", OURS if ours else None)


def differences(left: dict[str, Any], right: dict[str, Any], *set_aside: str) -> list[tuple[str, str | None, str | None]]:
    (one,) = compare([told(left, ours=True)], [told(right)], set_aside=set_aside)
    return [(each.element, each.ours, each.legacy) for each in one.differences]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "OTHER-1"},
        {"issued": "2026-03-02T14:05:00+01:00"},
        {"schema": "order_response/2"},
        {"lines": ORDER["lines"][::-1]},
        {"lines": [{**ORDER["lines"][0], "quantity": {"value": 10, "unit": "EA"}}, ORDER["lines"][1]]},
        {"currency": None, "notes": "", "references": []},
        {"order": {"number": " 4711 "}},
    ],
)
def test_how_it_is_written_does_not_matter(changed: dict[str, Any]) -> None:
    assert differences(ORDER, {**ORDER, **changed}) == []


def test_what_it_says_matters_and_is_named_by_its_element() -> None:
    other = {**ORDER, "currency": "EUR", "lines": [ORDER["lines"][0], {**ORDER["lines"][1], "quantity": {"value": "4"}}]}
    assert differences(ORDER, other) == [
        ("currency", None, "EUR"),
        ("lines[].quantity.unit", "EA", None),
        ("lines[].quantity.value", "3", "4"),
    ]
    assert differences(ORDER, other, "lines[].quantity.*", "currency") == []


def test_leading_noughts_of_codes_are_part_of_them() -> None:
    assert differences({**ORDER, "item": "007"}, {**ORDER, "item": "7"}) == [("item", "007", "7")]


def test_an_invoice_with_another_number_is_another_invoice() -> None:
    compared = compare([told({}, "invoice:1", name="invoice", ours=True)], [told({}, "invoice:2", name="invoice")])
    assert [(one.identity, one.state) for one in compared] == [
        ("invoice:2", Likeness.ONLY_LEGACY),
        ("invoice:1", Likeness.ONLY_OURS),
    ]


def test_several_answers_to_one_order_are_taken_in_their_order() -> None:
    second = {**ORDER, "status": "accepted"}
    ours = [told(ORDER, ours=True), told(second, ours=True)]
    compared = compare(ours, [told(ORDER), told(second)])
    assert [(one.identity, one.state) for one in compared] == [
        ("order:4711", Likeness.SAME),
        ("order:4711 (2)", Likeness.SAME),
    ]
    assert [one.state for one in compare(ours, [told(ORDER)])] == [Likeness.SAME, Likeness.ONLY_OURS]


def test_differences_are_grouped_by_element_the_most_frequent_first() -> None:
    first, second = Difference("a", "a", "1", "2"), Difference("b[]", "b[1]", "3", None)
    again = Difference("b[]", "b[2]", "4", None)
    grouped = by_element([("invoice", [first, second, again]), ("invoice", [second])])
    assert [(name, element, count) for name, element, count, _ in grouped] == [("invoice", "b[]", 2), ("invoice", "a", 1)]
    assert grouped[0][3] == second


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcde"), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["number", "lines", "x", "y"]), JSON, max_size=4))
def test_a_document_is_the_same_as_itself_with_its_lists_backwards(content: dict[str, Any]) -> None:
    def backwards(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: backwards(member) for name, member in reversed(value.items())}
        return [backwards(one) for one in reversed(value)] if isinstance(value, list) else value

    assert flattened(content) == flattened(backwards(content))


@pytest.mark.parametrize(
    ("functional", "names"),
    [(None, {"purchase_order"}), ("997", {"purchase_order", "functional_acknowledgement", "application_response"})],
)
def test_an_agreement_is_compared_by_its_document_and_by_the_answers_that_it_owes(
    functional: Any, names: set[str]
) -> None:  # fmt: skip
    owed = AcknowledgementTerms(functional=functional)
    agreed = Agreement(
        "a", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010", acknowledgement=owed
    )  # fmt: skip
    assert compared_names(agreed) == names


class TestVeiled:
    NAMED = Difference("parties[].contacts[].name", "parties[buyer].contacts[Jane Doe].name", "Jane Doe", None)

    @pytest.mark.parametrize(
        ("masks", "path", "ours"),
        [
            ((), NAMED.path, "Jane Doe"),
            (("totals",), NAMED.path, "Jane Doe"),
            (("parties.contacts",), f"parties[buyer].contacts[{MASK}].name", MASK),
            (("parties",), f"parties[{MASK}].contacts[{MASK}].name", MASK),
            (("parties.role",), f"parties[{MASK}].contacts[Jane Doe].name", "Jane Doe"),
            (("N1-02",), f"parties[{MASK}].contacts[{MASK}].name", MASK),
        ],
    )
    def test_what_is_hidden_is_in_no_value_and_in_no_place(self, masks: tuple[str, ...], path: str, ours: str) -> None:
        shown = veiled(self.NAMED, parse_masks(masks))
        assert (shown.element, shown.path, shown.ours, shown.legacy) == (self.NAMED.element, path, ours, None)

    def test_places_that_name_nothing_stay(self) -> None:
        nameless = Difference("a[].b", "a[].b", None, "x")
        assert veiled(nameless, parse_masks(("a",))) == Difference("a[].b", "a[].b", None, MASK)

    @given(JSON)
    def test_whatever_a_document_says_nothing_of_what_is_hidden_is_told(self, inner: Any) -> None:
        left: dict[str, Any] = {"a": {"secret-word": inner}, "b": ["secret-word"]}
        (one,) = compare([told(left, ours=True)], [told({})])
        shown = [veiled(each, parse_masks(("a", "b"))) for each in one.differences]
        assert all(each.ours in (None, MASK) for each in shown)
        assert "secret-word" not in "".join(each.path for each in shown if each.element.startswith("b"))
