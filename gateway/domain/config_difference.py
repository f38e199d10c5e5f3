"""What differs between two configurations by meaning, and which partners each difference touches. Pure.

Both are given as the trees that their files come to: defaults filled in, secrets hidden. The order of files, keys and entries
means nothing; that of routes does, because the first that matches takes a document.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from gateway.domain.decided import differing

Tree = Mapping[str, Any]
Entity = tuple[str, str]
"""An entry by its section and id; the id is empty where a section has no entries."""

_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "agreement": frozenset({"agreement"}),
    "application": frozenset({"to", "in", "application", "fallback", "system"}),
    "calendar": frozenset({"calendar"}),
    "channel": frozenset({"channel", "acknowledge_by"}),
    "layout": frozenset({"format"}),
    "owner": frozenset({"owner", "next"}),
    "partner": frozenset({"partner"}),
    "profile": frozenset({"profile", "profiles", "extends"}),
    "service": frozenset({"service"}),
    "table": frozenset({"table"}),
    "warehouse": frozenset({"warehouse"}),
}
"""By which members entries name others, of which section."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member that differs: None where it is not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that was `added`, `removed`, `changed`, or `moved` (a route). `partners` are those that it touches."""

    section: str
    id: str
    what: str
    members: tuple[Member, ...] = ()
    partners: tuple[str, ...] = ()


def differences(old: Tree, new: Tree) -> list[Difference]:
    """All that differs, section by section in the order of the files."""
    entries = _entries(old), _entries(new)
    touched = _Touched((_Side.of(entries[0]), _Side.of(entries[1])))
    found = []
    for entity in dict.fromkeys((*entries[0], *entries[1])):
        one, other = entries[0].get(entity), entries[1].get(entity)
        if one == other:
            continue
        what = "added" if one is None else "removed" if other is None else "changed"
        members = tuple(Member(*leaf) for leaf in differing(one, other)) if what == "changed" else ()
        found.append(Difference(*entity, what, members, touched.by(entity)))
    moved = [Difference("route", name, "moved", partners=touched.by(("route", name))) for name in _moved(*entries)]
    return [*found, *moved]


def _entries(tree: Tree) -> dict[Entity, Any]:
    """All entries of a configuration; lists without ids are one."""
    entries: dict[Entity, Any] = {}
    for section, value in tree.items():
        if isinstance(value, list) and all(isinstance(one, Mapping) and "id" in one for one in value):
            entries |= {(section, str(one["id"])): one for one in value}
        elif value not in (None, [], {}):
            entries[(section, "")] = value
    return entries


def _moved(old: Mapping[Entity, Any], new: Mapping[Entity, Any]) -> Sequence[str]:
    """Routes that are tried at another place among those that both sides have."""
    before = [name for section, name in old if section == "route" and (section, name) in new]
    after = [name for section, name in new if section == "route" and (section, name) in old]
    kept = {
        name
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for name in before[block.a : block.a + block.size]
    }
    return [name for name in after if name not in kept]


@dataclass(frozen=True, slots=True)
class _Side:
    """One configuration: its entries, and which of them name a value under a member."""

    entries: Mapping[Entity, Any]
    named: Mapping[tuple[str, str], Sequence[Entity]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Mapping[Entity, Any]) -> "_Side":
        named: dict[tuple[str, str], list[Entity]] = {}
        for entity, value in entries.items():
            for place in set(_named(value)):
                named.setdefault(place, []).append(entity)
        return cls(entries, named)

    def naming(self, entity: Entity) -> Iterator[Entity]:
        """Entries that name this one."""
        for member in _REFERENCES.get(entity[0], ()):
            yield from self.named.get((member, entity[1]), ())

    @property
    def partners(self) -> list[str]:
        """All partners."""
        return [name for section, name in self.entries if section == "partner"]

    def exchanging(self, document: str | None, direction: str) -> Iterator[str]:
        """The partners with whom a document is exchanged; any document where none is named."""
        for (section, _), value in self.entries.items():
            if section == "agreement" and value.get("direction") == direction and document in (None, value.get("document")):
                yield str(value["partner"])


def _named(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """(member, text) of everything in an entry; of the format of flat files the name of the layout."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _named(one, str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _named(one, member)
    elif isinstance(value, str):
        yield member, value.split("/")[1] if member == "format" and value.startswith("flat/") else value


@dataclass(frozen=True, slots=True)
class _Touched:
    """Which partners an entry is about, before or after."""

    sides: tuple[_Side, _Side]

    def by(self, entity: Entity) -> tuple[str, ...]:
        """The partners that a change of an entry touches."""
        found = {partner for side in self.sides for partner in self._on(side, entity, set())}
        return tuple(sorted(found))

    def _on(self, side: _Side, entity: Entity, seen: set[Entity]) -> Iterator[str]:
        if entity in seen:
            return
        seen.add(entity)
        section, name = entity
        value = side.entries.get(entity)
        if section == "partner":
            yield name
        elif section == "gateway":
            yield from side.partners
        elif section == "route" and value is not None and not value.get("partner"):
            yield from self._of_any_partner(side, value, seen)
        elif isinstance(value, Mapping) and value.get("partner"):
            yield str(value["partner"])
        elif isinstance(value, Mapping) and value.get("partners"):
            yield from (str(one) for one in value["partners"])
        else:
            for one in side.naming(entity):
                yield from self._on(side, one, seen)

    def _of_any_partner(self, side: _Side, route: Tree, seen: set[Entity]) -> Iterator[str]:
        if route.get("agreement"):
            yield from self._on(side, ("agreement", str(route["agreement"])), seen)
        else:
            yield from side.exchanging(route.get("document"), str(route.get("direction") or "in"))
