"""What lies in a partner's folder, told apart by name: new files, files that are ours by now, markers, what is left alone. Pure.

orders.edi                  new
orders.edi.<id>.taken       ours: its name holds the id of its transmission, so that after a crash it is recognised
orders.edi.ready            a marker, where that is agreed: orders.edi is whole
orders.edi.done             stored before, where that is agreed
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from heapq import heappush, heappushpop
from uuid import UUID

from gateway.channels.remote_folder.server import Entry, Print
from gateway.domain.file_name import foreign_name_fault
from gateway.domain.remote_folder_terms import RemoteInbox

_TAKEN = ".taken"
_LONGEST_NAME = 255 - len(_TAKEN) - 37
_REFUSED_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on the partner's server: the name it came under, the name it has now, and the id in that name when it is ours."""

    name: str
    file: str
    seen: Print
    claim: UUID | None = None
    marker: str | None = None

    @property
    def age_key(self) -> tuple[int, str]:
        """Orders files: the oldest first, then by name."""
        return (self.seen.modified or 0, self.file)


@dataclass(frozen=True, slots=True)
class Odd:
    """An entry that is not touched, and why."""

    name: str
    reason: str


class Place:
    """The terms of an inbox applied to names. Patterns are compared without regard to case."""

    def __init__(self, inbox: RemoteInbox) -> None:
        self.folder = inbox.folder.rstrip("/") or "/"
        self._pattern, self._ignore = inbox.pattern.lower(), tuple(name.lower() for name in inbox.ignore)
        self._suffix = inbox.suffix if inbox.after == "rename" else None
        self._done = inbox.done.rstrip("/") if inbox.done and inbox.after == "move" else None
        self._marker = inbox.marker if inbox.complete == "marker" else None
        self._markers = self._marker.replace("{name}", "*").replace("{stem}", "*").lower() if self._marker else None

    def path(self, file: str) -> str:
        """The path of a file in the folder."""
        return f"{self.folder}/{file}" if self.folder != "/" else f"/{file}"

    def claimed(self, name: str, claim: UUID) -> str:
        """The name of a file once it is ours."""
        return f"{_shortened(name)}.{claim}{_TAKEN}"

    def set_aside(self, remote: Remote, unique: str) -> list[str]:
        """Paths for a stored file, the first that is free being taken; none when stored files are removed."""
        name = remote.name
        if self._suffix is not None:
            return [self.path(f"{name}{self._suffix}"), self.path(f"{name}.{unique}{self._suffix}")]
        if self._done is not None:
            return [f"{self._done}/{name}", f"{self._done}/{name}.{unique}"]
        return []

    def marker_of(self, name: str) -> str | None:
        """The name of a file's marker, where that is agreed."""
        if self._marker is None:
            return None
        stem, dot, _ = name.rpartition(".")
        return self._marker.replace("{name}", name).replace("{stem}", stem if dot else name)

    def is_marker(self, name: str) -> bool:
        """Whether a name is one of a marker."""
        return self._markers is not None and fnmatchcase(name.lower(), self._markers)

    def what_is(self, entry: Entry) -> Remote | Odd | None:
        """A file that is new or ours, one that is refused, or None for what is left alone (folders, other names)."""
        name = entry.name
        if name in (".", "..") or entry.kind == "folder":
            return None
        fault = foreign_name_fault(name)
        if fault:
            return Odd(name, fault)
        ours = _claim_in(name)
        if ours is None and not self._is_wanted(name):
            return None
        if entry.kind != "file":
            return Odd(name, f"it is a {entry.kind}, no file")
        if ours is not None:
            return Remote(ours[0], name, entry.seen, ours[1])
        return Remote(name, name, entry.seen)

    def concerns(self, name: str) -> bool:
        """Whether a file of this name is to be looked at."""
        return self.is_marker(name) or isinstance(self.what_is(Entry(name)), Remote)

    def _is_wanted(self, name: str) -> bool:
        if self.is_marker(name) or (self._suffix is not None and name.endswith(self._suffix)):
            return False
        name = name.lower()
        return fnmatchcase(name, self._pattern) and not any(fnmatchcase(name, pattern) for pattern in self._ignore)


class Listing:
    """What was seen of a folder in one look: the oldest `most` files that are new, and as many that are ours.

    `overfull` when there were more.
    """

    def __init__(self, place: Place, *, most: int) -> None:
        self._place, self._most = place, most
        self._new: list[_Youngest] = []
        self._ours: list[_Youngest] = []
        self._markers: dict[str, int | None] = {}
        self.odd: list[Odd] = []
        self.overfull = False

    def see(self, entry: Entry) -> None:
        """Take note of an entry."""
        if self._place.is_marker(entry.name) and len(self._markers) < self._most:
            self._markers[entry.name] = entry.seen.modified
        found = self._place.what_is(entry)
        if isinstance(found, Odd) and len(self.odd) < _REFUSED_REMEMBERED:
            self.odd.append(found)
        elif isinstance(found, Remote):
            self._keep(self._ours if found.claim else self._new, found)

    def _keep(self, heap: "list[_Youngest]", found: Remote) -> None:
        if len(heap) < self._most:
            heappush(heap, _Youngest(found))
        else:
            heappushpop(heap, _Youngest(found))
            self.overfull = True

    @property
    def ours(self) -> list[Remote]:
        """The oldest files that are ours, with the markers that a crash left of them."""
        new = {entry.remote.name for entry in self._new}
        return sorted((self._with_marker(entry.remote, new) for entry in self._ours), key=lambda remote: remote.age_key)

    def _with_marker(self, remote: Remote, new: Collection[str]) -> Remote:
        marker = self._place.marker_of(remote.name)
        return replace(remote, marker=marker) if marker in self._markers and remote.name not in new else remote

    @property
    def arrivals(self) -> list[Remote]:
        """The oldest files that are new; where markers are agreed, those that have theirs."""
        return sorted(self._marked(), key=lambda remote: remote.age_key)

    def _marked(self) -> Iterator[Remote]:
        for entry in self._new:
            remote = entry.remote
            marker = self._place.marker_of(remote.name)
            if marker is None:
                yield remote
            elif marker in self._markers and not _older(self._markers[marker], remote.seen.modified):
                yield replace(remote, marker=marker)

    def outdated(self) -> Mapping[str, str]:
        """Markers that are older than the file beside them, by the file's name: they belonged to another one."""
        pairs = ((entry.remote, self._place.marker_of(entry.remote.name)) for entry in self._new)
        return {
            remote.name: marker
            for remote, marker in pairs
            if marker in self._markers and _older(self._markers[marker], remote.seen.modified)
        }


class _Youngest:
    """Turns the order of a heap round: its first is the youngest."""

    __slots__ = ("key", "remote")

    def __init__(self, remote: Remote) -> None:
        self.remote, self.key = remote, remote.age_key

    def __lt__(self, other: "_Youngest") -> bool:
        return self.key > other.key


def storable_name(name: str) -> str:
    """A name as text that can be stored: bytes that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _older(marker: int | None, file: int | None) -> bool:
    return marker is not None and file is not None and marker < file


def _claim_in(name: str) -> tuple[str, UUID] | None:
    if not name.endswith(_TAKEN):
        return None
    before, _, claim = name.removesuffix(_TAKEN).rpartition(".")
    try:
        return (before, UUID(claim)) if before else None
    except ValueError:
        return None


def _shortened(name: str) -> str:
    """The name cut so that an id fits behind it."""
    encoded = name.encode("utf-8", "surrogateescape")
    return name if len(encoded) <= _LONGEST_NAME else encoded[:_LONGEST_NAME].decode("utf-8", "surrogateescape")
