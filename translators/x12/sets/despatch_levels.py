"""The levels of a ship notice as packages, orders and lines, and these as levels.

Levels stand in each other: shipment, orders in it, pallets (tare) and packs in these, items in those; or pallets and packs with
orders in them. In the canonical document packages hold packages and name the lines in them, and lines name their order.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from translators.finding import Code
from translators.mapping.context import Reading, Writing
from translators.mapping.value import Value
from translators.x12.sets.despatch_writing import Component, structure_of, without_sums, written_levels

_PACKAGES = (("tare_levels", "T"), ("pack_levels", "P"), ("other_levels", ""))
_LEVELS = ("order_levels", "tare_levels", "pack_levels", "other_levels", "item_levels")


@dataclass(slots=True, eq=False)
class _Line:
    """A line while levels are read: `mark` is LIN01, the line of the order; `id` is SN101 where that is another."""

    data: Value
    entry: int | None
    mark: str
    id: str
    quantity: Value | None
    loose: bool
    lots: list[Value] = field(default_factory=list)
    above: "_Line | None" = None
    number: str = ""

    def takes(self, other: "_Line") -> bool:
        """Whether another item is a part of this line: the same order and order line, in another package or of another lot.

        Sums of money are said with the first part of a line; with another, they are of that part alone.
        """
        if without_sums(self.data) != other.data or not (self.quantity and other.quantity):
            return False
        if {**self.quantity, "value": 0} != {**other.quantity, "value": 0}:
            return False
        return not (self.loose and other.loose) or (counted(self.lots) and counted(other.lots))


def counted(lots: list[Value]) -> bool:
    """Whether there are lots, each with its quantity."""
    return bool(lots) and all("quantity" in lot for lot in lots)


def added(one: Value, other: Value) -> Value:
    """The sum of two quantities of one unit."""
    return {**one, "value": one["value"] + other["value"]}


class Levels:
    """Takes levels apart."""

    def __init__(self) -> None:
        self.entries: list[Value] = []
        self.standing: dict[int, dict[str, int]] = {}
        """Where totals stand, by the order they are of."""
        self.lines: list[_Line] = []
        self.packages: list[Value] = []
        self.count = 1
        self.items = 0
        self.hash = Decimal(0)
        self._known: dict[tuple[int | None, str, str], list[_Line]] = {}
        self._empty: list[tuple[Value, int]] = []

    def visit(self, node: Value, entry: int | None, package: Value | None, above: _Line | None, *, direct: bool = False) -> None:
        """Take all levels inside one. `entry` is the order around them, `package` the package, `above` the item.

        `direct` says that they stand right in the order.
        """
        for order in node.pop("order_levels", ()):
            self.count += 1
            inner = _inside(order)
            self.visit(inner, self.entry(order), package, None, direct=True)
        for name, level in _PACKAGES:
            for found in node.pop(name, ()):
                before = len(self.lines)
                self._package(found, level or found.pop("level", ""), entry, package, above)
                if (
                    direct
                    and package is None
                    and entry is not None
                    and len(self.lines) == before
                    and not found.keys() & {"contents", "packages"}
                ):
                    self._empty.append((found, entry))
        for item in node.pop("item_levels", ()):
            self._item(item, entry, package, above)

    def entry(self, order: Value) -> int:
        """The place of an order among those told of; one that says no more than is known is no other."""
        standing = order.pop("standing", None)
        found = self._entry(order)
        if standing:
            self.standing.setdefault(found, standing)
        return found

    def _entry(self, order: Value) -> int:
        key = (order.get("order", {}).get("number"), order.get("order", {}).get("release"))
        for index, known in enumerate(self.entries):
            if known == order:
                return index
            if (known.get("order", {}).get("number"), known.get("order", {}).get("release")) != key:
                continue
            if order.keys() <= {"order"} and order.get("order", {}).items() <= known.get("order", {}).items():
                return index
        self.entries.append(order)
        return len(self.entries) - 1

    def _package(self, found: Value, level: str, entry: int | None, package: Value | None, above: _Line | None) -> None:
        self.count += 1
        inner = _inside(found)
        outer = found.pop("outer_kind", None)
        if outer and found.setdefault("kind", outer) != outer:
            found.setdefault("extras", []).append({"path": "HL/TD1/01", "value": outer})
        (self.packages if package is None else package.setdefault("packages", [])).append(found)
        if above is not None and not inner:
            found["contents"], level = [{"line": above}], "IP"
        self.visit(inner, entry, found, None)
        if level != ("T" if found.get("packages") else "P"):
            found.setdefault("original_codes", {})["level"] = level

    def _item(self, item: Value, entry: int | None, package: Value | None, above: _Line | None) -> None:
        self.count, self.items = self.count + 1, self.items + 1
        inner, components = _inside(item), item.pop("components", ())
        if "order" in item:
            entry = self.entry({"order": item.pop("order")})
        quantity, mark, number = item.pop("quantity", None), item.pop("mark", ""), item.pop("id", "")
        number = "" if number == mark else number
        if quantity:
            self.hash += quantity["value"]
        item.setdefault("item", {})
        own = _package_of(item)
        if own is not None:
            (self.packages if package is None else package.setdefault("packages", [])).append(own)
            package = own
        lots = _lots(item, quantity)
        piece = _Line(item, entry, mark, number, quantity, package is None, above=above)
        piece.lots = lots
        line = self._line(piece)
        if package is not None:
            _pack(package, line, quantity, lots)
        for component in components:
            amount, own = component.pop("quantity", None), component.pop("id", "")
            component.setdefault("item", {})
            part = _Line(component, entry, "", own, amount, loose=True, lots=_lots(component, amount), above=line)
            self.lines.append(part)
        self.visit(inner, entry, None, line)

    def _line(self, piece: _Line) -> _Line:
        """The line an item is, or is a part of."""
        if (piece.mark or piece.id) and piece.above is None:
            known = self._known.setdefault((piece.entry, piece.mark, piece.id), [])
            for line in known:
                if line.takes(piece) and line.quantity and piece.quantity:
                    line.quantity = added(line.quantity, piece.quantity)
                    line.lots += piece.lots if piece.loose else ()
                    line.loose = line.loose or piece.loose
                    return line
            known.append(piece)
        if not piece.loose:
            piece.lots = []
        self.lines.append(piece)
        return piece

    def finish(self, document: Value) -> None:
        """Give the document its orders, packages and lines."""
        if len(self.entries) == 1 and all(line.entry is None for line in self.lines):
            for line in self.lines:  # an item that stands in no order is of the only one there is
                line.entry = 0
        self._number()
        if self.packages:
            document["packages"] = self.packages
            _name_contents(self.packages)
        if self.lines:
            document["lines"] = [self._finished(line) for line in self.lines]
        for package, entry in self._empty:
            number = self._order(entry).get("number")
            reference = {"kind": "order", "number": number}
            if len(self.entries) > 1 and number and reference not in package.get("references", ()):
                package.setdefault("references", []).append(reference)
        self._finish_orders(document)

    def _order(self, entry: int) -> Value:
        found: Value = self.entries[entry].get("order", {})
        return found

    def _number(self) -> None:
        used = {line.id for line in self.lines if line.id}
        first: set[str] = set()
        for position, line in enumerate(self.lines, 1):
            if line.id and line.id not in first:
                first.add(line.id)
                line.number = line.id
                continue
            line.number = line.mark if line.mark and line.mark not in used else str(position)
            while line.number in used:
                position += 1  # noqa: PLW2901 - the next free number
                line.number = str(position)
            used.add(line.number)

    def _finished(self, line: _Line) -> Value:
        found: Value = {"number": line.number, **line.data}
        if line.quantity:
            found["quantity"] = line.quantity
        if line.lots:
            found["lots"] = line.lots
        if line.above is not None:
            found["part_of"] = line.above.number
        if line.entry is not None and self._order(line.entry).get("number"):
            order = self._order(line.entry)
            found["order"] = {name: order[name] for name in ("number", "release") if name in order}
            if line.mark:
                found["order"]["line"] = line.mark
        return found

    def _finish_orders(self, document: Value) -> None:
        if len(self.entries) == 1 and "order" in self.entries[0]:
            document["order"] = self.entries[0]["order"]
            if len(self.entries[0]) == 1:
                return
        numbers = [self._order(index).get("number") for index in range(len(self.entries))]
        for index, entry in enumerate(self.entries):
            entry.setdefault("order", {}).setdefault("number", "")
            if numbers.count(numbers[index]) > 1:
                entry["lines"] = [line.number for line in self.lines if line.entry == index]
        if self.entries:
            document["orders"] = self.entries


def _inside(node: Value) -> Value:
    """Take the levels inside a level out of it."""
    return {name: node.pop(name) for name in _LEVELS if name in node}


def _package_of(item: Value) -> Value | None:
    """The package that an item level describes by numbers of its own."""
    if "identifiers" not in item and "marks" not in item:
        return None
    package: Value = {name: item.pop(name) for name in ("identifiers", "marks") if name in item}
    codes: Value = item.get("original_codes", {})
    kept = {scheme: codes.pop(scheme) for scheme in package.get("identifiers", ()) if scheme in codes}
    if not codes:
        item.pop("original_codes", None)
    package["original_codes"] = {**kept, "level": "I"}
    return package


def _pack(package: Value, line: _Line, quantity: Value | None, lots: list[Value]) -> None:
    """Put a line, or a part of it, into a package; parts of several lots are one content."""
    contents = package.setdefault("contents", [])
    for content in contents:
        if content["line"] is line and quantity and counted(lots) and counted(content.get("lots", [])):
            content["quantity"] = added(content["quantity"], quantity)
            content["lots"] += lots
            return
    content = {"line": line}
    if quantity:
        content["quantity"] = quantity
    if lots:
        content["lots"] = lots
    contents.append(content)


def _lots(item: Value, quantity: Value | None) -> list[Value]:
    """The lots an item level names, in the numbers of the item, in references, by dates."""
    lot, identifiers = item.pop("lot", {}), item["item"].get("identifiers", {})
    numbers = [*_listed(identifiers.pop("lot", None)), *lot.pop("numbers", ())]
    serials = [*_listed(identifiers.pop("serial", None)), *lot.pop("serials", ())]
    if not identifiers:
        item["item"].pop("identifiers", None)
    codes: Value = item.get("original_codes", {})
    kept = {name.removeprefix("lot."): codes.pop(name) for name in list(codes) if name.startswith("lot.")}
    if "original_codes" in item and not codes:
        del item["original_codes"]
    if not (numbers or serials or lot):
        return []
    found: list[Value] = [{"number": number} for number in dict.fromkeys(numbers)] or [{}]
    found[0].update(lot)
    if serials:
        found[0]["serials"] = list(dict.fromkeys(serials))
    if kept:
        found[0]["original_codes"] = kept
    if len(found) == 1 and quantity:
        found[0]["quantity"] = dict(quantity)
    return found


def _listed(value: str | list[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else value


def _name_contents(packages: list[Value]) -> None:
    for package in packages:
        for content in package.get("contents", ()):
            content["line"] = content["line"].number
        _name_contents(package.get("packages", []))


def visited(document: Value) -> Levels:
    """The levels of a document, taken out of it."""
    reader, order = Levels(), document.pop("order", None)
    entry = reader.entry({"order": order}) if order else None
    reader.visit(document, entry, None, None)
    return reader


def finish(document: Value, reader: Levels) -> None:
    """Give the document what stood in its levels; the structure is kept where another would be written."""
    reader.finish(document)
    structure = document.pop("structure", None)
    if structure and structure != structure_of(document):
        document.setdefault("original_codes", {})["structure"] = structure


def unfold(document: Value, context: Reading) -> Value:
    """Levels as packages, orders and lines; the totals are judged."""
    reader = visited(document)
    finish(document, reader)
    _check(document, reader, context)
    return document


def _check(document: Value, reader: Levels, context: Reading) -> None:
    """CTT counts levels (or, by some, lines); its hash total is that of the quantities."""
    index, totals = document.pop("standing", {}).get("CTT"), document.get("totals", {})
    claimed = totals.get("line_count")
    if claimed == reader.count:
        del totals["line_count"]
    elif claimed is not None and index is not None and claimed not in (reader.items, len(reader.lines)):
        text = f"CTT claims {claimed} levels, there are {reader.count}."
        context.note(Code.CONTROL_TOTAL, text, index, 1, str(reader.count), str(claimed))
    quantity = totals.get("quantity")
    if quantity is not None and index is not None and quantity != reader.hash:
        text = f"The hash total of CTT is {quantity}, the quantities come to {reader.hash}."
        context.note(Code.CONTROL_TOTAL, text, index, 2, str(reader.hash), str(quantity))
    if not totals:
        document.pop("totals", None)


def into_levels(document: Value, context: Writing, component: Component | None = None) -> int:
    """Packages, orders and lines as levels, and their structure; the number of levels."""
    structure = document.get("original_codes", {}).pop("structure", None) or structure_of(document)
    if not document.get("original_codes", True):
        del document["original_codes"]
    count = written_levels(document, context, packages_first=structure in PACKAGES_FIRST, component=component)
    document["structure"] = structure
    return count


def fold(document: Value, context: Writing) -> Value:
    """Packages, orders and lines as levels, which are counted."""
    count = into_levels(document, context)
    document.setdefault("totals", {}).setdefault("line_count", count)
    return document


PACKAGES_FIRST = frozenset({"0003"})
"""Structures (1005) in which orders stand in packages."""
