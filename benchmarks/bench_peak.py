"""A peak: ten times the normal load, ten subscribers of edi.canonical, a target throttled to 5/s, a replay, a broker node killed.

    make peak                                        ten orders a second are normal here, so a hundred for half a minute
    python -m benchmarks.bench_peak --normal 20 --seconds 60 --processes 2

Three partners post: one is in a hurry (service realtime), one sends most of everything (batch), a tenth goes to the throttled
target. Orders of a fourth had no route when they came; it is mended, and they are replayed. At the end nothing may be lost or
doubled at the target and every subscriber must have had every order. Ends with one JSON line: latencies of realtime orders, and
how long it took after the last post until all was done.
"""

import argparse
import asyncio
import json
import logging
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aio_pika
import aiohttp
import asyncpg

from gateway.domain.token import hash_token
from tests.acceptance.partners import SEED
from tests.acceptance.site import ROOT, Site, fetch
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitCluster
from tests.translators.x12.orders import order_850

TOKEN = "peak-token"
SUBSCRIBERS = 10
RATE = 5.0
REALTIME_LIMIT = 10.0
"""Seconds from the commit of the transmission to the commit of its delivery, which 99 of 100 realtime orders must keep."""

SENDERS = {"hasty": "01:111111111", "many": "01:222222222", "patient": "01:333333333", "early": "01:444444444"}
ONCE_UNROUTED = 200
"""Orders that came before their route was there."""
LATENCIES = """
select extract(epoch from d.settled_at - t.received_at)::double precision as seconds
from gateway.delivery d join gateway.transmission t on t.id = d.transmission
where d.state = 'delivered' and d.route = $1 and d.document is not null order by 1"""
_UNFINISHED = """
select (select count(*) from gateway.transmission where state = 'received' and partner <> $1)
  + (select count(*) from gateway.delivery where state in ('blocked', 'waiting', 'sending', 'in_doubt') and partner <> $1)"""
"""What is left to do for all partners but one."""

LEFT = """
select (select count(*) from gateway.batch where state not in ('done', 'cancelled'))
  + (select count(*) from gateway.transmission where state = 'received')
  + (select count(*) from gateway.delivery where state in ('blocked', 'waiting', 'sending', 'in_doubt'))
  + (select count(*) from gateway.outbox)"""


