"""What the gateway holds, for reconciliation: the orders that applications took, parcels, and what has not come to an end."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.reconciliation import Difference, Entry, Kind
from gateway.ports.books import Books, Ledgers
from gateway.store.database import Database, Row

_GONE = ("rejected", "cancelled")
_FIRST = UUID(int=0)
_AT_ONCE = 500
_STATES = {"in_transit": "under way", "delivery_exception": "exception", "delivered": "delivered"}
"""What events of carriers say of a parcel."""


async def rows_of(database: Database, query: str, *arguments: Any) -> AsyncIterator[Sequence[Row]]:
    """All rows of a query that takes where to go on and how many, some at a time."""
    after = _FIRST
    while rows := await database.fetch(query, *arguments, after, _AT_ONCE):
        yield rows
        after = rows[-1]["after"]


class PostgresOrderBooks(Books):
    """Orders that one application has taken: what it should hold. `measures` are the quantities of a line that are told."""

    def __init__(self, database: Database, *, target: str, measures: Sequence[str] = ("ordered", "shipped", "invoiced")) -> None:
        self._database, self._target, self._measures = database, target, measures

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        async for rows in rows_of(self._database, "booked_orders", self._target, since):
            yield [_order(row, self._measures) for row in rows]


class PostgresParcels(Books):
    """Parcels that systems (None: any) named by their tracking numbers, with what was said last of each; one may not count."""

    def __init__(self, database: Database, *, named_by: Sequence[str] | None, without: str = "") -> None:
        self._database, self._named_by, self._without = database, named_by, without

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        order, number = _FIRST, ""
        while rows := await self._database.fetch("booked_parcels", self._named_by, since, self._without, order, number, _AT_ONCE):
            yield [_parcel(row) for row in rows]
            order, number = rows[-1]["after"], rows[-1]["value"]


class PostgresToldParcels(Books):
    """Parcels of which a carrier told us, by its documents or events; what it said last comes last."""

    def __init__(self, database: Database, *, source: str) -> None:
        self._database, self._source = database, source

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        async for rows in rows_of(self._database, "told_parcels", self._source, since):
            yield [
                Entry(value, None, {"status": _STATES[row["event"]]}, since=row["heard_at"], lines=None, changed=row["heard_at"])
                for row in rows
                for _, kind, value in orjson.loads(row["links"])
                if kind == "tracking"
            ]


class PostgresLedgers(Ledgers):
    """What the gateway knows of itself to be unfinished."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def unprocessed(self, *, since: datetime, settling: timedelta) -> Sequence[Difference]:
        rows = await self._database.fetch("unprocessed", since, settling)
        return [
            Difference(Kind.MISSING, str(row["id"]), row["partner"], None, row["what"], row["name"], row["state"], row["since"])
            for row in rows
        ]

    @override
    async def unacknowledged(self, *, since: datetime) -> Sequence[Difference]:
        rows = await self._database.fetch("unacknowledged", since)
        return [_unaccepted(row) for row in rows]

    @override
    async def number_gaps(self, *, since: datetime) -> Sequence[Difference]:
        rows = await self._database.fetch("number_gaps", since)
        return [
            Difference(
                Kind.MISSING, f"{row['family']} {row['sender']} to {row['receiver']}", row["partner"], str(row["number"]),
                "control number", str(row["number"]), None, row["since"],
            )
            for row in rows
        ]  # fmt: skip


def _unaccepted(row: Row) -> Difference:
    kind = Kind.MISSING if row["state"] == "overdue" else Kind.DIFFERENT
    sent = f"{row['type']} {row['control_number']}"
    return Difference(kind, str(row["id"]), row["partner"], None, row["kind"], sent, row["state"], row["since"])


def _order(row: Row, measures: Sequence[str]) -> Entry:
    gone = row["state"] in _GONE
    lines = () if gone else tuple(order_line(line, at, measures) for at, line in enumerate(orjson.loads(row["lines"]), 1))
    values = {"cancelled": "yes" if gone else "no"}
    return Entry(
        row["number"], row["partner"], values, row["reference"] or "", row["settled_at"], lines, changed=row["changed_at"]
    )


def order_line(line: dict[str, Any], ordinal: int, measures: Sequence[str]) -> Entry:
    """A line of an order: known by its place in the customer's document, else by what was ordered."""

    def said(what: str) -> Decimal:
        return Decimal(line.get(what, "0"))

    items: list[str] = line.get("items") or []
    ordered = said("ordered") - said("rejected") - said("cancelled")
    values = {measure: ordered if measure == "ordered" else said(measure) for measure in measures}
    return Entry(f"line {line['line']}", values=values, aliases=(f"ordinal:{ordinal}", *items))


def _parcel(row: Row) -> Entry:
    status = _STATES.get(row["event"] or "", "under way")
    changed = row["heard_at"] or row["at"]
    return Entry(row["value"], None, {"status": status}, f"order {row['number']}", row["at"], lines=None, changed=changed)
