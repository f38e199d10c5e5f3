"""SFTP version 3 (draft-ietf-secsh-filexfer-02), the client's side: requests to bytes, bytes to answers. Pure.

Names are text whose bytes are no UTF-8 in surrogate escapes, so that each name goes back as it came. Sizes in bytes, times in
seconds since 1970.
"""

import stat
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeVar

from gateway.errors import ServerRefused

VERSION = 3
LARGEST_FRAME = 1024 * 1024
"""No answer is larger: what claims to be is no SFTP."""
_ORDINARY_ANSWER = 512
_LISTING_ANSWER = 64 * 1024

_LENGTH, _HEAD, _WORD, _LONG = struct.Struct(">I"), struct.Struct(">IBI"), struct.Struct(">I"), struct.Struct(">Q")
_ANSWER_HEAD = struct.Struct(">BI")
_READ, _OWNER = struct.Struct(">QI"), struct.Struct(">II")


class Kind(IntEnum):
    """Types of packets (section 3)."""

    INIT = 1
    VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    REALPATH = 16
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200


class Code(IntEnum):
    """Codes of a status (section 7), and those of later versions that servers send all the same."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    BAD_MESSAGE = 5
    NO_CONNECTION = 6
    CONNECTION_LOST = 7
    OP_UNSUPPORTED = 8
    NO_SUCH_PATH = 10
    FILE_ALREADY_EXISTS = 11
    WRITE_PROTECT = 12
    NO_SPACE_ON_FILESYSTEM = 14
    QUOTA_EXCEEDED = 15


_READING, _WRITING, _CREATING, _EMPTYING = 0x1, 0x2, 0x8, 0x10
_SIZE, _OWNERS, _PERMISSIONS, _TIMES, _EXTENSIONS = 0x1, 0x2, 0x4, 0x8, 0x80000000


class ProtocolBroken(Exception):
    """What came is no SFTP of version 3."""


class Refusal(ServerRefused):
    """The server said no. `code` is a number of `Code`, or one we do not know."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message or f"status {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """One request, not yet numbered. `answer` is about how many bytes come back: it bounds what is asked at one time."""

    kind: Kind
    body: bytes
    answer: int = _ORDINARY_ANSWER

    def frame(self, number: int) -> bytes:
        """The request under its number, ready to be sent."""
        return _HEAD.pack(len(self.body) + 5, self.kind, number) + self.body


@dataclass(frozen=True, slots=True)
class Status:
    """How a request ended that has no other answer, or why it failed."""

    code: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the server says of a file; None where it says nothing."""

    size: int | None = None
    mode: int | None = None
    modified: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing."""

    name: str
    attributes: Attributes

    @property
    def kind(self) -> Literal["file", "folder", "link", "other"]:
        """`file`, `folder`, `link` or `other`. A server that says nothing of it means a file."""
        mode = self.attributes.mode
        if mode is None or not stat.S_IFMT(mode) or stat.S_ISREG(mode):
            return "file"
        return "folder" if stat.S_ISDIR(mode) else "link" if stat.S_ISLNK(mode) else "other"


@dataclass(frozen=True, slots=True)
class Handle:
    """An opened file or folder."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a file: as many as were asked for, or fewer."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Names:
    """Lines of a listing."""

    entries: Sequence[Entry]


Answer = Status | Attributes | Handle | Data | Names
_Expected = TypeVar("_Expected", Attributes, Handle, Data, Names)


# ------------------------------------------------------------------------------------------------------------- requests


def greeting() -> bytes:
    """What a session begins with."""
    return _LENGTH.pack(5) + bytes((Kind.INIT,)) + _WORD.pack(VERSION)


def open_to_read(path: str) -> Request:
    """Open a file for reading; answered by a handle."""
    return Request(Kind.OPEN, _text(path) + _WORD.pack(_READING) + _WORD.pack(0))


def open_to_write(path: str) -> Request:
    """Open a file for writing, made or emptied; answered by a handle."""
    return Request(Kind.OPEN, _text(path) + _WORD.pack(_WRITING | _CREATING | _EMPTYING) + _WORD.pack(0))


def close(handle: Handle) -> Request:
    """Close a file or folder."""
    return Request(Kind.CLOSE, _string(handle.value))


def read(handle: Handle, offset: int, length: int) -> Request:
    """Bytes of an opened file; answered by data, or by the status EOF."""
    return Request(Kind.READ, _string(handle.value) + _READ.pack(offset, length), answer=length + _ORDINARY_ANSWER)


def write(handle: Handle, offset: int, data: bytes) -> Request:
    """Write bytes to an opened file."""
    return Request(Kind.WRITE, b"".join((_string(handle.value), _LONG.pack(offset), _WORD.pack(len(data)), data)))


def attributes_of(path: str) -> Request:
    """What the server says of a file, or of the link itself where it is one; answered by attributes."""
    return Request(Kind.LSTAT, _text(path))


def attributes_of_opened(handle: Handle) -> Request:
    """What the server says of an opened file; answered by attributes."""
    return Request(Kind.FSTAT, _string(handle.value))


def open_folder(path: str) -> Request:
    """Begin a listing; answered by a handle."""
    return Request(Kind.OPENDIR, _text(path))


def more_names(handle: Handle) -> Request:
    """The next lines of a listing; answered by names, or by the status EOF."""
    return Request(Kind.READDIR, _string(handle.value), answer=_LISTING_ANSWER)


def remove(path: str) -> Request:
    """Remove a file."""
    return Request(Kind.REMOVE, _text(path))


def rename(old: str, new: str) -> Request:
    """Rename a file; servers refuse when the new name is taken."""
    return Request(Kind.RENAME, _text(old) + _text(new))


def replace(old: str, new: str) -> Request:
    """Rename a file in one step, whatever had the new name: an extension of OpenSSH."""
    return Request(Kind.EXTENDED, _string(POSIX_RENAME.encode()) + _text(old) + _text(new))


def flush(handle: Handle) -> Request:
    """Bring what was written to the disk: an extension of OpenSSH."""
    return Request(Kind.EXTENDED, _string(FSYNC.encode()) + _string(handle.value))


def real_path(path: str) -> Request:
    """The absolute form of a path; answered by one name."""
    return Request(Kind.REALPATH, _text(path))


POSIX_RENAME, FSYNC = "posix-rename@openssh.com", "fsync@openssh.com"


def _string(value: bytes) -> bytes:
    return _WORD.pack(len(value)) + value


def _text(value: str) -> bytes:
    return _string(value.encode("utf-8", "surrogateescape"))


# -------------------------------------------------------------------------------------------------------------- answers


class Frames:
    """Cuts what arrives into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets that are whole by now, without their lengths. Raises ProtocolBroken for one of absurd size."""
        rest, at = self._rest, 0
        rest += data
        try:
            while len(rest) - at >= 4:
                (length,) = _LENGTH.unpack_from(rest, at)
                if not 1 <= length <= LARGEST_FRAME:
                    raise ProtocolBroken(f"a packet of {length} bytes: no SFTP server answers there")
                if len(rest) - at - 4 < length:
                    break
                yield bytes(memoryview(rest)[at + 4 : at + 4 + length])
                at += 4 + length
        finally:
            del rest[:at]


def extensions(packet: bytes) -> dict[str, str]:
    """What the server can do beyond the standard, from its first packet. Raises ProtocolBroken."""
    if len(packet) < 5 or packet[0] != Kind.VERSION:
        raise ProtocolBroken("the server did not greet as an SFTP server")
    reader, found = _Reader(packet, 5), {}
    while reader.left:
        name = reader.text()
        found[name] = reader.text()
    return found


def answer(packet: bytes) -> tuple[int, Answer]:
    """A packet as the number of its request and the answer. Raises ProtocolBroken."""
    try:
        kind, number = _ANSWER_HEAD.unpack_from(packet)
        return number, _ANSWERS[kind](_Reader(packet, 5))
    except (struct.error, KeyError) as error:
        raise ProtocolBroken(f"an answer that cannot be read: {error}") from error


class _Reader:
    """Reads values from a packet one after the other."""

    __slots__ = ("_at", "_packet")

    def __init__(self, packet: bytes, at: int) -> None:
        self._packet, self._at = packet, at

    @property
    def left(self) -> int:
        return len(self._packet) - self._at

    def take(self, form: struct.Struct) -> tuple[int, ...]:
        values = form.unpack_from(self._packet, self._at)
        self._at += form.size
        return values

    def string(self) -> bytes:
        (length,) = self.take(_WORD)
        if length > self.left:
            raise ProtocolBroken("a string that is longer than its packet")
        begin = self._at
        self._at += length
        return self._packet[begin : self._at]

    def text(self) -> str:
        return self.string().decode("utf-8", "surrogateescape")


def _status(reader: _Reader) -> Status:
    (code,) = reader.take(_WORD)
    return Status(code, reader.string().decode("utf-8", "replace") if reader.left >= 4 else "")  # old servers give no text


def _attributes(reader: _Reader) -> Attributes:
    (flags,) = reader.take(_WORD)
    size = reader.take(_LONG)[0] if flags & _SIZE else None
    if flags & _OWNERS:
        reader.take(_OWNER)
    mode = reader.take(_WORD)[0] if flags & _PERMISSIONS else None
    modified = reader.take(_OWNER)[1] if flags & _TIMES else None
    if flags & _EXTENSIONS:
        for _ in range(2 * reader.take(_WORD)[0]):
            reader.string()
    return Attributes(size, mode, modified)


def _names(reader: _Reader) -> Names:
    entries = []
    for _ in range(reader.take(_WORD)[0]):
        name = reader.text()
        reader.string()  # the line as `ls -l` would show it
        entries.append(Entry(name, _attributes(reader)))
    return Names(entries)


_ANSWERS: dict[int, Callable[[_Reader], Answer]] = {
    Kind.STATUS: _status,
    Kind.HANDLE: lambda reader: Handle(reader.string()),
    Kind.DATA: lambda reader: Data(reader.string()),
    Kind.NAME: _names,
    Kind.ATTRS: _attributes,
}


# ------------------------------------------------------------------------------------------------- answers as expected


def succeeded(got: Answer) -> None:
    """The request was done. Raises Refusal."""
    if not isinstance(got, Status):
        raise ProtocolBroken(f"a status was expected, not {type(got).__name__}")
    if got.code != Code.OK:
        raise Refusal(got.code, got.message)


def expected(kind: type[_Expected], got: Answer) -> _Expected:
    """The answer, of the kind that was asked for. Raises Refusal."""
    if isinstance(got, kind):
        return got
    succeeded(got)
    raise ProtocolBroken(f"{kind.__name__} was expected")
