"""Wires a reconciliation to the books of its two sides."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from gateway.bootstrap.applications import make_application
from gateway.config.snapshot import Snapshot
from gateway.domain.reconciliation import Agreed, Side
from gateway.errors import ConfigurationInvalid
from gateway.operations.reconcile import Comparison
from gateway.ports.books import AnyBooks, Books, KeepsBooks
from gateway.store.books import PostgresOrderBooks, PostgresParcels, PostgresToldParcels
from gateway.store.database import Database
from gateway.store.document_books import (
    PostgresBilled,
    PostgresInvoiceAnswers,
    PostgresInvoices,
    PostgresShipped,
    PostgresStockReport,
    PostgresWarehouseShipments,
)

_ALONE = {"invoices": ("the shipments", "the invoices"), "invoice_acknowledgements": ("what is owed", "what partners said")}
"""What is compared with books of our own, and what either side is called."""


@asynccontextmanager
async def comparison(agreed: Agreed, snapshot: Snapshot, database: Database) -> AsyncIterator[Comparison]:
    """A reconciliation with both its sides, while it is looked at. Raises ConfigurationInvalid where one has no such books."""
    left, right = agreed.sides
    async with AsyncExitStack() as stack:
        theirs = await _books(agreed, right, snapshot, database, stack)
        ours = await _books(agreed, left, snapshot, database, stack) if left.application else _own(agreed, right, database)
        if not isinstance(ours, Books) or theirs is None:
            raise ConfigurationInvalid(
                f"{agreed.what} of reconciliation {agreed.id} cannot be compared",
                remedy="Run `gateway check`; docs/how-to/reconciliation.md says who can be asked about what.",
            )
        names = _ALONE.get(agreed.what) or (_name(left, snapshot), _name(right, snapshot))
        yield Comparison(agreed.id, agreed.what, names, ours, theirs, agreed.terms, agreed.back)


def _name(side: Side, snapshot: Snapshot) -> str:
    return side.application or side.partner or snapshot.gateway.id


async def _books(
    agreed: Agreed, side: Side, snapshot: Snapshot, database: Database, stack: AsyncExitStack
) -> AnyBooks | None:  # fmt: skip
    """The books of an application, or what a partner said in its documents, or what we know ourselves."""
    if side.application is not None:
        application = make_application(snapshot.applications[side.application])
        stack.push_async_callback(application.close)
        return application.books(agreed.what, agreed.scope) if isinstance(application, KeepsBooks) else None
    if side.partner is not None:
        return _told(agreed, side.partner, database)
    return _known(agreed.what, database)


def _known(what: str, database: Database) -> AnyBooks | None:
    """What our own books are compared with, where that is our own as well."""
    match what:
        case "invoices":
            return PostgresBilled(database)
        case "invoice_acknowledgements":
            return PostgresInvoiceAnswers(database, said=True)
    return None


def _own(agreed: Agreed, other: Side, database: Database) -> Books | None:
    """Our own books, to be compared with those of another side."""
    match agreed.what:
        case "orders":
            return PostgresOrderBooks(database, target=other.application or "")
        case "shipments":
            return PostgresOrderBooks(database, target=other.application or "", measures=("shipped",))
        case "parcels":
            return PostgresParcels(
                database, named_by=["gateway", *filter(None, [other.application])], without=other.partner or ""
            )
        case "invoices":
            return PostgresShipped(database)
        case "invoice_acknowledgements":
            return PostgresInvoiceAnswers(database, said=False)
        case "postings":
            return PostgresInvoices(database, without=other.partner)
    return None


def _told(agreed: Agreed, partner: str, database: Database) -> Books | None:
    """What a partner said in its documents."""
    match agreed.what:
        case "parcels":
            return PostgresToldParcels(database, source=partner)
        case "pickings":
            return PostgresWarehouseShipments(database, partner=partner, scope=agreed.scope)
        case "stock":
            return PostgresStockReport(database, partner=partner, scope=agreed.scope)
        case "postings":
            return PostgresInvoices(database, partner=partner)
    return None
