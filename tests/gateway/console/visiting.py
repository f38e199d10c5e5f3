"""The console over an office, without a gateway around it: somebody with a browser's ways, and what every page must be like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp
from lxml import html

from gateway.bootstrap.accounts import add_person, choose_password
from gateway.bootstrap.fronts import Premises
from gateway.bootstrap.live import Live
from gateway.bootstrap.office import Office
from gateway.console.front import open_console
from gateway.console.headers import POLICY
from gateway.domain.access import Role, at_the_machine
from gateway.operations.accounts import Terms
from gateway.store.news import recent_counts
from tests.gateway.channels.conftest import server
from tests.integration.harness import Silent

PASSWORD = "a sentence that is long enough"
OPERATOR = (Role.OPERATOR, Role.PARTNER_MANAGER, Role.ADMINISTRATOR)


async def person(office: Office, name: str = "ada", *roles: Role, **terms: Any) -> None:
    """Somebody with these roles (viewer by default), and the password of all tests."""
    invitation = await add_person(
        office, name, Terms(roles=frozenset(roles or {Role.VIEWER}), **terms), by=at_the_machine("root")
    )
    await choose_password(office, invitation.secret, PASSWORD)


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[str]:
    """Where the console is, for as long as the block lasts."""
    live = Live(partial(recent_counts, office.database))
    async with open_console(Premises(replace(office, live=live), Silent())) as routes:
        web = server(routes)
        await web.start()
        try:
            yield web.url
        finally:
            live.close()
            await web.stop()


@dataclass
class Visitor:
    """Somebody at the console."""

    client: aiohttp.ClientSession

    async def page(self, path: str, status: int = 200) -> html.HtmlElement:
        """A page, which has what every page must have."""
        async with self.client.get(path) as answer:
            text = await answer.text()
            assert answer.status == status, text
            assert answer.headers["Content-Security-Policy"] == POLICY
            assert answer.headers["Cache-Control"] == "no-store"
            return checked(text)

    async def sign_in(self, name: str = "ada", **fields: str) -> aiohttp.ClientResponse:
        csrf = proof(await self.page("/sign-in"))
        form = {"csrf": csrf, "name": name, "password": PASSWORD, **fields}
        return await self.client.post("/sign-in", data=form, allow_redirects=False)

    async def send(self, path: str, *, at: str, **fields: Any) -> str:
        """Fill in a form that stands on the page `at`; answers where it leads. `fields` may hold lists."""
        pairs = [("csrf", proof(await self.page(at)))]
        pairs += [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]
        async with self.client.post(path, data=pairs, allow_redirects=False) as answer:
            assert answer.status == 303, checked(await answer.text()).xpath("string(//main)")
            return answer.headers["Location"]


@asynccontextmanager
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """Somebody who has not signed in."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=20)) as client:
        yield Visitor(client)


@asynccontextmanager
async def signed_in(office: Office, *roles: Role, **terms: Any) -> AsyncIterator[Visitor]:
    """Ada, with these roles (viewer by default), before a console of her own."""
    await person(office, "ada", *roles, **terms)
    async with served(office) as url, visitor(url) as ada:
        async with await ada.sign_in() as answer:
            assert answer.status == 303
        yield ada


def checked(text: str) -> html.HtmlElement:
    """A page without anything that our policy would refuse."""
    tree = html.document_fromstring(text)
    assert not tree.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//@href[starts-with(., 'javascript:')] | //@src[contains(., '//')]")
    ids = [str(one) for one in tree.xpath("//@id")]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids))
    return tree


def proof(tree: html.HtmlElement) -> str:
    """What a form of this page is proved ours by."""
    return str(tree.xpath("//input[@name='csrf']/@value")[0])
