"""What a system does not tell by itself: a list is asked for every so often, from where it was left, page by page.

The position moves when everything before it is stored. What is read again because of the overlap is recognised by its key, so
nothing is missed and nothing is told twice.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from gateway.applications.http.events import events_in, heard_in
from gateway.applications.http.pages import Pages
from gateway.applications.http.position import furthest, since
from gateway.domain.http_application import HttpConnection, PollTerms, TemplateFailed
from gateway.errors import GatewayError, StoreUnavailable
from gateway.http.client import HttpClient
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.ports.hearing import Hearing
from gateway.ports.pulse import rest
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)

_FIRST, _LONGEST = 5.0, 900.0
"""Seconds to leave alone what failed, doubled each time."""


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
        self._application, self._terms = application, terms
        self._hearing, self._observer, self._clock, self._wait = hearing, observer, clock, wait
        self._alarm = Alarm(self.id, None, troubles)
        self._client = HttpClient(connection.client, clock=clock)
        members = partial(events_in, terms=terms.reading)
        self._pages = Pages(connection, terms, client=self._client, clock=clock, members=members)
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
        position, told = begun, 0
        async for page in self._pages.read({"position": begun, "since": since(begun, terms.overlap)}):
            heard = heard_in(page.body, terms.reading, source=self._application)
            if heard.notices:
                await self._hearing.take(self._application, heard.notices)
                told += len(heard.notices)
            if terms.position is not None:
                position = furthest(heard.events, terms.position, than=position)
        if position != begun:
            await self._hearing.take(self.id, (), position=position)
        return told
