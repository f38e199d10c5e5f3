"""What people and programs ask of a process: the API and the console, which stand above the wiring and are handed to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import web

from gateway.bootstrap.accounts import first_administrator
from gateway.bootstrap.live import Live
from gateway.bootstrap.office import Office
from gateway.bootstrap.settings import Settings
from gateway.ports import Observer
from gateway.security.body_cipher import body_cipher
from gateway.store.database import Database
from gateway.store.news import recent_counts

log = structlog.get_logger(__name__)

_CONNECTIONS, _READING = 4, 2
_READING_TIME = 30.0
"""Seconds that a statement may take which reads much."""

RouteTable = Iterable[web.AbstractRouteDef]


@dataclass(frozen=True, slots=True)
class Premises:
    """What fronts are made with."""

    office: Office
    observer: Observer


def _nothing() -> None:
    """Nobody waits."""


async def _nobody(_url: str) -> None:
    """Nobody is invited where nobody can come in."""


Front = Callable[[Premises], AbstractAsyncContextManager[RouteTable]]
"""Makes what is served, for as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class Fronts:
    """What is served; `stop_waiting` lets those go who wait for news, before the server stops. `invite` is told where we are."""

    tables: Sequence[RouteTable] = ()
    stop_waiting: Callable[[], None] = _nothing
    invite: Callable[[str], Awaitable[None]] = _nobody


@asynccontextmanager
async def open_fronts(
    settings: Settings, fronts: Sequence[Front], *, url: str, observer: Observer, node: str
) -> AsyncIterator[Fronts]:  # fmt: skip
    """The fronts of a process, over connections of their own: who looks at lists takes none from those who work.

    Nothing where there are none, or the process has not the role.
    """
    if not fronts or "api" not in settings.roles:
        yield Fronts()
        return
    async with AsyncExitStack() as stack:
        cipher = body_cipher(settings.snapshot.encryption)
        database = await _opened(stack, Database(url, size=_CONNECTIONS, cipher=cipher))
        replica = settings.snapshot.gateway.database_read_url or url
        # Not opened here: a replica that does not answer keeps nothing from starting.
        reading = await _opened(
            stack, Database(replica, size=_READING, timeout=_READING_TIME, cipher=cipher, reading=True), at_once=False
        )
        live = Live(partial(recent_counts, database))
        premises = Premises(Office(settings, database, url, node, reading, live), observer)
        tables = [await stack.enter_async_context(front(premises)) for front in fronts]
        yield Fronts(tables, live.close, partial(_invite, premises.office))


async def _opened(stack: AsyncExitStack, database: Database, *, at_once: bool = True) -> Database:
    stack.push_async_callback(database.close)
    await database.open(at_once=at_once)
    return database


async def _invite(office: Office, url: str) -> None:
    """As long as there is no administrator, whoever starts the gateway reads the link by which one comes in."""
    invitation = await first_administrator(office)
    if invitation is not None:
        log.warning("no_administrator_yet", account=invitation.name, choose_a_password_at=url + invitation.path)
