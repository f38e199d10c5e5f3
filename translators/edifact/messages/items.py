"""What is said of items and their prices: parts and clauses for LIN, PIA, IMD and PRI."""

from dataclasses import dataclass
from functools import lru_cache

from translators.edifact.messages import codes
from translators.edifact.messages.parts import UNITS, components, joined, pieces_of
from translators.mapping.amounts import Quantity
from translators.mapping.check_digits import is_sound
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import taken_identifier
from translators.mapping.numbers import number_with_comma as number
from translators.mapping.numbers import plain
from translators.mapping.tree import COMPONENT, Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words

ITEM_NUMBERS = Words(codes.ITEM_NUMBERS, lower=True, longest=3)
_USUAL_NUMBERS = ITEM_NUMBERS.usual
PRICE_KINDS = Words(codes.PRICES, longest=3)
IN_FRONT = ("gtin", "upc", "isbn", "issn")
"""Identifiers of items that stand in LIN where the sender did not put another one there; all others stand in PIA."""


def read_number(row: Row, element: int, item: Value, context: Reading) -> bool:
    """Take the item number of a C212 into an item; False when it holds none.

    `original_codes` keeps a type that would not be written for the scheme, with list and agency where they are there: `SA::91`.
    """
    value, kind, code_list, agency = components(row, element, 4)
    if not value:
        return False
    if _take_number(item, value, kind, code_list, agency) == "gtin":
        context.check_identifier("gtin", value, (element, 1))
    return True


def _take_number(item: Value, value: str, kind: str, code_list: str, agency: str) -> str:
    """Take an item number, and answer its scheme."""
    identifiers: Value = item.setdefault("identifiers", {})
    scheme = None if code_list or agency else _USUAL_NUMBERS.get(kind)
    if scheme is None or scheme in identifiers:
        whole = f"{kind}:{code_list}:{agency}".rstrip(":") if code_list or agency else kind
        return _take_unusual(item, value, kind, whole)
    identifiers[scheme] = value
    return scheme


def _take_unusual(item: Value, value: str, kind: str, whole: str) -> str:
    """An identifier beside another of its scheme, or with a type, list or agency that are not the usual ones."""
    scheme = ITEM_NUMBERS.word(kind) if kind else "unspecified"
    identifiers = item["identifiers"]
    if whole and (not kind or whole != ITEM_NUMBERS.code(scheme)):
        key = scheme if scheme not in identifiers else f"{scheme}:{value}"
        item.setdefault("original_codes", {})[key] = whole
    merge_identifier(identifiers, scheme, value)
    return scheme


def write_number(row: Row, element: int, item: Value, scheme: str) -> bool:
    """Write the first identifier of a scheme into a C212; False, and nothing done, when the scheme has no type here."""
    found = item["identifiers"][scheme]
    value = str(found[0] if isinstance(found, list) else found)
    original = take(item, ("original_codes",), f"{scheme}:{value}") or take(item, ("original_codes",), scheme)
    if original is not None and _scheme_of(original) == scheme:
        code = original
    else:
        code = "" if scheme == "unspecified" else ITEM_NUMBERS.code(scheme)
        if code is None or len(code) > 3:
            return False
    taken_identifier(item["identifiers"], scheme)
    set_text(row, (element, 1), value)
    for component, text in enumerate(code.split(":"), 2):
        if text:
            set_text(row, (element, component), text)
    return True


def _scheme_of(original: str) -> str:
    kind = original.partition(":")[0]
    return ITEM_NUMBERS.word(kind) if kind else "unspecified"


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """C212 of a LIN: the identifier that an item is known by before all others; `original_codes` keeps an unusual type of it.

    `configuration` (7083) says whether the item is one with others.
    """

    element: int
    configuration: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The four components, and the configuration."""
        return (*((self.element, component) for component in range(1, 5)), self.configuration)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the item."""
        item: Value = {}
        if read_number(row, self.element, item, context) and not any(scheme in IN_FRONT for scheme in item["identifiers"]):
            item.setdefault("original_codes", {})["number"] = components(row, self.element, 2)[1]
        if configuration := text_at(row, self.configuration).strip():
            item["configuration"] = configuration
        return item or None

    def compile(self, source: Source) -> str:
        """The same as lines; a GTIN that is none, and a type without a number, need a closer look."""
        found, (value, *kinds) = source.variable(), [source.text((self.element, component)) for component in range(1, 5)]
        source.read(f"t = {value}", f"u = {kinds[0]}", f"{found} = {{}}", "if t:")
        source.read(f"    w = {source.name(_take_number)}({found}, t, u, {kinds[1]}, {kinds[2]})")
        source.read(f"    if w == 'gtin' and not {source.name(is_sound)}(w, t): return False")
        source.read(f"    if w not in {IN_FRONT}: {found}.setdefault('original_codes', {{}})['number'] = u")
        source.read(f"elif u or {kinds[1]} or {kinds[2]}: return False", f"t = {source.text(self.configuration)}")
        source.read(f"if t: {found}['configuration'] = t", f"{found} = {found} or None")
        return found

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A type without a number."""
        return () if components(row, self.element, 1)[0] else ((self.element, 2), (self.element, 3), (self.element, 4))

    def write(self, value: Value, row: Row, _context: Writing) -> Value | None:
        """One identifier of those that stand in front; what remains of the item is handed back."""
        identifiers = value.get("identifiers", {})
        if configuration := value.pop("configuration", None):
            set_text(row, self.configuration, configuration)
        kept = take(value, ("original_codes",), "number")
        first = () if kept is None else (_scheme_of(kept),)
        scheme = next((scheme for scheme in (*first, *IN_FRONT) if scheme in identifiers), None)
        if scheme is not None:
            write_number(row, self.element, value, scheme)
        return {name: member for name, member in value.items() if member} or None


@dataclass(frozen=True, slots=True)
class ParentLine:
    """C829: the line that a sub-line belongs to, with the path of the group, for a parent that does not exist."""

    element: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Kind of sub-line and number of the line."""
        return ((self.element, 1), (self.element, 2))

    def read(self, row: Row, context: Reading) -> Value | None:
        """Number and path."""
        parent = text_at(row, (self.element, 2)).strip()
        if not parent or text_at(row, (self.element, 1)).strip() != "1":
            return None
        return {"number": parent, "path": context.path}

    def write(self, value: Value, row: Row, _context: Writing) -> None:
        """The number of the line."""
        set_text(row, (self.element, 1), "1")
        set_text(row, (self.element, 2), value["number"])


