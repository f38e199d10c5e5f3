"""The open sessions with a partner's server: a bounded number, each in a thread of its own while it is used, then kept."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gateway.channels.remote_folder.server import Attempt, Server, ServerTrouble, Session
from gateway.errors import ServerRefused

_Result = TypeVar("_Result")


class Sessions:
    """At most `most` sessions of a channel, for all that is done on it. `close` ends them; then it may be used again.

    One that nobody used for `idle` seconds is ended; None keeps it as long as the server does.
    """

    def __init__(self, server: Server, *, most: int, idle: float | None = None) -> None:
        self._server, self._patience = server, idle
        self._free = asyncio.Semaphore(most)
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=server.place)
        self._idle: list[tuple[Session, Attempt]] = []
        self._ending: asyncio.TimerHandle | None = None

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return self._server.place

    def in_words(self, refusal: ServerRefused, doing: str) -> ServerTrouble:
        """What a refusal means. `doing` completes "the server refuses to ..."."""
        return self._server.in_words(refusal, doing)

    async def use(self, work: Callable[[Session], _Result]) -> _Result:
        """What `work` answers when given a session. Raises what it raises, and ServerTrouble when there is no session.

        When the caller is cancelled, the connection ends at once, and what was under way on it stays undone or half done.
        """
        async with self._free:
            session, attempt = self._take()
            using = _Use(self._server, session, attempt)
            try:
                done = await asyncio.get_running_loop().run_in_executor(self._threads, using.do, work)
            except asyncio.CancelledError:
                self._end(using.attempt)
                raise
            finally:
                if using.session is not None and using.session.alive:
                    self._idle.append((using.session, using.attempt))
                    self._end_later()
            return done

    def _take(self) -> tuple[Session | None, Attempt]:
        while self._idle:
            session, attempt = self._idle.pop()
            if session.alive:
                return session, attempt
            self._end(attempt)
        return None, Attempt()

    @staticmethod
    def _end(attempt: Attempt) -> None:
        """End a connection in a thread: it takes its time. Nobody waits for it."""
        asyncio.get_running_loop().run_in_executor(None, attempt.end)

    def _end_later(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        if self._patience is not None:
            self._ending = asyncio.get_running_loop().call_later(self._patience, self._end_idle)

    def _end_idle(self) -> None:
        idle, self._idle = self._idle, []
        for _, attempt in idle:
            self._end(attempt)

    async def close(self) -> None:
        """End the sessions that nobody uses, and let the threads end."""
        if self._ending is not None:
            self._ending.cancel()
        idle, self._idle = self._idle, []
        for _, attempt in idle:
            await asyncio.to_thread(attempt.end)
        self._threads.shutdown(wait=False)


class _Use:
    """One use of a session, which is opened first where there is none."""

    def __init__(self, server: Server, session: Session | None, attempt: Attempt) -> None:
        self.session, self.attempt = session, attempt
        self._server = server

    def do(self, work: Callable[[Session], _Result]) -> _Result:
        """In a thread."""
        if self.session is None:
            self.session = self._server.open(self.attempt)
        return work(self.session)
