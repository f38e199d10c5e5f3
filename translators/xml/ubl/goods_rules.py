"""Rules for what UBL says about goods: deliveries of a line, lots, measures, classifications."""

from collections.abc import Mapping

from translators.mapping.value import Value, descend, merge_identifier, paths_in, take
from translators.mapping.words import Words
from translators.xml.codecs import Day, Quantity
from translators.xml.context import Reading, Writing
from translators.xml.node import Node
from translators.xml.rules import Aggregate, Each, Inside, Rule
from translators.xml.ubl.rules import Stamp
from translators.xml.values import Leaf, taken_identifier

_NOTHING: frozenset[str] = frozenset()
_QUANTITY = Quantity()
_LANGUAGE = frozenset(("languageID",))


class Classification:
    """The classification of an item in a list (`listID`), by the scheme that the list is."""

    __slots__ = ("lists", "path", "tags")

    def __init__(self, tag: str, lists: Mapping[str, str]) -> None:
        self.tags = (tag,)
        self.path = "classifications"
        self.lists = lists

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier; classifications of other lists, or with anything beside, are kept."""
        holder = node.child("cbc:ItemClassificationCode")
        if holder is None or len(node.children) > 1 or not (holder.text or "").strip():
            return False
        scheme = self.lists.get(holder.attribute("listID").strip())
        if scheme is None:
            return False
        identifiers = descend(target, ("classifications",))
        merge_identifier(identifiers, scheme, (holder.text or "").strip())
        context.stack.append(node)
        context.keep_attributes(holder, frozenset(("listID",)))
        context.stack.pop()
        context.trace(identifiers, scheme, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A classification for each identifier of a scheme that is a list."""
        written: dict[str, str] = {}
        for code, scheme in self.lists.items():
            written.setdefault(scheme, code)
        for scheme, code in written.items():
            while (value := taken_identifier(source, ("classifications",), scheme)) is not None:
                node = parent.add(self.tags[0]).add("cbc:ItemClassificationCode", value)
                node.attributes = [("listID", code)]


class Deliveries:
    """Deliveries of a line: a single one without a quantity is about the line, others are its schedule."""

    __slots__ = ("_line", "_schedule", "path", "rules", "tags")

    def __init__(self, tag: str, line: tuple[Rule, ...], schedule: tuple[Rule, ...]) -> None:
        self.tags = (tag,)
        self.path = "schedule"
        self.rules = line
        self._line = Aggregate(*line)
        self._schedule = Each(tag, "schedule", *schedule)

    @property
    def schedule(self) -> Each:
        """The rules of one delivery among several."""
        return self._schedule

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the delivery as that of the line, or as a part of its schedule."""
        alone = sum(child.name == node.name for child in context.stack[-1].children) == 1
        if alone and node.child("cbc:Quantity") is None:
            self._line.read(node, target, context)
            return True
        return self._schedule.read(node, target, context)

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A delivery for each part of the schedule, or one for the line; both have no place beside each other."""
        if source.get("schedule"):
            self._schedule.write(source, parent, context)
            return
        node = Node(self.tags[0])
        self._line.write(source, node, context)
        if node.children:
            parent.children.append(node)


class Lots:
    """Lots and serial numbers of goods: an instance for each serial number, one for a lot without any."""

    __slots__ = ("path", "rules", "tags")

    def __init__(self, tag: str) -> None:
        self.tags = (tag,)
        self.path = "lots"
        self.rules = Aggregate(
            Stamp("cbc:ManufactureDate", "cbc:ManufactureTime", "made"),
            Leaf("cbc:BestBeforeDate", "best_before", Day()),
            Leaf("cbc:SerialID", "serial"),
            Inside("cac:LotIdentification", Leaf("cbc:LotNumberID", "number"), Leaf("cbc:ExpiryDate", "expiry", Day())),
        )

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add a lot, or a serial number to the lot before."""
        lot: Value = {}
        self.rules.read(node, lot, context)
        serial = lot.pop("serial", None)
        if not lot and serial is None:
            return True
        lots: list[Value] = target.setdefault("lots", [])
        if serial is None or not lots or {**lots[-1], "serials": None} != {**lot, "serials": None} or "serials" not in lots[-1]:
            lots.append(lot)
        if serial is not None:
            lots[-1].setdefault("serials", []).append(serial)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """An instance for each serial number."""
        for lot in source.pop("lots", None) or ():
            serials = lot.pop("serials", None) or [None]
            for serial in serials:
                said = {**lot, "serial": serial} if serial else dict(lot)
                self.rules.write(said, parent.add(self.tags[0]), context)
                context.unwritten += [f"lots[].{path}" for path in paths_in(said)]


class Dimensions:
    """Measures by name: each child says what it measures (`AttributeID`) and how much."""

    __slots__ = ("names", "path", "tags")

    def __init__(self, tag: str, names: Words) -> None:
        self.tags = (tag,)
        self.path = "measures"
        self.names = names

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a measure whose name we know."""
        measure = node.child("cbc:Measure")
        name = self.names.known(node.value("cbc:AttributeID"))
        value = _QUANTITY.read(measure, context) if measure is not None else None
        if value is None or name is None or name in target.get("measures", {}) or len(node.children) > 2:
            return False
        descend(target, ("measures",))[name] = value
        context.trace(target["measures"], name, node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A child for each measure that has a code."""
        for name in [name for name in source.get("measures") or () if name in self.names.listed]:
            node = parent.add(self.tags[0])
            node.add("cbc:AttributeID", self.names.code(name))
            _QUANTITY.write(take(source, ("measures",), name), node.add("cbc:Measure"), context)
