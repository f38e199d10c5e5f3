"""Who is told of failures, and how: the rounds that escalate and notify, with the means that the configuration set up."""

import random
from collections.abc import Callable, Mapping
from uuid import UUID

from gateway.bootstrap.effects import effect_in
from gateway.channels.notification import MailNotifier, ProgramNotifier, WebhookNotifier
from gateway.config.snapshot import Snapshot
from gateway.domain.retry import RetryPolicy
from gateway.ports import Clock, Observer
from gateway.ports.failures import Notifier, Patience
from gateway.stages.escalate import Escalate
from gateway.stages.notify import Notify
from gateway.store.database import Database
from gateway.store.failures import PostgresFailures
from gateway.store.notifications import PostgresNotifications


class OwnerSide:
    """What a process does to have owners told."""

    def __init__(
        self,
        database: Database,
        configuration: Callable[[], Snapshot],
        *,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        failures = PostgresFailures(database)
        self._webhooks = WebhookNotifier(clock=clock)
        self.escalate = Escalate(
            watch=failures,
            configuration=configuration,
            patience=lambda: _patience(configuration()),
            observer=observer,
            new_id=new_id,
        )
        self.notify = Notify(
            notifications=PostgresNotifications(database),
            watch=failures,
            configuration=configuration,
            notifiers=self._notifiers(configuration()),
            observer=observer,
            new_id=new_id,
            chance=random.Random(),  # noqa: S311 - jitter
            effect=effect_in(configuration),
        )

    def _notifiers(self, snapshot: Snapshot) -> Mapping[str, Notifier]:
        server = snapshot.gateway.mail_server
        mail: dict[str, Notifier] = {"mail": MailNotifier(server)} if server is not None else {}
        return {"webhook": self._webhooks, "exec": ProgramNotifier(), **mail}

    async def close(self) -> None:
        """End the connections."""
        await self._webhooks.close()


def _patience(snapshot: Snapshot) -> Patience:
    """How long deliveries are tried."""
    channels = dict.fromkeys(snapshot.channels, RetryPolicy().total)
    return Patience(
        channels | {one.id: one.retry.total for one in snapshot.applications.values()},
        {one.id: one.retry.total for one in snapshot.agreements if one.retry is not None},
    )
