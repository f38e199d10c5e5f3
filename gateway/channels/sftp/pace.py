"""How a partner's folder is worked through, and how long what failed is left alone."""

from collections.abc import Collection
from dataclasses import dataclass

from gateway.channels.sftp.place import storable_name
from gateway.channels.sftp.procedures import Print
from gateway.ports.channel_trouble import ChannelTrouble

FILE_NOT_TAKEN = "file-not-taken"
"""The code of the failure that a file stays on the partner's server because it cannot be taken."""
TOO_LARGE_REMEDY = "Ask the partner for smaller files, or raise max_transmission."


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds, sizes in bytes.

    `at_once` files, or `bytes_at_once` of them, are read together and handed over; `listed` bounds what is kept of one look.
    Failures are repeated after `retry_first`, doubled up to `retry_longest`; those that need a person (a refused login locks
    accounts when it is repeated) after `lasting_first`, doubled up to `lasting_longest`. After `patient` failures in a row a
    person is told of what may pass by itself.
    """

    at_once: int = 100
    bytes_at_once: int = 16 * 1024 * 1024
    listed: int = 10_000
    retry_first: float = 1.0
    retry_longest: float = 60.0
    lasting_first: float = 60.0
    lasting_longest: float = 1800.0
    patient: int = 5

    def retry_after(self, failures: int, *, lasting: bool = False) -> float:
        """The pause after so many failures one after the other."""
        first, longest = (self.lasting_first, self.lasting_longest) if lasting else (self.retry_first, self.retry_longest)
        return min(first * 2.0 ** min(failures - 1, 32), longest)


@dataclass(slots=True)
class Failing:
    """What failed so far, one after the other: how often, until when to leave it alone, and what was wrong the last time."""

    failures: int = 0
    until: float = 0.0
    message: str = ""
    remedy: str = ""

    def again(self, now: float, pace: Pace, *, lasting: bool = False) -> float:
        """Once more. Returns the pause."""
        self.failures += 1
        pause = pace.retry_after(self.failures, lasting=lasting)
        self.until = now + pause
        return pause


class Memory:
    """What is remembered of files between two looks, by the name they have now. It saves work; nothing else depends on it."""

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

    def failed(self, file: str, now: float, pace: Pace, *, message: str, remedy: str) -> Failing:
        """A file failed once more, and why."""
        failing = self._failing.setdefault(file, Failing())
        failing.again(now, pace)
        failing.message, failing.remedy = message, remedy
        return failing

    def stuck(self, channel: str, partner: str | None, *, patient: int) -> ChannelTrouble | None:
        """What a person has to know of files that failed so often; None when there are none."""
        files = [file for file, failing in self._failing.items() if failing.failures >= patient]
        if not files:
            return None
        first, others = self._failing[files[0]], len(files) - 1
        message = f"{storable_name(files[0])}: {first.message}" + (f" (and {others} more files)" if others else "")
        remedy = first.remedy or "See the log for the cause; the file stays where it is, and is tried again and again."
        return ChannelTrouble(channel, partner, FILE_NOT_TAKEN, message, remedy)

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


_TOLD = 10_000
