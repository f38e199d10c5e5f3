"""Parts of EDIFACT segments that are more than one value in one place: moments, names, addresses, item numbers, prices.

A composite is named by the number of its element; the places inside are those of the directories: C507, C509, C212, C082 …
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from translators.edifact import dates
from translators.edifact.messages import codes
from translators.finding import Code
from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import number, plain
from translators.mapping.parts import Coded, Identifier, taken_identifier
from translators.mapping.tree import COMPONENT, Place, Row, set_text, text_at
from translators.mapping.value import Value, merge_identifier, take
from translators.mapping.words import Words

UNITS = Words({unit: unit for unit in codes.OWN_UNITS} | codes.UNITS, longest=3)
ITEM_NUMBERS = Words(codes.ITEM_NUMBERS, lower=True, longest=3)
PARTY_NUMBERS = Words(codes.AGENCIES, prefix="agency", longest=3)
PRICE_KINDS = Words(codes.PRICES, longest=3)

FULL_LINE = 35
"""The room for one line of a name or a description in all directories."""
_NOTHING = ("",) * 6
_DATE, _MINUTE, _SECOND, _ZONED_MINUTE, _ZONED_SECOND = "102", "203", "204", "303", "304"
_GTIN_LENGTHS, _GLN_LENGTHS = (8, 12, 13, 14), (13,)


def components(row: Row, element: int, count: int) -> Sequence[str]:
    """The first components of an element, without blanks around them, empty ones where there are fewer. At most six."""
    if element >= len(row) or not (text := row[element]):
        return _NOTHING[:count]
    found = text.split(COMPONENT, count)
    if len(found) < count:
        found += _NOTHING[: count - len(found)]
    return [component.strip() for component in found[:count]]


@dataclass(frozen=True, slots=True)
class Moment:
    """C507: a date or an instant in the formats of 2379. A time without zone is in that of the partner."""

    element: int = 1

    @property
    def places(self) -> tuple[Place, ...]:
        """Value and format; the qualifier is the clause's business."""
        return ((self.element, 2), (self.element, 3))

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The date or instant; None for a format that names no point in time."""
        _qualifier, value, form = components(row, self.element, 3)
        return dates.instant(value, form or _DATE, context.timezone) if value else None

    def write(self, value: date | datetime, row: Row, context: Writing) -> None:
        """The date; an instant in the partner's zone, or where its clock shows that time twice, in UTC."""
        if not isinstance(value, datetime):
            text, form = value.strftime("%Y%m%d"), _DATE
        else:
            local = value.astimezone(context.timezone)
            if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
                form = _SECOND if local.second else _MINUTE
                text = local.strftime("%Y%m%d%H%M%S" if local.second else "%Y%m%d%H%M")
            else:
                local = value.astimezone(UTC)
                form = _ZONED_SECOND if local.second else _ZONED_MINUTE
                text = local.strftime("%Y%m%d%H%M%SUTC" if local.second else "%Y%m%d%H%MUTC")
        set_text(row, (self.element, 2), text)
        set_text(row, (self.element, 3), form)


@dataclass(frozen=True, slots=True)
class Day(Moment):
    """C507 where the document knows days only: an instant is the day it has in the partner's zone."""

    def read(self, row: Row, context: Reading) -> date | None:
        """The day."""
        found = Moment.read(self, row, context)
        return found.astimezone(context.timezone).date() if isinstance(found, datetime) else found


@dataclass(frozen=True, slots=True)
class Span:
    """C507 in a format that names a period (718, 719 …). Written as two days or two instants without a separator."""

    element: int = 1

    @property
    def places(self) -> tuple[Place, ...]:
        """Value and format."""
        return ((self.element, 2), (self.element, 3))

    def read(self, row: Row, context: Reading) -> Value | None:
        """Start and end; None for a format that names a point in time."""
        _qualifier, value, form = components(row, self.element, 3)
        found = dates.span(value, form, context.timezone)
        return {"start": found[0], "end": found[1]} if found is not None else None

    def write(self, value: Value, row: Row, context: Writing) -> Value | None:
        """The period; handed back when an end is open, or only one of them is an instant."""
        texts = []
        for end in ("start", "end"):
            moment: Row = [row[0]]
            if end not in value:
                return value
            Moment(1).write(value[end], moment, context)
            texts.append((text_at(moment, (1, 2)), text_at(moment, (1, 3))))
        (start, form), (stop, other) = texts
        if form != other or form not in (_DATE, _MINUTE):
            return value
        set_text(row, (self.element, 2), start + stop)
        set_text(row, (self.element, 3), "718" if form == _DATE else "719")
        return None


