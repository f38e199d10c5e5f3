"""Rules for what cXML says about goods: the classes they belong to, their measures."""

from collections.abc import Mapping

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, look, take
from translators.mapping.words import Words
from translators.xml.context import Reading, Writing
from translators.xml.node import REPLACEABLE, Node
from translators.xml.values import taken_identifier

_UNIT = "UnitOfMeasure"


class Classified:
    """The classes an item belongs to, by domain."""

    __slots__ = ("_names", "completes", "lists", "path", "tags")

    def __init__(self, lists: Mapping[str, str], path: str = "classifications", *, required: bool = False) -> None:
        self.tags = ("Classification",)
        self.path = path
        self.completes = required
        self.lists = {domain.lower(): scheme for domain, scheme in lists.items()}
        self._names = {scheme: domain for domain, scheme in reversed(list(lists.items()))}

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the class."""
        domain, value = node.attribute("domain").strip(), (node.text or "").strip()
        if not value and not node.children:
            return True
        if not value or node.children:
            return False
        scheme = self.lists.get(domain.lower(), domain or "unspecified")
        identifiers = descend(target, tuple(self.path.split(".")))
        context.identify(identifiers, scheme, value, node)
        context.keep_attributes(node, frozenset(("domain",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A class each."""
        steps = tuple(self.path.split("."))
        for scheme in list(look(source, steps) or ()):
            while (value := taken_identifier(source, steps, scheme)) is not None:
                parent.add("Classification", value).attributes = [("domain", self._names.get(scheme, scheme))]

    def complete(self, parent: Node) -> None:
        """An empty class, where there must be one."""
        if parent.child("Classification") is None:
            node = parent.add("Classification", "")
            node.attributes = [("domain", "UNSPSC")]
            node.ordinal = REPLACEABLE


class Dimensions:
    """Measures by name."""

    __slots__ = ("names", "path", "tags")

    def __init__(self, names: Words, path: str = "measures") -> None:
        self.tags = ("Dimension",)
        self.path = path
        self.names = names

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a measure."""
        name, value, unit = self.names.known(node.value("@type")), number(node.value("@quantity")), node.value(_UNIT)
        steps = tuple(self.path.split("."))
        if name is None or value is None or name in (look(target, steps) or {}) or len(node.children) > 3:
            return False
        measures = descend(target, steps)
        measures[name] = {"value": value, "unit": unit} if unit else {"value": value}
        context.trace(measures, name, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A child for each measure that has a name here."""
        steps = tuple(self.path.split("."))
        for name in [name for name in look(source, steps) or () if name in self.names.listed]:
            value = take(source, steps, name)
            node = parent.add("Dimension")
            node.add("@quantity", plain(value["value"]))
            node.add("@type", self.names.code(name))
            if value.get("unit"):
                node.add(_UNIT, value["unit"])
