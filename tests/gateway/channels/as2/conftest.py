"""A migrated database for the AS2 channel's tests, and sites on it."""

from collections.abc import AsyncIterator

import pytest

from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.gateway.channels.as2.partner import Partner
from tests.gateway.channels.as2.site import Site, as2_site, options


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    """NORDIC, who agreed with BIGBOX on everything usual."""
    async with as2_site(database, {"bigbox-as2": options()}) as site:
        yield site


@pytest.fixture
async def bigbox() -> AsyncIterator[Partner]:
    """BIGBOX, who can send what no gateway would."""
    async with Partner("BIGBOX", "NORDIC") as partner:
        yield partner
