"""Parties, places and contacts: NAD with what hangs on it."""

from translators.edifact.grammar import Occurrence
from translators.edifact.messages import codes
from translators.edifact.messages.reading import Notes, Value, everything, identify, joined, lines, put, text
from translators.edifact.tokenizer import Elements
from translators.finding import Code


def party(occurrence: Occurrence, notes: Notes) -> Value:
    """The party of a NAD group: identifiers, name, address, contacts, references."""
    result: Value = {}
    contacts: list[Value] = []
    references: list[Value] = []
    for number, elements in occurrence.segments:
        if elements[0][0] == "NAD":
            _name_and_address(elements, result)
            _check(notes, number, elements)
            notes.rest(occurrence, elements, (1, 3, 5, 5, 4, 1, 4, 1, 1))
        elif elements[0][0] == "LOC" and text(elements, 2):
            _location(elements, result, occurrence, notes)
        else:
            notes.extra(occurrence, elements)
    for inner in occurrence.groups:
        trigger = inner.node.trigger
        if trigger == "RFF":
            _reference(inner, notes, result, references)
        elif trigger == "CTA":
            contacts.append(contact(inner, notes))
        else:
            for group, elements in everything(inner):
                notes.extra(group, elements)
    put(result, "contacts", contacts)
    put(result, "references", references)
    return result


def _name_and_address(elements: Elements, result: Value) -> None:
    identifier = text(elements, 2)
    if identifier:
        agency = text(elements, 2, 3)
        identify(result.setdefault("identifiers", {}), codes.AGENCIES.get(agency, f"agency_{agency.lower()}"), identifier)
    put(result, "name", joined(lines(elements, 4, 1, 5)))
    address: Value = {}
    put(address, "lines", lines(elements, 3, 1, 5) + lines(elements, 5, 1, 4))
    put(address, "city", text(elements, 6))
    put(address, "region", text(elements, 7) or text(elements, 7, 4))
    put(address, "postal_code", text(elements, 8))
    put(address, "country", text(elements, 9).upper())
    put(result, "address", address)


def _location(elements: Elements, result: Value, occurrence: Occurrence, notes: Notes) -> None:
    """A place inside the party's premises; it is an identifier of the place, not of the party."""
    identify(result.setdefault("identifiers", {}), f"location_{text(elements, 1).lower() or 'other'}", text(elements, 2))
    notes.rest(occurrence, elements, (1, 3))


def _check(notes: Notes, number: int, elements: Elements) -> None:
    """The check digit of a location number."""
    value = text(elements, 2)
    if text(elements, 2, 3) == "9" and value.isascii() and value.isdigit() and not checks(value, (13,)):
        report = notes.meaning.report
        sentence = f"The location number {value} has a wrong check digit or length."
        report.judgement.add(Code.IDENTIFIER_CHECK_DIGIT, sentence, report.at(number, "NAD", 2, 1), actual=value)


def checks(value: str, lengths: tuple[int, ...]) -> bool:
    """Whether a GS1 number has one of the lengths and the right check digit (GS1 General Specifications 7.9)."""
    if len(value) not in lengths:
        return False
    digits = [*map(int, reversed(value))]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _reference(occurrence: Occurrence, notes: Notes, result: Value, references: list[Value]) -> None:
    elements = occurrence.segments[0][1]
    if (
        elements[0][0] == "RFF"
        and text(elements, 1) == "VA"
        and "tax_registration" not in result
        and len(occurrence.segments) == 1
    ):
        put(result, "tax_registration", text(elements, 1, 2))
        notes.rest(occurrence, elements, (2,))
        return
    found = reference(occurrence, notes)
    if found is not None:
        references.append(found)


def reference(occurrence: Occurrence, notes: Notes) -> Value | None:
    """The reference of an RFF group, with its date; None when it holds no number."""
    result: Value | None = None
    for _number, elements in occurrence.segments:
        if elements[0][0] == "RFF":
            result = plain_reference(occurrence, elements, notes)
        elif elements[0][0] == "DTM" and result is not None and "issued" not in result and (when := notes.instant(elements)):
            result["issued"] = when
        else:
            notes.extra(occurrence, elements)
    for inner in occurrence.groups:
        for group, elements in everything(inner):
            notes.extra(group, elements)
    return result


def plain_reference(occurrence: Occurrence, elements: Elements, notes: Notes) -> Value | None:
    """The reference of an RFF; without a number the segment is kept as it is."""
    qualifier, value = text(elements, 1), text(elements, 1, 2)
    if not value:
        notes.extra(occurrence, elements)
        return None
    result: Value = {"kind": codes.REFERENCES.get(qualifier, "other"), "number": value}
    put(result, "original", qualifier)
    put(result, "line", text(elements, 1, 3))
    notes.rest(occurrence, elements, (3,))
    return result


def contact(occurrence: Occurrence, notes: Notes) -> Value:
    """The contact of a CTA group with its numbers."""
    result: Value = {}
    for _number, elements in occurrence.segments:
        tag = elements[0][0]
        if tag == "CTA":
            function = text(elements, 1)
            put(result, "function", codes.CONTACTS.get(function, function))
            put(result, "name", text(elements, 2, 2) or text(elements, 2))
            if text(elements, 2) and text(elements, 2, 2) not in ("", text(elements, 2)):
                put(result, "other", {"code": text(elements, 2)})
            notes.rest(occurrence, elements, (1, 2))
        elif tag == "COM":
            _communication(elements, result)
        else:
            notes.extra(occurrence, elements)
    return result


def _communication(elements: Elements, result: Value) -> None:
    for element in range(1, len(elements)):
        value, means = text(elements, element), text(elements, element, 2)
        if not value:
            continue
        key = codes.MEANS.get(means)
        if key is not None and key not in result:
            result[key] = value
            continue
        other = result.setdefault("other", {})
        name = key or means.lower() or "number"
        while name in other:
            name += "_2"
        other[name] = value
