"""Parts of messages, each by its id: whose they are, and their bytes, opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.domain.retention import Class
from gateway.ports import Json
from gateway.store.bodies import CANONICAL, OUTBOUND, ROUTED
from gateway.store.database import Database, Row
from gateway.store.purged import purged
from gateway.store.search import keys_view, plain


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: what is known of it, and its bytes."""

    view: Mapping[str, Any]
    content: bytes


class MessageParts:
    """Reads them. Raises BodyPurged for bytes that retention has removed, KeyMissing for those that cannot be decrypted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def document(self, document: UUID) -> Json | None:
        """What is known of a document, with its `partner`, `channel`, and whether it was `sent` to that partner."""
        view = await self._one("document_of", document)
        return view and {**view, "keys": keys_view(view["keys"])}

    async def canonical(self, document: UUID, *, routed: bool) -> bytes:
        """The canonical form of a document; `routed`: as the rules of its route left it."""
        (row,) = await self._database.fetch("canonical_of", document)
        changed = self._database.bodies.open(ROUTED, document, row["routed"]) if routed else None
        content: bytes | None = changed or self._database.bodies.open(CANONICAL, document, row["received"])
        if not content:
            raise await purged(self._database, Class.CANONICAL, document)
        return content

    async def outbound(self, outbound: UUID) -> Part | None:
        """An interchange of ours as it was sealed. `answers` is the interchange that it acknowledges, if it does."""
        return await self._sealed("outbound_of", outbound, whole=True)

    async def answered(self, acknowledgement: UUID) -> Part | None:
        """The interchange of ours that a partner's acknowledgement answers; its bytes are empty when they are purged."""
        return await self._sealed("answered_outbound", acknowledgement, whole=False)

    async def _sealed(self, query: str, of: UUID, *, whole: bool) -> Part | None:
        rows = await self._database.fetch(query, of)
        if not rows:
            return None
        row = rows[0]
        if not row["bytes"] and whole:
            raise await purged(self._database, Class.PAYLOAD, of)
        content = self._database.bodies.open(OUTBOUND, row["id"], row["bytes"]) or b""
        return Part({name: plain(value) for name, value in row.items() if name != "bytes"}, content)

    async def delivery(self, delivery: UUID) -> Json | None:
        """What a delivery hands over: a `document` or an `outbound`."""
        return await self._one("delivery_of", delivery)

    async def interchange(self, interchange: UUID) -> Json | None:
        """Where an interchange stands in its transmission."""
        return await self._one("interchange_of", interchange)

    async def receipts(self, of: UUID) -> Sequence[Json]:
        """AS2 messages of something, with the receipts that were made or came."""
        return [_plain(row) for row in await self._database.fetch("transfer_receipts_of", of)]

    async def business_answers(self, transmission: UUID) -> Sequence[Json]:
        """What we answered in business to what a transmission held."""
        return [_plain(row) for row in await self._database.fetch("business_answers", transmission)]

    async def _one(self, query: str, of: UUID) -> dict[str, Any] | None:
        rows = await self._database.fetch(query, of)
        return _plain(rows[0]) if rows else None


def _plain(row: Row) -> dict[str, Any]:
    return {name: [plain(one) for one in value] if isinstance(value, list) else plain(value) for name, value in row.items()}
