"""Where channels tell what a person has to know of: it becomes a failure with an owner, until it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ChannelSide:
    """Who tells: what looks for transmissions on a channel, what sends on it, ... each keeps its own troubles.

    `partner` is None for what belongs to no partner alone.
    """

    channel: str
    partner: str | None
    side: str


@dataclass(frozen=True, slots=True)
class ChannelTrouble:
    """What is wrong. `code` is a machine word (`host-key-changed`); `about` names what it concerns (a file), where that is not
    the whole channel. `partner` is whose it is where the side is nobody's alone.
    """

    code: str
    message: str
    remedy: str
    about: str = ""
    partner: str | None = None


class ChannelTroubles(Protocol):
    """Failures of channels. Nothing is raised: what cannot be stored now is logged, and told again later."""

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        """There are these troubles: a failure each that is not open yet; and if these are `all_of_them`, what was told of this
        side and is not among them is over. Returns whether that is stored.
        """
