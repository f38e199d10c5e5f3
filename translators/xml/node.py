"""An XML document as a light tree: what reading and writing speak of, free of the parser and of prefixes."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from translators.xml.namespaces import NAMESPACES

Attributes = list[tuple[str, str]] | tuple[()]

REPLACEABLE = -1
"""The ordinal of elements that were written without being asked for: what was kept of the original goes before them."""

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow (its production 2)."""

_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


class Node:
    """An element. `name` carries the prefix of `namespaces`; `ordinal` counts elements in the document, from 1."""

    __slots__ = ("attributes", "children", "name", "ordinal", "text")

    def __init__(self, name: str, text: str | None = None, attributes: Attributes = (), ordinal: int = 0) -> None:
        self.name = name
        self.text = text
        self.attributes = attributes
        self.children: list[Node] = []
        self.ordinal = ordinal

    def child(self, name: str) -> "Node | None":
        """The first child of a name."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def find(self, *names: str) -> "Node | None":
        """The first element down a path of names."""
        found: Node | None = self
        for name in names:
            found = found.child(name) if found is not None else None
        return found

    def value(self, *names: str) -> str:
        """The text of the first element down a path of names; empty where there is none."""
        found = self.find(*names)
        return found.text.strip() if found is not None and found.text else ""

    def attribute(self, name: str) -> str:
        """The value of an attribute; empty where there is none."""
        for key, value in self.attributes:
            if key == name:
                return value
        return ""

    def set_attribute(self, name: str, value: str) -> None:
        """Give an attribute a value."""
        self.attributes = [*(pair for pair in self.attributes if pair[0] != name), (name, value)]

    def add(self, name: str, text: str | None = None) -> "Node":
        """Append a child."""
        child = Node(name, text)
        self.children.append(child)
        return child

    def walk(self) -> Iterator["Node"]:
        """This element and all inside, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if node.children:
                waiting.extend(reversed(node.children))


def way_to(root: Node, ordinal: int) -> list[Node]:
    """The elements from a root down to the one of an ordinal, or to where that would stand."""
    way = [root]
    while way[-1].ordinal < ordinal:
        below = way[-1].children
        place = bisect_right(below, ordinal, key=lambda node: node.ordinal)
        if not place:
            break
        way.append(below[place - 1])
    return way


def way_as_text(way: Sequence[Node]) -> str:
    """A way for people: `Order/cac:OrderLine[2]/cbc:ID`, numbers only where several siblings have one name."""
    steps = [local(way[0].name)]
    for parent, node in pairwise(way):
        same = [child for child in parent.children if child.name == node.name]
        steps.append(f"{node.name}[{same.index(node) + 1}]" if len(same) > 1 else node.name)
    return "/".join(steps)


def local(name: str) -> str:
    """A name without its prefix or namespace."""
    return name.rpartition("}")[2] if name.startswith("{") else name.rpartition(":")[2]


def serialise(root: Node, namespace: str | None = None) -> str:
    """The text of a tree, an element a line. `namespace` is that of the root and of all names without a prefix."""
    used = {node.name.partition(":")[0] for node in root.walk() if ":" in node.name and not node.name.startswith("{")}
    declared = [("xmlns", namespace)] if namespace else []
    declared += [(f"xmlns:{prefix}", NAMESPACES[prefix]) for prefix in sorted(used) if prefix in NAMESPACES]
    lines: list[str] = []
    _write(root, lines, "", "".join(f' {name}="{value}"' for name, value in declared))
    return "\n".join(lines) + "\n"


def _write(node: Node, lines: list[str], indent: str, more: str = "") -> None:
    tag, attributes = node.name, more
    if tag.startswith("{"):  # an element kept as it was, of a namespace without a prefix of ours
        namespace, _, tag = tag[1:].partition("}")
        attributes += f' xmlns="{namespace.translate(_QUOTED)}"'
    for name, value in node.attributes:
        shown, declaration = _attribute(name)
        attributes += f'{declaration} {shown}="{value.translate(_QUOTED)}"'
    if node.children:
        lines.append(f"{indent}<{tag}{attributes}>{(node.text or '').translate(_SPECIAL)}")
        for child in node.children:
            _write(child, lines, indent + "  ")
        lines.append(f"{indent}</{tag}>")
    elif node.text:
        lines.append(f"{indent}<{tag}{attributes}>{node.text.translate(_SPECIAL)}</{tag}>")
    else:
        lines.append(f"{indent}<{tag}{attributes}/>")


def _attribute(name: str) -> tuple[str, str]:
    """An attribute's name on the wire, and the declaration its namespace needs."""
    if not name.startswith("{"):
        return name, ""
    namespace, _, own = name[1:].partition("}")
    if namespace == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{own}", ""
    return f"a:{own}", f' xmlns:a="{namespace.translate(_QUOTED)}"'
