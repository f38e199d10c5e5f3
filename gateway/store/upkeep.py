"""What is to be told of the database itself: dead rows nobody cleans, rows outside of their month, connections that run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.ports import Observer
from gateway.store.database import Database

CONNECTIONS = 5
"""What one process opens at most: a pool of four, and one that listens for acknowledgements partners wait for."""
_FEW = 10_000
"""Dead rows below this are no bloat, however few live ones there are."""
BLOATED = 0.4
"""More of a table than this is dead where autovacuum does not keep up: a statement long open, or too few workers."""


@dataclass(frozen=True, slots=True)
class DeadRows:
    """A table with many dead rows, and when it was cleaned last."""

    name: str
    live: int
    dead: int
    cleaned: datetime | None

    @property
    def share(self) -> float:
        """Which part of its rows is dead."""
        return self.dead / max(self.live + self.dead, 1)


@dataclass(frozen=True, slots=True)
class ConnectionRoom:
    """Connections that the server takes from us at most, those there are, and how many of them are gateways'."""

    most: int
    open: int
    ours: int


class PostgresUpkeep:
    """Looks into the server's own statistics."""

    def __init__(self, database: Database, observer: Observer | None = None) -> None:
        self._database = database
        self._observer = observer
        self._told: set[str] = set()

    async def dead_rows(self) -> Sequence[DeadRows]:
        """Tables of which much is dead, the worst first."""
        rows = await self._database.fetch("dead_rows", _FEW)
        found = [DeadRows(row["name"], row["live"], row["dead"], row["cleaned"]) for row in rows]
        return [one for one in found if one.share > BLOATED]

    async def strays(self) -> dict[str, int]:
        """Rows of each partitioned table that lie in its default partition."""
        return {row["name"]: row["rows"] for row in await self._database.fetch("stray_rows")}

    async def connections(self) -> ConnectionRoom:
        """How many connections there may be, and are."""
        (row,) = await self._database.fetch("connection_room")
        return ConnectionRoom(min(row["most"] - row["reserved"], row["allowed"]), row["open"], row["ours"])

    async def round(self) -> int:
        """Measure; answers how many tables are bloated."""
        bloated = {one.name: one.share for one in await self.dead_rows()}
        if self._observer is not None:
            for name in self._told | bloated.keys():
                self._observer.gauge("edi_table_dead_share", bloated.get(name, 0.0), table=name)
            for name, rows in (await self.strays()).items():
                self._observer.gauge("edi_stray_rows", rows, table=name)
        self._told |= bloated.keys()
        return len(bloated)
