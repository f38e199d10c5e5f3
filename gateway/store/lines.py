"""What earlier runs of a transmission hold, for the run that processes it again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from typing_extensions import override

from gateway.domain.record import DocumentKeyRow
from gateway.domain.superseding import EarlierDelivery
from gateway.ports import Lines, ReplayTerms, SealedDocument
from gateway.store.database import Connection, Database, Row


class PostgresLines(Lines):
    """The part of a transaction of settlement or release that knows of replays."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    async def _rows(self, query: str, *arguments: object) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def interchanges_in_lines(self, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
        return frozenset(row["id"] for row in await self._rows("interchanges_in_lines", *_columns(pairs)))

    @override
    async def documents_in_lines(self, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
        return frozenset(row["id"] for row in await self._rows("documents_in_lines", *_columns(pairs)))

    @override
    async def take_over_document_keys(self, rows: Sequence[DocumentKeyRow], holders: Sequence[UUID]) -> None:
        await self._rows("take_over_document_keys", rows, holders)

    @override
    async def lock_line_deliveries(self, root: UUID, keys: Sequence[str] | None) -> Sequence[EarlierDelivery]:
        return [EarlierDelivery(**dict(row)) for row in await self._rows("lock_line_deliveries", root, keys)]

    @override
    async def sealed_in_line(self, root: UUID) -> Sequence[SealedDocument]:
        rows = await self._rows("sealed_in_line", root)
        return [SealedDocument(row["name"] or "", tuple(row["keys"]), row["control_number"]) for row in rows]

    @override
    async def void_superseded(self, deliveries: Sequence[UUID], *, by: UUID, configuration: str, node: str) -> None:
        await self._rows("void_superseded", deliveries, by, configuration, node)


def replay_terms(values: Mapping[str, Any]) -> ReplayTerms | None:
    """The terms in a row that may be of a replay: of none where it has no root."""
    if values["root"] is None:
        return None
    return ReplayTerms(values["root"], values["acknowledge"], values.get("configuration"), values["named_route"])


def _columns(pairs: Sequence[tuple[UUID, UUID]]) -> tuple[list[UUID], list[UUID]]:
    return [thing for thing, _ in pairs], [root for _, root in pairs]


_LINK = (
    "transmission",
    "original",
    "corrected",
    "acknowledge",
    "configuration",
    "route",
    "batch",
    "actor",
    "reason",
    "created_at",
    "state",
)


def line_view(transmission: UUID, rows: Sequence[Row]) -> dict[str, Any]:
    """How a transmission is linked with its runs: `replay_of`, which names itself when it was read again in its place, and
    `replays`.
    """
    own = [_link(row) for row in rows if row["transmission"] == transmission]
    runs = [_link(row) for row in rows if row["original"] == transmission != row["transmission"]]
    return {"replay_of": own[0] if own else None, "replays": runs}


def _link(row: Row) -> dict[str, Any]:
    view = {name: str(row[name]) if isinstance(row[name], UUID) else row[name] for name in _LINK}
    return view | {"created_at": row["created_at"].isoformat()}
