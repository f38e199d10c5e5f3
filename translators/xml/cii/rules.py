"""Rules for what the Cross Industry Invoice says in its own way: dates by format, notes, lines of addresses, registrations."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, look
from translators.xml.codecs import Amount
from translators.xml.context import Reading, Writing
from translators.xml.node import Node
from translators.xml.ubl.codes import TEXTS
from translators.xml.values import Leaf

_FORMATS = {"102": "%Y%m%d", "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S"}
_LENGTHS = {8: "102", 12: "203", 14: "204"}
_DIGITS = re.compile(r"\d{8}(?:\d{4}(?:\d\d)?)?")
_SCHEME = frozenset(("schemeID",))
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dated:
    """A date (format 102 of UNTDID 2379), or an instant, which is written to the second in UTC (204)."""

    attributes: frozenset[str] = frozenset(("format",))

    def read(self, node: Node, context: Reading) -> date | datetime | None:
        """The date, or the instant in UTC."""
        text = (node.text or "").strip()
        if not _DIGITS.fullmatch(text):
            return None
        try:
            found = datetime.strptime(text, _FORMATS[_LENGTHS[len(text)]]).replace(tzinfo=context.timezone)
        except ValueError:
            return None
        return found.astimezone(UTC) if len(text) > 8 else found.date()

    def write(self, value: date | datetime, node: Node, _context: Writing) -> None:
        """The date, or the instant."""
        kind = "204" if isinstance(value, datetime) else "102"
        said = value.astimezone(UTC) if isinstance(value, datetime) else value
        node.text = said.strftime(_FORMATS[kind])
        node.attributes = [("format", kind)]


class Money(Amount):
    """An amount; its currency is said only where it is not that of the document."""

    __slots__ = ()

    def write(self, value: Value, node: Node, context: Writing) -> None:
        """The amount."""
        node.text = plain(value["amount"])
        currency = value.get("currency")
        if currency and currency != context.currency:
            node.attributes = [("currencyID", currency)]


class Remark:
    """A note: its content, line by line, and what it is for (SubjectCode, UNTDID 4451)."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("ram:IncludedNote",)
        self.path = "texts"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the text; a note with a code of its own is kept."""
        content, subject = node.child("ram:Content"), node.value("ram:SubjectCode")
        lines = [line.strip() for line in ((content.text or "") if content is not None else "").splitlines() if line.strip()]
        if not lines or len(node.children) > 1 + bool(subject):
            return False
        purpose = TEXTS.known(subject) if subject else "general"
        if purpose is None or (subject and TEXTS.code(purpose) != subject) or subject == TEXTS.code("general"):
            note: Value = {"purpose": "general", "code": subject, "lines": lines}
        else:
            note = {"purpose": purpose, "lines": lines}
        target.setdefault("texts", []).append(note)
        context.trace(note, "lines", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A note for each text."""
        for text in source.pop("texts", None) or ():
            node = parent.add(self.tags[0])
            node.add("ram:Content", "\n".join(text["lines"]))
            purpose, code = text.get("purpose"), text.get("code")
            if not code and purpose not in (None, "general") and purpose in TEXTS.listed:
                code = TEXTS.code(purpose)
            elif not code and purpose not in (None, "general"):
                context.unwritten.append("texts[].purpose")
            if code:
                node.add("ram:SubjectCode", code)
            if text.get("language"):
                context.unwritten.append("texts[].language")


class Street:
    """The lines of an address, of which there are three."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("ram:LineOne", "ram:LineTwo", "ram:LineThree")
        self.path = "lines"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add a line."""
        text = (node.text or "").strip()
        if not text:
            return False
        target.setdefault("lines", []).append(text)
        context.trace(target, "lines", node)
        context.keep_attributes(node, _NOTHING)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The first three lines."""
        lines = source.pop("lines", None) or []
        for tag, line in zip(self.tags, lines, strict=False):
            parent.add(tag, line)
        if lines[3:]:
            source["lines"] = lines[3:]


class Registrations:
    """Registrations for tax: that for VAT (scheme VA) is the party's, others are by their scheme."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("ram:SpecifiedTaxRegistration",)
        self.path = "tax_registration"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the number."""
        holder = node.child("ram:ID")
        text = (holder.text or "").strip() if holder is not None else ""
        scheme = holder.attribute("schemeID").strip() if holder is not None else ""
        if holder is None or not text or len(node.children) > 1 or not scheme:
            return False
        member: Any = target if scheme == "VA" else target.get("tax_identifiers", {})
        key = "tax_registration" if scheme == "VA" else scheme
        if key in member:
            return False
        (target if scheme == "VA" else descend(target, ("tax_identifiers",)))[key] = text
        context.trace(target if scheme == "VA" else target["tax_identifiers"], key, holder)
        context.stack.append(node)
        context.keep_attributes(holder, _SCHEME)
        context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """That for VAT, then the others."""
        numbers = {"VA": source.pop("tax_registration", None), **(source.pop("tax_identifiers", None) or {})}
        for scheme, said in numbers.items():
            if said:
                parent.add(self.tags[0]).add("ram:ID", said).attributes = [("schemeID", scheme)]


class Charge:
    """A price: its amount is a member of the value itself, its currency only where it is not that of the document."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("ram:ChargeAmount",)
        self.path = "amount"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take amount and currency."""
        amount = number(node.text) if node.text else None
        if amount is None or "amount" in target:
            return False
        target["amount"] = amount
        if currency := node.attribute("currencyID").strip():
            target["currency"] = currency
        context.keep_attributes(node, frozenset(("currencyID",)))
        context.trace(target, "amount", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount."""
        amount, currency = source.pop("amount", None), source.pop("currency", None)
        if amount is None:
            return
        node = parent.add(self.tags[0], plain(amount))
        if currency and currency != context.currency:
            node.attributes = [("currencyID", currency)]


class Dependent(Leaf):
    """A value that belongs to a number beside it (`number`); without one it is kept."""

    __slots__ = ()

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the value."""
        return "number" in (look(target, self._steps) or {}) and super().read(node, target, context)
