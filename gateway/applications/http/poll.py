"""What a system does not tell by itself: a list is asked for every so often, from where it was left, page by page.

The position moves when everything before it is stored. What is read again because of the overlap is recognised by its key, so
nothing is missed and nothing is told twice.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import hdrs
from yarl import URL

from gateway.applications.http.events import NotUnderstood, events_in, heard_in
from gateway.applications.http.position import furthest, since
from gateway.applications.http.request import address
from gateway.applications.http.verdict import Answered, fits
from gateway.domain.http_application import HttpConnection, PollTerms, QueryFailed, TemplateFailed
from gateway.errors import GatewayError, StoreUnavailable
from gateway.http.address import belongs
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.ports.hearing import Hearing
from gateway.ports.pulse import beat, rest
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)

_FIRST, _LONGEST = 5.0, 900.0
"""Seconds to leave alone what failed, doubled each time."""


class ListRefused(GatewayError):
    """The system did not give the list: it refused, or what it gave is not what was declared."""

    def __init__(self, message: str, *, code: str, remedy: str, retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.code, self.retry_after = code, retry_after


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of a page. `mark` tells whether another one is the same."""

    body: bytes
    next: URL | None
    mark: bytes


class HttpPoll:
    """One list of one application. `run` asks for it until cancelled; cancelling is safe at any moment.

    One process at a time runs it. `id` is `<application>/<poll>`.
    """

    def __init__(
        self,
        application: str,
        connection: HttpConnection,
        terms: PollTerms,
        *,
        hearing: Hearing,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        wait: Callable[[float], Awaitable[None]] = rest,
    ) -> None:
        self.id = f"{application}/{terms.id}"
        self._application, self._connection, self._terms = application, connection, terms
        self._hearing, self._observer, self._clock, self._wait = hearing, observer, clock, wait
        self._alarm = Alarm(self.id, None, troubles)
        self._client = HttpClient(connection.client, clock=clock)
        self._failures = 0

    async def run(self) -> None:
        """Ask every so often, until cancelled."""
        try:
            while True:
                await self._wait(await self.look())
        finally:
            await self._client.close()

    async def look(self) -> float:
        """One round. Returns the seconds until the next."""
        try:
            told = await self._round()
        except (GatewayError, TemplateFailed) as error:
            return await self._failed(error)
        self._failures = 0
        self._alarm.works(())
        await self._alarm.tell()
        self._observer.count("edi_polls_total", channel=self.id, outcome="done")
        if told:
            _log.info("list_read", source=self.id, notices=told)
        return self._terms.every

    async def _failed(self, error: Exception) -> float:
        self._failures += 1
        asked = getattr(error, "retry_after", None) or 0.0
        pause = max(min(_FIRST * 2.0 ** min(self._failures - 1, 32), _LONGEST), asked)
        remedy = getattr(error, "remedy", "") or f"see that {self._application} answers, and that what is said of it is right"
        self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
        _log.warning("list_not_read", source=self.id, problem=str(error), remedy=remedy, again_in=pause)
        if not isinstance(error, StoreUnavailable):
            trouble = ChannelTrouble(getattr(error, "code", "list-not-read"), f"{self.id} is not read: {error}", remedy)
            self._alarm.failed(trouble, self._failures)
            await self._alarm.tell()
        return pause

    async def _round(self) -> int:
        """Everything from the position on; how many notices that were. Raises GatewayError and TemplateFailed."""
        terms = self._terms
        begun = await self._hearing.position(self.id) or terms.begin
        position, told, seen, number = begun, 0, set[bytes](), 1
        url: URL | None = self._address(begun, number)
        while url is not None:
            beat()
            if len(seen) >= terms.most_pages:
                raise ListRefused(f"there are more than {terms.most_pages} pages", code="pages-many", remedy=_PAGES)
            page = await self._page(url)
            if page.mark in seen:
                raise ListRefused("a page came twice: the list goes in a circle", code="pages-circle", remedy=_PAGES)
            seen.add(page.mark)
            heard = heard_in(page.body, terms.reading, source=self._application)
            if heard.notices:
                await self._hearing.take(self._application, heard.notices)
                told += len(heard.notices)
            if terms.position is not None:
                position = furthest(heard.events, terms.position, than=position)
            number += 1
            url = page.next or (self._address(begun, number) if terms.numbered and heard.events else None)
        if position != begun:
            await self._hearing.take(self.id, (), position=position)
        return told

    def _address(self, position: str, page: int) -> URL:
        values = {"position": position, "since": since(position, self._terms.overlap), "page": page}
        return address(self._connection.url, self._terms.path, self._terms.query, values)

    async def _page(self, url: URL) -> _Page:
        async with self._client.call(Call("GET", url, {hdrs.ACCEPT: "application/json"})) as answer:
            if not answer.taken:
                text = f"the system answers HTTP {answer.status}: {await answer.opening()}"
                wait = answer.retry_after(self._clock.now())
                raise ListRefused(text, code=f"http-{answer.status}", remedy=_ANSWER, retry_after=wait)
            body = await answer.body(self._terms.most_bytes)
            following = answer.next_page
        try:
            events_in(body, self._terms.reading)
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
        return _Page(body, following, hashlib.sha256(body).digest())

    def _may_follow(self, url: URL) -> bool:
        """Pages are on the same server, or on one that was named."""
        return any(belongs(url, URL(host)) for host in (self._connection.url, *self._connection.client.hosts))


_ANSWER = "see what has changed in the system, or correct the application's url, login and poll"
_PAGES = "see that the list takes page or since as configured, or raise most_pages"
_ELSEWHERE = "name that server in the application's hosts, if it is right"
