"""Order lines and sub-lines: item numbers, quantities, prices, descriptions, schedules, quantities by store."""

from decimal import Decimal

from translators.x12.grammar import COMPONENT
from translators.x12.sets import codes
from translators.x12.sets.commercial import put_date
from translators.x12.sets.conversion import Value, identify, quantity
from translators.x12.sets.walk import LINE, SUB_LINE, Walk


def po1(walk: Walk, row: list[str]) -> None:
    """PO1: a line begins, with quantity, unit price and up to ten item numbers."""
    line: Value = {"item": {"identifiers": {}}}
    walk.order["lines"].append(line)
    walk.levels[LINE] = walk.target = line
    if row[1]:
        line["number"] = row[1]
    if (ordered := walk.quantity(2, 3)) is not None:
        line["quantity"] = ordered
    _price(walk, line, 4, 5)
    _item_numbers(walk, line, 6)


def sln(walk: Walk, row: list[str]) -> None:
    """SLN: a component of the line, with what a line has."""
    sub: Value = {"item": {"identifiers": {}}}
    walk.levels[LINE].setdefault("sub_lines", []).append(sub)
    walk.levels[SUB_LINE] = walk.target = sub
    if row[1]:
        sub["number"] = row[1]
    if (ordered := walk.quantity(4, 5)) is not None:
        sub["quantity"] = ordered
    _price(walk, sub, 6, 7)
    _item_numbers(walk, sub, 9)


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
    """Pairs of kind and number to the end of the segment."""
    row, item = walk.row, line["item"]
    for element in range(first, first + 20, 2):
        value = row[element + 1]
        if value:
            _item_number(walk, item, row[element], value, element + 1)
        elif not row[element]:
            break


def _item_number(walk: Walk, item: Value, kind: str, value: str, element: int) -> None:
    attribute = codes.ITEM_ATTRIBUTES.get(kind)
    if attribute is not None:
        item.setdefault("attributes", []).append({"name": attribute, "value": value, "code": kind})
        return
    scheme = codes.ITEM_NUMBERS.get(kind, kind.lower())
    identify(item["identifiers"], scheme, value)
    if scheme in ("gtin", "upc"):
        walk.check_digit(element, value, scheme.upper())


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
    value = f"{row[3]} {codes.UNITS.get(unit, unit)}".strip()
    walk.target["item"].setdefault("attributes", []).append({"name": name, "value": value, "code": row[2] or row[1]})
    return True


def qty(walk: Walk, row: list[str]) -> bool:
    """QTY: a further quantity of the line."""
    value = walk.quantity(2, 3)
    others = walk.target.setdefault("other_quantities", {})
    name = codes.QUANTITIES.get(row[1], row[1] or "quantity")
    if value is None or name in others:
        return False
    others[name] = value
    return True


def sch(walk: Walk, row: list[str]) -> None:
    """SCH: a part of the line for a date and, perhaps, a place."""
    part: Value = {}
    if (count := walk.quantity(1, 2)) is not None:
        part["quantity"] = count
    if row[4]:
        part["ship_to"] = {"name": row[4]}
    first, second = walk.when(6, 7), walk.when(9, 10)
    dates: Value = {}
    for qualifier, when in ((row[5], first), (row[8], second)):
        if when is not None and not put_date(dates, qualifier, when):
            dates.setdefault("other_dates", {})[f"date_{qualifier.lower()}"] = when
    _schedule_dates(part, dates)
    walk.add("schedule", part)


def _schedule_dates(part: Value, dates: Value) -> None:
    """A schedule has one date of a kind, or a period; the rest of a line's dates does not occur in it."""
    others = dates.get("other_dates", {})
    start = others.get("earliest_delivery") or dates.get("ship_window", {}).get("start")
    end = dates.get("latest_delivery") or dates.get("ship_window", {}).get("end")
    if "requested_delivery" in dates:
        part["requested"] = dates["requested_delivery"]
    elif others and not start:
        part["kind"], part["requested"] = next(iter(others.items()))
    if start or end:
        part["period"] = {name: value for name, value in (("start", start), ("end", end)) if value}
        if "ship_window" in dates:
            part.setdefault("kind", "ship_window")


def sdq(walk: Walk, row: list[str]) -> None:
    """SDQ: quantities of the line by store or warehouse."""
    scheme = codes.AGENCIES.get(row[2], row[2].lower() or "partner")
    for element in range(3, 23, 2):
        count = walk.number(element + 1)
        if row[element] and count is not None:
            part = {"quantity": quantity(count, row[1]), "ship_to": {"identifiers": {scheme: row[element]}}}
            walk.add("schedule", part)
