"""Several processes at the gate of one database, each an interpreter of its own: nothing is sold twice."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.store.database import Database
from tests.integration.at_the_gate import AtTheGate, at_the_gate, warehouse_order

ORDERS, PIECES = 16, 7


@asynccontextmanager
async def processes(url: str, number: int) -> AsyncIterator[list[Process]]:
    """So many processes at the gate, ready to begin; gone afterwards."""
    program = [sys.executable, "-m", "tests.integration.gate_process", url]
    found = [await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE) for _ in range(number)]
    try:
        for one in found:
            assert one.stdout is not None
            assert await one.stdout.readline() == b"ready\n"
        yield found
    finally:
        for one in found:
            if one.returncode is None:
                one.kill()
                await one.wait()


async def test_two_processes_do_not_sell_the_last_pieces_twice(postgres_url: str, database: Database) -> None:
    async with at_the_gate(postgres_url, database) as gate:
        await _wait_at(gate)
        async with asyncio.timeout(60), processes(postgres_url, 2) as both:
            said = await asyncio.gather(*(one.communicate(b"go\n") for one in both))
        looked = [int(output) for output, _ in said]
        assert sum(looked) >= ORDERS
        assert sorted((await gate.states()).values()) == ["held"] * (ORDERS - PIECES) + ["released"] * PIECES
        await gate.settled()
        sent = [number for warehouse in ("east", "west") for number, _ in gate.sent(warehouse)]
        assert len(sent) == len(set(sent)) == PIECES
        (promised,) = await gate.rows("select sum(quantity) as pieces from gateway.stock_reservation where released")
        assert promised["pieces"] == PIECES


@pytest.mark.slow
async def test_a_process_that_is_killed_meanwhile_changes_nothing(postgres_url: str, database: Database) -> None:
    async with at_the_gate(postgres_url, database) as gate:
        await _wait_at(gate)
        async with asyncio.timeout(60), processes(postgres_url, 3) as three:
            for one in three:
                assert one.stdin is not None
                one.stdin.write(b"go\n")
            while "released" not in (await gate.states()).values():
                await asyncio.sleep(0)
            three[0].kill()
            await asyncio.gather(*(one.communicate() for one in three[1:]))
        assert sorted((await gate.states()).values()) == ["held"] * (ORDERS - PIECES) + ["released"] * PIECES


async def _wait_at(gate: AtTheGate) -> None:
    """More orders than there are pieces, and nobody has looked at them."""
    await gate.stock("east", A=PIECES - 4)
    await gate.stock("west", A=4)
    for number in range(ORDERS):
        order = json.dumps(warehouse_order(f"OUT-{number}", A=1)).replace("4711", f"PO-{number}")
        await gate.publish(json.loads(order), look=False)
