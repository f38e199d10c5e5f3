"""One configuration after the other in a process that goes on: the next one is built and takes up work, then the last one ends.

Both work side by side for a moment, as two processes would: nothing is waited for, no connection refused, and each message is
handled once, by the configuration it records. What cannot be built or started changes nothing, and its owner is told.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from gateway.bootstrap.channel_troubles import keep_standing
from gateway.bootstrap.in_force import activated, at_home, begun
from gateway.bootstrap.service import ProcessOwned
from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.vital_signs import report_build
from gateway.domain.activation import Kind
from gateway.errors import GatewayError
from gateway.http.sockets import KeptSockets
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.store.activations import PostgresActivations
from gateway.store.database import Database
from gateway.system import TimeOrderedIds, calm_collector

log = structlog.get_logger(__name__)

STAGE = "configuration"
_PACE = 1.0
"""Seconds between two looks for what was activated."""
_AGAIN = 30.0
"""Seconds until something is tried again that could not be taken: what it lacks on this machine may have come."""
_LONGEST_START = 120.0
"""Seconds that a configuration may take until it works."""
_SIDE = ChannelSide("configuration", None, "processes")

Work = Callable[[Settings, ProcessOwned], AbstractAsyncContextManager[object]]
"""The service with one configuration: it works as long as the block lasts, and ends with it."""


@dataclass(slots=True)
class _Generation:
    """The service with one configuration. `end` is set when it is to end, `ready` when it works."""

    settings: Settings
    end: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    async def start(self, work: Work, own: ProcessOwned) -> None:
        """Let it work until its end; it works when this returns, however long that takes. Raises what keeps it from that."""
        self._begin(work, own)
        await self._works(set(), None)

    async def follow(self, work: Work, own: ProcessOwned, stop: asyncio.Event) -> bool:
        """The same beside one that works; False when the process is to `stop` meanwhile. Raises too when it takes too long."""
        self._begin(work, own)
        stopping = asyncio.create_task(stop.wait())
        try:
            if await self._works({stopping}, _LONGEST_START):
                return True
        finally:
            stopping.cancel()
        if not stop.is_set():
            raise GatewayError(f"It did not work within {_LONGEST_START:g} s.", remedy="Look in the log for what it waited for.")
        return False

    def _begin(self, work: Work, own: ProcessOwned) -> None:
        name = f"generation:{self.settings.snapshot.digest[:12]}"
        self.task = asyncio.create_task(self._run(work, own), name=name)

    async def _works(self, signs: "set[asyncio.Task[Any]]", within: float | None) -> bool:
        """Wait until it does, or until one of the signs; then it is ended at once. Raises what it has ended by."""
        assert self.task is not None
        ready = asyncio.create_task(self.ready.wait())
        try:
            await asyncio.wait({self.task, ready, *signs}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            if not self.ready.is_set():
                self.task.cancel()
        if not self.ready.is_set():
            await asyncio.wait({self.task})
            if not self.task.cancelled():
                await self.task
        return self.ready.is_set()

    async def _run(self, work: Work, own: ProcessOwned) -> None:
        async with work(self.settings, own):
            self.ready.set()
            await self.end.wait()

    async def ended(self) -> None:
        """Let it finish what is under way. What it leaves is taken up by others, as after the end of a process."""
        assert self.task is not None
        self.end.set()
        await self.task


class Succession:
    """Runs a process until `stop` is set. `reload` is set by who wants the files, or what was activated, to be looked at now."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        work: Work,
        *,
        stop: asyncio.Event,
        reload: asyncio.Event,
        pace: float = _PACE,
    ) -> None:
        self._settings, self._database, self._work = settings, database, work
        self._stop, self._reload, self._pace = stop, reload, pace
        self._activations = PostgresActivations(database)
        self._sockets = KeptSockets()
        self._own = ProcessOwned.of(settings, sockets=self._sockets.open)
        self._refused: tuple[int, float] | None = None

    async def run(self) -> None:
        """Until the end. Raises what the first configuration cannot begin for, and what ends a service that works."""
        generation = _Generation(await begun(self._settings, self._database))
        try:
            await generation.start(self._work, self._own)
            calm_collector()
            await self._tell(None)
            while not await self._is_over(generation):
                generation = await self._followed(generation)
            self._sockets.close()  # before those in flight are finished: nobody is to wait for a server that does not come
            await generation.ended()
        finally:
            self._sockets.close()
            if generation.task is not None:
                generation.task.cancel()

    async def _is_over(self, generation: _Generation) -> bool:
        """Wait for a moment, or for a sign: whether the end is wanted. Raises what a service has ended by."""
        assert generation.task is not None
        waits = [asyncio.create_task(event.wait()) for event in (self._stop, self._reload)]
        managed = generation.settings.managed
        try:
            await asyncio.wait(
                {generation.task, *waits}, timeout=self._pace if managed else None, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for each in waits:
                each.cancel()
        if generation.task.done():
            await generation.task
        return self._stop.is_set()

    async def _followed(self, generation: _Generation) -> _Generation:
        """The generation that works after this look: another one where there is one to take, and that can be taken."""
        asked = self._reload.is_set()
        self._reload.clear()
        try:
            settings = await self._wanted(generation.settings, asked=asked)
            following = _Generation(settings) if settings is not None else generation
            if settings is None or not await following.follow(self._work, self._own, self._stop):
                return generation
        except Exception as error:  # noqa: BLE001 - whatever it is, the configuration that works goes on working
            await self._refuse(error if isinstance(error, GatewayError) else GatewayError(f"{type(error).__name__}: {error}"))
            return generation
        await self._take_over(generation, following)
        return following

    async def _wanted(self, present: Settings, *, asked: bool) -> Settings | None:
        """The settings of the configuration that is to follow; None as long as the present one is right."""
        if not present.managed:
            return await self._of_files(present) if asked else None
        try:
            activation, due = await self._activations.now()
            if due:
                await self._activations.begin_due()
                activation, _ = await self._activations.now()
        except GatewayError as error:
            log.info("activation_not_looked_up", reason=str(error))
            return None
        if activation is None or (activation.kind is Kind.START and not activation.terms.managed):
            return None
        if not asked and (activation.digest == present.snapshot.digest or self._waits(activation.id)):
            return None
        self._refused = activation.id, asyncio.get_running_loop().time() + _AGAIN
        return await activated(present, activation, self._database)

    def _waits(self, activation: int) -> bool:
        """Whether it could not be taken a moment ago."""
        refused, until = self._refused or (0, 0.0)
        return refused == activation and asyncio.get_running_loop().time() < until

    async def _of_files(self, present: Settings) -> Settings:
        """The files as they are now. Raises ConfigurationInvalid."""
        read = await asyncio.to_thread(
            read_settings, str(present.config), present.environ, roles=sorted(present.roles), processes=present.processes
        )
        return await begun(replace(read, snapshot=at_home(read.snapshot, present), worker=present.worker), self._database)

    async def _take_over(self, before: _Generation, after: _Generation) -> None:
        """The one that works takes all from now on; the other one finishes what it has begun."""
        now, past = after.settings.snapshot.digest, before.settings.snapshot.digest
        log.info("configuration_changed", before=past[:12], now=now[:12], activation=after.settings.activation)
        self._refused = None
        self._settings = after.settings
        self._own.observer.count("edi_configuration_changes_total", outcome="taken")
        try:
            await before.ended()
        except GatewayError as error:
            log.warning("configuration_left_work", configuration=past[:12], problem=str(error))
        if now != past:
            report_build(self._own.observer, configuration=past, runs=False)
        self._sockets.keep_only_the_last()
        calm_collector(ended=True)
        await self._tell(None)

    async def _refuse(self, error: GatewayError) -> None:
        log.error("configuration_not_taken", problem=str(error), remedy=error.remedy, consequence="the one from before goes on")
        self._own.observer.count("edi_configuration_changes_total", outcome="refused")
        await self._tell(error)

    async def _tell(self, error: GatewayError | None) -> None:
        """Keep a failure of the gateway's owner open as long as a configuration cannot be taken."""
        troubles = keep_standing(
            self._database,
            stage=STAGE,
            owner_of=lambda _side: self._settings.snapshot.owner_of(None, stage=STAGE),
            observer=self._own.observer,
            new_id=TimeOrderedIds(),
        )
        if error is None:
            await troubles.keep(_SIDE, (), all_of_them=True)
            return
        message = f"what is to be in force cannot be taken, the one from before goes on: {error}"
        await troubles.keep(_SIDE, [ChannelTrouble("not-taken", message, error.remedy)], all_of_them=False)
