"""What is done with files on a partner's server, as procedures of a session: each knows one file, the session runs many at once.

All raise Refusal when the server says no.
"""

from collections.abc import Callable, Collection, Generator, Sequence
from typing import TypeVar

from gateway.channels.remote_folder.server import Entry, Print, StillWritten, TooLarge
from gateway.protocols import sftp
from gateway.protocols.sftp import FSYNC, POSIX_RENAME, Answer, Attributes, Code, Data, Handle, Names, Refusal, Request, Status

Result = TypeVar("Result")
Procedure = Generator[Sequence[Request], Sequence[Answer], Result]
"""Yields requests to be sent together, is sent their answers in the same order, returns what it found out."""

PIECE = 32 * 1024
"""Bytes of one read or write: what every server takes."""
_LISTED_AHEAD = 4


def list_folder(folder: str, see: Callable[[Entry], None]) -> Procedure[None]:
    """Show each entry of a folder to `see`, and keep none."""
    (opened,) = yield (sftp.open_folder(folder),)
    handle = sftp.expected(Handle, opened)
    try:
        while _shown((yield [sftp.more_names(handle)] * _LISTED_AHEAD), see):
            pass
    except Exception:
        yield (sftp.close(handle),)
        raise
    yield (sftp.close(handle),)


def _shown(answers: Sequence[sftp.Answer], see: Callable[[Entry], None]) -> bool:
    """Show what came, in whatever order the server carried it out. Returns whether there is more."""
    more = True
    for got in answers:
        if isinstance(got, Status) and got.code == Code.EOF:
            more = False
        else:
            for entry in sftp.expected(Names, got).entries:
                see(Entry(entry.name, entry.kind, _print(entry.attributes)))
    return more


def _print(attributes: Attributes) -> Print:
    return Print(attributes.size, attributes.modified)


def look_at(path: str) -> Procedure[Print | None]:
    """What lies there, a link being a link; None when nothing does."""
    (got,) = yield (sftp.attributes_of(path),)
    if isinstance(got, Status) and got.code in (Code.NO_SUCH_FILE, Code.NO_SUCH_PATH):
        return None
    return _print(sftp.expected(Attributes, got))


def move(old: str, new: str, *, at_once: bool) -> Procedure[bool]:
    """Rename, in one step where `at_once`. Returns False when the file is no longer there."""
    (got,) = yield (sftp.replace(old, new) if at_once else sftp.rename(old, new),)
    try:
        sftp.succeeded(got)
    except Refusal:
        if (yield from look_at(old)) is None:
            return False
        raise
    return True


def take(path: str, *, seen: Print, most: int) -> Procedure[tuple[bytes, Print] | None]:
    """The whole file, and what it was like; None when it is gone. Raises StillWritten when it is not as it was `seen`, or changed
    while it was read, and TooLarge above `most` bytes.
    """
    (opened,) = yield (sftp.open_to_read(path),)
    if isinstance(opened, Status) and opened.code in (Code.NO_SUCH_FILE, Code.NO_SUCH_PATH):
        return None
    handle = sftp.expected(Handle, opened)
    size = seen.size if seen.size is not None and seen.size <= most else 0
    pieces = [sftp.read(handle, at, min(PIECE, size - at)) for at in range(0, size, PIECE)]
    first, *got = yield (sftp.attributes_of_opened(handle), *pieces)
    try:
        before = _settled(_print(sftp.expected(Attributes, first)), seen, most)
        body = yield from _whole(handle, [_piece(data) for data in got], before.size, most)
    except Exception:
        yield (sftp.close(handle),)
        raise
    last, _ = yield (sftp.attributes_of_opened(handle), sftp.close(handle))
    after = _print(sftp.expected(Attributes, last))
    if not after.same_as(before) or (after.size is not None and after.size != len(body)):
        raise StillWritten
    return body, after


def _settled(before: Print, seen: Print, most: int) -> Print:
    if not before.same_as(seen):
        raise StillWritten
    if before.size is not None and before.size > most:
        raise TooLarge
    return before


def _whole(handle: Handle, pieces: Sequence[bytes], size: int | None, most: int) -> Procedure[bytes]:
    """The body from pieces that were asked for together; what a server gave less of is asked for again."""
    if all(len(piece) == PIECE for piece in pieces[:-1]) and size is not None:
        body = b"".join(pieces)
        if len(body) == size:
            return body
    else:
        body = b""
    parts, at = [body], len(body)
    while size is None or at < size:
        (got,) = yield (sftp.read(handle, at, PIECE),)
        piece = _piece(got)
        if not piece:
            break
        parts.append(piece)
        at += len(piece)
        if at > most:
            raise TooLarge
    return b"".join(parts)


def _piece(got: sftp.Answer) -> bytes:
    if isinstance(got, Status) and got.code == Code.EOF:
        return b""
    return sftp.expected(Data, got).value


def remove(path: str) -> Procedure[None]:
    """Remove a file; one that is not there is removed."""
    (got,) = yield (sftp.remove(path),)
    if isinstance(got, Status) and got.code in (Code.NO_SUCH_FILE, Code.NO_SUCH_PATH):
        return
    sftp.succeeded(got)


def write_whole(path: str, content: bytes, *, flush: bool) -> Procedure[None]:
    """Write a file, and see that the server has all of it. Raises Refusal when it has not."""
    (opened,) = yield (sftp.open_to_write(path),)
    handle = sftp.expected(Handle, opened)
    try:
        written = yield [sftp.write(handle, at, content[at : at + PIECE]) for at in range(0, len(content), PIECE)] or (
            sftp.attributes_of_opened(handle),
        )
        for got in written if content else ():
            sftp.succeeded(got)
        if flush:
            (got,) = yield (sftp.flush(handle),)
            sftp.succeeded(got)
    except Exception:
        yield (sftp.close(handle),)
        raise
    size, closed = yield (sftp.attributes_of_opened(handle), sftp.close(handle))
    sftp.succeeded(closed)
    there = sftp.expected(Attributes, size).size
    if there is not None and there != len(content):
        raise Refusal(Code.FAILURE, f"{there} of {len(content)} bytes are there: no space, or a quota, on the server")


class SftpFiles:
    """The requests of a session whose server is `able` to do these extensions."""

    def __init__(self, able: Collection[str]) -> None:
        self._renames_at_once, self._flushes = POSIX_RENAME in able, FSYNC in able

    def list(self, folder: str, see: Callable[[Entry], None], _wanted: Callable[[str], bool]) -> Procedure[None]:
        """Show each entry of a folder: a listing tells all of them."""
        return list_folder(folder, see)

    def look_at(self, path: str) -> Procedure[Print | None]:
        """What lies there."""
        return look_at(path)

    def read(self, path: str, *, seen: Print, most: int) -> Procedure[tuple[bytes, Print] | None]:
        """The whole file."""
        return take(path, seen=seen, most=most)

    def write(self, path: str, content: bytes) -> Procedure[None]:
        """Write a file, to the disk where the server can do that."""
        return write_whole(path, content, flush=self._flushes)

    def rename(self, old: str, new: str, *, unique: bool) -> Procedure[bool]:
        """Rename: in one step to a unique name, else as the standard has it, which servers refuse when the name is taken."""
        try:
            return (yield from move(old, new, at_once=unique and self._renames_at_once))
        except Refusal:
            # Some servers refuse the standard's way whenever the disk knows no hard links.
            if unique or not self._renames_at_once or (yield from look_at(new)) is not None:
                raise
        return (yield from move(old, new, at_once=True))

    def remove(self, path: str) -> Procedure[None]:
        """Remove a file."""
        return remove(path)
