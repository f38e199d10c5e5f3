"""Where the present work stands in a trace, and the spans it leaves behind for whoever records them.

The place goes with the task and with those that it starts, as `traceparent` of W3C Trace Context. It is kept with each
transmission, so that another stage, another process and a later day go on in the same trace. Spans are recorded only where a
recorder is in use and the trace is sampled; else this costs next to nothing. What records is no business of the stages.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from gateway.domain import trace_context

Attributes = Mapping[str, str | int | bool | float]
"""What a span says of itself; names are those of OpenTelemetry's semantic conventions, and `edi.…` where they have none."""


class SpanKind(StrEnum):
    """Which part a span plays between two systems."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Recording(Protocol):
    """A span that has begun. `traceparent` names it to those that go on from it."""

    @property
    def traceparent(self) -> str:
        """As the header's value; not sampled where nothing is recorded."""

    def note(self, attributes: Attributes) -> None:
        """Say more of it."""

    def link(self, traceparent: str) -> None:
        """Name another span that has to do with it."""

    def end(self, error: str | None = None) -> None:
        """It is over; `error` is the class of what went wrong, never a message."""


class Recorder(Protocol):
    """What keeps spans. Never raises, never waits."""

    def begin(self, name: str, kind: SpanKind, *, parent: str | None, attributes: Attributes) -> Recording:
        """A span within that of `parent`; without one, a trace begins, and whether it is sampled is decided."""


_RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
_HERE: ContextVar[str | None] = ContextVar("here", default=None)


def here() -> str | None:
    """The `traceparent` of the present work; None for work that belongs to nothing that was sent."""
    return _HERE.get()


def carried() -> Mapping[str, str]:
    """The headers that carry the trace of the present work on."""
    place = _HERE.get()
    return {} if place is None else {"traceparent": place}


def arriving(header: str | None) -> str:
    """The place of a request that arrives: in the span that its server opened, else in the caller's trace, else in a new one."""
    return _HERE.get() or str(trace_context.continued(header, os.urandom))


@contextmanager
def recorded(by: Recorder | None) -> Iterator[None]:
    """Let what is started in the block leave its spans with this recorder."""
    before = _RECORDER.set(by)
    try:
        yield
    finally:
        _RECORDER.reset(before)


@contextmanager
def standing(at: str | None) -> Iterator[None]:
    """Let what runs in the block stand at this place of a trace."""
    before = _HERE.set(at)
    try:
        yield
    finally:
        _HERE.reset(before)


class Span:
    """A piece of work, as long as its block runs; an exception that leaves the block is its error."""

    __slots__ = ("_before", "_error", "_recording", "traceparent")

    def __init__(self, traceparent: str | None, recording: Recording | None = None) -> None:
        self.traceparent = traceparent
        self._recording, self._error = recording, ""

    def __enter__(self) -> Self:
        self._before = _HERE.set(self.traceparent)
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        _HERE.reset(self._before)
        if self._recording is not None:
            self._recording.end(self._error or (kind.__name__ if kind else None))

    def note(self, attributes: Attributes) -> None:
        """Say more of it."""
        if self._recording is not None:
            self._recording.note(attributes)

    def fail(self, error: str) -> None:
        """It went wrong, though no exception says so; `error` is the class of what went wrong."""
        self._error = error

    def answered(self, status: int, *, wrong: int = 400) -> None:
        """An HTTP answer came; from `wrong` on it is an error."""
        self.note({"http.response.status_code": status})
        if status >= wrong:
            self.fail(str(status))


class _Nothing(Span):
    """The step of work that nobody records: the place stays as it is."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def fail(self, error: str) -> None:
        """Nobody is told."""


_NOTHING = _Nothing(None)
_NONE: Attributes = {}


def span(name: str, kind: SpanKind, *, within: str | None = None, attributes: Attributes = _NONE) -> Span:
    """Work that is told on its own: something arrives, or a stage works on it. In the trace of `within`, else of the present
    work, else in a new one. Its `traceparent` is what is to be stored.
    """
    place = _HERE.get()
    if (recorder := _RECORDER.get()) is None:
        here_already = place is not None and within in (None, place)
        return Span(place if here_already else str(trace_context.continued(within, os.urandom)))
    recording = recorder.begin(name, kind, parent=within or place, attributes=attributes)
    return Span(recording.traceparent, recording)


def step(name: str, kind: SpanKind, attributes: Attributes = _NONE) -> Span:
    """A part of the present work, such as a call: recorded only where the work itself is."""
    recorder, place = _RECORDER.get(), _HERE.get()
    if recorder is None or place is None or not is_sampled(place):
        return _NOTHING
    recording = recorder.begin(name, kind, parent=place, attributes=attributes)
    return Span(recording.traceparent, recording)


def calling(method: str, host: str | None) -> Span:
    """A request to somebody's HTTP server. Its address is not told whole: it may hold a key."""
    return step(method, SpanKind.CLIENT, {"http.request.method": method, "server.address": host or ""})


class Batch:
    """Several pieces of work that are done at once, each with a trace of its own.

    Each leaves a span in its trace. What is done for all of them (a transaction, a call) is told in the first one's, which is
    linked to the others, and they to it: nothing is told a hundred times.
    """

    __slots__ = ("_before", "_errors", "_leader", "_places", "_recordings")

    def __init__(self, places: Mapping[UUID, str | None], recordings: Mapping[UUID, Recording]) -> None:
        self._places, self._recordings = places, recordings
        self._errors: dict[UUID, str] = {}
        leader = next(iter(recordings.values()), None)
        alone = next(iter(places.values())) if len(places) == 1 else None
        self._leader = leader.traceparent if leader else alone

    def __enter__(self) -> Self:
        self._before = _HERE.set(self._leader)
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        _HERE.reset(self._before)
        for one, recording in self._recordings.items():
            recording.end(self._errors.get(one) or (kind.__name__ if kind else None))

    def on(self, one: UUID) -> Span:
        """What is done in the block is done for this one."""
        recording = self._recordings.get(one)
        return Span(recording.traceparent if recording else self._places.get(one))

    def note(self, one: UUID, attributes: Attributes) -> None:
        """Say more of one."""
        if (recording := self._recordings.get(one)) is not None:
            recording.note(attributes)

    def fail(self, one: UUID, error: str) -> None:
        """One of them went wrong; `error` is the class of what went wrong."""
        if one in self._recordings:
            self._errors[one] = error


def batch(name: str, kind: SpanKind, places: Mapping[UUID, str | None], attributes: Attributes = _NONE, *, called: str) -> Batch:
    """Work that is done at once on what stands at these places; `called` names the attribute that holds the id of each."""
    recorder = _RECORDER.get()
    if recorder is None:
        return Batch(places, {})
    several: Attributes = {"messaging.batch.message_count": len(places)} if len(places) > 1 else {}
    begun = {
        one: recorder.begin(name, kind, parent=place, attributes={**attributes, **several, called: str(one)})
        for one, place in places.items()
        if place is not None and is_sampled(place)
    }
    _link(list(begun.values()))
    return Batch(places, begun)


def _link(recordings: Sequence[Recording]) -> None:
    for other in recordings[1:]:
        recordings[0].link(other.traceparent)
        other.link(recordings[0].traceparent)


def is_sampled(traceparent: str) -> bool:
    """Whether a trace is recorded: the lowest flag, read without reading the rest."""
    return traceparent[-1] in "13579bdf"
