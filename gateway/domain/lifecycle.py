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
    ("sending", "claim_expired_repeatable"): "waiting",
    ("sending", "claim_expired"): "in_doubt",
    ("in_doubt", "try_again"): "waiting",
    ("in_doubt", "found_delivered"): "delivered",
    ("failed", "redelivered"): "waiting",
    ("dead", "redelivered"): "waiting",
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
