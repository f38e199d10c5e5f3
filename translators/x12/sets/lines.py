"""Order lines and sub-lines: item numbers, quantities, prices, descriptions, schedules, quantities by store."""

from datetime import date, datetime
from decimal import Decimal

from translators.x12.grammar import COMPONENT
from translators.x12.sets import codes
from translators.x12.sets.conversion import Value, identify, number, quantity
from translators.x12.sets.walk import LINE, SUB_LINE, Walk


def po1(walk: Walk, row: list[str]) -> None:
    """PO1: a line begins, with quantity, unit price and up to ten item numbers."""
    line: Value = {"item": {"identifiers": {}}}
    walk.order["lines"].append(line)
    walk.begin(LINE, line)
    if row[1]:
        line["number"] = row[1]
    if (ordered := walk.quantity(2, 3)) is not None:
        line["quantity"] = ordered
    _price(walk, line, 4, 5)
    _item_numbers(walk, line, 6)


def sln(walk: Walk, row: list[str]) -> bool:
    """SLN: a component of the line, with what a line has. Without a line it is kept as it is."""
    if walk.levels[LINE] is walk.order:
        return False
    sub: Value = {"item": {"identifiers": {}}}
    walk.levels[LINE].setdefault("sub_lines", []).append(sub)
    walk.begin(SUB_LINE, sub)
    if row[1]:
        sub["number"] = row[1]
    if (ordered := walk.quantity(4, 5)) is not None:
        sub["quantity"] = ordered
    _price(walk, sub, 6, 7)
    _item_numbers(walk, sub, 9)
    return True


def _price(walk: Walk, line: Value, element: int, basis_element: int) -> None:
    """A unit price and its basis (639). A price of zero is a price."""
    amount = walk.number(element)
    basis = walk.row[basis_element]
    if amount is None:
        if basis:
            walk.extra(basis_element)
        return
    price: Value = {"amount": amount}
    if walk.currency:
        price["currency"] = walk.currency
    if basis:
        price["original"] = basis
        if basis in codes.PRICE_BASES:
            price["basis"] = quantity(Decimal(codes.PRICE_BASES[basis]), walk.row[basis_element - 2].partition(COMPONENT)[0])
        elif basis in codes.PRICE_KINDS_BY_BASIS:
            price["kind"] = codes.PRICE_KINDS_BY_BASIS[basis]
    line["price"] = price


def _item_numbers(walk: Walk, line: Value, first: int) -> None:
    """Pairs of kind and number to the end of the segment; a half of a pair is kept as it is."""
    row, item = walk.row, line["item"]
    for element in range(first, first + 20, 2):
        kind, value = row[element], row[element + 1]
        if kind and value:
            _item_number(walk, item, kind, value, element + 1)
        elif kind or value:
            walk.extra(element if kind else element + 1)


def _item_number(walk: Walk, item: Value, kind: str, value: str, element: int) -> None:
    scheme = codes.ITEM_NUMBERS.get(kind)
    if scheme is None and (attribute := codes.ITEM_ATTRIBUTES.get(kind)) is not None:
        item.setdefault("attributes", []).append({"name": attribute, "value": value, "code": kind})
        return
    identify(item["identifiers"], scheme or kind.lower(), value)
    if scheme in ("gtin", "upc"):
        walk.check_digit(element, value, scheme.upper())


def line_currency(walk: Walk, row: list[str]) -> bool:
    """CUR under PO1: the currency of this line's price, and of the amounts that follow in it."""
    if not row[2]:
        return False
    walk.currency = row[2]
    if "price" in walk.target:
        walk.target["price"]["currency"] = row[2]
    return True


def lin(walk: Walk, _row: list[str]) -> bool:
    """LIN under a line: further item numbers."""
    if walk.target is walk.order:
        return False
    _item_numbers(walk, walk.target, 2)
    return True


