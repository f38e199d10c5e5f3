"""What works of the way to a partner's server, step by step, for `gateway partners test` and `gateway doctor`."""

import asyncio
import socket
from collections.abc import Iterator, Sequence

from gateway.channels.remote_folder.server import Attempt, Entry
from gateway.channels.sftp import procedures
from gateway.channels.sftp.connection import Connector
from gateway.channels.sftp.session import Session
from gateway.channels.sftp.trouble import SftpTrouble, lost, refused
from gateway.domain.channel import SftpOptions
from gateway.domain.sftp_terms import SftpServer
from gateway.protocols.sftp import Refusal

Step = tuple[str, bool, str, str]
"""What was tried, whether it works, what was found, and the remedy."""


async def examine(options: SftpOptions) -> Sequence[Step]:
    """Name, connection, host key, login, SFTP and folders, in this order, up to the first that does not work.

    Nothing is written, and nothing of ours is sent to a host whose key nobody confirmed: its fingerprint is told.
    """
    return await asyncio.to_thread(lambda: list(_steps(options)))


def _steps(options: SftpOptions) -> Iterator[Step]:
    first = options.jump or options.server
    for look in (_name, _connection):
        step = look(first, options.patience)
        yield step
        if not step[1]:
            return
    attempt = Attempt()
    try:
        session = Connector(options).open(attempt)
        yield from _opened(options, session)
    except SftpTrouble as trouble:
        yield (_STEPS.get(trouble.code, "connection"), False, str(trouble), trouble.remedy)
    finally:
        attempt.end()


_STEPS = {
    "host-key-unconfirmed": "host key",
    "host-key-changed": "host key",
    "no-common-algorithm": "algorithms",
    "login-refused": "login",
    "key-unusable": "login",
    "sftp-refused": "SFTP",
    "not-sftp": "SFTP",
}


def _name(server: SftpServer, _patience: float) -> Step:
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except OSError as error:
        trouble = lost(error, place=server.place)
        return ("name", False, str(trouble), trouble.remedy)
    return ("name", True, ", ".join(sorted({str(entry[4][0]) for entry in found})), "")


def _connection(server: SftpServer, patience: float) -> Step:
    try:
        with socket.create_connection((server.host, server.port), timeout=patience):
            return ("connection", True, f"{server.place} takes connections", "")
    except OSError as error:
        trouble = lost(error, place=server.place)
        return ("connection", False, str(trouble), trouble.remedy)


def _opened(options: SftpOptions, session: Session) -> Iterator[Step]:
    yield ("host key", True, "the one that was confirmed", "")
    yield ("login", True, f"{options.server.user} is let in", "")
    able = ", ".join(sorted(session.extensions)) or "no extensions"
    yield ("SFTP", True, f"version 3, {able}", "")
    folders = {options.inbox.folder: "inbox"} if options.inbox else {}
    if options.inbox and options.inbox.after == "move" and options.inbox.done:
        folders[options.inbox.done] = "done"
    if options.outbox:
        folders.setdefault(options.outbox.folder, "outbox")
    for folder, name in folders.items():
        yield _folder(session, folder, name)


def _folder(session: Session, folder: str, name: str) -> Step:
    seen = 0

    def count(entry: Entry) -> None:
        nonlocal seen
        seen += entry.name not in (".", "..")

    try:
        session.run(procedures.list_folder(folder, count))
    except Refusal as refusal:
        trouble = refused(refusal, f"list the folder {folder}")
        return (name, False, str(trouble), trouble.remedy)
    return (name, True, f"{folder} holds {seen} entries", "")
