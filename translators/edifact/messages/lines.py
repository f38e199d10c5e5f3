"""Order lines: LIN with everything that hangs on it."""

from collections.abc import Callable

from translators.edifact.grammar import Occurrence
from translators.edifact.messages import codes, commercial, parties
from translators.edifact.messages.reading import Notes, Value, everything, identify, joined, number, put, quantity, text
from translators.edifact.tokenizer import Elements
from translators.finding import Code

_ORDERED = ("21", "1", "113", "47")
_GTIN_LENGTHS = (8, 12, 13, 14)
_SUB_LINE = "1"


class Line:
    """One line while it is put together."""

    __slots__ = ("description", "item", "notes", "packaging", "parent", "quantities", "value")

    def __init__(self, notes: Notes) -> None:
        self.notes = Notes(notes.meaning, [])
        self.value: Value = {}
        self.item: Value = {}
        self.description: list[str] = []
        self.quantities: dict[str, Value] = {}
        self.packaging: Value = {}
        self.parent = ""


def line(occurrence: Occurrence, notes: Notes) -> tuple[Value, str]:
    """A line of the order as a plain dict, and the number of the line it belongs to (empty for none)."""
    building = Line(notes)
    for number_, elements in occurrence.segments:
        handler = _SEGMENTS.get(elements[0][0])
        if handler is None:
            building.notes.extra(occurrence, elements)
        else:
            handler(building, occurrence, number_, elements)
    for inner in occurrence.groups:
        group_handler = _GROUPS.get(inner.node.trigger)
        if group_handler is None:
            for group, elements in everything(inner):
                building.notes.extra(group, elements)
        else:
            group_handler(building, inner)
    return _finished(building), building.parent


def _finished(building: Line) -> Value:
    value, item = building.value, building.item
    put(item, "description", joined(building.description))
    value["item"] = item
    for qualifier in _ORDERED:
        ordered = building.quantities.pop(qualifier, None)
        if ordered is not None:
            value["quantity"] = ordered
            break
    others = {codes.QUANTITIES.get(q, f"quantity_{q.lower()}"): v for q, v in building.quantities.items()}
    put(value, "other_quantities", others)
    if building.packaging:
        value.setdefault("packaging", []).insert(0, building.packaging)
    put(value, "extras", building.notes.extras)
    return value


def _lin(building: Line, occurrence: Occurrence, number_: int, elements: Elements) -> None:
    put(building.value, "number", text(elements, 1))
    action = text(elements, 2)
    put(building.value, "action", codes.ACTIONS.get(action, action))
    _item_number(building, number_, elements, 3)
    if text(elements, 4) == _SUB_LINE:
        building.parent = text(elements, 4, 2)
    put(building.item, "configuration", text(elements, 6))
    building.notes.rest(occurrence, elements, (1, 1, 4, 2, 0, 1))


def _pia(building: Line, occurrence: Occurrence, number_: int, elements: Elements) -> None:
    if text(elements, 1) not in ("1", "5", ""):
        building.notes.extra(occurrence, elements)
        return
    for element in range(2, len(elements)):
        _item_number(building, number_, elements, element)
    building.notes.rest(occurrence, elements, (1, 4, 4, 4, 4, 4))


def _item_number(building: Line, number_: int, elements: Elements, element: int) -> None:
    value, kind = text(elements, element), text(elements, element, 2)
    if not value:
        return
    scheme = codes.ITEM_NUMBERS.get(kind, kind.lower() or "unspecified")
    identify(building.item.setdefault("identifiers", {}), scheme, value)
    if scheme == "gtin" and not (value.isascii() and value.isdigit() and parties.checks(value, _GTIN_LENGTHS)):
        report = building.notes.meaning.report
        position = report.at(number_, elements[0][0], element, 1)
        sentence = f"The item number {value[:35]} has a wrong check digit or length."
        report.judgement.add(Code.IDENTIFIER_CHECK_DIGIT, sentence, position, actual=value)


