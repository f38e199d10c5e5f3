"""The API as a process serves it: tokens of real accounts, beside what partners post to, live lists, a prompt end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.api.front import open_api
from gateway.bootstrap import Settings, settings
from gateway.bootstrap import running as run_service
from gateway.bootstrap.accounts import add_service, change_account, issue_token, revoke_token
from gateway.bootstrap.office import Office
from gateway.domain.access import Right, Role, at_the_machine, rights_of
from gateway.domain.token import hash_token
from gateway.operations.accounts import Terms
from gateway.store.database import Database
from tests.acceptance.partners import x12_orders
from tests.servers.process import free_port

ROOT = at_the_machine("root")
ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:NORDICDC" }
listen = "127.0.0.1:%d"
database_url = "${DATABASE_URL}"
api = { rate = "1000/s", burst = 1000 }

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:1"
api_key = "${ODOO_KEY}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${TOKEN_HASH}"]

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[route]]
id = "all"
document = "purchase_order"
deliver = [{ to = "odoo", as = "sale_order" }]
"""
POSTING = "posting-token-of-bigbox"


def made(folder: Path, url: str, *roles: str) -> Settings:
    (folder / "routes.toml").write_text(ROUTES % free_port(), encoding="utf-8")
    environ = {"DATABASE_URL": url, "ODOO_KEY": "key", "TOKEN_HASH": hash_token(POSTING)}
    return settings(str(folder / "routes.toml"), environ, roles=roles or ("receive", "translate", "api"))


@pytest.fixture
def office(tmp_path: Path, database: Database, postgres_url: str) -> Office:
    return Office(made(tmp_path, postgres_url), database, postgres_url, "test")


@asynccontextmanager
async def serving(office: Office, *roles: str) -> AsyncIterator[aiohttp.ClientSession]:
    chosen = made(office.settings.config.parent, office.url, *roles)
    async with run_service(chosen, fronts=(open_api,)), client_of(chosen) as client:
        yield client


def client_of(settings_: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(f"http://127.0.0.1:{settings_.snapshot.gateway.port}", timeout=aiohttp.ClientTimeout(total=20))


async def token_of(office: Office, name: str, *roles: Role, scopes: frozenset[Right] = frozenset(Right), **terms: Any) -> str:
    """The token of a service that is added for it."""
    given = Terms(roles=frozenset(roles), **terms)
    await add_service(office, name, given, by=ROOT)
    rights = rights_of(given.roles, payloads=given.payloads, partner=given.partner) & scopes
    return (await issue_token(office, name, "test", scopes=rights, by=ROOT)).token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_of_a_service_asks_as_that_account_may(office: Office) -> None:
    token = await token_of(office, "reports", Role.OPERATOR, scopes=frozenset({Right.SEE}))
    async with serving(office) as client:
        async with client.get("/v1/me", headers=bearer(token)) as answer:
            assert answer.status == 200
            assert await answer.json() == {"name": "reports", "kind": "service", "rights": ["see"], "partner": None}
            assert int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0]) == 999
        await change_account(office, "reports", Terms(roles=frozenset({Role.PARTNER_MANAGER})), by=ROOT)
        async with client.get("/v1/me", headers=bearer(token)) as answer:
            assert (await answer.json())["rights"] == ["see"], "a token stays made for what it was made for"


async def test_a_token_that_was_revoked_holds_no_more(office: Office) -> None:
    await add_service(office, "reports", Terms(roles=frozenset({Role.VIEWER})), by=ROOT)
    issued = await issue_token(office, "reports", "test", scopes={Right.SEE}, by=ROOT)
    async with serving(office) as client:
        async with client.get("/v1/me", headers=bearer(issued.token)) as answer:
            assert answer.status == 200
        await revoke_token(office, issued.id, by=ROOT)
        async with client.get("/v1/me", headers=bearer(issued.token)) as answer:
            assert answer.status == 401


async def test_partners_post_beside_the_api_as_before(office: Office) -> None:
    token = await token_of(office, "bigbox", Role.VIEWER, partner="bigbox")
    async with serving(office) as client:
        (order,) = x12_orders([1]).values()
        path = "/v1/partners/bigbox/interchanges?wait=ack"
        async with client.post(path, data=order, headers=bearer(POSTING)) as answer:
            assert (answer.status, answer.headers["Edi-Verdict"]) == (200, "accepted")
            transmission = answer.headers["Edi-Transmission"]
        async with client.get(f"/v1/partners/bigbox/transmissions/{transmission}", headers=bearer(POSTING)) as answer:
            assert answer.status == 200
        async with client.post(path, data=order, headers=bearer(token)) as answer:
            assert answer.status == 401, "a token of the API is none for posting"
        async with client.get("/v1/me", headers=bearer(POSTING)) as answer:
            assert answer.status == 401, "and the other way round"
        async with client.get("/v1/me", headers=bearer(token)) as answer:
            assert (await answer.json())["partner"] == "bigbox"


async def test_the_description_is_for_everybody(office: Office) -> None:
    async with serving(office) as client, client.get("/v1/openapi.json") as answer:
        assert (await answer.json())["openapi"].startswith("3.1")
        assert answer.headers["ETag"]


async def test_a_process_without_the_role_serves_nothing_of_it(office: Office) -> None:
    async with serving(office, "receive") as client, client.get("/v1/openapi.json") as answer:
        assert answer.status == 404


async def test_news_come_by_themselves_and_end_with_the_process(office: Office) -> None:
    ours = bearer(await token_of(office, "wall", Role.VIEWER))
    theirs = bearer(await token_of(office, "other", Role.VIEWER, partner="bigbox"))
    settings_, path = made(office.settings.config.parent, office.url), "/v1/live?kind=messages"
    async with client_of(settings_) as client:
        async with run_service(settings_, fronts=(open_api,)):
            listeners = [await client.get(path, headers=headers) for headers in (ours, theirs)]
            assert {one.headers["Content-Type"] for one in listeners} == {"text/event-stream; charset=utf-8"}
            for one in listeners:
                assert await one.content.readuntil(b"\n\n") == b"retry: 3000\n\n"
                assert await one.content.readuntil(b"\n\n") == b": nothing new\n\n"
            (order,) = x12_orders([2]).values()
            async with client.post("/v1/partners/bigbox/interchanges", data=order, headers=bearer(POSTING)) as answer:
                assert answer.status == 202
            for one in listeners:
                assert await one.content.readuntil(b"\n\n") == b'event: messages\ndata: {"new":1}\n\n'
        # The process has ended, and so have they: whole, not cut off. Whoever listens keeps no process from ending.
        assert [await one.content.read() for one in listeners] in ([b"", b""], [b": nothing new\n\n"] * 2)


async def test_who_starts_a_gateway_that_nobody_may_administer_is_shown_the_way_in(office: Office) -> None:
    with capture_logs() as lines:
        async with serving(office, "api") as client:
            base = str(client._base_url).rstrip("/")
    (line,) = [line for line in lines if line["event"] == "no_administrator_yet"]
    assert line["account"] == "admin"
    assert line["choose_a_password_at"].startswith(f"{base}/password/")