@dataclass(frozen=True, slots=True)
class PriceDetails:
    """C509: amount, kind by type of price (5387) or qualifier (5125), and the quantity it is for.

    `original` keeps qualifier, type and type of price where they are more than the code for the kind.
    """

    element: int = 1

    @property
    def places(self) -> tuple[Place, ...]:
        """All six components."""
        return tuple((self.element, component) for component in range(1, 7))

    def stands_in(self, row: Row) -> bool:
        """Whether the segment holds an amount."""
        return number(text_at(row, (self.element, 2)).strip() or "-") is not None

    def read(self, row: Row, context: Reading) -> Value | None:
        """The price; None without an amount."""
        qualifier, text, *kinds, basis, unit = components(row, self.element, 6)
        amount = number(text) if text else None
        if amount is None:
            return None
        price: Value = {"amount": amount}
        if context.currency:
            price["currency"] = context.currency
        price.update(_said_of_price(qualifier, *kinds))
        if basis or unit:
            count = number(basis) if basis else None
            price["basis"] = {"value": number("1") if count is None else count}
            if unit:
                price["basis"]["unit"] = UNITS.word(unit)
                if not UNITS.preferred(unit):
                    price["basis"]["original"] = unit
        return price

    def compile(self, source: Source) -> str:
        """The same as lines: what qualifier and types say is known after the first time; a quantity needs a closer look."""
        found, said = source.variable(), source.name(lru_cache(maxsize=256)(_said_of_price))
        qualifier, text, *kinds, basis, unit = (source.text(place) for place in self.places)
        source.read(f"{found} = None", f"t = {text}", f"u = {qualifier}", "if t:", "    a = context.number(t)")
        source.read("    if a is None: return False", "    c = context.currency")
        source.read(f"    {found} = {{'amount': a, 'currency': c}} if c else {{'amount': a}}")
        source.read(f"    {found}.update({said}(u, {kinds[0]}, {kinds[1]}))")
        source.read(f"if u and not t or {basis} or {unit}: return False")
        return found

    def write(self, price: Value, row: Row, context: Writing) -> bool:
        """The price; a currency that is not the document's stays for the CUX."""
        amount = price.pop("amount", None)
        if amount is None:
            return False
        kind, original = price.pop("kind", ""), price.pop("original", None) or ""
        kinds = (*original.split(":"), "", "")[:3]
        known = PRICE_KINDS.known(kinds[2]) or PRICE_KINDS.word(kinds[0])
        if known != kind or not original:
            kinds = (PRICE_KINDS.code(kind) or "AAA", "", "")
        for component, text in zip((1, 3, 4), kinds, strict=True):
            if text:
                set_text(row, (self.element, component), text)
        set_text(row, (self.element, 2), plain(amount, context.decimal))
        if price.get("currency") == context.currency:
            price.pop("currency", None)
        basis = price.pop("basis", None)
        if basis:
            set_text(row, (self.element, 5), plain(basis["value"], context.decimal))
            unit, kept = basis.get("unit"), basis.get("original")
            if unit:
                code = kept if kept and UNITS.word(kept) == unit else UNITS.code(unit) or unit
                set_text(row, (self.element, 6), code)
        return True


def _said_of_price(qualifier: str, type_: str, price_type: str) -> Value:
    """The members that qualifier (5125), type (5375) and type of price (5387) give a price."""
    kind = PRICE_KINDS.known(price_type) or PRICE_KINDS.word(qualifier)
    said = {"kind": kind} if kind else {}
    original = f"{qualifier}:{type_}:{price_type}".rstrip(":")
    return said if original == PRICE_KINDS.code(kind) else {**said, "original": original}


