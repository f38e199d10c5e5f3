"""Commercial parts of header, lines and summary alike: taxes, allowances, payment, delivery, transport, packing."""

from datetime import datetime
from typing import Any

from translators.edifact.grammar import Occurrence
from translators.edifact.messages import codes
from translators.edifact.messages.reading import Notes, Value, everything, identify, joined, lines, number, put, quantity, text
from translators.edifact.tokenizer import Elements

_TAX_AMOUNT, _TAX_BASIS = ("124", "150", "176"), ("125",)


def amount(elements: Elements) -> Value | None:
    """The money of a MOA, with its currency where it names one."""
    value = number(text(elements, 1, 2))
    if value is None:
        return None
    result: Value = {"amount": value}
    put(result, "currency", text(elements, 1, 3).upper())
    return result


def tax(occurrence: Occurrence, notes: Notes) -> Value:
    """A TAX with its amounts and place."""
    result: Value = {}
    for _number, elements in occurrence.segments:
        tag, qualifier = elements[0][0], text(elements, 1)
        if tag == "TAX":
            put(result, "kind", text(elements, 2) or text(elements, 2, 4))
            put(result, "rate", number(text(elements, 5, 4)))
            category = text(elements, 6)
            put(result, "category", category)
            if category == "E":
                result["exempt"] = True
            put(result, "identification", text(elements, 7))
            notes.rest(occurrence, elements, (1, 4, 0, 0, 4, 1, 1))
        elif tag == "MOA" and qualifier in _TAX_AMOUNT and "amount" not in result and (money := amount(elements)):
            result["amount"] = money
        elif tag == "MOA" and qualifier in _TAX_BASIS and "basis" not in result and (money := amount(elements)):
            result["basis"] = money
        elif tag == "LOC" and "location" not in result and text(elements, 2):
            result["location"] = text(elements, 2)
        else:
            notes.extra(occurrence, elements)
    return result


def allowance(occurrence: Occurrence, notes: Notes) -> Value:
    """An ALC group: what is granted or charged, and how much."""
    result: Value = {"charge": False}
    for _number, elements in occurrence.segments:
        if elements[0][0] == "ALC":
            result["charge"] = text(elements, 1) == "C"
            put(result, "code", text(elements, 2, 2) or text(elements, 5))
            put(result, "settlement", text(elements, 3))
            put(result, "sequence", text(elements, 4))
            put(result, "reason", joined(lines(elements, 5, 4, 5)))
            if text(elements, 2):
                notes.keep(occurrence, elements, 2, 1)
            notes.rest(occurrence, elements, (1, 2, 1, 1, 5))
        elif not _allowance_value(elements, result):
            notes.extra(occurrence, elements)
    for inner in occurrence.groups:
        for group, elements in everything(inner):
            if not _allowance_value(elements, result):
                notes.extra(group, elements)
    return result


def _allowance_value(elements: Elements, result: Value) -> bool:
    tag, qualifier = elements[0][0], text(elements, 1)
    value: object = None
    key = ""
    if tag == "MOA":
        key, value = "basis" if qualifier == "25" else "amount", amount(elements)
    elif tag == "PCD":
        key, value = "percent", number(text(elements, 1, 2))
    elif tag == "QTY":
        key, value = "quantity", quantity(text(elements, 1, 2), text(elements, 1, 3))
    elif tag == "RTE":
        key, value = "rate", number(text(elements, 1, 2))
    if value is None or key in result:
        return False
    result[key] = value
    return True


def payment(occurrence: Occurrence, notes: Notes) -> Value:
    """A PAT group: when payment is due, and discounts for paying earlier."""
    result: Value = {}
    kind = ""
    for _number, elements in occurrence.segments:
        tag, qualifier = elements[0][0], text(elements, 1)
        if tag == "PAT":
            kind = qualifier
            put(result, "kind", codes.PAYMENTS.get(qualifier, qualifier))
            put(result, "original", qualifier)
            put(result, "text", text(elements, 2, 4) or text(elements, 2))
            put(result, "basis", text(elements, 3))
            _days(elements, result, discount=kind == "22")
            notes.rest(occurrence, elements, (1, 5, 4))
        elif tag == "PCD" and "discount_percent" not in result and (percent := number(text(elements, 1, 2))) is not None:
            result["discount_percent"] = percent
        elif tag == "MOA" and "discount_amount" not in result and (money := amount(elements)):
            result["discount_amount"] = money
        elif tag != "DTM" or not _due(elements, result, notes, discount=kind == "22"):
            notes.extra(occurrence, elements)
    return result


def _days(elements: Elements, result: Value, *, discount: bool) -> None:
    count, factor = number(text(elements, 3, 4)), codes.PERIOD_DAYS.get(text(elements, 3, 3) or "D")
    if count is None or count != count.to_integral_value() or abs(count) > 100_000:
        return
    if factor is None:
        put(result, "text", f"{result.get('text', '')} {count} {text(elements, 3, 3)}".strip())
        return
    result["discount_days" if discount else "days"] = int(count) * factor


