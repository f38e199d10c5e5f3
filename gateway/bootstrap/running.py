"""Runs the service: in this process, or in several under it, until a signal ends it."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from gateway.bootstrap import stopping
from gateway.bootstrap.fronts import Front, open_fronts
from gateway.bootstrap.keeping import prepare_store
from gateway.bootstrap.service import Service
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.errors import GatewayError
from gateway.processes import stop_with_parent, supervise
from gateway.store import migrations
from gateway.store.embedded import FolderLock
from gateway.system import calm_collector
from gateway.telemetry.logging import configure_from
from gateway.telemetry.metrics import PrometheusObserver
from gateway.web import WebServer

_LEFT = "What it held is free again in a few seconds, and others go on with it; `stop_within` in [gateway] gives it more time."
_GOODBYE = 15.0
"""Seconds to say goodbye to servers that may not answer."""


async def run(settings: Settings, *, fronts: Sequence[Front] = ()) -> None:
    """Run until stopped by SIGTERM or SIGINT: in this process, or in several under it. With the role `api` it serves `fronts`."""
    configure_from(os.environ, sys.stderr)
    lock = FolderLock(settings.data)
    if not settings.worker:
        lock.acquire()
    try:
        if settings.processes > 1:
            await _supervise(settings)
        else:
            stop = asyncio.Event()
            stopping.stop_on_signals(stop, worker=settings.worker)
            if settings.worker:
                stop_with_parent(stop)
            async with running(settings, fronts=fronts):
                calm_collector()
                await stop.wait()
    finally:
        lock.release()


async def _supervise(settings: Settings) -> None:
    """Prepare the database once, then keep the workers alive; they share the port and the queues."""
    async with open_database(settings, size=1) as (database, _):
        await migrations.migrate(database)
        await database.close()
        os.environ["GATEWAY_WORKER"] = "1"
        figures = _share_metrics(settings)
        words = ["-m", "gateway.cli", "run", "--config", str(settings.config), "--roles", ",".join(sorted(settings.roles))]
        status = await supervise(words, count=settings.processes, ended=figures.forget_process, patience=_patience(settings))
    if status:
        raise GatewayError("A worker did not end in time.", remedy="Its claims expire and others go on with its work.")


def _patience(settings: Settings) -> float:
    """Seconds that a worker has to end: what it needs, and to say goodbye."""
    return settings.snapshot.gateway.stop_within.total_seconds() + _GOODBYE


def _share_metrics(settings: Settings) -> PrometheusObserver:
    """Empty the folder through which workers share their figures, and name it to them, before the first one starts."""
    folder = settings.shared_metrics
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return PrometheusObserver(folder=folder)


@asynccontextmanager
async def running(settings: Settings, *, fronts: Sequence[Front] = ()) -> AsyncIterator[WebServer | None]:
    """The service of this process, from ready to stopped. Answers its web server, if the roles have one."""
    async with AsyncExitStack() as stack:
        database, url = await stack.enter_async_context(open_database(settings))
        await migrations.migrate(database)
        await prepare_store(database)
        service = Service(settings, database, url)
        served = await stack.enter_async_context(
            open_fronts(settings, fronts, url=url, observer=service.observer, node=service.node)
        )
        stack.enter_context(service.guard)
        await service.prepare(stack)
        stack.push_async_callback(service.release.close)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {name: group.create_task(service.watchdog.keep(name, run), name=name) for name, run in service.tasks()}
                try:
                    server = await service.listen(served)
                    await served.invite(server.url)
                    yield server
                finally:
                    within = settings.snapshot.gateway.stop_within.total_seconds()
                    ended = await stopping.stop(service, tasks, within=within)
                    for task in tasks.values():
                        task.cancel()
            if not ended:
                raise GatewayError(f"Not everything ended within {within:g} s.", remedy=_LEFT)
        except BaseExceptionGroup as several:
            if len(several.exceptions) > 1:
                raise
            raise several.exceptions[0] from None  # one cause, told as itself: a port in use, a lost database
