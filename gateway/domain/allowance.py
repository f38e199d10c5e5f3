"""How often somebody may ask: an allowance that asking uses up and time fills again. Pure; time is handed in, in seconds."""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be asked: `rate` times in a second in the long run, `burst` times at once."""

    rate: float = 20.0
    burst: int = 100

    @property
    def window(self) -> int:
        """In so many whole seconds a used-up allowance is full again."""
        return math.ceil(self.burst / self.rate)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether this time was within the allowance, how much of it is left, and in how many seconds there is one more."""

    within: bool
    left: int
    more_in: float


@dataclass(slots=True)
class Allowances:
    """The allowances of many, each by its name. Those that are full again are forgotten, so that their number stays bounded.

    >>> doors = Allowances(Allowed(rate=1, burst=1))
    >>> doors.take("anna", now=0).within, doors.take("anna", now=0.5), doors.take("anna", now=1).within
    (True, Taken(within=False, left=0, more_in=0.5), True)
    """

    allowed: Allowed
    most: int = 10_000
    _used: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str, *, now: float) -> Taken:
        """Use one, if there is one."""
        left = self._left(name, now)
        if left < 1:
            return Taken(within=False, left=0, more_in=(1 - left) / self.allowed.rate)
        if name not in self._used and len(self._used) >= self.most:
            self._forget(now)
        self._used[name] = (left - 1, now)
        return Taken(within=True, left=int(left - 1), more_in=max(0.0, 2 - left) / self.allowed.rate)

    def empty(self, name: str, *, now: float) -> bool:
        """Whether nothing is left, without using anything."""
        return self._left(name, now) < 1

    def _left(self, name: str, now: float) -> float:
        left, at = self._used.get(name, (float(self.allowed.burst), now))
        return min(float(self.allowed.burst), left + max(0.0, now - at) * self.allowed.rate)

    def _forget(self, now: float) -> None:
        """Drop who has a full allowance; and where nobody has, who has asked the longest time ago."""
        full = [name for name in self._used if self._left(name, now) >= self.allowed.burst]
        for name in full or [min(self._used, key=lambda known: self._used[known][1])]:
            del self._used[name]
