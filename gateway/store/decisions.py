"""What was decided of stored traffic, a page at a time, in the form in which it is compared with what would be decided now."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.decided import Decided, DecidedDocument, DecidedInterchange, Sent, as_delivered, as_found
from gateway.domain.set_aside import without_numbers
from gateway.errors import BodyUnreadable
from gateway.ports import ClaimedTransmission
from gateway.store.bodies import CANONICAL, OUTBOUND, RAW, ROUTED
from gateway.store.database import Database, Row
from gateway.store.search import id_at

_PAGE = 100
_PAGE_BYTES = 4 << 20
MOST_BYTES = 8 << 20
"""Larger transmissions are not read again here: they would be held in memory whole."""
_LONGEST_ARRIVAL, _CLOCKS_APART = timedelta(days=1), timedelta(seconds=30)
"""An id is made when the first byte comes, by another clock than the one that says when it was stored."""

_AS_RELEASED = {"released": "held", "withdrawn": "held"}
"""What became of orders at the gate before warehouses later is no decision about the document."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Which traffic: what was received from `since` on and before `until`, of one partner or of all."""

    since: datetime
    until: datetime
    partner: str | None = None

    def bounds(self, below: UUID | None = None) -> tuple[UUID, UUID, datetime, datetime, str | None]:
        """The parameters of queries. `below` continues after an id."""
        last = id_at(self.until + _CLOCKS_APART)
        return id_at(self.since - _LONGEST_ARRIVAL), below or last, self.since, self.until, self.partner


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A transmission with its bytes, and what was decided of it. `hindrance` says why it cannot be decided again."""

    transmission: ClaimedTransmission
    decided: Decided
    hindrance: str = ""


class Decisions:
    """Reads them. Nothing is written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, traffic: Traffic) -> int:
        """How many transmissions there are."""
        (row,) = await self._database.fetch("count_decided", *traffic.bounds(), patience=60.0)
        return int(row["transmissions"])

    async def pages(self, traffic: Traffic) -> AsyncIterator[Sequence[UUID]]:
        """Ids of transmissions, the newest first, in pages that fit into memory with their bytes."""
        below: UUID | None = None
        while rows := await self._database.fetch("decided_traffic", *traffic.bounds(below), _PAGE, patience=60.0):
            page: list[UUID] = []
            size = 0
            for row in rows:
                if page and size + row["size"] > _PAGE_BYTES:
                    yield page
                    page, size = [], 0
                page.append(row["id"])
                size += min(row["size"], MOST_BYTES)
            yield page
            below = rows[-1]["id"]

    async def read(self, ids: Sequence[UUID]) -> list[StoredDecision]:
        """What was decided of some transmissions, in the order of `pages`."""
        rows = await self._database.fetch("decided_transmissions", ids)
        parts = await self._parts(ids)
        return [await self._stored(row, parts) for row in rows]

    async def _stored(self, row: Row, parts: "_Parts") -> StoredDecision:
        interchanges = tuple(parts.interchange(one, self._database) for one in parts.interchanges[row["id"]])
        decided = Decided(row["state"], parts.findings[row["id"]], interchanges)
        body, hindrance = await self._body(row)
        if any(document.state == "pending" for one in interchanges for document in one.documents):
            hindrance = "its documents are still being routed"
        return StoredDecision(_claimed(row, body), decided, hindrance)

    async def _body(self, row: Row) -> tuple[bytes, str]:
        if row["size"] > MOST_BYTES:
            return b"", f"it is larger than {MOST_BYTES >> 20} MiB"
        try:
            body = self._database.bodies.open(RAW, row["body_of"], row["bytes"] or b"")
            ordinal = 1
            while len(body) < row["size"]:
                pieces = await self._database.fetch("raw_piece", row["body_of"], ordinal)
                if not pieces:
                    return b"", "its bytes were purged"
                body += self._database.bodies.open(RAW, row["body_of"], pieces[0]["bytes"], ordinal)
                ordinal += 1
        except BodyUnreadable:
            return b"", "its bytes cannot be decrypted"
        return body, ""

    async def _parts(self, ids: Sequence[UUID]) -> "_Parts":
        fetch = self._database.fetch
        parts = _Parts()
        for row in await fetch("decided_interchanges", ids):
            parts.interchanges[row["transmission"]].append(row)
        for row in await fetch("decided_documents", ids):
            parts.documents[row["interchange"]].append(row)
        for row in await fetch("decided_deliveries", ids):
            parts.deliveries[row["document"]].append((row["target"], row["action"]))
        for row in await fetch("decided_findings", ids):
            word = as_found(row["severity"], row["code"], row["segment"], row["tag"], row["element"])
            parts.findings[row["subject"]] += (word,)
        for row in await fetch("decided_answers", [row["id"] for some in parts.interchanges.values() for row in some]):
            parts.answers[row["interchange"]].append(row)
        for row in await fetch("decided_sent", [row["id"] for some in parts.documents.values() for row in some]):
            parts.sent[row["interchange"]].append(row)
        return parts