@dataclass(frozen=True, slots=True)
class PriceRange:
    """C280: the quantities, in one unit, from which and to which a price holds."""

    element: int = 2

    @property
    def places(self) -> tuple[Place, ...]:
        """Unit, minimum, maximum."""
        return ((self.element, 1), (self.element, 2), (self.element, 3))

    def read(self, row: Row, context: Reading) -> Value | None:
        """The two ends that are there."""
        ends = {name: Quantity((self.element, at), (self.element, 1), UNITS).read(row, context) for name, at in _ENDS.items()}
        return {name: quantity for name, quantity in ends.items() if quantity is not None} or None

    def write(self, price: Value, row: Row, context: Writing) -> bool:
        """Both ends when they are of one unit; what has none stays."""
        ends = [name for name in _ENDS if "unit" in price.get(name, {})]
        if not ends or len({price[name]["unit"] for name in ends}) > 1:
            return False
        for name in ends:
            Quantity((self.element, _ENDS[name]), (self.element, 1), UNITS).write(price.pop(name), row, context)
        return True


_ENDS = {"minimum": 2, "maximum": 3}


@dataclass(frozen=True, slots=True)
class Described:
    """C273: the value of a characteristic in words, as a code, or both."""

    element: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and two lines."""
        return ((self.element, 1), (self.element, 4), (self.element, 5))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The members of the attribute."""
        code = text_at(row, (self.element, 1)).strip()
        lines = (text_at(row, (self.element, component)).rstrip() for component in (4, 5))
        words = joined([text for text in lines if text.strip()])
        if not code and not words:
            return None
        return {"value": words or code, "code": code} if code else {"value": words}

    def write(self, attribute: Value, row: Row, _context: Writing) -> bool:
        """Code and words; words that only repeat the code are left out."""
        value, code = attribute.pop("value"), attribute.pop("code", None)
        if code:
            set_text(row, (self.element, 1), code)
        if value != code:
            for component, piece in zip((4, 5), pieces_of(value), strict=False):
                set_text(row, (self.element, component), piece)
        return True


class MoreNumbers:
    """PIA: identifiers of the item beside the one in LIN, five in a segment. Those of other items (4347) are not taken.

    They are additional (1) where LIN names the item, and else what it is known by (5); `original_codes` keeps the other one.
    """

    __slots__ = ("_member", "tag")

    def __init__(self, member: str = "item") -> None:
        self.tag = "PIA"
        self._member = member

    def quick(self, row: Row, target: Value, _context: Reading) -> bool:
        """Take identifiers of usual types whose schemes the item does not have, under the function they would be written with."""
        item: Value = target.get(self._member) or {}
        there: Value = item.get("identifiers") or {}
        taken: Value = {}
        for element in row[2:]:
            value, _, kind = element.partition(COMPONENT)
            scheme = _USUAL_NUMBERS.get(kind.strip())
            if scheme is None or scheme == "gtin" or scheme in there or scheme in taken or not (value := value.strip()):
                return False
            taken[scheme] = value
        if not taken or row[1].strip() != _function({**item, "identifiers": {**there, **taken}}):
            return False
        target.setdefault(self._member, item).setdefault("identifiers", there).update(taken)
        return True

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take all identifiers."""
        if text_at(row, 1).strip() not in ("1", "5", ""):
            return False
        item, function = target.setdefault(self._member, {}), text_at(row, 1).strip()
        read_numbers(row, item, target, context)
        if function != _function(item):
            item.setdefault("original_codes", {}).setdefault("function", function or "5")
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """The identifiers that are left."""
        item = target.get(self._member) or {}
        identifiers = item.get("identifiers") or {}
        in_front = any(row[0] == "LIN" and text_at(row, (3, 1)) for row in out.rows)
        out.rows += number_rows(item, take(item, ("original_codes",), "function") or ("1" if in_front else "5"))
        if not identifiers:
            item.pop("identifiers", None)
        if not item:
            target.pop(self._member, None)


def read_numbers(row: Row, item: Value, target: Value, context: Reading) -> None:
    """Take the numbers of a PIA into an item; what stands beside no number is kept."""
    for element in range(2, len(row)):
        if read_number(row, element, item, context):
            context.trace(item, "identifiers", ((element, 1), (element, 2)))
        elif text_at(row, (element, 2)).strip():
            for component in range(2, len(row[element].split(COMPONENT)) + 1):
                if text_at(row, (element, component)).strip():
                    context.keep(row, (element, component), target)


def number_rows(item: Value, function: str) -> list[Row]:
    """Identifiers of an item that have a type, five in a PIA; they are taken out of it."""
    identifiers = item.get("identifiers") or {}
    rows: list[Row] = []
    for scheme in list(identifiers):
        while scheme in identifiers:
            if not rows or len(rows[-1]) > 6:
                rows.append(["PIA", function])
            if not write_number(rows[-1], len(rows[-1]), item, scheme):
                break
    return [row for row in rows if len(row) > 2]


def _function(item: Value) -> str:
    """What the numbers of a PIA would be written as."""
    named = "number" in item.get("original_codes", {}) or any(scheme in IN_FRONT for scheme in item.get("identifiers", ()))
    return "1" if named else "5"
