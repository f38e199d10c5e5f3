"""When a failed attempt is repeated, and when it is given up: a decision over (policy, attempts made, chance, target's wish)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Delays grow from `first` by `factor` up to `longest`; `jitter` is the share by which chance shortens or stretches one.

    After `attempts` attempts, or when `total` has passed since the first one, the delivery is dead.
    """

    first: timedelta = timedelta(seconds=5)
    factor: float = 3.0
    longest: timedelta = timedelta(hours=1)
    jitter: float = 0.2
    attempts: int = 12
    total: timedelta = timedelta(hours=24)


def next_delay(
    policy: RetryPolicy, *, attempt: int, age: timedelta, chance: float, asked: float | None = None
) -> timedelta | None:
    """The delay after the attempt with this number (from 1), or None when it was the last.

    `age` is the time since the first attempt, `chance` a number from 0 to 1, `asked` the seconds the target named.
    """
    if attempt >= policy.attempts:
        return None
    plain = min(policy.first.total_seconds() * policy.factor ** min(attempt - 1, 64), policy.longest.total_seconds())
    delay = timedelta(seconds=plain * (1 + policy.jitter * (2 * chance - 1)))
    if asked is not None:
        if asked > policy.total.total_seconds():
            return None
        delay = max(delay, timedelta(seconds=asked))
    return None if age + delay > policy.total else delay
