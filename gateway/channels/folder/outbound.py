"""Files for a partner to take: all under temporary names, synced, then all renamed, and the folder synced: then handed over.

A partner may take a file as soon as it has its name, and gets it again when the process dies before the result is stored. So the
slow part comes before the first rename.
"""

import asyncio
import math
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog

from gateway.domain.file_name import name_fault
from gateway.ports import Clock, Outcome, OutcomeKind, Parcel

_log = structlog.get_logger(__name__)

_TEMPORARY_ENDING = ".part"
_ABANDONED = timedelta(hours=1)


class FolderOutbound:
    """A partner's out folder.

    `idempotent`: a parcel whose file lies there with the same content is not written again. Once the partner has taken the file
    away, a repeat writes the same bytes under the same name again.
    """

    idempotent = True

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        *,
        path: Path,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self.id = id
        self._path, self._clock, self._new_id = path, clock, new_id
        self._next_sweep = -math.inf

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over; one outcome per parcel, in their order."""
        return await asyncio.to_thread(self._write_all, parcels)

    def _write_all(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._sweep()
            prepared = [self._prepare(parcel) for parcel in parcels]
            outcomes = [self._show(parcel, found) for parcel, found in zip(parcels, prepared, strict=True)]
            if any(outcome.kind is OutcomeKind.DELIVERED for outcome in outcomes):
                self._sync_folder()
        except OSError as error:
            return [self._unusable(parcel, error) for parcel in parcels]
        return outcomes

    def _prepare(self, parcel: Parcel) -> Path | Outcome:
        """The synced file under its temporary name, or the outcome where there is nothing to write."""
        fault = name_fault(parcel.name)
        if fault:
            message = f"the file name {parcel.name!r} cannot be used: {fault}; change the naming in the agreement"
            return Outcome(parcel.delivery, OutcomeKind.FAILED, code="name-unsafe", message=message)
        try:
            return self._there(parcel) or self._written(parcel)
        except OSError as error:
            return self._unusable(parcel, error)

    def _show(self, parcel: Parcel, prepared: Path | Outcome) -> Outcome:
        """Give the file its name, unless something has it by now."""
        if isinstance(prepared, Outcome):
            return prepared
        try:
            there = self._there(parcel)
            if there is None:
                prepared.rename(self._path / parcel.name)
                return _delivered(parcel)
            prepared.unlink()
        except OSError as error:
            prepared.unlink(missing_ok=True)
            return self._unusable(parcel, error)
        return there

    def _there(self, parcel: Parcel) -> Outcome | None:
        """The outcome where something of this name lies there already."""
        target = self._path / parcel.name
        if not _exists(target):
            return None
        if _holds(target, parcel.content):
            return _delivered(parcel)
        message = f"{parcel.name} lies in the folder with other content: move it away, or change the naming, and redeliver"
        return Outcome(parcel.delivery, OutcomeKind.FAILED, code="name-taken", message=message)

    def _written(self, parcel: Parcel) -> Path:
        temporary = self._path / f".{parcel.name}.{self._new_id().hex}{_TEMPORARY_ENDING}"
        try:
            with temporary.open("xb") as file:
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def _sweep(self) -> None:
        """Remove, now and then, what crashes left under temporary names long ago."""
        if self._clock.monotonic() < self._next_sweep:
            return
        before = (self._clock.now() - _ABANDONED).timestamp()
        for found in self._path.glob(f".*{_TEMPORARY_ENDING}"):
            if found.lstat().st_mtime < before:
                found.unlink(missing_ok=True)
        self._next_sweep = self._clock.monotonic() + _ABANDONED.total_seconds()

    def _sync_folder(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _unusable(self, parcel: Parcel, error: OSError) -> Outcome:
        reason = error.strerror or str(error)
        _log.warning("folder_unusable", channel=self.id, delivery=str(parcel.delivery), problem=reason)
        message = f"cannot write to the partner's folder: {reason}; check that it exists, has room, and may be written to"
        return Outcome(parcel.delivery, OutcomeKind.RETRY, code="folder-unusable", message=message, unavailable=True)


def _delivered(parcel: Parcel) -> Outcome:
    return Outcome(parcel.delivery, OutcomeKind.DELIVERED, reference=parcel.name)


def _exists(target: Path) -> bool:
    """Whether anything is there, a broken link included: a rename would replace it."""
    return os.path.lexists(target)


def _holds(target: Path, content: bytes) -> bool:
    """Whether a file has this content, read no further than needed."""
    if target.is_symlink() or not target.is_file() or target.stat().st_size != len(content):
        return False
    return target.read_bytes() == content
