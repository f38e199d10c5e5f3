"""What documents that came or went say is held, for reconciliation: invoices, their acknowledgements, shipments, stock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from typing_extensions import override

from gateway.domain.document_books import (
    billed,
    invoice,
    order_named,
    prices_of,
    stock,
    warehouse_shipment,
)
from gateway.domain.reconciliation import Entry, Scope, Value
from gateway.ports.books import AsksByEntry, Books, BooksUnreadable
from gateway.store.bodies import CANONICAL
from gateway.store.books import order_line, rows_of
from gateway.store.database import Database, Row

_INVOICES = ("invoice", "credit_note")
_ACCEPTED = frozenset({"accepted", "accepted_with_errors", "late", "waived"})
_PAGE = 1_000


class PostgresShipped(Books):
    """Orders of which something was shipped or invoiced, by line: what left and did not come back, at the price of the order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        async for rows in rows_of(self._database, "shipped_orders", since):
            yield [self._entry(row) for row in rows]

    def _entry(self, row: Row) -> Entry:
        prices: Mapping[str, Decimal | None] = {}
        if row["json"] is not None and "changed" not in orjson.loads(row["steps"]):
            prices = prices_of(_opened(self._database, row["document"], row["json"]))
        lines = [_shipped(line, place, prices) for place, line in enumerate(orjson.loads(row["lines"]), 1)]
        return Entry(row["number"], row["partner"], since=row["heard_at"], lines=lines, changed=row["heard_at"])


def _shipped(line: dict[str, Any], place: int, prices: Mapping[str, Decimal | None]) -> Entry:
    known = order_line(line, place, ("shipped", "returned"))
    left, back = (known.values[what] for what in ("shipped", "returned"))
    assert isinstance(left, Decimal)
    assert isinstance(back, Decimal)
    price = prices.get(str(line["line"]).lstrip("0") or "0")
    values: dict[str, Value] = {"quantity": left - back, "price": price if left else None}
    return Entry(known.key, values=values, aliases=known.aliases)


class PostgresBilled(AsksByEntry):
    """What of orders was invoiced, less what was credited, by line, as the documents say it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def of(self, asked: Sequence[Entry]) -> Sequence[Entry]:
        wanted = {(one.partner, number) for one in asked for number in (one.key, one.key.rpartition("/")[0] or one.key)}
        rows = await self._database.fetch("billed_orders", *map(list, zip(*sorted(wanted, key=str), strict=True)))
        by_partner: dict[str, dict[Any, tuple[str, datetime, dict[str, Any]]]] = {}
        for row in rows:
            opened = _opened(self._database, row["id"], row["json"])
            by_partner.setdefault(row["partner"], {})[row["id"]] = (row["name"], row["created_at"], opened)
        found = (billed(one.key, one.partner, self._about(one.key, by_partner.get(one.partner or "", {}))) for one in asked)
        return [entry for entry in found if entry is not None]

    @staticmethod
    def _about(order: str, documents: Mapping[Any, tuple[str, datetime, dict[str, Any]]]) -> list[Any]:
        return [one for one in documents.values() if order in set(_orders_of(one[2]))]


def _orders_of(document: dict[str, Any]) -> list[str]:
    references = [document.get("order"), *(line.get("order") for line in document.get("lines") or ())]
    return [order_named(reference) for reference in references if isinstance(reference, dict)]


class PostgresInvoiceAnswers(Books):
    """Invoices that were sent, with what partners owe us for each: as it should be, or (`said`) as it is."""

    def __init__(self, database: Database, *, said: bool) -> None:
        self._database, self._said = database, said

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        async for rows in rows_of(self._database, "acknowledged_invoices", since):
            yield [self._entry(row) for row in rows]

    def _entry(self, row: Row) -> Entry:
        kind = f"{row['kind']} of the interchange" if row["whole"] else row["kind"]
        number = str(row["name"] or "").partition(":")[2]
        answer = _answer(row) if self._said else "accepted"
        return Entry(number, row["partner"], {kind: answer}, since=row["sent_at"], lines=None)


def _answer(row: Row) -> str | None:
    """What the partner has said; None as long as it has time."""
    if row["state"] in _ACCEPTED:
        return "accepted"
    if row["state"] in ("expected", "received"):
        return "overdue" if row["due"] else None
    return str(row["state"]).replace("_", " ")


class PostgresInvoices(Books):
    """Invoices and credit notes: those of one partner, or those of all but one."""

    def __init__(self, database: Database, *, partner: str | None = None, without: str | None = None) -> None:
        self._database, self._partner, self._without = database, partner, without

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        about = (list(_INVOICES), since, self._partner, self._without)
        async for rows in rows_of(self._database, "booked_documents", *about):
            yield [self._entry(row) for row in rows]

    def _entry(self, row: Row) -> Entry:
        return invoice(_opened(self._database, row["after"], row["json"]), since=row["created_at"], name=row["name"])


class PostgresWarehouseShipments(Books):
    """What a warehouse said it shipped, document by document."""

    def __init__(self, database: Database, *, partner: str, scope: Scope) -> None:
        self._database, self._partner, self._scope = database, partner, scope

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        about = (["warehouse_shipment"], since, self._partner, None)
        async for rows in rows_of(self._database, "booked_documents", *about):
            yield [
                warehouse_shipment(_opened(self._database, row["after"], row["json"]), self._scope, since=row["created_at"])
                for row in rows
            ]


class PostgresStockReport(Books):
    """The last stock report of a warehouse."""

    def __init__(self, database: Database, *, partner: str, scope: Scope) -> None:
        self._database, self._partner, self._scope = database, partner, scope

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        rows = await self._database.fetch("last_document", "inventory_report", self._partner, since)
        if not rows:
            remedy = f"Have {self._partner} send a stock report, or look further back."
            raise BooksUnreadable(f"{self._partner} has sent no stock report since {since:%Y-%m-%d %H:%M}Z.", remedy=remedy)
        document = _opened(self._database, rows[0]["id"], rows[0]["json"])
        entries = list(stock(document, self._scope, told=rows[0]["created_at"]))
        for start in range(0, len(entries), _PAGE):
            yield entries[start : start + _PAGE]


def _opened(database: Database, document: Any, stored: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(database.bodies.open(CANONICAL, document, stored))
    return found
