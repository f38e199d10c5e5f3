"""What a process reports of itself: which build runs with which configuration, and whether broker and database answer."""

import asyncio
import platform
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from gateway.ports import Broker, Observer


def report_build(observer: Observer, *, configuration: str) -> None:
    """Say what runs. `configuration` is the digest of the one in force."""
    build = {"version": version("edi-gateway"), "python": platform.python_version(), "config": configuration[:12]}
    observer.gauge("edi_build_info", 1, **build)


async def watch_connections(
    observer: Observer, *, broker: Broker, store_ready: Callable[[], Awaitable[bool]], every: float = 5.0
) -> None:
    """Report until cancelled whether the broker takes messages and the database answers."""
    while True:
        observer.gauge("edi_broker_connected", float(broker.connected))
        observer.gauge("edi_store_connected", float(await store_ready()))
        await asyncio.sleep(every)
