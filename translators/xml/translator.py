"""The XML family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Mapping

from translators.contract import Separators
from translators.errors import LocationInvalid
from translators.xml.acknowledgement import acknowledge
from translators.xml.envelope import NO_SEPARATORS
from translators.xml.interchange import read
from translators.xml.kinds import known_kinds
from translators.xml.parsing import parse
from translators.xml.sealing import seal
from translators.xml.writing import write

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "separators", "write"]


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type: most roots have names of their own for each."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in known_kinds():
        found[kind.type] = (*found.get(kind.type, ()), kind.name)
    return found


def separators(_version: str) -> Separators:
    """XML has elements instead."""
    return NO_SEPARATORS


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; XML documents have none."""
    raise LocationInvalid(f"{place!r}: an XML document has no segments; guides are for X12 and EDIFACT")
