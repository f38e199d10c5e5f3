"""Orders that are held before a warehouse, for people: listing them, letting them pass, refusing them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from gateway.bootstrap.office import Where, opened
from gateway.errors import GatewayError, StoreUnavailable
from gateway.operations.release_holds import HoldDesk
from gateway.ports import Json
from gateway.store.gate import PostgresReleases
from gateway.store.gate_records import list_holds as listed


async def list_holds(
    where: Where,
    *,
    standing: bool = True,
    kinds: Sequence[str] = (),
    owners: Sequence[str] = (),
    customers: Sequence[str] = (),
    numbers: Sequence[str] = (),
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
    only: Sequence[UUID] = (),
) -> list[Json]:
    """Why orders to warehouses are held, those due first; `after` is the due time and id of the last one of the list before."""
    async with opened(where) as office:
        return await listed(
            office.database, standing=standing, kinds=kinds, owners=owners, customers=customers, numbers=numbers, limit=limit,
            after=after, only=only,
        )  # fmt: skip


async def decide_holds(
    where: Where, holds: Sequence[str], decision: Literal["release", "approve", "refuse"], *, actor: str, reason: str
) -> list[GatewayError | None]:
    """Decide about holds by what people call them; of each, what stood in the way."""
    results: list[GatewayError | None] = []
    async with opened(where) as office:
        store = PostgresReleases(office.database)
        desk = HoldDesk(store.at_gate, find=store.find_hold, configuration=office.snapshot.digest, node=office.node)
        act = {"release": desk.release, "approve": desk.approve, "refuse": desk.refuse}[decision]
        for hold in holds:
            try:
                await act(hold, actor=actor, reason=reason)
                results.append(None)
            except StoreUnavailable:
                raise
            except GatewayError as error:
                results.append(error)
    return results