def _due(elements: Elements, result: Value, notes: Notes, *, discount: bool) -> bool:
    when = notes.instant(elements)
    qualifier = text(elements, 1)
    if when is None or qualifier not in ("12", "13", "140", "209", "265"):
        return False
    key = "discount_due" if discount or qualifier == "12" else "due"
    if key in result:
        return False
    result[key] = when.astimezone(notes.meaning.timezone).date() if isinstance(when, datetime) else when
    return True


def delivery(occurrence: Occurrence, notes: Notes, result: Value) -> None:
    """A TOD group: who pays and bears the risk; further groups fill what the first left open."""
    for _number, elements in occurrence.segments:
        if elements[0][0] == "TOD":
            term = text(elements, 3)
            if "payment" in result or "original" in result:
                notes.extra(occurrence, elements)
                continue
            put(result, "payment", text(elements, 2))
            put(result, "original", term)
            if term.upper() in codes.INCOTERMS:
                result["incoterm"] = term.upper()
            put(result, "text", " ".join(lines(elements, 3, 4, 5)))
            notes.rest(occurrence, elements, (1, 1, 5))
        elif elements[0][0] == "LOC" and "place" not in result and (place := text(elements, 2, 4) or text(elements, 2)):
            result["place"] = place
        else:
            notes.extra(occurrence, elements)


def transport(occurrence: Occurrence, notes: Notes) -> Value:
    """A TDT group: one leg."""
    result: Value = {}
    for _number, elements in occurrence.segments:
        if elements[0][0] != "TDT":
            notes.extra(occurrence, elements)
            continue
        stage, mode = text(elements, 1), text(elements, 3)
        put(result, "stage", codes.STAGES.get(stage, stage))
        put(result, "tracking", text(elements, 2))
        put(result, "mode", codes.MODES.get(mode, mode or text(elements, 3, 2)))
        put(result, "original", mode)
        put(result, "equipment", text(elements, 4) or text(elements, 4, 2))
        carrier: Value = {}
        if text(elements, 5):
            agency = text(elements, 5, 3)
            identify(
                carrier.setdefault("identifiers", {}), codes.AGENCIES.get(agency, f"agency_{agency.lower()}"), text(elements, 5)
            )
        put(carrier, "name", text(elements, 5, 4))
        put(result, "carrier", carrier)
        notes.rest(occurrence, elements, (1, 1, 2, 2, 4))
    for inner in occurrence.groups:
        for group, elements in everything(inner):
            notes.extra(group, elements)
    return result


def packing(occurrence: Occurrence, notes: Notes) -> Value:
    """A PAC group: number and kind of packages, measures, contents, marks."""
    result: Value = {}
    for group, elements in everything(occurrence):
        tag = elements[0][0]
        if tag == "PAC":
            put(result, "packages", number(text(elements, 1)))
            put(result, "kind", text(elements, 3) or text(elements, 3, 4))
            notes.rest(group, elements, (1, 0, 4))
        elif tag == "MEA":
            measure(group, elements, notes, result)
        elif tag == "QTY" and "per_package" not in result and (contents := quantity(text(elements, 1, 2), text(elements, 1, 3))):
            result["per_package"] = contents
        elif tag == "PCI" and (marks := lines(elements, 2, 1, 10)):
            result.setdefault("marks", []).extend(marks)
            notes.rest(group, elements, (1, 10))
        else:
            notes.extra(group, elements)
    return result


def measure(occurrence: Occurrence, elements: Elements, notes: Notes, result: Value) -> None:
    """A MEA as an entry of `measures`."""
    dimension = text(elements, 2)
    value = quantity(text(elements, 3, 2), text(elements, 3))
    name = codes.MEASURES.get(dimension, dimension.lower() or text(elements, 1).lower())
    measures: dict[str, Any] = result.setdefault("measures", {})
    if value is None or not name or name in measures:
        if not measures:
            del result["measures"]
        notes.extra(occurrence, elements)
        return
    measures[name] = value
    notes.rest(occurrence, elements, (1, 1, 2))


def free_text(occurrence: Occurrence, elements: Elements, notes: Notes) -> Value | None:
    """An FTX: its lines with what they are for."""
    content, code = lines(elements, 4, 1, 5), text(elements, 3)
    if not content and not code:
        notes.extra(occurrence, elements)
        return None
    result: Value = {"lines": content}
    purpose = text(elements, 1)
    put(result, "purpose", codes.TEXTS.get(purpose, purpose))
    put(result, "language", text(elements, 5).lower())
    put(result, "code", code)
    notes.rest(occurrence, elements, (1, 0, 3, 5, 1))
    return result
