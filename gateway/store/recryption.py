"""Keys of bodies over PostgreSQL: which are in use, and bringing what is stored to the one for new bodies, while work goes on."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from gateway.errors import BodyUnreadable, ConfigurationInvalid
from gateway.ports import Observer
from gateway.store.bodies import CANONICAL, OUTBOUND, RAW, ROUTED, TRANSFER
from gateway.store.database import Database, Row

log = structlog.get_logger(__name__)

TABLES = (RAW, TRANSFER, CANONICAL, ROUTED, OUTBOUND)
_BATCH = 200
_SLICE = 2.0
"""Seconds of one round."""


class PostgresRecryption:
    """The rounds of one process that holds the lease. Nothing is to be done where there never was a key."""

    def __init__(self, database: Database, observer: Observer | None = None) -> None:
        self._database = database
        self._bodies = database.bodies
        self._observer = observer
        self._begun = False

    async def require_keys(self) -> None:
        """Raises ConfigurationInvalid when bodies need a key that is not configured."""
        cipher = self._bodies.cipher
        known = cipher.keys if cipher is not None else frozenset()
        missing = [row["id"] for row in await self._in_use() if row["id"] not in known]
        if missing:
            names = ", ".join(f'"{name}"' for name in missing)
            raise ConfigurationInvalid(
                f"Stored bodies are encrypted with {names}, which [gateway.encryption] does not have.",
                remedy="Put the key back. It may go when `gateway db status` says that nothing is encrypted with it any more.",
            )

    async def use_keys(self) -> None:
        """Say which key is used from now on. Raises ConfigurationInvalid when bodies need one that is not configured."""
        await self.require_keys()
        cipher = self._bodies.cipher
        if cipher is not None and cipher.active:
            await self._database.fetch("use_body_key", cipher.active)

    async def _in_use(self) -> Sequence[Row]:
        return [row for row in await self._database.fetch("body_keys") if row["retired_at"] is None]

    async def round(self) -> int:
        """A few batches; answers how many bodies were written again."""
        cipher = self._bodies.cipher
        if cipher is None:
            return 0
        if not self._begun:
            await self._database.fetch("begin_recryption", cipher.active, list(TABLES))
            self._begun = True
        until, rewritten = time.monotonic() + _SLICE, 0
        while time.monotonic() < until:
            state = next((row for row in await self._database.fetch("recryption") if row["finished_at"] is None), None)
            if state is None:
                await self._retire(cipher.active)
                break
            rewritten += await self._batch(state, cipher.active)
        return rewritten

    async def _retire(self, active: str) -> None:
        for row in await self._database.fetch("retire_body_keys", active):
            log.info("body_key_retired", key=row["id"], active=active)

    async def _batch(self, state: Row, active: str) -> int:
        if state["key"] != active:  # a process with another configuration began anew: whoever starts last decides
            log.warning("body_keys_differ", active=active, other=state["key"])
            self._begun = False
            return 0
        table = state["name"]
        rows = await self._database.fetch(f"bodies_in_{table}", state["after"], state["ordinal"], _BATCH, active)
        if not rows:
            await self._database.fetch("end_recryption", table)
            return 0
        rewritten = await self._rewrite(table, [row for row in rows if row["other"]])
        await self._database.fetch("move_recryption", table, rows[-1]["id"], rows[-1]["ordinal"], rewritten)
        if rewritten and self._observer is not None:
            self._observer.count("edi_bodies_recrypted_total", rewritten, table=table)
        return rewritten

    async def _rewrite(self, table: str, rows: Sequence[Row]) -> int:
        """Bodies of one batch, one in memory at a time. What cannot be opened stays as it is."""
        rewritten = 0
        if not rows:
            return rewritten
        async with self._database.transaction() as connection:
            for row in rows:
                place = row["id"], row["ordinal"]
                for held in await self._database.within(connection, f"hold_{table}", *place):
                    try:
                        body = self._bodies.open(table, place[0], held["body"], place[1])
                    except BodyUnreadable as error:
                        log.warning("body_not_rewritten", table=table, row=str(place[0]), reason=str(error))
                        continue
                    sealed = self._bodies.seal(table, place[0], body, place[1])
                    await self._database.within(connection, f"reseal_{table}", *place, sealed)
                    rewritten += 1
        return rewritten

    async def status(self) -> dict[str, Any]:
        """The key for new bodies, those still needed, and how far each table is."""
        cipher = self._bodies.cipher
        return {
            "active": cipher.active if cipher is not None else "",
            "in_use": [row["id"] for row in await self._in_use()],
            "tables": {row["name"]: _progress(row) for row in await self._database.fetch("recryption")},
        }


def _progress(row: Row) -> str:
    finished: datetime | None = row["finished_at"]
    done = f"{row['rewritten']} rewritten"
    return f"{done}, done {finished:%Y-%m-%d %H:%M}" if finished is not None else f"{done}, under way"
