"""cXML says half of what it says in attributes. For its rules they are children, whose names begin with `@`."""

from translators.xml.grammar import Aggregate
from translators.xml.node import Node

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGE = "xml:lang"


class Attribute(Node):
    """An attribute as a child of its element; `place` counts it there, from 1, behind the text."""

    __slots__ = ("place",)

    def __init__(self, name: str, text: str, owner: Node, place: int) -> None:
        super().__init__(f"@{name}", text, (), owner.ordinal)
        self.place = place


def unfold(node: Node, aggregate: Aggregate) -> Node:
    """Make the attributes of elements that the table knows inside children of theirs. The tree itself is changed."""
    children = aggregate.children
    if not children:
        return node
    texts = 1 if (node.text or "").strip() else 0
    folded = [
        Attribute(LANGUAGE if name == _LANGUAGE else name, value, node, place)
        for place, (name, value) in enumerate(node.attributes, 1 + texts)
    ]
    for child in node.children:
        definition = children.get(child.name)
        if definition is not None and definition.inner is not None:
            unfold(child, definition.inner)
    node.attributes = ()
    node.children = [*folded, *node.children]
    return node


def fold(node: Node) -> Node:
    """Make attributes of all children that stand for one. Those set beside them, as extras are, go before."""
    kept = dict(node.attributes)
    elements = []
    for child in node.children:
        if child.name.startswith("@"):
            kept.setdefault(child.name[1:], child.text or "")
        else:
            elements.append(fold(child))
    node.attributes = list(kept.items())
    node.children = elements
    return node
