"""A mailbox on an IMAP server (RFC 3501): what arrived, its bytes, and putting it away. Blocking; one thread at a time.

A mail stays where it is until it is put away: moved (RFC 6851, else copied and deleted), flagged or deleted, as agreed. Where the
server cannot expunge a single mail (no UIDPLUS, RFC 4315), it stays behind marked as deleted, which we then overlook: expunging
everything would take along what others have marked.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from gateway.channels.server_trust import CertificateRefused, ServerTrust
from gateway.domain.mail_terms import ImapOptions

_TAKEN = b"$EdiTaken"
"""The keyword of a mail that is stored, where mails are flagged."""
_TIMEOUT = 60.0


class MailboxUnusable(Exception):
    """The server does not answer, refuses us, or cannot do what was agreed. `lasting` when a person has to do something first."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail in the mailbox. `uid` names it as long as the mailbox keeps its UIDVALIDITY; `size` in bytes."""

    uid: int
    size: int


class Mailbox:
    """The folder of `options` in a mailbox. Every method raises MailboxUnusable; then `close` and `open` again."""

    def __init__(self, options: ImapOptions, *, timeout: float = _TIMEOUT) -> None:
        self._options, self._timeout = options, timeout
        self._trust = ServerTrust(options.authorities, options.fingerprints)
        self._client: Any = None
        self._abandoned = False
        self.validity = 0

    @property
    def name(self) -> str:
        """What tells this mailbox's mails from another's."""
        return f"{self._options.login}@{self._options.host}/{self._options.folder}"

    def open(self) -> None:
        """Connect, log in, and make the folders that mails are moved to."""
        with self._translated("cannot open the mailbox"):
            self._client = client = self._connected()
            if self._abandoned:
                raise MailboxUnusable("this channel is ending")
            client.login(self._options.login, self._options.password)
            for folder in (self._options.done, self._options.refused):
                if folder is not None and not client.folder_exists(folder):
                    client.create_folder(folder)
            found = client.select_folder(self._options.folder)
            self.validity = int(found.get(b"UIDVALIDITY", 0))
            kept = {flag.lower() for flag in found.get(b"PERMANENTFLAGS", ())}
            if self._options.after == "flag" and not kept & {b"\\*", _TAKEN.lower()}:
                raise MailboxUnusable("this server keeps no keywords of ours: agree `after` as move or delete", lasting=True)

    def arrivals(self, most: int) -> list[Arrived]:
        """The first `most` mails that are not put away, in the order in which they came."""
        criteria = ["UNDELETED", "UNKEYWORD", _TAKEN] if self._options.after == "flag" else ["UNDELETED"]
        with self._translated("cannot list the mailbox"):
            self._client.noop()
            uids = sorted(self._client.search(criteria))[:most]
            sizes = self._client.fetch(uids, [b"RFC822.SIZE"])
        return [Arrived(uid, int(sizes[uid][b"RFC822.SIZE"])) for uid in uids if uid in sizes]

    def read(self, uid: int) -> bytes | None:
        """A whole mail, without marking it as seen; None when it is no longer there."""
        return self._fetched(uid, b"BODY.PEEK[]")

    def read_header(self, uid: int) -> bytes | None:
        """The header of a mail; None when it is no longer there."""
        return self._fetched(uid, b"BODY.PEEK[HEADER]")

    def put_away(self, uid: int) -> None:
        """Do with a stored mail what was agreed."""
        with self._translated("cannot put a stored mail away; it is recognised when it is read again"):
            if self._options.after == "flag":
                self._client.add_flags([uid], [_TAKEN, b"\\Seen"])
            elif self._options.after == "delete" or self._options.done is None:
                self._delete(uid)
            else:
                self._move(uid, self._options.done)

    def set_aside(self, uid: int) -> None:
        """Move a mail to the folder of the refused ones, for a person to look at."""
        with self._translated("cannot move a refused mail"):
            self._move(uid, self._options.refused)

    def tells(self) -> bool:
        """Whether the server tells of new mails (IDLE, RFC 2177)."""
        with self._translated("cannot ask the server what it can do"):
            return bool(self._client.has_capability("IDLE"))

    def await_news(self, seconds: float) -> None:
        """Return when the server tells of anything, at the latest after so many seconds."""
        with self._translated("the connection was lost"):
            self._client.idle()
            if not self._told_at_once():
                self._client.idle_check(timeout=seconds)
            self._client.idle_done()

    def close(self) -> None:
        """End the session, with a word where the connection still stands."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.logout()
            except (IMAPClientError, OSError):
                _shut(client)

    def abandon(self) -> None:
        """Cut the connection, from any thread: whatever another is doing here ends with MailboxUnusable."""
        self._abandoned = True
        client = self._client
        if client is not None:
            with suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)  # closing would wait for a thread that reads

    def _told_at_once(self) -> bool:
        """Whether news came with the very answer to IDLE: imaplib has read them, and who waits for the socket misses them."""
        connection = self._client.socket()
        before = connection.gettimeout()
        connection.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))  # noqa: SLF001 - neither library shows its buffer otherwise
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            connection.settimeout(before)

    def _connected(self) -> Any:
        options, context = self._options, self._trust.context()
        encrypted = options.security == "tls"
        client = IMAPClient(options.host, options.port, ssl=encrypted, ssl_context=context, timeout=self._timeout)
        try:
            if options.security == "starttls":
                client.starttls(context)
            if options.security != "none":
                self._trust.check(client.socket().getpeercert(binary_form=True))
        except BaseException:
            _shut(client)
            raise
        return client

    def _fetched(self, uid: int, what: bytes) -> bytes | None:
        with self._translated("cannot read a mail"):
            found = self._client.fetch([uid], [what]).get(uid)
        return None if found is None else bytes(found[what.replace(b".PEEK", b"")])

    def _move(self, uid: int, folder: str) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move([uid], folder)
        else:
            self._client.copy([uid], folder)
            self._delete(uid)

    def _delete(self, uid: int) -> None:
        self._client.delete_messages([uid], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (IMAPClientError, OSError, EOFError) as error:
            lasting = isinstance(error, LoginError | CertificateRefused)
            raise MailboxUnusable(f"{doing} {self.name}: {_told(error)}", lasting=lasting) from error


def _shut(client: Any) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


def _told(error: Exception) -> str:
    text = str(error)
    if text.startswith(("b'", 'b"')):  # imaplib quotes the server's bytes as Python writes them
        text = text[2:-1]
    return text or type(error).__name__
