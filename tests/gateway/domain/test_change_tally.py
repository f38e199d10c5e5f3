"""Changes counted: grouped by what they are about, a few shown, however many there are and whoever counted them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.change_tally import MOST_EXAMPLES, MOST_GROUPS, ChangeTally
from gateway.domain.decided import Change, Kind


def change(what: str = "orders -> rush", number: str = "order:1", before: object = "orders") -> Change:
    return Change(Kind.ROUTE, "bigbox", "purchase_order", what, before, "rush", number)


def counted(*some: Change, message: str = "m-1") -> ChangeTally:
    tally = ChangeTally()
    tally.compared(message, 1, some)
    return tally


def test_what_is_the_same_is_only_counted() -> None:
    tally = counted()
    assert (tally.messages, tally.documents, tally.changed_messages, tally.groups) == (1, 1, 0, {})


def test_the_same_change_is_one_group() -> None:
    tally = ChangeTally()
    for number in range(20):
        tally.compared(f"m-{number}", 2, [change(), change("orders -> no route")])
    view = tally.view()
    assert (view["messages"], view["documents"], view["changed_messages"]) == (20, 40, 20)
    assert [(group["what"], group["count"]) for group in view["groups"]] == [("orders -> no route", 20), ("orders -> rush", 20)]
    assert [example["message"] for example in view["groups"][0]["examples"]] == [f"m-{n}" for n in range(MOST_EXAMPLES)]


def test_the_most_frequent_stands_first() -> None:
    tally = counted(change("a"), change("b"), change("b"))
    assert [group["what"] for group in tally.view()["groups"]] == ["b", "a"]


def test_memory_is_bounded() -> None:
    tally = ChangeTally()
    for number in range(MOST_GROUPS + 10):
        tally.compared("m", 1, [change(f"to {number}")])
    assert (len(tally.groups), tally.view()["more_changes"]) == (MOST_GROUPS, 10)


def test_long_values_are_cut() -> None:
    (group,) = counted(change(before="x" * 1000)).view()["groups"]
    assert group["examples"][0]["before"] == f"{'x' * 200}…"
    (group,) = counted(change(before={"a": 1})).view()["groups"]
    assert group["examples"][0]["before"] == {"a": 1}


def test_what_others_counted_is_added() -> None:
    one, other = counted(change(), message="m-1"), counted(change(), change("x"), message="m-2")
    other.skipped("its bytes were purged")
    one.add(other)
    view = one.view()
    assert (view["messages"], view["changed_messages"]) == (2, 2)
    assert view["not_compared"] == [{"reason": "its bytes were purged", "count": 1}]
    assert {group["what"]: group["count"] for group in view["groups"]} == {"orders -> rush": 2, "x": 1}
    assert [example["message"] for example in view["groups"][0]["examples"]] == ["m-1", "m-2"]


def test_what_does_not_fit_any_more_is_counted_when_it_is_added() -> None:
    full = ChangeTally()
    for number in range(MOST_GROUPS):
        full.compared("m", 1, [change(f"to {number}")])
    full.add(counted(change("another"), change("another")))
    assert full.view()["more_changes"] == 2


COMPARED = st.lists(st.lists(st.sampled_from([change("a"), change("b"), change("c")]), max_size=3), max_size=8)


@given(COMPARED, st.integers(0, 8))
def test_it_is_the_same_whether_one_counts_or_several(messages: list[list[Change]], cut: int) -> None:
    """Examples as well: the first come first, however many processes there were."""
    alone, *shares = ChangeTally(), ChangeTally(), ChangeTally()
    for number, found in enumerate(messages):
        for tally in (alone, shares[number >= cut]):
            tally.compared(f"m-{number}", 1, found)
    shares[0].add(shares[1])
    assert shares[0].view() == alone.view()


def test_adding_takes_nothing_from_the_other() -> None:
    other = counted(change(), message="m-2")
    before = other.view()
    sum_of_both = ChangeTally()
    sum_of_both.add(other)
    sum_of_both.compared("m-3", 1, [change()])
    assert other.view() == before


def test_why_something_was_not_compared_is_counted_by_its_reason() -> None:
    tally = ChangeTally()
    for reason in ("purged", "no configuration", "purged"):
        tally.skipped(reason)
    assert tally.view()["not_compared"] == [{"reason": "purged", "count": 2}, {"reason": "no configuration", "count": 1}]
    assert tally.view()["messages"] == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (False, False),
        (12345678901234567890, 12345678901234567890),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "…"),
        (["y" * 300], "['" + "y" * 198 + "…"),
        ([1, {"a": "b"}], [1, {"a": "b"}]),
    ],
)
def test_what_is_kept_of_a_value(value: object, shown: object) -> None:
    (group,) = counted(change(before=value)).view()["groups"]
    assert group["examples"][0]["before"] == shown
