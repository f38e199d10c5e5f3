"""What partners hold for us, fetched: listed, fetched, stored, and only then confirmed or deleted.

Whatever happens in between, an item that was not confirmed is still listed, and what is fetched again is recognised by its key.
So everything that is remembered here saves requests, and nothing depends on it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from yarl import URL

from gateway.channels.http.fetched import Fetched
from gateway.channels.http.listing import Item, Page
from gateway.channels.http.mailbox import Gone, Mailbox
from gateway.channels.http.round import ItemMemory, Progress
from gateway.channels.http.spool import Spool
from gateway.domain.http_terms import HttpPollOptions
from gateway.errors import CommitUnknown, GatewayError, Refused, StoreUnavailable
from gateway.http.call_failed import AnswerTooLarge, CallFailed
from gateway.http.client import HttpClient
from gateway.ports import BodyPieces, Clock, Handover, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.ports.position import Positions
from gateway.ports.pulse import beat, rest
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to leave alone what failed, in seconds: doubled from `first` to `longest`."""

    first: float = 5.0
    longest: float = 900.0

    def after(self, failures: int) -> float:
        """The pause after so many failures one after the other."""
        return min(self.first * 2.0 ** min(failures - 1, 32), self.longest)


class HttpPoll:
    """`run` fetches until cancelled; cancelling is safe at any moment. One process at a time runs it.

    Items are handed over in the order of the list, up to `at_once` of them under way. One that fails holds up no other.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        options: HttpPollOptions,
        *,
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        positions: Positions,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        pieces: BodyPieces | None = None,
        patience: Patience = Patience(),
        wait: Callable[[float], Awaitable[None]] = rest,
    ) -> None:
        self.id = id
        self._options, self._partner = options, partner
        self._intake, self._positions, self._observer = intake, positions, observer
        self._clock, self._new_id, self._patience, self._wait = clock, new_id, patience, wait
        self._alarm = Alarm(id, partner, troubles)
        self._most_bytes, self._pieces = most_bytes, pieces
        self._client = HttpClient(options.client, clock=clock)
        self._mailbox = Mailbox(options, client=self._client, clock=clock, most_bytes=most_bytes)
        self._memory = ItemMemory()
        self._tag = ""
        self._failures = 0

    async def run(self) -> None:
        """Fetch what is there, every so often, until cancelled."""
        try:
            while True:
                await self._wait(await self._look())
        finally:
            await self._client.close()

    async def _look(self) -> float:
        """One round. Returns the seconds until the next."""
        try:
            whole = await self._round()
        except GatewayError as error:
            self._failures += 1
            asked = getattr(error, "retry_after", None) or 0.0
            pause = max(self._patience.after(self._failures), asked)
            self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
            told = {"channel": self.id, "problem": str(error), "remedy": error.remedy, "again_in": pause}
            _log.warning("poll_failed", **told)
            if not isinstance(error, StoreUnavailable):
                self._alarm.failed(_trouble(error, f"nothing is fetched: {error}"), self._failures)
                await self._alarm.tell()
            return pause
        self._failures = 0
        await self._alarm.tell()
        self._observer.count("edi_polls_total", channel=self.id, outcome="done" if whole else "incomplete")
        return self._options.every

    async def _round(self) -> bool:
        """Read the list from where it was left, page by page. Returns whether everything on it is done."""
        cursor = await self._positions.position(self.id) if self._options.cursor_parameter else None
        url, seen, progress = self._mailbox.first(cursor), set[URL](), Progress()
        while True:
            seen.add(url)
            listed = await self._mailbox.list(url, self._tag if len(seen) == 1 else "")
            if listed.page is None:  # all that is on the list is done with
                self._alarm.works(())
                return True
            await self._bring_page(listed.page, progress)
            if progress.whole and listed.page.cursor and listed.page.cursor != cursor and self._options.cursor_parameter:
                cursor = listed.page.cursor
                await self._positions.move_position(self.id, cursor)
            following = listed.page.next
            if following is None or not self._goes_on(following, seen):
                break
            url = following
        # A tag stands for one page: where there were several, the first may be as it was and another not.
        self._tag = listed.tag if progress.whole and len(seen) == 1 else ""
        self._memory.keep_only(progress.marks)
        self._alarm.works(progress.marks)
        return progress.whole

    def _goes_on(self, following: URL, seen: set[URL]) -> bool:
        if len(seen) < self._options.most_pages and self._mailbox.may_follow(following, seen):
            return True
        remedy = "the list goes in a circle, leads to another server, or has more pages than agreed"
        _log.warning("page_not_followed", channel=self.id, pages=len(seen), page=str(following.with_query(None)), remedy=remedy)
        return False

    # ------------------------------------------------------------------------------------------------------- one page

    async def _bring_page(self, page: Page, progress: Progress) -> None:
        """Bring the items of a page, some at a time, each begun after the one before it."""
        slots = asyncio.Semaphore(self._options.at_once)
        before = asyncio.Event()
        before.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                for item in self._due(page.items, progress):
                    await slots.acquire()
                    begun = asyncio.Event()
                    task = tasks.create_task(self._bring(item, before, begun, progress), name=f"{self.id}: {item.name[:60]}")
                    task.add_done_callback(lambda _: slots.release())
                    before = begun
        except ExceptionGroup as group:  # the store is lost for all of them
            raise group.exceptions[0] from None

    def _due(self, items: Sequence[Item], progress: Progress) -> Sequence[Item]:
        """What is to be done of a page now. Items that failed are left alone for a while."""
        listed = {item.mark: item for item in items}
        progress.marks.update(listed)
        waiting = {mark for mark in listed if self._memory.waits(mark, self._clock.monotonic())}
        if waiting:
            progress.whole = False
        return [item for mark, item in listed.items() if mark not in waiting and not self._memory.is_done(item)]

    async def _bring(self, item: Item, before: asyncio.Event, begun: asyncio.Event, progress: Progress) -> None:
        """Bring one item; whatever goes wrong, it stays on the list and is tried again. Only a lost store ends the round."""
        try:
            if await self._brought(item, before, begun):
                self._alarm.over(item.mark)
            else:
                progress.whole = False
        except StoreUnavailable as error:
            outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
            raise
        except Exception as error:  # noqa: BLE001 - one item must not end the channel of all
            progress.whole = False
            self._item_failed(item, error)
        finally:
            beat()
            begun.set()

    async def _brought(self, item: Item, before: asyncio.Event, begun: asyncio.Event) -> bool:
        """Fetch, store and confirm. Returns whether the item is done with."""
        tag = self._memory.tag_if_stored(item)
        if tag is None:
            try:
                fetched = await self._fetch_and_store(item, before, begun)
            except Gone:
                _log.info("item_gone", channel=self.id, item=item.name[:100])
                return True
            if fetched is None:
                return True
            self._memory.stored(fetched)
            tag = fetched.tag
        done = await self._mailbox.confirm(item, tag)
        self._memory.confirmed(item, done=done, stays=self._options.confirm == "none")
        return done

    async def _fetch_and_store(self, item: Item, before: asyncio.Event, begun: asyncio.Event) -> Fetched | None:
        """Fetch an item and store it, after the one before it has begun to be stored; None when it is as it was."""
        started = self._clock.monotonic()
        spool = Spool(self._new_id(), most=self._most_bytes, too_large=AnswerTooLarge, pieces=self._pieces)
        try:
            fetched = await self._mailbox.fetch(item, spool, **self._memory.as_fetched(item))
            if fetched is None:
                return None
            await before.wait()
            begun.set()
            await self._store(fetched)
        except CommitUnknown:  # it may be a transmission now
            raise
        except Exception:
            await spool.drop()
            raise
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - started, channel=self.id)
        return fetched

    async def _store(self, fetched: Fetched) -> None:
        """Hand over; returns when it is stored, now or before."""
        body, staged = await fetched.spool.end()
        handover = Handover(
            id=fetched.spool.id,
            channel=self.id,
            partner=self._partner,
            name=fetched.item.name,
            body=body,
            idempotency_key=fetched.key,
            staged=staged,
        )
        receipt = await self._intake.receive(handover)
        if receipt.conflict:
            # The server calls two things by one name that was to be lasting. Neither may be lost.
            remedy = "ask the partner: its ids are used twice, or its files change after they are listed"
            _log.warning("item_changed", channel=self.id, item=fetched.item.name[:100], remedy=remedy)
            receipt = await self._intake.receive(replace(handover, idempotency_key=f"{fetched.key}:{fetched.content_mark}"))
        if receipt.transmission != handover.id:
            await fetched.spool.drop()
            _log.info("item_recognised", channel=self.id, transmission=str(receipt.transmission))

    def _item_failed(self, item: Item, error: Exception) -> None:
        failures = self._memory.failed(item.mark, self._clock.monotonic(), self._patience.after)
        outcome = "too-large" if isinstance(error, AnswerTooLarge) else "refused"
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
        bug = None if isinstance(error, CallFailed | Refused | OSError) else error
        told = {"channel": self.id, "item": item.name[:100], "failures": failures, "problem": str(error)}
        _log.error("item_not_taken", **told, remedy=getattr(error, "remedy", ""), exc_info=bug)
        trouble = _trouble(error, f"{item.name[:100]} is not fetched: {error}", about=item.mark)
        self._alarm.failed(trouble, failures, lasting=isinstance(error, AnswerTooLarge))


def _trouble(error: Exception, message: str, *, about: str = "") -> ChannelTrouble:
    code = str(getattr(error, "code", "")) or "poll-failed"
    return ChannelTrouble(code, message, getattr(error, "remedy", "") or _TRIED_AGAIN, about)


_TRIED_AGAIN = "see the log for the cause; it is tried again and again"
