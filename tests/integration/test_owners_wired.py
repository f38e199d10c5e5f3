"""The wired service: an unreadable file of a partner, its owner told by webhook, mail and command, and the command line."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from tests.gateway.channels.http_partner import Partner, answering, partner_server
from tests.gateway.cli.invented import Result, run_command
from tests.servers.process import free_port, repeat

ROUTES = """
[gateway]
id = "gw"
owner = "operations"
identities = {{ x12 = "ZZ:NORDICDC" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"
mail_server = {{ host = "127.0.0.1", port = {smtp}, security = "none", from = "edi@nordic.example" }}

[[owner]]
id = "edi"
notify = ["webhook:${{HOOK}}", "exec:{program} --owner edi", "mail:edi@nordic.example"]
secret = "${{HOOK_SECRET}}"
every = "1s"
next = "operations"

[[owner]]
id = "operations"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:1"
api_key = "${{ODOO_KEY}}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"
settle = "50ms"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"

[[route]]
id = "orders"
deliver = [{{ to = "odoo", as = "sale_order" }}]
"""


class Post:
    """A handler of aiosmtpd that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.taken.append(envelope)
        return "250 OK"


def program(folder: Path) -> Path:
    """A command that keeps what it is told, a file for each call."""
    path = folder / "page"
    path.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"name = os.path.join({str(folder)!r}, 'told-' + os.environ['EDI_NOTIFICATION_ID'])\n"
        "open(name, 'w').write(json.dumps([sys.argv[1:], json.load(sys.stdin)]))\n"
    )
    path.chmod(0o755)
    return path


class Site:
    """A gateway's folder, and everything that its owner is told by."""

    def __init__(self, folder: Path, post: Post, chat: Partner) -> None:
        self.folder, self.post, self.chat = folder, post, chat

    def drop(self, name: str, content: bytes) -> None:
        (self.folder / "in" / name).write_bytes(content)

    @property
    def calls(self) -> list[Any]:
        """What the command was told: arguments and message."""
        return [json.loads(path.read_text()) for path in self.folder.glob("told-*")]

    async def told(self, times: int) -> None:
        """Wait until the owner was told so often by each means."""

        async def by_all_of_them() -> bool:
            return min(len(self.chat.requests), len(list(self.folder.glob("told-*"))), len(self.post.taken)) >= times

        await repeat(by_all_of_them, within=30)

    async def gateway(self, *words: str) -> Result:
        return await asyncio.to_thread(run_command, *words, "--config", str(self.folder / "routes.toml"))

    async def failure(self) -> dict[str, Any]:
        (found,) = json.loads((await self.gateway("failures", "--all", "--json")).out)
        return dict(found)


@pytest.fixture
async def site(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    post = Post()
    smtp = await asyncio.get_running_loop().create_server(lambda: SMTP(post, hostname="mx.test"), "127.0.0.1", 0)
    async with partner_server(answering(204)) as chat:
        world = {"DATABASE_URL": postgres_url, "HOOK": f"{chat.url}/x", "HOOK_SECRET": "s", "ODOO_KEY": "k"}
        for name, value in world.items():
            monkeypatch.setenv(name, value)
        port = smtp.sockets[0].getsockname()[1]
        (tmp_path / "routes.toml").write_text(ROUTES.format(port=free_port(), smtp=port, program=program(tmp_path)))
        for name in ("in", "var"):
            (tmp_path / name).mkdir()
        async with run_service(settings(str(tmp_path / "routes.toml"), world)):
            yield Site(tmp_path, post, chat)
    smtp.close()
    await smtp.wait_closed()


async def test_an_owner_is_told_takes_it_on_and_is_told_when_it_comes_back(site: Site) -> None:
    site.drop("first.edi", b"hello, this is no EDI")
    await site.told(1)
    failure = await site.failure()
    assert (failure["state"], failure["owner"], failure["partner"], failure["count"]) == ("open", "edi", "bigbox", 1)
    message = json.loads(site.chat.requests[0].body)
    assert [group["id"] for group in message["groups"]] == [failure["id"]]
    assert failure["code"] in str(site.post.taken[0].content)
    assert [(arguments, told["groups"]) for arguments, told in site.calls] == [(["--owner", "edi"], message["groups"])]

    mark, anna = failure["fingerprint"], ("--by", "anna")
    assert (await site.gateway("failures", "acknowledge", mark, *anna)).status == 0
    assert (await site.gateway("failures", "note", mark, "BigBox sends it anew", *anna)).status == 0
    assert (await site.gateway("failures", "resolve", mark[-6:], "--reason", "sent anew", *anna)).status == 0
    assert (await site.failure())["state"] == "resolved"
    refused = await site.gateway("failures", "acknowledge", mark)
    assert (refused.status, "it is resolved" in refused.err) == (1, True)

    site.drop("second.edi", b"hello again, this is no EDI")
    await site.told(2)
    assert json.loads(site.chat.requests[1].body)["groups"][0]["news"] == ["came_back"]
    page = (await site.gateway("failures", "show", mark)).out
    for part in (
        "open: regression",
        "note by anna: BigBox sends it anew",
        "resolved by anna: sent anew",
        "came back: regression by",
    ):
        assert part in page
    story = (await site.gateway("trace", failure["sample"])).out
    assert "sent anew" in story
