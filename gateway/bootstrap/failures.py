"""Failures for people: listing and showing them, and what is done about them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from gateway.bootstrap.office import Office, Where, opened
from gateway.errors import GatewayError, StoreUnavailable
from gateway.operations.failures import By, FailureDesk
from gateway.ports import Json
from gateway.ports.failures import FailureFilter
from gateway.store.failures import PostgresFailures


async def failures(where: Where, wanted: FailureFilter) -> Sequence[Json]:
    """Groups of failures, those that happened last first."""
    async with opened(where) as office:
        return await PostgresFailures(office.database).list(wanted)


async def failure(where: Where, text: str) -> Json | None:
    """One failure with its history, cases and notifications, by what people call it."""
    async with opened(where) as office:
        return await PostgresFailures(office.database).show(await _desk(office).find(text))


async def failure_choices(where: Where) -> tuple[Mapping[str, Mapping[str, int]], Sequence[str]]:
    """By what groups of failures can be listed, with how many there are of each; and the owners that they can be given to."""
    async with opened(where) as office:
        return await PostgresFailures(office.database).choices(), sorted(office.snapshot.owners)


async def attend_to_failures(
    where: Where, ids: Sequence[str], act: Callable[[FailureDesk, UUID, By], Awaitable[object]], *, actor: str
) -> list[GatewayError | None]:
    """Do something about failures, named as people do it. Answers for each what stood in the way, if something did."""
    done: list[GatewayError | None] = []
    async with opened(where) as office:
        desk, by = _desk(office), By(actor=actor, configuration=office.snapshot.digest, node=office.node)
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


def _desk(office: Office) -> FailureDesk:
    return FailureDesk(PostgresFailures(office.database), owners=office.snapshot.owners)
