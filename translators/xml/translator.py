"""The XML family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Mapping

from translators.errors import LocationInvalid
from translators.xml.acknowledgement import acknowledge
from translators.xml.interchange import read
from translators.xml.kinds import known_kinds
from translators.xml.parsing import parse
from translators.xml.sealing import seal
from translators.xml.writing import write

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "write"]


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type: most roots have names of their own for each."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in known_kinds():
        found[kind.type] = (*found.get(kind.type, ()), kind.name)
    return found


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; XML documents have none."""
    raise LocationInvalid(f"{place!r}: an XML document has no segments; guides are for X12 and EDIFACT")