class _Parts:
    """The rows of a page, by what they belong to."""

    def __init__(self) -> None:
        self.interchanges: defaultdict[UUID, list[Row]] = defaultdict(list)
        self.documents: defaultdict[UUID, list[Row]] = defaultdict(list)
        self.deliveries: defaultdict[UUID, list[tuple[str, str]]] = defaultdict(list)
        self.findings: defaultdict[UUID, tuple[str, ...]] = defaultdict(tuple)
        self.answers: defaultdict[UUID, list[Row]] = defaultdict(list)
        self.sent: defaultdict[UUID, list[Row]] = defaultdict(list)

    def interchange(self, row: Row, database: Database) -> DecidedInterchange:
        """An interchange with all that belongs to it."""
        return DecidedInterchange(
            ordinal=row["ordinal"],
            partner=row["partner"] or "",
            state=row["state"],
            verdict=row["verdict"],
            findings=self.findings[row["id"]],
            answers=tuple(_sent(one, one["verdict"], database) for one in self.answers[row["id"]]),
            written=tuple(_sent(one, "", database) for one in self.sent[row["id"]]),
            documents=tuple(self._document(one, database) for one in self.documents[row["id"]]),
        )

    def _document(self, row: Row, database: Database) -> DecidedDocument:
        state = _AS_RELEASED.get(row["state"], row["state"])
        return DecidedDocument(
            ordinal=row["ordinal"],
            name=row["name"] or row["type"],
            state=state,
            verdict=row["verdict"],
            agreement=row["agreement"] or "",
            route=row["route"] or "",
            findings=self.findings[row["id"]],
            deliveries=as_delivered(self.deliveries[row["id"]]),
            keys=tuple(row["keys"]),
            json=_json(row, state, database),
        )


def _json(row: Row, state: str, database: Database) -> bytes | None:
    """The document as it went on. What cannot be opened is taken as purged: it is not compared."""
    try:
        routed = database.bodies.open(ROUTED, row["id"], row["routed"]) if state == "routed" else None
        json: bytes | None = routed or database.bodies.open(CANONICAL, row["id"], row["json"])
    except BodyUnreadable:
        return None
    return json


def _sent(row: Row, verdict: str, database: Database) -> Sent:
    try:
        content = database.bodies.open(OUTBOUND, row["id"], row["bytes"])
    except BodyUnreadable:
        content = b""
    told = without_numbers(row["family"], content, acknowledgement=bool(verdict)) if content else None
    return Sent(row["type"], verdict, told)


def _claimed(row: Row, body: bytes) -> ClaimedTransmission:
    return ClaimedTransmission(
        id=row["id"], channel=row["channel"], partner=row["partner"], name=row["name"], traceparent=None, waited=row["waited"],
        sha256=row["sha256"], size=row["size"], starts=1, received_at=row["received_at"], body=body, release=row["release"],
    )  # fmt: skip
