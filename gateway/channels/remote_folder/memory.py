"""What is remembered of files between two looks, by the name they have now. It saves work; nothing else depends on it."""

from collections.abc import Collection

from gateway.channels.remote_folder.pace import Failing, Pace
from gateway.channels.remote_folder.server import Print

_TOLD = 10_000


class Memory:
    """What failed, what is stored and still there, what is ours, and what the log has told."""

    def __init__(self) -> None:
        self._failing: dict[str, Failing] = {}
        self._stored: dict[str, Print] = {}
        self._claimed: set[str] = set()
        self._told: set[str] = set()

    def keep_only(self, files: Collection[str]) -> None:
        """Forget the files that are no longer there."""
        self._failing = {file: failing for file, failing in self._failing.items() if file in files}
        self._stored = {file: read for file, read in self._stored.items() if file in files}
        self._claimed &= set(files)

    def failed(self, file: str, now: float, pace: Pace) -> Failing:
        """A file failed once more."""
        failing = self._failing.setdefault(file, Failing())
        failing.again(now, pace)
        return failing

    def rests(self, file: str, now: float) -> float:
        """Seconds for which a file is still left alone."""
        failing = self._failing.get(file)
        return failing.until - now if failing else 0.0

    def ours(self, file: str) -> None:
        """We claimed a file after it had settled: it need not settle again."""
        self._claimed.add(file)

    def is_ours(self, file: str) -> bool:
        """Whether we claimed it."""
        return file in self._claimed

    def stored(self, file: str, read: Print) -> None:
        """A file is stored, and is still there because the server did not let us take it away."""
        self._stored[file] = read

    def as_stored(self, file: str, seen: Print) -> Print | None:
        """What a stored file was like when it was read, if it is still like that."""
        read = self._stored.get(file)
        return read if read is not None and read.same_as(seen) else None

    def is_news(self, name: str) -> bool:
        """Whether this was not told before. Of many thousand things, the last are news again."""
        if name in self._told:
            return False
        if len(self._told) >= _TOLD:
            self._told.clear()
        self._told.add(name)
        return True
