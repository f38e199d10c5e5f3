"""What is new, told to all who listen: the database is asked once a second for all of them, and only while there are some."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from gateway.domain.access import Caller
from gateway.errors import GatewayError, Refused
from gateway.store.news import Slice

_log = structlog.get_logger(__name__)

KINDS: Final = ("messages", "failures", "deliveries")
_MOST: Final = 500
_MOST_OF_ONE: Final = 20
_SIGN_OF_LIFE: Final = 15.0
_LONGEST: Final = 600.0
"""Seconds after which a listener has to come again, and to show again that it may."""


@dataclass(slots=True, eq=False)
class _Listener:
    caller: Caller
    kinds: Collection[str]
    partner: str | None
    pending: Counter[str] = field(default_factory=Counter)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, grown: Mapping[tuple[str, str | None], int]) -> None:
        for (kind, partner), more in grown.items():
            if kind in self.kinds and self.caller.sees(partner) and self.partner in (None, partner):
                self.pending[kind] += more
                self.something.set()

    def taken(self) -> dict[str, object]:
        """What there is since the last time: as much as there was room for in no queue, because only sums are kept."""
        told: dict[str, object] = {kind: {"new": more} for kind, more in self.pending.items()}
        self.pending.clear()
        self.something.clear()
        return told


class Live:
    """Listeners of one process. `look` counts what has come of late; `pace` is in seconds."""

    def __init__(
        self, look: Callable[[], Awaitable[Mapping[Slice, int]]], *, pace: float = 1.0, sign_of_life: float = _SIGN_OF_LIFE
    ) -> None:
        self._look, self._pace, self._sign_of_life = look, pace, sign_of_life
        self._listeners: set[_Listener] = set()
        self._watching: asyncio.Task[None] | None = None
        self._looked = asyncio.Event()
        self._closed = False

    def listen(
        self, caller: Caller, kinds: Collection[str] = KINDS, *, partner: str | None = None
    ) -> AsyncGenerator[Mapping[str, object], None]:
        """How many are new of each kind, as far as the caller sees them: `{"messages": {"new": 3}}`; empty as a sign of life.

        The first one is a sign of life: what comes after it is told. Ends after ten minutes, or with the process.
        Raises Refused (503) where too many listen.
        """
        self._require_room(caller)
        return self._news(_Listener(caller, kinds or KINDS, partner))

    async def _news(self, listener: _Listener) -> AsyncGenerator[Mapping[str, object], None]:
        self._listeners.add(listener)
        try:
            if self._watching is None:
                self._looked = asyncio.Event()
                self._watching = asyncio.create_task(self._watch(self._looked), name="live")
            await self._first(self._looked)
            yield {}
            until = asyncio.get_running_loop().time() + _LONGEST
            while not self._closed and asyncio.get_running_loop().time() < until:
                yield await self._next(listener)
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._watching is not None:
                self._watching.cancel()
                self._watching = None

    def close(self) -> None:
        """Let all go: the process ends."""
        self._closed = True
        for listener in self._listeners:
            listener.something.set()

    async def _next(self, listener: _Listener) -> Mapping[str, object]:
        try:
            async with asyncio.timeout(self._sign_of_life):
                await listener.something.wait()
        except TimeoutError:
            return {}
        return listener.taken()

    def _require_room(self, caller: Caller) -> None:
        own = sum(listener.caller.account == caller.account for listener in self._listeners)
        if len(self._listeners) >= _MOST or own >= _MOST_OF_ONE or self._closed:
            remedy = "Close pages that are not looked at, or listen again later."
            raise Refused("Too many listen to what is new.", status=503, remedy=remedy)

    async def _first(self, looked: asyncio.Event) -> None:
        """What is there at the first look is not new: wait for it, but not for a database that does not answer."""
        try:
            async with asyncio.timeout(self._sign_of_life):
                await looked.wait()
        except TimeoutError:
            pass

    async def _watch(self, looked: asyncio.Event) -> None:
        before: Mapping[Slice, int] | None = None
        while True:
            try:
                now = await self._look()
            except GatewayError as error:
                _log.info("live_not_looked", error=str(error))
            else:
                if before is not None:
                    grown = _grown(before, now)
                    for listener in self._listeners:
                        listener.tell(grown)
                before = now
                looked.set()
            await asyncio.sleep(self._pace)


def _grown(before: Mapping[Slice, int], now: Mapping[Slice, int]) -> Mapping[tuple[str, str | None], int]:
    """By kind and partner how many there are that were not there at the look before."""
    grown: Counter[tuple[str, str | None]] = Counter()
    for (kind, partner, slice_), rows in now.items():
        more = rows - before.get((kind, partner, slice_), 0)
        if more > 0:
            grown[kind, partner] += more
    return grown
