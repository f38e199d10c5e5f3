"""One SFTP session on an open connection: many procedures at one time, so that the distance to the partner is paid once for all.

A procedure is a generator: it yields the requests it wants to have answered next, gets their answers, and returns its result.
What one waits for does not hold up the others. Blocking; one thread at a time uses a session.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, Protocol

from gateway.channels.sftp.procedures import Procedure, Result, SftpFiles
from gateway.channels.sftp.trouble import SftpTrouble, lost
from gateway.protocols import sftp
from gateway.protocols.sftp import Answer, ProtocolBroken, Request

_RECEIVED_AT_ONCE = 1024 * 1024
_ANSWERS_IN_FLIGHT = 1536 * 1024
"""Bytes of answers asked for at one time: less than the window of the connection, or both sides could wait for the other."""


class Wire(Protocol):
    """A connection to an SFTP server. Both raise OSError, or time-outs, which are OSErrors."""

    def send(self, data: bytes) -> None:
        """Send all of it."""

    def receive(self, size: int) -> bytes:
        """What has arrived, up to `size` bytes; none when the connection has ended."""

    def close(self) -> None:
        """End the connection; may be called from another thread."""

    @property
    def alive(self) -> bool:
        """Whether it was still open when last heard of."""


class Session:
    """SFTP on a wire. `place` (host and port) is for messages; `in_flight` bounds the requests under way."""

    def __init__(self, wire: Wire, *, place: str, in_flight: int = 64) -> None:
        self.place = place
        self._wire, self._in_flight = wire, in_flight
        self._frames = sftp.Frames()
        self._numbers = count(1)
        self._arrived: deque[bytes] = deque()
        try:
            wire.send(sftp.greeting())
            self.extensions = sftp.extensions(self._next_packet())
        except (OSError, EOFError, ProtocolBroken) as error:
            raise lost(error, place=place) from error
        self.files = SftpFiles(self.extensions)

    @property
    def alive(self) -> bool:
        """Whether it can be used again."""
        return self._wire.alive

    def close(self) -> None:
        """End it, also while another thread waits for an answer: that one gets an SftpTrouble."""
        self._wire.close()

    def run(self, procedure: "Procedure[Result]") -> Result:
        """The result of one procedure. Raises what it raises, and SftpTrouble when the connection breaks."""
        (result,) = self.run_all([procedure])
        if isinstance(result, Exception):
            raise result
        return result

    def run_all(self, procedures: "Iterable[Procedure[Result]]") -> "list[Result | Exception]":
        """The results in order, or what each one raised. When the connection breaks, the unfinished ones have SftpTrouble."""
        return _Run[Result](self, procedures, self._in_flight).results()

    def number(self) -> int:
        """The number of the next request."""
        return next(self._numbers) & 0xFFFFFFFF

    def send(self, data: bytes) -> None:
        """Send requests."""
        self._wire.send(data)

    def receive(self) -> Iterator[tuple[int, Answer]]:
        """The answers that have arrived, at least one. Raises OSError, EOFError or ProtocolBroken."""
        yield sftp.answer(self._next_packet())
        while self._arrived:
            yield sftp.answer(self._arrived.popleft())

    def _next_packet(self) -> bytes:
        while not self._arrived:
            data = self._wire.receive(_RECEIVED_AT_ONCE)
            if not data:
                raise EOFError("the server ended it")
            self._arrived.extend(self._frames.feed(data))
        return self._arrived.popleft()


@dataclass(slots=True)
class _Task:
    """A procedure under way: which one it is, and what it waits for."""

    place: int
    procedure: Procedure[Any]
    answers: list[Answer | None] = field(default_factory=list)
    missing: int = 0


class _Run(Generic[Result]):
    """All procedures of one call."""

    def __init__(self, session: Session, procedures: "Iterable[Procedure[Result]]", most: int) -> None:
        self._session, self._most = session, most
        self._fresh = iter(procedures)
        self._tasks = 0
        self._results: dict[int, Result | Exception] = {}
        self._queue: deque[tuple[_Task, int, Request]] = deque()
        self._flying: dict[int, tuple[_Task, int, Request]] = {}
        self._asked = 0

    def results(self) -> "list[Result | Exception]":
        try:
            while self._send_more():
                for number, got in self._session.receive():
                    self._answered(number, got)
        except (OSError, EOFError, ProtocolBroken) as error:
            self._session.close()
            self._fail(lost(error, place=self._session.place))
        return [self._results[place] for place in range(self._tasks)]

    def _send_more(self) -> bool:
        """Send what may be under way. Returns whether anything is."""
        frames = []
        while len(self._flying) < self._most and self._asked < _ANSWERS_IN_FLIGHT and (self._queue or self._begin()):
            if self._queue:
                entry = self._queue.popleft()
                number = self._session.number()
                self._flying[number] = entry
                self._asked += entry[2].answer
                frames.append(entry[2].frame(number))
        if frames:
            self._session.send(b"".join(frames))
        return bool(self._flying)

    def _begin(self) -> bool:
        """Start the next procedure, which may end at once. Returns whether there was one."""
        procedure = next(self._fresh, None)
        if procedure is None:
            return False
        task = _Task(self._tasks, procedure)
        self._tasks += 1
        self._go_on(task, None)
        return True

    def _answered(self, number: int, got: Answer) -> None:
        if number not in self._flying:
            raise ProtocolBroken(f"an answer to request {number}, which is not under way")
        task, index, request = self._flying.pop(number)
        self._asked -= request.answer
        task.answers[index] = got
        task.missing -= 1
        if not task.missing:
            self._go_on(task, [known for known in task.answers if known is not None])

    def _go_on(self, task: _Task, answers: Sequence[Answer] | None) -> None:
        try:
            requests = task.procedure.send(answers) if answers is not None else next(task.procedure)
        except StopIteration as end:
            self._results[task.place] = end.value
        except ProtocolBroken:
            raise
        except Exception as error:  # noqa: BLE001 - what one procedure raises must not end the others
            self._results[task.place] = error
        else:
            task.answers, task.missing = [None] * len(requests), len(requests)
            self._queue.extend((task, index, request) for index, request in enumerate(requests))

    def _fail(self, trouble: SftpTrouble) -> None:
        """The connection is gone: end what is under way, and what never began."""
        unfinished = {task.place: task for task, _, _ in [*self._flying.values(), *self._queue]}
        for task in unfinished.values():
            task.procedure.close()
        for procedure in self._fresh:
            procedure.close()
            self._tasks += 1
        for place in range(self._tasks):
            self._results.setdefault(place, trouble)
