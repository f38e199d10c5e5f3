"""Rules for what cXML says about parties: where they are, by what numbers they are known, how to reach them."""

import re
from collections.abc import Mapping

from translators.mapping.value import Value, descend, look, take
from translators.xml.context import Reading, Writing
from translators.xml.cxml.codes import DIALLING
from translators.xml.cxml.rules import keep_language
from translators.xml.node import REPLACEABLE, Node
from translators.xml.values import steps_of, taken_identifier

_NOTHING: frozenset[str] = frozenset()


def _text(node: Node | None) -> str:
    return (node.text or "").strip() if node is not None else ""


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
        context.identify(identifiers, scheme, value, node)
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
        context.identify(identifiers, scheme, _text(node), node)
        return True

    def write(self, source: Value, parent: Node, _context: Writing) -> None:
        """The buyer's number."""
        value = taken_identifier(source, ("identifiers",), "buyer")
        if value is not None:
            parent.add("@addressID", value)
