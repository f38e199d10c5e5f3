"""Orders that are held before a warehouse, for the command line: listing them, letting them pass, refusing them."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.errors import GatewayError
from gateway.operations.release_holds import HoldDesk
from gateway.ports import Json
from gateway.store.database import Database
from gateway.store.gate import PostgresReleases
from gateway.store.gate_records import list_holds as listed


async def list_holds(
    config: str,
    *,
    standing: bool = True,
    kinds: Sequence[str] = (),
    owners: Sequence[str] = (),
    customers: Sequence[str] = (),
    numbers: Sequence[str] = (),
    limit: int = 50,
) -> list[Json]:
    """Why orders to warehouses are held, those due first."""
    async with _opened(config) as (_, database):
        return await listed(
            database, standing=standing, kinds=kinds, owners=owners, customers=customers, numbers=numbers, limit=limit
        )


async def decide_holds(
    config: str, holds: Sequence[str], decision: Literal["release", "approve", "refuse"], *, actor: str, reason: str
) -> list[GatewayError | None]:
    """Decide about holds by what people call them; of each, what stood in the way."""
    results: list[GatewayError | None] = []
    async with _opened(config) as (settings, database):
        store = PostgresReleases(database)
        desk = HoldDesk(
            store.at_gate, find=store.find_hold, configuration=settings.snapshot.digest, node="command line"
        )  # fmt: skip
        act = {"release": desk.release, "approve": desk.approve, "refuse": desk.refuse}[decision]
        for hold in holds:
            try:
                await act(hold, actor=actor, reason=reason)
                results.append(None)
            except GatewayError as error:
                results.append(error)
    return results


@asynccontextmanager
async def _opened(config: str) -> AsyncIterator[tuple[Settings, Database]]:
    settings = read_settings(config, os.environ)
    async with open_database(settings, size=2) as (database, _):
        await require_schema(database)
        yield settings, database
