"""A thread of its own for a connection that is used by one thread at a time, by a library that waits in it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Apart:
    """Runs one call after the other. A call whose caller is cancelled goes on: cut its connection, then `leave`."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def call(self, function: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Call it there, and wait for what it returns or raises."""
        return await asyncio.wrap_future(self._pool.submit(function, *args, **named))

    def leave(self, last: Callable[[], None]) -> None:
        """Do one last thing there, and end, without waiting for it."""
        self._pool.submit(last)
        self._pool.shutdown(wait=False)