@dataclass(frozen=True, slots=True)
class Unless:
    """A text, unless it is the usual one, which says nothing. The usual one is written by the clause, as its default."""

    place: Place
    usual: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text when it is not the usual one."""
        text = text_at(row, self.place).strip()
        return text if text and text != self.usual else None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The text."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class CodedUnless(Coded):
    """A code as a word, unless it is the usual one, which says nothing."""

    usual: str = ""

    def read(self, row: Row, context: Reading) -> str | None:
        """The word when the code is not the usual one."""
        return None if text_at(row, self.place).strip() == self.usual else Coded.read(self, row, context)


@dataclass(frozen=True, slots=True)
class Either:
    """A text that stands as a code or, where the code's place is empty or too short, as words. `longest` is the code's room."""

    code: Place
    text: Place
    longest: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Both places."""
        return (self.code, self.text)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code, or the words."""
        return text_at(row, self.code).strip() or text_at(row, self.text).strip() or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """The words beside a code."""
        return (self.text,) if text_at(row, self.code).strip() and text_at(row, self.text).strip() else ()

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The text where it has room."""
        set_text(row, self.code if len(value) <= self.longest else self.text, value)


@dataclass(frozen=True, slots=True)
class Capitals:
    """A code that senders write in small letters too."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code in capitals."""
        return text_at(row, self.place).strip().upper() or None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The code."""
        set_text(row, self.place, value)


@dataclass(frozen=True, slots=True)
class When:
    """A part that is only there in segments that `code` at a place tells."""

    of: Any
    place: Place
    code: str

    @property
    def places(self) -> tuple[Place, ...]:
        """Those of the part."""
        found: tuple[Place, ...] = self.of.places
        return found

    def read(self, row: Row, context: Reading) -> Any:
        """What the part reads, in such a segment."""
        return self.of.read(row, context) if text_at(row, self.place).strip() == self.code else None

    def write(self, value: Any, row: Row, context: Writing) -> Any:
        """Handed back in any other segment."""
        return self.of.write(value, row, context) if text_at(row, self.place) == self.code else value


def joined(pieces: list[str]) -> str:
    """Lines of one text put together: a line that is full to its end goes on in the next without a blank."""
    if len(pieces) < 2:
        return pieces[0].strip() if pieces else ""
    result = previous = ""
    for piece in pieces:
        if result and piece and not (len(previous) >= FULL_LINE and not previous.endswith(" ")):
            result += " "
        result += piece
        previous = piece
    return result.strip()


def pieces_of(text: str) -> list[str]:
    """A text as lines that `joined` puts together again."""
    pieces = []
    while len(text) > FULL_LINE:
        piece = text[:FULL_LINE].rstrip()
        text = text[FULL_LINE:] if len(piece) == FULL_LINE else text[len(piece) + 1 :]
        pieces.append(piece)
    return [*pieces, text]


@dataclass(frozen=True, slots=True)
class Joined:
    """A text in several components of 35 characters each, one behind the other."""

    of: tuple[tuple[int, int], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places."""
        return self.of

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text."""
        element, first = self.of[0]
        if element >= len(row) or not (text := row[element]):
            return None
        return joined([piece.rstrip() for piece in text.split(COMPONENT)[first - 1 :][: len(self.of)] if piece.strip()]) or None

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """As much as there is room for; the rest is handed back."""
        pieces = pieces_of(value)
        for place, piece in zip(self.of, pieces, strict=False):
            set_text(row, place, piece)
        return joined(pieces[len(self.of) :]) or None


@dataclass(frozen=True, slots=True)
class AddressLines:
    """C058 and C059 of a NAD as the lines of an address: what does not fit into the street goes before it."""

    before: int
    street: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Five lines and four."""
        return (*((self.before, n) for n in range(1, 6)), *((self.street, n) for n in range(1, 5)))

    def read(self, row: Row, _context: Reading) -> list[str] | None:
        """The lines."""
        found = []
        for element, most in ((self.before, 5), (self.street, 4)):
            if element < len(row) and (text := row[element]):
                found += [line.rstrip() for line in text.split(COMPONENT)[:most] if line.strip()]
        return found or None

    def write(self, value: list[str], row: Row, _context: Writing) -> list[str] | None:
        """Up to nine lines; the others are handed back."""
        fitting = value[:9]
        above, street = fitting[: max(len(fitting) - 4, 0)], fitting[max(len(fitting) - 4, 0) :]
        for element, lines in ((self.before, above), (self.street, street)):
            for component, line in enumerate(lines, 1):
                set_text(row, (element, component), line)
        return value[9:] or None


