"""The ledger of expectations for the command line: listing it, waiving, dismissing, matching again."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.domain.expectation import ExpectationRow
from gateway.operations import settle_by_hand
from gateway.ports import Json
from gateway.stages.chase import Chase
from gateway.store import expectation_records
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.system import TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver


async def expectations(
    config: str, *, states: Sequence[str] = (), partners: Sequence[str] = (), kinds: Sequence[str] = (), about: str = "",
    before: UUID | None = None, limit: int = 50,
) -> list[Json]:  # fmt: skip
    """The ledger of what partners owe us, newest first."""
    async with _opened(config) as (_, database):
        return await expectation_records.expectations(
            database, states=states, partners=partners, kinds=kinds, about=about, before=before, limit=limit
        )


async def unmatched_acknowledgements(config: str, *, partners: Sequence[str] = (), limit: int = 50) -> list[Json]:
    """Acknowledgements that match nothing, newest first."""
    async with _opened(config) as (_, database):
        return await expectation_records.unmatched(database, partners=partners, limit=limit)


async def waive_expectation(config: str, expectation: UUID, *, actor: str, reason: str) -> ExpectationRow | None:
    """No longer wait for an answer, or hold a bad one against nobody. Answers what it was; None when there is none."""
    async with _opened(config) as (_, database):
        return await settle_by_hand.waive(PostgresExpectations(database), expectation, reason=reason, person=actor)


async def dismiss_acknowledgement(config: str, acknowledgement: UUID, *, actor: str, reason: str) -> bool:
    """Take an acknowledgement that answers nothing of ours out of the queue; False when it does not wait there."""
    async with _opened(config) as (_, database):
        return await settle_by_hand.dismiss(PostgresExpectations(database), acknowledgement, reason=reason, person=actor)


async def match_acknowledgements(config: str, acknowledgements: Sequence[UUID] = ()) -> list[UUID]:
    """Match acknowledgements that wait now, all or these; answers those that were matched."""

    async def unheard(_target: str) -> None:
        """Nobody is told: the sweep of the running gateway looks every second."""

    async with _opened(config) as (settings, database):
        waiting = [*acknowledgements] or [UUID(one["id"]) for one in await expectation_records.unmatched(database, limit=10_000)]
        chase = Chase(
            store=PostgresExpectations(database),
            configuration=lambda: settings.snapshot,
            observer=PrometheusObserver(),
            wake=unheard,
            new_id=TimeOrderedIds(),
            node="command line",
        )
        matched: list[UUID] = []
        for start in range(0, len(waiting), _BATCH):
            matched += await chase.match_again(waiting[start : start + _BATCH])
        return matched


_BATCH = 200


@asynccontextmanager
async def _opened(config: str) -> AsyncIterator[tuple[Settings, Database]]:
    settings = read_settings(config, os.environ)
    async with open_database(settings, size=2) as (database, _):
        await require_schema(database)
        yield settings, database
