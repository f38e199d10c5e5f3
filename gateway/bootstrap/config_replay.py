"""Replays the decisions of real traffic under another configuration: what would change, before it is in force.

Nothing is written, sent or asked of anybody. Pages of traffic are worked on by worker processes, each with a connection and a
configuration of its own; what comes back is a tally, so that memory does not grow with what is compared.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from gateway.bootstrap.config_source import ConfigurationSource, source_of
from gateway.bootstrap.office import Where, opened
from gateway.domain.change_tally import ChangeTally
from gateway.domain.encryption import EncryptionTerms
from gateway.domain.masks import Masks
from gateway.errors import PlanRefused
from gateway.ports import Json
from gateway.security.body_cipher import body_cipher
from gateway.stages.child import end_with
from gateway.stages.decide_again import DecideAgain
from gateway.store.database import Database
from gateway.store.decisions import Decisions, StoredDecision, Traffic
from gateway.system import TimeOrderedIds

_AHEAD = 2
"""Pages that are on their way to each worker, so that none waits."""


def _nobody(_done: int, _of: int) -> None:
    """Nobody is told how far it is."""


async def replay_decisions(
    where: Where, new: str, *, since: datetime, until: datetime | None = None, partner: str | None = None,
    limit: int | None = None, processes: int = 1, told: Callable[[int, int], None] = _nobody,
) -> Json:  # fmt: skip
    """What the configuration `new` (a path, or a digest that is kept) would decide otherwise of what was received.

    `limit` takes no more than so many messages, the newest; `processes` are workers, 0 does it in this one. `told` hears how many
    messages are done, of how many. Raises Absent and ConfigurationInvalid for `new`, PlanRefused for a time that is none.
    """
    until = until or datetime.now(UTC)
    if since >= until:
        raise PlanRefused("Nothing was received in a time that ends before it begins.", remedy="Say for example: --since 7d")
    if processes < 0 or (limit is not None and limit < 1):
        raise PlanRefused("Numbers of processes and messages are positive.", remedy="Say for example: --processes 2")
    started = time.monotonic()
    source = await source_of(where, new)
    async with opened(where) as office:
        built = await asyncio.to_thread(source.build, office.settings.environ)  # what is wrong with it is said before any work
        masks = office.snapshot.gateway.masks
        decisions = Decisions(office.for_long_reading().database)
        if processes == 0:
            work = _here(DecideAgain(built, masks, TimeOrderedIds()), decisions)
        else:
            place = Workplace(source, office.url, office.snapshot.encryption, masks, office.settings.environ)
            work = _elsewhere(place, processes)
        tally = await _all(work, decisions, Traffic(since, until, partner), limit, told)
    return {
        "configuration": built.digest,
        "in_force": office.snapshot.digest,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "seconds": round(time.monotonic() - started, 3),
        **tally.view(),
    }


async def _all(
    work: "Work", decisions: Decisions, traffic: Traffic, limit: int | None, told: Callable[[int, int], None]
) -> ChangeTally:
    """Everything compared and counted."""
    count = await decisions.count(traffic)
    count = count if limit is None else min(count, limit)
    tally, done = ChangeTally(), 0
    async with aclosing(work(_limited(decisions.pages(traffic), count))) as tallies:
        async for messages, one in tallies:
            tally.add(one)
            done += messages
            told(done, count)
    return tally


async def _limited(pages: AsyncIterator[Sequence[UUID]], most: int) -> AsyncIterator[Sequence[UUID]]:
    async for page in pages:
        if most <= 0:
            return
        yield page[:most]
        most -= len(page)


Done = tuple[int, ChangeTally]
Work = Callable[[AsyncIterator[Sequence[UUID]]], AsyncGenerator[Done]]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a worker needs to begin."""

    source: ConfigurationSource
    url: str
    encryption: EncryptionTerms | None
    masks: Masks
    environ: Mapping[str, str]

    def judge(self) -> DecideAgain:
        """What decides again, under the configuration built anew."""
        return DecideAgain(self.source.build(self.environ), self.masks, TimeOrderedIds())


def _here(judge: DecideAgain, decisions: Decisions) -> Work:
    """Work in this process: a page at a time, in a thread, so that others have their turn."""

    async def work(pages: AsyncIterator[Sequence[UUID]]) -> AsyncGenerator[Done]:
        async for page in pages:
            stored = await decisions.read(page)
            yield len(page), await asyncio.to_thread(_compared, judge, stored)

    return work


def _elsewhere(place: Workplace, processes: int) -> Work:
    """Work in processes of its own; no more pages are asked for than they can take up."""

    async def work(pages: AsyncIterator[Sequence[UUID]]) -> AsyncGenerator[Done]:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(place, os.getpid()))
        loop, running = asyncio.get_running_loop(), set[asyncio.Future[Done]]()
        try:
            async for page in pages:
                running.add(loop.run_in_executor(pool, _work, list(page)))
                if len(running) >= processes * _AHEAD:
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for one in done:
                        yield one.result()
            for last in asyncio.as_completed(running):
                yield await last
        finally:
            for one in running:
                one.cancel()
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    return work


@dataclass(slots=True)
class _Worker:
    """A worker process: its loop, its connection, its configuration."""

    loop: asyncio.AbstractEventLoop
    decisions: Decisions
    judge: DecideAgain


_WORKER: list[_Worker] = []
"""The worker that this process is; empty in any other."""


def _begin(place: Workplace, parent: int) -> None:
    end_with(parent)
    loop = asyncio.new_event_loop()
    database = Database(place.url, size=1, cipher=body_cipher(place.encryption), reading=True)
    loop.run_until_complete(database.open())
    _WORKER.append(_Worker(loop, Decisions(database), place.judge()))


def _work(page: Sequence[UUID]) -> Done:
    worker = _WORKER[0]
    stored = worker.loop.run_until_complete(worker.decisions.read(page))
    return len(page), _compared(worker.judge, stored)


def _compared(judge: DecideAgain, stored: Sequence[StoredDecision]) -> ChangeTally:
    tally = ChangeTally()
    for one in stored:
        if one.hindrance:
            tally.skipped(one.hindrance)
        else:
            judge.compare(one.transmission, one.decided, tally)
    return tally
