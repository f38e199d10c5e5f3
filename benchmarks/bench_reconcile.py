"""Two large books compared: CPU and memory, with a tenth of the entries beside it, to show that memory does not grow with them.

Books are made as they are read, in another order on each side, as systems give them. One entry in a thousand differs.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gateway.domain.reconciliation import Entry, Terms
from gateway.operations.reconcile import Comparison, reconcile
from gateway.ports.books import Books
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.store.shelf import DiskShelf

_PAGE = 500
_LINES = 3
_GROWTH = 1.5
"""What ten times the entries may take more of memory. It would be ten times if they were held."""


class _Made(Books):
    """So many orders of three lines, in an order that `step` makes."""

    def __init__(self, count: int, *, step: int, wrong: bool) -> None:
        self._count, self._step, self._wrong = count, step, wrong

    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        for start in range(0, self._count, _PAGE):
            yield [self._entry(n * self._step % self._count, since) for n in range(start, min(start + _PAGE, self._count))]

    def _entry(self, number: int, since: datetime) -> Entry:
        more = Decimal(1) if self._wrong and number % 1_000 == 0 else Decimal(0)
        quantities = {"ordered": Decimal(10) + more, "shipped": Decimal(number % 10)}
        lines = [Entry(f"ITEM-{line}", values=quantities, aliases=(f"seller:ITEM-{line}",)) for line in range(_LINES)]
        return Entry(f"PO-{number:08}", "bigbox", {"cancelled": "no"}, f"S{number:08}", since + timedelta(days=20), lines)


class _Nowhere:
    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        del side, troubles
        return all_of_them


async def _compare(count: int) -> dict[str, float]:
    left, right = _Made(count, step=7_919, wrong=False), _Made(count, step=104_729, wrong=True)
    comparison = Comparison("bench", "orders", ("ours", "theirs"), left, right, Terms(), timedelta(days=30))
    started = time.process_time()
    found = await reconcile(comparison, _Nowhere(), now=datetime.now(UTC), shelf=DiskShelf)
    assert len(found) == _LINES * len(range(0, count, 1_000)), len(found)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_s": round(time.process_time() - started, 2), "memory_mib": round(used, 1), "differences": len(found)}


def _apart(count: int) -> dict[str, float]:
    """In a process of its own, whose memory is counted from its beginning."""
    command = [sys.executable, "-m", "benchmarks.bench_reconcile", "--alone", str(count)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    figures: dict[str, float] = json.loads(told.splitlines()[-1])
    return figures


def main() -> int:
    """Compare, and fail when memory grows with the books."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--alone", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        print(json.dumps(asyncio.run(_compare(arguments.alone))))
        return 0
    small, large = _apart(arguments.entries // 10), _apart(arguments.entries)
    growth = large["memory_mib"] / small["memory_mib"]
    each = round(large["cpu_s"] / arguments.entries / 2 * 1e6, 1)
    print(f"{arguments.entries} entries a side: {large}; a tenth of them: {small}", file=sys.stderr)
    print(json.dumps({"benchmark": "reconcile", "entries": arguments.entries, "cpu_us_per_entry": each, **large,
                      "memory_mib_of_a_tenth": small["memory_mib"], "memory_growth": round(growth, 2)}))  # fmt: skip
    return 0 if growth <= _GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
