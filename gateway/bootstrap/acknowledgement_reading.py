"""Acknowledgements read out: those that we gave, those that partners sent, and receipts of AS2."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from gateway.bootstrap.messages import absent
from gateway.bootstrap.office import Where, opened
from gateway.domain.acknowledgement_reading import Reading, Way
from gateway.errors import BodyPurged
from gateway.operations.read_acknowledgement import acknowledgements_in, read_acknowledgement, read_receipt
from gateway.store.message_parts import MessageParts, Part
from gateway.store.records import PostgresRecords
from translators.canonical import NAMES, model_of
from translators.canonical.base import CanonicalDocument

_MOST_QUOTED = 4 << 20
"""Of larger interchanges the places are named, and nothing is quoted."""
_SAYS_NOTHING = frozenset({"none", "owed", "awaited", "missing"})
"""States of a transfer that has no receipt."""


async def read_acknowledgement_of(where: Where, identifier: UUID, *, quotes: bool, partner: str | None = None) -> Reading:
    """What an acknowledgement says. `identifier` is that of one that we gave, of a document that a partner sent as one, or of an
    AS2 transfer. `quotes`: with the lines that it is about, from what documents hold. Raises Absent or BodyPurged.
    """
    async with opened(where) as office:
        reader = _Reader(MessageParts(office.database), PostgresRecords(office.database), quotes=quotes)
        found = await reader.given(identifier) or await reader.received(identifier) or await reader.receipt(identifier)
    if found is None or (partner is not None and found.partner != partner):
        raise absent(f"the id {identifier}: no acknowledgement is")
    return found


class _Reader:
    """Finds an acknowledgement and what it answers."""

    def __init__(self, parts: MessageParts, records: PostgresRecords, *, quotes: bool) -> None:
        self._parts, self._records, self._quotes = parts, records, quotes

    async def given(self, identifier: UUID) -> Reading | None:
        """One that we gave to a partner."""
        part = await self._parts.outbound(identifier)
        if part is None or part.view["answers"] is None:
            return None
        interchange = await self._parts.interchange(UUID(part.view["answers"]))
        number = interchange["control_number"] if interchange else "(no number)"
        answered = await self._interchange_bytes(UUID(part.view["answers"])) if self._quotes else b""
        documents = await asyncio.to_thread(acknowledgements_in, part.content)
        return await self._read(documents, part, "given", f"interchange {number}", answered)

    async def received(self, identifier: UUID) -> Reading | None:
        """One that a partner sent."""
        view = await self._parts.document(identifier)
        if view is None or view["state"] != "consumed" or view["name"] not in NAMES:
            return None
        document = model_of(view["name"]).model_validate_json(await self._parts.canonical(identifier, routed=False))
        sent = await self._parts.answered(identifier)
        about = (
            f"{sent.view['type']} interchange {sent.view['control_number']}" if sent else "interchange, which is not known here,"
        )
        answered = sent.content if sent and self._quotes and len(sent.content) <= _MOST_QUOTED else b""
        return await self._read([document], Part({**view, "type": view["type"]}, b""), "received", about, answered)

    async def receipt(self, identifier: UUID) -> Reading | None:
        """The receipt of an AS2 transfer."""
        own = [one for one in await self._parts.receipts(identifier) if one["id"] == str(identifier)]
        if not own or own[0]["receipt_state"] in _SAYS_NOTHING:
            return None
        transfer = own[0]
        way: Way = "given" if transfer["direction"] == "in" else "received"
        disposition = (transfer["receipts"] or [transfer["disposition"]])[-1]
        return read_receipt(disposition, way=way, partner=transfer["partner"], about=f"AS2 message {transfer['message_id']}")

    async def _read(
        self, documents: Sequence[CanonicalDocument], part: Part, way: Way, about: str, answered: bytes
    ) -> Reading:  # fmt: skip
        return await asyncio.to_thread(
            read_acknowledgement,
            documents,
            kind=str(part.view["type"]),
            way=way,
            partner=part.view["partner"],
            about=about,
            answered=answered,
        )

    async def _interchange_bytes(self, interchange: UUID) -> bytes:
        """An interchange of a partner as it was received; nothing where it is too large, or gone."""
        view = await self._parts.interchange(interchange)
        if view is None or view["size"] > _MOST_QUOTED:
            return b""
        try:
            pieces = [piece async for piece in self._records.raw(UUID(view["transmission"]))]
        except BodyPurged:
            return b""
        return b"".join(pieces)[view["start_offset"] : view["end_offset"]]
