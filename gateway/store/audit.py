"""The audit in PostgreSQL, and its chain of seals.

A line is written by whoever does something, in the same transaction, which also puts it into the queue of lines without a seal. A
round takes them from there and links each to the one before, in the order in which it finds them. So writers never wait for each
other, and none is lost: a transaction that commits late, with an id long passed, has its line in the queue like any other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import orjson
import structlog
from typing_extensions import override

from gateway.domain.access import Caller
from gateway.domain.storable import storable, storable_json
from gateway.ports.access import Audit, Broken, Head, Verified
from gateway.ports.json import Json
from gateway.store.access import view
from gateway.store.database import Connection, Database, Row

log = structlog.get_logger(__name__)

_FIRST = bytes(32)
"""What comes before the first seal."""
_PAGE = 2_000
_PATIENCE = 60.0
"""Seconds for a look at all lines."""
_MOST_TOLD = 100


def sealed(before: bytes, text: str) -> bytes:
    """The hash of a line, by the one before it and its own text."""
    return sha256(before + text.encode()).digest()


class PostgresAudit(Audit):
    """Who did what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def write(self, caller: Caller, action: str, subject: str, detail: Json) -> None:
        told = dict(detail) if caller.token is None else {**detail, "token": caller.token}
        await self._database.fetch("write_line", storable(caller.name), action, storable(subject), storable_json(told))

    @override
    async def lines(self, wanted: Mapping[str, str], *, before: int | None, limit: int) -> Sequence[Json]:
        after, until = (datetime.fromisoformat(wanted[name]) if wanted.get(name) else None for name in ("after", "until"))
        actor, action, subject = (wanted.get(name) or None for name in ("actor", "action", "subject"))
        terms = (after, until, before, limit, action)
        if subject is not None:
            rows = await self._database.fetch("audit_lines_about", *terms, subject, actor)
        elif actor is not None:
            rows = await self._database.fetch("audit_lines_by", *terms, actor)
        else:
            rows = await self._database.fetch("audit_lines", *terms)
        return [view(row) | {"detail": orjson.loads(row["detail"])} for row in rows]

    @override
    async def seal(self, *, limit: int) -> int:
        async with self._database.transaction() as connection:
            await self._database.within(connection, "lock_seals")
            lines = await self._database.within(connection, "unsealed_lines", limit)
            if not lines:
                return 0
            ordinal, link = await self._end(connection)
            hashes = []
            for line in lines:
                link = sealed(link, line["text"])
                hashes.append(link)
            places = list(range(ordinal + 1, ordinal + 1 + len(lines)))
            await self._database.within(connection, "add_seals", places, [line["id"] for line in lines], hashes)
        log.info("audit_sealed", lines=len(lines), head=str(Head(places[-1], link.hex())))
        return len(lines)

    async def _end(self, connection: Connection) -> tuple[int, bytes]:
        rows = await self._database.within(connection, "last_seal")
        return (rows[0]["ordinal"], rows[0]["hash"]) if rows else (0, _FIRST)

    @override
    async def verify(self, noted: Head | None = None) -> Verified:
        async with self._database.transaction() as connection:
            await self._database.within(connection, "still_audit")
            walk = _Walk(noted)
            await self._begin(connection, walk)
            while rows := await self._database.within(connection, "sealed_lines", walk.ordinal, _PAGE):
                walk.follow(rows)
            for row in await self._database.within(connection, "lost_lines", patience=_PATIENCE):
                walk.lost(row["id"], there=row["there"])
            (waiting,) = await self._database.within(connection, "waiting_for_seal")
        return walk.result(waiting["waiting"], waiting["since"])

    async def _begin(self, connection: Connection, walk: "_Walk") -> None:
        """Go past the seal that a purge has left, if its line has gone and a line about the purge names it."""
        rows = await self._database.within(connection, "sealed_lines", 0, 1)
        if not rows or rows[0]["text"] is not None:
            return
        purges = await self._database.within(connection, "last_audit_purge")
        told = Head(int(purges[0]["subject"]), purges[0]["hash"]) if purges else None
        if told is not None and told == Head(rows[0]["ordinal"], rows[0]["hash"].hex()):
            walk.begin_behind(told, rows[0]["hash"])


class _Walk:
    """Along the chain from its beginning, link by link."""

    def __init__(self, noted: Head | None) -> None:
        self.ordinal = 0
        self._link, self._lines = _FIRST, 0
        self._noted, self._begun, self._met = noted, 0, noted is None
        self._broken: list[Broken] = []

    def begin_behind(self, head: Head, link: bytes) -> None:
        """What was before has gone with a purge, and with it what was noted before."""
        self._begun = self.ordinal = head.ordinal
        self._link = link
        self._meet(head)
        self._met |= self._noted is not None and self._noted.ordinal < head.ordinal

    def follow(self, rows: Sequence[Row]) -> None:
        """The next links. After one that does not hold, the chain is taken up at what it says itself."""
        for row in rows:
            wrong = self._fault(row)
            if wrong:
                self._add(row["line"], wrong)
            else:
                self._lines += 1
            self.ordinal, self._link = row["ordinal"], row["hash"]
            self._meet(Head(self.ordinal, self._link.hex()))

    def _fault(self, row: Row) -> str:
        if row["ordinal"] != self.ordinal + 1:
            return f"the seals from {self.ordinal + 1} to {row['ordinal'] - 1} before it are missing"
        if row["text"] is None:
            return "the line was removed"
        if sealed(self._link, row["text"]) != row["hash"]:
            return "the line, its seal or the seal before it was changed"
        return ""

    def _meet(self, head: Head) -> None:
        if self._noted is not None and self._noted.ordinal == head.ordinal:
            self._met = self._noted == head

    def lost(self, line: int, *, there: bool) -> None:
        """A line that nothing leads to, or a place in the queue that leads to none."""
        self._add(line, "the line has lost its seal, or its place in the queue" if there else "the line was removed, unsealed")

    def _add(self, line: int, what: str) -> None:
        if len(self._broken) < _MOST_TOLD:
            self._broken.append(Broken(line, what))

    def result(self, waiting: int, since: datetime | None) -> Verified:
        """What was found."""
        if not self._met and self._noted is not None:
            self._add(0, f"seal {self._noted.ordinal} is not the one that was noted: the chain was made anew, or cut off")
        head = Head(self.ordinal, self._link.hex()) if self.ordinal else None
        return Verified(self._lines, waiting, since, head, tuple(self._broken))
