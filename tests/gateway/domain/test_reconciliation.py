"""What two systems hold, compared: what is missing, one too many, or different, line by line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.reconciliation import Difference, Entry, Kind, Terms, compare, pairs, place_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=1)
TERMS = Terms()


def line(key: str, ordered: int | str, *aliases: str, **values: int) -> Entry:
    numbers = {"ordered": Decimal(ordered)} | {name: Decimal(value) for name, value in values.items()}
    return Entry(key, values=numbers, aliases=aliases)


def order(
    key: str, *lines: Entry, partner: str = "bigbox", name: str = "", since: datetime = OLD, cancelled: str = "no"
) -> Entry:
    return Entry(key, partner, {"cancelled": cancelled}, name, since, lines)


def differences(left: Sequence[Entry], right: Sequence[Entry], terms: Terms = TERMS) -> list[Difference]:
    return list(compare(sorted(left, key=place_of), sorted(right, key=place_of), terms, now=NOW))


def test_what_agrees_is_not_told() -> None:
    ours = order("4711", line("seller:A", 5, shipped=3))
    theirs = order("4711", line("seller:A", "5.00", shipped=3), name="S1")
    assert differences([ours], [theirs]) == []


def test_what_one_side_lacks_is_missing_or_unexpected() -> None:
    found = differences([order("1", name="S1")], [order("2", name="S2")])
    assert [(one.kind, one.key, one.left, one.right) for one in found] == [
        (Kind.MISSING, "1", "S1", None),
        (Kind.UNEXPECTED, "2", None, "S2"),
    ]
    assert differences([], [order("2")], replace(TERMS, one_sided=True)) == []


def test_the_same_number_of_another_partner_is_another_order() -> None:
    found = differences([order("1", partner="bigbox")], [order("1", partner="nordmart", name="S9")])
    assert [(one.kind, one.partner) for one in found] == [(Kind.MISSING, "bigbox"), (Kind.UNEXPECTED, "nordmart")]


def test_what_is_there_more_often_than_it_should_is_doubled() -> None:
    (found,) = differences([order("1")], [order("1", name="S1"), order("1", name="S2")])
    assert (found.kind, found.right) == (Kind.DOUBLED, "S1, S2")


def test_quantities_differ_by_line_and_by_what_is_counted() -> None:
    ours = order("1", line("seller:A", 5, shipped=5), line("seller:B", 2))
    theirs = order("1", line("seller:A", 5, shipped=3), line("seller:B", 4))
    assert [(one.line, one.what, one.left, one.right) for one in differences([ours], [theirs])] == [
        ("seller:A", "shipped", "5", "3"),
        ("seller:B", "ordered", "2", "4"),
    ]


def test_a_line_is_known_by_its_other_names_and_the_parts_of_one_add_up() -> None:
    ours = order("1", line("buyer:X", 5, "gtin:0001"), line("buyer:X", 2, "gtin:0001"))
    assert differences([ours], [order("1", line("seller:A", 7, "gtin:0001"))]) == []


def test_a_line_that_is_not_there_is_told_with_what_it_was() -> None:
    found = differences([order("1", line("A", 5), line("B", 1))], [order("1", line("A", 5), line("C", 9))])
    assert [(one.kind, one.line, one.left, one.right) for one in found] == [
        (Kind.MISSING, "B", "ordered 1", None),
        (Kind.UNEXPECTED, "C", None, "ordered 9"),
    ]


def test_tolerance_is_so_much_or_such_a_share_whichever_is_more() -> None:
    ours, theirs = order("1", line("A", 1000)), order("1", line("A", 995))
    assert differences([ours], [theirs], Terms(tolerance=Decimal(4)))
    assert not differences([ours], [theirs], Terms(tolerance=Decimal(4), share=Decimal("0.01")))


def test_what_one_side_does_not_say_agrees_with_anything() -> None:
    theirs = Entry("1", "bigbox", {"cancelled": None}, since=OLD)
    assert differences([order("1", cancelled="yes")], [theirs]) == []


def test_what_is_young_on_every_side_that_has_it_may_still_be_on_its_way() -> None:
    young = NOW - timedelta(minutes=1)
    assert differences([order("1", since=young)], []) == []
    assert differences([order("1", since=young, cancelled="yes")], [order("1", since=OLD)])


entries = st.lists(
    st.builds(
        lambda key, quantities: order(key, *(line(item, quantity) for item, quantity in quantities.items())),
        st.sampled_from("123456"),
        st.dictionaries(st.sampled_from("ABC"), st.integers(0, 9), max_size=3),
    ),
    max_size=6,
    unique_by=lambda entry: entry.key,
)


@given(entries)
def test_a_system_does_not_differ_from_itself(one: list[Entry]) -> None:
    assert differences(one, list(reversed(one))) == []


@given(entries, entries)
def test_seen_from_the_other_side_it_is_the_same_difference(one: list[Entry], other: list[Entry]) -> None:
    mirrored = {Kind.MISSING: Kind.UNEXPECTED, Kind.UNEXPECTED: Kind.MISSING, Kind.DIFFERENT: Kind.DIFFERENT}
    there = [(mirrored[found.kind], found.key, found.line, found.what) for found in differences(one, other)]
    back = [(found.kind, found.key, found.line, found.what) for found in differences(other, one)]
    assert sorted(there, key=str) == sorted(back, key=str)


def test_a_difference_is_recognised_when_it_is_found_again() -> None:
    (first,) = differences([order("1", line("A", 5))], [order("1", line("A", 3))])
    (again,) = differences([order("1", line("A", 5))], [order("1", line("A", 2))])
    assert first.about == again.about


def test_parts_under_one_key_add_up_where_they_may() -> None:
    parts = [order("1", line("A", 5), name="S1"), order("1", line("A", 2), name="S2")]
    assert [one.kind for one in differences([order("1", line("A", 7))], parts)] == [Kind.DOUBLED]
    assert differences([order("1", line("A", 7))], parts, replace(TERMS, theirs_add_up=True)) == []
    assert differences(parts, [order("1", line("A", 7))], replace(TERMS, ours_add_up=True)) == []


def test_prices_do_not_add_up_and_two_of_them_are_told() -> None:
    def priced(*prices: str) -> Entry:
        lines = [Entry("A", values={"quantity": Decimal(1), "price": Decimal(price)}) for price in prices]
        return order("1", *lines)

    assert [(one.what, one.left, one.right) for one in differences([priced("4.50")], [priced("4.5", "4.75")])] == [
        ("price", "4.5", "4.5 and 4.75"),
        ("quantity", "1", "2"),
    ]


def test_what_a_side_does_not_have_it_has_none_of_where_that_is_so() -> None:
    terms = replace(TERMS, nothing_is_zero=True)
    held = Entry("A", values={"on_hand": Decimal(3), "price": Decimal(9)}, lines=None)
    assert [(one.kind, one.left, one.right) for one in differences([held], [], terms)] == [(Kind.DIFFERENT, "3", "0")]
    assert differences([], [Entry("B", values={"on_hand": Decimal(0)}, lines=None)], terms) == []
    (found,) = differences([order("1", line("A", 5, shipped=2))], [order("1", line("B", 7, shipped=0))], terms)
    assert (found.line, found.what, found.left, found.right) == ("A", "shipped", "2", "0")


def test_what_changed_shortly_before_or_since_a_side_spoke_is_not_told() -> None:
    report = Entry("A", values={"on_hand": Decimal(1)}, lines=None, as_of=NOW - timedelta(hours=10))

    def there(hours: float) -> Entry:
        return Entry("A", values={"on_hand": Decimal(2)}, lines=None, changed=NOW - timedelta(hours=hours))

    assert differences([there(1)], [report]) == []
    assert differences([there(10.1)], [report]) == []
    (found,) = differences([there(11)], [report])
    assert found.since == NOW - timedelta(hours=11), "since it last moved"
    assert differences([there(0.1)], [replace(report, as_of=None)]) == []


def test_a_side_that_knows_no_lines_says_nothing_of_them() -> None:
    assert differences([order("1", line("A", 5))], [replace(order("1"), lines=None)]) == []


def test_what_is_older_than_is_looked_at_is_left_out() -> None:
    begin = NOW - timedelta(hours=1)
    assert list(compare([order("1")], [], TERMS, now=NOW, begin=begin)) == []
    assert list(compare([order("1")], [], TERMS, now=NOW, begin=OLD))


@given(entries, entries)
def test_pairs_are_what_both_sides_have_under_a_key(one: list[Entry], other: list[Entry]) -> None:
    found = list(pairs(sorted(one, key=place_of), sorted(other, key=place_of)))
    keys = [(ours or theirs)[0].key for ours, theirs in found]
    assert keys == sorted({entry.key for entry in (*one, *other)})
    assert [entry for ours, _ in found for entry in ours] == sorted(one, key=place_of)
