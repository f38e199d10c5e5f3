"""The ledger of expectations for people: listing it, waiving, dismissing, matching again."""

from collections.abc import Sequence
from uuid import UUID

from gateway.bootstrap.office import Where, opened
from gateway.domain.expectation import ExpectationRow
from gateway.operations import settle_by_hand
from gateway.ports import Json
from gateway.stages.chase import Chase
from gateway.store import expectation_records
from gateway.store.expectations import PostgresExpectations
from gateway.system import TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver


async def expectations(
    where: Where, *, states: Sequence[str] = (), partners: Sequence[str] = (), kinds: Sequence[str] = (), about: str = "",
    before: UUID | None = None, limit: int = 50,
) -> list[Json]:  # fmt: skip
    """The ledger of what partners owe us, newest first."""
    async with opened(where) as office:
        return await expectation_records.expectations(
            office.database, states=states, partners=partners, kinds=kinds, about=about, before=before, limit=limit
        )


async def unmatched_acknowledgements(
    where: Where, *, partners: Sequence[str] = (), before: UUID | None = None, limit: int = 50
) -> list[Json]:
    """Acknowledgements that match nothing, newest first."""
    async with opened(where) as office:
        return await expectation_records.unmatched(office.database, partners=partners, before=before, limit=limit)


async def given_acknowledgements(
    where: Where, *, partners: Sequence[str] = (), types: Sequence[str] = (), verdicts: Sequence[str] = (),
    before: UUID | None = None, limit: int = 50,
) -> list[Json]:  # fmt: skip
    """What we answered to partners, newest first, and how far it has gone to them."""
    async with opened(where) as office:
        return await expectation_records.given(
            office.database, partners=partners, types=types, verdicts=verdicts, before=before, limit=limit
        )


async def waive_expectation(where: Where, expectation: UUID, *, actor: str, reason: str) -> ExpectationRow | None:
    """No longer wait for an answer, or hold a bad one against nobody. Answers what it was; None when there is none."""
    async with opened(where) as office:
        return await settle_by_hand.waive(PostgresExpectations(office.database), expectation, reason=reason, person=actor)


async def dismiss_acknowledgement(where: Where, acknowledgement: UUID, *, actor: str, reason: str) -> bool:
    """Take an acknowledgement that answers nothing of ours out of the queue; False when it does not wait there."""
    async with opened(where) as office:
        return await settle_by_hand.dismiss(PostgresExpectations(office.database), acknowledgement, reason=reason, person=actor)


async def match_acknowledgements(where: Where, acknowledgements: Sequence[UUID] = ()) -> list[UUID]:
    """Match acknowledgements that wait now, all or these; answers those that were matched."""

    async def unheard(_target: str) -> None:
        """Nobody is told: the sweep of the running gateway looks every second."""

    async with opened(where) as office:
        unmatched = () if acknowledgements else await expectation_records.unmatched(office.database, limit=10_000)
        waiting = [*acknowledgements, *(UUID(one["id"]) for one in unmatched)]
        chase = Chase(
            store=PostgresExpectations(office.database),
            configuration=lambda: office.snapshot,
            observer=PrometheusObserver(),
            wake=unheard,
            new_id=TimeOrderedIds(),
            node=office.node,
        )
        matched: list[UUID] = []
        for start in range(0, len(waiting), _BATCH):
            matched += await chase.match_again(waiting[start : start + _BATCH])
        return matched


_BATCH = 200
