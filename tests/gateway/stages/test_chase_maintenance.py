"""What a partner owes us is not overdue because it was not there by agreement."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.channel import DeliveryTerms
from gateway.domain.expectation import ExpectationRow
from gateway.domain.maintenance import Dated, Maintenance
from gateway.ports.expectation import DueExpectation, HeldExpectation
from gateway.stages.chase import Chase
from gateway.system import TimeOrderedIds
from tests.integration.harness import Silent, configuration

new_id = TimeOrderedIds()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Ledger:
    """One expectation whose time is up by the clock, and what became of it."""

    def __init__(self, due: DueExpectation) -> None:
        self.due = [due]
        self.postponed: list[tuple[UUID, datetime, datetime]] = []
        self.looked = False

    @asynccontextmanager
    async def reconciling(self) -> AsyncIterator["Ledger"]:
        yield self

    async def due_expectations(self, *, limit: int) -> Sequence[DueExpectation]:
        due, self.due = self.due, []
        return due

    async def sent_outbounds(self, _: Sequence[UUID]) -> Mapping[UUID, Any]:
        return {}

    async def sent_contents(self, _: Sequence[UUID]) -> Mapping[UUID, Any]:
        return {}

    async def postpone(self, times: Sequence[tuple[UUID, datetime, datetime]]) -> None:
        self.postponed += times

    async def reconcile(self, _: Any) -> Sequence[str]:
        return []

    async def take_unmatched(self, **_: Any) -> Sequence[Any]:
        return []

    async def expectation_levels(self) -> Mapping[Any, int]:
        return {}


def owed(*, now: datetime, delivered_at: datetime | None = None) -> DueExpectation:
    row = ExpectationRow(
        new_id(),
        new_id(),
        None,
        "bigbox",
        None,
        "997",
        "syntax",
        "edi",
        2 * HOUR,
        None,
        NOON,
        NOON + 2 * HOUR,
        "expected",
        None,
        None,
    )
    return DueExpectation(HeldExpectation(row, due=True, failure=None), now, delivered_at, unfinished=False)


async def postponed(due: DueExpectation, *windows: Dated, partner: str = "bigbox") -> list[tuple[datetime, datetime]] | None:
    """From when until when it is waited for, or None if it is taken for overdue."""
    known = configuration()
    channels = {
        name: replace(channel, delivery=DeliveryTerms(maintenance=Maintenance(windows)))
        if channel.partner == partner
        else channel
        for name, channel in known.channels.items()
    }
    ledger = Ledger(due)

    async def wake(_: str) -> None: ...

    chase = Chase(
        store=ledger,  # type: ignore[arg-type]
        configuration=lambda: replace(known, channels=channels),
        observer=Silent(), wake=wake, new_id=new_id, node="n",
    )  # fmt: skip
    try:
        await chase.round()
    except KeyError:  # the failure of an overdue one tells what was sent, which is not here
        return None
    return [(start, until) for _, start, until in ledger.postponed]


WINDOW = Dated(NOON + HOUR, NOON + 4 * HOUR)


async def test_its_time_stands_still_during_the_maintenance_of_the_partner() -> None:
    assert await postponed(owed(now=NOON + 2 * HOUR), WINDOW) == [(NOON, NOON + 5 * HOUR)]


async def test_and_goes_on_afterwards() -> None:
    assert await postponed(owed(now=NOON + 5 * HOUR), WINDOW) is None


@pytest.mark.parametrize("partner", ["nordmart", "nobody"])
async def test_that_of_others_is_no_excuse(partner: str) -> None:
    assert await postponed(owed(now=NOON + 2 * HOUR), WINDOW, partner=partner) is None


async def test_it_counts_from_the_delivery() -> None:
    due = owed(now=NOON + 5 * HOUR, delivered_at=NOON + HOUR / 2)
    assert await postponed(due, WINDOW) == [(NOON + HOUR / 2, NOON + 5.5 * HOUR)]


async def test_without_windows_it_is_overdue_when_its_time_is_up() -> None:
    assert await postponed(owed(now=NOON + 2 * HOUR)) is None
