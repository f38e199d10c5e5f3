"""Rules for what UBL says over several elements: a date and its time, the lines of an address, notes, prices, endpoints."""

from collections.abc import Mapping
from datetime import date, datetime

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, merge_identifier, paths_in, take
from translators.mapping.words import Words
from translators.xml.codecs import Day, Quantity, clock, day, instant
from translators.xml.context import Reading, Writing
from translators.xml.node import Node
from translators.xml.rules import Aggregate, Each, Inside, Leaf, Rule, taken_identifier
from translators.xml.ubl.codes import REFERENCES

_NOTHING: frozenset[str] = frozenset()
_QUANTITY = Quantity()
_LANGUAGE = frozenset(("languageID",))


class Stamp:
    """A date and, beside it, a time: a day, or an instant in UTC where the time is given."""

    __slots__ = ("_key", "_steps", "path", "tags")

    def __init__(self, day_tag: str, time_tag: str, path: str) -> None:
        self.tags = (day_tag, time_tag)
        self.path = path
        *steps, self._key = path.split(".")
        self._steps = tuple(steps)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the day, or make an instant of the day before and this time."""
        text = (node.text or "").strip()
        holder = descend(target, self._steps)
        known = holder.get(self._key)
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


class Notes:
    """Free text. Its purpose may stand before it as `#CODE#` (UNTDID 4451, as EN 16931 does); `says` is the purpose without one."""

    __slots__ = ("key", "purposes", "reading_only", "says", "tags")

    def __init__(
        self, tag: str, purposes: Words, *, says: str = "general", key: str = "texts", reading_only: bool = False
    ) -> None:
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
        for note in source.pop(self.key, None) or ():
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


class Endpoint:
    """The electronic address of a party: identifier `endpoint`, as scheme and address with a colon between."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("cbc:EndpointID",)
        self.path = "identifiers.endpoint"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take scheme and address."""
        address, scheme = (node.text or "").strip(), node.attribute("schemeID").strip()
        identifiers = descend(target, ("identifiers",))
        if not address or "endpoint" in identifiers or (":" in address and not scheme):
            if not identifiers:
                del target["identifiers"]
            return False
        identifiers["endpoint"] = f"{scheme}:{address}" if scheme else address
        context.keep_attributes(node, frozenset(("schemeID",)))
        context.trace(identifiers, "endpoint", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The address, with its scheme."""
        value = take(source, ("identifiers",), "endpoint")
        if value is None:
            return
        scheme, mark, address = str(value[0] if isinstance(value, list) else value).partition(":")
        node = parent.add(self.tags[0], address if mark else scheme)
        if mark and scheme:
            node.attributes = [("schemeID", scheme)]


