"""The API as a process serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from gateway.api.entrance import Entrance
from gateway.api.http import Machine
from gateway.api.once import Once
from gateway.api.table import OPERATIONS
from gateway.bootstrap.accounts import caller_of_token
from gateway.bootstrap.fronts import Premises, RouteTable
from gateway.http.caller import Callers
from gateway.store.asked_once import PostgresOnceOnly
from gateway.system import SystemClock


@asynccontextmanager
async def open_api(premises: Premises) -> AsyncIterator[RouteTable]:
    """The operations of the table, under `/v1`."""
    office, clock = premises.office, SystemClock()
    gateway = office.snapshot.gateway
    callers = Callers(trusted=gateway.trusted_proxies, certificate_header=gateway.certificate_header)
    entrance = Entrance(partial(caller_of_token, office), allowed=gateway.api, callers=callers, monotonic=clock.monotonic)
    once = Once(PostgresOnceOnly(office.database))
    yield list(Machine(OPERATIONS, office, entrance, once, premises.observer, clock).routes())
