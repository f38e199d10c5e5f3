"""When a person is told that fetching from a partner does not work: not at the first failure, and once."""

from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles

_PATIENT = 3
"""Failures one after the other: servers are restarted, lines break, and all is well again."""


class Alarm:
    """The failure that a channel opens, and resolves when everything on the list is done again."""

    def __init__(self, channel: str, partner: str | None, troubles: ChannelTroubles) -> None:
        self._channel, self._partner, self._troubles = channel, partner, troubles
        self._told = True  # an earlier process may have told

    async def failed(self, error: Exception, failures: int, *, item: str = "") -> None:
        """The list, or an item of it, failed so often."""
        if failures < _PATIENT:
            return
        code = str(getattr(error, "code", "")) or "poll-failed"
        message = f"{item} is not fetched: {error}" if item else f"nothing is fetched: {error}"
        remedy = getattr(error, "remedy", "") or "see the log for the cause; it is tried again and again"
        self._told = True
        await self._troubles.begun(ChannelTrouble(self._channel, self._partner, code, message, remedy))

    async def over(self) -> None:
        """Everything is done with."""
        if self._told:
            self._told = not await self._troubles.over(self._channel)
