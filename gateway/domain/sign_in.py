"""How long people stay signed in, and how long whoever signs in with wrong passwords has to wait. Pure.

Guessing must be slow, and whoever has the right password must get in whatever others guess. So what counts most is a name
together with the address that the guesses come from; a name and an address alone only slow down, by at most a minute, and the
name alone not at all for who comes from an address where it has signed in before.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

COUNTED: Final = timedelta(hours=1)
"""What is longer ago does not count."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long somebody stays signed in without doing anything, and at all."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sign-ins that did not succeed, and how long ago the last one began."""

    count: int = 0
    ago: timedelta = COUNTED


@dataclass(frozen=True, slots=True)
class Tallies:
    """Of a name from an address, of the name, of the address; and whether the name has signed in from there before."""

    pair: Tally
    name: Tally
    address: Tally
    known: bool


@dataclass(frozen=True, slots=True)
class Patience:
    """After `free` ones, each makes the next wait twice as long, beginning with a second, up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, tally: Tally) -> timedelta:
        """How long from now."""
        beyond = tally.count - self.free
        if beyond < 0:
            return timedelta()
        delay = min(timedelta(seconds=1 << min(beyond, 20)), self.longest)
        return max(delay - tally.ago, timedelta())


PAIR: Final = Patience(5, timedelta(minutes=15))
NAME: Final = Patience(20, timedelta(minutes=1))
ADDRESS: Final = Patience(50, timedelta(minutes=1))
"""Many people may come from one address."""


def wait_of(tallies: Tallies) -> timedelta:
    """How long somebody has to wait before a password is looked at; nothing, for most."""
    by_name = timedelta() if tallies.known else NAME.wait(tallies.name)
    return max(PAIR.wait(tallies.pair), by_name, ADDRESS.wait(tallies.address))
