"""Activations of configurations in PostgreSQL: one is in force at a time, and what was before stays on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from gateway.domain.activation import ActivationTerms, Approval, Kind, Signature
from gateway.domain.storable import storable, storable_json
from gateway.store.database import Connection, Database, Row


@dataclass(frozen=True, slots=True)
class Activation:
    """One of them. `lint` and `tests` are what was found when it was proposed; `override` is why failed tests did not matter."""

    id: int
    digest: str
    kind: Kind
    state: str
    terms: ActivationTerms
    proposer: Signature | None
    proposed_at: datetime
    reason: str
    lint: Sequence[Mapping[str, Any]]
    tests: Mapping[str, Any] | None
    override: str | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None
    effective_from: datetime
    activated_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActivation:
    """What somebody wants. `effective_from` None: now. `approved`: nobody else need agree."""

    digest: str
    kind: Kind
    terms: ActivationTerms
    proposer: Signature
    reason: str
    approved: bool
    lint: Sequence[Mapping[str, Any]] = ()
    tests: Mapping[str, Any] | None = None
    override: str | None = None
    effective_from: datetime | None = None
    audit: Mapping[str, Any] = field(default_factory=dict)


class PostgresActivations:
    """What changes which configuration is in force waits for whoever does so at the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> tuple[Activation | None, bool]:
        """The one in force, and whether another one is due."""
        (row,) = await self._database.fetch("activation_now")
        return (_activation(row) if row["id"] is not None else None), row["due"]

    async def begin_due(self) -> int | None:
        """Let what is due be in force; its number, None when nothing was. Done once, however many processes ask for it."""
        async with self._database.transaction() as connection:
            await self._within(connection, "lock_activations")
            return await self._begin_due(connection)

    async def _begin_due(self, connection: Connection) -> int | None:
        *overtaken, last = [row["id"] for row in await self._within(connection, "due_activations")] or [None]
        if last is None:
            return None
        await self._within(connection, "overtake_activations", overtaken)
        await self._within(connection, "follow_activation")
        (begun,) = await self._within(connection, "begin_activation", last)
        await self._write(connection, "gateway", "configuration_in_force", begun["id"], {"configuration": begun["digest"]})
        return int(begun["id"])

    async def started(self, digest: str, terms: ActivationTerms) -> int:
        """A gateway begins with its files; the number of the activation, which is the one in force if that is the same."""
        async with self._database.transaction() as connection:
            await self._within(connection, "lock_activations")
            (row,) = await self._within(connection, "activation_now")
            if row["digest"] == digest:
                return int(row["id"])
            await self._within(connection, "follow_activation")
            (added,) = await self._within(connection, "add_start", digest, terms.managed, terms.approval.value)
            return int(added["id"])

    async def add(self, new: NewActivation) -> int:
        """What somebody wants, with its line in the audit; in force at once when it is approved and due. Answers its number."""
        async with self._database.transaction() as connection:
            await self._within(connection, "lock_activations")
            (row,) = await self._within(
                connection, "add_activation", new.digest, new.kind.value, "approved" if new.approved else "proposed",
                new.terms.managed, new.terms.approval.value, storable(new.proposer.name), sorted(new.proposer.roles),
                storable(new.reason), storable_json(list(new.lint)), storable_json(dict(new.tests)) if new.tests else None,
                storable(new.override) if new.override else None, new.effective_from,
            )  # fmt: skip
            action = "configuration_rolled_back" if new.kind is Kind.ROLL_BACK else "configuration_proposed"
            told = {"configuration": new.digest, "reason": new.reason, **new.audit}
            told |= {"override": new.override} if new.override else {}
            await self._write(connection, new.proposer.name, action, row["id"], told)
            await self._begin_due(connection)
        return int(row["id"])

    async def decide(self, activation: int, *, approve: bool, by: str, reason: str) -> bool:
        """Approve or reject what waits for that; False when it does not wait any more."""
        query, action = ("approve_activation", "approved") if approve else ("reject_activation", "rejected")
        async with self._database.transaction() as connection:
            await self._within(connection, "lock_activations")
            if not await self._within(connection, query, activation, storable(by), storable(reason)):
                return False
            await self._write(connection, by, f"configuration_{action}", activation, {"reason": reason})
            await self._begin_due(connection)
        return True

    async def one(self, activation: int) -> Activation | None:
        """One by its number."""
        rows = await self._database.fetch("activation", activation)
        return _activation(rows[0]) if rows else None

    async def several(self, *, before: int | None, limit: int) -> Sequence[Activation]:
        """The newest first."""
        return [_activation(row) for row in await self._database.fetch("activations", before, limit)]

    async def before(self) -> Activation | None:
        """What was in force before what is now; None when there is nothing to go back to."""
        rows = await self._database.fetch("activation_before")
        return _activation(rows[0]) if rows else None

    async def of(self, digest: str) -> Sequence[Activation]:
        """The last activation of a digest, given by its beginning; two when it is the beginning of several."""
        return [_activation(row) for row in await self._database.fetch("activation_of", digest.lower())]

    async def _within(self, connection: Connection, query: str, *arguments: Any) -> Sequence[Row]:
        return await self._database.within(connection, query, *arguments)

    async def _write(self, connection: Connection, actor: str, action: str, subject: int, detail: Mapping[str, Any]) -> None:
        await self._within(connection, "write_line", storable(actor), action, str(subject), storable_json(dict(detail)))


def _activation(row: Row) -> Activation:
    by = row["proposed_by"]
    tests = row["tests"]
    return Activation(
        id=row["id"],
        digest=row["digest"],
        kind=Kind(row["kind"]),
        state=row["state"],
        terms=ActivationTerms(row["managed"], Approval(row["approval"])),
        proposer=Signature(by, frozenset(row["proposer_roles"])) if by is not None else None,
        proposed_at=row["proposed_at"],
        reason=row["reason"],
        lint=orjson.loads(row["lint"]),
        tests=orjson.loads(tests) if tests is not None else None,
        override=row["override"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision=row["decision"],
        effective_from=row["effective_from"],
        activated_at=row["activated_at"],
        ended_at=row["ended_at"],
    )
