"""Who answers for what goes wrong: every failure has an owner, and an owner may have a next one to escalate to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or team. `notify` are addresses with their means (`mail:edi@nordic.example`); `next` takes over when late."""

    id: str
    notify: tuple[str, ...] = ()
    next: str | None = None


def escalation(owner: str, owners: Mapping[str, Owner]) -> tuple[str, ...]:
    """The owners to ask in turn, beginning with `owner`; each once, so that a circle ends."""
    chain: list[str] = []
    current: str | None = owner
    while current is not None and current in owners and current not in chain:
        chain.append(current)
        current = owners[current].next
    return tuple(chain)
