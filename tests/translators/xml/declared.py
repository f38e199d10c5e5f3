"""Values that a declaration can say, drawn from the declaration itself, so that every rule of every document is tried."""

import string
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from translators.mapping.value import descend, look, merge_identifier
from translators.xml import codecs, rules, values
from translators.xml.cii import rules as cii
from translators.xml.cxml import confirmation_request, invoicing, ship_notice_request
from translators.xml.cxml import goods_rules as cxml_goods
from translators.xml.cxml import parts as cxml_parts
from translators.xml.cxml import party_rules as cxml_party
from translators.xml.cxml import rules as cxml
from translators.xml.grammar import Aggregate as Table
from translators.xml.ubl import goods_rules, party_rules
from translators.xml.ubl import rules as ubl
from translators.xml.ubl.codes import REFERENCES

Draw = Any
Value = dict[str, Any]

TEXTS = st.text(alphabet=string.ascii_letters + string.digits + " <>&\"'.,;()äßéЖ漢😀-_/", min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text != "NA"
)
WORDS = st.text(alphabet=string.ascii_uppercase + string.digits, min_size=3, max_size=8).filter(lambda text: text != "VAT")
NUMBERS = st.decimals(min_value=Decimal(-(10**9)), max_value=Decimal(10**9), places=3, allow_nan=False, allow_infinity=False)
WHOLES = st.integers(min_value=0, max_value=10**6)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
INSTANTS = st.builds(datetime.combine, DAYS, st.times(), st.just(UTC)).map(lambda instant: instant.replace(fold=0))
CURRENCIES = st.sampled_from(("EUR", "USD", "SEK"))
UNITS = st.sampled_from(("H87", "KGM", "LTR"))
AMOUNTS = st.fixed_dictionaries({"amount": NUMBERS, "currency": CURRENCIES})
QUANTITIES = st.fixed_dictionaries({"value": NUMBERS, "unit": UNITS})

_OF_CODEC: dict[type, Any] = {
    codecs.Text: TEXTS,
    codecs.Number: NUMBERS,
    codecs.Whole: WHOLES,
    codecs.Digits: WHOLES.map(str),
    codecs.Indicator: st.booleans(),
    codecs.Day: DAYS,
    codecs.Instant: st.one_of(DAYS, INSTANTS),
    codecs.Amount: AMOUNTS,
    codecs.Quantity: QUANTITIES,
}


def fill(draw: Draw, declared: tuple[Any, ...], table: Table, target: Value, depth: int = 0, *, needed: bool = True) -> None:
    """Put something for each rule into the target: always where the table says so, by chance elsewhere."""
    left_out = []
    before = repr(target)
    for rule in sorted(declared, key=lambda rule: isinstance(rule, confirmation_request.Substitute | cxml.Unit)):
        child = table.children[rule.tags[0]]
        if getattr(rule, "reading_only", False):
            continue
        if not child.minimum and draw(st.integers(0, 2 + depth)) != 0:
            left_out.append((rule, child))
            continue
        _FILLERS[type(rule)](draw, rule, child, target, depth)
    while needed and left_out and repr(target) == before:  # an element is not empty
        rule, child = left_out.pop()
        _FILLERS[type(rule)](draw, rule, child, target, depth)


def pruned(value: Any) -> Any:
    """The value without empty parts; an item may be without anything."""
    if not isinstance(value, dict):
        return [pruned(item) for item in value] if isinstance(value, list) else value
    inner = {key: pruned(said) for key, said in value.items()}
    return {key: said for key, said in inner.items() if said not in ({}, []) or key == "item"}


def _put(target: Value, path: str, value: Any) -> None:
    *steps, key = path.split(".")
    descend(target, tuple(steps)).setdefault(key, value)


