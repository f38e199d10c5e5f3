"""Lets partners extend profiles: agreements, routes, tables and values that many have in common are written once.

A partner that names a profile gets its agreements, routes and tables under its own name; what it writes itself, under the same
id, goes before the profile's, member by member. All that follows sees them as if they had been written out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.config.source import Origin, Source

_PARTNER = "{partner}"
MADE = ("agreement", "route", "table")
"""What a profile has that is made for each partner."""
_OF_A_PARTNER = frozenset({"agreement", "route"})


def extend_profiles(source: Source) -> None:
    """Change a source by what its partners extend. What is no profile is left for the checks to complain of."""
    profiles = {one["id"]: (index, one) for index, one in enumerate(_tables(source.data, "profile")) if _has_id(one)}
    if not profiles:
        return
    made: dict[str, list[_Made]] = {kind: [] for kind in MADE}
    for place, partner in enumerate(_tables(source.data, "partner")):
        found = profiles.get(partner.get("profile")) if _has_id(partner) else None
        if found is not None:
            index, profile = found
            extension = _Extension(source, index, profile, place, partner)
            extension.fill_partner()
            for kind in MADE:
                made[kind] += extension.made(kind)
    for kind in MADE:
        _put(source, kind, made[kind])


@dataclass(frozen=True, slots=True)
class _Made:
    """What a profile makes, and where it is written there."""

    entry: dict[str, Any]
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Extension:
    """A partner that extends a profile."""

    source: Source
    index: int
    profile: Mapping[str, Any]
    place: int
    partner: Mapping[str, Any]

    def fill_partner(self) -> None:
        """Give the partner what it does not say itself."""
        values = self.profile.get("partner")
        if not isinstance(values, dict):
            return
        own = self.source.data["partner"][self.place]
        for name in values:
            if name not in own:
                self.source.place(("partner", self.place, name), ("profile", self.index, "partner", name))
        filled = _named(values, str(own["id"]))
        self.source.data["partner"] = [
            {**filled, **one} if place == self.place else one for place, one in enumerate(self.source.data["partner"])
        ]

    def made(self, kind: str) -> list[_Made]:
        """What the profile has of a kind, for this partner; without what the partner leaves out."""
        left_out = self.partner.get("without", [])
        partner, result = str(self.partner["id"]), []
        for number, template in enumerate(_tables(self.profile, kind)):
            name = template.get("id")
            if isinstance(name, str) and name not in (left_out if isinstance(left_out, list) else []):
                known = {"id": f"{partner}-{name}", "profile": self.profile["id"]}
                known |= {"partner": partner} if kind in _OF_A_PARTNER else {}
                origin = self.source.origin(("profile", self.index, kind, number))
                if origin is not None:
                    result.append(_Made({**_named(template, partner), **known}, origin))
        return result


def _put(source: Source, kind: str, made: list[_Made]) -> None:
    """Put what was made among what is written: under what has the same id; routes before those that are for any partner."""
    if not made:
        return
    written = [*_tables(source.data, kind)]
    origins = [source.origin((kind, index)) for index in range(len(written))]
    by_id: dict[str, _Made] = {}
    again = [one for one in made if by_id.setdefault(one.entry["id"], one) is not one]  # the checks complain of these
    entries: list[tuple[Any, Origin | None, _Made | None]] = [
        (one, origin, by_id.pop(one["id"], None) if _has_id(one) else None) for one, origin in zip(written, origins, strict=True)
    ]
    general = next((at for at, (one, *_) in enumerate(entries) if "partner" not in one), len(entries))
    at = general if kind == "route" else len(entries)
    entries[at:at] = [(one.entry, one.origin, None) for one in (*by_id.values(), *again)]
    source.data[kind] = [{**below.entry, **one} if below is not None else one for one, _, below in entries]
    for index, (one, origin, below) in enumerate(entries):
        base = below.origin if below is not None else origin
        if base is not None:
            source.origins[kind, index] = base
        if below is not None and origin is not None:
            file, local = origin
            for name in one:
                source.origins[kind, index, name] = (file, (*local, name))


def _named(value: Any, partner: str) -> Any:
    """A copy in which `{partner}` is the partner's id."""
    if isinstance(value, str):
        return value.replace(_PARTNER, partner)
    if isinstance(value, dict):
        return {name: _named(member, partner) for name, member in value.items()}
    if isinstance(value, list):
        return [_named(member, partner) for member in value]
    return value


def _tables(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The tables of an array; nothing where it is none, or holds something else."""
    found = data.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return []
    return found


def _has_id(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("id"), str)
