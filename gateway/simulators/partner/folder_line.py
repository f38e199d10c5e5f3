"""Files in a pair of folders, as a careful partner handles them, or a careless one."""

import asyncio
from asyncio import Event
from collections.abc import Awaitable, Callable
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.simulators.partner.line import Take

_UNFINISHED = (".*", "*.tmp", "*.part", "*.filepart")
_PIECES = 4
"""In so many pieces a file grows before its end is held back."""


class FolderLine:
    """Puts files into `inbox`, takes them out of `outbox`; one of them may be None. Looks every `every` seconds.

    `pause` is awaited between looks and between the pieces of a file that grows. `marker` is the name of an empty file that says
    that another one is whole, with {name} or {stem} in it.
    """

    def __init__(
        self,
        inbox: Path | None,
        outbox: Path | None,
        *,
        take: Take,
        every: float = 0.05,
        marker: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inbox, self._outbox, self._take = inbox, outbox, take
        self._every, self._marker, self._pause = every, marker, pause
        self._task: asyncio.Task[None] | None = None

    async def send(self, name: str, contents: bytes, *, finish: Event | None = None) -> tuple[str, bytes]:
        """Put a file there under a temporary name, then rename it, once no earlier one of its name lies there.

        With `finish` it stands there under its own name and grows, and its last piece is written when that is set.
        """
        if self._inbox is None:
            raise RuntimeError("the gateway reads no folder of this partner")
        path = self._inbox / name
        while path.exists():
            await self._pause(self._every)
        if finish is None:
            temporary = path.with_name(f".{name}")
            await asyncio.to_thread(temporary.write_bytes, contents)
            temporary.rename(path)
        else:
            await self._grow(path, contents, finish)
        if self._marker:
            mark = self._marker.replace("{name}", path.name).replace("{stem}", path.stem)
            path.with_name(mark).touch()
        return "", b""

    async def _grow(self, path: Path, contents: bytes, finish: Event) -> None:
        size = max(1, len(contents) // (_PIECES + 1))
        for at in range(0, size * _PIECES, size):
            with path.open("ab") as stream:
                stream.write(contents[at : at + size])
            await self._pause(self._every)
        await finish.wait()
        with path.open("ab") as stream:
            stream.write(contents[size * _PIECES :])

    async def __aenter__(self) -> Self:
        for folder in (self._inbox, self._outbox):
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        sizes: dict[str, int] = {}
        while self._outbox is not None:
            seen = {path.name: path.stat().st_size for path in sorted(self._outbox.iterdir()) if _is_whole(path)}
            for name in [name for name, size in seen.items() if sizes.get(name) == size]:
                path = self._outbox / name
                body = await asyncio.to_thread(path.read_bytes)
                path.unlink()
                await self._take(body, name)
            sizes = seen
            await self._pause(self._every)


def _is_whole(path: Path) -> bool:
    return path.is_file() and not any(fnmatch(path.name, pattern) for pattern in _UNFINISHED)