def _imd(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    characteristic, code = text(elements, 2), text(elements, 3)
    words = [c for c in (elements[3][3:5] if len(elements) > 3 else []) if c.strip()]
    described = joined(words)
    name = codes.CHARACTERISTICS.get(characteristic)
    if name == "title" and described and "name" not in building.item:
        building.item["name"] = described
    elif name is not None and (described or code):
        attribute: Value = {"name": name, "value": described or code}
        put(attribute, "code", code if described else "")
        building.item.setdefault("attributes", []).append(attribute)
    elif words:
        building.description += words
        if code:
            building.notes.keep(occurrence, elements, 3, 1)
    else:
        building.notes.extra(occurrence, elements)
        return
    building.notes.rest(occurrence, elements, (1, 4, 6))


def _mea(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    commercial.measure(occurrence, elements, building.notes, building.packaging)


def _qty(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    qualifier = text(elements, 1)
    value = quantity(text(elements, 1, 2), text(elements, 1, 3))
    if value is None or qualifier in building.quantities:
        building.notes.extra(occurrence, elements)
    else:
        building.quantities[qualifier] = value


def _dtm(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    put_date(building.value, occurrence, elements, building.notes)


def put_date(target: Value, occurrence: Occurrence, elements: Elements, notes: Notes) -> None:
    """A DTM of the header or a line, by its meaning: delivery, shipment window, or another named date."""
    qualifier = text(elements, 1)
    period = notes.span(elements)
    when = period[0] if period else notes.instant(elements)
    name = codes.HEADER_DATES.get(qualifier, f"date_{qualifier.lower()}")
    others = target.get("other_dates", {})
    if when is None:
        notes.extra(occurrence, elements)
    elif qualifier == "2" and "requested_delivery" not in target:
        target["requested_delivery"] = when
        if period and "latest_delivery" not in target:
            target["latest_delivery"] = period[1]
    elif qualifier == "63" and "latest_delivery" not in target:
        target["latest_delivery"] = period[1] if period else when
    elif qualifier in ("37", "38", "10") and (period or qualifier != "10"):
        window = target.setdefault("ship_window", {})
        _window(window, qualifier, when, period)
    elif period or name in others:
        notes.extra(occurrence, elements)
    else:
        target.setdefault("other_dates", {})[name] = when


def _window(window: Value, qualifier: str, when: object, period: tuple[object, object] | None) -> None:
    if period:
        window["start"], window["end"] = period
    else:
        window["start" if qualifier == "37" else "end"] = when


def _moa(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    qualifier = text(elements, 1)
    name = codes.AMOUNTS.get(qualifier, f"amount_{qualifier.lower()}")
    amounts = building.value.setdefault("amounts", {})
    money = commercial.amount(elements)
    if money is None or name in amounts:
        building.notes.extra(occurrence, elements)
    else:
        amounts[name] = money
        building.notes.rest(occurrence, elements, (3,))
    if not amounts:
        del building.value["amounts"]


def _ftx(building: Line, occurrence: Occurrence, _number: int, elements: Elements) -> None:
    found = commercial.free_text(occurrence, elements, building.notes)
    if found is not None:
        building.value.setdefault("texts", []).append(found)


def _price(building: Line, occurrence: Occurrence) -> None:
    value, notes = building.value, building.notes
    price: Value | None = None
    for _number, elements in occurrence.segments:
        tag = elements[0][0]
        if tag == "PRI" and price is None and (found := _pri(elements)) is not None:
            price = found
            notes.rest(occurrence, elements, (6,))
        elif tag == "CUX" and price is not None and "currency" not in price and text(elements, 1, 2):
            price["currency"] = text(elements, 1, 2).upper()
        else:
            notes.extra(occurrence, elements)
    if price is None:
        return
    if "price" not in value:
        value["price"] = price
    elif price.get("kind") == "net" and value["price"].get("kind") != "net":
        value.setdefault("other_prices", []).append(value["price"])
        value["price"] = price
    else:
        value.setdefault("other_prices", []).append(price)


def _pri(elements: Elements) -> Value | None:
    money = number(text(elements, 1, 2))
    if money is None:
        return None
    qualifier, kind = text(elements, 1), text(elements, 1, 4)
    result: Value = {"amount": money}
    put(result, "kind", codes.PRICES.get(kind) or codes.PRICES.get(qualifier) or qualifier)
    put(result, "original", ":".join(filter(None, (qualifier, text(elements, 1, 3), kind))))
    basis, unit = text(elements, 1, 5), text(elements, 1, 6)
    if basis or unit:
        put(result, "basis", quantity(basis or "1", unit))
    return result


def _rff(building: Line, occurrence: Occurrence) -> None:
    found = parties.reference(occurrence, building.notes)
    if found is not None:
        building.value.setdefault("references", []).append(found)


def _pac(building: Line, occurrence: Occurrence) -> None:
    found = commercial.packing(occurrence, building.notes)
    if found:
        building.value.setdefault("packaging", []).append(found)


def _loc(building: Line, occurrence: Occurrence) -> None:
    """A place with its share of the quantity."""
    entry: Value = {}
    for _number, elements in occurrence.segments:
        if elements[0][0] == "LOC":
            place: Value = {}
            agency = text(elements, 2, 3)
            if text(elements, 2):
                identify(place, codes.AGENCIES.get(agency, f"agency_{agency.lower()}"), text(elements, 2))
            party: Value = {}
            put(party, "identifiers", place)
            put(party, "name", text(elements, 2, 4))
            put(entry, "ship_to", party)
            put(entry, "kind", f"place_{text(elements, 1).lower()}")
            building.notes.rest(occurrence, elements, (1, 4))
        else:
            _schedule_segment(building, occurrence, elements, entry)
    if entry:
        building.value.setdefault("schedule", []).append(entry)


def _scc(building: Line, occurrence: Occurrence) -> None:
    """A delivery schedule: each quantity with its date is an entry."""
    kind = ""
    for _number, elements in occurrence.segments:
        if elements[0][0] == "SCC":
            kind = text(elements, 1)
            building.notes.rest(occurrence, elements, (1,))
        else:
            building.notes.extra(occurrence, elements)
    for inner in occurrence.groups:
        entry: Value = {}
        put(entry, "kind", kind)
        for _number, elements in inner.segments:
            _schedule_segment(building, inner, elements, entry)
        building.value.setdefault("schedule", []).append(entry)


def _schedule_segment(building: Line, occurrence: Occurrence, elements: Elements, entry: Value) -> None:
    tag = elements[0][0]
    if tag == "QTY" and "quantity" not in entry and (value := quantity(text(elements, 1, 2), text(elements, 1, 3))):
        entry["quantity"] = value
    elif tag == "DTM" and "period" not in entry and (span := building.notes.span(elements)):
        entry["period"] = {"start": span[0], "end": span[1]}
    elif tag == "DTM" and "requested" not in entry and (when := building.notes.instant(elements)):
        entry["requested"] = when
    else:
        building.notes.extra(occurrence, elements)


def _nad(building: Line, occurrence: Occurrence) -> None:
    found = parties.party(occurrence, building.notes)
    function = text(occurrence.segments[0][1], 1)
    role = codes.PARTIES.get(function, function.lower())
    if role == "ship_to" and "ship_to" not in building.value:
        building.value["ship_to"] = found
    else:
        building.value.setdefault("other_parties", []).append({"role": role, **found})


def _alc(building: Line, occurrence: Occurrence) -> None:
    building.value.setdefault("allowances_charges", []).append(commercial.allowance(occurrence, building.notes))


def _tax(building: Line, occurrence: Occurrence) -> None:
    building.value.setdefault("taxes", []).append(commercial.tax(occurrence, building.notes))


_SEGMENTS: dict[str, Callable[[Line, Occurrence, int, Elements], None]] = {
    "LIN": _lin,
    "PIA": _pia,
    "IMD": _imd,
    "MEA": _mea,
    "QTY": _qty,
    "DTM": _dtm,
    "MOA": _moa,
    "FTX": _ftx,
}
_GROUPS: dict[str, Callable[[Line, Occurrence], None]] = {
    "PRI": _price,
    "RFF": _rff,
    "PAC": _pac,
    "LOC": _loc,
    "SCC": _scc,
    "NAD": _nad,
    "ALC": _alc,
    "TAX": _tax,
}
