"""Changes counted: grouped by what they are about, a few shown, however many there are and whoever counted them."""

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
