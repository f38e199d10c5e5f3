"""What is chosen: by ids, by a failure, by a query over many pages; never everything by accident."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import PlanRefused
from gateway.operations import selecting
from gateway.operations.selecting import Selection, chosen_deliveries, chosen_transmissions


def identifier(number: int) -> UUID:
    return UUID(int=number)


class Stored:
    """Messages 1 to n, each a transmission of its own with a delivery; and the cases of one failure."""

    def __init__(self, messages: int = 0, cases: Sequence[Mapping[str, Any]] = ()) -> None:
        self.ids = [identifier(n) for n in range(messages, 0, -1)]
        self.cases = cases
        self.pages: list[str | None] = []

    async def messages(self, query: Mapping[str, Any], limit: int, before: str | None) -> Sequence[Mapping[str, Any]]:
        self.pages.append(before)
        start = self.ids.index(UUID(before)) + 1 if before else 0
        return [{"id": str(one), "transmission": str(one)} for one in self.ids[start : start + limit]]

    async def group(self, failure: str) -> Sequence[Mapping[str, Any]]:
        return self.cases

    async def deliveries_of(self, ids: Sequence[UUID], targets: Sequence[str] = ()) -> Sequence[tuple[UUID, UUID]]:
        known = [one for one in sorted(ids) if one in self.ids]
        return [(identifier(1000 + one.int), one) for one in known if not targets or "odoo" in targets]

    async def transmissions_of(self, ids: Sequence[UUID]) -> Sequence[UUID]:
        return sorted(one for one in ids if one in self.ids)


def case(number: int, *, failure: int = 1, delivery: bool = False) -> dict[str, Any]:
    return {
        "failure": identifier(failure), "subject": identifier(100 + number), "transmission": identifier(number),
        "is_delivery": delivery,
    }  # fmt: skip


QUERY = Selection(words="partner:bigbox", query={"partner": ["bigbox"]})


class TestByQuery:
    async def test_over_all_pages_in_the_order_they_came(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selecting, "_PAGE", 10)
        stored = Stored(25)
        assert await chosen_transmissions(stored, QUERY) == [identifier(n) for n in range(1, 26)]
        assert stored.pages == [None, str(identifier(16)), str(identifier(6))]

    async def test_no_more_than_a_batch_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selecting, "_PAGE", 10)
        monkeypatch.setattr(selecting, "MOST", 20)
        with pytest.raises(PlanRefused, match="More than 20 messages match"):
            await chosen_transmissions(Stored(25), QUERY)

    async def test_deliveries_of_a_target_alone(self) -> None:
        wms = Selection(words="target:wms", query={"target": ["wms"]})
        assert await chosen_deliveries(Stored(2), wms) == []
        assert await chosen_deliveries(Stored(2), QUERY) == [(identifier(1000 + n), identifier(n)) for n in (1, 2)]


class TestByIds:
    async def test_what_is_there(self) -> None:
        chosen = Selection(words="ids", ids=[identifier(2), identifier(9)])
        assert await chosen_transmissions(Stored(3), chosen) == [identifier(2)]
        assert await chosen_deliveries(Stored(3), chosen) == [(identifier(1002), identifier(2))]

    async def test_nothing_of_it_is_there(self) -> None:
        for choose in (chosen_transmissions, chosen_deliveries):
            with pytest.raises(PlanRefused, match="Nothing is stored under"):
                await choose(Stored(3), Selection(words="ids", ids=[identifier(9)]))


class TestByFailure:
    async def test_its_messages_once_each_and_its_deliveries(self) -> None:
        stored = Stored(cases=[case(2), case(2, delivery=True), case(1, delivery=True)])
        chosen = Selection(words="--group f", failure="f")
        assert await chosen_transmissions(stored, chosen) == [identifier(1), identifier(2)]
        assert await chosen_deliveries(stored, chosen) == [
            (identifier(101), identifier(1)), (identifier(102), identifier(2)),
        ]  # fmt: skip

    async def test_one_that_is_named_by_an_end_that_several_have(self) -> None:
        with pytest.raises(PlanRefused, match="Several failures"):
            await chosen_transmissions(Stored(cases=[case(1), case(2, failure=2)]), Selection(words="w", failure="f"))

    async def test_one_that_is_open_about_nothing(self) -> None:
        with pytest.raises(PlanRefused, match="open about"):
            await chosen_deliveries(Stored(), Selection(words="w", failure="f"))


@given(
    ids=st.lists(st.uuids(), max_size=1),
    failure=st.sampled_from(["", "  ", "f"]),
    query=st.dictionaries(st.sampled_from(["partner", "direction", "state"]), st.lists(st.just("x"), max_size=1), max_size=2),
)
def test_one_way_that_chooses_something_or_nothing_at_all(ids: list[UUID], failure: str, query: dict[str, list[str]]) -> None:
    selection = Selection(words="w", ids=ids, failure=failure, query=query)
    ways = [bool(ids), bool(failure.strip()), bool(query)]
    selective = any(query.get(name) for name in ("partner", "state"))
    if ways.count(True) == 1 and (not query or selective):
        selection.require()
    else:
        with pytest.raises(PlanRefused, match="never means everything") as refused:
            selection.require()
        assert refused.value.exit_status == 2