class AddressLines:
    """The lines of an address: street and house number first, then whatever else UBL has an element of its own for."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = (
            "cbc:Postbox",
            "cbc:Floor",
            "cbc:Room",
            "cbc:StreetName",
            "cbc:AdditionalStreetName",
            "cbc:BlockName",
            "cbc:BuildingName",
            "cbc:BuildingNumber",
            "cbc:InhouseMail",
            "cbc:Department",
            "cbc:PlotIdentification",
            "cbc:CitySubdivisionName",
            "cac:AddressLine",
        )
        self.path = "lines"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add a line; a house number goes behind its street."""
        source = node.child("cbc:Line") if node.name == "cac:AddressLine" else node
        text = (source.text or "").strip() if source is not None else ""
        if not text or (node is not source and len(node.children) > 1):
            return False
        lines: list[str] = target.setdefault("lines", [])
        siblings = context.stack[-1]
        if node.name == "cbc:StreetName":
            lines.insert(0, text)
        elif node.name == "cbc:BuildingNumber" and lines and siblings.child("cbc:StreetName") is not None:
            lines[0] = f"{lines[0]} {text}"
        elif node.name == "cbc:AdditionalStreetName" and lines and siblings.child("cbc:StreetName") is not None:
            lines.insert(1, text)
        else:
            lines.append(text)
        context.keep_attributes(node, _NOTHING)
        context.trace(target, "lines", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """Street, additional street, then lines."""
        for place, line in enumerate(source.pop("lines", None) or ()):
            if place < 2:
                parent.add(self.tags[3 + place], line)
            else:
                parent.add("cac:AddressLine").add("cbc:Line", line)


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


class Classification:
    """The classification of an item in a list (`listID`), by the scheme that the list is."""

    __slots__ = ("lists", "path", "tags")

    def __init__(self, tag: str, lists: Mapping[str, str]) -> None:
        self.tags = (tag,)
        self.path = "classifications"
        self.lists = lists

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier; classifications of other lists, or with anything beside, are kept."""
        holder = node.child("cbc:ItemClassificationCode")
        if holder is None or len(node.children) > 1 or not (holder.text or "").strip():
            return False
        scheme = self.lists.get(holder.attribute("listID").strip())
        if scheme is None:
            return False
        identifiers = descend(target, ("classifications",))
        merge_identifier(identifiers, scheme, (holder.text or "").strip())
        context.stack.append(node)
        context.keep_attributes(holder, frozenset(("listID",)))
        context.stack.pop()
        context.trace(identifiers, scheme, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A classification for each identifier of a scheme that is a list."""
        written: dict[str, str] = {}
        for code, scheme in self.lists.items():
            written.setdefault(scheme, code)
        for scheme, code in written.items():
            while (value := taken_identifier(source, ("classifications",), scheme)) is not None:
                node = parent.add(self.tags[0]).add("cbc:ItemClassificationCode", value)
                node.attributes = [("listID", code)]


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


class Deliveries:
    """Deliveries of a line: a single one without a quantity is about the line, others are its schedule."""

    __slots__ = ("_line", "_schedule", "path", "rules", "tags")

    def __init__(self, tag: str, line: tuple[Rule, ...], schedule: tuple[Rule, ...]) -> None:
        self.tags = (tag,)
        self.path = "schedule"
        self.rules = line
        self._line = Aggregate(*line)
        self._schedule = Each(tag, "schedule", *schedule)

    @property
    def schedule(self) -> Each:
        """The rules of one delivery among several."""
        return self._schedule

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the delivery as that of the line, or as a part of its schedule."""
        alone = sum(child.name == node.name for child in context.stack[-1].children) == 1
        if alone and node.child("cbc:Quantity") is None:
            self._line.read(node, target, context)
            return True
        return self._schedule.read(node, target, context)

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A delivery for each part of the schedule, or one for the line; both have no place beside each other."""
        if source.get("schedule"):
            self._schedule.write(source, parent, context)
            return
        node = Node(self.tags[0])
        self._line.write(source, node, context)
        if node.children:
            parent.children.append(node)


class LegalName:
    """The registered name of a party. Where it is the name anyhow nothing is gained; without another it is the name.

    With `repeated` the name is written here too where no legal name is known, because it is mandatory.
    """

    __slots__ = ("path", "repeated", "tags")

    def __init__(self, *, repeated: bool) -> None:
        self.tags = ("cbc:RegistrationName",)
        self.path = "legal_name"
        self.repeated = repeated

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the legal name."""
        text = (node.text or "").strip()
        if not text or "legal_name" in target:
            return False
        if target.setdefault("name", text) != text:
            target["legal_name"] = text
        context.keep_attributes(node, _NOTHING)
        context.trace(target, "legal_name" if "legal_name" in target else "name", node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The legal name, or the name once more."""
        legal = source.pop("legal_name", None)
        if legal or (self.repeated and source.get("name")):
            parent.add(self.tags[0], legal or source["name"])


class TaxRegistrations:
    """Registrations for tax: that for VAT is the party's, others are by the scheme they are for."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("cac:PartyTaxScheme",)
        self.path = "tax_registration"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the number; what else is said about it is kept."""
        number, scheme = node.child("cbc:CompanyID"), node.find("cac:TaxScheme", "cbc:ID")
        text = (number.text or "").strip() if number is not None else ""
        kind = (scheme.text or "").strip() if scheme is not None else ""
        others = target.get("tax_identifiers", {})
        if number is None or not text or kind in others or (kind in ("", "VAT") and "tax_registration" in target):
            return False
        if kind in ("", "VAT"):
            target["tax_registration"] = text
            context.trace(target, "tax_registration", number)
        else:
            descend(target, ("tax_identifiers",))[kind] = text
        context.stack.append(node)
        context.keep_attributes(number, _NOTHING)
        for child in node.children:
            if child.name == "cac:TaxScheme":
                self._keep_scheme(child, scheme, context)
            elif child is not number:
                context.keep(child)
        context.stack.pop()
        return True

    @staticmethod
    def _keep_scheme(node: Node, scheme: Node | None, context: Reading) -> None:
        context.stack.append(node)
        for child in node.children:
            if child is scheme:
                context.keep_attributes(child, _NOTHING)
            else:
                context.keep(child)
        context.stack.pop()

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A registration for VAT, then the others."""
        numbers = {"VAT": source.pop("tax_registration", None), **(source.pop("tax_identifiers", None) or {})}
        for kind, said in numbers.items():
            if said:
                node = parent.add(self.tags[0])
                node.add("cbc:CompanyID", said)
                node.add("cac:TaxScheme").add("cbc:ID", kind)


class Lots:
    """Lots and serial numbers of goods: an instance for each serial number, one for a lot without any."""

    __slots__ = ("path", "rules", "tags")

    def __init__(self, tag: str) -> None:
        self.tags = (tag,)
        self.path = "lots"
        self.rules = Aggregate(
            Stamp("cbc:ManufactureDate", "cbc:ManufactureTime", "made"),
            Leaf("cbc:BestBeforeDate", "best_before", Day()),
            Leaf("cbc:SerialID", "serial"),
            Inside("cac:LotIdentification", Leaf("cbc:LotNumberID", "number"), Leaf("cbc:ExpiryDate", "expiry", Day())),
        )

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add a lot, or a serial number to the lot before."""
        lot: Value = {}
        self.rules.read(node, lot, context)
        serial = lot.pop("serial", None)
        if not lot and serial is None:
            return True
        lots: list[Value] = target.setdefault("lots", [])
        if serial is None or not lots or {**lots[-1], "serials": None} != {**lot, "serials": None} or "serials" not in lots[-1]:
            lots.append(lot)
        if serial is not None:
            lots[-1].setdefault("serials", []).append(serial)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """An instance for each serial number."""
        for lot in source.pop("lots", None) or ():
            serials = lot.pop("serials", None) or [None]
            for serial in serials:
                said = {**lot, "serial": serial} if serial else dict(lot)
                self.rules.write(said, parent.add(self.tags[0]), context)
                context.unwritten += [f"lots[].{path}" for path in paths_in(said)]


class Dimensions:
    """Measures by name: each child says what it measures (`AttributeID`) and how much."""

    __slots__ = ("names", "path", "tags")

    def __init__(self, tag: str, names: Words) -> None:
        self.tags = (tag,)
        self.path = "measures"
        self.names = names

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a measure whose name we know."""
        measure = node.child("cbc:Measure")
        name = self.names.known(node.value("cbc:AttributeID"))
        value = _QUANTITY.read(measure, context) if measure is not None else None
        if value is None or name is None or name in target.get("measures", {}) or len(node.children) > 2:
            return False
        descend(target, ("measures",))[name] = value
        context.trace(target["measures"], name, node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A child for each measure that has a code."""
        for name in [name for name in source.get("measures") or () if name in self.names.listed]:
            node = parent.add(self.tags[0])
            node.add("cbc:AttributeID", self.names.code(name))
            _QUANTITY.write(take(source, ("measures",), name), node.add("cbc:Measure"), context)
