"""Owners told by webhook, on a real server, and by commands that really run."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

from gateway.channels.notification import ProgramNotifier, WebhookNotifier
from gateway.channels.notification.webhook import signature
from gateway.domain.owner import parse_address
from gateway.ports.failures import Notification, SendingResult
from gateway.system import SystemClock
from tests.gateway.channels.http_partner import answering, partner_server

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()


def notification(**changes: Any) -> Notification:
    return Notification(uuid4(), "edi", "…", "…", {"type": "failures", "text": "Søren", "groups": [], **changes})


class TestWebhook:
    async def post(self, url: str, one: Notification, *, secret: str = SECRET, within: float = 15.0) -> SendingResult:
        notifier = WebhookNotifier(clock=SystemClock(), timeout=within)
        try:
            return await notifier.send(one, parse_address(f"webhook:{url}"), secret=secret)
        finally:
            await notifier.close()

    async def test_the_message_is_posted_and_signed(self) -> None:
        one = notification()
        async with partner_server() as server:
            assert await self.post(f"{server.url}/hooks/edi?room=4", one) == SendingResult(answer="HTTP 200")
        (request,) = server.requests
        assert (request.method, request.path, request.query) == ("POST", "/hooks/edi", {"room": "4"})
        assert request.headers["Content-Type"] == "application/json"
        assert json.loads(request.body) == one.message
        assert request.headers["webhook-id"] == str(one.id)
        signed = f"{one.id}.{request.headers['webhook-timestamp']}.".encode() + request.body
        digest = hmac.new(b"0123456789abcdef", signed, hashlib.sha256).digest()
        assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"

    async def test_a_repeat_has_the_same_id_and_body(self) -> None:
        one = notification()
        async with partner_server() as server:
            for _ in range(2):
                await self.post(server.url, one)
        first, second = server.requests
        assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)

    @pytest.mark.parametrize("secret", ["plain words", "whsec_not base64!"])
    def test_any_secret_signs(self, secret: str) -> None:
        made = base64.b64encode(hmac.new(secret.encode(), b"i.1.{}", hashlib.sha256).digest()).decode()
        assert signature(secret, "i", "1", b"{}") == f"v1,{made}"

    def test_the_example_of_the_standard(self) -> None:
        """standardwebhooks.com, "Signature scheme": the reference implementations' test vector."""
        made = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
        )
        assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @pytest.mark.parametrize(("status", "code"), [(204, ""), (302, "http-302"), (404, "http-404"), (503, "http-503")])
    async def test_only_an_answer_that_says_so_means_taken(self, status: int, code: str) -> None:
        async with partner_server(answering(status, b"no\nroom" if status > 399 else b"", Location="/x")) as server:
            result = await self.post(server.url, notification())
        assert (result.code, result.again) == (code, True)
        assert result.answer.startswith(f"HTTP {status}")
        assert len(server.requests) == 1
        assert status < 400 or "no room" in result.answer

    async def test_a_server_that_does_not_answer_costs_only_its_time(self) -> None:
        over = asyncio.Event()

        async def silent(_request: web.Request) -> web.StreamResponse:
            await over.wait()
            return web.Response()

        async with partner_server(silent) as server:
            result = await self.post(server.url, notification(), within=0.2)
            over.set()
        assert result.code
        assert result.again

    async def test_nobody_there(self, unused_tcp_port: int) -> None:
        assert (await self.post(f"http://127.0.0.1:{unused_tcp_port}/", notification())).code


Hook = Callable[[str], str]


class TestProgram:
    @pytest.fixture
    def hook(self, tmp_path: Path) -> Hook:
        """Writes a command; answers its path."""

        def write(body: str) -> str:
            path = tmp_path / "hook"
            path.write_text(f"#!{sys.executable}\nimport json, os, sys\n{body}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
            return str(path)

        return write

    async def call(self, command: str, one: Notification | None = None, *, within: float = 20.0) -> SendingResult:
        return await ProgramNotifier(timeout=within).send(one or notification(), parse_address(f"exec:{command}"), secret="s")

    async def test_it_gets_its_arguments_and_the_message(self, hook: Hook, tmp_path: Path) -> None:
        out = tmp_path / "out"
        path = hook(f"json.dump([sys.argv[1:], json.load(sys.stdin), dict(os.environ), os.getcwd()], open({str(out)!r}, 'w'))")
        one = notification()
        os.environ["DATABASE_URL_OF_TEST"] = "postgresql://secret"
        try:
            assert (await self.call(f"{path} --to 'night shift' '$(id)' ';'", one)).code == ""
        finally:
            del os.environ["DATABASE_URL_OF_TEST"]
        arguments, message, environment, folder = json.loads(out.read_text())
        assert arguments == ["--to", "night shift", "$(id)", ";"]
        assert message == one.message
        assert (environment["EDI_NOTIFICATION_ID"], environment["EDI_OWNER"], folder) == (str(one.id), "edi", "/")
        assert not any("secret" in value for value in environment.values())

    async def test_a_bad_end_says_why(self, hook: Hook) -> None:
        result = await self.call(hook("print('no\\nline free'); sys.exit('busy ' + 'x' * 100_000)"))
        assert (result.code, result.again) == ("exit-1", True)
        assert result.answer.startswith("no line free busy xxx")
        assert len(result.answer) <= 500

    async def test_one_that_reads_nothing_may_end_well(self, hook: Hook) -> None:
        assert (await self.call(hook("print('called')"), notification(text="x" * 1_000_000))) == SendingResult(answer="called")

    async def test_what_takes_too_long_is_ended_with_its_children(self, hook: Hook, tmp_path: Path) -> None:
        """The child holds the pipe that we read from, and would go on."""
        pipe = tmp_path / "alive"
        os.mkfifo(pipe)
        body = f"import subprocess\nchild = open({str(pipe)!r}, 'w')\nsubprocess.run(['sleep', '600'], stdout=child)"
        result, ended = await asyncio.gather(self.call(hook(body), within=1.0), asyncio.to_thread(pipe.read_bytes))
        assert (result.code, result.answer) == ("program-too-slow", "it did not end within 1 s")
        assert ended == b""  # the end of the file: nobody holds it any more

    @pytest.mark.parametrize("command", ["/nowhere/hook", "/etc/hostname", "/"])
    async def test_one_that_cannot_be_run_is_named(self, command: str) -> None:
        result = await self.call(command)
        assert (result.code, result.again) == ("program-missing", True)
        assert result.answer.startswith(f"{command}: ")
