"""Channels on a real OpenSSH server, and a server of paramiko for logins that OpenSSH has only for accounts of its machine."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.server import InteractiveQuery

from gateway.channels.remote_folder import RemoteInbound, Sessions
from gateway.channels.remote_folder.server import Attempt
from gateway.channels.sftp import Connector
from gateway.domain.channel import SftpOptions
from gateway.domain.remote_folder_terms import RemoteInbox
from gateway.domain.sftp_terms import SftpServer
from tests.gateway.channels.fakes import Counts, FakeIntake, Told
from tests.servers.sshd import SshServer

PATIENCE = 10.0


def login(sshd: SshServer, **changed: Any) -> SftpServer:
    """Our login on a server."""
    told = SftpServer(
        host="127.0.0.1", port=sshd.port, user=sshd.user, key=sshd.private(), host_keys=(sshd.fingerprint(sshd.host_keys[0]),)
    )
    return replace(told, **changed)


def options(server: SftpServer, **more: Any) -> SftpOptions:
    return SftpOptions(server=server, **{"patience": PATIENCE, **more})


@contextmanager
def opened(told: SftpOptions) -> Iterator[Any]:
    """A session, and after that nothing of it."""
    attempt = Attempt()
    try:
        yield Connector(told).open(attempt)
    finally:
        attempt.end()


class RealTime:
    """The clock, and a wait that ends at once where there is nothing to wait for."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)


class Poll:
    """A channel on a real server, looked at when a test says so."""

    def __init__(self, told: SftpOptions, folder: Path, **terms: Any) -> None:
        self.intake, self.counts, self.troubles = FakeIntake(), Counts(), Told()
        self.sessions = Sessions(Connector(told), most=told.connections)
        self._looks: asyncio.Queue[None] = asyncio.Queue()
        self._resting = asyncio.Event()
        self.channel = RemoteInbound(
            "bigbox-sftp",
            RemoteInbox(**{"folder": str(folder), "settle": 0.0, **terms}),
            sessions=self.sessions,
            partner="bigbox",
            most_bytes=10_000_000,
            intake=self.intake,
            troubles=self.troubles,
            observer=self.counts,
            clock=RealTime(),
            new_id=uuid4,
            wait=self._wait,
        )

    async def _wait(self, _seconds: float) -> None:
        self._resting.set()
        await self._looks.get()

    async def look(self) -> None:
        """Look once more, to the end."""
        self._resting.clear()
        self._looks.put_nowait(None)
        await self._resting.wait()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.channel.run())
        await self._resting.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.sessions.close()

    @property
    def names(self) -> list[str]:
        return sorted(handover.name for handover in self.intake.stored.values())


class LoginServer(paramiko.ServerInterface):
    """Lets `partner` in by the ways a test names. Its SFTP has nothing in it."""

    def __init__(self, ways: Sequence[str], *, all_of_them: bool = False) -> None:
        self._ways, self._all, self._done = list(ways), all_of_them, set[str]()

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(way for way in self._ways if way not in self._done)

    def _passed(self, way: str, right: bool) -> int:
        if not right or way not in self._ways:
            return AUTH_FAILED
        self._done.add(way)
        return AUTH_PARTIALLY_SUCCESSFUL if self._all and self._done != set(self._ways) else AUTH_SUCCESSFUL

    def check_auth_password(self, username: str, password: str) -> int:
        return self._passed("password", (username, password) == ("partner", "secret"))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._passed("publickey", username == "partner")

    def check_auth_interactive(self, username: str, submethods: str) -> Any:
        if "keyboard-interactive" not in self._ways:
            return AUTH_FAILED
        return InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        return self._passed("keyboard-interactive", responses == ["secret"])

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED


@contextmanager
def login_server(*ways: str, all_of_them: bool = False) -> Iterator[SftpServer]:
    """A server that takes connections until the end of the block; answers how `partner` logs in there."""
    host_key = paramiko.ECDSAKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(sock)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer)
            transports.append(transport)
            transport.start_server(event=threading.Event(), server=LoginServer(ways, all_of_them=all_of_them))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        port = listening.getsockname()[1]
        yield SftpServer(host="127.0.0.1", port=port, user="partner", password="secret", host_keys=(host_key.fingerprint,))
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)
        for transport in transports:
            transport.close()
