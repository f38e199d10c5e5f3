"""Channel trouble: what keeps a channel from working becomes a failure with an owner, and is over when it works again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

import structlog

from gateway.domain.failure import fingerprint
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.errors import GatewayError
from gateway.ports import Observer
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble

_log = structlog.get_logger(__name__)

STAGE = "channel"
"""The stage of these failures. Their route is the channel's id."""

_SIDES = UUID("6f0c1b7e-5d0f-4f5e-9a55-0f6f3b0d8c11")
"""The namespace of the ids of channels' sides; what a side tells of has ids in the side's own."""

Keep = Callable[[UUID, Sequence[FailureRow], bool], Awaitable[Sequence[str]]]
"""Stores the cases of a side, and ends its others if these are all there are. Returns the codes of those that are new."""


class KeepChannelTroubles:
    """Keeps troubles of channels as failures, one case for each thing that is wrong, however many processes tell of it.

    So it does for everything that is wrong until it is found to be right: with another `stage` for schedules and reconciliations.
    """

    def __init__(
        self,
        *,
        keep: Keep,
        owner_of: Callable[[ChannelSide], str],
        observer: Observer,
        new_id: Callable[[], UUID],
        stage: str = STAGE,
        begins_with: Callable[[ChannelSide], str] = lambda side: f"{side.channel}: ",
    ) -> None:
        """`begins_with` is what stands before each message: the channel, where the message does not say what it is about."""
        self._keep, self._owner_of, self._observer, self._new_id = keep, owner_of, observer, new_id
        self._stage, self._begins_with = stage, begins_with

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        """Failures of the side's owner, those that are not among `all_of_them` being over. Returns whether it is stored."""
        known = uuid5(_SIDES, f"{side.channel}\n{side.side}")
        rows = [self._row(side, trouble, known) for trouble in troubles]
        try:
            begun = await self._keep(known, rows, all_of_them)
        except GatewayError as error:
            _log.warning("channel_failures_not_stored", channel=side.channel, problem=str(error))
            return False
        for code in begun:
            self._observer.count("edi_failures_total", stage=self._stage, code=code)
        return True

    def _row(self, side: ChannelSide, trouble: ChannelTrouble, known: UUID) -> FailureRow:
        side = replace(side, partner=trouble.partner) if trouble.partner else side
        owner = self._owner_of(side)
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=self._stage, code=trouble.code, partner=side.partner, route=side.channel),
            stage=self._stage,
            code=trouble.code,
            partner=side.partner,
            route=side.channel,
            owner=owner,
            message=storable(f"{self._begins_with(side)}{trouble.message}"),
            remedy=storable(trouble.remedy),
            sample=uuid5(known, f"{trouble.code}\n{storable(trouble.about)}"),
            transmission=known,
        )
