"""Entries of books put in order on disk, in runs that are merged: memory holds one run, however many entries there are."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from heapq import merge
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson
from typing_extensions import override

from gateway.domain.reconciliation import Entry, Value, place_of
from gateway.ports.books import Shelf

_RUN = 5_000
"""Entries that are sorted in memory."""
_IN_MEMORY = 1 << 20
"""Bytes of a run that are not worth a file."""


class DiskShelf(Shelf):
    """Keeps runs in files without a name, which are gone with the process, whatever becomes of it."""

    def __init__(self, *, run: int = _RUN) -> None:
        self._most, self._waiting = run, list[Entry]()
        self._runs: list[SpooledTemporaryFile[bytes]] = []

    @override
    async def add(self, entries: Iterable[Entry]) -> None:
        self._waiting += entries
        if len(self._waiting) >= self._most:
            run, self._waiting = self._waiting, []
            self._runs.append(await asyncio.to_thread(_written, run))

    @override
    def ordered(self) -> Iterator[Entry]:
        waiting, self._waiting = self._waiting, []
        return merge(*map(_read, self._runs), sorted(waiting, key=place_of), key=place_of)

    @override
    def close(self) -> None:
        for run in self._runs:
            run.close()


def _written(entries: list[Entry]) -> SpooledTemporaryFile[bytes]:
    file = SpooledTemporaryFile[bytes](_IN_MEMORY)
    for entry in sorted(entries, key=place_of):
        file.write(orjson.dumps(_plain(entry)) + b"\n")
    file.seek(0)
    return file


def _read(file: SpooledTemporaryFile[bytes]) -> Iterator[Entry]:
    for line in file:
        yield _entry(orjson.loads(line))


def _plain(entry: Entry) -> list[Any]:
    values = {name: [str(value)] if isinstance(value, Decimal) else value for name, value in entry.values.items()}
    lines = None if entry.lines is None else [_plain(line) for line in entry.lines]
    times = (entry.since, entry.changed, entry.as_of)
    return [entry.key, entry.partner, values, entry.name, lines, list(entry.aliases), times]


def _entry(plain: list[Any]) -> Entry:
    key, partner, values, name, lines, aliases, times = plain
    since, changed, as_of = (datetime.fromisoformat(time) if time else None for time in times)
    read: dict[str, Value] = {what: Decimal(value[0]) if isinstance(value, list) else value for what, value in values.items()}
    entries = None if lines is None else [_entry(line) for line in lines]
    return Entry(key, partner, read, name, since, entries, aliases, changed, as_of)
