"""What a route does to a document before it is delivered: map a code, set, give a default, require.

Each rule changes the document it is handed, which is the router's own copy, and tells what it changed or why it cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.document_path import ABSENT, Absent, DocumentPath, Json, Place, copied, places


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table of codes: their codes here for the codes of a partner. `id` is its name in routes.toml."""

    id: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What one rule did at one place. `before` is None where nothing was; `note` says why when nothing changed."""

    rule: str
    path: str
    before: Json = None
    after: Json = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a document cannot go on: a business failure and who owns it. `path` is the place in the document, if one."""

    code: str
    owner: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class SetRule:
    """Put a value, whatever was there."""

    path: DocumentPath
    value: Json

    def apply(self, document: dict[str, Json], _owner: str) -> list[Applied | Failed]:
        """Write the value to every place of the path."""
        return [put("set", place, document, self.value) for place in places(self.path, document)]

    def __str__(self) -> str:
        return f"set {self.path} to {self.value!r}"


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """Put a value where there is none."""

    path: DocumentPath
    value: Json

    def apply(self, document: dict[str, Json], _owner: str) -> list[Applied | Failed]:
        """Write the value to the places that are absent."""
        done: list[Applied | Failed] = []
        for place in places(self.path, document):
            before = place.read(document)
            if isinstance(before, Absent):
                done.append(put("default", place, document, self.value))
            else:
                done.append(Applied("default", str(place), before, before, "already there"))
        return done

    def __str__(self) -> str:
        return f"default {self.path} to {self.value!r}"


@dataclass(frozen=True, slots=True)
class RequireRule:
    """Refuse documents that lack a value. `owner` takes the failure; None leaves it to the partner's owner."""

    path: DocumentPath
    owner: str | None = None

    def apply(self, document: dict[str, Json], owner: str) -> list[Applied | Failed]:
        """One failure for each place without a value, or one when a list the path walks has no elements."""
        found = places(self.path, document)
        missing = [str(place) for place in found if place.read(document) in (ABSENT, "", [], {})]
        if not found:
            missing = [str(self.path)]
        return [
            Failed("required-missing", self.owner or owner, f"The route requires {place}, and the document has none.", place)
            for place in missing
        ]

    def __str__(self) -> str:
        return f"require {self.path}"


@dataclass(frozen=True, slots=True)
class MapRule:
    """Translate a code by a table: read at `source`, write at `path`.

    An unknown code takes `default`; without one it is left as it is when `keep` is set, else it is a failure of `owner`.
    Where the source has no value there is nothing to map.
    """

    path: DocumentPath
    source: DocumentPath
    table: CodeTable
    default: str | None = None
    keep: bool = False
    owner: str | None = None

    def apply(self, document: dict[str, Json], owner: str) -> list[Applied | Failed]:
        """Map every place of the path by the value at the source place of the same list elements."""
        depth = len([step for step in self.source.steps if step.each])
        return [
            self._map_one(place, Place(self.source, place.indexes[:depth]), document, owner)
            for place in places(self.path, document)
        ]

    def _map_one(self, place: Place, source: Place, document: dict[str, Json], owner: str) -> Applied | Failed:
        given = source.read(document)
        if isinstance(given, Absent):
            return Applied("map", str(place), None, None, f"nothing at {source}")
        values = given if isinstance(given, list) else [given]
        for value in values:
            mapped = self.table.codes.get(value) if isinstance(value, str) else None
            if mapped is not None:
                return put("map", place, document, mapped)
        if self.default is not None:
            return put("map", place, document, self.default, f"not in table {self.table.id}: default")
        if self.keep:
            before = place.read(document)
            shown = None if isinstance(before, Absent) else before
            return Applied("map", str(place), shown, shown, f"not in table {self.table.id}: kept")
        shown_values = ", ".join(f'"{value}"' for value in values)
        message = f"{shown_values} at {source} is not in table {self.table.id}."
        return Failed("table-miss", self.owner or owner, message, str(source))

    def __str__(self) -> str:
        return f"map {self.path} from {self.source} by {self.table.id}"


def put(rule: str, place: Place, document: dict[str, Json], value: Json, note: str = "") -> Applied:
    """Write and tell; a value that stands in the way of the path is left, and said."""
    before = place.read(document)
    shown = None if isinstance(before, Absent) else copied(before)
    # Copies: a later rule may change what this one wrote, and neither the rule's own value nor its report may follow.
    if place.write(document, copied(value)):
        return Applied(rule, str(place), shown, value, note)
    return Applied(rule, str(place), shown, shown, "not written: something else than an object stands on the path")