def tc2(walk: Walk, row: list[str]) -> bool:
    """TC2: the item's code in a tariff."""
    scheme = codes.TARIFFS.get(row[1])
    if scheme is None or walk.target is walk.order or not row[2]:
        return False
    identify(walk.target["item"]["identifiers"], scheme, row[2])
    return True


def pid(walk: Walk, row: list[str]) -> bool:
    """PID: the item in words, or one of its characteristics. In the header it is a text."""
    value = row[5] or row[4]
    if not value:
        return False
    if walk.target is walk.order:
        walk.add("texts", {"purpose": "description", "lines": [value]})
        return row[5] != "" and not row[2] and not row[4]
    item = walk.target["item"]
    if row[2] in codes.PLAIN_DESCRIPTIONS and row[5]:
        if "name" not in item:
            item["name"] = value
        else:
            before = item.get("description")
            item["description"] = f"{before}\n{value}" if before else value
        if row[4]:
            walk.extra(4)
        return True
    attribute: Value = {"name": codes.CHARACTERISTICS.get(row[2], row[2] or "description"), "value": value}
    if row[4]:
        attribute["code"] = row[4]
    item.setdefault("attributes", []).append(attribute)
    return True


def mea(walk: Walk, row: list[str]) -> bool:
    """MEA: a measurement of the item."""
    if walk.target is walk.order or not row[3]:
        return False
    unit = row[4].partition(COMPONENT)[0]
    name = codes.MEASURES.get(row[2], row[2] or row[1] or "measurement")
    if row[1] and row[2]:
        walk.extra(1)
    value = f"{row[3]} {codes.UNITS.get(unit, unit)}".strip()
    walk.target["item"].setdefault("attributes", []).append({"name": name, "value": value, "code": row[2] or row[1]})
    return True


def qty(walk: Walk, row: list[str]) -> bool:
    """QTY: a further quantity of the line."""
    value = number(row[2])
    name = codes.QUANTITIES.get(row[1], row[1] or "quantity")
    if value is None or name in walk.target.get("other_quantities", {}):
        return False
    walk.target.setdefault("other_quantities", {})[name] = quantity(value, row[3].partition(COMPONENT)[0])
    return True


def sch(walk: Walk, row: list[str]) -> None:
    """SCH: a part of the line for a date and, perhaps, a place."""
    part: Value = {}
    if (count := walk.quantity(1, 2)) is not None:
        part["quantity"] = count
    if row[4]:
        part["ship_to"] = {"name": row[4]}
    for element in (5, 8):
        when = walk.when(element + 1, element + 2)
        if when is None:
            if row[element]:
                walk.extra(element)
        elif not _schedule_date(part, row[element], when):
            walk.extra(element)
            walk.extra(element + 1)
    walk.add("schedule", part)


def _schedule_date(part: Value, qualifier: str, when: date | datetime) -> bool:
    """A part of a line has one date, and a period; False when the date's place is taken."""
    if (end := codes.SHIP_WINDOW.get(qualifier)) is not None:
        part.setdefault("kind", "ship_window")
    elif qualifier in codes.LATEST_DELIVERY:
        end = "end"
    elif codes.DATES.get(qualifier) == "earliest_delivery":
        end = "start"
    if end is not None:
        period = part.setdefault("period", {})
        return bool(period.setdefault(end, when) is when)
    if "requested" in part:
        return False
    part["requested"] = when
    if qualifier not in codes.REQUESTED_DELIVERY:
        part["kind"] = codes.DATES.get(qualifier, f"date_{qualifier.lower()}")
    return True


def sdq(walk: Walk, row: list[str]) -> None:
    """SDQ: quantities of the line by store or warehouse."""
    scheme = codes.AGENCIES.get(row[2], row[2].lower() or "partner")
    for element in range(3, 23, 2):
        count = walk.number(element + 1)
        if row[element] and count is not None:
            part = {"quantity": quantity(count, row[1]), "ship_to": {"identifiers": {scheme: row[element]}}}
            walk.add("schedule", part)
        elif row[element]:
            walk.extra(element)
        elif count is not None:
            walk.extra(element + 1)
