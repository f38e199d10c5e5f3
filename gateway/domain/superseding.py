"""What a replay's deliveries do to those of the runs before it: never are two of one key effective. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from gateway.domain.record import DeliveryRow


@dataclass(frozen=True, slots=True)
class EarlierDelivery:
    """A delivery of a document of an earlier run of the same line. `fallback_of` is the one that it stands in for."""

    id: UUID
    transmission: UUID
    target: str
    idempotency_key: str
    state: str
    reference: str | None = None
    fallback_of: UUID | None = None


@dataclass(slots=True)
class Superseding:
    """What is made, what is left out because an earlier one stands for it, and which earlier ones are given up."""

    made: list[DeliveryRow] = field(default_factory=list)
    left_out: list[tuple[DeliveryRow, EarlierDelivery]] = field(default_factory=list)
    given_up: list[EarlierDelivery] = field(default_factory=list)


_STANDING = ("delivered", "sending", "in_doubt")
"""Its target has it, or may have it: an earlier delivery in one of these states stands, in this order of weight."""

_OPEN = ("blocked", "waiting", "failed", "dead")


def supersede(new: Sequence[DeliveryRow], earlier: Sequence[EarlierDelivery]) -> Superseding:
    """Compare a run's deliveries with those of the runs before it, by target and idempotency key.

    A delivery whose key was delivered is left out; so is one whose key is on its way or in doubt, because nobody knows yet. All
    other earlier ones are given up: the new run decides what goes where. What comes after one that is left out waits for the
    earlier one, or for nothing when that is done. What was made at a fallback stands for its own target as well.
    """
    targets = {one.id: one.target for one in earlier}
    standing: dict[tuple[str, str], EarlierDelivery] = {}
    for one in sorted((e for e in earlier if e.state in _STANDING), key=lambda e: _STANDING.index(e.state)):
        standing.setdefault((one.target, one.idempotency_key), one)
        if one.fallback_of in targets:
            standing.setdefault((targets[one.fallback_of], one.idempotency_key), one)
    result = Superseding(given_up=[one for one in earlier if one.state in _OPEN])
    instead: dict[UUID, EarlierDelivery] = {}
    for row in new:
        stands = standing.get((row.target, row.idempotency_key))
        if stands is not None:
            instead[row.id] = stands
            result.left_out.append((row, stands))
    left_out = {row.id for row, _ in result.left_out}
    result.made = [_following(row, instead) for row in new if row.id not in left_out]
    return result


def _following(row: DeliveryRow, instead: dict[UUID, EarlierDelivery]) -> DeliveryRow:
    before = instead.get(row.after) if row.after is not None else None
    if before is None or row.state == "withheld":
        return row
    if before.state == "delivered":
        return row._replace(after=None, state="waiting")
    return row._replace(after=before.id, state="blocked")
