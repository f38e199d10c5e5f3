"""Documents behind what applications made of them, and what these said last of their records, in PostgreSQL."""

from collections.abc import Mapping, Sequence

import orjson
from typing_extensions import override

from gateway.domain.storable import storable, storable_key
from gateway.ports.json import Json
from gateway.ports.originals import Change, Named, Ordered, Original, Originals, Statements
from gateway.store.bodies import CANONICAL, ROUTED
from gateway.store.database import Database, Row


class PostgresOriginals(Originals):
    """Looks them up by what is indexed: the application's name for what it made, and business keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def originals(self, application: str, named: Sequence[Named]) -> Mapping[str, Original]:
        rows = await self._database.fetch(
            "originals",
            application,
            [storable(one.key) for one in named],
            [storable(one.reference) for one in named],
            [storable_key(f"order:{one.number}").removeprefix("order:") for one in named],
        )
        return {row["key"]: self._original(row) for row in rows}

    @override
    async def changes(self, application: str, orders: Sequence[Ordered]) -> Mapping[str, Sequence[Change]]:
        rows = await self._database.fetch(
            "order_changes",
            application,
            [storable(one.key) for one in orders],
            [one.partner for one in orders],
            [storable_key(f"order:{one.number}") for one in orders],
            [one.test for one in orders],
        )
        found: dict[str, list[Change]] = {}
        for row in rows:
            bodies = self._database.bodies
            received = _json(bodies.open(CANONICAL, row["id"], row["received"]))
            routed = _json(bodies.open(ROUTED, row["id"], row["routed"]))
            if received:
                found.setdefault(row["key"], []).append(Change(row["own"], received, routed or received))
        return found

    def _original(self, row: Row) -> Original:
        bodies = self._database.bodies
        received = _json(bodies.open(CANONICAL, row["id"], row["received"]))
        routed = _json(bodies.open(ROUTED, row["id"], row["routed"]))
        return Original(
            document=row["id"],
            partner=row["partner"],
            test=row["test"],
            received=received,
            delivered=routed or received,
            options=orjson.loads(row["options"]) if isinstance(row["options"], str) else row["options"] or {},
        )


class PostgresStatements(Statements):
    """The last key of each subject."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def last_keys(self, source: str, subjects: Sequence[str]) -> Mapping[str, str]:
        rows = await self._database.fetch("last_statements", source, [storable(one) for one in subjects])
        return {row["subject"]: row["key"] for row in rows}

    @override
    async def keep_keys(self, source: str, keys: Mapping[str, str]) -> None:
        await self._database.fetch("keep_statements", source, list(keys), list(keys.values()))


def _json(body: bytes | None) -> Json:
    found: Json = orjson.loads(body) if body else {}
    return found
