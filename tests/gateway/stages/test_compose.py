"""Numbering and sealing: counters advance in the transaction that stores the bytes, also when many compose at once."""

import asyncio
import re
from datetime import UTC, datetime

import pytest

from gateway.domain.control_number import LARGEST, interchange_scope
from gateway.stages.compose import Draft, compose
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from tests.gateway.stages.drafts import draft, edifact, group, x12
from tests.gateway.store.conftest import database, postgres_url, work  # noqa: F401 - fixtures
from translators.contract import Family, OutboundDocument

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
BODY = OutboundDocument("997", "AK1*PO*1~AK9*A*1*1*1~", 2)


def an_ack() -> Draft:
    return draft(x12(group("FA", BODY)))


async def composed(work: PostgresWork, drafts: list[Draft]) -> list[int]:  # noqa: F811
    async with work.settlement() as session:
        rows = (await compose(session, drafts, prepared=NOW)).outbounds
    return [int(row.control_number) for row in rows]


async def test_no_drafts_take_no_numbers(work: PostgresWork) -> None:  # noqa: F811
    assert await composed(work, []) == []


async def test_numbers_run_on_in_the_order_of_the_drafts_and_stand_in_the_bytes(work: PostgresWork) -> None:  # noqa: F811
    drafts = [an_ack() for _ in range(3)]
    async with work.settlement() as session:
        rows = (await compose(session, drafts, prepared=NOW)).outbounds
    assert [row.id for row in rows] == [one.id for one in drafts]
    assert [row.control_number for row in rows] == ["1", "2", "3"]
    for number, row in enumerate(rows, 1):
        text = row.bytes.decode()
        assert text[90:99] == f"{number:09d}"  # ISA13
        assert re.search(rf"IEA\*1\*{number:09d}~", text)
    assert await composed(work, [an_ack()]) == [4]


async def test_each_pair_flag_and_family_counts_alone(work: PostgresWork) -> None:  # noqa: F811
    orders = OutboundDocument("CONTRL", "UCI+1+A+B+7'", 1, ("D", "3", "UN"))
    drafts = [
        an_ack(),
        draft(edifact(group("", orders)), type="CONTRL"),
        an_ack(),
        draft(edifact(group("", orders)), type="CONTRL"),
    ]
    assert await composed(work, drafts) == [1, 1, 2, 2]


async def test_a_transaction_that_fails_gives_its_numbers_back(work: PostgresWork) -> None:  # noqa: F811
    async def fail() -> None:
        async with work.settlement() as session:
            await compose(session, [an_ack(), an_ack()], prepared=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await composed(work, [an_ack()]) == [1]


async def test_after_the_largest_number_the_next_is_one(work: PostgresWork, database: Database) -> None:  # noqa: F811
    scope = interchange_scope(x12())
    async with work.settlement() as session:
        await session.take_control_numbers({scope: LARGEST[Family.X12] - 1})
    assert await composed(work, [an_ack(), an_ack(), an_ack()]) == [999_999_999, 1, 2]


async def test_many_at_once_share_counters_without_gap_double_or_deadlock(work: PostgresWork) -> None:  # noqa: F811
    orders = OutboundDocument("CONTRL", "UCI+1+A+B+7'", 1, ("D", "3", "UN"))

    async def one(turn: int) -> tuple[list[int], list[int]]:
        drafts = [an_ack(), an_ack(), draft(edifact(group("", orders)), type="CONTRL")]
        numbers = await composed(work, drafts if turn % 2 else drafts[::-1])
        return (numbers[:2], numbers[2:]) if turn % 2 else (numbers[1:], numbers[:1])

    results = await asyncio.gather(*(one(turn) for turn in range(12)))
    assert sorted(n for acks, _ in results for n in acks) == list(range(1, 25))
    assert sorted(n for _, controls in results for n in controls) == list(range(1, 13))
