"""Handing a file over HTTP when the other end, or something in between, does not play its part."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.cli import http_client
from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.files import Read
from gateway.cli.send import token

ACCEPTED = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{"transmission": "t-1"}'
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(answer: bytes, *, silent: bool = False) -> Iterator[str]:
    """A server that reads one request and answers with these bytes, whatever they are; a silent one waits for its end."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while b"\r\n\r\nISA*" not in received:
                    received += connection.recv(65536)
                connection.sendall(answer)
                if silent:
                    done.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def deliver(url: str, *, wait: bool = False) -> dict[str, object]:
    return http_client.deliver(url, "bigbox", Read("-", b"ISA*"), key="k-1", token="secret", wait=wait, within=1)


def refused(answer: bytes, *, silent: bool = False) -> CommandFailed:
    with answering(answer, silent=silent) as url, pytest.raises(CommandFailed) as caught:
        deliver(url)
    return caught.value


def test_a_whole_answer_is_taken() -> None:
    with answering(ACCEPTED) as url:
        assert deliver(url) == {"transmission": "t-1", "repeated": False, "acknowledgement": None}


def test_an_acknowledgement_is_taken_with_the_transmission_of_its_header() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/edi-x12\r\nEdi-Transmission: t-2\r\nContent-Length: 5\r\n\r\nISA*~"
    with answering(answer) as url:
        assert deliver(url, wait=True) == {"transmission": "t-2", "repeated": False, "acknowledgement": "ISA*~"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1",
        b"nonsense\r\n\r\n",
        ACCEPTED[:-5],
        JSON + b"Content-Length: 99\r\n\r\n",
        JSON + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/edi-x12\r\nEdi-Transmission: t\r\nContent-Length: 50\r\n\r\nISA*",
    ],
    ids=["nothing", "half a line", "no http", "json cut", "no body", "chunk cut", "acknowledgement cut"],
)
def test_an_answer_that_is_cut_leaves_the_fate_unknown_and_repeats_the_key(answer: bytes) -> None:
    failure = refused(answer)
    assert failure.exit_status is ExitStatus.UNAVAILABLE
    assert "--idempotency-key k-1" in failure.remedy


def test_a_gateway_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "_PATIENCE", 0.05)
    failure = refused(b"", silent=True)
    assert failure.exit_status is ExitStatus.UNAVAILABLE
    assert "timed out" in str(failure)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>Hi!",
        JSON + b"Content-Length: 2\r\n\r\n{}",
        JSON + b"Content-Length: 2\r\n\r\n[]",
        JSON + b"Content-Length: 3\r\n\r\n{x}",
    ],
    ids=["html", "empty object", "list", "no json"],
)
def test_an_answer_that_names_no_transmission_is_no_success(answer: bytes) -> None:
    failure = refused(answer)
    assert failure.exit_status is ExitStatus.FAILED
    assert "--url" in failure.remedy


@pytest.mark.parametrize(
    ("line", "header", "says"),
    [
        (b"503 Unavailable", b"Retry-After: 30", "wait 30 s"),
        (b"429 Too Many", b"Retry-After: 7", "wait 7 s"),
        (b"503 Unavailable", b"Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", "--idempotency-key k-1"),
    ],
)
def test_the_pause_a_gateway_asks_for_is_told(line: bytes, header: bytes, says: str) -> None:
    failure = refused(b"HTTP/1.1 " + line + b"\r\n" + header + b"\r\nContent-Length: 0\r\n\r\n")
    assert failure.exit_status is ExitStatus.UNAVAILABLE
    assert says in failure.remedy
    assert ("asks to wait" in failure.remedy) is header[-1:].isdigit()


@pytest.mark.parametrize("content", [b"", b"\n", "s\u00e9cret".encode(), "secret".encode("utf-16"), b"\xff\xfe\xfd"])
def test_a_token_file_that_holds_no_token_is_not_allowed(content: bytes, tmp_path: Path) -> None:
    path = str(tmp_path / "token")
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(CommandFailed) as caught:
        token({"GATEWAY_TOKEN_FILE": path, "GATEWAY_TOKEN": "other"})
    assert (caught.value.exit_status, caught.value.where) == (ExitStatus.NOT_ALLOWED, path)


def test_a_token_file_that_is_not_there_is_three_lines(invoke: Callable, tmp_path: Path) -> None:
    for path in (f"{tmp_path}/gone", str(tmp_path)):
        environ = {"GATEWAY_TOKEN_FILE": path}
        result = invoke("send", "-", "--to", "b", "--url", "http://127.0.0.1:1", stdin=b"x", environ=environ)
        assert result.status == 1
        assert path in result.err
        assert len(result.err.splitlines()) == 3
