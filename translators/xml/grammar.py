"""The table of a document type made ready: aggregates, the children of each in order, and what values look like."""

import re
from collections.abc import Callable
from functools import cached_property

from translators.xml.node import Node

UNBOUNDED = 1_000_000_000
Pattern = re.Pattern[str] | None


class Child:
    """A child of an aggregate: its place, how often it may stand, and either its aggregate or what its value looks like."""

    __slots__ = ("_inner", "hollow", "kind", "maximum", "minimum", "name", "needed", "pattern", "place")

    def __init__(
        self,
        name: str,
        place: int,
        *,
        minimum: int,
        maximum: int,
        kind: str = "",
        pattern: Pattern = None,
        needed: str = "",
        hollow: bool = False,
        inner: "Callable[[], Aggregate] | None" = None,
    ) -> None:
        self.name = name
        self.place = place
        self.minimum = minimum
        self.maximum = maximum
        self.kind = kind
        self.pattern = pattern
        self.needed = needed
        """The attribute that a value of this kind cannot be without."""
        self.hollow = hollow
        """Whether it may be without a value even where it must stand."""
        self._inner = inner

    @property
    def inner(self) -> "Aggregate | None":
        """The aggregate it is; None for a value."""
        return self._inner() if self._inner is not None else None


class Aggregate:
    """The children of an element. `seen` remembers sequences of names that were found to be in order."""

    def __init__(self, name: str, make: Callable[[], tuple[Child, ...]], *, ordered: bool = True) -> None:
        self.name = name
        self.ordered = ordered
        self._make = make
        self.seen: set[tuple[str, ...]] = set()

    @cached_property
    def children(self) -> dict[str, Child]:
        """The children there may be, by name; an aggregate without any takes whatever comes (an extension)."""
        return {child.name: child for child in self._make()}

    @cached_property
    def mandatory(self) -> tuple[Child, ...]:
        """The children there must be."""
        return tuple(child for child in self.children.values() if child.minimum)


def arrange(node: Node, aggregate: Aggregate) -> None:
    """Put what was written into the order of the standard; what the standard does not have goes last."""
    children = aggregate.children
    if len(node.children) > 1:
        node.children.sort(key=lambda child: children[child.name].place if child.name in children else UNBOUNDED)
    for child in node.children:
        definition = children.get(child.name)
        inner = definition.inner if definition is not None else None
        if inner is not None:
            arrange(child, inner)
