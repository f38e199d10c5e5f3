"""A session on a partner's FTPS server: list, look, read, write, rename, remove. Blocking; one thread at a time.

Every method raises FtpsTrouble when the connection is of no more use, and FtpRefusal when the server said no to this one thing.
Names are as the server has them: bytes that are no UTF-8 are kept as surrogates.
"""

import ftplib
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from gateway.channels.ftps.connection import Connection
from gateway.channels.ftps.listing import read_facts, read_time
from gateway.channels.ftps.trouble import FtpRefusal, FtpsTrouble, lost
from gateway.channels.sftp.procedures import Print, StillWritten, TooLarge
from gateway.domain.ftps_terms import FtpsServer
from gateway.protocols.sftp import Attributes, Entry

_NOT_THERE = ("550", "450")


class FtpsSession:
    """A session with `server`, once it is open. `folder` names are relative to where the login leads, or begin with `/`."""

    def __init__(self, server: FtpsServer) -> None:
        self._server = server
        self._connection: Connection | None = None
        self._abandoned = False
        self._home, self._facts = "/", False
        self.place = server.place

    def open(self) -> None:
        """Connect and log in."""
        self._connection = None
        try:
            self._connection = connection = self._connected()
        except (ftplib.Error, OSError, EOFError) as error:
            raise lost(error, self.place) from error
        with self._translated():
            if self._abandoned:
                raise FtpsTrouble("connection-lost", "this channel is ending")
            try:
                connection.login(self._server.user, self._server.password, secure=False)
            except ftplib.error_perm as refused:
                raise FtpsTrouble("login-refused", f"{self.place} refuses our login: {refused}") from refused
            connection.prot_p()
            connection.voidcmd("TYPE I")
            self._facts = "MLST" in self._features(connection)
            self._home = connection.pwd()

    def close(self) -> None:
        """End the session, with a word where the connection still stands."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (ftplib.Error, OSError, EOFError):
                connection.close()

    def abandon(self) -> None:
        """Cut the connection, from any thread: whatever another is doing here ends with FtpsTrouble."""
        self._abandoned = True
        if self._connection is not None:
            self._connection.cut()

    def list(self, folder: str, see: Callable[[Entry], None], wanted: Callable[[str], bool]) -> None:
        """Show each entry of a folder to `see`. Servers without MLSD are asked about each file that is `wanted` by name."""
        with self._translated() as connection:
            connection.cwd(_sent(self._path(folder)))
            if self._facts:
                for line in self._lines("MLSD"):
                    entry = read_facts(line)
                    if entry is not None:
                        see(entry)
                return
            names = [line.rpartition("/")[2] for line in self._lines("NLST")]
        for name in names:
            if wanted(name):
                attributes = self._attributes(f"{folder}/{name}")
                if attributes is not None:
                    see(Entry(name, attributes))

    def look_at(self, path: str) -> Print | None:
        """What lies there; None when no file does."""
        attributes = self._attributes(path)
        return None if attributes is None else Print.of(attributes)

    def read(self, path: str, *, seen: Print, most: int) -> tuple[bytes, Print] | None:
        """The whole file, and what it was like; None when it is gone. Raises StillWritten when it is not as it was `seen`, or
        changed while it was read, and TooLarge above `most` bytes.
        """
        before = self.look_at(path)
        if before is None:
            return None
        if not before.same_as(seen):
            raise StillWritten
        if before.size is not None and before.size > most:
            raise TooLarge
        with self._translated() as connection:
            body = connection.fetch(f"RETR {_sent(self._path(path))}", most)
        if body is None:
            self.close_hard()
            raise TooLarge
        after = self.look_at(path)
        if after is None or not after.same_as(before) or (after.size is not None and after.size != len(body)):
            raise StillWritten
        return body, after

    def write(self, path: str, content: bytes) -> None:
        """Write a file, and see that the server has all of it. Raises FtpRefusal when it has not."""
        with self._translated() as connection:
            connection.store(f"STOR {_sent(self._path(path))}", content)
        there = self.look_at(path)
        if there is None or there.size not in (None, len(content)):
            found = "nothing is" if there is None else f"{there.size} of {len(content)} bytes are"
            raise FtpRefusal(f"452 {found} there: no space, or a quota, on the server")

    def rename(self, old: str, new: str) -> bool:
        """Rename. Returns False when the file is no longer there."""
        try:
            with self._translated() as connection:
                connection.rename(_sent(self._path(old)), _sent(self._path(new)))
        except FtpRefusal:
            if self.look_at(old) is None:
                return False
            raise
        return True

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is removed."""
        try:
            with self._translated() as connection:
                connection.delete(_sent(self._path(path)))
        except FtpRefusal:
            if self.look_at(path) is not None:
                raise

    def close_hard(self) -> None:
        """Break the connection off: the next call needs `open`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # ------------------------------------------------------------------------------------------------------------ parts

    def _connected(self) -> Connection:
        try:
            return Connection(self._server)
        except ftplib.Error as refused:
            raise FtpsTrouble("tls-refused", f"{self.place} answers: {refused}") from refused

    @staticmethod
    def _features(connection: Connection) -> str:
        with suppress(ftplib.Error):
            features = connection.sendcmd("FEAT").upper()
            if "UTF8" in features:
                with suppress(ftplib.Error):
                    connection.sendcmd("OPTS UTF8 ON")  # some servers speak UTF-8 only when asked
            return features
        return ""

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._home.rstrip('/')}/{path}"

    def _lines(self, command: str) -> Iterator[str]:
        """The lines that the server sends in answer, as they come in."""
        try:
            for line in self._open_connection().lines(command):
                yield line.decode("utf-8", "surrogateescape")
        except ftplib.Error as none:
            if command != "NLST" or str(none)[:3] not in _NOT_THERE:
                raise  # else so some say that the folder is empty

    def _attributes(self, path: str) -> Attributes | None:
        sent = _sent(self._path(path))
        with self._translated() as connection:
            try:
                if self._facts:
                    entry = read_facts(_received(connection.sendcmd(f"MLST {sent}").split("\n")[1].lstrip()))
                    kind = None if entry is None else entry.kind
                    return entry.attributes if entry is not None and kind in {"file", "link"} else None
                size = connection.size(sent)
            except ftplib.error_perm as refused:
                if str(refused)[:3] == "550":
                    return None
                raise
            modified = None
            with suppress(ftplib.Error):
                modified = read_time(connection.voidcmd(f"MDTM {sent}")[4:].strip())
            return Attributes(size, stat.S_IFREG, modified)

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise FtpsTrouble("connection-lost", f"there is no connection to {self.place}")
        return self._connection

    @contextmanager
    def _translated(self) -> Iterator[Connection]:
        try:
            yield self._open_connection()
        except (ftplib.error_perm, ftplib.error_temp) as refused:
            if str(refused).startswith("421"):
                raise lost(refused, self.place) from refused
            raise FtpRefusal(str(refused)) from refused
        except (ftplib.Error, OSError, EOFError, IndexError) as error:
            raise lost(error, self.place) from error


def _sent(path: str) -> str:
    """A path as the connection sends it; it has no line ends, or it would be two commands."""
    if "\r" in path or "\n" in path or "\0" in path:
        raise FtpRefusal("553 a line end in a name")
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _received(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
