"""When a failed attempt is repeated, and when it is given up: a decision over (policy, attempts made, chance, target's wish)."""

from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Delays grow from `first` by `factor` up to `longest`; `jitter` is the share by which chance shortens or stretches one.

    After `attempts` attempts, or when `total` has passed since the first one, the delivery is dead. A target that names a time
    gets it, up to `snooze`. `repeat` and `give_up` are patterns of codes ("http-4*"): answers that are repeated though the target
    refused, and those that are not, whatever the connector thinks of them.
    """

    first: timedelta = timedelta(seconds=5)
    factor: float = 3.0
    longest: timedelta = timedelta(hours=1)
    jitter: float = 0.2
    attempts: int = 12
    total: timedelta = timedelta(hours=24)
    snooze: timedelta = timedelta(hours=1)
    repeat: tuple[str, ...] = ()
    give_up: tuple[str, ...] = ()


def next_delay(
    policy: RetryPolicy, *, attempt: int, age: timedelta, chance: float, asked: float | None = None
) -> timedelta | None:
    """The delay after the attempt with this number (from 1), or None when it was the last.

    `age` is the time of trying since the first attempt, `chance` a number from 0 to 1, `asked` the seconds the target named:
    nobody is left alone for a week by a slip of the pen, and none is given up for the target's wish.
    """
    if attempt >= policy.attempts:
        return None
    plain = min(policy.first.total_seconds() * policy.factor ** min(attempt - 1, 64), policy.longest.total_seconds())
    delay = timedelta(seconds=plain * (1 + policy.jitter * (2 * chance - 1)))
    if asked is not None:
        delay = max(delay, min(timedelta(seconds=min(asked, _MOST_SECONDS)), policy.snooze, policy.total - age))
    return None if age + delay > policy.total else delay


_MOST_SECONDS = 1e9
"""No target can name a time that is none."""


def is_worth_repeating(policy: RetryPolicy, code: str, *, refused: bool) -> bool:
    """Whether an answer with this code is repeated. `refused`: the target has decided, and a repeat is no use as such."""
    if any(fnmatchcase(code, pattern) for pattern in policy.give_up):
        return False
    return not refused or any(fnmatchcase(code, pattern) for pattern in policy.repeat)
