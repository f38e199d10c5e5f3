"""One batch of files from a partner's server: claimed and read together, handed over, and when stored removed together."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from gateway.channels.sftp import procedures
from gateway.channels.sftp.place import Place, Remote, storable_name
from gateway.channels.sftp.pool import Sessions
from gateway.channels.sftp.procedures import Print
from gateway.channels.sftp.session import Procedure, Session
from gateway.ports import Clock, Handover, Intake, Observer
from gateway.protocols.sftp import POSIX_RENAME, Refusal

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
        """Bring files, in order; one result each. Raises SftpTrouble where no session can be had."""
        begun = self._clock.monotonic()
        taken = await self._sessions.use(lambda session: self._take_all(session, files, claiming=claiming))
        results = await asyncio.gather(*(self._hand_over(got, begun) for got in taken if isinstance(got, _Taken)))
        stored = {got.remote.file: problem for got, problem in results}
        away = [got for got, problem in results if problem is None]
        problems = await self._sessions.use(lambda session: self._clear_all(session, away))
        cleared = {got.remote.file: problem for got, problem in zip(away, problems, strict=True)}
        return [self._brought(remote, got, stored, cleared) for remote, got in zip(files, taken, strict=True)]

    async def clear(self, files: Sequence[tuple[Remote, Print]]) -> list[Brought]:
        """Take files away that were stored before, as they were when they were read."""
        problems = await self._sessions.use(lambda session: session.run_all(self._clear(remote, read) for remote, read in files))
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
        at_once = POSIX_RENAME in session.extensions
        return session.run_all(self._take(remote, claiming=claiming, at_once=at_once) for remote in files)

    def _take(self, remote: Remote, *, claiming: bool, at_once: bool) -> "Procedure[_Taken | None]":
        if remote.claim is None and claiming:
            claim = self._new_id()
            file = self._place.claimed(remote.name, claim)
            try:
                there = yield from procedures.move(self._place.path(remote.file), self._place.path(file), at_once=at_once)
            except Refusal as refusal:
                raise ClaimRefused(str(refusal)) from refusal
            if not there:
                return None
            remote = replace(remote, file=file, claim=claim)
        if remote.marker is not None and remote.claim is not None:
            # Before the file is read: a marker left behind by a crash would vouch for tomorrow's file of this name.
            yield from procedures.remove(self._place.path(remote.marker))
        path = self._place.path(remote.file)
        found = yield from procedures.take(path, seen=remote.seen, most=self._most_bytes)
        return None if found is None else _Taken(remote, *found)

    def _clear_all(self, session: Session, files: "Sequence[_Taken]") -> list[Exception | None]:
        return session.run_all(self._clear(taken.remote, taken.read) for taken in files)

    def _clear(self, remote: Remote, read: Print) -> Procedure[None]:
        """Take a stored file away as agreed. What is not ours by its name must still be what was read."""
        path, as_read = self._place.path(remote.file), None if remote.claim else read
        if remote.marker is not None and remote.claim is None:
            yield from procedures.remove(self._place.path(remote.marker))
        targets = self._place.set_aside(remote, str(remote.claim or self._new_id()))
        if targets:
            same = yield from procedures.move_aside(path, targets, seen=as_read)
        elif as_read is not None:
            same = yield from procedures.remove_unchanged(path, seen=as_read)
        else:
            same = True
            yield from procedures.remove(path)
        if not same:
            raise procedures.StillWritten

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
            told = {"transmission": str(receipt.transmission), "file": taken.remote.file}
            _log.info("file_recognised", channel=self._channel, **told)
        return taken, None


def key_of(name: str, read: Print, body: bytes) -> str:
    """What recognises a file that comes again because it could not be removed: name, time and size as the server tells them, and
    what is in it. The same name tomorrow is another file.
    """
    return f"{read.modified or ''}:{len(body)}:{hashlib.sha256(body).hexdigest()[:32]}:{storable_name(name)}"
