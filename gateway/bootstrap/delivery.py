"""Wires deliveries: the targets of one process under their terms, and what looks after all of them."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from uuid import UUID

from gateway.applications.subscriber import SubscriberPosts
from gateway.bootstrap import channels
from gateway.bootstrap.applications import make_application
from gateway.bootstrap.channels import Means
from gateway.bootstrap.stopping import SHARE
from gateway.channels.http import HttpOutbound
from gateway.config.snapshot import Snapshot
from gateway.domain.application import Application as ApplicationSettings
from gateway.domain.channel import Channel
from gateway.domain.retry import RetryPolicy
from gateway.domain.subscriber import Subscriber
from gateway.ports import Application, ClaimedDelivery, Clock, Observer, OutboundChannel, Outcome, Work
from gateway.stages.attempt import Target
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.onward import Onward
from gateway.stages.targets import application_target, channel_target
from gateway.store.database import Database
from gateway.store.target_control import PostgresTargetControl


class DeliverySide:
    """The targets of one process. `delivering`: it makes deliveries itself, and has their dispatchers.

    `alone` makes one at the target of an id where nobody else is harmed.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        database: Database,
        work: Work,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        node: str,
        wake: Callable[[str], Awaitable[None]],
        delivering: bool,
        alone: Callable[[str, ClaimedDelivery], Awaitable[Sequence[Outcome]]],
    ) -> None:
        self.snapshot = snapshot
        self.control = PostgresTargetControl(database)
        self.claims = HeldClaims(work.renew_deliveries)
        self.delivers: dict[str, Deliver] = {}
        self.targets: dict[str, Target] = {}
        self._work, self._observer, self._clock, self._new_id = work, observer, clock, new_id
        self._node, self._wake, self._delivering, self._alone = node, wake, delivering, alone
        self._policies = {agreement.id: agreement.retry for agreement in snapshot.agreements if agreement.retry is not None}

    @property
    def idempotent(self) -> Mapping[str, bool]:
        """Which targets take a repeat without effect."""
        return {name: target.idempotent for name, target in self.targets.items()}

    async def add_all(self, stack: AsyncExitStack, means: Means) -> None:
        """Deliver to everything that is configured; the stack ends the connections."""
        for configured in self.snapshot.applications.values():
            application = make_application(configured)
            stack.push_async_callback(application.close)
            await self.add_application(application, configured)
        for subscriber in self.snapshot.subscribers.values():
            posts = SubscriberPosts(subscriber, clock=self._clock)
            stack.push_async_callback(posts.close)
            await self.add_subscriber(posts, subscriber)
        stack.push_async_callback(means.remote.close)
        stack.push_async_callback(means.as2.close)
        for channel in self.snapshot.channels.values():
            way = channels.outbound(channel, means)
            if isinstance(way, HttpOutbound):
                stack.push_async_callback(way.close)
            if way is not None:
                await self.add_channel(way, channel)

    async def add_application(self, application: Application, configured: ApplicationSettings) -> None:
        """Deliver to an application, within its limits."""
        await self.control.limit(configured.id, rate=configured.rate, concurrency=configured.concurrency)
        self.add(application_target(
            application,
            concurrency=configured.workers,
            policy=configured.retry,
            breaker=configured.breaker,
            maintenance=configured.maintenance,
            services=self.snapshot.services,
            owner=self.snapshot.owner_of(None, stage="deliver", target=configured.owner),
            max_batch=min(configured.max_batch, application.max_batch),
        ))  # fmt: skip

    async def add_subscriber(self, posts: Application, subscriber: Subscriber) -> None:
        """Deliver milestones to a subscriber, within its limits."""
        await self.control.limit(subscriber.id, rate=subscriber.rate, concurrency=subscriber.concurrency)
        self.add(application_target(
            posts,
            concurrency=subscriber.workers,
            policy=subscriber.retry,
            breaker=subscriber.breaker,
            maintenance=subscriber.maintenance,
            owner=self.snapshot.owner_of(None, stage="deliver", target=subscriber.owner),
        ))  # fmt: skip

    async def add_channel(self, way: OutboundChannel, channel: Channel) -> None:
        """Deliver to a partner by a channel, within its limits."""
        terms = channel.delivery
        await self.control.limit(channel.id, rate=terms.rate, concurrency=terms.concurrency)
        own = {"concurrency": terms.concurrency} if terms.concurrency else {}
        own |= {"max_batch": 1} if terms.rate else {}  # each file is a call
        self.add(channel_target(
            way,
            policy=terms.retry,
            maintenance=terms.maintenance,
            owner=self.snapshot.owner_of(channel.partner, stage="deliver"),
            **own,
        ))  # fmt: skip

    def add(self, target: Target) -> None:
        """Deliver to a target."""
        target = replace(target, alone=partial(self._alone, target.id))
        self.targets[target.id] = target
        if not self._delivering:
            return
        self.delivers[target.id] = Deliver(
            target=target,
            work=self._work,
            clock=self._clock,
            observer=self._observer,
            new_id=self._new_id,
            chance=random.Random(),  # noqa: S311 - jitter
            node=self._node,
            configuration=lambda: self.snapshot.digest,
            claims=self.claims,
            wake=self._wake,
            owner_of=lambda d: self.owner_of(d.partner, d.route, target.id),
            policy_of=self._policy_of,
            grace=self.snapshot.gateway.stop_within.total_seconds() * SHARE,
        )

    def owner_of(self, partner: str | None, route: str | None, target: str) -> str:
        """Who answers for a delivery that fails."""
        if (subscriber := self.snapshot.subscribers.get(target)) is not None:
            return self.snapshot.owner_of(None, stage="deliver", target=subscriber.owner)
        application = self.snapshot.applications.get(target)
        own = application.owner if application else None
        return self.snapshot.owner_of(partner, stage="deliver", route=route, target=own)

    def onward(self) -> Onward:
        """What lets go and diverts."""
        return Onward(
            control=self.control,
            observer=self._observer,
            wake=self._wake,
            new_id=self._new_id,
            configuration=lambda: self.snapshot.digest,
            node=self._node,
            targets=lambda: list(self.targets),
        )

    def _policy_of(self, delivery: ClaimedDelivery) -> RetryPolicy | None:
        return self._policies.get(delivery.agreement or "")
