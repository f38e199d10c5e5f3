"""What rules need beside the element at hand: zone, currency, the way down to it, a place for what has no place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import NamedTuple

from translators.finding import Code
from translators.mapping.check_digits import fault_of
from translators.mapping.value import Value, merge_identifier
from translators.xml.namespaces import is_technical
from translators.xml.node import Node

Note = Callable[[Code, str, Node, str | None, str | None], None]
"""Takes a code, a sentence, the element, what was expected and what was there."""


class Trace(NamedTuple):
    """A canonical member and the element or attribute it came from. `owner` is the dict that holds it, by identity."""

    owner: Value
    key: str
    node: Node
    attribute: str = ""


class Scope(NamedTuple):
    """A part of the document with extras of its own: the document itself, a line. `depth` is that of its element."""

    target: Value
    depth: int


@dataclass(slots=True)
class Reading:
    """The state of reading one document. `traces` is None on the hot path."""

    timezone: tzinfo
    note: Note
    stack: list[Node]
    scopes: list[Scope]
    traces: list[Trace] | None = None
    language: str = ""
    """The language of texts that say so in every element (cXML)."""
    unread: list[str] = field(default_factory=list)
    """The names of elements that say something and were kept."""

    def keep(self, node: Node) -> None:
        """Keep an element, with all inside, that has no place in the document."""
        stack = self.stack
        stack.append(node)
        if node.text and (text := node.text.strip()):
            self._extra(self.path(), text, node)
            if not node.name.startswith("@"):
                self.unread.append(node.name)
        for name, value in node.attributes:
            self.keep_attribute(name, value)
        for child in node.children:
            self.keep(child)
        stack.pop()

    def keep_attributes(self, node: Node, taken: frozenset[str]) -> None:
        """Keep the attributes of a child of the element at hand that no member took."""
        if all(name in taken for name, _ in node.attributes):
            return
        self.stack.append(node)
        for name, value in node.attributes:
            if name not in taken:
                self.keep_attribute(name, value)
        self.stack.pop()

    def keep_attribute(self, name: str, value: str) -> None:
        """Keep an attribute of the element at hand."""
        if not is_technical(name):
            self._extra(f"{self.path()}/@{name}".lstrip("/"), value, self.stack[-1])

    def keep_text(self, value: str) -> None:
        """Keep text that stands beside the children of the element at hand."""
        self._extra(f"{self.path()}/text()".lstrip("/"), value, self.stack[-1])

    def identify(self, identifiers: Value, scheme: str, value: str, node: Node) -> None:
        """Add an identifier to those there are; a GTIN, GLN or SSCC that is none is noted."""
        merge_identifier(identifiers, scheme, value)
        if (text := fault_of(scheme, value)) is not None:
            self.note(Code.IDENTIFIER_CHECK_DIGIT, text, node, None, value)
        self.trace(identifiers, scheme, node)

    def path(self) -> str:
        """The way from the scope's element to the element at hand; `[n]` tells siblings of one name apart."""
        steps = []
        stack = self.stack
        for depth in range(self.scopes[-1].depth + 1, len(stack)):
            node, siblings = stack[depth], stack[depth - 1].children
            place = same = 0
            for sibling in siblings:
                if sibling.name == node.name:
                    same += 1
                    if sibling is node:
                        place = same
            steps.append(f"{node.name}[{place}]" if same > 1 else node.name)
        return "/".join(steps)

    def trace(self, owner: Value, key: str, node: Node) -> None:
        """Remember where a member came from, when lineage was asked for."""
        if self.traces is not None:
            self.traces.append(Trace(owner, key, node))

    def _extra(self, path: str, value: str, node: Node) -> None:
        extra: Value = {"path": path, "value": value}
        self.scopes[-1].target.setdefault("extras", []).append(extra)
        if self.traces is not None:
            _, mark, attribute = path.rpartition("@")
            self.traces.append(Trace(extra, "value", node, attribute if mark else ""))


@dataclass(slots=True)
class Writing:
    """The state of writing one document. `unwritten` holds the paths of members that have no place in the format."""

    currency: str | None = None
    timezone: tzinfo = UTC
    language: str = "en"
    unwritten: list[str] = field(default_factory=list)
