"""A database after a day's work, made once and copied: once for the tests that only look, and for each test that changes it.

`tests/conftest.py` imports this for all tests: what the day is made of is imported by those who ask for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from gateway.bootstrap import Settings
    from tests.world.day import World


@pytest.fixture(scope="session")
def settings_of_the_world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The configuration that all of it is about."""
    from tests.world.day import configured

    return configured(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def worked(postgres: PostgresServer, schema: str, settings_of_the_world: Settings) -> str:
    """The name of a database in which a day's work was done; nobody connects to it."""
    from tests.world.day import a_days_work, opened_at

    name = postgres.create_database(template=schema)

    async def work() -> None:
        async with opened_at(settings_of_the_world, postgres.url(name)) as office:
            await a_days_work(office)

    asyncio.run(work())
    return name


@pytest.fixture(scope="session")
def looked_at(postgres: PostgresServer, worked: str) -> str:
    """The address of a copy that nobody changes."""
    return postgres.url(postgres.create_database(template=worked))


@pytest.fixture
async def standing(looked_at: str, settings_of_the_world: Settings) -> AsyncIterator[World]:
    """The world as it was left, for those who only look."""
    from tests.world.day import World, opened_at

    async with opened_at(settings_of_the_world, looked_at) as office:
        yield World(office)


@pytest.fixture
async def world(postgres: PostgresServer, worked: str, settings_of_the_world: Settings) -> AsyncIterator[World]:
    """A world of one's own. The file of its configuration, which all share, is as it was afterwards."""
    from tests.world.day import World, opened_at

    name, written = postgres.create_database(template=worked), settings_of_the_world.config.read_text()
    async with opened_at(settings_of_the_world, postgres.url(name)) as office:
        yield World(office)
    settings_of_the_world.config.write_text(written)
    postgres.drop_database(name)
