"""What the gateway holds, for reconciliation: the orders that applications took, and what has not come to an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from typing_extensions import override

from gateway.domain.reconciliation import Difference, Entry, Kind
from gateway.ports.books import Books, Ledgers
from gateway.store.database import Database, Row

_GONE = ("rejected", "cancelled")


class PostgresOrderBooks(Books):
    """Orders that one application has taken: what it should hold."""

    def __init__(self, database: Database, *, target: str) -> None:
        self._database, self._target = database, target

    @override
    async def entries(self, asked: Sequence[Entry], *, since: datetime) -> Sequence[Entry]:
        return [_order(row) for row in await self._database.fetch("booked_orders", self._target, since)]


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


def _order(row: Row) -> Entry:
    gone = row["state"] in _GONE
    lines = () if gone else tuple(_line(line, ordinal) for ordinal, line in enumerate(orjson.loads(row["lines"]), 1))
    values = {"cancelled": "yes" if gone else "no"}
    return Entry(row["number"], row["partner"], values, row["reference"] or "", row["settled_at"], lines)


def _line(line: dict[str, Any], ordinal: int) -> Entry:
    """A line of the order: known by its place in the customer's document, else by what was ordered."""

    def said(what: str) -> Decimal:
        return Decimal(line.get(what, "0"))

    items: list[str] = line.get("items") or []
    values = {
        "ordered": said("ordered") - said("rejected") - said("cancelled"),
        "shipped": said("shipped"),
        "invoiced": said("invoiced"),
    }
    return Entry(f"line {line['line']}", values=values, aliases=(f"ordinal:{ordinal}", *items))
