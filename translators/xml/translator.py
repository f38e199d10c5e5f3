"""The XML family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Mapping

from translators.contract import Acknowledgement, Interchange
from translators.errors import LocationInvalid
from translators.xml.interchange import read
from translators.xml.kinds import kinds
from translators.xml.parsing import parse
from translators.xml.sealing import seal
from translators.xml.writing import write

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "write"]


def acknowledge(_interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """UBL and CII know no syntax acknowledgement: a response to them is a document of its own."""
    return ()


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical document of each type: roots have names of their own for each."""
    return {kind.type: (kind.name,) for kind in kinds().values()}


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; XML documents have none."""
    raise LocationInvalid(f"{place!r}: an XML document has no segments; guides are for X12 and EDIFACT")
