"""The EDIFACT family behind the contract of `FamilyTranslator`: ISO 9735 syntax versions 1 to 4.

What reading does not take is imported when it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from translators.canonical import ALSO
from translators.contract import (
    Acknowledgement,
    Guide,
    Interchange,
    OutboundInterchange,
    Separators,
    WritingTerms,
    WrittenDocument,
)
from translators.edifact import directories, service_characters
from translators.edifact.interchange import read
from translators.edifact.message import MEANING
from translators.edifact.messages import MAPPINGS
from translators.parsed import ParsedSegment
from translators.payload import Payload

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

__all__ = ["acknowledge", "check_place", "documents", "parse", "prepare", "read", "seal", "separators", "write"]


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All segments from `start` to the end of the interchange, with their names."""
    from translators.edifact import parsing  # noqa: PLC0415 - for people

    return parsing.parse(data, start)


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The CONTRL messages that are owed for an interchange under its terms."""
    from translators.edifact import acknowledgement  # noqa: PLC0415 - not all are acknowledged

    return acknowledgement.acknowledge(interchange)


def write(document: "CanonicalDocument", document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a message. Raises DefinitionMissing when there is no such message, or it is another document's."""
    from translators.edifact import composing  # noqa: PLC0415 - for those who write

    return composing.write(document, document_type, version, terms)


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes: UNA where it is needed, envelopes filled, counts and references consistent by construction."""
    from translators.edifact import writing  # noqa: PLC0415 - for those who write

    return writing.interchange(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type, the usual one first."""
    return {kind: (name, *ALSO.get(name, ())) for kind, (name, _module) in MAPPINGS.items()}


def separators(version: str) -> Separators:
    """The service characters that hold without UNA in a syntax (`UNOC:3`)."""
    syntax_version = version.partition(":")[2]
    return service_characters.default(int(syntax_version) if syntax_version.isdigit() else 3).separators


def prepare(document_type: str) -> None:
    """Import the mapping of a message, and what acknowledges it."""
    own = (MAPPINGS[document_type][1], MEANING) if document_type in MAPPINGS else ("translators.edifact.generic",)
    for name in (*own, "translators.edifact.acknowledgement"):
        import_module(name)


def check_place(version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of the directory's segments. Raises LocationInvalid."""
    from translators.edifact.messages.meaning import partner_guide  # noqa: PLC0415 - models come with it

    choice = directories.choose("ORDERS", version)
    if choice is not None:
        partner_guide(Guide("", mapping=(("", place),)), choice.directory)
