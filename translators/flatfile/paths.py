"""Paths of a layout: members of a canonical document, as `lines[].item.identifiers.gtin` or `references[kind=contract].number`.

`[]` means the item that a record has begun, or, as the last step, one more text of a list; `[0]` the first item, counted from
zero; `[kind=contract]` the item that says so, made where there is none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from translators.flatfile.shape import Shape
from translators.mapping.value import Value, descend, look

_STEP = re.compile(r"([A-Za-z0-9_-]+)(?:\[([^\[\]]*)\])?(?:\.(?=.)|$)")
_CONDITION = re.compile(r"""\s*([a-z_]+)\s*=\s*['"]?([^'",=]+?)['"]?\s*""")
_MOST_ITEMS = 100

Conditions = tuple[tuple[str, Any], ...]


class Append:
    """The pick of one more item: `[]`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A member; with a pick the item of its list: one more, the n-th, or the one of which the conditions hold."""

    name: str
    pick: type[Append] | int | Conditions | None = None


class PathInvalid(ValueError):
    """A path leads nowhere; `remedy` says what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Target:
    """Where a field goes: the level of the item it belongs to, the way from there, the shape of the leaf."""

    text: str
    level: str
    steps: tuple[Step, ...]
    leaf: Shape

    @property
    def appends(self) -> bool:
        """Whether each value is one more of a list."""
        return self.steps[-1].pick is Append


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of a path. Raises PathInvalid."""
    steps, position = [], 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise PathInvalid(f'"{text}" cannot be understood from "{text[position:]}" on', "write a path as lines[].item.name")
        steps.append(Step(match[1], _pick(match[2], text)))
        position = match.end()
    if not steps:
        raise PathInvalid("the path is empty", "write a path as lines[].item.name")
    return tuple(steps)


def _pick(text: str | None, path: str) -> type[Append] | int | Conditions | None:
    if text is None:
        return None
    if not text.strip():
        return Append
    if text.isdecimal() and text.isascii():
        if len(text) > 3 or int(text) >= _MOST_ITEMS:
            raise PathInvalid(f'"{path}" names item {text}', f"name at most item {_MOST_ITEMS - 1}")
        return int(text)
    conditions = [_CONDITION.fullmatch(part) for part in text.split(",")]
    if not all(conditions):
        raise PathInvalid(f'"[{text}]" in "{path}" cannot be understood', "write [], [0] or [kind=contract]")
    return tuple((match[1], match[2]) for match in conditions if match)


def level_of(text: str, root: Shape) -> str:
    """The level that `into` names: `lines[].schedule` is `lines[].schedule[]`. Raises PathInvalid."""
    text = text if text.endswith("[]") else f"{text}[]"
    steps = steps_of(text)
    if any(step.pick not in (None, Append) for step in steps):
        raise PathInvalid(f'"{text}" picks one item', "write a list that a record adds items to, as lines[].schedule")
    shape = follow(root, steps, text)[1]
    if shape.kind != "part":
        raise PathInvalid(f'"{text}" is a list of plain texts', "leave `into` out and end the path of the field with []")
    return text


@lru_cache(maxsize=512)
def levels_above(level: str) -> tuple[str, ...]:
    """The levels that a level lies in, itself included, the document (an empty text) first."""
    found, position = [""], 0
    while level:
        position = level.find("[]", position) + 2
        found.append(level[:position])
        if position >= len(level):
            break
    return tuple(found)


def parent_of(level: str) -> str:
    """The level that the items of a level lie in."""
    return levels_above(level)[-2]


def target_of(text: str, root: Shape) -> Target:
    """The target of a path: its level is the longest part that ends in `[]` and has more behind it. Raises PathInvalid."""
    steps = steps_of(text)
    checked, leaf = follow(root, steps, text)
    if leaf.kind in ("part", "map", "list"):
        raise PathInvalid(f'"{text}" is no single value', f"name a member of it: {_choices(leaf)}")
    last = max((index + 1 for index, step in enumerate(steps[:-1]) if step.pick is Append), default=0)
    level = ".".join(f"{step.name}[]" if step.pick is Append else step.name for step in steps[:last])
    if any(isinstance(step.pick, int | tuple) for step in steps[:last]):
        raise PathInvalid(f'"{text}" picks an item before a list that a record fills', "pick items behind the last [] only")
    return Target(text, level, checked[last:], leaf)


def follow(root: Shape, steps: Sequence[Step], text: str) -> tuple[tuple[Step, ...], Shape]:
    """The steps with their conditions typed, and the shape they lead to. Raises PathInvalid."""
    shape, checked, said = root, [], ""
    for step in steps:
        found = shape.member(step.name)
        if found is None:
            of = said or "the document"
            raise PathInvalid(f'"{text}": {of} has no member "{step.name}"', _suggestion(step.name, shape))
        said = f"{said}.{step.name}" if said else step.name
        if step.pick is None:
            if found.kind == "list":
                raise PathInvalid(f'"{text}": {said} is a list', f"write {said}[], {said}[0] or {said}[member=value]")
            shape = Shape("text") if found.kind == "text_or_list" else found
            checked.append(step)
            continue
        if found.kind not in ("list", "text_or_list"):
            raise PathInvalid(f'"{text}": {said} is no list', f"write {said} without brackets")
        shape = found.item()
        checked.append(Step(step.name, _typed(step.pick, shape, text)))
        said += "[]"
    return tuple(checked), shape


def _typed(pick: type[Append] | int | Conditions, shape: Shape, text: str) -> type[Append] | int | Conditions:
    """A pick whose conditions have values of the members' types."""
    if not isinstance(pick, tuple):
        return pick
    typed: list[tuple[str, Any]] = []
    for name, value in pick:
        member = shape.member(name)
        if member is None:
            raise PathInvalid(f'"{text}": the items have no member "{name}"', _suggestion(name, shape))
        if member.kind == "flag" and value in ("true", "false"):
            typed.append((name, value == "true"))
        elif member.kind == "text" and (not member.words or value in member.words):
            typed.append((name, value))
        else:
            words = ", ".join(sorted(member.words)) or "true, false or a plain text"
            raise PathInvalid(f'"{text}": "{name}" cannot be "{value}"', f"write one of: {words}")
    return tuple(typed)


