"""Lists that a system gives page by page: one page after the other, each checked before anything is done with it."""

import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import hdrs
from yarl import URL

from gateway.applications.http.events import NotUnderstood
from gateway.applications.http.request import address
from gateway.applications.http.verdict import Answered, fits
from gateway.domain.http_application import HttpConnection, ListTerms, QueryFailed
from gateway.errors import GatewayError
from gateway.http.address import belongs
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock
from gateway.ports.pulse import beat


class ListRefused(GatewayError):
    """The system did not give the list: it refused, or what it gave is not what was declared."""

    def __init__(self, message: str, *, code: str, remedy: str, retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.code, self.retry_after = code, retry_after


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came, and the members of its list."""

    body: bytes
    members: Sequence[Any]


class Pages:
    """One list of one system. `members` finds the members in the body of a page, and raises NotUnderstood."""

    def __init__(
        self,
        connection: HttpConnection,
        terms: ListTerms,
        *,
        client: HttpClient,
        clock: Clock,
        members: Callable[[bytes], Sequence[Any]],
    ) -> None:
        self._connection, self._terms, self._client, self._clock = connection, terms, client, clock
        self._members = members

    async def read(self, values: Mapping[str, Any]) -> AsyncGenerator[Page]:
        """Every page. `values` are for the templates, beside `page`, the number of the page.

        Raises ListRefused, CallFailed and TemplateFailed.
        """
        terms, seen, number = self._terms, set[bytes](), 1
        url: URL | None = self._address(values, number)
        while url is not None:
            beat()
            if len(seen) >= terms.most_pages:
                raise ListRefused(f"there are more than {terms.most_pages} pages", code="pages-many", remedy=_PAGES)
            page, following = await self._page(url)
            mark = hashlib.sha256(page.body).digest()
            if mark in seen:
                raise ListRefused("a page came twice: the list goes in a circle", code="pages-circle", remedy=_PAGES)
            seen.add(mark)
            yield page
            number += 1
            url = following or (self._address(values, number) if terms.numbered and page.members else None)

    def _address(self, values: Mapping[str, Any], page: int) -> URL:
        return address(self._connection.url, self._terms.path, self._terms.query, {**values, "page": page})

    async def _page(self, url: URL) -> tuple[Page, URL | None]:
        async with self._client.call(Call("GET", url, {hdrs.ACCEPT: "application/json"})) as answer:
            if not answer.taken:
                text = f"the system answers HTTP {answer.status}: {await answer.opening()}"
                wait = answer.retry_after(self._clock.now())
                raise ListRefused(text, code=f"http-{answer.status}", remedy=_ANSWER, retry_after=wait)
            body = await answer.body(self._terms.most_bytes)
            following = answer.next_page
        try:
            page = Page(body, self._members(body))
            document = orjson.loads(body)
            if fits(self._terms.failed, Answered(answer.status, document)):
                raise ListRefused(f"the system says that it failed: {body[:300]!r}", code="list-failed", remedy=_ANSWER)
            named = self._terms.next(document) if self._terms.next is not None else None
        except (NotUnderstood, QueryFailed) as error:
            raise ListRefused(f"the list is not as was declared: {error}", code="list-unexpected", remedy=_ANSWER) from error
        if isinstance(named, str) and named:
            following = url.join(URL(named))
        if following is not None and not self._may_follow(following):
            raise ListRefused(f"the next page would be at {following.origin()}", code="page-elsewhere", remedy=_ELSEWHERE)
        return page, following

    def _may_follow(self, url: URL) -> bool:
        """Pages are on the same server, or on one that was named."""
        return any(belongs(url, URL(host)) for host in (self._connection.url, *self._connection.client.hosts))


_ANSWER = "see what has changed in the system, or correct the application's url, login and poll"
_PAGES = "see that the list takes page or since as configured, or raise most_pages"
_ELSEWHERE = "name that server in the application's hosts, if it is right"
