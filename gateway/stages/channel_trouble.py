"""Channel trouble: what keeps a channel from working becomes a failure with an owner, and is over when it works again."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from gateway.domain.failure import fingerprint
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.errors import GatewayError
from gateway.ports import Observer
from gateway.ports.channel_trouble import ChannelTrouble

_log = structlog.get_logger(__name__)

STAGE = "channel"
"""The stage of these failures. Their route is the channel's id."""


class KeepChannelTroubles:
    """Keeps troubles of channels as failures: `record` writes them, `resolve` ends those of a channel."""

    def __init__(
        self,
        *,
        record: Callable[[Sequence[FailureRow]], Awaitable[None]],
        resolve: Callable[[str], Awaitable[None]],
        owner_of: Callable[[str | None], str],
        observer: Observer,
        new_id: Callable[[], UUID],
    ) -> None:
        self._record, self._resolve, self._owner_of = record, resolve, owner_of
        self._observer, self._new_id = observer, new_id

    async def begun(self, trouble: ChannelTrouble) -> bool:
        """Open a failure of the partner's owner, or count it where it is open. Returns whether it is stored."""
        owner, subject = self._owner_of(trouble.partner), self._new_id()
        row = FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=trouble.code, partner=trouble.partner, route=trouble.channel, owner=owner),
            stage=STAGE,
            code=trouble.code,
            partner=trouble.partner,
            route=trouble.channel,
            owner=owner,
            message=storable(f"{trouble.channel}: {trouble.message}"),
            remedy=storable(trouble.remedy),
            sample=subject,
            transmission=subject,
        )
        try:
            await self._record([row])
        except GatewayError as error:
            _log.warning("channel_failure_not_stored", channel=trouble.channel, problem=str(error))
            return False
        self._observer.count("edi_failures_total", stage=STAGE, code=trouble.code)
        return True

    async def over(self, channel: str) -> bool:
        """Resolve the channel's failures. Returns whether that is stored."""
        try:
            await self._resolve(channel)
        except GatewayError as error:
            _log.warning("channel_failure_not_resolved", channel=channel, problem=str(error))
            return False
        return True
