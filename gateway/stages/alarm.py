"""What is wrong with a channel now, told to its owner: not at the first failure, once, and when it is over."""

from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles

_MOST = 100
"""So many things that cannot be taken are told of one by one."""


class Alarm:
    """The troubles of one side of a channel, by what they are about: "" is the channel itself, all else a file, a mail, an item.

    They are noted as they come and go; `tell` tells what changed. Once `works` was called, what is noted is all there is, and
    what an earlier process told of is over unless it is noted again.
    """

    def __init__(
        self, channel: str, partner: str | None, troubles: ChannelTroubles, *, side: str = "in", patient: int = 3
    ) -> None:
        self._side, self._troubles, self._patient = ChannelSide(channel, partner, side), troubles, patient
        self._noted: dict[str, ChannelTrouble] = {}
        self._told: frozenset[tuple[str, str]] = frozenset()
        self._works = self._told_that_it_works = False

    def failed(self, trouble: ChannelTrouble, failures: int, *, lasting: bool = False) -> None:
        """This failed so often, one time after the other. Servers are restarted, lines break, and all is well again: a person
        is told of what is `lasting` until somebody does something, or has failed too often.
        """
        if lasting or failures >= self._patient:
            self._noted[trouble.about] = trouble

    def over(self, about: str) -> None:
        """This thing is as it should be."""
        self._noted.pop(about, None)

    def works(self, there: Collection[str]) -> None:
        """The channel works, and these things are there: of others nothing is wrong any more."""
        self._noted = {about: trouble for about, trouble in self._noted.items() if about and about in there}
        self._works = True

    async def tell(self) -> None:
        """Tell what is not told yet; what cannot be stored now is told the next time."""
        troubles = self._one_by_one()
        known = frozenset((trouble.about, trouble.code) for trouble in troubles)
        if known == self._told and self._told_that_it_works == self._works:
            return
        if await self._troubles.keep(self._side, troubles, all_of_them=self._works):
            self._told, self._told_that_it_works = known, self._works

    def _one_by_one(self) -> list[ChannelTrouble]:
        troubles = list(islice(self._noted.values(), _MOST))
        if len(self._noted) > _MOST:
            message = f"there is more than the {_MOST} things told of one by one: the log names the others"
            troubles.append(replace(troubles[-1], code="and-more", message=message, about="\n"))
        return troubles
