"""The console as a browser meets it: signing in and out, forms that are ours, what is told to whom, and what pages hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from lxml import html

from gateway.bootstrap import running as run_service
from gateway.bootstrap.accounts import add_person, choose_password
from gateway.bootstrap.office import Office
from gateway.console.front import open_console
from gateway.console.headers import POLICY
from gateway.domain.access import Role, at_the_machine
from gateway.operations.accounts import Terms
from gateway.store.database import Database
from tests.acceptance.partners import x12_orders
from tests.integration.test_api import POSTING, bearer, made

PASSWORD = "a sentence that is long enough"


@pytest.fixture
def office(tmp_path: Path, database: Database, postgres_url: str) -> Office:
    return Office(made(tmp_path, postgres_url), database, postgres_url, "test")


@asynccontextmanager
async def browser(office: Office) -> AsyncIterator[aiohttp.ClientSession]:
    chosen = made(office.settings.config.parent, office.url)
    async with run_service(chosen, fronts=(open_console,)):
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(
            f"http://127.0.0.1:{chosen.snapshot.gateway.port}", cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=20)
        ) as client:
            yield client


async def person(office: Office, name: str = "ada", *roles: Role, **terms: Any) -> None:
    invitation = await add_person(
        office, name, Terms(roles=frozenset(roles or {Role.VIEWER}), **terms), by=at_the_machine("root")
    )
    await choose_password(office, invitation.secret, PASSWORD)


async def page(client: aiohttp.ClientSession, path: str, status: int = 200) -> html.HtmlElement:
    async with client.get(path) as answer:
        text = await answer.text()
        assert answer.status == status, text
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"
        return checked(text)


def checked(text: str) -> html.HtmlElement:
    """A page without anything that our policy would refuse."""
    tree = html.document_fromstring(text)
    assert not tree.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//@href[starts-with(., 'javascript:')] | //@src[contains(., '//')]")
    ids = [str(one) for one in tree.xpath("//@id")]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids))
    return tree


def proof(tree: html.HtmlElement) -> str:
    return str(tree.xpath("//input[@name='csrf']/@value")[0])


async def sign_in(client: aiohttp.ClientSession, name: str = "ada", **fields: str) -> aiohttp.ClientResponse:
    csrf = proof(await page(client, "/sign-in"))
    form = {"csrf": csrf, "name": name, "password": PASSWORD, **fields}
    return await client.post("/sign-in", data=form, allow_redirects=False)


async def test_somebody_signs_in_sees_the_overview_and_signs_out(office: Office) -> None:
    await person(office)
    async with browser(office) as client:
        async with client.get("/messages?q=4711", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=%2Fmessages%3Fq%3D4711")
        async with await sign_in(client, next="/messages?q=4711") as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/messages?q=4711")
            cookie = answer.headers.getall("Set-Cookie")[0]
            assert cookie.startswith("edi-session=")
            assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        tree = await page(client, "/")
        assert tree.xpath("string(//h1)") == "Overview"
        assert tree.xpath("string(//nav[@class='screens']//a[@aria-current])") == "Overview"
        async with client.post("/sign-out", data={"csrf": proof(tree)}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in?said=out"
        async with client.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in"


async def test_a_message_is_found_by_its_order_and_its_page_tells_of_it(office: Office) -> None:
    await person(office, "ada", payloads=True)
    async with browser(office) as client:
        (order,) = x12_orders([1]).values()
        async with client.post("/v1/partners/bigbox/interchanges?wait=ack", data=order, headers=bearer(POSTING)) as answer:
            assert answer.status == 200
        async with await sign_in(client):
            pass
        (row,) = (await page(client, "/messages")).xpath("//tbody/tr")
        number = row.xpath("string(td[@data-name='Numbers'])").split()[0]
        tree = await page(client, f"/messages?q={number}")
        (path,) = tree.xpath("//a[@data-open]/@href")
        assert tree.xpath("string(//caption)") == "1 message, newest first"
        assert number in tree.xpath("string(//p[@class='cli']/code)")
        tabs = (await page(client, path)).xpath("//nav[@class='tabs']//a/@href")
        assert len(tabs) == 8
        texts = {tab.rpartition("/")[2]: (await page(client, tab)).text_content() for tab in tabs}
        assert number in texts["contents"]
        assert "BEG*" in texts["raw"]
        assert number in texts["document"]
        async with client.get(f"{path}/save/raw") as answer:
            assert await answer.read() == order
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_what_documents_hold_is_not_shown_without_the_right(office: Office) -> None:
    await person(office)
    async with browser(office) as client:
        (order,) = x12_orders([1]).values()
        async with client.post("/v1/partners/bigbox/interchanges?wait=ack", data=order, headers=bearer(POSTING)) as answer:
            message = answer.headers["Edi-Transmission"]
        async with await sign_in(client):
            pass
        tabs = (await page(client, f"/messages/{message}")).xpath("//nav[@class='tabs']//a/@href")
        assert {tab.rpartition("/")[2] for tab in tabs} == {"contents", "deliveries", "acknowledgements", "related", "journal"}
        for tab in ("raw", "canonical", "document", "save/raw"):
            refused = await page(client, f"/messages/{message}/{tab}", 403)
            assert "An administrator of this gateway can give it to you" in refused.text_content()


async def test_a_partner_sees_its_own_messages_and_nothing_of_others(office: Office) -> None:
    await person(office, "her", partner="bigbox")
    async with browser(office) as client:
        async with await sign_in(client, "her"):
            pass
        async with client.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/messages"
        tree = await page(client, "/messages")
        assert tree.xpath("//nav[@class='screens']//a/@href") == ["/messages"]
        await page(client, "/messages/01900000-0000-7000-8000-000000000000", 404)


async def test_a_wrong_password_is_told_and_after_some_the_time_to_wait(office: Office) -> None:
    await person(office)
    async with browser(office) as client:
        for _ in range(5):
            async with await sign_in(client, password="wrong") as answer:
                assert answer.status == 403
                assert "The name or the password is wrong." in checked(await answer.text()).text_content()
        answer = await sign_in(client, password="wrong")
        while answer.status == 403:  # the first wait is a second long, and this machine may have been slower
            answer = await sign_in(client, password="wrong")
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert "Try again in" in checked(await answer.text()).xpath("string(//div[@role='alert'])")


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"csrf": "0" * 64}, {}),
        ({"csrf": ""}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_a_form_that_is_not_ours_does_nothing(office: Office, fields: dict[str, str], headers: dict[str, str]) -> None:
    await person(office)
    async with browser(office) as client:
        async with await sign_in(client):
            pass
        form = {"csrf": proof(await page(client, "/")), **fields}
        async with client.post("/sign-out", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 403
            assert "This form is not ours" in checked(await answer.text()).text_content()
        assert (await page(client, "/")).xpath("string(//h1)") == "Overview", "still signed in"


async def test_a_password_is_chosen_by_a_link_that_holds_once(office: Office) -> None:
    invitation = await add_person(office, "ada", Terms(roles=frozenset({Role.VIEWER})), by=at_the_machine("root"))
    async with browser(office) as client:
        csrf = proof(await page(client, invitation.path))
        for first, again, status in (("short", "short", 422), (PASSWORD, "another", 422), (PASSWORD, PASSWORD, 303)):
            form = {"csrf": csrf, "password": first, "again": again}
            async with client.post(invitation.path, data=form, allow_redirects=False) as answer:
                assert answer.status == status
        over = await page(client, invitation.path, 403)
        assert "This link does not hold any more." in over.text_content()
        async with await sign_in(client) as answer:
            assert answer.status == 303


async def test_a_query_that_cannot_be_meant_is_told_with_what_was_meant(office: Office) -> None:
    await person(office)
    async with browser(office) as client:
        async with await sign_in(client):
            pass
        tree = await page(client, "/messages?q=partnr:bigbox", 422)
        assert "did you mean" in tree.xpath("string(//*[@id='list'])")
        async with client.get("/messages/complete?text=part&cursor=4") as answer:
            assert (await answer.json())[0]["text"] == "partner:"
        none = await page(client, "/messages?q=order:none-like-this")
        assert none.xpath("string(//*[@class='empty']/h2)") == "No message is like that"


async def test_language_and_colours_are_as_somebody_likes_them(office: Office) -> None:
    async with browser(office) as client:
        async with client.get("/sign-in", headers={"Accept-Language": "fr, de-AT;q=0.9, en;q=0.5"}) as answer:
            assert checked(await answer.text()).xpath("string(//h1)") == "Anmelden"
        form = {"csrf": proof(await page(client, "/sign-in")), "theme": "dark", "language": "de", "next": "//evil.example"}
        async with client.post("/preferences", data=form, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/"
        tree = await page(client, "/sign-in")
        assert (tree.get("lang"), tree.get("data-theme")) == ("de", "dark")


async def test_assets_are_kept_for_ever_under_the_hash_of_what_they_are(office: Office) -> None:
    async with browser(office) as client:
        tree = await page(client, "/sign-in")
        for path in tree.xpath("//script/@src | //link/@href"):
            async with client.get(path) as answer:
                assert answer.status == 200
                assert "immutable" in answer.headers["Cache-Control"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with client.get("/assets/console.0000.js") as answer:
            assert answer.status == 404
