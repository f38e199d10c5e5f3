"""An SFTP server in memory, on the other side of a wire: it reads the bytes of requests and answers with bytes, with the manners
that servers out there have."""

import stat
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.channels.remote_folder.server import Attempt
from gateway.channels.sftp.session import Session
from gateway.channels.sftp.trouble import SftpTrouble, refused
from gateway.errors import ServerRefused
from gateway.protocols.sftp import FSYNC, POSIX_RENAME, Code, Kind


@dataclass
class File:
    """A file, link or folder by its mode."""

    content: bytes = b""
    modified: int = 1_000
    mode: int = stat.S_IFREG | 0o644


@dataclass
class Manners:
    """What a server does not do, or does in its own way."""

    posix_rename: bool = True
    rename: bool = True
    standard_rename: bool = True
    remove: bool = True
    write: bool = True
    times: bool = True
    sizes: bool = True
    modes: bool = True
    listed_at_once: int = 100
    read_at_most: int = 1 << 30
    room: int = 1 << 40
    backwards: bool = False
    """It answers requests that came together in the opposite order."""
    breaks_after: int | None = None
    """So many requests are carried out, then the connection ends without an answer to the last."""


@dataclass
class MemoryServer:
    """Files by path. `during` is called with each request before it is carried out: (kind, path)."""

    files: dict[str, File] = field(default_factory=dict)
    manners: Manners = field(default_factory=Manners)
    during: Callable[[Kind, str], None] = lambda _kind, _path: None
    down: SftpTrouble | None = None
    requests: list[tuple[Kind, str]] = field(default_factory=list)
    sessions: int = 0
    place: str = "partner.example:22"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, path: str, content: bytes = b"ISA*", *, modified: int = 1_000) -> None:
        self.files[path] = File(content, modified)

    def open(self, attempt: Attempt) -> Session:
        """A session with this server."""
        if self.down is not None:
            raise self.down
        self.sessions += 1
        wire = MemoryWire(self)
        attempt.keep(wire)
        return Session(wire, place=self.place)

    def in_words(self, refusal: ServerRefused, doing: str) -> SftpTrouble:
        """What a refusal means."""
        return refused(refusal, doing)

    def names(self, folder: str = "/in") -> list[str]:
        """The names in a folder, in order."""
        return sorted(path.removeprefix(f"{folder}/") for path in self.files if path.startswith(f"{folder}/"))

    def asked(self, kind: Kind) -> list[str]:
        """The paths of the requests of a kind, in order."""
        return [path for asked, path in self.requests if asked is kind]