@dataclass
class Subscriber:
    """A service that listens to every canonical document; by order number, how often it had each."""

    had: Counter[str] = field(default_factory=Counter)

    async def take(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        self.had[json.loads(message.body)["number"]] += 1
        await message.ack()


@dataclass
class Peak:
    """A run: what was posted, by partner, and what it cost."""

    site: Site
    url: str
    posted: dict[str, list[str]] = field(default_factory=lambda: {partner: [] for partner in SENDERS})
    repeats: int = 0
    last_post: float = 0.0

    async def post(self, session: aiohttp.ClientSession, partner: str, number: str, control: int) -> None:
        """Until it is taken, under one key."""
        body = order_850(sender=SENDERS[partner], receiver="ZZ:NORDICDC", control_number=control, order_number=number)
        url = f"{self.site.url}/v1/partners/{partner}/interchanges"
        while True:
            try:
                async with session.post(url, data=body, headers={"Idempotency-Key": number}) as answer:
                    if answer.status in (200, 202):
                        self.posted[partner].append(number)
                        self.last_post = time.monotonic()
                        return
                    if answer.status not in (429, 503):
                        raise RuntimeError(f"{answer.status}: {await answer.text()}")
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.repeats += 1
            await asyncio.sleep(0.2)

    async def load(self, *, rate: float, seconds: float, prefix: str) -> None:
        """Open loop: each order at its time, whatever became of others. Of twenty, one is in a hurry and two are patient."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        connector = aiohttp.TCPConnector(limit=64)
        began = time.monotonic()
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session, asyncio.TaskGroup() as group:
            for count in range(1, math.ceil(rate * seconds) + 1):
                partner = {1: "hasty", 6: "patient", 16: "patient"}.get(count % 20, "many")
                control = count + (0 if prefix == "N" else 500_000)
                group.create_task(self.post(session, partner, f"{prefix}-{count}", control))
                await asyncio.sleep(began + count / rate - time.monotonic())

    @property
    def numbers(self) -> list[str]:
        return [number for numbers in self.posted.values() for number in numbers]

    async def come_too_early(self) -> None:
        """Orders that no route takes; then their route is there, with the gateway started anew."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as group:
            for count in range(1, ONCE_UNROUTED + 1):
                group.create_task(self.post(session, "early", f"E-{count}", count))
        await drained(self)

    async def replay(self, rate: float) -> int:
        """Process again what had no route, from its stored bytes. Answers how many there were."""
        numbers = self.posted["early"]
        words = ["replay", "state:unrouted partner:early", "--reason", "their route was missing"]
        words += ["--rate", str(rate), "--yes", "--expect", str(len(numbers)), "--detach"]
        done = await asyncio.to_thread(self.site.try_run, *words)
        if done.returncode:
            raise RuntimeError(f"{done.stderr}\n{done.stdout}")
        return len(numbers)


@asynccontextmanager
async def subscribed(url: str) -> AsyncIterator[Sequence[Subscriber]]:
    """Ten services with a durable quorum queue each, that come back when their node is gone."""
    subscribers = [Subscriber() for _ in range(SUBSCRIBERS)]
    async with AsyncExitStack() as stack:
        for number, subscriber in enumerate(subscribers):
            keeper = asyncio.create_task(_listen(url.split(","), number, subscriber))
            stack.push_async_callback(_ended, keeper)
        yield subscribers


async def _listen(urls: Sequence[str], number: int, subscriber: Subscriber) -> None:
    turn = number
    while True:
        turn += 1
        try:
            connection = await aio_pika.connect(urls[turn % len(urls)], timeout=5, heartbeat=5)
            lost = asyncio.Event()
            connection.close_callbacks.add(lambda *_, lost=lost: lost.set())
            async with connection:
                channel = await connection.channel()
                await channel.set_qos(prefetch_count=100)
                queue = await channel.declare_queue(
                    f"subscriber-{number}", durable=True, arguments={"x-queue-type": "quorum", "x-quorum-initial-group-size": 3}
                )
                await queue.bind("edi.canonical", "#")
                await queue.consume(subscriber.take)
                await lost.wait()
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError, RuntimeError):
            await asyncio.sleep(0.3)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def run(site: Site, cluster: RabbitCluster, amqp_url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Normal load, then the peak with everything at once, then the wait for the end of it."""
    peak = Peak(site, site.environment["DATABASE_URL"])
    async with subscribed(amqp_url) as subscribers:
        await asyncio.sleep(1)
        await peak.come_too_early()
        site.environment["PEAK_EARLY_ROUTED"] = "true"
        await asyncio.to_thread(restart, site, options.processes)
        await peak.load(rate=options.normal, seconds=options.seconds / 3, prefix="N")
        await drained(peak)
        normal = await latency(peak.url)
        async with asyncio.TaskGroup() as group:
            group.create_task(peak.load(rate=10 * options.normal, seconds=options.seconds, prefix="P"))
            again = group.create_task(peak.replay(2 * options.normal))
            group.create_task(failover(cluster, after=options.seconds / 3))
        prompt = await drained(peak, without="patient") - peak.last_post
        drain = await drained(peak) - peak.last_post
        await heard(peak, subscribers)
        return {
            "orders": len(peak.numbers),
            "posts_repeated": peak.repeats,
            "replayed": again.result(),
            "normal_per_second": options.normal,
            "realtime_p50_s_before": normal[0],
            "realtime_p99_s": (await latency(peak.url))[1],
            "drain_s_unthrottled": round(max(prompt, 0), 1),
            "drain_s_throttled": round(drain, 1),
            "throttled_orders": len(peak.posted["patient"]),
            "subscribers_heard": [sum(subscriber.had.values()) for subscriber in subscribers],
            "faults": faults(peak, subscribers),
        }


async def failover(cluster: RabbitCluster, *, after: float) -> None:
    """One node of the broker dies in the middle of it, and comes back."""
    await asyncio.sleep(after)
    await asyncio.to_thread(cluster.kill)
    await asyncio.sleep(5)
    await asyncio.to_thread(cluster.start)


async def drained(peak: Peak, *, without: str = "", within: float = 900) -> float:
    """Wait until nothing is left to do, but for one partner's orders; the moment of that."""
    connection = await asyncpg.connect(peak.url)
    try:
        async with asyncio.timeout(within):
            while True:
                left = await connection.fetchval(_UNFINISHED, without) if without else await connection.fetchval(LEFT)
                if not left:
                    return time.monotonic()
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def latency(url: str) -> tuple[float, float]:
    """Median and 99th percentile of realtime orders, in seconds."""
    connection = await asyncpg.connect(url)
    try:
        seconds = [row["seconds"] for row in await connection.fetch(LATENCIES, "hasty")]
    finally:
        await connection.close()
    return round(seconds[len(seconds) // 2], 3), round(seconds[int(len(seconds) * 0.99)], 3)


async def heard(peak: Peak, subscribers: Sequence[Subscriber]) -> None:
    """Wait until every subscriber had every order, or no more comes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while any(len(subscriber.had) < len(peak.numbers) for subscriber in subscribers):
                await asyncio.sleep(0.2)


def faults(peak: Peak, subscribers: Sequence[Subscriber]) -> list[str]:
    """What was lost or doubled, seen from outside."""
    orders = Counter(order["client_order_ref"] for order in fetch(f"{peak.site.odoo_url}/simulator/orders"))
    sent = Counter(peak.numbers)
    found = [f"lost: {number}" for number in sent - orders] + [f"doubled: {number}" for number in orders - sent]
    for number, subscriber in enumerate(subscribers):
        missing = sent.keys() - subscriber.had.keys()
        found += [f"subscriber {number} never had {len(missing)} orders"] if missing else []
    return found


def start(site: Site, processes: int) -> None:
    """The gateway, with so many workers."""
    site.start_gateway(*(["--processes", str(processes)] if processes > 1 else []))


def restart(site: Site, processes: int) -> None:
    """The gateway under a configuration that was changed."""
    if site.gateway is not None:
        site.gateway.stop()
    start(site, processes)


@contextmanager
def peak_site(options: argparse.Namespace) -> Iterator[tuple[Site, RabbitCluster, str]]:
    """Three nodes of RabbitMQ, PostgreSQL with its syncs, Odoo, and the gateway."""
    cluster, postgres = RabbitCluster(), PostgresServer(durable=True)
    try:
        cluster.start()
        postgres.start()
        amqp_url = cluster.url(cluster.create_host())
        environment = {
            "AMQP_URL": amqp_url,
            "DATABASE_URL": postgres.url(postgres.create_database(template="template0")),
            "PEAK_TOKEN_SHA256": hash_token(TOKEN),
            "PEAK_EARLY_ROUTED": "false",
            "PEAK_RATE": f"{options.throttle:g}/s",
            "GATEWAY_LOG_LEVEL": "WARNING",
        }
        with tempfile.TemporaryDirectory() as folder:
            site = Site(Path(folder), environment=environment, seed=SEED, config=ROOT / "benchmarks/peak.toml")
            try:
                site.start_odoo()
                start(site, options.processes)
                yield site, cluster, amqp_url
            finally:
                site.stop()
    finally:
        cluster.remove()
        postgres.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--normal", type=float, default=10, help="orders a second on a normal day")
    parser.add_argument("--seconds", type=float, default=30, help="of the peak")
    parser.add_argument("--throttle", type=float, default=RATE, help="calls a second that the slow target takes")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    for name in ("aio_pika", "aiormq"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # that connections break is part of it
    with peak_site(options) as (site, cluster, amqp_url):
        figures = asyncio.run(run(site, cluster, amqp_url, options))
    print(json.dumps(figures))
    if figures["faults"]:
        sys.exit("something was lost or doubled")
    if figures["realtime_p99_s"] > REALTIME_LIMIT:
        sys.exit(f"realtime orders took {figures['realtime_p99_s']} s, more than {REALTIME_LIMIT:g}")


if __name__ == "__main__":
    main()
