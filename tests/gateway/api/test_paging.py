"""Cursors: what a list goes on from, and what is none."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.operation import Page
from gateway.api.paging import cursor_of, id_after, moment, page_of, place_of
from gateway.api.several import all_done
from gateway.errors import GatewayError, PlanRefused


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(-(2**53), 2**53), st.text(max_size=20))
def test_a_place_is_what_its_cursor_was_made_of(at: datetime, one: UUID, number: int, text: str) -> None:
    cursor = cursor_of(at, one, number, text)
    assert cursor.isascii()
    assert place_of(cursor, moment, UUID, int, str) == (at, one, number, text)


@given(st.text(max_size=60).filter(bool))
def test_what_somebody_made_up_is_refused_or_is_a_place(text: str) -> None:
    with suppress(PlanRefused):
        assert isinstance(id_after(text), UUID)


def test_the_beginning_has_no_cursor() -> None:
    assert place_of("", UUID) is None
    assert id_after("") is None


@pytest.mark.parametrize("kinds", [(UUID, UUID), (int,), ()])
def test_a_cursor_of_another_list_is_refused(kinds: tuple) -> None:
    with pytest.raises(PlanRefused, match="none of this list"):
        place_of(cursor_of(UUID(int=1)), *kinds)


@pytest.mark.parametrize(("found", "items", "goes_on"), [([], [], False), ([1, 2], [1, 2], False), ([1, 2, 3], [1, 2], True)])
def test_a_page_goes_on_where_one_more_was_found(found: list[int], items: list[int], goes_on: bool) -> None:
    page = page_of(found, 2, lambda one: (one,))
    assert page == Page(items, cursor_of(2) if goes_on else None)


class TestSeveral:
    def test_each_is_told_for_itself(self) -> None:
        done = all_done(["a", "b"], [None, GatewayError("not there", remedy="Look for it.")])
        assert [(one.id, one.done, one.problem, one.remedy) for one in done.items] == [
            ("a", True, "", ""), ("b", False, "not there", "Look for it."),
        ]  # fmt: skip

    def test_what_stands_in_the_way_of_one_alone_is_raised(self) -> None:
        with pytest.raises(GatewayError, match="not there"):
            all_done(["b"], [GatewayError("not there")])
        assert all_done(["a"], [None]).items[0].done
