"""Parts that say terms: taxes, payment, delivery, allowances, and whom to ask."""

from dataclasses import dataclass

from translators.edifact.messages import codes
from translators.edifact.messages.parts import joined, pieces_of
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.numbers import number_with_comma as number
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, take


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

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found, (code, name) = source.variable(), map(source.text, self.places)
        source.read(f"t = {name}", f"u = {code}", f"{found} = {{'name': t or u}} if t or u else None")
        source.read(f"if t and u: {found}['other'] = {{'code': u}}")
        return found

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
class CodeBeside:
    """The code that stands beside words, unless it is the one that stands where none was agreed."""

    code: Place
    words: tuple[Place, ...]
    usual: str

    @property
    def places(self) -> tuple[Place, ...]:
        """None of its own: code and words are those of the other part."""
        return ()

    def read(self, row: Row, _context: Reading) -> str | None:
        """The code."""
        code = text_at(row, self.code).strip()
        return code if code != self.usual and any(text_at(row, place).strip() for place in self.words) else None

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The code."""
        set_text(row, self.code, value)


@dataclass(frozen=True, slots=True)
class CodeOrWords:
    """A text in a composite whose code cannot be left out (C110): the words, or without any the code itself.

    Of what is written, one short word is the code; beside words stands the `usual` code, where no other was sent.
    """

    code: Place
    words: tuple[tuple[int, int], ...]
    usual: str
    longest: int = 17

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and words."""
        return (self.code, *self.words)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The words, or else the code."""
        found = (text_at(row, place).rstrip() for place in self.words)
        return joined([line for line in found if line.strip()]) or text_at(row, self.code).strip() or None

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """As much as there is room for; the rest is handed back."""
        sent = text_at(row, self.code)
        if not sent and len(value) <= self.longest and " " not in value:
            set_text(row, self.code, value)
            return None
        set_text(row, self.code, sent or self.usual)
        pieces = pieces_of(value)
        for place, piece in zip(self.words, pieces, strict=False):
            set_text(row, place, piece)
        return joined(pieces[len(self.words) :]) or None


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
        code = allowance.get("code")
        if code is None or len(code) > 3:
            return False
        del allowance["code"]
        set_text(row, self.description if kept else self.service, code)
        return True
