"""Rules for what cXML says in its own way: texts with a language, money inside of elements, telephone numbers, comments."""

import re
from collections.abc import Mapping

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, look, merge_identifier, paths_in, take
from translators.mapping.words import Words
from translators.xml.context import Reading, Writing
from translators.xml.cxml.codes import DIALLING, PURPOSES
from translators.xml.node import REPLACEABLE, Node
from translators.xml.values import steps_of, taken_identifier

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOTHING: frozenset[str] = frozenset()
_CURRENCY = frozenset(("currency",))
_UNIT = "UnitOfMeasure"


def _text(node: Node | None) -> str:
    return (node.text or "").strip() if node is not None else ""


def keep_language(node: Node, context: Reading, taken: frozenset[str] = _NOTHING) -> None:
    """Keep the attributes of a text; a language is kept where it is not that of the document."""
    same = {LANGUAGE} if node.attribute(LANGUAGE).strip() in ("", context.language) else set()
    context.keep_attributes(node, taken | same)


class Phrase:
    """A text in a language. `most` children are written, of a list where the path is that of one."""

    __slots__ = ("_key", "_steps", "path", "tags")

    def __init__(self, tag: str, path: str) -> None:
        self.tags = (tag,)
        self.path = path
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the text, unless there is one already."""
        text = _text(node)
        holder = descend(target, self._steps)
        if not text or node.children or self._key in holder:
            if not holder and self._steps:
                take(target, self._steps[:-1], self._steps[-1])
            return False
        holder[self._key] = text
        keep_language(node, context)
        context.trace(holder, self._key, node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The text."""
        text = take(source, self._steps, self._key)
        if text is not None:
            parent.add(self.tags[0], text).attributes = [(LANGUAGE, context.language)]


