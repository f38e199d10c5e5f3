"""How it stands with a partner, in one word and with the reasons for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """From the best to the worst; each is told by a word, never by a colour alone."""

    OK = "ok"
    ATTENTION = "attention"
    """Somebody should look: failures, answers that did not come, a certificate that ends."""
    FAILING = "failing"
    """Nothing gets through on one of its ways."""
    HELD = "held"
    """Staff hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of a partner now. `unavailable` are its channels whose breaker is not closed; `ending` are the names of
    certificates that end within 30 days, or have ended, and that nothing takes over from.
    """

    held: bool = False
    unavailable: Sequence[str] = ()
    failures: int = 0
    overdue: int = 0
    rejected: int = 0
    ending: Sequence[str] = ()


def health_of(signs: Signs) -> tuple[Health, tuple[str, ...]]:
    """The worst of it, and all that speaks for it by the names of the signs, the worst first."""
    told = (
        (Health.HELD, "held", signs.held),
        (Health.FAILING, "unavailable", bool(signs.unavailable)),
        (Health.ATTENTION, "failures", signs.failures > 0),
        (Health.ATTENTION, "overdue", signs.overdue > 0),
        (Health.ATTENTION, "rejected", signs.rejected > 0),
        (Health.ATTENTION, "certificates", bool(signs.ending)),
    )
    holding = [(health, reason) for health, reason, holds in told if holds]
    return (holding[0][0] if holding else Health.OK), tuple(reason for _, reason in holding)