class MemoryWire:
    """One connection."""

    def __init__(self, server: MemoryServer) -> None:
        self._server = server
        self._in = self._out = b""
        self._greeted = False
        self._handles: dict[bytes, tuple[str, list[str]]] = {}
        self._open = True

    def send(self, data: bytes) -> None:
        if not self._open:
            raise OSError("closed")
        self._in += data
        packets = []
        while len(self._in) >= 4 and len(self._in) - 4 >= (length := struct.unpack_from(">I", self._in)[0]):
            packets.append(self._in[4 : 4 + length])
            self._in = self._in[4 + length :]
        answers = [self._answer(packet) for packet in packets]
        for answer in reversed(answers) if self._server.manners.backwards else answers:
            self._out += answer

    def receive(self, size: int) -> bytes:
        data, self._out = self._out[:size], self._out[size:]
        if not data and self._open:
            raise TimeoutError("nothing was asked")
        return data

    def close(self) -> None:
        self._open = False

    @property
    def alive(self) -> bool:
        return self._open

    def _answer(self, packet: bytes) -> bytes:
        if not self._greeted:
            self._greeted = True
            able = [FSYNC, POSIX_RENAME] if self._server.manners.posix_rename else []
            return _packet(bytes((Kind.VERSION,)) + struct.pack(">I", 3) + b"".join(_string(n) + _string("1") for n in able))
        if not self._open:
            return b""
        kind, number = Kind(packet[0]), packet[1:5]
        with self._server.lock:
            answer = self._carry_out(kind, Fields(packet[5:]))
            left = self._server.manners.breaks_after
            if left is not None:
                self._server.manners.breaks_after = left - 1
                if left <= 1:
                    self._server.manners.breaks_after = None
                    self.close()
                    return b""
        return _packet(answer[:1] + number + answer[1:])

    def _carry_out(self, kind: Kind, fields: "Fields") -> bytes:
        first = fields.string()
        path = self._handles[first][0] if first in self._handles else first.decode("utf-8", "surrogateescape")
        if kind is Kind.EXTENDED:
            kind, path = (Kind.RENAME, "") if path == POSIX_RENAME else (Kind.EXTENDED, path)
            first = b"posix"
        self._server.requests.append((kind, path))
        self._server.during(kind, path)
        match kind:
            case Kind.OPEN:
                return self._opened(path, writing=bool(fields.word() & 2))
            case Kind.RENAME:
                return self._renamed(path or fields.text(), fields.text(), replacing=first == b"posix")
            case Kind.READ | Kind.WRITE | Kind.READDIR:
                return {Kind.READ: self._read, Kind.WRITE: self._written, Kind.READDIR: self._listed}[kind](first, path, fields)
            case Kind.LSTAT | Kind.FSTAT:
                return self._looked_at(path)
            case Kind.OPENDIR:
                return self._handle(path, self._server.names(path))
            case Kind.REMOVE:
                return self._removed(path)
        return _status(Code.OK)

    def _opened(self, path: str, *, writing: bool) -> bytes:
        if writing:
            if not self._server.manners.write:
                return _status(Code.PERMISSION_DENIED)
            self._server.put(path, b"", modified=2_000)
        elif path not in self._server.files:
            return _status(Code.NO_SUCH_FILE)
        return self._handle(path, [])

    def _handle(self, path: str, names: list[str]) -> bytes:
        handle = f"h{len(self._handles)}".encode()
        self._handles[handle] = (path, names)
        return bytes((Kind.HANDLE,)) + _string(handle)

    def _renamed(self, old: str, new: str, *, replacing: bool) -> bytes:
        if not self._server.manners.rename or not (replacing or self._server.manners.standard_rename):
            return _status(Code.PERMISSION_DENIED)
        if old not in self._server.files:
            return _status(Code.NO_SUCH_FILE)
        if new in self._server.files and not replacing:
            return _status(Code.FAILURE, "Failure")
        self._server.files[new] = self._server.files.pop(old)
        return _status(Code.OK)

    def _read(self, _handle: bytes, path: str, fields: "Fields") -> bytes:
        offset, length = fields.long(), fields.word()
        content = self._server.files[path].content[offset : offset + min(length, self._server.manners.read_at_most)]
        return bytes((Kind.DATA,)) + _string(content) if content else _status(Code.EOF)

    def _written(self, _handle: bytes, path: str, fields: "Fields") -> bytes:
        offset, data = fields.long(), fields.string()
        file = self._server.files[path]
        if offset + len(data) > self._server.manners.room:
            return _status(Code.FAILURE, "write failed: No space left on device")
        file.content = file.content[:offset].ljust(offset, b"\0") + data + file.content[offset + len(data) :]
        return _status(Code.OK)

    def _listed(self, handle: bytes, path: str, _fields: "Fields") -> bytes:
        names = self._handles[handle][1]
        some = [names.pop(0) for _ in range(min(len(names), self._server.manners.listed_at_once))]
        if not some:
            return _status(Code.EOF)
        entries = [_string(n.encode("utf-8", "surrogateescape")) + _string("") + self._attributes(f"{path}/{n}") for n in some]
        return bytes((Kind.NAME,)) + struct.pack(">I", len(some)) + b"".join(entries)

    def _looked_at(self, path: str) -> bytes:
        if path not in self._server.files:
            return _status(Code.NO_SUCH_FILE)
        return bytes((Kind.ATTRS,)) + self._attributes(path)

    def _attributes(self, path: str) -> bytes:
        file, manners = self._server.files.get(path, File()), self._server.manners
        flags = (1 if manners.sizes else 0) | (4 if manners.modes else 0) | (8 if manners.times else 0)
        parts = [struct.pack(">I", flags)]
        parts += [struct.pack(">Q", len(file.content))] if manners.sizes else []
        parts += [struct.pack(">I", file.mode)] if manners.modes else []
        parts += [struct.pack(">II", 0, file.modified)] if manners.times else []
        return b"".join(parts)

    def _removed(self, path: str) -> bytes:
        if not self._server.manners.remove:
            return _status(Code.PERMISSION_DENIED, "Permission denied")
        return _status(Code.OK if self._server.files.pop(path, None) is not None else Code.NO_SUCH_FILE)


class Fields:
    """The fields of a request, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def word(self) -> int:
        return int.from_bytes(self._take(4))

    def long(self) -> int:
        return int.from_bytes(self._take(8))

    def string(self) -> bytes:
        return self._take(self.word())

    def text(self) -> str:
        return self.string().decode("utf-8", "surrogateescape")

    def _take(self, length: int) -> bytes:
        taken, self._data = self._data[:length], self._data[length:]
        return taken


def _string(value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return struct.pack(">I", len(value)) + value


def _status(code: Code, message: str = "") -> bytes:
    return bytes((Kind.STATUS,)) + struct.pack(">I", code) + _string(message) + _string("en")


def _packet(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body
