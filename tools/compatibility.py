"""What a later JSON Schema breaks for those who read and write by an earlier one, in sentences.

Schemas of ours are read in both directions: others read what we publish and write what we accept. So a member may neither go nor
change its type, nor be asked for where it was not, nor be missing where it was always there; a value that was allowed stays
allowed. New members and new values are additions: readers ignore what they do not know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_BOUNDS: tuple[str, ...] = (
    *("format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


def broken(
    before: Mapping[str, Schema], now: Mapping[str, Schema], *, accepted: bool = True, published: bool = True
) -> list[str]:  # fmt: skip
    """What is broken between two sets of schemas by name; empty when everything of the earlier one still holds.

    What is not `accepted` is only published by us: more may be promised of it. What is not `published` is only accepted: less may
    be asked for.
    """
    found: list[str] = []
    for name, schema in before.items():
        if name not in now:
            found.append(f"{name} is gone: keep it beside its successor.")
        else:
            found += _Comparison(schema, now[name], accepted=accepted, published=published).all(name)
    return found


class _Comparison:
    """Two schemas side by side; each pair of definitions is compared once."""

    def __init__(self, before: Schema, now: Schema, *, accepted: bool, published: bool) -> None:
        self._before, self._now, self._accepted, self._published = before, now, accepted, published
        self._seen: set[tuple[int, int]] = set()

    def all(self, name: str) -> Iterator[str]:
        """What is broken below a name."""
        return self._compare(self._before, self._now, name)

    def _compare(self, before: Schema, now: Schema, place: str) -> Iterator[str]:
        ours, theirs = _branches(before, self._before), _branches(now, self._now)
        if set(ours) != set(theirs):
            yield f"{place} was {_words(ours)} and is {_words(theirs)}: a changed type needs a new version of the document."
            return
        for kind, branch in ours.items():
            pair = (id(branch), id(theirs[kind]))
            if pair not in self._seen:
                self._seen.add(pair)
                yield from self._same_kind(branch, theirs[kind], place)

    def _same_kind(self, before: Schema, now: Schema, place: str) -> Iterator[str]:
        if self._accepted:
            yield from _values(before, now, place)
            yield from _bounds(before, now, place)
        yield from self._members(before, now, place)
        if "items" in before and "items" in now:
            yield from self._compare(before["items"], now["items"], f"{place}[]")

    def _members(self, before: Schema, now: Schema, place: str) -> Iterator[str]:
        ours, theirs = before.get("properties", {}), now.get("properties", {})
        for name, schema in ours.items():
            if name not in theirs:
                yield f"{place}.{name} is gone: those who read it find nothing, those who write it are refused."
            else:
                yield from self._compare(schema, theirs[name], f"{place}.{name}")
        asked, asked_now = set(before.get("required", ())), set(now.get("required", ()))
        for name in sorted(asked_now - asked) if self._accepted else ():
            yield f"{place}.{name} is required now: those who never wrote it are refused."
        for name in sorted((asked - asked_now) & set(theirs)) if self._published else ():
            yield f"{place}.{name} may be missing now: those who read it rely on it."
        if self._accepted:
            yield from self._others(before.get("additionalProperties", True), now.get("additionalProperties", True), place)

    def _others(self, before: Any, now: Any, place: str) -> Iterator[str]:
        """Members that have no name in the schema."""
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from self._compare(before, now, f"{place}.*")
        elif before is not False and now is not True and before != now:
            yield f"{place} takes fewer members than it did: those who write others are refused."


def _branches(schema: Schema, root: Schema) -> Mapping[str, Schema]:
    """What a schema may be, by type; objects by their name where there are several."""
    schema = _resolved(schema, root)
    options = [_resolved(one, root) for one in schema.get("anyOf", schema.get("oneOf", (schema,)))]
    several = sum(one.get("type") == "object" for one in options) > 1
    return {_kind(one, named=several): one for one in options}


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][str(schema["$ref"]).rpartition("/")[2]]
    return schema


def _kind(schema: Schema, *, named: bool) -> str:
    kind = str(schema.get("type", "string" if _allowed(schema) else "anything"))
    return f"{kind} {schema.get('title', '')}".strip() if named and kind == "object" else kind


def _allowed(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _values(before: Schema, now: Schema, place: str) -> Iterator[str]:
    ours, theirs = _allowed(before), _allowed(now)
    if not theirs:
        return
    if not ours:
        yield f"{place} could be anything and is one of {', '.join(map(str, theirs))}: other values are refused now."
    gone = [str(value) for value in ours if value not in theirs]
    if gone:
        yield f"{place} can no longer be {', '.join(gone)}: those who write it are refused."


def _bounds(before: Schema, now: Schema, place: str) -> Iterator[str]:
    for bound in _BOUNDS:
        if bound in now and before.get(bound) != now[bound]:
            yield f"{place} has a {bound} of {now[bound]} now (was {before.get(bound, 'none')}): some values are refused."


def _words(branches: Mapping[str, Schema]) -> str:
    return " or ".join(sorted(branches))
