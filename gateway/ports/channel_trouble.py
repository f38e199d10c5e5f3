"""Where channels that look for files by themselves tell what a person has to know of: it becomes a failure with an owner."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ChannelTrouble:
    """What is wrong with a channel. `code` is a machine word (`host-key-changed`); `partner` is None for shared channels."""

    channel: str
    partner: str | None
    code: str
    message: str
    remedy: str


class ChannelTroubles(Protocol):
    """Failures of channels. Neither raises anything: what cannot be stored is logged, and told again with the next look."""

    async def begun(self, trouble: ChannelTrouble) -> bool:
        """There is this trouble: open a failure, or count it where it is open. Returns whether it is stored."""

    async def over(self, channel: str) -> bool:
        """The channel works: resolve its failures. Returns whether that is stored."""
