"""The lines of a simulated partner: who gets into its SFTP server and what is seen there; how its posts are signed."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest

from gateway.domain.http_terms import HttpSignature
from gateway.simulators.partner.http_line import HttpLine, signed
from gateway.simulators.partner.line import NotTaken
from gateway.simulators.partner.sftp_server import SftpServer, fingerprint, new_host_key
from tests.gateway.channels.http_partner import answering, partner_server


@pytest.fixture(scope="module")
def host_key() -> str:
    return new_host_key()[0]


@contextmanager
def logged_in(
    server: SftpServer, *, password: str | None = None, key: paramiko.PKey | None = None
) -> Iterator[paramiko.SFTPClient]:
    transport = paramiko.Transport(("127.0.0.1", server.port))
    try:
        transport.start_client(timeout=10)
        if key is not None:
            transport.auth_publickey("us", key)
        if password is not None:
            transport.auth_password("us", password)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        yield client
    finally:
        transport.close()


class TestSftpServer:
    def test_it_lets_in_whom_it_was_told_to_and_nobody_else(self, tmp_path: Path, host_key: str) -> None:
        with SftpServer(tmp_path / "root", host_key=host_key, user="us", password="secret") as server:
            with logged_in(server, password="secret") as client:
                assert client.listdir("/") == []
            with pytest.raises(paramiko.AuthenticationException), logged_in(server, password="wrong"):
                pass

    def test_where_key_and_password_are_agreed_both_are_needed(self, tmp_path: Path, host_key: str) -> None:
        key = paramiko.ECDSAKey.generate()
        with SftpServer(tmp_path, host_key=host_key, user="us", password="secret", key=key) as server:
            with logged_in(server, key=key, password="secret") as client:
                assert client.listdir("/") == []
            with pytest.raises(paramiko.SSHException), logged_in(server, key=key) as client:
                client.listdir("/")

    def test_files_are_written_renamed_read_and_removed_and_nothing_outside_is_seen(self, tmp_path: Path, host_key: str) -> None:
        (tmp_path / "secret.txt").write_text("not yours")
        root = tmp_path / "root"
        with (
            SftpServer(root, host_key=host_key, user="us", password="secret") as server,
            logged_in(server, password="secret") as client,
        ):
            client.mkdir("in")
            with client.open("/in/a.part", "wb") as stream:
                stream.write(b"ISA*")
            client.rename("/in/a.part", "/in/a.edi")
            assert (root / "in" / "a.edi").read_bytes() == b"ISA*"
            with client.open("in/a.edi") as stream:
                assert stream.read() == b"ISA*"
            with client.open("in/b.edi", "wb") as stream:
                stream.write(b"")
            with pytest.raises(OSError, match="Failure"):
                client.rename("in/b.edi", "in/a.edi")
            client.posix_rename("in/b.edi", "in/a.edi")
            client.remove("in/a.edi")
            assert client.listdir("in") == []
            for outside in ("../secret.txt", "/../../secret.txt"):
                with pytest.raises(FileNotFoundError):
                    client.stat(outside)

    def test_its_fingerprint_is_that_of_its_key(self, host_key: str) -> None:
        made, told = new_host_key()
        assert fingerprint(made) == told
        assert fingerprint(host_key) != told
        assert told.startswith("SHA256:")


class TestHttp:
    def test_a_post_is_signed_as_agreed(self) -> None:
        terms = HttpSignature((b"shared",), signed="{timestamp}.{id}.{method}.{path}.{body}", prefix="sha256=")
        headers = signed(terms, b"ISA*", path="/v1/x?wait=ack", at=1_700_000_000, named="n-1")
        wanted = hmac.new(b"shared", b"1700000000.n-1.POST./v1/x?wait=ack.ISA*", hashlib.sha256).hexdigest()
        assert headers == {"X-Signature": f"sha256={wanted}", "X-Timestamp": "1700000000", "X-Webhook-Id": "n-1"}

    async def test_what_the_gateway_answers_is_told_or_taken(self) -> None:
        async with (
            partner_server(answering(202, Edi_Transmission="t-1")) as gateway,
            HttpLine(gateway.url, take=_nothing) as line,
        ):
            assert await line.send("a.edi", b"ISA*") == ("transmission t-1", b"")
        async with partner_server(answering(200, b"ISA*997")) as gateway:
            async with HttpLine(gateway.url, take=_nothing, token="t", wait=2.0) as line:
                assert await line.send("a.edi", b"ISA*") == ("200", b"ISA*997")
            (request,) = gateway.requests
            assert (request.query["wait"], request.headers["Authorization"]) == ("ack", "Bearer t")

    async def test_who_does_not_take_it_is_heard(self) -> None:
        async with partner_server(answering(401, b"who are you?")) as gateway, HttpLine(gateway.url, take=_nothing) as line:
            with pytest.raises(NotTaken, match=r"401: who are you\?"):
                await line.send("a.edi", b"ISA*")

    async def test_half_a_post_arrives_whole_when_it_is_told_to_end(self) -> None:
        finish = asyncio.Event()
        async with partner_server(answering(202)) as gateway, HttpLine(gateway.url, take=_nothing) as line:
            sending = asyncio.create_task(line.send("a.edi", b"0123456789", finish=finish))
            assert gateway.requests == []
            finish.set()
            await sending
            assert gateway.requests[0].body == b"0123456789"

    async def test_what_is_posted_to_it_is_taken_under_its_name(self) -> None:
        got: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

        async def take(body: bytes, name: str) -> None:
            got.put_nowait((body, name))

        async with (
            HttpLine("http://127.0.0.1:9/", take=take, listens="http://127.0.0.1:0/in") as theirs,
            HttpLine(theirs.listens, take=_nothing) as ours,
        ):
            await ours.send("855.edi", b"ISA*")
            assert await asyncio.wait_for(got.get(), 10) == (b"ISA*", "855.edi")


async def _nothing(_body: bytes, _name: str) -> None: ...
