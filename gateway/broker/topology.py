"""The one table of exchanges and queues. Declaration, `mandatory` and the AsyncAPI document all come from it.

Hint queues hold wake-ups for state rows and are addressed by the stage that does the work: `translate`, `translate.<service>`
for what is in less of a hurry, `deliver.<target>`. Their names carry the exchange in front, so that an operator of a shared
virtual host knows whose they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.domain.service import Service

WORK = "edi.work"
CANONICAL = "edi.canonical"
EVENTS = "edi.events"
OUTBOUND = "edi.outbound"
DEAD = "edi.dead"
DEFAULT = ""
"""The exchange that every broker has, in which each queue is bound by its name: where answers go."""

_QUORUM: Mapping[str, str | int] = {"x-queue-type": "quorum"}
_DEAD_LETTERS_KEPT = 100_000
"""The database holds every failure; `edi.dead` is a copy for other services and must not fill the broker's disk."""


class ExchangeKind(StrEnum):
    """How an exchange compares routing keys (AMQP 0-9-1, 3.1.3)."""

    DIRECT = "direct"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange. `owned` when its queues are ours: then a message nobody takes is an error (`mandatory`).

    `key` describes the routing key for people.
    """

    name: str
    kind: ExchangeKind
    owned: bool
    key: str
    description: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue bound to one exchange by one key or pattern.

    `formerly` are names under which older releases declared it with other arguments: those queues are worked off and deleted.
    """

    name: str
    exchange: str
    key: str
    description: str
    arguments: Mapping[str, str | int] = field(default_factory=lambda: _QUORUM)
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything that is declared."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]

    def owns(self, exchange: str) -> bool:
        """Whether messages for this exchange must find a queue, or the broker tells that there is none."""
        return exchange == DEFAULT or any(entry.owned for entry in self.exchanges if entry.name == exchange)

    def expects(self, exchange: str, key: str) -> bool:
        """Whether a queue of this table takes messages with this key."""
        return any(queue.exchange == exchange and matches(queue.key, key) for queue in self.queues)


EXCHANGES = (
    Exchange(
        WORK,
        ExchangeKind.DIRECT,
        True,
        "translate | translate.<service> | deliver.<target>",
        "Wake-ups for state rows, up to 100 ids each.",
    ),
    Exchange(CANONICAL, ExchangeKind.TOPIC, False, "<document>.<direction>.<partner>", "Canonical documents."),
    Exchange(EVENTS, ExchangeKind.TOPIC, False, "<event>.<partner>", "Milestones, CloudEvents attributes as headers."),
    Exchange(OUTBOUND, ExchangeKind.TOPIC, True, "<document>.<partner>", "Canonical documents of other services for partners."),
    Exchange(DEAD, ExchangeKind.TOPIC, True, "<stage>.<code>", "What was given up, with the reason in headers."),
)


def hint_queue(address: str) -> Queue:
    """The queue of wake-ups for a stage: `translate`, or `deliver.<target>`."""
    stage, _, whose = address.partition(".")
    rows = f"Rows to {stage}" + (f" {'to' if stage == 'deliver' else 'of class'} {whose}." if whose else ".")
    return Queue(f"{WORK}.{address}", WORK, address, rows)


def topology(targets: Iterable[str]) -> Topology:
    """The table for a configuration with these delivery targets."""
    return Topology(
        exchanges=EXCHANGES,
        queues=(
            *(hint_queue(service.lane) for service in Service),
            *(hint_queue(f"deliver.{target}") for target in targets),
            Queue(OUTBOUND, OUTBOUND, "#", "Documents to route to partners.", {**_QUORUM, "x-dead-letter-exchange": DEAD}),
            Queue(DEAD, DEAD, "#", "The latest of what was given up.", {**_QUORUM, "x-max-length": _DEAD_LETTERS_KEPT}),
        ),
    )


def matches(pattern: str, key: str) -> bool:
    """Whether a topic pattern takes a routing key: `*` is one word, `#` any number of words (AMQP 0-9-1, 3.1.3.3)."""
    states = {0}
    words = pattern.split(".")
    for word in key.split(".") if key else []:
        states = {after for state in _skip(states, words) for after in _step(state, word, words)}
    return len(words) in _skip(states, words)


def _skip(states: set[int], words: list[str]) -> set[int]:
    """The states with those that are reached by letting `#` stand for no further word."""
    reached = set(states)
    for state in sorted(states):
        place = state
        while place < len(words) and words[place] == "#":
            place += 1
            reached.add(place)
    return reached


def _step(state: int, word: str, words: list[str]) -> tuple[int, ...]:
    """Where one word of the key leads."""
    if state == len(words):
        return ()
    if words[state] == "#":
        return (state,)
    return (state + 1,) if words[state] in ("*", word) else ()
