"""Rules for what UBL says about parties: electronic address, lines of an address, registrations."""

from translators.mapping.value import Value, descend, take
from translators.xml.codecs import Quantity
from translators.xml.context import Reading, Writing
from translators.xml.node import Node

_NOTHING: frozenset[str] = frozenset()
_QUANTITY = Quantity()
_LANGUAGE = frozenset(("languageID",))


class Endpoint:
    """The electronic address of a party: identifier `endpoint`, as scheme and address with a colon between."""

    __slots__ = ("path", "tags")

    def __init__(self, tag: str = "cbc:EndpointID") -> None:
        self.tags = (tag,)
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
