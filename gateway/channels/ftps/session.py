"""A session on a partner's FTPS server: one request after the other. Blocking; one thread at a time.

Every method raises FtpsTrouble when the connection is of no more use, and FtpRefusal when the server said no to this one thing.
Names are as the server has them: bytes that are no UTF-8 are kept as surrogates.
"""

import ftplib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from gateway.channels.ftps.connection import Connection
from gateway.channels.ftps.listing import read_facts, read_time
from gateway.channels.ftps.trouble import FtpRefusal, FtpsTrouble, lost, refused
from gateway.channels.remote_folder.server import Attempt, Entry, Print, Result, Steps, StillWritten, TooLarge
from gateway.domain.ftps_terms import FtpsServer
from gateway.errors import ServerRefused

_NOT_THERE = ("550", "450")


class FtpsConnector:
    """Opens sessions with one partner's server."""

    def __init__(self, server: FtpsServer) -> None:
        self._server, self.place = server, server.place

    def open(self, attempt: Attempt) -> "FtpsSession":
        """A new session. Raises FtpsTrouble; nothing stays open then."""
        session = self.session()
        try:
            attempt.keep(session)
            session.open()
        except BaseException:
            attempt.end()
            raise
        return session

    def session(self) -> "FtpsSession":
        """A session that is still to be opened."""
        return FtpsSession(self._server)

    def in_words(self, refusal: ServerRefused, doing: str) -> FtpsTrouble:
        """What a refusal means. `doing` completes "the server refuses to ..."."""
        return refused(refusal, doing)


class FtpsSession:
    """A session with `server`, once it is open. `folder` names are relative to where the login leads, or begin with `/`."""

    def __init__(self, server: FtpsServer) -> None:
        self._server = server
        self._connection: Connection | None = None
        self._ended = self._at_work = False
        self._home, self._facts = "/", False
        self.place, self.files = server.place, FtpsFiles(self)

    def open(self) -> None:
        """Connect and log in."""
        self._at_work = True
        try:
            self._log_in()
        except BaseException:
            self._hang_up()
            raise
        finally:
            self._rest()

    def _log_in(self) -> None:
        try:
            self._connection = connection = self._connected()
        except (ftplib.Error, OSError, EOFError) as error:
            raise lost(error, self.place) from error
        with self._translated():
            try:
                connection.login(self._server.user, self._server.password, secure=False)
            except ftplib.error_perm as refused:
                raise FtpsTrouble("login-refused", f"{self.place} refuses our login: {refused}") from refused
            connection.prot_p()
            connection.voidcmd("TYPE I")
            self._facts = "MLST" in self._features(connection)
            self._home = connection.pwd()

    @property
    def alive(self) -> bool:
        """Whether it can be used again: the server has not said that it ends the connection, nor ended it."""
        return self._connection is not None and not self._ended and self._connection.is_quiet()

    def close(self) -> None:
        """End the session: with a word where nothing is under way, else from any thread, and what is under way fails."""
        self._ended = True
        if self._at_work:
            if self._connection is not None:
                self._connection.cut()
            return
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (ftplib.Error, OSError, EOFError):
                connection.close()

    def run_all(self, steps: Iterable[Steps[Result]]) -> list[Result | Exception]:
        """One after the other. What breaks the connection breaks it for all that follow."""
        results: list[Result | Exception] = []
        self._at_work = True
        broken: FtpsTrouble | None = None
        for each in steps:
            result = self._ran(each) if broken is None else broken
            results.append(result)
            if isinstance(result, FtpsTrouble):
                broken = result
        if broken is not None:
            self._hang_up()
        self._rest()
        return results

    def _rest(self) -> None:
        """Nothing is under way any more. Whoever ended the session meanwhile left the rest of it to us."""
        self._at_work = False
        if self._ended:
            self._hang_up()

    def _ran(self, steps: Steps[Result]) -> Result | Exception:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
        except Exception as error:  # noqa: BLE001 - what one raises must not end the others
            return error
        raise AssertionError("requests of this protocol wait for nothing")

    # --------------------------------------------------------------------------------------------------------- requests

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
                seen = self.look_at(f"{folder}/{name}")
                if seen is not None:
                    see(Entry(name, "file", seen))

    def look_at(self, path: str) -> Print | None:
        """What lies there; None when no file does."""
        sent = _sent(self._path(path))
        with self._translated() as connection:
            try:
                if self._facts:
                    entry = read_facts(_received(connection.sendcmd(f"MLST {sent}").split("\n")[1].lstrip()))
                    return entry.seen if entry is not None and entry.kind in {"file", "link"} else None
                size = connection.size(sent)
            except ftplib.error_perm as refused:
                if str(refused)[:3] == "550":
                    return None
                raise
            modified = None
            with suppress(ftplib.Error):
                modified = read_time(connection.voidcmd(f"MDTM {sent}")[4:].strip())
            return Print(size, modified)

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
            self._hang_up()  # in the middle of the file
            self._log_in()
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

    def rename(self, old: str, new: str, *, unique: bool) -> bool:
        """Rename. Returns False when the file is no longer there. Servers replace what has the name, and so it is looked for."""
        if not unique and self.look_at(new) is not None:
            raise FtpRefusal(f"553 {new} is there already")
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

    # ------------------------------------------------------------------------------------------------------------ parts

    def _hang_up(self) -> None:
        """Break the connection off."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

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


class FtpsFiles:
    """The requests of a session as steps of their own, begun when their turn comes."""

    def __init__(self, session: FtpsSession) -> None:
        self._session = session

    def list(self, folder: str, see: Callable[[Entry], None], wanted: Callable[[str], bool]) -> Steps[None]:
        """Show each entry of a folder."""
        return _one(partial(self._session.list, folder, see, wanted))

    def look_at(self, path: str) -> Steps[Print | None]:
        """What lies there."""
        return _one(partial(self._session.look_at, path))

    def read(self, path: str, *, seen: Print, most: int) -> Steps[tuple[bytes, Print] | None]:
        """The whole file."""
        return _one(partial(self._session.read, path, seen=seen, most=most))

    def write(self, path: str, content: bytes) -> Steps[None]:
        """Write a file."""
        return _one(partial(self._session.write, path, content))

    def rename(self, old: str, new: str, *, unique: bool) -> Steps[bool]:
        """Rename a file."""
        return _one(partial(self._session.rename, old, new, unique=unique))

    def remove(self, path: str) -> Steps[None]:
        """Remove a file."""
        return _one(partial(self._session.remove, path))


def _one(request: Callable[[], Result]) -> Steps[Result]:
    """One step, which waits for nothing outside itself."""
    yield from ()
    return request()


def _sent(path: str) -> str:
    """A path as the connection sends it; it has no line ends, or it would be two commands."""
    if "\r" in path or "\n" in path or "\0" in path:
        raise FtpRefusal("553 a line end in a name")
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _received(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")
