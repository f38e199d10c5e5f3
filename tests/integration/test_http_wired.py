"""HTTP channels as configured, in the wired service: fetched, answered by a post of ours; cXML answered by its Response."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from gateway.domain.token import hash_token
from tests.acceptance.partners import x12_orders
from tests.gateway.channels.http_partner import Partner, issue, partner_server
from tests.servers.process import free_port, repeat

CXML = Path(__file__).parents[1] / "fixtures" / "xml" / "OrderRequest__officeluv-cxml__purchase_order_request_200.xml"
ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = {{ x12 = "ZZ:NORDICDC", xml = "Duns:128293714" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"
{tls}

[[owner]]
id = "edi"

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
id = "bigbox-http"
partner = "bigbox"
type = "http"

[channel.send]
url = "{partner}/in"
idempotent = true
internal = true
login = {{ type = "api_key", key = "${{KEY}}" }}

[channel.poll]
url = "{partner}/list"
every = "50ms"
internal = true
listing = {{ items = "files[]", id = "id", url = "href", name = "name" }}

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[partner]]
id = "dell"
owner = "edi"
identities = {{ xml = "duns:dell" }}

[[channel]]
id = "dell-http"
partner = "dell"
type = "http"
url_hashes = ["${{HOOK_HASH}}"]

[[agreement]]
id = "dell-orders"
partner = "dell"
direction = "in"
document = "purchase_order"
format = "xml/cXML-1.2/OrderRequest"
acknowledge = ["cXML"]

[[route]]
id = "orders"
deliver = [{{ to = "odoo", as = "sale_order" }}]
"""


class Mailbox:
    """A partner that has one order ready, and takes posts."""

    def __init__(self) -> None:
        (self.order,) = x12_orders([1]).values()
        self.ready = True
        self.posted: list[tuple[bytes, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/in":
            self.posted.append((await request.read(), request.headers["X-API-Key"]))
            return web.Response()
        if request.path == "/list":
            found = [{"id": "1", "href": "/files/1", "name": "order.edi"}] if self.ready else []
            return web.json_response({"files": found})
        if request.method == "DELETE":
            self.ready = False
            return web.Response(status=204)
        return web.Response(body=self.order)


@asynccontextmanager
async def service(folder: Path, postgres_url: str, partner: Partner, *, tls: str = "") -> AsyncIterator[str]:
    port = free_port()
    (folder / "routes.toml").write_text(ROUTES.format(port=port, partner=partner.url, tls=tls))
    world = {"ODOO_KEY": "k", "KEY": "our-key", "HOOK_HASH": hash_token("hook"), "DATABASE_URL": postgres_url}
    async with run_service(settings(str(folder / "routes.toml"), {**world, "GATEWAY_DATA": str(folder)})):
        yield f"{'https' if tls else 'http'}://localhost:{port}"


async def post(url: str, body: bytes | BytesIO, **more: Any) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, **more) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_an_order_that_was_fetched_is_answered_by_a_post(tmp_path: Path, postgres_url: str) -> None:
    mailbox = Mailbox()
    async with partner_server(mailbox) as partner, service(tmp_path, postgres_url, partner):

        async def answered() -> bool:
            return bool(mailbox.posted) and not mailbox.ready

        await repeat(answered, within=20)
    (content, key), *more = mailbox.posted
    assert b"ST*997*" in content
    assert (key, more) == ("our-key", [])


async def test_cxml_is_answered_by_its_response(tmp_path: Path, postgres_url: str) -> None:
    async with partner_server(Mailbox()) as partner, service(tmp_path, postgres_url, partner) as url:
        status, content_type, body = await post(f"{url}/v1/hooks/hook", CXML.read_bytes())
        assert (status, content_type) == (200, "text/xml"), body
        assert b"<Response>" in body
        assert (await post(f"{url}/v1/hooks/other", CXML.read_bytes()))[0] == 404


async def test_our_own_tls_and_a_large_body(tmp_path: Path, postgres_url: str) -> None:
    own = issue(tmp_path, "localhost")
    tls = 'tls = { certificate = "localhost.pem", key = "localhost.key" }'
    async with partner_server(Mailbox()) as partner, service(tmp_path, postgres_url, partner, tls=tls) as url:
        trust = ssl.create_default_context(cafile=str(own.certificate))
        status, _, body = await post(f"{url}/v1/hooks/hook", BytesIO(b"no interchange" * 200_000), ssl=trust)
        assert status == 200, body