def _leaf(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    codec = rule.codec
    if isinstance(codec, codecs.Known | codecs.Coded):
        value = draw(st.sampled_from(codec.words.listed))
    else:
        value = draw(_OF_CODEC[type(codec)])
    _put(target, rule.path, value)


def _lines(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, draw(st.lists(TEXTS, min_size=1, max_size=min(rule.most, 2))))


def _code(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, draw(st.sampled_from(rule.words.listed)))


def _identifier(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    merge_identifier(descend(target, tuple(rule.path.split("."))), rule.scheme, draw(TEXTS))


def _identifiers(draw: Draw, rule: Any, child: Any, target: Value, _depth: int) -> None:
    *steps, key = rule.path.split(".")
    identifiers = descend(target, (*steps, key))
    most = min(rule.most, child.maximum, 2)
    schemes = st.sampled_from(tuple(rule.written)) if rule.listed_only else st.sampled_from((*rule.written, "0099"))
    for scheme in draw(st.lists(schemes, min_size=1, max_size=most, unique=True)):
        if scheme not in identifiers:
            identifiers[scheme] = draw(TEXTS)


def _nothing(_draw: Draw, _rule: Any, _child: Any, _target: Value, _depth: int) -> None:
    pass


def _first(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    _leaf(draw, draw(st.sampled_from(rule.rules)), child, target, depth)


def _inside(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    fill(draw, rule.inner.rules, child.inner, target, depth)


def _one(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    *steps, key = rule.path.split(".")
    part = descend(target, (*steps, key))
    fill(draw, rule.inner.rules, child.inner, part, depth)


def _each(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    if depth > 2:
        return
    *steps, key = rule.path.split(".")
    items = []
    for _ in range(draw(st.integers(1, min(2, rule.most, child.maximum)))):
        item: Value = dict(rule.means)
        fill(draw, rule.inner.rules, child.inner, item, depth + 1)
        if len(item) > len(rule.means) and all(need in item for need in rule.needs):
            items.append({**rule.defaults, **item})
    if items:
        descend(target, tuple(steps)).setdefault(key, []).extend(items)


def _item(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault(rule.path, []).append({**rule.means, rule.member: draw(TEXTS)})


def _stamp(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, draw(st.one_of(DAYS, INSTANTS)))


def _notes(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    for _ in range(draw(st.integers(1, 2))):
        note: Value = {
            "purpose": draw(st.sampled_from(rule.purposes.listed)),
            "lines": draw(st.lists(TEXTS, min_size=1, max_size=3)),
        }
        if draw(st.booleans()):
            note["language"] = "sv"
        target.setdefault(rule.key, []).append(note)


def _own_notes(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    for _ in range(draw(st.integers(1, 2))):
        note: Value = {"purpose": rule.says, "lines": draw(st.lists(TEXTS, min_size=1, max_size=3))}
        target.setdefault(rule.key, []).append(note)


def _price(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["amount"], target["currency"] = draw(NUMBERS), draw(CURRENCIES)


def _endpoint(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault("identifiers", {})["endpoint"] = f"{draw(WORDS)}:{draw(TEXTS)}"


def _address(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["lines"] = draw(st.lists(TEXTS, min_size=1, max_size=4))


def _kind(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    if draw(st.booleans()):
        target["kind"] = draw(st.sampled_from(REFERENCES.listed))
    else:
        target["original"] = draw(WORDS)


def _classification(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["classifications"] = {draw(st.sampled_from(sorted(set(rule.lists.values())))): draw(TEXTS)}


def _copy(_draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["purpose"] = "duplicate"


def _deliveries(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    if draw(st.booleans()):
        fill(draw, rule.rules, child.inner, target, depth)
        return
    item: Value = {}
    fill(draw, rule.schedule.inner.rules, child.inner, item, depth)
    target["schedule"] = [{**item, "quantity": draw(QUANTITIES)}]


def _legal(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault("name", "Name")
    target["legal_name"] = f"{draw(WORDS)} Ltd"


def _tax(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["tax_registration"] = draw(TEXTS)
    if draw(st.booleans()):
        target["tax_identifiers"] = {draw(WORDS): draw(TEXTS)}


def _lots(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    lot: Value = {"number": draw(WORDS)}
    if draw(st.booleans()):
        lot |= {"expiry": draw(DAYS), "best_before": draw(DAYS), "made": draw(DAYS)}
    if draw(st.booleans()):
        lot["serials"] = draw(st.lists(WORDS, min_size=1, max_size=3))
    target["lots"] = [lot]


def _dimensions(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault("measures", {})[draw(st.sampled_from(rule.names.listed))] = draw(QUANTITIES)


_FILLERS: dict[type, Any] = {
    values.Leaf: _leaf,
    values.Lines: _lines,
    values.Code: _code,
    invoicing.Operation: _code,
    values.Identifier: _identifier,
    values.Identifiers: _identifiers,
    values.Fixed: _nothing,
    values.First: _first,
    rules.Inside: _inside,
    rules.One: _one,
    rules.Each: _each,
    values.Item: _item,
    ubl.Stamp: _stamp,
    ubl.Notes: _notes,
    ubl.Remarks: _own_notes,
    ubl.Price: _price,
    party_rules.Endpoint: _endpoint,
    party_rules.AddressLines: _address,
    ubl.ReferenceKind: _kind,
    goods_rules.Classification: _classification,
    ubl.Copy: _copy,
    goods_rules.Deliveries: _deliveries,
    party_rules.LegalName: _legal,
    party_rules.TaxRegistrations: _tax,
    goods_rules.Lots: _lots,
    goods_rules.Dimensions: _dimensions,
}


def _phrase(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    if not rule.short or draw(st.booleans()):
        _put(target, rule.path, draw(TEXTS))
    if rule.short and draw(st.booleans()):
        _put(target, rule.short, draw(TEXTS))


def _unit(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    *steps, _ = rule.path.split(".")
    if "value" in (look(target, tuple(steps)) or {}):
        _put(target, rule.path, draw(TEXTS))


def _money(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, {"amount": draw(NUMBERS), "currency": draw(CURRENCIES)})


def _country(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, draw(st.sampled_from(("SE", "US", "DE"))))


def _valued(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, rule.path, draw(st.sampled_from(rule.words.listed)) if rule.words else draw(WORDS))


NUMBERED = st.sampled_from(("+46 8 1234567", "+1 800 5551212 x12", "0771 22 33 44"))


def _reachable(draw: Draw, rule: Any, child: Any, target: Value, _depth: int) -> None:
    contact: Value = target if not rule.path else {}
    contact["email"] = draw(WORDS)
    if draw(st.booleans()):
        contact |= {"telephone": draw(NUMBERED), "fax": draw(NUMBERED)}
    if rule.path and not any(set(each) & {"email"} for each in target.get(rule.path, ())):
        target.setdefault(rule.path, []).append(contact)


def _remarks(draw: Draw, rule: Any, child: Any, target: Value, _depth: int) -> None:
    for _ in range(draw(st.integers(1, min(2, rule.most, child.maximum)))):
        note: Value = {"purpose": draw(st.sampled_from(("general", "delivery"))), "lines": draw(st.lists(TEXTS, min_size=1))}
        if note["purpose"] == "general" and draw(st.booleans()):
            note["code"] = draw(WORDS)
        if draw(st.booleans()):
            note["language"] = "sv"
        target.setdefault("texts", []).append(note)


def _extrinsics(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault(rule.path, {})[draw(WORDS)] = draw(TEXTS)


def _referred(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    scheme = draw(st.sampled_from(("gtin", "upc") if "item" in rule.path else ("gln", "duns")))
    _put(target, f"{rule.path}.{scheme}", draw(TEXTS))


def _address_id(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target.setdefault("identifiers", {}).setdefault("buyer", draw(TEXTS))


def _classified(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, f"{rule.path}.{draw(st.sampled_from(('unspsc', 'custom')))}", draw(TEXTS))


def _roles(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    if rule.only:
        for member in ("ship_from", "ship_to"):
            target[member] = {"name": draw(TEXTS), "address": {"lines": [draw(TEXTS)], "city": "Malmö", "country": "SE"}}
        return
    person = {"function": "purchasingAgent", "name": draw(TEXTS), "email": draw(WORDS)}
    if not any("function" in each and each["function"] != "delivery" for each in target.get("contacts", ())):
        target.setdefault("contacts", []).append(person)
    for member in ("buyer", "carrier"):
        if member in rule.members.values() and member not in target and draw(st.booleans()):
            target[member] = {"name": draw(TEXTS), "address": {"lines": [draw(TEXTS)], "city": "Malmö", "country": "SE"}}
    if "buyer" in rule.members.values() and draw(st.booleans()) and "other_parties" not in target:
        address = {"lines": [draw(TEXTS)], "city": "Lund", "country": "SE"}
        target["other_parties"] = [{"role": "notify", "name": draw(TEXTS), "address": address}]


def _quantity(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    fill(draw, rule.inner.rules, child.inner, target, depth)
    quantity = target.setdefault("quantity", draw(QUANTITIES))
    target.pop("again", None), target.pop("unit_again", None)
    quantity.setdefault("value", draw(NUMBERS)), quantity.setdefault("unit", "EA")


def _whole(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["complete"] = draw(st.booleans())


def _carrier(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["carrier"] = {"name": draw(TEXTS), "identifiers": {"scac": draw(WORDS)}}


def _tracking(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["tracking"] = draw(TEXTS)
    if draw(st.booleans()):
        target["references"] = [{"kind": "bill_of_lading", "number": draw(TEXTS)}]


def _dimensions_at(draw: Draw, rule: Any, _child: Any, target: Value, _depth: int) -> None:
    _put(target, f"{rule.path}.{draw(st.sampled_from(rule.names.listed))}", draw(QUANTITIES))


def _dependent(draw: Draw, rule: Any, child: Any, target: Value, depth: int) -> None:
    *steps, _ = rule.path.split(".")
    if "number" in (look(target, tuple(steps)) or {}):
        _leaf(draw, rule, child, target, depth)


def _charge(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["amount"] = draw(NUMBERS)


def _remark(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    purpose = draw(st.sampled_from(("general", "delivery")))
    target.setdefault("texts", []).append({"purpose": purpose, "lines": draw(st.lists(TEXTS, min_size=1, max_size=3))})


def _street(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["lines"] = draw(st.lists(TEXTS, min_size=1, max_size=3))


def _registrations(draw: Draw, _rule: Any, _child: Any, target: Value, _depth: int) -> None:
    target["tax_registration"], target["tax_identifiers"] = draw(TEXTS), {"FC": draw(TEXTS)}


_OF_CODEC |= {
    cii.Dated: st.one_of(DAYS, INSTANTS.map(lambda instant: instant.replace(microsecond=0))),
    cii.Money: st.fixed_dictionaries({"amount": NUMBERS}),
}
_FILLERS |= {
    cxml.Phrase: _phrase,
    cxml.Unit: _unit,
    cxml.Money: _money,
    cxml.Amount: _price,
    cxml_party.Country: _country,
    cxml.Valued: _valued,
    cxml_party.Reachable: _reachable,
    cxml.Remarks: _remarks,
    cxml.Extrinsics: _extrinsics,
    cxml_party.Referred: _referred,
    cxml_party.AddressId: _address_id,
    cxml_goods.Classified: _classified,
    cxml_goods.Dimensions: _dimensions_at,
    cxml_parts.Roles: _roles,
    confirmation_request.Substitute: _quantity,
    invoicing.Shipped: _inside,
    ship_notice_request.Whole: _whole,
    ship_notice_request.Carrier: _carrier,
    ship_notice_request.Tracking: _tracking,
    cii.Charge: _charge,
    cii.Dependent: _dependent,
    cii.Remark: _remark,
    cii.Street: _street,
    cii.Registrations: _registrations,
}

_UNORDERED = ("references", "contacts", "other_parties", "taxes", "exchange_rates")
"""Lists whose items stand in places of their own in UBL: their order says nothing."""


def in_any_order(value: Any) -> Any:
    """The value with lists sorted whose order says nothing."""
    if isinstance(value, dict):
        return {
            key: sorted(map(repr, map(in_any_order, said))) if key in _UNORDERED else in_any_order(said)
            for key, said in sorted(value.items())
        }
    if isinstance(value, list):
        return [in_any_order(item) for item in value]
    return value
