"""Looks at what this machine has left."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from gateway.domain.room import Room
from gateway.stages.admission import Lack
from gateway.system import free_space, memory_allowed, memory_used

_SHARE = 4 / 5
_MIB = 1 << 20


def lacks(room: Room, data: Path) -> Sequence[Lack]:
    """What is lacking now: room on a disk, memory."""
    found = [_disk(folder, room.disk) for folder in dict.fromkeys((data, Path(tempfile.gettempdir())))]
    return [lack for lack in (*found, _memory(room)) if lack is not None]


def memory_limit(room: Room) -> int | None:
    """Bytes that this process may hold; None without a limit."""
    if room.memory is not None:
        return room.memory
    allowed = memory_allowed()
    return None if allowed is None else int(allowed * _SHARE)


def _disk(folder: Path, least: int) -> Lack | None:
    try:
        free = free_space(folder)
    except OSError as error:
        remedy = "See that it exists and is mounted."
        return Lack("disk-unusable", f"{folder} cannot be looked at: {error.strerror}.", remedy, str(folder))
    if free >= least:
        return None
    text = f"Only {free // _MIB} MiB are free at {folder}, and {least // _MIB} MiB must be."
    return Lack("disk-full", text, "Make room there; the gateway goes on by itself then.", str(folder))


def _memory(room: Room) -> Lack | None:
    limit, used = memory_limit(room), memory_used()
    if limit is None or used <= limit:
        return None
    text = f"The process holds {used // _MIB} MiB of memory, more than the {limit // _MIB} MiB it may."
    return Lack("memory-full", text, "It goes on by itself when it has worked that off; else give it more, or restart it.")
