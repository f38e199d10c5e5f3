"""What a process reports of itself: which build runs with which configuration, and whether broker and database answer."""

import asyncio
import platform
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from gateway.ports import Broker, Observer
from gateway.ports.pulse import rest


def report_build(observer: Observer, *, configuration: str, runs: bool = True) -> None:
    """Say what runs, or does so no more. `configuration` is the digest of the one in force."""
    build = {"version": version("edi-gateway"), "python": platform.python_version(), "config": configuration[:12]}
    observer.gauge("edi_build_info", float(runs), **build)


async def watch_connections(
    observer: Observer, *, broker: Broker, store_problem: Callable[[], Awaitable[str]], every: float = 3.0
) -> None:
    """Report until cancelled whether the broker takes messages and the database answers.

    Asking also finds the connections that are dead without a word, and has them made anew.
    """
    while True:
        broken, away = await asyncio.gather(broker.problem(), store_problem())
        observer.gauge("edi_broker_connected", float(not broken))
        observer.gauge("edi_store_connected", float(not away))
        await rest(every)
