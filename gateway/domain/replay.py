"""What a replay or a redelivery would do, decided from facts before anything is done, and again when its turn comes. Pure.

A replay processes a transmission again from its stored bytes; a redelivery hands the same bytes to the target again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

LARGE = 1_048_576
"""Transmissions above this size in bytes are routed after their trailer, by the configuration that is in force then."""

FRESH = 86_400.0
"""Seconds for which a plan is good: after that it has to be made anew, because too much may have changed."""

_ON_ITS_WAY = ("blocked", "waiting", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """How to process again. `configuration` is the digest of one that was in force before; None means the present one.

    `acknowledge`: partners get their acknowledgements again. `route` is the one that a person names for the documents; None: they
    take the first that fits.
    """

    acknowledge: bool = False
    configuration: str | None = None
    route: str | None = None

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> "ReplayOptions":
        """The options as their batch keeps them."""
        configuration, route = (str(kept[name]) if kept.get(name) else None for name in ("configuration", "route"))
        return cls(acknowledge=bool(kept.get("acknowledge")), configuration=configuration, route=route)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeliverOptions:
    """What may be sent again besides what failed: what is in doubt, and what was delivered."""

    in_doubt: bool = False
    delivered: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> "RedeliverOptions":
        """The options as their batch keeps them."""
        return cls(in_doubt=bool(kept.get("in_doubt")), delivered=bool(kept.get("delivered")))


@dataclass(frozen=True, slots=True)
class TakenDocuments:
    """Documents of a transmission that are alike: `count` of a kind, and the route that they took. None: none did."""

    name: str
    route: str | None
    test: bool
    count: int


@dataclass(frozen=True, slots=True)
class MadeDeliveries:
    """How many deliveries of a line a target has (`delivered`), and how many it may have: on their way or in doubt (`kept`). What
    was made at a fallback counts for the target that it stands in for.
    """

    target: str
    delivered: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFacts:
    """A transmission that is to be processed again, with what became of it and of its earlier runs.

    `newest` is the last run of its line, itself if there is no later one. `delivered`, `open` and `kept` count deliveries of its
    documents: done; not done and safe to give up; on their way or in doubt. `sealed` counts documents that stand in interchanges
    for partners, `acknowledgements` those that the partner was given. `taken` are the documents of this run by the routes that
    they took, without what no route is asked for; `made` are the deliveries of its line by their targets.
    """

    id: UUID
    state: str
    size: int
    newest: UUID
    batch: UUID | None = None
    has_body: bool = True
    releasing: bool = False
    repeated: bool = False
    documents: int = 0
    delivered: int = 0
    open: int = 0
    kept: int = 0
    sealed: int = 0
    acknowledgements: int = 0
    channel: str = ""
    taken: Sequence[TakenDocuments] = ()
    made: Sequence[MadeDeliveries] = ()
    unread_of: str | None = None
    """The application that said it, where nobody understood what it said: it is not translated, but heard again."""

    @property
    def in_place(self) -> bool:
        """Whether nothing was read of it yet: it goes on as itself, and the partner is answered for the first time."""
        return self.state in ("failed", "unreadable")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """A delivery that is to be made again. `idempotent` is None for a target that is no longer configured.

    `newest` is the last run of its transmission's line.
    """

    id: UUID
    transmission: UUID
    state: str
    target: str
    newest: UUID
    to_partner: bool = False
    idempotent: bool | None = True
    has_body: bool = True
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it will be done; if not, why in words for a person."""

    reason: str = ""

    @property
    def possible(self) -> bool:
        """Whether it will be done."""
        return not self.reason


