"""Lays the environment's file over routes.toml: other servers, credentials and targets for the same partners and routes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gateway.config.positions import KeyPath, Location
from gateway.config.report import item
from gateway.config.source import Source, SourceFile, read_file

ENVIRONMENTS = ("development", "test", "production")


def lay_environment(source: Source, variables: Mapping[str, str]) -> None:
    """Change a source by `environments/<environment>.toml`, if there is one; GATEWAY_ENVIRONMENT goes before the file.

    An overlay changes what is defined, by id; it cannot add anything, so that a misspelt id is never a new thing.
    """
    gateway = source.data.get("gateway")
    if not isinstance(gateway, dict):
        return
    environment = variables.get("GATEWAY_ENVIRONMENT") or gateway.get("environment", "development")
    source.data["gateway"] = {**gateway, "environment": environment}
    if environment not in ENVIRONMENTS:
        return
    path = source.path.parent / "environments" / f"{environment}.toml"
    if path.is_file():
        file = read_file(path, source.path.parent, source, source.locate(("gateway", "environment")))
        if file is not None:
            _Overlay(source, file).lay()


@dataclass(frozen=True, slots=True)
class _Overlay:
    """A file that is being laid over a source."""

    source: Source
    file: SourceFile

    def lay(self) -> None:
        """Merge every table of the file."""
        for name, value in self.file.data.items():
            known = self.source.data.get(name)
            if name == "gateway" and isinstance(value, dict) and "environment" in value:
                self._refuse((name, "environment"), "an environment file cannot choose another environment", None, ())
            if isinstance(value, dict) and isinstance(known, dict):
                self.source.data[name] = self._merged(known, value, (name,), (name,))
            elif isinstance(value, list) and isinstance(known, list):
                for index, entry in enumerate(value):
                    self._lay_entry(name, index, entry)
            else:
                self._refuse((name,), f"there is no {name} to change", name, self.source.data)

    def _lay_entry(self, name: str, index: int, entry: Any) -> None:
        entries = self.source.data[name]
        ids = [known.get("id") if isinstance(known, dict) else None for known in entries]
        wanted = entry.get("id") if isinstance(entry, dict) else None
        if wanted is None or wanted not in ids:
            place: KeyPath = (name, index) if wanted is None else (name, index, "id")
            message = f"{name} without an id" if wanted is None else f'there is no {name} "{wanted}" to change'
            self._refuse(place, message, wanted, ids)
            return
        at = ids.index(wanted)
        changed = self._merged(entries[at], entry, (name, at), (name, index))
        self.source.data[name] = [*entries[:at], changed, *entries[at + 1 :]]

    def _merged(self, below: dict[str, Any], above: dict[str, Any], path: KeyPath, local: KeyPath) -> dict[str, Any]:
        """Two tables as one: tables inside are merged likewise, all other values replaced."""
        result = dict(below)
        for name, value in above.items():
            known = below.get(name)
            if isinstance(value, dict) and isinstance(known, dict):
                result[name] = self._merged(known, value, (*path, name), (*local, name))
            else:
                result[name] = value
                self.source.origins[(*path, name)] = (self.file, (*local, name))
        return result

    def _refuse(self, local: KeyPath, message: str, wanted: Any, known: Iterable[Any]) -> None:
        close = get_close_matches(str(wanted), [str(name) for name in known if name is not None], 1)
        places = self.file.places
        place = places.values.get(local) or places.keys.get(local) or Location(1, 1)
        self.source.items.append(item("R008", self.file.name, place, message, suggestion=close[0] if close else None))
