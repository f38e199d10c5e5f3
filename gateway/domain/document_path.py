"""Paths into canonical documents, as routes write them: `lines[].item.identifiers.seller`, `warehouse.name`.

A name followed by `[]` means every element of that list. Paths are parsed once, when the configuration is built, and then
walked over the JSON form of a document. Walking never raises: what is not there, or has another shape, is absent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\[\])?")

Json = Any
"""A JSON value: what documents are made of here."""


class PathInvalid(ValueError):
    """The text is not a path; the message shows what one looks like."""


class Absent:
    """The type of `ABSENT`, which stands for a place with nothing in it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path; `each` when it stands for all elements of a list."""

    name: str
    each: bool = False

    def __str__(self) -> str:
        return f"{self.name}[]" if self.each else self.name


@dataclass(frozen=True, slots=True)
class DocumentPath:
    """A parsed path."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.steps))

    @property
    def head(self) -> str:
        """The member of the document that holds everything this path can reach."""
        return self.steps[0].name

    @property
    def lists(self) -> tuple[Step, ...]:
        """The steps up to and including the last `[]`; empty when the path names one place."""
        last = max((index for index, step in enumerate(self.steps) if step.each), default=-1)
        return self.steps[: last + 1]


def parse_path(text: str) -> DocumentPath:
    """Read a path. Raises PathInvalid."""
    steps = []
    for part in text.split("."):
        if not _STEP.fullmatch(part):
            raise PathInvalid(
                f'"{text}" is no path: write names joined by dots, with [] after each list, as in lines[].item.name'
            )
        steps.append(Step(part.removesuffix("[]"), part.endswith("[]")))
    return DocumentPath(tuple(steps))


@dataclass(frozen=True, slots=True)
class Place:
    """A path with its lists resolved: `indexes` has one number for each `[]` that was walked."""

    path: DocumentPath
    indexes: tuple[int, ...] = ()

    def __str__(self) -> str:
        numbers = iter(self.indexes)
        return ".".join(f"{s.name}[{next(numbers)}]" if s.each else s.name for s in self.path.steps)

    def read(self, document: Json) -> Json | Absent:
        """The value here; null counts as absent."""
        value = document
        numbers = iter(self.indexes)
        for step in self.path.steps:
            value = value.get(step.name) if isinstance(value, Mapping) else None
            if step.each:
                index = next(numbers, -1)
                value = value[index] if isinstance(value, list) and 0 <= index < len(value) else None
            if value is None:
                return ABSENT
        return value

    def write(self, document: dict[str, Json], value: Json) -> bool:
        """Put a value here, making the objects on the way. False when something else than an object is in the way."""
        node: Json = document
        numbers = iter(self.indexes)
        for step in self.path.steps[:-1]:
            if not isinstance(node, dict):
                return False
            node = _enter(node, step, numbers)
        last = self.path.steps[-1]
        if not isinstance(node, dict):
            return False
        if not last.each:
            node[last.name] = value
            return True
        items, index = node.get(last.name), next(numbers, -1)
        if not isinstance(items, list) or not 0 <= index < len(items):
            return False
        items[index] = value
        return True


def _enter(node: dict[str, Json], step: Step, numbers: Iterator[int]) -> Json:
    """The child to write into: made when absent, except inside lists, whose length is the document's own."""
    child = node.get(step.name)
    if not step.each:
        if child is None:
            child = node[step.name] = {}
        return child
    index = next(numbers, -1)
    return child[index] if isinstance(child, list) and 0 <= index < len(child) else None


def places(path: DocumentPath, document: Json) -> list[Place]:
    """Every place a path stands for in a document: one without `[]`, else one for each element of its lists."""
    if not any(step.each for step in path.steps):
        return [Place(path)]
    found: list[tuple[Json, tuple[int, ...]]] = [(document, ())]
    for step in path.lists:
        reached: list[tuple[Json, tuple[int, ...]]] = []
        for node, indexes in found:
            child = node.get(step.name) if isinstance(node, Mapping) else None
            if not step.each:
                reached.append((child, indexes))
            elif isinstance(child, list):
                reached.extend((element, (*indexes, index)) for index, element in enumerate(child))
        found = reached
    return [Place(path, indexes) for _, indexes in found]


def copied(value: Json) -> Json:
    """A deep copy of a JSON value."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [copied(element) for element in value]
    return value
