"""How a partner's folder is worked through, and how long what failed is left alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds, sizes in bytes.

    `at_once` files, or `bytes_at_once` of them, are read together and handed over; `listed` bounds what is kept of one look.
    Failures are repeated after `retry_first`, doubled up to `retry_longest`; those that need a person (a refused login locks
    accounts when it is repeated) after `lasting_first`, doubled up to `lasting_longest`. After `patient` failures in a row a
    person is told of what may pass by itself.
    """

    at_once: int = 100
    bytes_at_once: int = 16 * 1024 * 1024
    listed: int = 10_000
    retry_first: float = 1.0
    retry_longest: float = 60.0
    lasting_first: float = 60.0
    lasting_longest: float = 1800.0
    patient: int = 5

    def retry_after(self, failures: int, *, lasting: bool = False) -> float:
        """The pause after so many failures one after the other."""
        first, longest = (self.lasting_first, self.lasting_longest) if lasting else (self.retry_first, self.retry_longest)
        return min(first * 2.0 ** min(failures - 1, 32), longest)


@dataclass(slots=True)
class Failing:
    """What failed so far, one after the other: how often, and until when to leave it alone."""

    failures: int = 0
    until: float = 0.0

    def again(self, now: float, pace: Pace, *, lasting: bool = False) -> float:
        """Once more. Returns the pause."""
        self.failures += 1
        pause = pace.retry_after(self.failures, lasting=lasting)
        self.until = now + pause
        return pause
