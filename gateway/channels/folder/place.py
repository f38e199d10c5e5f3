"""An inbound folder on disk: what lies in it, claiming, reading, removing, setting aside. Blocking; called in a thread.

    in/                         where the partner writes
    in/.claimed/<name>.<id>     ours now: a name that comes again is another file; removed when stored
    in/refused/<name>.<id>      larger than we take, with the reason beside it in <name>.<id>.txt; a person decides

Both folders are below the inbound one, so that a claim is one rename on one file system: of several processes one wins. A claimed
name is new in the world through its id, so a rename never replaces anything.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from heapq import nsmallest
from pathlib import Path
from uuid import UUID

from gateway.channels.folder.presence import Presence

_CLAIMED, _REFUSED = ".claimed", "refused"
_ID_LENGTH = 37  # the dot and the id
_NOTE = ".txt"
_LONGEST_NAME = 255 - _ID_LENGTH - len(_NOTE)
TEMPORARY = (".*", "*.tmp", "*.part", "*.partial", "*.filepart", "~*", "*~")
"""Names under which files are still being written, by common habit. Compared without regard to case."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What changes when a file is written to or replaced. Sizes in bytes, times in nanoseconds."""

    inode: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it lies in a folder at one moment."""

    name: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours: under which id it is handed over, and which name it came under."""

    id: UUID
    name: str
    file: str
    fingerprint: Fingerprint


class StillWritten(Exception):
    """A claimed file changed while it was read: its writer has not finished."""


class InboundFolder:
    """The folder at `path`. Files whose name matches `pattern` are read, except those that match one of `temporary`.

    Sub-folders and links are left alone. Patterns are compared without regard to case.
    """

    def __init__(self, path: Path, *, pattern: str = "*", temporary: Sequence[str] = TEMPORARY) -> None:
        self.path = path
        self._pattern = pattern.lower()
        self._temporary = tuple(name.lower() for name in temporary)
        self._claimed, self._refused = path / _CLAIMED, path / _REFUSED

    def prepare(self) -> None:
        """Make the folders that are missing. Raises OSError."""
        self._claimed.mkdir(parents=True, exist_ok=True)
        self._refused.mkdir(exist_ok=True)

    def presence(self) -> Presence:
        """Being at work on this folder, which must be prepared by then."""
        return Presence(self._claimed, door=self.path)

    def arrivals(self, most: int) -> list[Seen]:
        """The `most` oldest files, by time and then name."""
        return nsmallest(most, self._files(self.path, self._is_wanted), key=_by_age)

    def claims(self, most: int) -> list[Claim]:
        """The `most` oldest claimed files, by time and then name: ours, those of other processes, and those that a crash left."""
        found = (_as_claim(seen) for seen in self._files(self._claimed, lambda _name: True))
        return nsmallest(most, (claim for claim in found if claim), key=_by_age)

    def claim(self, files: Sequence[Seen], new_id: Callable[[], UUID]) -> list[Claim]:
        """Claim files; those another process took first are missing from the answer. Returns when the renames are durable.

        Durable, because a rename undone by a power cut would bring a stored file back under its old name, to be stored again.
        """
        claims = [claim for seen in files if (claim := self._claim(seen, new_id()))]
        if claims:
            _sync(self._claimed)
            _sync(self.path)
        return claims

    def read(self, claim: Claim) -> bytes:
        """The whole file. Raises StillWritten, FileNotFoundError when another process finished with it, OSError."""
        # No links, no waiting for a named pipe: whoever can write into the folder must not choose what we read.
        descriptor = os.open(self._claimed / claim.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise PermissionError(f"{claim.file} is not a regular file")
            if _fingerprint(before) != claim.fingerprint:
                raise StillWritten
            body = file.read(claim.fingerprint.size + 1)
            if _fingerprint(os.fstat(file.fileno())) != claim.fingerprint or len(body) != claim.fingerprint.size:
                raise StillWritten
        return body

    def remove(self, claim: Claim) -> None:
        """Remove a file that is stored. One that comes back after a power cut is recognised by its id."""
        (self._claimed / claim.file).unlink(missing_ok=True)

    def set_aside(self, claim: Claim, reason: str) -> Path | None:
        """Move a claimed file to where people see it, with the reason beside it. None when another process did."""
        target = self._refused / claim.file
        note = target.with_name(target.name + _NOTE)
        note.write_text(reason + "\n", encoding="utf-8")
        try:
            (self._claimed / claim.file).rename(target)
        except FileNotFoundError:
            if not target.exists():
                note.unlink(missing_ok=True)
            return None
        _sync(self._refused)
        return target

    def refused(self, most: int) -> Sequence[tuple[str, str]]:
        """Up to `most` files that were set aside and nobody has dealt with yet, each with the reason that lies beside it."""
        with os.scandir(self._refused) as entries:
            files = nsmallest(most, (entry.name for entry in entries if not entry.name.endswith(_NOTE) and entry.is_file()))
        return [(name, self._note(name)) for name in files]

    def _note(self, name: str) -> str:
        try:
            return (self._refused / (name + _NOTE)).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return ""

    def _is_wanted(self, name: str) -> bool:
        name = name.lower()
        return fnmatchcase(name, self._pattern) and not any(fnmatchcase(name, pattern) for pattern in self._temporary)

    def _claim(self, seen: Seen, claim_id: UUID) -> Claim | None:
        file = f"{_shortened(seen.name)}.{claim_id}"
        try:
            (self.path / seen.name).rename(self._claimed / file)
            found = (self._claimed / file).lstat()
        except FileNotFoundError:
            return None
        return Claim(claim_id, _shortened(seen.name), file, _fingerprint(found))

    @staticmethod
    def _files(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Seen]:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if wanted(entry.name) and entry.is_file(follow_symlinks=False):
                        yield Seen(entry.name, _fingerprint(entry.stat(follow_symlinks=False)))
                except FileNotFoundError:
                    continue  # taken between listing and looking


def storable_name(name: str) -> str:
    """A file name as text that can be stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def _as_claim(seen: Seen) -> Claim | None:
    name, _, claim_id = seen.name.rpartition(".")
    try:
        return Claim(UUID(claim_id), name, seen.name, seen.fingerprint)
    except ValueError:
        return None


def _by_age(found: Seen | Claim) -> tuple[int, str]:
    return found.fingerprint.modified, found.name


def _fingerprint(found: os.stat_result) -> Fingerprint:
    return Fingerprint(found.st_ino, found.st_size, found.st_mtime_ns)


def _shortened(name: str) -> str:
    """The name cut so that the id, and the ending of a reason, fit behind it."""
    encoded = os.fsencode(name)
    return name if len(encoded) <= _LONGEST_NAME else os.fsdecode(encoded[:_LONGEST_NAME])


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