class Money:
    """An amount inside of an element (`Total`), or in one of its own (`Money`) where the tag is empty.

    With `required` it is written as nothing where it is not known.
    """

    __slots__ = ("_key", "_steps", "path", "required", "tags")

    def __init__(self, tag: str, path: str, *, required: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.required = required
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the amount; what else is inside the element is kept."""
        money = node if node.name == "Money" else node.child("Money")
        value = number(money.text) if money is not None and money.text else None
        if money is None or value is None or self._key in (look(target, self._steps) or {}):
            return False
        currency = money.attribute("currency").strip()
        holder = descend(target, self._steps)
        holder[self._key] = {"amount": value, "currency": currency} if currency else {"amount": value}
        context.trace(holder, self._key, money)
        if money is node:
            context.keep_attributes(node, _CURRENCY)
            return True
        context.stack.append(node)
        context.keep_attributes(money, _CURRENCY)
        for child in node.children:
            if child is not money:
                context.keep(child)
        context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount in its currency, or in that of the document."""
        value = take(source, self._steps, self._key)
        if value is None:
            return
        holder = parent if self.tags[0] == "Money" else parent.add(self.tags[0])
        money = holder.add("Money", plain(value["amount"]))
        currency = value.get("currency") or context.currency
        if currency:
            money.attributes = [("currency", currency)]


class Amount:
    """A price: its amount and its currency are members of the value itself."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("Money",)
        self.path = "amount"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take amount and currency."""
        amount = number(node.text) if node.text else None
        if amount is None or "amount" in target:
            return False
        target["amount"] = amount
        currency = node.attribute("currency").strip()
        if currency:
            target["currency"] = currency
        context.keep_attributes(node, _CURRENCY)
        context.trace(target, "amount", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The amount in its currency, or in that of the document."""
        amount = source.pop("amount", None)
        if amount is None:
            return
        node = parent.add("Money", plain(amount))
        currency = source.pop("currency", None) or context.currency
        if currency:
            node.attributes = [("currency", currency)]


class Measured:
    """A quantity whose value is an attribute and whose unit a child of the same element (or of one inside, by its name)."""

    __slots__ = ("_key", "_steps", "_way", "path", "tags")

    def __init__(self, path: str, *, attribute: str = "@quantity", inside: str = "", unit: str = _UNIT) -> None:
        self.tags = (attribute, inside or unit)
        self.path = path
        self._way = (inside, unit) if inside else (unit,)
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the value with the attribute, the unit with its element."""
        holder = descend(target, self._steps)
        if node.name == self.tags[0]:
            value = number(node.text) if node.text else None
            if value is None:
                return False
            holder.setdefault(self._key, {})["value"] = value
            context.trace(holder[self._key], "value", node)
            return True
        unit = node if len(self._way) == 1 else node.child(self._way[1])
        known = holder.get(self._key)
        if not _text(unit) or unit is None or known is None or "unit" in known or (unit is not node and len(node.children) > 1):
            return False
        known["unit"] = _text(unit)
        context.trace(known, "unit", unit)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The value and its unit; a thing each (EA) where the unit is not known."""
        value = take(source, self._steps, self._key)
        if value is None:
            return
        parent.add(self.tags[0], plain(value["value"]))
        holder = parent
        for name in self._way[:-1]:
            holder = holder.child(name) or holder.add(name)
        if value.get("unit"):
            holder.add(self._way[-1], value["unit"])


class Country:
    """The country of an address: its code, and a name that is only kept."""

    __slots__ = ("_key", "_steps", "path", "tags")

    def __init__(self, path: str) -> None:
        self.tags = ("Country",)
        self.path = path
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the code; without one, the name."""
        code = node.attribute("isoCountryCode").strip()
        said = code or _text(node)
        holder = descend(target, self._steps)
        if not said or holder.get(self._key, said) != said:
            return False
        holder[self._key] = said
        context.trace(holder, self._key, node)
        context.stack.append(node)
        if code and _text(node) and _text(node) != code:
            context.keep_text(_text(node))
        context.stack.pop()
        context.keep_attributes(node, frozenset(("isoCountryCode",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The code, and once more as name."""
        said = take(source, self._steps, self._key)
        if said is not None:
            parent.add("Country", said).attributes = [("isoCountryCode", said)]


_TELEPHONE = re.compile(r"\+(\d+) (\S+) (\S+)(?: x(\S+))?")


class Reachable:
    """Electronic mail, telephone and fax of a party: of its contact without a function, or of the value itself (`path` empty)."""

    __slots__ = ("path", "tags")

    def __init__(self, path: str = "contacts") -> None:
        self.tags = ("Email", "Phone", "Fax")
        self.path = path

    def _contact(self, target: Value) -> Value:
        if not self.path:
            return target
        contacts: list[Value] = target.setdefault(self.path, [])
        found = next((each for each in contacts if "function" not in each and "name" not in each), None)
        if found is None:
            found = {}
            contacts.append(found)
        return found

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take an address or a number."""
        member = {"Email": "email", "Phone": "telephone", "Fax": "fax"}[node.name]
        source = node if node.name == "Email" else node.child("TelephoneNumber")
        said = _text(source) if node.name == "Email" else _telephone(source)
        contacts = target.get(self.path, []) if self.path else [target]
        if not said or source is None or any(member in each for each in contacts if "function" not in each or not self.path):
            return False
        contact = self._contact(target)
        contact[member] = said
        context.trace(contact, member, node)
        if node.name == "Email":
            label = frozenset(("name",)) if node.attribute("name") == "default" else _NOTHING
            keep_language(node, context, label)
            return True
        context.stack.append(node)
        for child in node.children:
            if child.name == "@name" and child.text == "default":
                continue
            if child is source:
                _keep_country(child, context)
            else:
                context.keep(child)
        context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """An address or a number each."""
        contacts = source.get(self.path) or () if self.path else (source,)
        found = next((each for each in contacts if not self.path or ("function" not in each and "name" not in each)), None)
        if found is None:
            return
        country = str((look(source, ("address",)) or {}).get("country", ""))
        if email := found.pop("email", None):
            parent.add("Email", email).attributes = [("name", "default")]
        for member, tag in (("telephone", "Phone"), ("fax", "Fax")):
            if said := found.pop(member, None):
                node = parent.add(tag)
                node.add("@name", "default").ordinal = REPLACEABLE
                _write_telephone(said, node.add("TelephoneNumber"), country)
        if self.path and not found:
            source[self.path] = [each for each in source[self.path] if each]
            if not source[self.path]:
                del source[self.path]


def _telephone(node: Node | None) -> str:
    """A number as people write it: `+49 761 1234567 x12`."""
    if node is None:
        return ""
    country, area, own, extension = (node.value(n) for n in ("CountryCode", "AreaOrCityCode", "Number", "Extension"))
    parts = [f"+{country}" if country else "", area, own, f"x{extension}" if extension else ""]
    return " ".join(part for part in parts if part)


def _keep_country(node: Node, context: Reading) -> None:
    """Keep the country of a number where it is not the one that is dialled so."""
    context.stack.append(node)
    for child in node.children:
        dialled = DIALLING.get(_text(child), "")
        usual = child.attribute("isoCountryCode") in ("", dialled)
        context.keep_attributes(child, frozenset(("isoCountryCode",)) if usual else _NOTHING)
    context.stack.pop()


def _write_telephone(said: str, node: Node, country: str) -> None:
    match = _TELEPHONE.fullmatch(said)
    dialled, area, own, extension = match.groups() if match else ("", "", said, None)
    code = node.add("CountryCode", dialled)
    code.attributes = [("isoCountryCode", DIALLING.get(dialled, country) if dialled else "")]
    node.add("AreaOrCityCode", area)
    node.add("Number", own)
    if extension:
        node.add("Extension", extension)


class Remarks:
    """Comments: texts by purpose, and files that belong to the document. `most` bounds the comments that are written."""

    __slots__ = ("most", "path", "tags")

    def __init__(self, *, most: int = 1_000_000) -> None:
        self.tags = ("Comments",)
        self.path = "texts"
        self.most = most

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the text, line by line, and the files."""
        files = [child for child in node.children if child.name == "Attachment" and _text(child.child("URL"))]
        lines = [line.strip() for line in (node.text or "").splitlines() if line.strip()]
        if not lines and (not files or node.attribute("type").strip()):
            return False
        if lines:
            note = self._note(node, lines, context)
            target.setdefault("texts", []).append(note)
            context.trace(note, "lines", node)
        keep_language(node, context, frozenset(("type", LANGUAGE) if lines else ("type",)))
        context.stack.append(node)
        for child in node.children:
            url = child.child("URL")
            if child not in files or url is None or len(child.children) > 1 or child.attributes:
                context.keep(child)
                continue
            file = {"uri": _text(url), **({"name": url.attribute("name")} if url.attribute("name") else {})}
            target.setdefault("attachments", []).append(file)
            context.trace(file, "uri", url)
        context.stack.pop()
        return True

    @staticmethod
    def _note(node: Node, lines: list[str], context: Reading) -> Value:
        kind, language = node.attribute("type").strip(), node.attribute(LANGUAGE).strip()
        note: Value = {"purpose": kind if kind in PURPOSES else "general"}
        if kind and kind not in PURPOSES:
            note["code"] = kind
        if language and language != context.language:
            note["language"] = language
        return {**note, "lines": lines}

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """A comment for each text; files go with the last."""
        notes = source.pop("texts", None) or []
        last = None
        for note in notes[: self.most]:
            last = parent.add("Comments", "\n".join(note.pop("lines")))
            language = note.pop("language", None) or context.language
            purpose, code = note.pop("purpose", None), note.pop("code", None)
            kind = code or (purpose if purpose in PURPOSES else None)
            last.attributes = [(LANGUAGE, language), *([("type", kind)] if kind else [])]
            if purpose not in (None, "general", kind):
                context.unwritten.append("texts[].purpose")
            context.unwritten += [f"texts[].{path}" for path in paths_in(note)]
        if notes[self.most :]:
            source["texts"] = notes[self.most :]
        for file in [file for file in source.get("attachments") or () if file.get("uri")]:
            source["attachments"].remove(file)
            last = last or parent.add("Comments")
            url = last.add("Attachment").add("URL", file.pop("uri"))
            if name := file.pop("name", None):
                url.attributes = [("name", name)]
            context.unwritten += [f"attachments[].{path}" for path in paths_in(file)]


class Extrinsics:
    """What parties agreed to say beside: values by name, those of one kind in a map of texts."""

    __slots__ = ("path", "tags")

    def __init__(self, path: str = "attributes") -> None:
        self.tags = ("Extrinsic",)
        self.path = path

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a value that is a text."""
        name, text = node.attribute("name").strip(), _text(node)
        known = target.get(self.path, {})
        if not name or not text or node.children or name in known:
            return False
        target.setdefault(self.path, {})[name] = text
        context.trace(target[self.path], name, node)
        keep_language(node, context, frozenset(("name",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A value each."""
        for name, text in (source.pop(self.path, None) or {}).items():
            parent.add("Extrinsic", text).attributes = [("name", name)]


class Referred:
    """Identifiers by domain (`IdReference`). `listed_only` leaves those of other domains."""

    __slots__ = ("_names", "path", "schemes", "tags")

    def __init__(self, schemes: Mapping[str, str], path: str = "identifiers") -> None:
        self.tags = ("IdReference",)
        self.path = path
        self.schemes = {domain.lower(): scheme for domain, scheme in schemes.items()}
        self._names = {scheme: domain for domain, scheme in reversed(schemes.items())}

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the identifier; one that is described as well is kept."""
        domain, value = node.value("@domain"), node.value("@identifier")
        if not domain or not value or len(node.children) > 2:
            return False
        identifiers = descend(target, tuple(self.path.split(".")))
        scheme = self.schemes.get(domain.lower(), domain)
        merge_identifier(identifiers, scheme, value)
        context.trace(identifiers, scheme, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A reference for each."""
        steps = tuple(self.path.split("."))
        for scheme in list(look(source, steps) or ()):
            while (value := taken_identifier(source, steps, scheme)) is not None:
                node = parent.add("IdReference")
                node.add("@identifier", value)
                node.add("@domain", self._names.get(scheme, scheme))


class AddressId:
    """The number that a party is known by: the buyer's own, unless a domain says whose it is."""

    __slots__ = ("path", "tags")

    def __init__(self) -> None:
        self.tags = ("@addressID", "@addressIDDomain")
        self.path = "identifiers"

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the number; the domain belongs to it."""
        siblings = context.stack[-1]
        if node.name == "@addressIDDomain":
            return bool(siblings.value("@addressID"))
        if not _text(node):
            return False
        scheme = siblings.value("@addressIDDomain") or "buyer"
        identifiers = descend(target, ("identifiers",))
        merge_identifier(identifiers, scheme, _text(node))
        context.trace(identifiers, scheme, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The buyer's number."""
        value = taken_identifier(source, ("identifiers",), "buyer")
        if value is not None:
            parent.add("@addressID", value)


class Classified:
    """The classes an item belongs to, by domain."""

    __slots__ = ("_names", "lists", "path", "required", "tags")

    def __init__(self, lists: Mapping[str, str], *, required: bool = False) -> None:
        self.tags = ("Classification",)
        self.path = "classifications"
        self.required = required
        self.lists = {domain.lower(): scheme for domain, scheme in lists.items()}
        self._names = {scheme: domain for domain, scheme in reversed(lists.items())}

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the class."""
        domain, value = node.attribute("domain").strip(), _text(node)
        if not value or node.children:
            return False
        scheme = self.lists.get(domain.lower(), domain or "unspecified")
        identifiers = descend(target, ("classifications",))
        merge_identifier(identifiers, scheme, value)
        context.trace(identifiers, scheme, node)
        context.keep_attributes(node, frozenset(("domain",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A class each; where there must be one, an empty one."""
        before = len(parent.children)
        for scheme in list(source.get("classifications") or ()):
            while (value := taken_identifier(source, ("classifications",), scheme)) is not None:
                parent.add("Classification", value).attributes = [("domain", self._names.get(scheme, scheme))]
        if self.required and len(parent.children) == before:
            node = parent.add("Classification", "")
            node.attributes = [("domain", "UNSPSC")]
            node.ordinal = REPLACEABLE


class Dimensions:
    """Measures by name."""

    __slots__ = ("names", "path", "tags")

    def __init__(self, names: Words) -> None:
        self.tags = ("Dimension",)
        self.path = "measures"
        self.names = names

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a measure."""
        name, value, unit = self.names.known(node.value("@type")), number(node.value("@quantity")), node.value(_UNIT)
        if name is None or value is None or name in target.get("measures", {}) or len(node.children) > 3:
            return False
        descend(target, ("measures",))[name] = {"value": value, "unit": unit} if unit else {"value": value}
        context.trace(target["measures"], name, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A child for each measure that has a name here."""
        for name in [name for name in source.get("measures") or () if name in self.names.listed]:
            value = take(source, ("measures",), name)
            node = parent.add("Dimension")
            node.add("@quantity", plain(value["value"]))
            node.add("@type", self.names.code(name))
            if value.get("unit"):
                node.add(_UNIT, value["unit"])


