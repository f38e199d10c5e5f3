"""The load of the flow benchmark, as a process of its own: partners that post orders and hold no more than so many unfinished.

    python -m benchmarks.load --gateway http://127.0.0.1:8080 --odoo http://127.0.0.1:8069 --seconds 60

Prints one JSON line: orders posted, seconds, latencies of the post itself.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass, field

import aiohttp

from tests.translators.x12.orders import order_850

TOKEN = "bench-token"


@dataclass
class Load:
    """Closed loop: a post waits while more than `unfinished` orders are on their way to Odoo."""

    gateway: str
    odoo: str
    seconds: float
    connections: int
    unfinished: int
    posted: int = 0
    delivered: int = 0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    base: int = 0
    end: float = 0.0

    async def run(self) -> dict[str, object]:
        connector = aiohttp.TCPConnector(limit=0)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            self.base = await self._made(session)
            self.started = time.monotonic()
            self.end = self.started + self.seconds
            watcher = asyncio.create_task(self._watch(session))
            await asyncio.gather(*(self._partner(session, n) for n in range(self.connections)))
            posting = time.monotonic() - self.started
            async with asyncio.timeout(120):
                while self.delivered < self.posted:
                    await asyncio.sleep(0.02)
            total = time.monotonic() - self.started
            watcher.cancel()
        ordered = sorted(self.latencies)
        return {
            "orders": self.posted,
            "refused": self.refused,
            "posting_seconds": round(posting, 3),
            "seconds_to_the_last_delivery": round(total, 3),
            "post_latency_p50_ms": round(1000 * ordered[len(ordered) // 2], 2),
            "post_latency_p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 2),
        }

    async def _partner(self, session: aiohttp.ClientSession, number: int) -> None:
        url = f"{self.gateway}/v1/partners/bigbox/interchanges"
        while time.monotonic() < self.end:
            if self.posted - self.delivered >= self.unfinished:
                await asyncio.sleep(0.002)
                continue
            self.posted += 1
            number = self.base + self.posted
            body = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=number, order_number=f"B{number:08}")
            begun = time.monotonic()
            async with session.post(url, data=body) as answer:
                if answer.status != 202:
                    self.posted -= 1
                    self.refused += 1
                    await answer.read()
                    continue
                await answer.read()
            self.latencies.append(time.monotonic() - begun)

    async def _watch(self, session: aiohttp.ClientSession) -> None:
        while True:
            self.delivered = await self._made(session) - self.base
            await asyncio.sleep(0.02)

    async def _made(self, session: aiohttp.ClientSession) -> int:
        async with session.get(f"{self.odoo}/simulator/counts") as answer:
            return int((await answer.json())["creates"].get("sale.order", 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", required=True)
    parser.add_argument("--odoo", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--unfinished", type=int, default=200)
    options = parser.parse_args()
    load = Load(options.gateway, options.odoo, options.seconds, options.connections, options.unfinished)
    json.dump(asyncio.run(load.run()), sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
