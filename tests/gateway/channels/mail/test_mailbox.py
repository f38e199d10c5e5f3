"""A mailbox on a server that says exactly what a test wants it to say, as real ones do only sometimes."""

import socket
import threading
from collections.abc import Iterator

import pytest

from gateway.channels.mail import Mailbox
from gateway.domain.mail_terms import ImapOptions

_ANSWERS = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE MOVE\r\n{tag} OK done\r\n",
    "SELECT": "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n{tag} OK [READ-WRITE] done\r\n",
    "IDLE": "+ idling\r\n* 1 EXISTS\r\n",
    "LOGOUT": "* BYE\r\n{tag} OK done\r\n",
}


class ScriptedServer:
    """An IMAP server for one session, which tells of a mail in the same packet in which it agrees to tell of mails."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.commands: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK ready\r\n")
            waiting = ""
            for line in lines:
                words = line.decode().split()
                self.commands.append(words[-1] if words == ["DONE"] else words[1])
                if words == ["DONE"]:
                    connection.sendall(f"{waiting} OK done\r\n".encode())
                    continue
                waiting = words[0]
                connection.sendall(_ANSWERS.get(words[1], "{tag} OK done\r\n").format(tag=waiting).encode())

    def close(self) -> None:
        self._listening.close()
        self._thread.join(10)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    opened = ScriptedServer()
    yield opened
    opened.close()


@pytest.mark.timeout(20)
def test_news_that_come_with_the_answer_to_idle_are_not_waited_for(server: ScriptedServer) -> None:
    options = ImapOptions(
        "127.0.0.1", "farm", "secret", ("orders@farm.example",), port=server.port, security="none", after="delete"
    )
    mailbox = Mailbox(options, timeout=10)
    mailbox.open()
    mailbox.await_news(1000)
    mailbox.close()
    assert server.commands[-3:] == ["IDLE", "DONE", "LOGOUT"]
