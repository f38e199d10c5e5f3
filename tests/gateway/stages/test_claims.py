"""Claims are renewed while their holder lives and is slow, and at no other time."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gateway.errors import StoreUnavailable
from gateway.stages.claims import HeldClaims


class Renewals:
    def __init__(self) -> None:
        self.made: list[tuple[list[UUID], list[UUID], timedelta]] = []
        self.heard = asyncio.Event()
        self.failing = 0

    async def __call__(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreUnavailable("away")
        self.made.append((list(ids), list(claims), lasting))
        self.heard.set()


@pytest.fixture
def renewals() -> Renewals:
    return Renewals()


async def test_a_claim_is_renewed_from_its_second_round_on(renewals: Renewals) -> None:
    held, claim, rows = HeldClaims(renewals), uuid4(), [uuid4(), uuid4()]
    with held.holding(claim, rows):
        await held.renew()
        assert renewals.made == []
        await held.renew()
        await held.renew()
    assert renewals.made == [(rows, [claim], held.lasting)] * 2


async def test_what_ended_is_not_renewed(renewals: Renewals) -> None:
    held, slow, quick = HeldClaims(renewals), uuid4(), uuid4()
    row = uuid4()
    with held.holding(slow, [row]):
        with held.holding(quick, [uuid4()]):
            await held.renew()
        await held.renew()
    await held.renew()
    assert renewals.made == [([row], [slow], held.lasting)]


async def test_a_claim_ends_with_an_error_of_its_holder(renewals: Renewals) -> None:
    held = HeldClaims(renewals)

    async def fail_while_holding() -> None:
        with held.holding(uuid4(), [uuid4()]):
            await held.renew()
            raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await fail_while_holding()
    await held.renew()
    assert renewals.made == []


async def test_a_lost_database_does_not_end_the_renewing(renewals: Renewals) -> None:
    held, claim = HeldClaims(renewals, lasting=timedelta(milliseconds=30)), uuid4()
    renewals.failing = 2
    running = asyncio.create_task(held.run())
    with held.holding(claim, [uuid4()]):
        async with asyncio.timeout(5):
            await renewals.heard.wait()
    running.cancel()
    assert renewals.made[0][1] == [claim]
    assert renewals.failing == 0