def judge_replay(facts: ReplayFacts, options: ReplayOptions) -> Verdict:
    """Whether a transmission can be processed again now: the first thing that stands in the way."""
    too_large = options.configuration is not None and facts.size > LARGE
    hindrances = (
        (facts.state in ("received", "replaying"), "it is being read: wait until that has ended"),
        (facts.batch is not None, f"batch {facts.batch} has it already"),
        (facts.newest != facts.id, f"it was processed again already: replay its newest run, {facts.newest}"),
        (facts.releasing, "its documents are still being routed: wait until that has ended"),
        (not facts.has_body, "its bytes were purged: ask the partner to send it again"),
        (facts.repeated, "it only repeats what came before: replay the first one"),
        (too_large, "it is too large for an earlier configuration: above 1 MiB documents are routed by the present one"),
    )
    return Verdict(next((reason for hindered, reason in hindrances if hindered), ""))


def judge_correction(facts: ReplayFacts, _options: ReplayOptions) -> Verdict:
    """Whether a corrected copy of a transmission can be processed now: it brings bytes of its own, so those may be gone."""
    hindrances = (
        (facts.state in ("received", "replaying"), "it is being read: wait until that has ended"),
        (facts.batch is not None, f"batch {facts.batch} has it already"),
        (facts.newest != facts.id, f"it was processed again already: correct its newest run, {facts.newest}"),
        (facts.releasing, "its documents are still being routed: wait until that has ended"),
    )
    return Verdict(next((reason for hindered, reason in hindrances if hindered), ""))


def judge_redelivery(facts: DeliveryFacts, options: RedeliverOptions) -> Verdict:
    """Whether a delivery can be made again now: the first thing that stands in the way."""
    delivered, in_doubt = facts.state == "delivered", facts.state == "in_doubt"
    hindrances = (
        (facts.idempotent is None, f"{facts.target} is no longer configured: replay the message instead"),
        (facts.batch is not None, f"batch {facts.batch} has it already"),
        (facts.state in _ON_ITS_WAY, "it is on its way"),
        (facts.state == "voided", "it was given up: replay the message instead"),
        (facts.state == "diverted", "its fallback took its place: redeliver that one"),
        (facts.state == "withheld", "another gateway does it: after the cut-over, replay the message instead"),
        (facts.newest != facts.transmission and not delivered, f"its message was processed again: look at {facts.newest}"),
        (delivered and not options.delivered, "it was delivered: say --delivered to send it again"),
        (in_doubt and not options.in_doubt, "the target may have it: look there, then say --in-doubt, or `gateway dlq found`"),
        (not facts.has_body, "its content was purged"),
    )
    return Verdict(next((reason for hindered, reason in hindrances if hindered), ""))


class Effect(StrEnum):
    """What doing it comes to, in numbers that a plan shows."""

    DOCUMENTS = "documents"
    IN_PLACE = "read_for_the_first_time"
    SKIPPED = "skipped_as_delivered"
    NOT_UNDONE = "delivered_elsewhere_and_not_undone"
    SUPERSEDED = "open_deliveries_superseded"
    KEPT = "deliveries_left_as_they_are"
    SEALED = "already_sent_to_partners"
    ACKNOWLEDGED = "acknowledgements_sent_again"
    NOT_ACKNOWLEDGED = "acknowledgements_not_sent_again"
    TRIED_AGAIN = "tried_again"
    RECOGNISED = "recognised_by_the_target"
    DUPLICATES = "duplicates_at_the_partner"
    DOUBTFUL = "possibly_twice"


