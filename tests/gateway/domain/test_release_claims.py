"""What is spoken for of an order is not released again, and what a change means for the parts that warehouses have."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.release.changes import HeldPart, have_left, says_the_same, shared_again, taken_away
from gateway.domain.release.claims import Due, due_lines, unclaimed
from gateway.domain.release.facts import Demand
from gateway.domain.release.parts import PartLine

ITEM = ("seller:A",)
amounts = st.integers(0, 20).map(Decimal)
parts = st.lists(st.tuples(st.integers(1, 9).map(Decimal), st.booleans()), max_size=5)


def wanted(quantity: Decimal | int, *, order_line: str | None = "1", unit: str | None = "EA") -> Demand:
    return Demand(0, "1", ITEM, Decimal(quantity), unit, order_line)


def line(quantity: Decimal | int, *, order_line: str | None = "1", refused: int = 0) -> PartLine:
    return PartLine(0, "1", ITEM, Decimal(quantity), Decimal(refused), order_line)


def due(ordered: int, **more: str) -> tuple[Due, ...]:
    return due_lines([{"line": "1", "unit": "EA", "items": ["seller:A"], "ordered": str(ordered), **more}])


def held(given_parts: list[tuple[Decimal, bool]]) -> list[HeldPart]:
    return [HeldPart((line(quantity),), left) for quantity, left in given_parts]


class TestUnclaimed:
    @given(amounts, amounts, amounts, st.integers(0, 20))
    def test_never_more_than_is_due_all_in_all(self, wants: Decimal, own: Decimal, others: Decimal, ordered: int) -> None:
        found = unclaimed([wanted(wants)], [line(own)], [line(others)], due(ordered))
        much = sum((one.quantity for one in found), Decimal(0))
        assert much <= wants
        assert not much or much + own + others <= ordered

    def test_what_is_refused_is_free_and_what_came_back_is_due_again(self) -> None:
        (left,) = unclaimed([wanted(9)], [], [line(10, refused=4)], due(10))
        assert left.quantity == 4
        (left,) = unclaimed([wanted(9)], [], [line(10)], due(10, returned="3"))
        assert left.quantity == 3
        assert unclaimed([wanted(9)], [], [], due(10, cancelled="10")) == ()

    def test_nobody_can_say_of_other_units_or_of_lines_that_the_order_does_not_have(self) -> None:
        for demand in (wanted(9, unit="CS"), wanted(9, order_line="7")):
            assert unclaimed([demand], [], [line(10)], due(10)) == (demand,)

    def test_without_a_number_the_item_says_which_line(self) -> None:
        assert unclaimed([wanted(9, order_line=None)], [], [line(10, order_line=None)], due(10)) == ()

    def test_two_demands_of_one_line_share_what_is_left(self) -> None:
        found = unclaimed([wanted(3), wanted(3)], [], [line(6)], due(10))
        assert [one.quantity for one in found] == [3, 1]


class TestChanges:
    @given(parts, amounts)
    def test_parts_keep_no_more_than_is_wanted_but_for_what_has_left(
        self, given_parts: list[tuple[Decimal, bool]], wants: Decimal
    ) -> None:
        shared = shared_again(held(given_parts), [wanted(wants)])
        kept = [one.after.stands if one.after is not None else Decimal(0) for (one,) in shared]
        gone = sum((much for much, left in given_parts if left), Decimal(0))
        assert sum(kept) == max(gone, min(wants, sum((much for much, _ in given_parts), Decimal(0))))
        assert all(after == before for after, (before, left) in zip(kept, given_parts, strict=True) if left)

    @given(parts, amounts)
    def test_so_much_is_taken_back_as_has_not_left(self, given_parts: list[tuple[Decimal, bool]], less: Decimal) -> None:
        taken = taken_away(held(given_parts), [wanted(less)])
        kept = sum((one.after.stands for (one,) in taken if one.after is not None), Decimal(0))
        there = sum((much for much, _ in given_parts), Decimal(0))
        movable = sum((much for much, left in given_parts if not left), Decimal(0))
        assert kept == there - min(less, movable)

    def test_a_line_that_is_not_wanted_any_more_is_kept_by_nobody(self) -> None:
        other = Demand(0, "2", ("seller:B",), Decimal(5), "EA", "2")
        ((moved,),) = shared_again([HeldPart((line(4),))], [other])
        assert moved.after is None

    def test_what_a_warehouse_shipped_goes_to_its_first_parts(self) -> None:
        two = [(line(4),), (line(3),)]
        assert have_left(two, [[{"line": "1", "quantity": "5"}]]) == [True, False]
        assert have_left(two, [[{"item": "seller:A", "quantity": "7"}]]) == [True, True]
        assert have_left(two, [[]]) == [True, True]
        assert have_left(two, []) == [False, False]

    def test_numbers_of_documents_and_lines_are_no_difference(self) -> None:
        before = {"number": "1", "lines": [{"number": "1", "item": "A", "quantity": {"value": "2.0"}}]}
        after = {"number": "1-2", "purpose": "replace", "lines": [{"number": "7", "item": "A", "quantity": {"value": "2"}}]}
        assert says_the_same(before, after)
        assert not says_the_same(before, {**after, "ship_to": {"name": "elsewhere"}})
