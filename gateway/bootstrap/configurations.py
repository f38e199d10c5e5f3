"""Configurations by their digests: the one in force is kept whole, earlier ones are built again for replays."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from gateway.bootstrap.settings import Settings
from gateway.config import Snapshot, archived, rebuilt
from gateway.errors import ConfigurationInvalid, PlanRefused
from gateway.store.database import Database
from gateway.store.work import PostgresWork

log = structlog.get_logger(__name__)

_KEPT = 4
"""So many earlier configurations a process keeps built."""


class EarlierConfigurations:
    """Configurations that were in force, built again by their digests."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._built: dict[str, Snapshot] = {}

    async def __call__(self, digest: str) -> Snapshot:
        """The configuration of a digest. Raises ConfigurationInvalid when it is not kept or would decide otherwise now."""
        if digest == self._settings.snapshot.digest:
            return self._settings.snapshot
        if digest not in self._built:
            document = orjson.loads((await self._row(digest))["document"])
            snapshot = await asyncio.to_thread(rebuilt, document, self._settings.config.parent, self._settings.environ)
            while len(self._built) >= _KEPT:
                self._built.pop(next(iter(self._built)))
            self._built[digest] = snapshot
        return self._built[digest]

    async def digest(self, text: str) -> str:
        """The whole of a digest that is given by its beginning, as `trace` shows it."""
        if len(text) < 6:
            raise PlanRefused(f"{text!r} is too short for a configuration.", remedy="Give 12 digits, as gateway trace shows.")
        return str((await self._row(text))["digest"])

    async def _row(self, digest: str) -> Mapping[str, Any]:
        rows = await self._database.fetch("configuration", digest.lower())
        if len(rows) != 1:
            what = "Several configurations begin with" if rows else "There was no configuration"
            raise ConfigurationInvalid(f"{what} {digest}.", remedy="gateway trace NUMBER shows which one handled a message.")
        return dict(rows[0])


async def keep_configuration(work: PostgresWork, settings: Settings) -> None:
    """Keep the configuration in force under its digest: whole, or the digest alone when its files have changed just now."""
    digest = settings.snapshot.digest
    try:
        document = (await asyncio.to_thread(archived, settings.config, settings.environ, digest=digest)).document()
    except ConfigurationInvalid as error:
        log.warning("configuration_not_kept", digest=digest, reason=str(error))
        document = orjson.dumps({"digest": digest}).decode()
    await work.activate_configuration(digest, document)
