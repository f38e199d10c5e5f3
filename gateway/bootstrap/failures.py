"""Failures for the command line: listing and showing them, and what people do about them."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from gateway.bootstrap.settings import read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.errors import GatewayError, StoreUnavailable
from gateway.operations.failures import By, FailureDesk
from gateway.ports import Json
from gateway.ports.failures import FailureFilter
from gateway.store.failures import PostgresFailures


async def failures(config: str, wanted: FailureFilter) -> Sequence[Json]:
    """Groups of failures, those that happened last first."""
    async with _opened(config) as (store, _, _):
        return await store.list(wanted)


async def failure(config: str, text: str) -> Json | None:
    """One failure with its history, cases and notifications, by what people call it."""
    async with _opened(config) as (store, desk, _):
        return await store.show(await desk.find(text))


async def attend_to_failures(
    config: str, ids: Sequence[str], act: Callable[[FailureDesk, UUID, By], Awaitable[object]], *, actor: str
) -> list[GatewayError | None]:
    """Do something about failures, named as people do it. Answers for each what stood in the way, if something did."""
    done: list[GatewayError | None] = []
    async with _opened(config) as (_, desk, digest):
        by = By(actor=actor, configuration=digest, node="command line")
        for text in ids:
            try:
                await act(desk, await desk.find(text), by)
            except StoreUnavailable:
                raise
            except GatewayError as error:
                done.append(error)
            else:
                done.append(None)
    return done


@asynccontextmanager
async def _opened(config: str) -> AsyncIterator[tuple[PostgresFailures, FailureDesk, str]]:
    settings = read_settings(config, os.environ)
    async with open_database(settings, size=2) as (database, _):
        await require_schema(database)
        store = PostgresFailures(database)
        yield store, FailureDesk(store, owners=settings.snapshot.owners), settings.snapshot.digest
