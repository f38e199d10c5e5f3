"""Rules for what cXML says in its own way: texts with a language, money inside of elements, telephone numbers, comments."""

import re
from collections.abc import Mapping

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value, descend, look, merge_identifier, paths_in, take
from translators.mapping.words import Words
from translators.xml.context import Reading, Writing
from translators.xml.cxml.codes import DIALLING, PURPOSES
from translators.xml.node import REPLACEABLE, Node
from translators.xml.values import Leaf, steps_of, taken_identifier

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOTHING: frozenset[str] = frozenset()
_CURRENCY = frozenset(("currency",))
_UNIT = "UnitOfMeasure"


def _text(node: Node | None) -> str:
    return (node.text or "").strip() if node is not None else ""


def keep_language(node: Node, context: Reading, taken: frozenset[str] = _NOTHING) -> None:
    """Keep the attributes of a text; a language is kept where it is not that of the document."""
    context.keep_attributes(node, taken | {LANGUAGE} if _is_usual(node.attribute(LANGUAGE), context) else taken)


def _is_usual(language: str, context: Reading) -> bool:
    """Whether a language is that of the document, whatever the country."""
    said = language.strip().lower()
    return not said or said.partition("-")[0] == context.language.lower().partition("-")[0]


class Phrase:
    """A text in a language; with `short`, a shorter form of it may stand inside. With `required` an empty one is written."""

    __slots__ = ("_key", "_short", "_steps", "completes", "path", "short", "tags")

    def __init__(self, tag: str, path: str, *, short: str = "", required: bool = False) -> None:
        self.tags = (tag,)
        self.path = path
        self.short = short
        self.completes = required
        self._steps, self._key = steps_of(path)
        self._short = steps_of(short)[1] if short else ""

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the text, unless there is one already."""
        text, brief = _text(node), _text(node.child("ShortName")) if self.short else ""
        known = look(target, self._steps) or {}
        if not text and not node.children:
            return True
        if len(node.children) > bool(brief) or self._key in known or (brief and self._short in known):
            return False
        holder = descend(target, self._steps)
        for key, said in ((self._key, text), (self._short, brief)):
            if said:
                holder[key] = said
                context.trace(holder, key, node)
        keep_language(node, context)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The text."""
        text = take(source, self._steps, self._key)
        brief = take(source, self._steps, self._short) if self.short else None
        if text is None and brief is None:
            return
        node = parent.add(self.tags[0], text or "")
        node.attributes = [(LANGUAGE, context.language)]
        if brief is not None:
            node.add("ShortName", brief)

    def complete(self, parent: Node) -> None:
        """An empty text."""
        if parent.child(self.tags[0]) is None:
            node = parent.add(self.tags[0], "")
            node.attributes = [(LANGUAGE, "en")]
            node.ordinal = REPLACEABLE


class Valued:
    """A child that says a value in one of its attributes. `only` are the values that are understood.

    What is mandatory says `absent` where there is no value.
    """

    __slots__ = ("_key", "_steps", "absent", "attribute", "path", "tags", "words")

    def __init__(self, tag: str, path: str, *, attribute: str = "value", words: Words | None = None, absent: str = "") -> None:
        self.tags = (tag,)
        self.path = path
        self.attribute = attribute
        self.words = words
        self.absent = absent
        self._steps, self._key = steps_of(path)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the value; text and other attributes are kept."""
        code = node.attribute(self.attribute).strip()
        said = self.words.known(code) if self.words is not None else code
        if code == self.absent and not _text(node):
            return not node.children
        if not said or node.children or self._key in (look(target, self._steps) or {}):
            return False
        holder = descend(target, self._steps)
        holder[self._key] = said
        context.trace(holder, self._key, node)
        context.keep_attributes(node, frozenset((self.attribute,)))
        if _text(node):
            context.stack.append(node)
            context.keep_text(_text(node))
            context.stack.pop()
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The value."""
        said = take(source, self._steps, self._key)
        if said is None:
            return
        if self.words is not None and said not in self.words.listed:
            descend(source, self._steps)[self._key] = said
            return
        code = self.words.code(said) if self.words is not None else said
        parent.add(self.tags[0]).attributes = [(self.attribute, str(code))]

    @property
    def completes(self) -> bool:
        """Whether there is something to say without a value."""
        return bool(self.absent)

    def complete(self, parent: Node) -> None:
        """Say that there is none."""
        if parent.child(self.tags[0]) is None:
            node = parent.add(self.tags[0])
            node.attributes = [(self.attribute, self.absent)]
            node.ordinal = REPLACEABLE


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


class Unit(Leaf):
    """The unit of a quantity whose value an attribute said before; without one it is kept."""

    __slots__ = ()

    def __init__(self, path: str) -> None:
        super().__init__(_UNIT, f"{path}.unit")

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the unit."""
        return "value" in (look(target, self._steps) or {}) and super().read(node, target, context)


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
        if not _is_usual(language, context):
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
        self._names = {scheme: domain for domain, scheme in reversed(list(schemes.items()))}

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

    __slots__ = ("_names", "completes", "lists", "path", "tags")

    def __init__(self, lists: Mapping[str, str], path: str = "classifications", *, required: bool = False) -> None:
        self.tags = ("Classification",)
        self.path = path
        self.completes = required
        self.lists = {domain.lower(): scheme for domain, scheme in lists.items()}
        self._names = {scheme: domain for domain, scheme in reversed(list(lists.items()))}

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Add the class."""
        domain, value = node.attribute("domain").strip(), _text(node)
        if not value and not node.children:
            return True
        if not value or node.children:
            return False
        scheme = self.lists.get(domain.lower(), domain or "unspecified")
        identifiers = descend(target, tuple(self.path.split(".")))
        merge_identifier(identifiers, scheme, value)
        context.trace(identifiers, scheme, node)
        context.keep_attributes(node, frozenset(("domain",)))
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A class each."""
        steps = tuple(self.path.split("."))
        for scheme in list(look(source, steps) or ()):
            while (value := taken_identifier(source, steps, scheme)) is not None:
                parent.add("Classification", value).attributes = [("domain", self._names.get(scheme, scheme))]

    def complete(self, parent: Node) -> None:
        """An empty class, where there must be one."""
        if parent.child("Classification") is None:
            node = parent.add("Classification", "")
            node.attributes = [("domain", "UNSPSC")]
            node.ordinal = REPLACEABLE


class Dimensions:
    """Measures by name."""

    __slots__ = ("names", "path", "tags")

    def __init__(self, names: Words, path: str = "measures") -> None:
        self.tags = ("Dimension",)
        self.path = path
        self.names = names

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take a measure."""
        name, value, unit = self.names.known(node.value("@type")), number(node.value("@quantity")), node.value(_UNIT)
        steps = tuple(self.path.split("."))
        if name is None or value is None or name in (look(target, steps) or {}) or len(node.children) > 3:
            return False
        measures = descend(target, steps)
        measures[name] = {"value": value, "unit": unit} if unit else {"value": value}
        context.trace(measures, name, node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """A child for each measure that has a name here."""
        steps = tuple(self.path.split("."))
        for name in [name for name in look(source, steps) or () if name in self.names.listed]:
            value = take(source, steps, name)
            node = parent.add("Dimension")
            node.add("@quantity", plain(value["value"]))
            node.add("@type", self.names.code(name))
            if value.get("unit"):
                node.add(_UNIT, value["unit"])
