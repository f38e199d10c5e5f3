"""Runs the service: in this process, or in several under it, until a signal ends it."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from gateway.bootstrap import stopping
from gateway.bootstrap.fronts import Front, open_fronts
from gateway.bootstrap.in_force import begun, note_start
from gateway.bootstrap.keeping import prepare_store
from gateway.bootstrap.service import ProcessOwned, Service
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.bootstrap.succession import Succession
from gateway.errors import GatewayError
from gateway.ports.tracing import recorded
from gateway.processes import on_hangup, stop_with_parent, supervise
from gateway.store import migrations
from gateway.store.embedded import FolderLock
from gateway.telemetry.logging import configure_from
from gateway.telemetry.metrics import PrometheusObserver
from gateway.telemetry.tracing import open_recorder
from gateway.web import WebServer

_LEFT = "What it held is free again in a few seconds, and others go on with it; `stop_within` in [gateway] gives it more time."
_NOTED_WITHIN = 2.0
"""Seconds that the note of a start is waited for; after that it is written when the database is there again."""
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
            await _succeed(settings, fronts)
    finally:
        lock.release()


async def _succeed(settings: Settings, fronts: Sequence[Front]) -> None:
    """Work in this process until it is told to stop, by one configuration after the other."""
    stop, reload = asyncio.Event(), asyncio.Event()
    stopping.stop_on_signals(stop, worker=settings.worker)
    on_hangup(reload.set)
    if settings.worker:
        stop_with_parent(stop)
    async with open_database(settings, size=1) as (database, _):
        await migrations.migrate(database)

        def work(settings: Settings, own: ProcessOwned) -> AbstractAsyncContextManager[object]:
            return running(settings, fronts=fronts, own=own)

        await Succession(settings, database, work, stop=stop, reload=reload).run()


async def _supervise(settings: Settings) -> None:
    """Prepare the database once, then keep the workers alive; they share the port and the queues."""
    async with open_database(settings, size=1) as (database, _):
        await migrations.migrate(database)
        await database.close()
        os.environ["GATEWAY_WORKER"] = "1"
        figures = _share_metrics(settings)
        words = ["-m", "gateway.cli", "run", "--config", str(settings.config), "--roles", ",".join(sorted(settings.roles))]
        words += ["--region", settings.region] if settings.region else []
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


def _record_spans(service: Service, stack: AsyncExitStack) -> None:
    """Let what is started from now on leave its spans where configuration and environment say. Raises ConfigurationInvalid."""
    terms, own = service.snapshot.gateway.tracing, {"instance": service.node, "version": version("edi-gateway")}
    recorder = open_recorder(terms, os.environ, observer=service.observer, **own)
    if recorder is not None:
        stack.push_async_callback(recorder.close)
        stack.enter_context(recorded(recorder))


@asynccontextmanager
async def running(
    settings: Settings, *, fronts: Sequence[Front] = (), own: ProcessOwned | None = None
) -> AsyncIterator[WebServer | None]:
    """The service with one configuration, from ready to stopped. Answers its web server, if the roles have one."""
    async with AsyncExitStack() as stack:
        database, url = await stack.enter_async_context(open_database(settings))
        await migrations.migrate(database)
        settings = await begun(settings, database)
        await prepare_store(database)
        service = Service(settings, database, url, own=own)
        _record_spans(service, stack)
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
                    noting = group.create_task(note_start(settings, database))
                    await asyncio.wait({noting}, timeout=_NOTED_WITHIN)
                    yield server
                    noting.cancel()
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
