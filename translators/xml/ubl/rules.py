"""Rules for what UBL says over several elements: a date and its time, notes, prices, kinds of references."""

from collections.abc import Iterable
from datetime import date, datetime

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, take
from translators.mapping.words import Words
from translators.xml.codecs import Quantity, clock, day, instant
from translators.xml.context import Reading, Writing
from translators.xml.node import Node
from translators.xml.ubl.codes import REFERENCES

_BEGINNING = "00:00:00"
_NOTHING: frozenset[str] = frozenset()
_QUANTITY = Quantity()
_LANGUAGE = frozenset(("languageID",))


class Stamp:
    """A date and, beside it, a time: a day, or an instant in UTC where the time is given.

    Where the time is mandatory (`timed`), a day has that of its beginning, without a zone.
    """

    __slots__ = ("_key", "_steps", "path", "tags", "timed")

    def __init__(self, day_tag: str, time_tag: str, path: str, *, timed: bool = False) -> None:
        self.timed = timed
        self.tags = (day_tag, time_tag)
        self.path = path
        *steps, self._key = path.split(".")
        self._steps = tuple(steps)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the day, or make an instant of the day before and this time."""
        text = (node.text or "").strip()
        holder = descend(target, self._steps)
        known = holder.get(self._key)
        if self.timed and node.name == self.tags[1] and text == _BEGINNING and known is not None:
            return True
        if node.name == self.tags[0]:
            found: date | datetime | None = day(text) if known is None else None
        else:
            fresh = isinstance(known, date) and not isinstance(known, datetime)
            found = instant(known, text, context.timezone) if known is not None and fresh else None
        if found is None:
            if not holder:
                take(target, self._steps[:-1], self._steps[-1]) if self._steps else None
            return False
        holder[self._key] = found
        context.keep_attributes(node, _NOTHING)
        context.trace(holder, self._key, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The day, and of an instant its time in UTC."""
        value = take(source, self._steps, self._key)
        if value is None:
            return
        parent.add(self.tags[0], f"{value:%Y-%m-%d}" if value.year > 999 else value.isoformat()[:10])
        if isinstance(value, datetime):
            parent.add(self.tags[1], clock(value))
        elif self.timed:
            parent.add(self.tags[1], _BEGINNING)


class Notes:
    """Free text. Its purpose may stand before it as `#CODE#` (UNTDID 4451, as in EN 16931); `says` is the purpose without one.

    Texts whose purpose is one of `besides` have an element of their own.
    """

    __slots__ = ("besides", "key", "purposes", "reading_only", "says", "tags")

    def __init__(
        self,
        tag: str,
        purposes: Words,
        *,
        says: str = "general",
        key: str = "texts",
        reading_only: bool = False,
        besides: Iterable[str] = (),
    ) -> None:
        self.besides = frozenset(besides)
        self.tags = (tag,)
        self.purposes = purposes
        self.says = says
        self.key = key
        self.reading_only = reading_only

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the text, line by line."""
        text = (node.text or "").strip()
        if not text:
            return False
        purpose = self.says
        if text.startswith("#"):
            code, mark, rest = text[1:].partition("#")
            word = self.purposes.known(code)
            if mark and word is not None and rest.strip():
                purpose, text = word, rest.strip()
        note: Value = {"purpose": purpose} if purpose else {}
        language = node.attribute("languageID").strip()
        if language:
            note["language"] = language
        note["lines"] = [line.strip() for line in text.splitlines() if line.strip()]
        target.setdefault(self.key, []).append(note)
        context.keep_attributes(node, _LANGUAGE)
        context.trace(note, "lines", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """An element for each text."""
        if self.reading_only:
            return
        left: list[Value] = []
        for note in source.pop(self.key, None) or ():
            if not self._means(note):
                left.append(note)
                continue
            text = "\n".join(note.pop("lines"))
            purpose = note.pop("purpose", None)
            if purpose and purpose != self.says:
                code = self.purposes.code(purpose) if purpose in self.purposes.listed else None
                text = f"#{code}#{text}" if code else text
                if code is None:
                    context.unwritten.append(f"{self.key}[].purpose")
            node = parent.add(self.tags[0], text)
            if language := note.pop("language", None):
                node.attributes = [("languageID", language)]
            context.unwritten += [f"{self.key}[].{member}" for member in note]
        if left:
            source[self.key] = left

    def _means(self, note: Value) -> bool:
        """Whether such an element says the text."""
        return note.get("purpose") not in self.besides


class Remarks(Notes):
    """Free text for one purpose, in an element of its own."""

    __slots__ = ()

    def __init__(self, tag: str, says: str) -> None:
        super().__init__(tag, Words({}), says=says)

    def _means(self, note: Value) -> bool:
        return bool(note.get("purpose") == self.says)


class Price:
    """A price: its amount and its currency are members of the value itself."""

    __slots__ = ("path", "tags")

    def __init__(self, tag: str) -> None:
        self.tags = (tag,)
        self.path = "amount"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take amount and currency."""
        amount = number(node.text) if node.text else None
        if amount is None or "amount" in target:
            return False
        target["amount"] = amount
        currency = node.attribute("currencyID").strip()
        if currency:
            target["currency"] = currency
        context.keep_attributes(node, frozenset(("currencyID",)))
        context.trace(target, "amount", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount in its currency, or in that of the document."""
        amount = source.pop("amount", None)
        if amount is None:
            return
        node = parent.add(self.tags[0], plain(amount))
        currency = source.pop("currency", None) or context.currency
        if currency:
            node.attributes = [("currencyID", currency)]


class ReferenceKind:
    """The kind of a reference in words: ours where the table has them, else as the partner wrote it."""

    __slots__ = ("path", "tags")

    def __init__(self, tag: str) -> None:
        self.tags = (tag,)
        self.path = "kind"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the kind."""
        text = (node.text or "").strip()
        if not text or "kind" in target or "original" in target:
            return False
        word = REFERENCES.known(text)
        target["original" if word is None else "kind"] = word or text
        context.keep_attributes(node, _NOTHING)
        context.trace(target, "original" if word is None else "kind", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The words for the kind, or the partner's own."""
        kind = source.get("kind")
        if kind in REFERENCES.listed:
            del source["kind"]
            parent.add(self.tags[0], REFERENCES.code(kind))
        elif kind == "related_document":
            del source["kind"]
            if original := source.pop("original", None):
                parent.add(self.tags[0], original)


class Copy:
    """CopyIndicator: the document is a duplicate of one that was sent before."""

    __slots__ = ("path", "tags")

    def __init__(self, tag: str) -> None:
        self.tags = (tag,)
        self.path = "purpose"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """A copy is a duplicate; anything else is what documents are."""
        says = (node.text or "").strip()
        if says in ("true", "1"):
            target["purpose"] = "duplicate"
            context.trace(target, "purpose", node)
        return says in ("true", "1", "false", "0")

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Only a duplicate says so."""
        purpose = source.get("purpose")
        if purpose in ("duplicate", "original"):
            del source["purpose"]
            if purpose == "duplicate":
                parent.add(self.tags[0], "true")