@dataclass(frozen=True, slots=True)
class Move:
    """So many documents took one route (None: none took them) and would take another."""

    took: str | None
    takes: str
    documents: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would do: how many match, how many will be done, what that comes to, why the rest cannot be done.

    Where a route was named, `moves` say which one the documents took before, and `deliveries` how many would follow, by target.
    """

    matched: int
    count: int
    effects: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    moves: Sequence[Move] = field(default_factory=list)
    deliveries: Mapping[str, int] = field(default_factory=dict)


def effects_of_replay(facts: ReplayFacts, options: ReplayOptions) -> Counter[Effect]:
    """What processing one transmission again comes to, as far as that can be known before."""
    if facts.in_place:
        return Counter({Effect.IN_PLACE: 1})
    told = Effect.ACKNOWLEDGED if options.acknowledge else Effect.NOT_ACKNOWLEDGED
    return Counter({
        Effect.DOCUMENTS: facts.documents,
        Effect.SKIPPED: facts.delivered,
        Effect.SUPERSEDED: facts.open,
        Effect.KEPT: facts.kept,
        Effect.SEALED: facts.sealed,
        told: facts.acknowledgements,
    })  # fmt: skip


def effects_of_redelivery(facts: DeliveryFacts) -> Counter[Effect]:
    """What making one delivery again comes to."""
    if facts.state == "delivered":
        return Counter({Effect.RECOGNISED if facts.idempotent else Effect.DUPLICATES: 1})
    if facts.state == "in_doubt" and not facts.idempotent:
        return Counter({Effect.DOUBTFUL: 1})
    return Counter({Effect.TRIED_AGAIN: 1})


def plan_of(judged: Sequence[tuple[Verdict, Mapping[Effect, int]]]) -> Plan:
    """The plan of a batch: each item's verdict and effects, summed up. Reasons are counted without the ids in them."""
    effects: Counter[Effect] = Counter()
    refused: Counter[str] = Counter()
    for verdict, foretold in judged:
        if verdict.possible:
            effects.update(foretold)
        else:
            refused[_without_ids(verdict.reason)] += 1
    shown = {name.value: effects[name] for name in Effect if effects[name]}
    return Plan(len(judged), sum(verdict.possible for verdict, _ in judged), shown, dict(refused.most_common()))


def _without_ids(reason: str) -> str:
    """Reasons that differ only in what they name are one line of the plan."""
    words = reason.split(" ")
    return " ".join("…" if len(word.rstrip(",")) == 36 and word.count("-") == 4 else word for word in words)


_SELECTIVE = (
    "partner", "channel", "type", "name", "state", "control_number", "after", "before", "target", "owner", "file", "message_id",
    "reference", "progress", "keys", "words",
)  # fmt: skip


def is_selective(query: Mapping[str, object]) -> bool:
    """Whether a query chooses anything: an empty or lost filter must never come to mean all there is."""
    return any(query.get(name) for name in _SELECTIVE)


def may_begin(*, waited: float, rate: float, most: int) -> int:
    """How many items may begin now, when the next was due `waited` seconds ago (negative: not yet); a second's worth at most."""
    if waited < 0:
        return 0
    return min(most, 1 + int(min(waited, 1.0) * rate))


def due_after(*, waited: float, rate: float, begun: int) -> float:
    """In how many seconds the next item is due, once so many have begun. What was missed is caught up for a second at most."""
    return begun / rate - min(max(waited, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What became of a run: the state of its transmission, its documents and its deliveries counted by state."""

    state: str
    documents: Mapping[str, int]
    deliveries: Mapping[str, int]
    code: str = ""
    message: str = ""


_GOOD_DOCUMENTS: Collection[str] = ("routed", "consumed", "duplicate", "kept")


def outcome_of_run(end: RunEnd) -> tuple[str, str]:
    """(`done` or `failed`, in words) for a replay that has ended."""
    if end.state == "forwarded":
        return "done", "forwarded to the centre"
    if end.state != "translated":
        return "failed", "nothing could be read" if end.state == "unreadable" else "reading it failed"
    said = [f"{count} {state}" for state, count in sorted(end.documents.items())]
    sent = [f"{count} {state.replace('_', ' ')}" for state, count in sorted(end.deliveries.items())]
    words = f"documents: {', '.join(said) or 'none'}" + (f"; deliveries: {', '.join(sent)}" if sent else "")
    good = bool(end.documents) and all(state in _GOOD_DOCUMENTS for state in end.documents)
    good = good and all(state in ("delivered", "diverted", "voided", "withheld") for state in end.deliveries)
    return "done" if good else "failed", words


def outcome_of_delivery(state: str, code: str, message: str) -> tuple[str, str]:
    """The same for a delivery that was made again."""
    because = ": ".join(part for part in (code, message) if part)
    return ("done", because or "delivered") if state == "delivered" else ("failed", because or state.replace("_", " "))
