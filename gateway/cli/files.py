"""The files a command was given: names, `-` for standard input, folders with everything below them.

One file is held at a time. What cannot be read is a value like the rest, so that one bad name does not end a long run.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

MAX_BYTES = 1 << 30
"""Larger files are refused here, because they are held in memory; a running gateway streams them."""

_SENT = "Hand it to a running gateway with `gateway send`, which streams it."


@dataclass(frozen=True, slots=True)
class Read:
    """A file's bytes under the name it was given by; standard input is called `-`."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that could not be read: why, and what to do."""

    name: str
    reason: str
    remedy: str


def each(names: Sequence[str], *, stdin: BinaryIO) -> Iterator[Read | Unreadable]:
    """Read files in the order given; inside folders in the order of their paths.

    Below a folder, hidden files and things that are not regular files (sockets, pipes, devices) are passed over; given by
    name they are read.
    """
    for name in names:
        if name == "-":
            yield _read_stream(name, stdin)
        elif _is_folder(name):
            yield from _below(name)
        else:
            yield _read(name)


def content_of(name: str, *, stdin: BinaryIO | None = None) -> bytes:
    """The bytes of one file; `-` is standard input where that is given. Raises CommandFailed when it cannot be read."""
    from gateway.cli.failure import CommandFailed

    found = _read_stream(name, stdin) if stdin is not None and name == "-" else _read(name)
    if isinstance(found, Unreadable):
        raise CommandFailed(f"cannot read {name}: {found.reason}", where=name, remedy=found.remedy)
    return found.data


def _is_folder(name: str) -> bool:
    try:
        return os.path.isdir(name)
    except ValueError:  # a NUL in the name
        return False


def _below(folder: str) -> Iterator[Read | Unreadable]:
    refused: list[OSError] = []
    for path, folders, files in os.walk(folder, onerror=refused.append):
        yield from (_unreadable(error, error.filename) for error in refused)
        refused.clear()
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        for file in sorted(files):
            name = os.path.join(path, file)
            if not file.startswith(".") and _is_regular(name):
                yield _read(name)
    yield from (_unreadable(error, error.filename) for error in refused)


def _is_regular(name: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(name).st_mode)
    except OSError:  # gone, or a dangling link: reading it says so
        return True


def _read(name: str) -> Read | Unreadable:
    try:
        with open(name, "rb") as stream:
            return _read_stream(name, stream)
    except (OSError, ValueError) as error:
        return _unreadable(error, name)


def _read_stream(name: str, stream: BinaryIO) -> Read | Unreadable:
    try:
        data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return _unreadable(error, name)
    except MemoryError:
        return Unreadable(name, "the file does not fit into memory", _SENT)
    if len(data) > MAX_BYTES:
        return Unreadable(name, f"the file is larger than {MAX_BYTES >> 20} MiB", _SENT)
    return Read(name, data)


def _unreadable(error: OSError | ValueError, name: object) -> Unreadable:
    name = os.fsdecode(name) if isinstance(name, bytes) else str(name)
    match error:
        case FileNotFoundError():
            return Unreadable(name, "there is no such file or folder", "Check the name; `-` reads standard input.")
        case PermissionError():
            return Unreadable(name, "you may not read it", f"Ask for the right to read it: `ls -l {name}` shows who may.")
        case IsADirectoryError():
            return Unreadable(name, "it is a folder", "Name a file in it.")
        case OSError():
            return Unreadable(name, error.strerror or str(error), "Check the disk or share it lies on.")
        case _:
            return Unreadable(name, str(error), "Check the name.")
