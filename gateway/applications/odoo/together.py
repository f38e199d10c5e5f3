"""Several calls at once, none of which outlives the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.applications.odoo.fault import OdooError


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose failure is the first OdooError, not a group of them; the other calls are cancelled before that."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except ExceptionGroup as group:
        faults = [error for error in group.exceptions if isinstance(error, OdooError)]
        if len(faults) < len(group.exceptions):
            raise
        raise faults[0] from None
