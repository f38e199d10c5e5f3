"""Packages, orders and lines as the levels of a ship notice.

Orders hold packages where every package is of one order; where one holds goods of several, orders stand in the packages.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from translators.mapping.context import Writing
from translators.mapping.value import Value, merge_identifier

_ITEM_LEVELS = ("I", "IP")
_LEVELS = ("order_levels", "tare_levels", "pack_levels", "other_levels", "item_levels")
_BILL = frozenset({"totals", "taxes", "allowances_charges"})


def every(packages: list[Value]) -> Iterator[Value]:
    """All packages of a tree."""
    for package in packages:
        yield package
        yield from every(package.get("packages", []))


def structure_of(document: Value) -> str:
    """The structure (1005) that a document is written in when nothing else is asked for."""
    packages = document.get("packages", [])
    if not packages:
        return "0004"
    return "0003" if _Orders(document).mixed(packages) else "0001"


class _Orders:
    """The orders a document tells of, and which lines and packages belong to them."""

    def __init__(self, document: Value) -> None:
        self.entries: list[Value] = list(document.get("orders", ()))
        if "order" in document and not any(_same(one["order"], document["order"]) for one in self.entries):
            self.entries.insert(0, {"order": document["order"]})
        self._lines: dict[str, int | None] = {}
        self._implied = not any("order" in line for line in document.get("lines", ()))
        listed = {line: index for index, entry in enumerate(self.entries) for line in entry.get("lines", ())}
        for line in document.get("lines", ()):
            number = line.get("number", "")
            found = listed[number] if number in listed else self._named(line.get("order"))
            self._lines.setdefault(number, found)

    def _named(self, order: Value | None) -> int | None:
        """The entry of an order; one not told of yet is added. Where no line names one, all are of the only one."""
        if order is None:
            return 0 if self._implied and len(self.entries) == 1 else None
        for index, entry in enumerate(self.entries):
            if _same(entry["order"], order):
                return index
        self.entries.append({"order": {name: order[name] for name in ("number", "release") if name in order}})
        return len(self.entries) - 1

    def named_again(self, entry: int) -> Value | None:
        """An order by its name alone; None where that is not enough to know it by."""
        order = self.entries[entry]["order"]
        alone = sum(_same(one["order"], order) for one in self.entries) == 1
        return {"order": {name: order[name] for name in ("number", "release") if name in order}} if alone else None

    def of_line(self, number: str | None) -> int | None:
        """The order of a line."""
        return self._lines.get(number or "")

    def of_package(self, package: Value) -> set[int | None]:
        """The orders of all that is in a package; of an empty one the order it refers to, or the only one there is."""
        found: set[int | None] = {self.of_line(content.get("line")) for content in package.get("contents", ())}
        for inner in package.get("packages", ()):
            found |= self.of_package(inner)
        if found:
            return found
        for reference in package.get("references", ()):
            if reference.get("kind") == "order":
                for index, entry in enumerate(self.entries):
                    if entry["order"].get("number") == reference.get("number"):
                        return {index}
        return {0} if len(self.entries) == 1 else set()

    def mixed(self, packages: list[Value]) -> bool:
        """Whether a package holds goods of several orders."""
        return any(len(self.of_package(package)) > 1 for package in packages)


def _same(one: Value, other: Value) -> bool:
    """Whether two references name the same order."""
    return bool(one.get("number") == other.get("number") and one.get("release") == other.get("release"))


def without_sums(line: Value) -> Value:
    """A line without its sums of money, which are of all of it, wherever its parts are packed."""
    found = {name: value for name, value in line.items() if name != "amounts"}
    for name in ("allowances_charges", "taxes"):
        kept = [one for one in line.get(name, ()) if "amount" not in one]
        if kept:
            found[name] = kept
        else:
            found.pop(name, None)
    return found


@dataclass(frozen=True, slots=True)
class Component:
    """What a set can say of a component of a line without a level of its own: members of the line, and of its item."""

    members: frozenset[str] = frozenset()
    of_item: frozenset[str] = frozenset()

    def all_of(self, line: Value) -> bool:
        """Whether that is all that is known of it."""
        known = {"number", "item", "quantity", "order", "part_of"} | self.members
        of_item = {"identifiers"} | self.of_item
        return line.keys() <= known and line.get("item", {}).keys() <= of_item and "line" not in line.get("order", {})

    def taken(self, line: Value) -> Value:
        """The component as the set says it."""
        names = (("id", "number"), ("quantity", "quantity"), ("item", "item"), *((name, name) for name in sorted(self.members)))
        return {name: deepcopy(line[own]) for name, own in names if line.get(own)}


def written_levels(document: Value, context: Writing, *, packages_first: bool, component: Component | None = None) -> int:
    """Put levels into the document in place of its packages, orders and lines; their number, that of the shipment included."""
    return _Writer(document, context, packages_first=packages_first, component=component or Component()).run()


class _Writer:
    def __init__(self, document: Value, context: Writing, *, packages_first: bool, component: Component) -> None:
        self._component_says = component
        self._orders = _Orders(document)
        self._root, self._context = document, context
        self._packages: list[Value] = document.pop("packages", None) or []
        self._lines: list[Value] = document.pop("lines", None) or []
        self._by_number = {line.get("number", ""): line for line in reversed(self._lines)}
        document.pop("orders", None)
        document.pop("order", None)
        self._first = packages_first or self._orders.mixed(self._packages)
        self._nodes: dict[tuple[int, int], Value] = {}
        self._entry_of: dict[int, int] = {}
        self._items: dict[str, Value] = {}
        self._marked: dict[str, tuple[Value, list[Value]]] = {}
        self._count = 1
        self._named: dict[str, int] = {}
        self._left: dict[str, Decimal] = {}
        self._quantities()

    def _quantities(self) -> None:
        """What of each line is in packages, and how often it is named."""
        for package in every(self._packages):
            for content in package.get("contents", ()):
                number = content.get("line") or ""
                self._named[number] = self._named.get(number, 0) + 1
        for number, line in self._by_number.items():
            self._left[number] = line.get("quantity", {}).get("value", Decimal(0))

    def run(self) -> int:
        if not self._first:
            for index in range(len(self._orders.entries)):
                self._under(self._root, index)
        for package in self._packages:
            self._package(package, self._root, known=False)
        for line in self._lines:
            if "part_of" not in line:
                self._loose(line)
        for line in self._lines:
            if "part_of" in line:
                self._component(line)
        for index in range(len(self._orders.entries)):
            if not any(entry == index for _, entry in self._nodes):
                self._under(self._root, index)
        self._bill_once(self._root, set())
        return self._count

    def _under(self, owner: Value, entry: int | None) -> Value:
        """The level of an order inside another level, made where it is missing; the other level itself without an order."""
        if entry is None:
            return owner
        node = self._nodes.get((id(owner), entry))
        if node is None:
            node = deepcopy(self._orders.entries[entry])
            node.pop("lines", None)
            if not node["order"].get("number"):
                del node["order"]
            self._nodes[id(owner), entry], self._entry_of[id(node)] = node, entry
            self._put(owner, "order_levels", node)
        return node

    def _bill_once(self, owner: Value, billed: set[int]) -> None:
        """Of an order that stands in several packages only the first level says what is to be paid; the others name it."""
        for node in owner.get("order_levels", ()):
            entry = self._entry_of[id(node)]
            again = self._orders.named_again(entry) if entry in billed else None
            if again is not None and node.keys() & _BILL:
                for name in node.keys() - set(_LEVELS):
                    del node[name]
                node.update(again)
            billed.add(entry)
            self._bill_once(node, billed)
        for name in _LEVELS[1:]:
            for node in owner.get(name, ()):
                self._bill_once(node, billed)

    def _put(self, owner: Value, kind: str, node: Value) -> Value:
        owner.setdefault(kind, []).append(node)
        self._count += 1
        return node

    def _package(self, package: Value, owner: Value, *, known: bool) -> None:
        level = package.get("original_codes", {}).get("level")
        contents = package.pop("contents", None) or []
        inner = package.pop("packages", None) or []
        orders = self._orders.of_package({**package, "contents": contents, "packages": inner})
        if level in _ITEM_LEVELS and len(contents) == 1 and not inner and self._in_item(package, contents[0], owner, known=known):
            return
        entry = next(iter(orders)) if len(orders) == 1 else None
        if not known and not self._first:
            owner, known = self._under(owner, entry), True
        node = self._put(owner, *_package_node(package, "T" if inner else "P", level))
        single = not known and len(orders) <= 1
        target = self._under(node, entry) if single else node
        for one in inner:
            own = self._orders.of_package(one)
            if known or single or len(own) > 1:
                self._package(one, target, known=known or single)
            else:
                self._package(one, self._under(node, next(iter(own), None)), known=True)
        for content in contents:
            self._content(content, target if known or single else self._under(node, self._orders.of_line(content.get("line"))))

    def _in_item(self, package: Value, content: Value, owner: Value, *, known: bool) -> bool:
        """A package that is described with the item in it; False where it must be a level of its own."""
        line = self._by_number.get(content.get("line") or "")
        if line is None or len(_lot_parts(self._quantity(content, line), content.get("lots") or line.get("lots") or [])) > 1:
            return False
        level = package["original_codes"].pop("level")
        if not package["original_codes"]:
            del package["original_codes"]
        if "part_of" in line and level == "I":
            self._marked[line.get("number", "")] = (package, content.get("lots") or [])
            return True
        place = owner if known else self._under(owner, self._orders.of_line(line.get("number")))
        if level == "IP":
            node = self._items.get(line.get("number", "")) or self._content({**content, "quantity": line.get("quantity")}, place)
            if node is not None:
                self._put(node, "pack_levels", package)
            return True
        node = self._content(content, place)
        if node is not None:
            _mark(node, package)
        return True

    def _quantity(self, content: Value, line: Value) -> Value | None:
        """How much of a line is in a package: all of it where only one package names it."""
        number = line.get("number", "")
        return content.get("quantity") or (line.get("quantity") if self._named.get(number, 0) == 1 else None)

    def _content(self, content: Value, owner: Value) -> Value | None:
        """The item level of what a package holds."""
        rest = {name: value for name, value in content.items() if name not in ("line", "quantity", "lots")}
        line = self._by_number.get(content.get("line") or "")
        if line is None:
            node = {"item": rest.pop("item", {}), "quantity": content.get("quantity")}
            self._context.unwritten += [f"contents[].{name}" for name in (*rest, *(["line"] if content.get("line") else []))]
            return self._put(owner, "item_levels", {name: value for name, value in node.items() if value is not None})
        self._context.unwritten += [f"contents[].{name}" for name in rest]
        number, quantity = line.get("number", ""), self._quantity(content, line)
        if quantity:
            self._left[number] -= quantity["value"]
        return self._pieces(line, quantity, content.get("lots") or line.get("lots") or [], owner)

    def _loose(self, line: Value) -> None:
        """What of a line is in no package."""
        number, left = line.get("number", ""), self._left.get(line.get("number", ""), Decimal(0))
        named = self._named.get(number, 0)
        if named and left < 0:
            self._context.unwritten.append("lines[].quantity")
        quantity = line.get("quantity")
        if named and (left <= 0 or quantity is None or number not in self._items):
            return
        if named and quantity is not None:
            quantity = {**quantity, "value": left}
        self._pieces(line, quantity, line.get("lots", []), self._under(self._root, self._orders.of_line(number)))

    def _pieces(self, line: Value, quantity: Value | None, lots: list[Value], owner: Value) -> Value:
        """An item level for each lot with a quantity of its own, else one for all."""
        number, nodes = line.get("number", ""), []
        for amount, part in _lot_parts(quantity, lots):
            said = line if number not in self._items else without_sums(line)
            nodes.append(_item_node(said, amount, part, self._order_known(line)))
            self._put(owner, "item_levels", nodes[-1])
            self._items.setdefault(number, nodes[-1])
        return nodes[0]

    def _order_known(self, line: Value) -> bool:
        entry = self._orders.of_line(line.get("number"))
        return entry is not None and bool(self._orders.entries[entry]["order"].get("number"))

    def _component(self, line: Value) -> None:
        """A line that is a component of another."""
        above, entry = self._items.get(line["part_of"]), self._orders.of_line(line.get("number"))
        foreign = above is not None and entry is not None and entry != self._orders.of_line(line["part_of"])
        marks = self._marked.get(line.get("number", ""))
        if above is not None and not foreign and marks is None and self._component_says.all_of(line):
            above.setdefault("components", []).append(self._component_says.taken(line))
            return
        if above is None:
            self._context.unwritten.append("lines[].part_of")
            above = self._under(self._root, entry)
        node = self._pieces(line, line.get("quantity"), (marks[1] if marks else []) or line.get("lots", []), above)
        if foreign and entry is not None:
            node["order"] = deepcopy(self._orders.entries[entry]["order"])
        if marks is not None:
            _mark(node, marks[0])


def _mark(node: Value, package: Value) -> None:
    """Describe a package in the level of the item that is in it."""
    codes = {**node.get("original_codes", {}), **package.pop("original_codes", {})}
    node.update(package)
    if codes:
        node["original_codes"] = codes


def _package_node(package: Value, usual: str, level: str | None) -> tuple[str, Value]:
    """The list and the level of a package."""
    codes = package.get("original_codes", {})
    codes.pop("level", None)
    if not codes:
        package.pop("original_codes", None)
    level = usual if level in (None, *_ITEM_LEVELS) else level
    if level in ("T", "P"):
        return ("tare_levels" if level == "T" else "pack_levels"), package
    return "other_levels", {**package, "level": level}


def _lot_parts(quantity: Value | None, lots: list[Value]) -> list[tuple[Value | None, list[Value]]]:
    """Quantities with the lots they are of: one for each lot where the lots make up the quantity."""
    parts = [lot.get("quantity") for lot in lots]
    if len(lots) > 1 and quantity and all(parts) and sum(part["value"] for part in parts if part) == quantity["value"]:
        return [(lot["quantity"], [lot]) for lot in lots]
    return [(quantity, lots)]


def _item_node(line: Value, quantity: Value | None, lots: list[Value], order_known: bool) -> Value:  # noqa: FBT001
    """The item level of a line."""
    left_out = ("number", "quantity", "order", "lots", "part_of")
    node = deepcopy({name: value for name, value in line.items() if name not in left_out})
    order, number = dict(line.get("order", {})), line.get("number", "")
    mark = order.pop("line", "") if order_known else number
    rest = {name: value for name, value in order.items() if name not in ("number", "release")}
    if rest:
        node["order_rest"] = rest
    if mark:
        node["mark"] = mark
    if number and number != mark:
        node["id"] = number
    if quantity:
        node["quantity"] = dict(quantity)
    if lots:
        _put_lots(node, quantity, deepcopy(lots))
    return node


def _put_lots(node: Value, quantity: Value | None, lots: list[Value]) -> None:
    """Lots as numbers of the item, references and dates: the first whole, of the others what there is room for."""
    identifiers = node.setdefault("item", {}).setdefault("identifiers", {})
    numbers = [lot.pop("number") for lot in lots if "number" in lot]
    if numbers:
        merge_identifier(identifiers, "lot", numbers[0])
    elif not identifiers:
        del node["item"]["identifiers"]
    first = lots[0]
    own = first.get("quantity")
    if len(lots) == 1 and own and quantity and own["value"] == quantity["value"]:
        del first["quantity"]
    kept = first.pop("original_codes", {})
    if kept:
        node.setdefault("original_codes", {}).update({f"lot.{name}": code for name, code in kept.items()})
    serials = [serial for lot in lots for serial in lot.pop("serials", ())]
    found = {**first, "numbers": numbers[1:], "serials": serials, "more": [lot for lot in lots[1:] if lot]}
    node["lot"] = {name: value for name, value in found.items() if value}
    if not node["lot"]:
        del node["lot"]
