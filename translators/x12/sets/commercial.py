"""Commercial parts that stand in the header and in lines alike: dates, texts, allowances, terms, transport, packing, prices."""

from datetime import date, datetime
from decimal import Decimal

from translators.x12.grammar import COMPONENT
from translators.x12.sets import codes
from translators.x12.sets.conversion import Value, implied, instant, money, number, quantity
from translators.x12.sets.parties import contact, reference
from translators.x12.sets.walk import Walk


def ref(walk: Walk, row: list[str]) -> bool:
    """REF: a reference of the order or line."""
    value = reference(row)
    if value is None:
        return False
    walk.add("references", value)
    return True


def per(walk: Walk, row: list[str]) -> bool:
    """PER: a contact of the order."""
    if walk.target is not walk.order:
        return False
    walk.add("contacts", contact(row))
    return True


def dtm(walk: Walk, row: list[str]) -> bool:
    """DTM: a date by its meaning."""
    when = instant(row[2], row[3], row[4], walk.source.terms.timezone)
    if when is None or not put_date(walk.target, row[1], when):
        return False
    if not isinstance(when, datetime):  # a time or a zone that could not be read
        for element in (3, 4):
            if row[element]:
                walk.extra(element)
    return True


def put_date(target: Value, qualifier: str, when: date | datetime) -> bool:
    """Delivery and shipment window have fields of their own; False when the date's place is taken."""
    if qualifier in codes.REQUESTED_DELIVERY and "requested_delivery" not in target:
        target["requested_delivery"] = when
    elif qualifier in codes.LATEST_DELIVERY and "latest_delivery" not in target:
        target["latest_delivery"] = when
    elif qualifier in codes.SHIP_WINDOW:
        window = target.setdefault("ship_window", {})
        if codes.SHIP_WINDOW[qualifier] in window:
            return False
        window[codes.SHIP_WINDOW[qualifier]] = when
    else:
        others = target.setdefault("other_dates", {})
        name = codes.DATES.get(qualifier, f"date_{qualifier.lower()}")
        if name in others:
            return False
        others[name] = when
    return True


def n9(walk: Walk, row: list[str]) -> bool:
    """N9: a reference, or a line of text where it only announces one; MSG may follow with more."""
    walk.note = row[1]
    if row[1] in codes.NOTES and row[3]:
        for element in (2, 4, 5, 6):
            if row[element]:
                walk.extra(element)
        add_lines(walk, row[1], [row[3]])
        return True
    value = reference(row)
    if value is None:
        return False
    if (issued := walk.when(4, 5, 6)) is not None:
        value["issued"] = issued
    walk.add("references", value)
    return True


def note_line(walk: Walk, row: list[str]) -> None:
    """MSG under N9: a line of the text that N9 announced."""
    add_lines(walk, walk.note, [row[1]])


def allowance_currency(walk: Walk, row: list[str]) -> bool:
    """CUR under SAC: the currency of this allowance or charge alone."""
    amount = walk.target.get("allowances_charges", [{}])[-1].get("amount")
    if not row[2] or amount is None:
        return False
    amount["currency"] = row[2]
    return True


def line_of_text(walk: Walk, row: list[str]) -> None:
    """MSG: a line of free text."""
    add_lines(walk, "", [row[1]])


def mtx(walk: Walk, row: list[str]) -> bool:
    """MTX: free text with its purpose."""
    lines = [line for line in (row[2], row[3]) if line]
    if lines:
        add_lines(walk, row[1] or (walk.note if "N9/" in walk.path else ""), lines)
    return bool(lines)


def add_lines(walk: Walk, code: str, lines: list[str]) -> None:
    """Lines of one text stand in segments one after the other; what follows something else is a text of its own."""
    text = walk.text
    if text is None or walk.text_end != walk.index - 1 or text.get("code", "") != code:
        text = {"lines": []}
        if code:
            text["code"] = code
            text["purpose"] = codes.TEXTS.get(code, code)
        walk.text = text
        walk.add("texts", text)
    text["lines"].extend(lines)
    walk.text_end = walk.index


