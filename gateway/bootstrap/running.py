"""Runs the service: in this process, or in several under it, until a signal ends it."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from gateway.bootstrap.service import Service
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.errors import GatewayError
from gateway.processes import stop_with_parent, supervise
from gateway.store import migrations
from gateway.store.embedded import FolderLock
from gateway.telemetry.logging import colours_for, configure, format_for
from gateway.telemetry.metrics import PrometheusObserver
from gateway.web import WebServer


async def run(settings: Settings) -> None:
    """Run until stopped by SIGTERM or SIGINT: in this process, or in several under it."""
    environ = os.environ
    configure(
        sys.stderr,
        log_format=format_for(sys.stderr, environment=environ),
        level=environ.get("GATEWAY_LOG_LEVEL", "INFO"),
        colours=colours_for(sys.stderr, environment=environ),
    )
    lock = FolderLock(settings.data)
    if not settings.worker:
        lock.acquire()
    try:
        if settings.processes > 1:
            await _supervise(settings)
        else:
            stop = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            if settings.worker:
                stop_with_parent(stop)
            async with running(settings):
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
        status = await supervise(words, count=settings.processes, ended=figures.forget_process)
    if status:
        raise GatewayError("A worker did not end in time.", remedy="Its claims expire and others go on with its work.")


def _share_metrics(settings: Settings) -> PrometheusObserver:
    """Empty the folder through which workers share their figures, and name it to them, before the first one starts."""
    folder = settings.shared_metrics
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return PrometheusObserver(folder=folder)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[WebServer | None]:
    """The service of this process, from ready to stopped. Answers its web server, if the roles have one."""
    async with AsyncExitStack() as stack:
        database, url = await stack.enter_async_context(open_database(settings))
        await migrations.migrate(database)
        service = Service(settings, database, url)
        await service.prepare(stack)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(work, name=name) for name, work in service.tasks()]
                try:
                    yield await service.listen()
                finally:
                    await service.stop_intake()
                    for task in tasks:
                        task.cancel()
        except BaseExceptionGroup as several:
            if len(several.exceptions) > 1:
                raise
            raise several.exceptions[0] from None  # one cause, told as itself: a port in use, a lost database
