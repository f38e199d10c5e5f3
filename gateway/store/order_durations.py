"""How long orders took, and those that are underway: what is needed to tell which will likely be late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from gateway.domain.order.lateness import Past
from gateway.errors import BodyUnreadable
from gateway.ports import Json
from gateway.store.bodies import CANONICAL
from gateway.store.database import Database, Row

_AT_ONCE = 100
"""Documents that are read at one time; most are a few kilobytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """An order that is not there yet, as it is stored. `deadlines` are open ones with their times."""

    id: UUID
    partner: str
    number: str
    state: str
    place: str | None
    steps: Mapping[str, datetime]
    documents: Sequence[UUID]
    deadlines: Sequence[tuple[str, datetime]]
    now: datetime


async def durations(database: Database, *, limit: int, partners: Sequence[str] | None = None) -> Sequence[Past]:
    """The newest orders that were shipped, with the times of their steps."""
    rows = await database.fetch("order_durations", limit, list(partners) if partners else None)
    return [Past(row["partner"], row["place"], _steps(row)) for row in rows]


async def underway(
    database: Database, *, orders: Sequence[UUID] | None, partners: Sequence[str] | None, back: timedelta, limit: int
) -> Sequence[Found]:
    """Orders that are not there yet, the oldest first."""
    only, of = list(orders) if orders is not None else None, list(partners) if partners else None
    return [_found(row) for row in await database.fetch("orders_underway", only, of, back, limit)]


async def documents_of(database: Database, ids: Sequence[UUID]) -> Mapping[UUID, Json]:
    """Documents as they were read; those that are gone or cannot be opened are left out."""
    found: dict[UUID, Json] = {}
    for start in range(0, len(ids), _AT_ONCE):
        for row in await database.fetch("canonical_bodies", list(ids[start : start + _AT_ONCE])):
            try:
                found[row["document"]] = orjson.loads(database.bodies.open(CANONICAL, row["document"], row["json"]))
            except BodyUnreadable:
                continue
    return found


def _found(row: Row) -> Found:
    names = ("id", "partner", "number", "state", "place", "now")
    given: dict[str, Any] = {name: row[name] for name in names}
    deadlines = list(zip(row["deadlines"], row["due"], strict=True))
    return Found(**given, steps=_steps(row), documents=list(row["documents"]), deadlines=deadlines)


def _steps(row: Row) -> Mapping[str, datetime]:
    return {name: datetime.fromisoformat(at) for name, at in orjson.loads(row["steps"]).items()}