def pkg(walk: Walk, row: list[str]) -> bool:
    """PKG: how to pack, in words."""
    if not row[5]:
        return False
    text: Value = {"purpose": "packaging", "lines": [row[5]]}
    if row[4]:
        text["code"] = row[4]
    walk.add("texts", text)
    return True


def sac(walk: Walk, row: list[str]) -> bool:
    """SAC: an allowance (A, P) or a charge (C). Other services are kept as they are."""
    if row[1] not in ("A", "P", "C"):
        return False
    value: Value = {"charge": row[1] == "C"}
    _allowance_names(walk, value)
    amount, percent, rate, count = walk.implied(5, 2), walk.number(7), walk.number(8), walk.number(10)
    if amount is not None:
        value["amount"] = money(amount, walk.currency)
    if percent is not None:
        value["percent"] = percent
    if rate is not None:
        value["rate"] = rate
    if count is not None:
        value["quantity"] = quantity(count, row[9])
    elif row[9]:
        walk.extra(9)
    if row[12]:
        value["settlement"] = row[12]
    walk.add("allowances_charges", value)
    return True


def _allowance_names(walk: Walk, value: Value) -> None:
    """Code and reason of an allowance; of two codes the second is kept as it is."""
    row = walk.row
    if row[2] or row[4]:
        value["code"] = row[2] or row[4]
        if row[2] and row[4]:
            walk.extra(4)
    if row[15]:
        value["reason"] = row[15]


def txi(walk: Walk, row: list[str]) -> None:
    """TXI: a tax with its amount or rate."""
    value: Value = {"kind": row[1]}
    if (amount := walk.money(2)) is not None:
        value["amount"] = amount
    if (rate := walk.number(3)) is not None:
        value["rate"] = rate
    if (basis := walk.money(8)) is not None:
        value["basis"] = basis
    if row[6]:
        value["exempt"] = row[6] in ("0", "1", "Y")
        walk.extra(6)
    walk.add("taxes", value)


def itd(walk: Walk, row: list[str]) -> bool:
    """ITD: when payment is due, and the discount for paying earlier."""
    if walk.target is not walk.order:
        return False
    value: Value = {}
    if row[1]:
        value["kind"] = codes.TERMS_KINDS.get(row[1], row[1])
        value["original"] = row[1]
    if row[2]:
        value["basis"] = codes.TERMS_BASES.get(row[2], row[2])
    if row[12]:
        value["text"] = row[12]
    discount = walk.implied(8, 2)
    parts: Value = {
        "discount_percent": walk.number(3),
        "discount_due": walk.when(4),
        "discount_days": _days(walk, 5),
        "due": walk.when(6),
        "days": _days(walk, 7),
        "discount_amount": None if discount is None else money(discount, walk.currency),
    }
    value |= {name: part for name, part in parts.items() if part is not None}
    if value:
        walk.add("payment_terms", value)
    return True


def _days(walk: Walk, element: int) -> int | None:
    """A number of whole days; another number is kept as an extra."""
    count = walk.number(element)
    if count is None or (count == count.to_integral_value() and abs(count) < 100_000):
        return None if count is None else int(count)
    walk.extra(element)
    return None


def fob(walk: Walk, row: list[str]) -> bool:
    """FOB: who pays for transport, incoterm, place. Further ones, and those of lines, are kept as they are."""
    if walk.target is not walk.order or "delivery_terms" in walk.order:
        return False
    value: Value = {}
    if row[1]:
        value = {"payment": codes.TRANSPORT_PAYMENTS.get(row[1], row[1]), "original": row[1]}
    if row[5] in codes.INCOTERMS:
        value["incoterm"] = row[5]
    elif row[5]:
        walk.extra(5)
    places = [row[3], row[7]]
    if place := next(filter(None, places), None):
        value["place"] = place
    if row[3] and row[7]:
        value["text"] = row[7]
    if value:
        walk.order["delivery_terms"] = value
    return True


