"""Strangers and forgers may leave messages with us, but no more in a day than there is room for."""

from dataclasses import dataclass
from datetime import timedelta

from gateway.errors import Refused
from gateway.ports import Clock
from gateway.ports.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Quota:
    """What senders who proved nothing may leave in `lately`: messages and bytes a channel, counted anew after `every` seconds."""

    messages: int = 2_000
    size: int = 256 * 1_048_576
    lately: timedelta = timedelta(days=1)
    every: float = 10.0


class Quarantine:
    """Counts in the store what was left lately, and in memory what came since it was counted."""

    def __init__(self, transfers: Transfers, *, clock: Clock, quota: Quota) -> None:
        self._transfers, self._clock, self._quota = transfers, clock, quota
        self._counted_at: float | None = None
        self._levels: dict[str, tuple[int, int]] = {}

    async def admit(self, channel: str, size: int) -> None:
        """Take room for a message. Raises Refused (429) when there is none, StoreUnavailable."""
        now = self._clock.monotonic()
        if self._counted_at is None or now - self._counted_at >= self._quota.every:
            found = await self._transfers.quarantined(lately=self._quota.lately)
            self._levels = {each.channel: (each.messages, each.size) for each in found}
            self._counted_at = now
        messages, total = self._levels.get(channel, (0, 0))
        if messages >= self._quota.messages or total + size > self._quota.size:
            remedy = "Senders who prove nothing have used up their room for today; see the failures of this channel."
            raise Refused("Too much that could not be verified came in lately.", status=429, remedy=remedy)
        self._levels[channel] = messages + 1, total + size
