"""Who may say what of orders, and with which voice it counts."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from gateway.domain.order.milestone import Event

GATEWAY = "gateway"
"""The source of what this gateway says itself: by the documents that it sent."""

_TOGETHER = "*"


@dataclass(frozen=True, slots=True)
class Authority:
    """Per event the sources that may say it; of events that are not in it, anyone known may.

    `known` are the ids of all applications and partners; None takes any for known.
    """

    sources: Mapping[Event, AbstractSet[str]] = field(default_factory=dict)
    known: AbstractSet[str] | None = None

    def knows(self, source: str) -> bool:
        """Whether a source is configured at all."""
        return self.known is None or source == GATEWAY or source in self.known

    def may_say(self, source: str, event: Event) -> bool:
        """Whether a source may say that something happened."""
        return event not in self.sources or source in self.sources[event]

    def voice(self, source: str, event: Event) -> str:
        """The voice that its quantities count with.

        Where sources are named for an event they share the work (two warehouses, three carriers): what they say adds up. Where
        none is named, several may tell of the same goods: each is a voice of its own, and the largest counts.
        """
        return _TOGETHER if event in self.sources else source
