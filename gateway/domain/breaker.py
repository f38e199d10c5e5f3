"""The circuit breaker of a target: when it is left alone, and how it is found out that it works again.

While a breaker is open no delivery of its target is tried, but for one at a time: a probe. The counting is a leaky bucket. A call
that finds the target unavailable fills it by one, a call that is answered drains it; it fills up only where more than the agreed
share of calls fails. An answer is an answer whatever it says: a refused order shows that the target works.
"""

from dataclasses import dataclass
from datetime import timedelta

_MOST_ASKED = 300.0


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """It opens when more than `share` of calls fail, and `failures` more than that share allows; so many in a row are enough.

    The first probe goes out after `first`; each one that fails makes the next wait `factor` times as long, up to `longest`.
    """

    share: float = 0.5
    failures: int = 5
    first: timedelta = timedelta(seconds=1)
    factor: float = 1.5
    longest: timedelta = timedelta(seconds=15)


def strain(policy: BreakerPolicy, *, unavailable: bool) -> float:
    """By how much a call fills (or, negative, drains) the bucket. At exactly `share` of failures both are even."""
    return 1.0 if unavailable else -policy.share / (1 - policy.share)


def level_after(level: float, change: float) -> float:
    """The bucket's level after a call: never below empty, so that a long good time does not hide the first bad one."""
    return max(level + change, 0.0)


def event_of(policy: BreakerPolicy, *, unavailable: bool, level: float, probe: bool) -> str:
    """What a call's end means to its breaker; `level` is that of the bucket with this call in it."""
    if probe:
        return "probe_failed" if unavailable else "probe_succeeded"
    if not unavailable:
        return "succeeded"
    return "tripped" if level >= policy.failures else "failed"


def probe_delay(policy: BreakerPolicy, *, failed: int, asked: float | None = None) -> timedelta:
    """How long to wait before the next probe. `failed` counts probes in a row; `asked` is the seconds the target named.

    What it asks for is granted up to five minutes: nobody is left alone for a day by a slip of the pen.
    """
    plain = policy.first.total_seconds() * policy.factor ** min(failed, 64)
    return timedelta(seconds=max(min(plain, policy.longest.total_seconds()), min(asked or 0.0, _MOST_ASKED)))
