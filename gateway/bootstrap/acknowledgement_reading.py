"""Acknowledgements read out: those that we gave, those that partners sent, and receipts of AS2."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from gateway.bootstrap.messages import absent
from gateway.bootstrap.office import Where, opened
from gateway.bootstrap.veil import Veil, masked_bytes, veil_of
from gateway.domain.acknowledgement_reading import About, Reading, Way
from gateway.domain.masks import Masks
from gateway.errors import BodyPurged
from gateway.operations.read_acknowledgement import acknowledgements_in, read_acknowledgement, read_receipt
from gateway.ports import Json
from gateway.store.message_parts import MessageParts
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
        masks = office.snapshot.gateway.masks
        reader = _Reader(MessageParts(office.database), PostgresRecords(office.database), masks, quotes=quotes)
        found = await reader.given(identifier) or await reader.received(identifier) or await reader.receipt(identifier)
    if found is None or (partner is not None and found.partner != partner):
        raise absent(f"the id {identifier}: no acknowledgement is")
    return found


class _Reader:
    """Finds an acknowledgement and what it answers."""

    def __init__(self, parts: MessageParts, records: PostgresRecords, masks: Masks, *, quotes: bool) -> None:
        self._parts, self._records, self._masks, self._quotes = parts, records, masks, quotes

    async def given(self, identifier: UUID) -> Reading | None:
        """One that we gave to a partner."""
        part = await self._parts.outbound(identifier)
        if part is None or part.view["answers"] is None:
            return None
        interchange = await self._parts.interchange(UUID(part.view["answers"]))
        about = About("interchange", interchange["control_number"] if interchange else "(no number)")
        answered = await self._interchange_bytes(UUID(part.view["answers"])) if self._quotes else b""
        documents = await asyncio.to_thread(acknowledgements_in, part.content)
        found = await self._read(documents, part.view, "given", about, answered)
        return replace(found, answered=_id(interchange["transmission"] if interchange else None))

    async def received(self, identifier: UUID) -> Reading | None:
        """One that a partner sent."""
        view = await self._parts.document(identifier)
        if view is None or view["state"] != "consumed" or view["name"] not in NAMES:
            return None
        document = model_of(view["name"]).model_validate_json(await self._parts.canonical(identifier, routed=False))
        sent = await self._parts.answered(identifier)
        about = About("typed", sent.view["control_number"], sent.view["type"]) if sent else About("unknown")
        answered = sent.content if sent and self._quotes and len(sent.content) <= _MOST_QUOTED else b""
        found = await self._read([document], view, "received", about, answered)
        return replace(found, message=_id(view["transmission"]), answered=_id(sent.view["transmission"] if sent else None))

    async def receipt(self, identifier: UUID) -> Reading | None:
        """The receipt of an AS2 transfer."""
        own = [one for one in await self._parts.receipts(identifier) if one["id"] == str(identifier)]
        if not own or own[0]["receipt_state"] in _SAYS_NOTHING:
            return None
        transfer = own[0]
        way: Way = "given" if transfer["direction"] == "in" else "received"
        disposition = (transfer["receipts"] or [transfer["disposition"]])[-1]
        found = read_receipt(disposition, way=way, partner=transfer["partner"], about=About("as2", transfer["message_id"]))
        return replace(found, answered=_id(next(iter(transfer["transmissions"] or ()), transfer["sent"])))

    async def _read(
        self, documents: Sequence[CanonicalDocument], view: Json, way: Way, about: About, answered: bytes
    ) -> Reading:  # fmt: skip
        return await asyncio.to_thread(self._read_out, documents, view, way, about, answered)

    def _read_out(self, documents: Sequence[CanonicalDocument], view: Json, way: Way, about: About, answered: bytes) -> Reading:
        """What it says, with nothing quoted that the configuration hides."""
        veil = Veil()
        if self._masks:
            veil = veil_of(answered, self._masks) if answered else Veil(self._masks, blind=True)
            answered = masked_bytes(answered, veil)
        found = read_acknowledgement(
            documents, kind=str(view["type"]), way=way, partner=view["partner"], about=about, answered=answered
        )  # fmt: skip
        return replace(found, lines=tuple(replace(one, sentence=veil.text(one.sentence)) for one in found.lines))

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


def _id(written: str | None) -> UUID | None:
    return UUID(written) if written else None
