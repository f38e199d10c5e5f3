"""One batch of files from a partner's server: claimed and read together, handed over, and when stored removed together."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from gateway.channels.remote_folder.place import Place, Remote, storable_name
from gateway.channels.remote_folder.pool import Sessions
from gateway.channels.remote_folder.server import Files, Print, Session, Steps, StillWritten, TooLarge
from gateway.errors import ServerRefused
from gateway.ports import Clock, Handover, Intake, Observer

_log = structlog.get_logger(__name__)


class ClaimRefused(Exception):
    """The server does not let us rename a file."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that was read: as it is called now, and what it was like."""

    remote: Remote
    body: bytes
    read: Print


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one file. `problem` is None when it is stored and away, or gone; `stored` is what it was like when it was
    read, if it is stored.
    """

    remote: Remote
    problem: Exception | None = None
    stored: Print | None = None


class Bringing:
    """Brings batches of files of one channel to the intake."""

    def __init__(
        self,
        channel: str,
        *,
        place: Place,
        sessions: Sessions,
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._channel, self._place, self._sessions = channel, place, sessions
        self._partner, self._most_bytes = partner, most_bytes
        self._intake, self._observer, self._clock, self._new_id = intake, observer, clock, new_id

    async def bring(self, files: Sequence[Remote], *, claiming: bool) -> list[Brought]:
        """Bring files, in order; one result each. Raises ServerTrouble where no session can be had."""
        begun = self._clock.monotonic()
        taken = await self._sessions.use(lambda session: self._take_all(session, files, claiming=claiming))
        results = await asyncio.gather(*(self._hand_over(got, begun) for got in taken if isinstance(got, _Taken)))
        stored = {got.remote.file: problem for got, problem in results}
        away = [got for got, problem in results if problem is None]
        problems = await self._clear_all([(got.remote, got.read) for got in away])
        cleared = {got.remote.file: problem for got, problem in zip(away, problems, strict=True)}
        return [self._brought(remote, got, stored, cleared) for remote, got in zip(files, taken, strict=True)]

    async def clear(self, files: Sequence[tuple[Remote, Print]]) -> list[Brought]:
        """Take files away that were stored before, as they were when they were read."""
        problems = await self._clear_all(files)
        return [Brought(remote, problem, read) for (remote, read), problem in zip(files, problems, strict=True)]

    @staticmethod
    def _brought(
        remote: Remote,
        got: "_Taken | Exception | None",
        stored: dict[str, Exception | None],
        cleared: dict[str, Exception | None],
    ) -> Brought:
        if not isinstance(got, _Taken):
            return Brought(remote, got)
        problem = stored[got.remote.file]
        if problem is not None:
            return Brought(got.remote, problem)
        return Brought(got.remote, cleared[got.remote.file], got.read)

    # ------------------------------------------------------------------------------------------------ in the threads

    def _take_all(self, session: Session, files: Sequence[Remote], *, claiming: bool) -> "list[_Taken | Exception | None]":
        return session.run_all(self._take(session.files, remote, claiming=claiming) for remote in files)

    def _take(self, files: Files, remote: Remote, *, claiming: bool) -> "Steps[_Taken | None]":
        if remote.seen.size is not None and remote.seen.size > self._most_bytes:
            raise TooLarge  # and it keeps its name, by which the partner knows it
        if remote.claim is None and claiming:
            claim = self._new_id()
            file = self._place.claimed(remote.name, claim)
            try:
                there = yield from files.rename(self._place.path(remote.file), self._place.path(file), unique=True)
            except ServerRefused as refusal:
                raise ClaimRefused(str(refusal)) from refusal
            if not there:
                return None
            remote = replace(remote, file=file, claim=claim)
        if remote.marker is not None and remote.claim is not None:
            # Before the file is read: a marker left behind by a crash would vouch for tomorrow's file of this name.
            yield from files.remove(self._place.path(remote.marker))
        path = self._place.path(remote.file)
        found = yield from files.read(path, seen=remote.seen, most=self._most_bytes)
        return None if found is None else _Taken(remote, *found)

    async def _clear_all(self, files: Sequence[tuple[Remote, Print]]) -> Sequence[Exception | None]:
        if not files:
            return ()
        return await self._sessions.use(lambda s: s.run_all(self._clear(s.files, remote, read) for remote, read in files))

    def _clear(self, files: Files, remote: Remote, read: Print) -> Steps[None]:
        """Take a stored file away as agreed. What is not ours by its name must still be what was read."""
        path = self._place.path(remote.file)
        if remote.claim is None:
            if remote.marker is not None:
                yield from files.remove(self._place.path(remote.marker))
            there = yield from files.look_at(path)
            if there is None:
                return
            if not there.same_as(read):
                raise StillWritten
        targets = self._place.set_aside(remote, str(remote.claim or self._new_id()))
        for target in targets:
            if (yield from files.look_at(target)) is None:
                yield from files.rename(path, target, unique=False)
                return
        if targets:
            raise ServerRefused(f"{targets[-1]} is there already")
        yield from files.remove(path)

    # ----------------------------------------------------------------------------------------------------- on the loop

    async def _hand_over(self, taken: _Taken, begun: float) -> "tuple[_Taken, Exception | None]":
        handover = Handover(
            id=taken.remote.claim or self._new_id(),
            channel=self._channel,
            partner=self._partner,
            name=storable_name(taken.remote.name),
            body=taken.body,
            idempotency_key=key_of(taken.remote.name, taken.read, taken.body),
            remote=self._sessions.place,
        )
        try:
            receipt = await self._intake.receive(handover)
            if receipt.conflict:  # it was stored under this id and written to since: what it holds now is another transmission
                handover = replace(handover, id=self._new_id())
                receipt = await self._intake.receive(handover)
        except Exception as error:  # noqa: BLE001 - one file must not end the channel of all
            return taken, error
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=self._channel)
        if receipt.repeated:
            told = {"transmission": str(receipt.transmission), "file": storable_name(taken.remote.file)}
            _log.info("file_recognised", channel=self._channel, **told)
        return taken, None


def key_of(name: str, read: Print, body: bytes) -> str:
    """What recognises a file that comes again because it could not be removed: name, time and size as the server tells them, and
    what is in it. The same name tomorrow is another file.
    """
    return f"{read.modified or ''}:{len(body)}:{hashlib.sha256(body).hexdigest()[:32]}:{storable_name(name)}"
