"""A partner's server in memory, and a channel that works on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from gateway.channels.remote_folder import Pace, RemoteInbound, RemoteOutbound, Sessions
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from tests.gateway.channels.fakes import Counts, FakeIntake, Told, Turns
from tests.gateway.channels.sftp.memory_server import MemoryServer


class Stage:
    """One server with everything around it; processes are started on it with `running`."""

    def __init__(self) -> None:
        self.server = MemoryServer()
        self.intake, self.turns, self.counts, self.troubles = FakeIntake(), Turns(), Counts(), Told()
        self.pools: list[Sessions] = []

    def sessions(self, most: int = 2) -> Sessions:
        self.pools.append(Sessions(self.server, most=most))
        return self.pools[-1]

    def inbound(self, *, pace: Pace | None = None, most_bytes: int = 1_000, **terms: Any) -> RemoteInbound:
        inbox = RemoteInbox(**{"folder": "/in", "settle": 5.0, "poll": 60.0, **terms})
        return RemoteInbound(
            "bigbox-sftp",
            inbox,
            sessions=self.sessions(),
            partner="bigbox",
            most_bytes=most_bytes,
            intake=self.intake,
            troubles=self.troubles,
            observer=self.counts,
            clock=self.turns,
            new_id=uuid4,
            pace=pace or Pace(),
            wait=lambda seconds: self.turns.wait(asyncio.Event(), seconds),
        )

    def outbound(self, **terms: Any) -> RemoteOutbound:
        outbox = RemoteOutbox(**{"folder": "/out", **terms})
        return RemoteOutbound("bigbox-sftp", outbox, sessions=self.sessions(), troubles=self.troubles, partner="bigbox")

    @asynccontextmanager
    async def running(self, **terms: Any) -> AsyncIterator[RemoteInbound]:
        """A channel that has looked once."""
        channel = self.inbound(**terms)
        task = asyncio.create_task(channel.run())
        try:
            await self.turns.rest()
            yield channel
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        for pool in self.pools:
            await pool.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.close()


Watching = Callable[..., None]
