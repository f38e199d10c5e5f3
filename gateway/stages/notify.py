"""Notify: owners are told of failures. News are gathered into one message for each owner, and messages are sent from the table.

A message is sent at least once: its id is the same in every attempt. What cannot be sent becomes a failure itself, of one group
for each owner that is not reached, so that it tells of itself no more than once.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from gateway.domain.effect import Waiting, effect_of
from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import NOTIFICATION, move
from gateway.domain.notification import PATIENCE, News, message_of, tell_at
from gateway.domain.owner import Address, Owner
from gateway.domain.record import FailureRow
from gateway.domain.retry import next_delay
from gateway.domain.storable import storable
from gateway.ports import Observer
from gateway.ports.failures import FailureWatch, Notification, Notifications, Notifier, SendingResult, TellingSession
from gateway.stages.escalate import OwnersInForce

log = structlog.get_logger(__name__)

STAGE = "notify"
_LASTING = timedelta(minutes=3)
"""How long a claim holds: longer than any means takes for one attempt."""
_WITHIN = 40.0
"""Seconds for one attempt, whatever means it goes by: less than a round may take."""
_AT_ONCE = 8
_TOLD_AFTER = 3
"""The attempt after which somebody is told that messages do not arrive."""
_MESSAGE_LIMIT = 500


Effect = Callable[[Sequence[Waiting], datetime], str]
"""Says what it means for the business that something waits, at a moment; empty where nothing does."""


class Notify:
    """Gathers and sends. `notifiers` by their means; addresses whose means nobody set up are not used."""

    def __init__(
        self,
        *,
        notifications: Notifications,
        watch: FailureWatch,
        configuration: Callable[[], OwnersInForce],
        notifiers: Mapping[str, Notifier],
        observer: Observer,
        new_id: Callable[[], UUID],
        chance: random.Random,
        effect: Effect = effect_of,
    ) -> None:
        self._notifications = notifications
        self._watch = watch
        self._configuration = configuration
        self._notifiers = notifiers
        self._observer = observer
        self._new_id = new_id
        self._chance = chance
        self._effect = effect

    async def round(self) -> int:
        """Gather what is due to be told, send what is due to be sent; answers how many messages were written and tried."""
        gathered = await self._gather()
        sent = await self._send()
        self._observer.gauge("edi_notifications_waiting", await self._notifications.waiting())
        return gathered + sent

    async def _gather(self) -> int:
        written = 0
        for news in await self._notifications.owners_with_news():
            owner = self._owner(news.owner)
            calendar = self._configuration().calendars.get(owner.hours or "")
            at = tell_at(owner, calendar, oldest=news.oldest, last=news.last, codes=news.codes, now=news.now)
            if at <= news.now:
                written += await self._tell(news.owner, news.now)
        return written

    def _owner(self, name: str) -> Owner:
        """The owner of this name; who is no longer in the configuration is stood in for by the gateway's own."""
        now = self._configuration()
        return now.owners.get(name) or now.owners.get(now.default_owner) or Owner(name)

    async def _tell(self, name: str, now: datetime) -> int:
        async with self._notifications.telling() as session:
            news = await session.news([name])
            worth = [one for one in news if one.is_worth_telling(name)]
            messages = self._messages(name, await self._with_effects(session, worth, now), now)
            await session.told([one.event for one in news], messages)
        return len(messages)

    async def _with_effects(self, session: TellingSession, news: Sequence[News], now: datetime) -> list[News]:
        """The news with what it means for the business."""
        waiting = defaultdict[UUID, list[Waiting]](list)
        for one in await session.effects(list({one.id for one in news})) if news else ():
            waiting[one.failure].append(one)
        return [replace(one, effect=self._effect(waiting[one.id], now)) for one in news]

    def _messages(self, name: str, news: Sequence[News], now: datetime) -> list[Notification]:
        if not news:
            return []
        owner = self._owner(name)
        message = message_of(owner, self._configuration().gateway_id, news, now=now)
        addresses = [(self._new_id(), address) for address in owner.notify if address.means in self._notifiers]
        return [Notification(new, name, address.shown, address.mark, {"id": str(new), **message}) for new, address in addresses]

    async def _send(self) -> int:
        claim = self._new_id()
        claimed = await self._notifications.claim(claim, lasting=_LASTING, limit=_AT_ONCE)
        ended = await asyncio.gather(*(self._attempt(one, claim) for one in claimed), return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error  # the database is away; claims that were not settled are sent again when they lapse
        return len(claimed)

    async def _attempt(self, notification: Notification, claim: UUID) -> None:
        owner = self._owner(notification.owner)
        address = next((one for one in owner.notify if one.mark == notification.mark), None)
        result = await self._make(notification, address, owner)
        event, delay = self._outcome(notification, result)
        state = move(NOTIFICATION, "sending", event)
        settled = await self._notifications.settle(
            notification, claim, state=state, delay=delay, code=result.code, answer=result.answer[:_MESSAGE_LIMIT]
        )
        means = notification.address.partition(":")[0]
        self._observer.count("edi_notifications_total", means=means, outcome=event)
        told = {"notification": str(notification.id), "owner": notification.owner, "address": notification.address}
        if event == "sent":
            log.info("owner_told", **told)
            return
        log.warning("owner_not_told", **told, attempt=notification.attempt, code=result.code, answer=result.answer, state=state)
        if settled and (state == "given_up" or notification.attempt == _TOLD_AFTER):
            await self._watch.record_failures([self._failure(notification, result, given_up=state == "given_up")])
            self._observer.count("edi_failures_total", stage=STAGE, code="owner-not-told")

    async def _make(self, notification: Notification, address: Address | None, owner: Owner) -> SendingResult:
        notifier = self._notifiers.get(address.means) if address else None
        if address is None or notifier is None:
            return SendingResult("address-gone", "The address is no longer the owner's.", again=False)
        try:
            async with asyncio.timeout(_WITHIN):
                return await notifier.send(notification, address, secret=owner.secret)
        except TimeoutError:
            return SendingResult("no-answer", f"It did not end within {_WITHIN:g} s.")
        except Exception as error:  # a means' bug must not stop the others
            log.exception("notifier_crashed", address=notification.address)
            return SendingResult("notifier-crashed", f"{type(error).__name__}: {error}")

    def _outcome(self, notification: Notification, result: SendingResult) -> tuple[str, timedelta]:
        if not result.code:
            return "sent", timedelta()
        wait = next_delay(PATIENCE, attempt=notification.attempt, age=notification.age, chance=self._chance.random())
        return ("try_again", wait) if result.again and wait is not None else ("given_up", timedelta())

    def _failure(self, notification: Notification, result: SendingResult, *, given_up: bool) -> FailureRow:
        code, now = "owner-not-told", self._configuration()
        first = now.default_owner
        # Who is not reached is not told that by the same way: the next one is, if there is one.
        owner = first if notification.owner != first else self._owner(first).next or first
        end = "it is given up" if given_up else "it is tried again"
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=code, partner=None, route=notification.owner),
            stage=STAGE,
            code=code,
            partner=None,
            route=notification.owner,
            owner=owner,
            message=storable(
                f"{notification.owner} could not be told by {notification.address}: {result.code} {result.answer}; {end}."
            )[:_MESSAGE_LIMIT],
            remedy=f"Correct notify of owner {notification.owner}, or what it names; gateway failures list shows what is open.",
            sample=notification.id,
            transmission=notification.id,
        )