def td5(walk: Walk, row: list[str]) -> bool:
    """TD5: carrier, mode and routing of a stage."""
    if walk.target is not walk.order:
        return False
    value: Value = {}
    if row[1]:
        value["stage"] = row[1]
    if row[3]:
        scheme = codes.AGENCIES.get(row[2], row[2].lower() or "partner")
        value["carrier"] = {"identifiers": {scheme: row[3]}}
    elif row[2]:
        walk.extra(2)
    if row[4]:
        value["mode"] = codes.MODES.get(row[4], row[4])
        value["original"] = row[4]
    if row[5]:
        value["text"] = row[5]
    if row[12]:
        value["service"] = row[12]
    if value:
        walk.add("transport", value)
    return True


def td1(walk: Walk, row: list[str]) -> None:
    """TD1: number and kind of packages, weight and volume."""
    value: Value = {}
    if row[1]:
        value["kind"] = row[1]
    if (count := walk.number(2)) is not None:
        value["packages"] = count
    measures: Value = {}
    if (weight := walk.quantity(7, 8)) is not None:
        measures[codes.MEASURES.get(row[6], "weight")] = weight
    if row[6] and (weight is None or row[6] not in codes.MEASURES):
        walk.extra(6)
    if (volume := walk.quantity(9, 10)) is not None:
        measures["volume"] = volume
    if measures:
        value["measures"] = measures
    if value:
        walk.add("packaging", value)


def po4(walk: Walk, row: list[str]) -> None:
    """PO4: how the item is packed: inner packs, size, weight, volume and dimensions of a pack."""
    value: Value = {}
    if row[4]:
        value["kind"] = row[4]
    if (count := walk.number(1)) is not None:
        value["per_package"] = {"value": count}
    if measures := _measures(walk):
        value["measures"] = measures
    if value:
        walk.add("packaging", value)


def _measures(walk: Walk) -> Value:
    """Size, weight, volume and dimensions in PO4, each with its unit."""
    row = walk.row
    measures: Value = {}
    for element, unit, name in ((2, 3, "size"), (6, 7, codes.MEASURES.get(row[5], "gross_weight")), (8, 9, "gross_volume")):
        if (measure := walk.quantity(element, unit)) is not None:
            measures[name] = measure
    for element, name in ((10, "length"), (11, "width"), (12, "height")):
        if (size := walk.number(element)) is not None:
            measures[name] = quantity(size, row[13])
    if row[5] and (not row[6] or row[5] not in codes.MEASURES):
        walk.extra(5)
    if row[13] and not any(row[10:13]):
        walk.extra(13)
    return measures


def ctp(walk: Walk, row: list[str]) -> bool:
    """CTP: a further price of the line, for one unit or for a quantity."""
    amount = number(row[3]) if row[3] else None
    if amount is None or walk.target is walk.order:
        return False
    value: Value = {"amount": amount, "original": row[2]}
    if row[2]:
        value["kind"] = codes.PRICE_KINDS.get(row[2], row[2])
    if walk.currency:
        value["currency"] = walk.currency
    if (count := walk.number(4)) is not None:
        value["basis"] = quantity(count, row[5].partition(COMPONENT)[0])
    elif row[5]:
        value["basis"] = quantity(Decimal(1), row[5].partition(COMPONENT)[0])
    walk.add("other_prices", value)
    return True


def amount(walk: Walk, row: list[str]) -> bool:
    """AMT: a total of the order, or an amount of the line. Amounts of type R carry their decimal point."""
    value = implied(row[2], 0) if row[2] else None
    if value is None:
        return False
    part = money(value, walk.currency)
    if walk.target is not walk.order:
        amounts = walk.target.setdefault("amounts", {})
        name = codes.AMOUNTS.get(row[1], row[1])
    else:
        totals = walk.order.setdefault("totals", {})
        own = codes.TOTALS.get(row[1])
        if own is not None and own not in totals:
            totals[own] = part
            return True
        amounts = totals.setdefault("other", {})
        name = codes.AMOUNTS.get(row[1], row[1])
    if name in amounts:
        return False
    amounts[name] = part
    return True
