"""The XML family as the registry sees it: `contract.FamilyTranslator`. What reading does not take is imported later."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from translators.contract import Acknowledgement, Interchange, OutboundInterchange, Separators, WritingTerms, WrittenDocument
from translators.errors import LocationInvalid
from translators.parsed import ParsedSegment
from translators.payload import Payload
from translators.xml.envelope import NO_SEPARATORS
from translators.xml.interchange import read
from translators.xml.kinds import known_kinds

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

__all__ = ["acknowledge", "check_place", "documents", "parse", "prepare", "read", "seal", "separators", "write"]


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All elements from `start` on."""
    from translators.xml import parsing  # noqa: PLC0415 - for people

    return parsing.parse(data, start)


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The answer that is owed under the terms: a cXML Response or an ApplicationResponse."""
    from translators.xml import acknowledgement  # noqa: PLC0415 - not all are acknowledged

    return acknowledgement.acknowledge(interchange)


def write(document: "CanonicalDocument", document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a document. Raises DefinitionMissing when there is no such type, or it is another document's."""
    from translators.xml import writing  # noqa: PLC0415 - for those who write

    return writing.write(document, document_type, version, terms)


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes in the envelope of the version. Raises NotWritable when several documents are to stand alone."""
    from translators.xml import sealing  # noqa: PLC0415 - for those who write

    return sealing.seal(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type: most roots have names of their own for each."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in known_kinds():
        found[kind.type] = (*found.get(kind.type, ()), kind.name)
    return found


def separators(_version: str) -> Separators:
    """XML has elements instead."""
    return NO_SEPARATORS


def prepare(document_type: str) -> None:
    """Import the mappings of a document, and what acknowledges it."""
    for kind in known_kinds():
        if kind.type == document_type:
            import_module(kind.module)
    for name in ("acknowledgement", "sealing"):
        import_module(f"translators.xml.{name}")


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; XML documents have none."""
    raise LocationInvalid(f"{place!r}: an XML document has no segments; guides are for X12 and EDIFACT")
