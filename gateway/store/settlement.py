"""The transactions in which stages decide and write: each method is one named query within one of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from typing_extensions import override

from gateway.domain.record import DocumentKeyRow, InterchangeKeyRow, MissingNumberRow, ReceivedNumberRow, ReleasedRow
from gateway.ports import Asked, Earlier, PendingDocument, Settlement, SettlementSession
from gateway.store.bodies import CANONICAL, ROUTED
from gateway.store.database import Row
from gateway.store.expectations import PostgresExpectationSession
from gateway.store.lines import PostgresLines, replay_terms


class PostgresSettlement(PostgresExpectationSession, PostgresLines, SettlementSession):
    """The transaction that ends translation."""

    @override
    async def claim_interchange_keys(self, rows: Sequence[InterchangeKeyRow]) -> Mapping[UUID, Earlier]:
        claimed = {row["interchange"] for row in await self._rows("claim_interchange_keys", rows)}
        lost = [row for row in rows if row.interchange not in claimed]
        if not lost:
            return {}
        holders = await self._rows("earlier_interchanges", lost)
        return {row["given"]: Earlier(row["interchange"], row["digest"]) for row in holders}

    @override
    async def claim_document_keys(self, rows: Sequence[DocumentKeyRow]) -> Mapping[UUID, Earlier]:
        claimed = {row["document"] for row in await self._rows("claim_document_keys", rows)}
        lost = [row for row in rows if row.document not in claimed]
        if not lost:
            return {}
        holders = await self._rows("earlier_documents", lost)
        return {row["given"]: Earlier(row["document"], row["digest"]) for row in holders}

    @override
    async def refuse_documents(self, interchange: UUID, ordinals: Sequence[int] | None) -> None:
        """End waiting documents of a large interchange."""
        await self._database.within(self._connection, "refuse_documents", interchange, ordinals, patience=55.0)

    async def lock_pending_documents(self, limit: int, after: UUID, *, without: Sequence[UUID] = ()) -> Sequence[PendingDocument]:
        """The next waiting documents, locked."""
        rows = await self._rows("lock_pending_documents", limit, after, list(without))
        bodies = self._database.bodies
        return [_pending(row, bodies.open(CANONICAL, row["id"], row["json"])) for row in rows]

    async def settle_release(self, rows: Sequence[ReleasedRow], settlement: Settlement) -> frozenset[UUID]:
        """End the waiting of documents and write what follows."""
        s = settlement
        routed = self._database.bodies.documents(ROUTED, s.routed)
        moved = await self._rows("settle_release", rows, routed, s.deliveries, s.events, s.failures, s.outbox)
        return frozenset(row["id"] for row in moved)

    @override
    async def lock_received_numbers(self, pairs: Sequence[ReceivedNumberRow]) -> Mapping[tuple[str, str, str, bool], int | None]:
        rows = await self._rows("lock_received_numbers", pairs)
        return {(row["family"], row["sender"], row["receiver"], row["test"]): row["last"] for row in rows}

    @override
    async def advance_received_numbers(
        self,
        last: Sequence[ReceivedNumberRow],
        missing: Sequence[MissingNumberRow],
        late: Sequence[ReceivedNumberRow],
        *,
        waited_for: Sequence[str],
    ) -> Sequence[UUID]:
        rows = await self._rows("advance_received_numbers", last, missing, late, waited_for)
        return [row["id"] for row in rows if row["id"] is not None]

    @override
    async def release_interchange_keys(self, interchanges: Sequence[UUID]) -> None:
        await self._rows("release_interchange_keys", interchanges)

    @override
    async def close_held_cases(self, transmissions: Sequence[UUID]) -> None:
        await self._rows("close_held_cases", transmissions)

    @override
    async def acknowledgements_of(self, interchanges: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
        answered: dict[UUID, list[UUID]] = {}
        for row in await self._rows("acknowledgements_of", interchanges):
            answered.setdefault(row["interchange"], []).append(row["outbound"])
        return answered

    @override
    async def take_control_numbers(self, wanted: Mapping[str, int]) -> Mapping[str, int]:
        rows = await self._rows("take_control_numbers", list(wanted), list(wanted.values()))
        return {row["scope"]: row["value"] for row in rows}

    @override
    async def settle(self, claim: UUID, settlement: Settlement) -> frozenset[UUID]:
        s, bodies = settlement, self._database.bodies
        moved = await self._rows(
            "settle_translation",
            claim,
            [transmission for transmission, _ in s.transmissions],
            [state for _, state in s.transmissions],
            s.interchanges,
            s.documents,
            bodies.documents(CANONICAL, s.canonical),
            bodies.documents(ROUTED, s.routed),
            s.findings,
            bodies.outbounds(s.outbounds),
            s.acknowledgements,
            s.deliveries,
            s.events,
            s.failures,
            s.outbox,
            s.replies,
        )
        s.asked += [Asked(row["id"], row["reply_to"], row["correlation"]) for row in moved if row["answered"]]
        if s.outbound_documents:
            await self._rows("insert_outbound_documents", s.outbound_documents)
        ids = frozenset(row["id"] for row in moved)
        for waited in s.waited:
            if waited in ids:
                await self._rows("notify_acknowledged", str(waited))
        return ids


def _pending(row: Row, json: bytes) -> PendingDocument:
    values = dict(row) | {"json": json}
    terms = replay_terms(values)
    del values["root"], values["acknowledge"], values["named_route"]
    return PendingDocument(**{**values, "keys": tuple(row["keys"]), "replay": terms})
