"""A partner's mailbox for the tests of polling: files listed, fetched, and deleted or confirmed; and a poller in turns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

from gateway.channels.http.poll import HttpPoll, Patience
from gateway.domain.http_terms import HttpClientTerms, HttpListing, HttpPollOptions
from gateway.ports import BodyPieces, Intake
from tests.gateway.channels.fakes import Counts, FakeIntake, Tally, Told, Turns

INSIDE = HttpClientTerms(internal=True, timeout=5.0)
BY_ID = HttpListing("json", "files[]", id="id", url="href", name="name", next="next", cursor="cursor")


@dataclass
class Files:
    """What the partner holds for us, by id. `stop_at` is where a request waits: before or after it has its effect."""

    content: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    lists: int = 0
    stop_at: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    troubles: dict[str, list[int]] = field(default_factory=dict)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        kind = {"GET": "list" if request.path == "/list" else "fetch", "DELETE": "confirm", "POST": "confirm"}[request.method]
        await self.step(f"before {kind}")
        answer = self.answer(kind, request)
        await self.step(f"after {kind}")
        return answer

    async def step(self, name: str) -> None:
        if name == self.stop_at:
            self.stop_at = ""
            self.reached.set()
            await self.gate.wait()

    def answer(self, kind: str, request: web.Request) -> web.StreamResponse:
        if self.troubles.get(kind):
            return web.Response(status=self.troubles[kind].pop(0))
        if kind == "list":
            self.lists += 1
            return self.listed(request)
        known = request.path.removeprefix("/files/").removesuffix("/done")
        if known not in self.content:
            return web.Response(status=404)
        if kind == "fetch":
            self.fetched.append(known)
            return web.Response(body=self.content[known])
        self.released.append(known)
        del self.content[known]
        return web.Response(status=204)

    def listed(self, request: web.Request) -> web.StreamResponse:
        del request
        return web.json_response(
            {"files": [{"id": name, "href": f"/files/{name}", "name": f"{name}.edi"} for name in self.content]}
        )


class StoppingIntake(FakeIntake):
    """An intake that stops at a step, as a mailbox does."""

    def __init__(self) -> None:
        super().__init__()
        self.files = Files()

    async def receive(self, handover: Any) -> Any:
        await self.files.step("before store")
        receipt = await super().receive(handover)
        await self.files.step("after store")
        return receipt


class FakePositions:
    """Positions in memory, which outlive a poller."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def position(self, channel: str) -> str | None:
        return self.kept.get(channel)

    async def move_position(self, channel: str, position: str) -> None:
        self.kept[channel] = position


@dataclass
class Poller:
    """A running poller. `rounds(n)` waits until so many rounds are over; each but the first begins when it is asked for."""

    channel: HttpPoll
    counts: Counts
    turns: Turns
    ended: Tally
    begin: asyncio.Semaphore
    pauses: list[float]
    troubles: Told
    task: "asyncio.Task[None] | None" = None

    async def rounds(self, number: int) -> None:
        while self.ended.value < number:
            before = self.ended.value
            if before:
                self.begin.release()
            await self.ended.reach(before + 1)

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def polling(
    url: str,
    intake: Intake,
    *,
    positions: FakePositions | None = None,
    most_bytes: int = 1_000_000,
    pieces: BodyPieces | None = None,
    **options: Any,
) -> AsyncIterator[Poller]:
    counts, turns, ended, begin, pauses = Counts(), Turns(), Tally(), asyncio.Semaphore(0), list[float]()

    async def wait(seconds: float) -> None:
        pauses.append(seconds)
        turns.skip(seconds)
        ended.raise_by_one()
        await begin.acquire()

    troubles = Told()
    agreed = HttpPollOptions(**{"url": f"{url}/list", "listing": BY_ID, "client": INSIDE, **options})
    channel = HttpPoll(
        "bigbox-poll",
        agreed,
        partner="bigbox",
        most_bytes=most_bytes,
        intake=intake,
        positions=positions or FakePositions(),
        troubles=troubles,
        observer=counts,
        clock=turns,
        new_id=uuid4,
        pieces=pieces,
        patience=Patience(1.0, 60.0),
        wait=wait,
    )
    poller = Poller(channel, counts, turns, ended, begin, pauses, troubles)
    poller.task = asyncio.create_task(channel.run())
    try:
        yield poller
    finally:
        await poller.stop()
