"""An append-only file of what was committed, so that another process may read it and a restart finds it again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson


class Journal:
    """One line of JSON per committed transaction. A line cut off by a crash was not committed and is ignored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def read(self) -> Iterator[list[Any]]:
        """The transactions so far, each a list of changes."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield orjson.loads(line)

    def append(self, changes: list[Any]) -> None:
        """Write a transaction; it is with the operating system when this returns."""
        if self._file is None:
            self._repair()
            self._file = self._path.open("ab")
        self._file.write(orjson.dumps(changes) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _repair(self) -> None:
        """Cut off half a line at the end, or the next one would be glued to it."""
        if not self._path.exists():
            return
        whole = self._path.read_bytes().rpartition(b"\n")
        if whole[2]:
            self._path.write_bytes(whole[0] + whole[1])
