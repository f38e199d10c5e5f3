"""Operations made by tests, over a real server; who comes with a token stands in a table, keys are kept in memory."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import aiohttp
import orjson
from typing_extensions import override

from gateway.api.entrance import Entrance
from gateway.api.http import Machine
from gateway.api.once import Once
from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.office import Office
from gateway.domain.access import AccountKind, Caller, Right, Role, rights_of
from gateway.domain.allowance import Allowed
from gateway.http.caller import Callers
from gateway.ports.asked_once import Attempt, KnownRequest, OnceOnly
from tests.gateway.channels.conftest import server


class Answered(Told):
    """What operations of tests answer."""

    said: str


async def hello(_office: Office, caller: Caller, _asked: Asked) -> Answered:
    return Answered(said=f"hello {caller.name}")


def operation(**changes: Any) -> Operation:
    """An operation that says hello."""
    usual = {
        "name": "hello",
        "method": "GET",
        "path": "/hello",
        "right": Right.SEE,
        "summary": "Says hello",
        "asked": Asked,
        "run": hello,
        "answers": Answered,
    }
    return Operation(**{**usual, **changes})


def caller(*roles: Role, name: str = "ann", payloads: bool = False, partner: str | None = None) -> Caller:
    """Somebody with these roles."""
    return Caller(uuid4(), name, AccountKind.SERVICE, rights_of(roles, payloads=payloads, partner=partner), partner)


ANN = caller(Role.ADMINISTRATOR)


@dataclass
class Remembered(OnceOnly):
    """Keys in memory, of one process that never ends."""

    known: dict[tuple[UUID, str], KnownRequest] = field(default_factory=dict)

    @override
    async def begin(
        self, account: UUID, key: str, *, operation: str, asked: bytes, held: timedelta, kept: timedelta
    ) -> Attempt | KnownRequest:
        there = self.known.get((account, key))
        if there is None:
            self.known[account, key] = KnownRequest(asked, acted=False, lapsed=False)
            return Attempt(account, key, 1)
        return there

    @override
    async def finish(self, attempt: Attempt, *, status: int, media_type: str, answer: bytes | None) -> None:
        at = attempt.account, attempt.key
        asked = self.known[at].asked
        self.known[at] = KnownRequest(asked, acted=True, lapsed=False, status=status, media_type=media_type, answer=answer)

    @override
    async def give_up(self, attempt: Attempt) -> None:
        del self.known[attempt.account, attempt.key]


@dataclass
class Hand:
    """A clock that tests move."""

    at: float = 0.0

    def now(self) -> Any:
        raise AssertionError("nobody asks")

    def monotonic(self) -> float:
        return self.at


class Counted:
    """An observer that keeps what was counted."""

    def __init__(self) -> None:
        self.counts: list[tuple[str, dict[str, str]]] = []

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counts.append((name, labels))

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


@dataclass
class Site:
    """A server with the operations of a test. Who asks nothing else comes as `ann`, who may administer."""

    client: aiohttp.ClientSession
    clock: Hand
    observer: Counted

    async def ask(self, method: str, path: str, *, token: str = "ann", **terms: Any) -> "Reply":
        headers = {"Authorization": f"Bearer {token}", **terms.pop("headers", {})}
        async with self.client.request(method, f"/v1{path}", headers=headers, **terms) as answer:
            return Reply(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **terms: Any) -> "Reply":
        return await self.ask("GET", path, **terms)

    async def post(self, path: str, **terms: Any) -> "Reply":
        return await self.ask("POST", path, **terms)


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.headers["Content-Type"] == "application/problem+json", self.body
        document = self.json
        assert document["status"] == self.status
        assert document["detail"], document
        assert document["remedy"], document
        return str(document["type"]).removeprefix("urn:edi-gateway:problem:")


@asynccontextmanager
async def site(
    *operations: Operation,
    callers: Iterable[Caller] = (ANN,),
    allowed: Allowed | None = None,
    once: OnceOnly | None = None,
    office: Office | None = None,
) -> AsyncIterator[Site]:
    """Serve them; each caller's token is its name."""
    known = {one.name: one for one in callers}

    async def caller_of(token: str, *, address: str) -> Caller | None:
        assert address == "127.0.0.1"
        return known.get(token)

    clock, observer = Hand(), Counted()
    entrance = Entrance(caller_of, allowed=allowed or Allowed(1000, 10_000), callers=Callers(), monotonic=clock.monotonic)
    rows: Sequence[Operation] = operations or (operation(),)
    machine = Machine(rows, office or cast("Office", None), entrance, Once(once or Remembered()), observer, clock)
    running = server(machine.routes())
    await running.start()
    try:
        async with aiohttp.ClientSession(running.url) as client:
            yield Site(client, clock, observer)
    finally:
        await running.stop()
