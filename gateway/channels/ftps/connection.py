"""A connection to an FTPS server: the standard library's client, with what real servers ask for beside it.

Data connections resume the TLS session of the control connection: many servers (vsftpd, FileZilla, ProFTPD) refuse them
otherwise, because anybody could have opened them. Names go over the wire as the bytes they are, UTF-8 or not.
"""

import ftplib
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress

from gateway.channels.server_trust import ServerTrust
from gateway.domain.ftps_terms import FtpsServer

_PIECE = 65536
_LONGEST_LINE = 8192


class Connection(ftplib.FTP_TLS):
    """Connects in its constructor, up to TLS and the check of the certificate, and no further. Raises OSError, ftplib.Error."""

    encoding = "latin-1"  # every byte is a letter, and comes back as itself

    def __init__(self, server: FtpsServer) -> None:
        self._trust = ServerTrust(server.authorities, server.fingerprints)
        self._implicit = server.tls == "implicit"
        self._data: socket.socket | None = None
        super().__init__(context=self._trust.context(), timeout=server.timeout, encoding="latin-1")
        try:
            self._connect(server)
        except BaseException:
            self.close()
            raise

    def _connect(self, server: FtpsServer) -> None:
        self.host, self.port = server.host, server.port
        self.sock = socket.create_connection((self.host, self.port), server.timeout)
        self.af = self.sock.family
        if self._implicit:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        if not self._implicit:
            self.auth()
        self._check(self.sock)

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """A data connection with TLS, in the session of the control connection, from the same server."""
        plain, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - wrapped at once
        try:
            assert isinstance(self.sock, ssl.SSLSocket)
            wrapped = self.context.wrap_socket(plain, server_hostname=self.host, session=self.sock.session)
            self._check(wrapped)
        except BaseException:
            plain.close()
            raise
        self._data = wrapped
        return wrapped, size

    def fetch(self, command: str, most: int) -> bytes | None:
        """What the server sends in answer to a command; None when it is more than `most` bytes."""
        pieces, size = [], 0
        with self.transfercmd(command) as data:
            while piece := data.recv(_PIECE):
                size += len(piece)
                if size > most:
                    return None  # the answer is still to come: the connection is of no more use
                pieces.append(piece)
            _say_end(data)
            self.voidresp()
        return b"".join(pieces)

    def lines(self, command: str) -> Iterator[bytes]:
        """The lines that the server sends in answer to a command, as they come in."""
        with self.transfercmd(command) as data:
            with data.makefile("rb") as lines:
                while line := lines.readline(_LONGEST_LINE):
                    yield line.rstrip(b"\r\n")
            _say_end(data)
            self.voidresp()

    def store(self, command: str, content: bytes) -> None:
        """Send a file."""
        with self.transfercmd(command) as data:
            data.sendall(content)
            _say_end(data)
            self.voidresp()

    def is_quiet(self) -> bool:
        """Whether the server says nothing, as it should when nothing is asked: before it ends a connection it says so."""
        if self.sock is None:
            return False
        ear = select.poll()
        ear.register(self.sock, select.POLLIN)
        return not ear.poll(0)

    def cut(self) -> None:
        """End the connection, from any thread, while another may wait in it."""
        for connected in (self._data, self.sock):
            if connected is not None:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)

    def _check(self, connected: socket.socket) -> None:
        assert isinstance(connected, ssl.SSLSocket)
        self._trust.check(connected.getpeercert(binary_form=True))


def _say_end(data: socket.socket) -> None:
    """Say in TLS that a data connection is ending, so that the server tells it from a broken line, and wait for nothing: some
    servers never say it themselves.
    """
    assert isinstance(data, ssl.SSLSocket)
    data.settimeout(0)
    with suppress(OSError, ValueError):
        data.unwrap()
    with suppress(OSError):
        data.shutdown(socket.SHUT_WR)
