"""The open sessions with a partner's server: a bounded number, each in a thread of its own while it is used, then kept."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from gateway.channels.sftp.connection import Attempt
from gateway.channels.sftp.session import Session

_Result = TypeVar("_Result")


class Opener(Protocol):
    """Opens sessions."""

    @property
    def place(self) -> str:
        """Host and port, for messages."""

    def open(self, attempt: Attempt) -> Session:
        """A new session. Raises SftpTrouble."""


class Sessions:
    """At most `most` sessions of a channel, for all that is done on it. `close` ends them; then it may be used again."""

    def __init__(self, opener: Opener, *, most: int) -> None:
        self._opener = opener
        self._free = asyncio.Semaphore(most)
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=f"sftp {opener.place}")
        self._idle: list[tuple[Session, Attempt]] = []

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return self._opener.place

    async def use(self, work: Callable[[Session], _Result]) -> _Result:
        """What `work` answers when given a session. Raises what it raises, and SftpTrouble when there is no session.

        When the caller is cancelled, the connection ends at once, and what was under way on it stays undone or half done.
        """
        async with self._free:
            session, attempt = self._take()
            using = _Use(self._opener, session, attempt)
            try:
                done = await asyncio.get_running_loop().run_in_executor(self._threads, using.do, work)
            except asyncio.CancelledError:
                self._end(using.attempt)
                raise
            finally:
                if using.session is not None and using.session.alive:
                    self._idle.append((using.session, using.attempt))
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

    async def close(self) -> None:
        """End the sessions that nobody uses, and let the threads end."""
        idle, self._idle = self._idle, []
        for _, attempt in idle:
            await asyncio.to_thread(attempt.end)
        self._threads.shutdown(wait=False)


class _Use:
    """One use of a session, which is opened first where there is none."""

    def __init__(self, opener: Opener, session: Session | None, attempt: Attempt) -> None:
        self.session, self.attempt = session, attempt
        self._opener = opener

    def do(self, work: Callable[[Session], _Result]) -> _Result:
        """In a thread."""
        if self.session is None:
            self.session = self._opener.open(self.attempt)
        return work(self.session)
