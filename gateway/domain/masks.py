"""Which values nobody is shown in views of what documents hold: members of canonical documents, and elements of segments. Pure.

`payments.account` is a member with all below it (lists are named without brackets), `*.contacts.*` has any name in a place.
`N1-02` is an element of a segment by its number, `NAD-04-1` a component of it, `NAD.3036` the same by its name in the standard.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MASK: Final = "•••"
"""What stands where a value is not shown."""

_PLACE = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?:-(?P<element>\d{1,3})(?:-(?P<component>\d{1,3}))?|\.(?P<name>[A-Z0-9]+))\Z")
_PATH = re.compile(r"(?:\*|[a-z_][a-z0-9_]*)(?:\.(?:\*|[a-zA-Z0-9_-]+))*\Z")
_INDEX = re.compile(r"\[[^\]]*\]")


class MaskInvalid(ValueError):
    """The text names nothing that could be hidden; the message shows what does."""


@dataclass(frozen=True, slots=True)
class Place:
    """An element of segments with a tag: by its number, and that of a component, or by its name in the standard."""

    tag: str
    element: int | None
    component: int | None
    name: str

    def means(self, tag: str, element: int, component: int | None, name: str) -> bool:
        """Whether it is this one. Of an element that is hidden every component is."""
        if tag != self.tag:
            return False
        if self.element is None:
            return name == self.name
        return element == self.element and (self.component is None or (component or 1) == self.component)


@dataclass(frozen=True, slots=True)
class Masks:
    """What is hidden. Nothing is where both are empty."""

    paths: tuple[tuple[str, ...], ...] = ()
    places: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.paths or self.places)

    def hides(self, path: str) -> bool:
        """Whether a member of a document is hidden, or what it is part of: `buyer.contacts[0].telephone`."""
        names = _INDEX.sub("", path).split(".")
        return any(_begins(names, pattern) for pattern in self.paths)

    def hides_place(self, tag: str, element: int, component: int | None, name: str) -> bool:
        """Whether an element of a segment is hidden by its place."""
        return any(place.means(tag, element, component, name) for place in self.places)

    def masked(self, document: Any, also: Callable[[str], bool] = lambda _value: False) -> Any:
        """A document without what is hidden; `also` says what else is, by its value."""
        return self._masked(document, "", also)

    def _masked(self, value: Any, path: str, also: Callable[[str], bool]) -> Any:
        if isinstance(value, Mapping):
            return {name: self._masked(one, f"{path}.{name}" if path else str(name), also) for name, one in value.items()}
        if isinstance(value, list):
            return [self._masked(one, path, also) for one in value]
        return MASK if value is not None and (self.hides(path) or also(str(value))) else value

    def hidden(self, document: Any) -> Iterator[tuple[str, str]]:
        """The values of a document that are hidden, each with its path."""
        return ((path, value) for path, value in _leaves(document, "") if self.hides(path))


def _begins(names: list[str], pattern: tuple[str, ...]) -> bool:
    return len(names) >= len(pattern) and all(one in ("*", name) for one, name in zip(pattern, names, strict=False))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _leaves(one, f"{path}[{index}]")
    elif value is not None:
        yield path, str(value)


def parse_masks(texts: list[str] | tuple[str, ...]) -> Masks:
    """Understand what is configured. Raises MaskInvalid."""
    paths, places = [], []
    for text in texts:
        found = _PLACE.fullmatch(text)
        if found:
            element, component = found["element"], found["component"]
            places.append(
                Place(found["tag"], int(element) if element else None, int(component) if component else None, found["name"] or "")
            )
        elif _PATH.fullmatch(text) and text.strip("*."):
            paths.append(tuple(text.split(".")))
        else:
            raise MaskInvalid(
                f'"{text}" is nothing that can be hidden: write a member of canonical documents (*.contacts.*, payments.account) '
                "or an element of segments (N1-02, NAD-04-1, NAD.3036)"
            )
    return Masks(tuple(paths), tuple(places))
