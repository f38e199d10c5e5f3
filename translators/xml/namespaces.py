"""Namespaces by URI, and the prefix by which our tables name each. What a partner calls them does not matter."""

from functools import lru_cache

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "sbdh": "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
}
"""URI by prefix."""

UBL_DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
"""Namespace of a UBL document by its name (UBL 2.1, 2.2: one for all minor versions)."""

_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def is_technical(attribute: str) -> bool:
    """Whether an attribute only says where a schema is (xsi:schemaLocation)."""
    return attribute.startswith(_INSTANCE)


def is_ubl(name: str, namespace: str) -> bool:
    """Whether an element of this name and namespace is the root of a UBL document."""
    return namespace == UBL_DOCUMENT.format(name=name)


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of a name in Clark's notation."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].partition("}")
        return namespace, name
    return "", tag


@lru_cache(maxsize=4096)
def _named(tag: str) -> str:
    namespace, name = split(tag)
    prefix = _PREFIXES.get(namespace)
    if prefix is not None:
        return f"{prefix}:{name}"
    return name if not namespace or is_ubl(name, namespace) else tag


class Names(dict[str, str]):
    """The names of a document's elements in our prefixes, by Clark's notation, each worked out once."""

    def __missing__(self, tag: str) -> str:
        """`cbc:ID` for a namespace we know, the local name for a UBL document or none, else the name as it is."""
        found = self[tag] = _named(tag)
        return found
