"""Configurations as people name them: by the path of a file, by the digest of one that is kept, or the one in force."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from gateway.bootstrap.office import Where, given_at, opened
from gateway.config import Snapshot
from gateway.config.archive import laid_out
from gateway.config.lint import Examined, examine
from gateway.config.load import ConfigurationRefused, build_examined
from gateway.errors import Absent, ConfigurationInvalid

_DIGEST = re.compile(r"[0-9a-fA-F]{6,64}")


@dataclass(frozen=True, slots=True)
class ConfigurationSource:
    """Where a configuration is had from: a file, or what is kept of one, and the folder of files that are not kept.

    It can be handed to another process, which builds it for itself.
    """

    named: str
    path: Path
    kept: Mapping[str, Any] | None = None

    @contextmanager
    def examined(self, environ: Mapping[str, str]) -> Iterator[Examined]:
        """The configuration after all checks. What is kept stands in a folder of its own as long as the block lasts.

        Raises ConfigurationInvalid when it has errors, or cannot be built any more.
        """
        with self.standing(environ) as (path, variables):
            yield _without_errors(examine(path, variables))

    @contextmanager
    def standing(self, environ: Mapping[str, str]) -> Iterator[tuple[Path, Mapping[str, str]]]:
        """The main file of it, and the environment that it is read with. What is kept stands there as long as the block lasts.

        Raises ConfigurationInvalid when it is not kept, or cannot be put back.
        """
        if self.kept is None:
            yield self.path, environ
            return
        with laid_out(self.kept, self.path.parent, environ) as laid:
            yield laid

    def build(self, environ: Mapping[str, str]) -> Snapshot:
        """The configuration as it decides, under its own digest. Raises ConfigurationInvalid."""
        with self.examined(environ) as examined:
            return self.built(examined)

    def built(self, examined: Examined) -> Snapshot:
        """The same of what was examined."""
        snapshot = build_examined(examined, self.path.parent)
        return snapshot if self.kept is None else replace(snapshot, digest=str(self.kept["digest"]))


def _without_errors(examined: Examined) -> Examined:
    if examined.configuration is None or not examined.report.ok:
        raise ConfigurationRefused(examined.report)
    return examined


def _file(named: str) -> Path | None:
    path = Path(named).absolute()
    return path if path.is_file() else None


async def source_of(where: Where, named: str) -> ConfigurationSource:
    """The configuration that a text names: a path, a digest or its beginning, or nothing for the one in force.

    Raises Absent where it names none, ConfigurationInvalid for one of which only the digest is known.
    """
    settings = given_at(where)
    if not named and not settings.managed:
        return ConfigurationSource("in force", settings.config)
    if named and (file := _file(named)) is not None:
        return ConfigurationSource(named, file)
    if named and not _DIGEST.fullmatch(named):
        remedy = "Name a file, or a configuration by its digest: `gateway trace NUMBER` shows which one handled a message."
        raise Absent(f"There is no configuration {named}.", remedy=remedy)
    async with opened(where) as office:
        digest = named.lower() or office.snapshot.digest
        rows = await office.database.fetch("configuration", digest)
    if len(rows) != 1:
        what = "Several configurations begin with" if rows else "There was no configuration"
        raise Absent(f"{what} {digest}.", remedy="`gateway trace NUMBER` shows which one handled a message.")
    document = orjson.loads(rows[0]["document"])
    if not isinstance(document.get("files"), dict):
        message = f"Configuration {digest[:12]} was in force before configurations were kept: only its digest is known."
        raise ConfigurationInvalid(message, remedy="Name a file instead.")
    return ConfigurationSource(str(rows[0]["digest"]), settings.config, document)
