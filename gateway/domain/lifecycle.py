"""The life of everything that has a state, each as one literal table: (state, event) -> state. What is not here is an error.

The database's check constraints name the same states, and its guarded updates move only along these lines.
"""

from collections.abc import Mapping
from typing import Final

Transitions = Mapping[tuple[str, str], str]

TRANSMISSION: Final[Transitions] = {
    ("received", "translated"): "translated",
    ("received", "nothing_readable"): "unreadable",
    ("received", "given_up"): "failed",
    ("unreadable", "replayed"): "received",
    ("failed", "replayed"): "received",
}

DELIVERY: Final[Transitions] = {
    ("blocked", "predecessor_delivered"): "waiting",
    ("waiting", "claimed"): "sending",
    ("sending", "delivered"): "delivered",
    ("sending", "try_again"): "waiting",
    ("sending", "refused"): "failed",
    ("sending", "exhausted"): "dead",
    ("sending", "outcome_unknown"): "in_doubt",
    ("sending", "claim_expired_repeatable"): "waiting",
    ("sending", "claim_expired"): "in_doubt",
    ("in_doubt", "try_again"): "waiting",
    ("in_doubt", "found_delivered"): "delivered",
    ("failed", "redelivered"): "waiting",
    ("dead", "redelivered"): "waiting",
    ("blocked", "voided"): "voided",
    ("waiting", "voided"): "voided",
    ("in_doubt", "voided"): "voided",
    ("failed", "voided"): "voided",
    ("dead", "voided"): "voided",
}

FAILURE: Final[Transitions] = {
    ("open", "acknowledged"): "acknowledged",
    ("open", "resolved"): "resolved",
    ("open", "muted"): "muted",
    ("acknowledged", "resolved"): "resolved",
    ("acknowledged", "muted"): "muted",
    ("muted", "unmuted"): "open",
    ("muted", "resolved"): "resolved",
}


RECEIPT: Final[Transitions] = {
    ("none", "asked"): "awaited",
    ("awaited", "verified"): "verified",
    ("awaited", "warned"): "warned",
    ("awaited", "negative"): "negative",
    ("awaited", "mismatch"): "mismatch",
    ("awaited", "unverified"): "unverified",
    ("awaited", "missing"): "missing",
    ("missing", "verified"): "verified",
    ("missing", "warned"): "warned",
    ("missing", "negative"): "negative",
    ("missing", "mismatch"): "mismatch",
    ("unverified", "verified"): "verified",
    ("unverified", "warned"): "warned",
    ("unverified", "negative"): "negative",
    ("mismatch", "verified"): "verified",
    ("mismatch", "warned"): "warned",
    ("mismatch", "negative"): "negative",
    ("verified", "negative"): "contradicted",
    ("warned", "negative"): "contradicted",
    ("negative", "verified"): "contradicted",
    ("negative", "warned"): "contradicted",
    ("negative", "asked"): "awaited",
    ("missing", "asked"): "awaited",
    ("unverified", "asked"): "awaited",
    ("mismatch", "asked"): "awaited",
}
"""The receipt of a message of ours. A second one that says the same moves nothing; one that contradicts is told to its owner."""

EXPECTATION: Final[Transitions] = {
    ("expected", "received"): "received",
    ("expected", "accepted"): "accepted",
    ("expected", "accepted_with_errors"): "accepted_with_errors",
    ("expected", "partially_accepted"): "partially_accepted",
    ("expected", "rejected"): "rejected",
    ("expected", "due"): "overdue",
    ("expected", "waived"): "waived",
    ("overdue", "received"): "received",
    ("overdue", "accepted"): "late",
    ("overdue", "accepted_with_errors"): "late",
    ("overdue", "partially_accepted"): "partially_accepted",
    ("overdue", "rejected"): "rejected",
    ("overdue", "waived"): "waived",
    ("received", "received"): "received",
    ("received", "accepted"): "accepted",
    ("received", "accepted_with_errors"): "accepted_with_errors",
    ("received", "partially_accepted"): "partially_accepted",
    ("received", "rejected"): "rejected",
    ("received", "waived"): "waived",
    ("accepted", "received"): "accepted",
    ("accepted", "accepted"): "accepted",
    ("accepted", "accepted_with_errors"): "accepted_with_errors",
    ("accepted", "partially_accepted"): "contradicted",
    ("accepted", "rejected"): "contradicted",
    ("accepted_with_errors", "received"): "accepted_with_errors",
    ("accepted_with_errors", "accepted"): "accepted_with_errors",
    ("accepted_with_errors", "accepted_with_errors"): "accepted_with_errors",
    ("accepted_with_errors", "partially_accepted"): "contradicted",
    ("accepted_with_errors", "rejected"): "contradicted",
    ("late", "received"): "late",
    ("late", "accepted"): "late",
    ("late", "accepted_with_errors"): "late",
    ("late", "partially_accepted"): "contradicted",
    ("late", "rejected"): "contradicted",
    ("partially_accepted", "received"): "partially_accepted",
    ("partially_accepted", "accepted"): "contradicted",
    ("partially_accepted", "accepted_with_errors"): "contradicted",
    ("partially_accepted", "partially_accepted"): "partially_accepted",
    ("partially_accepted", "rejected"): "contradicted",
    ("partially_accepted", "waived"): "waived",
    ("rejected", "received"): "rejected",
    ("rejected", "accepted"): "contradicted",
    ("rejected", "accepted_with_errors"): "contradicted",
    ("rejected", "partially_accepted"): "contradicted",
    ("rejected", "rejected"): "rejected",
    ("rejected", "waived"): "waived",
    ("contradicted", "received"): "contradicted",
    ("contradicted", "accepted"): "contradicted",
    ("contradicted", "accepted_with_errors"): "contradicted",
    ("contradicted", "partially_accepted"): "contradicted",
    ("contradicted", "rejected"): "contradicted",
    ("contradicted", "waived"): "waived",
    ("waived", "received"): "waived",
    ("waived", "accepted"): "waived",
    ("waived", "accepted_with_errors"): "waived",
    ("waived", "partially_accepted"): "partially_accepted",
    ("waived", "rejected"): "rejected",
}
"""A repeat of what was said changes nothing, what says less takes nothing back, two that exclude each other are contradicted."""


class IllegalTransition(ValueError):
    """An event that the state does not allow: a bug in whoever asked for it."""


def move(transitions: Transitions, state: str, event: str) -> str:
    """The state after an event. Raises IllegalTransition, naming what would have been allowed."""
    try:
        return transitions[state, event]
    except KeyError:
        allowed = ", ".join(sorted(e for s, e in transitions if s == state)) or "nothing"
        raise IllegalTransition(f"{event} is not allowed in state {state}; allowed: {allowed}") from None


def diagram(transitions: Transitions) -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state} --> {after}: {event}" for (state, event), after in transitions.items()]
    sources = {state for state, _ in transitions}
    finals = sorted({after for after in transitions.values() if after not in sources})
    lines += [f"    {state} --> [*]" for state in finals]
    return "\n".join(lines) + "\n"
