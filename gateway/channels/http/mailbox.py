"""The requests to a server that holds things for us: its list, what is on it, and the confirmation that it was stored.

Lists come from the partner, and so do the addresses in them: those that lead to other servers than agreed are not followed.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import hdrs
from yarl import URL

from gateway.channels.http.fetched import Fetched, if_unchanged, unless_unchanged
from gateway.channels.http.listing import Item, ListUnreadable, Page, read_page
from gateway.channels.http.spool import Spool
from gateway.domain.http_terms import HttpPollOptions
from gateway.http.address import belongs, filled
from gateway.http.answer import Answer
from gateway.http.call_failed import AnswerTooLarge, CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_GONE = frozenset({404, 410})


class Unfit(CallFailed):
    """The server's answer is not what was agreed. `retry_after` in seconds, when it named a time."""

    def __init__(self, message: str, *, code: str, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, code=code, sent=True, remedy=remedy)
        self.retry_after = retry_after


class Gone(CallFailed):
    """The item was there when it was listed, and is no longer."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page with its tag; `page` is None when nothing has changed since the tag that was asked with."""

    page: Page | None
    tag: str = ""


class Mailbox:
    """A partner's server as agreed. All methods raise CallFailed."""

    def __init__(self, options: HttpPollOptions, *, client: HttpClient, clock: Clock, most_bytes: int) -> None:
        self._options, self._client, self._clock, self._most_bytes = options, client, clock, most_bytes
        agreed = (options.url, options.content_url, options.confirm_url)
        self._homes = [URL(filled(url, id="", name="")) for url in agreed if url]

    def first(self, cursor: str | None) -> URL:
        """Where the list begins."""
        url = URL(self._options.url)
        return url.update_query({self._options.cursor_parameter: cursor}) if self._options.cursor_parameter and cursor else url

    async def list(self, url: URL, tag: str = "") -> Listed:
        """One page of the list, unless it still has the tag."""
        async with self._get(url, unless_unchanged(tag, "")) as answer:
            if answer.status == 304 and tag:
                return Listed(None, tag)
            self._expect(answer, "the list")
            if answer.status == 204:
                return Listed(Page(()))
            body = await answer.body(self._options.most_list)
            following, tag = answer.next_page, answer.headers.get(hdrs.ETAG, "")
        try:
            page = read_page(body, at=url, listing=self._options.listing)
        except ListUnreadable as error:
            raise Unfit(f"the list cannot be read: {error}", code="list-unreadable", remedy=_CHECK_LISTING) from error
        if following is not None and page.next is None:
            page = Page(page.items, following, page.cursor)
        return Listed(page, tag)

    async def fetch(self, item: Item, spool: Spool, *, tag: str = "", changed: str = "") -> Fetched | None:
        """The content of an item, into a spool; None when it is as it was. Raises StoreUnavailable as well."""
        if item.content is not None:
            await spool.write(item.content)
            return Fetched(item, spool, spool.mark)
        async with self._get(self._address(item), unless_unchanged(tag, changed)) as answer:
            if answer.status == 304 and (tag or changed):
                return None
            if answer.status in _GONE:
                raise Gone(f"{item.name} is gone", code="gone", sent=True)
            self._expect(answer, item.name)
            if int(answer.headers.get(hdrs.CONTENT_LENGTH) or 0) > self._most_bytes:
                raise AnswerTooLarge(self._most_bytes)
            async for piece in answer.pieces():
                await spool.write(piece)
            return Fetched(item, spool, spool.mark, answer.headers.get(hdrs.ETAG, ""), answer.headers.get(hdrs.LAST_MODIFIED, ""))

    async def confirm(self, item: Item, tag: str) -> bool:
        """Release an item that is stored. False when it was changed since it was fetched, and is to be fetched again."""
        options = self._options
        if options.confirm == "none":
            return True
        template = options.confirm_url
        url = URL(filled(template, id=item.id, name=item.name)) if template else self._address(item)
        headers = if_unchanged(tag) if options.confirm == "delete" else {}
        async with self._client.call(Call(options.confirm.upper(), url, headers, login=self._ours(url))) as answer:
            if answer.status == 412 and headers:
                return False
            if not answer.taken and answer.status not in _GONE:
                self._expect(answer, f"the confirmation of {item.name}")
            return True

    def may_follow(self, url: URL, seen: Collection[URL]) -> bool:
        """Whether a page that the list names is to be read."""
        return url not in seen and self._belongs(url)

    @asynccontextmanager
    async def _get(self, url: URL, headers: Mapping[str, str]) -> AsyncIterator[Answer]:
        """The answer to a GET, after the redirects that stay where they may."""
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._belongs(url):
                raise Unfit(f"{url.with_query(None)} is not followed", code="address-refused", remedy=_CHECK_HOSTS)
            async with self._client.call(Call("GET", url, headers, login=self._ours(url))) as answer:
                if answer.status not in _REDIRECTS:
                    yield answer
                    return
                url = _joined(url, answer.headers.get(hdrs.LOCATION, ""))
        raise Unfit(f"more than {_MOST_REDIRECTS} redirects", code="redirected", remedy="use the last address as url")

    def _address(self, item: Item) -> URL:
        if item.url is not None:
            return item.url
        if self._options.content_url is None:
            raise Unfit(f"{item.name} has no address", code="address-missing", remedy=_CHECK_LISTING)
        return URL(filled(self._options.content_url, id=item.id, name=item.name))

    def _ours(self, url: URL) -> bool:
        """Whether our login is for this address."""
        return any(belongs(url, home) for home in self._homes)

    def _belongs(self, url: URL) -> bool:
        return self._ours(url) or any(belongs(url, URL(host)) for host in self._options.client.hosts)

    def _expect(self, answer: Answer, what: str) -> None:
        if not answer.taken or answer.status == 206:
            later = answer.retry_after(self._clock.now())
            text = f"the server answered HTTP {answer.status} for {what}"
            raise Unfit(text, code=f"http-{answer.status}", remedy=_CHECK_LOGIN, retry_after=later)


def _joined(url: URL, location: str) -> URL:
    try:
        joined = url.join(URL(location)) if location else None
    except ValueError:
        joined = None
    if joined is None:
        raise Unfit(f"{location[:100]!r} is no address to be sent to", code="address-refused")
    return joined


_CHECK_LISTING = "compare the channel's listing with what the server answers"
_CHECK_HOSTS = "if the partner's files are on that server, add it to the channel's hosts"
_CHECK_LOGIN = "check the channel's url and login with the partner"