@dataclass(frozen=True, slots=True)
class PartyIdentifier(Identifier):
    """C082 and its like: an identifier, and by its agency (3055) the scheme. The check digit of a GLN is judged."""

    def read(self, row: Row, context: Reading) -> Value | None:
        """A map of one identifier."""
        found = Identifier.read(self, row, context)
        if found is not None and "gln" in found:
            _check(context, "gln", found["gln"], self.value, _GLN_LENGTHS)
        return found


def party_identifier(element: int) -> PartyIdentifier:
    """The identifier of a party (C082), a carrier (C040) or a place (C517)."""
    return PartyIdentifier((element, 3), (element, 1), PARTY_NUMBERS, default="unspecified")


def _check(context: Reading, scheme: str, value: str, place: Place, lengths: tuple[int, ...]) -> None:
    """Note an identifier of GS1 with a wrong check digit, or of a length that none has."""
    digits = value.isascii() and value.isdigit()
    if digits and len(value) in lengths:
        context.check_identifier(scheme, value, place)
    elif digits or scheme == "gtin":
        text = f"The {scheme.upper()} {value[:35]} has a wrong length, or is no number."
        context.note(Code.IDENTIFIER_CHECK_DIGIT, text, context.index, place, None, value)


LOCATION_SCHEMES = Words({}, prefix="location", longest=3)
"""A place inside a party's premises is an identifier of its own: `location_7` by the qualifier (3227) of the LOC."""
IN_FRONT = ("gtin", "upc", "isbn", "issn")
"""Identifiers of items that stand in LIN where the sender did not put another one there; all others stand in PIA."""


def read_number(row: Row, element: int, item: Value, context: Reading) -> bool:
    """Take the item number of a C212 into an item; False when it holds none.

    `original_codes` keeps a type that would not be written for the scheme, with list and agency where they are there: `SA::91`.
    """
    value, kind, code_list, agency = components(row, element, 4)
    if not value:
        return False
    whole = f"{kind}:{code_list}:{agency}".rstrip(":") if code_list or agency else kind
    scheme = ITEM_NUMBERS.word(kind) if kind else "unspecified"
    identifiers = item.setdefault("identifiers", {})
    if whole and (not kind or whole != ITEM_NUMBERS.code(scheme)):
        key = scheme if scheme not in identifiers else f"{scheme}:{value}"
        item.setdefault("original_codes", {})[key] = whole
    merge_identifier(identifiers, scheme, value)
    if scheme == "gtin":
        _check(context, scheme, value, (element, 1), _GTIN_LENGTHS)
    return True


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
        kind = PRICE_KINDS.known(kinds[1]) or PRICE_KINDS.word(qualifier)
        if kind:
            price["kind"] = kind
        original = ":".join((qualifier, *kinds)).rstrip(":")
        if original != PRICE_KINDS.code(kind):
            price["original"] = original
        if basis or unit:
            count = number(basis) if basis else None
            price["basis"] = {"value": number("1") if count is None else count}
            if unit:
                price["basis"]["unit"] = UNITS.word(unit)
                if not UNITS.preferred(unit):
                    price["basis"]["original"] = unit
        return price

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


@dataclass(frozen=True, slots=True)
class ContactName:
    """C056: the name of a contact, and beside it the code it has with the partner."""

    element: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and name."""
        return ((self.element, 1), (self.element, 2))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The members of the contact."""
        code, name = (text_at(row, place).strip() for place in self.places)
        if not code and not name:
            return None
        return {"name": name, "other": {"code": code}} if code and name else {"name": name or code}

    def write(self, contact: Value, row: Row, _context: Writing) -> bool:
        """Name and code."""
        name, code = contact.pop("name", None), take(contact, ("other",), "code")
        if code:
            set_text(row, (self.element, 1), code)
        if name:
            set_text(row, (self.element, 2), name)
        return bool(name or code)


