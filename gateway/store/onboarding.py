"""Bringing partners on, over PostgreSQL: facts for the checklist, what people said about it, and files that were tried."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from gateway.domain.onboarding.checklist import Note
from gateway.domain.storable import storable
from gateway.ports import Json
from gateway.store.database import Database


class PostgresOnboarding:
    """Each method is one named query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, partner: str, channels: Sequence[str]) -> Json:
        """What came of a partner, what was sent to it and answered. `channels` are those that partners use."""
        return dict((await self._database.fetch("onboarding_facts", partner, list(channels)))[0])

    async def notes(self, partner: str) -> Mapping[str, Note]:
        """What people said last about each item of its checklist."""
        rows = await self._database.fetch("onboarding_notes", partner)
        return {row["item"]: Note(row["waived"], row["note"], row["actor"], row["at"]) for row in rows}

    async def say(self, partner: str, item: str, *, waived: bool, note: str, actor: str) -> None:
        """Write down what somebody says about an item; it is audited."""
        await self._database.fetch("add_onboarding_note", partner, item, waived, storable(note), storable(actor))

    async def begin_trial(self, trial: UUID, partner: str, *, actor: str, size: int, most: int) -> bool:
        """Count a file that is tried; False where `most` were tried in the last hour."""
        return bool(await self._database.fetch("begin_onboarding_trial", trial, partner, storable(actor), size, most))

    async def end_trial(self, trial: UUID, *, valid: bool, errors: int) -> None:
        """Say how a file fared."""
        await self._database.fetch("end_onboarding_trial", trial, valid, errors)
