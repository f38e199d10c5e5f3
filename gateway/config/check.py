"""What all checks work on: the configuration as a model, where it stands, and a place to put complaints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from gateway.config.model import Configuration
from gateway.config.positions import KeyPath, Location
from gateway.config.report import Item, item
from gateway.config.source import Source
from translators.flatfile import Layout


@dataclass(slots=True)
class Complaints:
    """Collects complaints about places in a source."""

    source: Source
    items: list[Item] = field(default_factory=list)
    paths: set[KeyPath] = field(default_factory=set)

    def add(
        self,
        code: str,
        path: KeyPath,
        message: str,
        *,
        known: Iterable[str] = (),
        wanted: str = "",
        key: bool = False,
        shift: int = 0,
    ) -> None:
        """Complain about the value at a path (or its key). A guess is made from what is `known` and near `wanted`.

        `shift` moves the column into a string.
        """
        close = get_close_matches(wanted, list(known), 1) if wanted else []
        self.add_guess(code, path, message, close[0] if close else None, key=key, shift=shift)

    def add_guess(
        self, code: str, path: KeyPath, message: str, suggestion: str | None, *, key: bool = False, shift: int = 0
    ) -> None:
        """Complain with a guess that is already made."""
        file, place = self.source.locate(path, key=key)
        self.paths.add(path)
        self.items.append(item(code, file, Location(place.line, place.column + shift), message, suggestion=suggestion))


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration under check. `codes` are the contents of the tables that could be read, by id, `layouts` those by name."""

    configuration: Configuration
    complaints: Complaints
    codes: Mapping[str, Mapping[str, str]]
    layouts: Mapping[str, Layout] = field(default_factory=dict)

    def ids(self, table: str) -> list[str]:
        """The ids of all things of a kind, in order."""
        things: list[Any] = getattr(self.configuration, table)
        return [thing.id for thing in things]

    @property
    def production(self) -> bool:
        """Whether this is the production environment."""
        return self.configuration.gateway.environment == "production"

    def is_production(self, usage: str | None) -> bool:
        """What a usage that may be left out comes to in this environment."""
        return usage == "production" if usage is not None else self.production