def _choices(shape: Shape) -> str:
    if shape.kind == "list":
        return f"{_choices(shape.item())}, behind [] or [0]"
    return ", ".join(shape.names()[:12]) or "a name of your choice"


def _suggestion(name: str, shape: Shape) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    close = get_close_matches(name, shape.names(), 1)
    return f'did you mean "{close[0]}"?' if close else f"it has: {', '.join(shape.names()) or 'no members'}"


def put(owner: Value, steps: tuple[Step, ...], value: Any) -> tuple[Any, str | int, Any]:
    """Set a member. Answers its holder and key for lineage, and the other value that was there before (None when it fitted)."""
    for step in steps[:-1]:
        owner = _into(owner, step)
    last = steps[-1]
    if last.pick is None:
        before = owner.get(last.name)
        if before is None:
            owner[last.name] = value
        return owner, last.name, before if before is not None and before != value else None
    found = owner.setdefault(last.name, [])
    if last.pick is Append:
        found.append(value)
        return found, len(found) - 1, None
    assert isinstance(last.pick, int)
    found.extend([None] * (last.pick + 1 - len(found)))
    before = found[last.pick]
    if before is None:
        found[last.pick] = value
    return found, last.pick, before if before is not None and before != value else None


def _into(owner: Value, step: Step) -> Value:
    """The part that a step leads to, made where there is none."""
    if step.pick is None:
        inner: Value = owner.setdefault(step.name, {})
        return inner
    items: list[Value] = owner.setdefault(step.name, [])
    if isinstance(step.pick, int):
        items.extend({} for _ in range(step.pick + 1 - len(items)))
        return items[step.pick]
    assert isinstance(step.pick, tuple)
    for item in items:
        if all(item.get(key) == said for key, said in step.pick):
            return item
    items.append(dict(step.pick))
    return items[-1]


def holder(owner: Value, steps: tuple[Step, ...]) -> Value | None:
    """The part that holds the last member, where there is one."""
    for step in steps[:-1]:
        found = owner.get(step.name)
        if step.pick is not None:
            found = _picked(found, step.pick)
        if not isinstance(found, dict):
            return None
        owner = found
    return owner


def _picked(items: Any, pick: Any) -> Any:
    """The item of a list that a pick means, None where there is none."""
    if not isinstance(items, list):
        return None
    if isinstance(pick, int):
        return items[pick] if pick < len(items) else None
    if pick is Append:
        return items[0] if items else None
    return next((item for item in items if isinstance(item, dict) and all(item.get(k) == said for k, said in pick)), None)


def items_at(owner: Value, level: str, parent: str) -> list[Value]:
    """The items of a level below an item of its parent."""
    *way, name = level.removesuffix("[]")[len(parent) :].lstrip(".").split(".")
    found = look(owner, tuple(way))
    items = found.get(name) if found is not None else None
    return items if isinstance(items, list) else []


def begin_item(owner: Value, level: str, parent: str) -> Value:
    """One more item of a level below an item of its parent."""
    *way, name = level.removesuffix("[]")[len(parent) :].lstrip(".").split(".")
    item: Value = {}
    descend(owner, tuple(way)).setdefault(name, []).append(item)
    return item


def close_gaps(value: Any) -> None:
    """Take out the empty items that `[2]` without `[1]` leaves."""
    if isinstance(value, dict):
        for inner in value.values():
            close_gaps(inner)
    elif isinstance(value, list):
        for inner in value:
            close_gaps(inner)
        value[:] = [inner for inner in value if inner is not None and inner != {}]
