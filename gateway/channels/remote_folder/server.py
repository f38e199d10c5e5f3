"""What is asked of a partner's file server, whatever its protocol: the few requests, sessions that run them, and what goes wrong.

Requests are steps: generators that ask for what they need next, and return what they found out. So a protocol that lets many be
under way on one connection runs them side by side; another runs one after the other.
"""

import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from gateway.errors import DependencyUnavailable, ServerRefused

Result = TypeVar("Result")
Steps = Generator[Any, Any, Result]
"""What passes between a request and the session that runs it is theirs alone; in the end there is a result."""


class StillWritten(Exception):
    """The file is not as it was: its writer had not finished, or it is another one."""


class TooLarge(Exception):
    """The file is larger than what is taken."""


class ServerTrouble(DependencyUnavailable):
    """A partner's server cannot be used, or its refusal in words for people.

    `lasting` when trying again soon does not help: a person has to do something first. `connecting` when it concerns the whole
    server, not one file.
    """

    def __init__(self, code: str, message: str, *, remedy: str, lasting: bool, connecting: bool) -> None:
        super().__init__(message, remedy=remedy)
        self.code, self.lasting, self.connecting = code, lasting, connecting


@dataclass(frozen=True, slots=True)
class Print:
    """What changes when a file is written to or replaced, as far as the server tells. Seconds since 1970."""

    size: int | None = None
    modified: int | None = None

    def same_as(self, other: "Print") -> bool:
        """Whether both may be of one state; what only one of them knows tells nothing."""
        return _agree(self.size, other.size) and _agree(self.modified, other.modified)


def _agree(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing. A server that says nothing of the kind means a file."""

    name: str
    kind: Literal["file", "folder", "link", "other"] = "file"
    seen: Print = Print()


class Files(Protocol):
    """The requests. All raise ServerRefused when the server says no. Names whose bytes are no UTF-8 have surrogates in them."""

    def list(self, folder: str, see: Callable[[Entry], None], wanted: Callable[[str], bool]) -> Steps[None]:
        """Show each entry of a folder to `see`, and keep none. Servers that list names alone are asked about `wanted` ones."""

    def look_at(self, path: str) -> Steps[Print | None]:
        """What lies there; None when nothing does."""

    def read(self, path: str, *, seen: Print, most: int) -> Steps[tuple[bytes, Print] | None]:
        """The whole file, and what it was like; None when it is gone. Raises StillWritten when it is not as it was `seen`, or
        changed while it was read, and TooLarge above `most` bytes.
        """

    def write(self, path: str, content: bytes) -> Steps[None]:
        """Write a file, and see that the server has all of it."""

    def rename(self, old: str, new: str, *, unique: bool) -> Steps[bool]:
        """Rename; False when the file is no longer there. Nothing is replaced, unless the name is `unique`: nobody has it."""

    def remove(self, path: str) -> Steps[None]:
        """Remove a file; one that is not there is removed."""


class Session(Protocol):
    """A connection with our login. Blocking; one thread at a time uses it."""

    @property
    def files(self) -> Files:
        """What it can be asked for."""

    @property
    def alive(self) -> bool:
        """Whether it can be used again, as far as is known."""

    def run_all(self, steps: Iterable[Steps[Result]]) -> list[Result | Exception]:
        """The results in order, or what each one raised. When the connection breaks, the unfinished ones have ServerTrouble."""


class Closable(Protocol):
    """What can be ended."""

    def close(self) -> object:
        """End it; also while another thread waits in it, which then gets an error."""


class Attempt:
    """An attempt to connect, and the connection it led to: what of it is open can be ended from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Closable] = []
        self._ended = False

    def keep(self, thing: Closable) -> None:
        """It is open now. Raises ServerTrouble when the attempt was ended meanwhile."""
        with self._lock:
            self._open.append(thing)
            ended = self._ended
        if ended:
            self.end()
            raise ServerTrouble("connection-lost", "it is no longer wanted", remedy="", lasting=False, connecting=True)

    def end(self) -> None:
        """Close everything, the last first."""
        with self._lock:
            self._ended = True
            things, self._open = self._open, []
        for thing in reversed(things):
            thing.close()


class Server(Protocol):
    """A partner's server, as one protocol knows it."""

    @property
    def place(self) -> str:
        """Host and port, for messages."""

    def open(self, attempt: Attempt) -> Session:
        """A new session; whatever is open of it is kept in the attempt. Raises ServerTrouble, and nothing stays open then."""

    def in_words(self, refusal: ServerRefused, doing: str) -> ServerTrouble:
        """What a refusal means. `doing` completes "the server refuses to ..."."""


def run(session: Session, steps: Steps[Result]) -> Result:
    """The result of one request, or what it raises."""
    (result,) = session.run_all([steps])
    if isinstance(result, Exception):
        raise result
    return result
