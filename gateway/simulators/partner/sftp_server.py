"""A partner's SFTP server on loopback: a folder of this machine, seen by whoever logs in as agreed."""

import os
import socket
import threading
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_PARTIALLY_SUCCESSFUL,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

_GREETING = 10.0


class SftpServer:
    """Serves `root` at a port (0: a free one) to one user, by password, by key, or by both where both are agreed.

    `host_key` is a private key as `new_host_key` makes it. Folders that are asked for and are not there are made.
    """

    def __init__(
        self,
        root: Path,
        *,
        host_key: str,
        user: str,
        password: str | None = None,
        key: paramiko.PKey | None = None,
        port: int = 0,
    ) -> None:
        self.port, self._root = port, root
        self._login = _Login(user, password, key.asbytes() if key is not None else None)
        self._host_key = _loaded(host_key)
        self._listening: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._transports: list[paramiko.Transport] = []

    def __enter__(self) -> Self:
        self._root.mkdir(parents=True, exist_ok=True)
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, args=(self._listening,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._listening is not None and self._thread is not None:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._thread.join(_GREETING)
        for transport in self._transports:
            transport.close()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self._host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, self._root)
            self._transports.append(transport)
            transport.start_server(event=threading.Event(), server=_Server(self._login))


def new_host_key() -> tuple[str, str]:
    """A new key of a host in PEM form, and its fingerprint as `host_keys` of a channel has it."""
    made, written = paramiko.ECDSAKey.generate(), StringIO()
    made.write_private_key(written)
    return written.getvalue(), made.fingerprint


def fingerprint(host_key: str) -> str:
    """The fingerprint of a host's private key."""
    return str(_loaded(host_key).fingerprint)


def _loaded(host_key: str) -> paramiko.PKey:
    return paramiko.ECDSAKey.from_private_key(StringIO(host_key))


class _Login:
    """What lets somebody in: everything that is agreed, one after the other."""

    def __init__(self, user: str, password: str | None, key: bytes | None) -> None:
        self.user, self.password, self.key = user, password, key
        self.ways = {way for way, agreed in (("password", password), ("publickey", key)) if agreed is not None}


class _Server(paramiko.ServerInterface):
    """One connection."""

    def __init__(self, login: _Login) -> None:
        self._agreed, self._passed = login, set[str]()

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's signature
        return ",".join(sorted(self._agreed.ways - self._passed))

    def check_auth_password(self, username: str, password: str) -> int:
        return self._judged("password", right=(username, password) == (self._agreed.user, self._agreed.password))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._judged("publickey", right=username == self._agreed.user and key.asbytes() == self._agreed.key)

    def _judged(self, way: str, *, right: bool) -> int:
        if not right or way not in self._agreed.ways:
            return AUTH_FAILED
        self._passed.add(way)
        return AUTH_SUCCESSFUL if self._passed == self._agreed.ways else AUTH_PARTIALLY_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 - paramiko's signature
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class _Files(paramiko.SFTPServerInterface):
    """The folder, as SFTP sees it: `/` is its root, and nothing outside of it is seen."""

    def __init__(self, server: paramiko.ServerInterface, root: Path, *more: Any, **named: Any) -> None:
        super().__init__(server, *more, **named)
        self._root = root

    def _at(self, path: str) -> Path:
        return self._root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            with os.scandir(self._at(path)) as entries:
                return [paramiko.SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name) for entry in entries]
        except OSError as error:
            return _code(error)

    def stat(self, path: str) -> Any:
        return self.lstat(path)

    def lstat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(os.lstat(self._at(path)))
        except OSError as error:
            return _code(error)

    def open(self, path: str, flags: int, attr: Any) -> Any:  # noqa: ARG002 - paramiko's signature
        try:
            mode = "rb" if not flags & (os.O_WRONLY | os.O_RDWR) else "wb" if flags & os.O_TRUNC else "r+b"
            stream = self._at(path).open(mode)
        except OSError as error:
            return _code(error)
        return _Opened(stream, flags)

    def remove(self, path: str) -> int:
        return _done(lambda: self._at(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._at(newpath).exists():
            return int(SFTP_FAILURE)
        return _done(lambda: self._at(oldpath).rename(self._at(newpath)))

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return _done(lambda: self._at(oldpath).replace(self._at(newpath)))

    def mkdir(self, path: str, attr: Any) -> int:  # noqa: ARG002 - paramiko's signature
        return _done(lambda: self._at(path).mkdir())


class _Opened(paramiko.SFTPHandle):
    """An open file."""

    def __init__(self, stream: Any, flags: int) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = stream

    def stat(self) -> Any:
        self.writefile.flush() if self.writefile.writable() else None
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


def _done(what: Any) -> int:
    try:
        what()
    except OSError as error:
        return _code(error)
    return int(SFTP_OK)


def _code(error: OSError) -> int:
    return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