@dataclass(frozen=True, slots=True)
class TaxCategory:
    """5305: the category of a tax; E says that it does not apply."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """Category and exemption."""
        category = text_at(row, self.place).strip()
        if not category:
            return None
        return {"category": category, "exempt": True} if category == "E" else {"category": category}

    def write(self, tax: Value, row: Row, _context: Writing) -> bool:
        """The category; an exemption without one is E."""
        category = tax.pop("category", None) or ("E" if tax.get("exempt") else None)
        if category is None:
            return False
        set_text(row, self.place, category)
        if tax.get("exempt") is (category == "E"):
            del tax["exempt"]
        return True


@dataclass(frozen=True, slots=True)
class PaymentPeriod:
    """C112: how many days after what (2475) payment is due; with a discount (4279 22), until when it is granted."""

    element: int = 3

    @property
    def places(self) -> tuple[Place, ...]:
        """Relation, type of period, and number; the date it runs from is a member of its own."""
        return ((self.element, 2), (self.element, 3), (self.element, 4))

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The days; None for periods of no fixed length, as months."""
        count = number(text_at(row, (self.element, 4)).strip() or "-")
        factor = codes.PERIOD_DAYS.get(text_at(row, (self.element, 3)).strip() or "D")
        if count is None or factor is None or count != count.to_integral_value() or abs(count) > 100_000:
            return None
        found: Value = {"discount_days" if text_at(row, 1).strip() == codes.DISCOUNT else "days": int(count) * factor}
        relation = text_at(row, (self.element, 2)).strip()
        if relation and relation != codes.AFTER:
            found["original_codes"] = {"time_relation": relation}
        return found

    def write(self, terms: Value, row: Row, _context: Writing) -> bool:
        """The days."""
        key = "discount_days" if text_at(row, 1) == codes.DISCOUNT else "days"
        days = terms.pop(key, None)
        if days is None:
            return False
        if not text_at(row, (self.element, 1)):
            set_text(row, (self.element, 1), codes.INVOICE_DATE)  # mandatory where there is a period
        set_text(row, (self.element, 2), take(terms, ("original_codes",), "time_relation") or codes.AFTER)
        set_text(row, (self.element, 3), "D")
        set_text(row, (self.element, 4), str(days))
        return True


@dataclass(frozen=True, slots=True)
class Incoterm:
    """4053: the code of the terms of delivery, as an incoterm where it is one."""

    place: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The incoterm; what was sent in `original` where it is another code, or written otherwise."""
        code = text_at(row, self.place).strip()
        if not code:
            return None
        term = code.upper()
        if term not in codes.INCOTERMS:
            return {"original": code}
        return {"incoterm": term} if term == code else {"incoterm": term, "original": code}

    def write(self, terms: Value, row: Row, _context: Writing) -> bool:
        """The code."""
        term, original = terms.pop("incoterm", None), terms.pop("original", None)
        if term is None and (original is None or len(original) > 3):
            return False
        set_text(row, self.place, term or original)
        return True


@dataclass(frozen=True, slots=True)
class AllowanceCode:
    """What an allowance or charge is for: the special service (7161), or without one the description (5189)."""

    service: Place
    description: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Both codes."""
        return (self.service, self.description)

    def read(self, row: Row, _context: Reading) -> Value | None:
        """The code, and from which list."""
        service, description = (text_at(row, place).strip() for place in self.places)
        if service:
            return {"code": service}
        return {"code": description, "original_codes": {"code_list": "5189"}} if description else None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A description beside a service."""
        return (self.description,) if text_at(row, self.service).strip() and text_at(row, self.description).strip() else ()

    def write(self, allowance: Value, row: Row, _context: Writing) -> bool:
        """The code at the place of its list."""
        kept = take(allowance, ("original_codes",), "code_list")
        code = allowance.pop("code", None)
        if code is None:
            return False
        set_text(row, self.description if kept else self.service, code)
        return True


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
