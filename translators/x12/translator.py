"""The X12 family as the registry sees it: `contract.FamilyTranslator`. What reading does not take is imported later."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from translators.canonical import ALSO
from translators.contract import (
    Acknowledgement,
    Event,
    Family,
    Guide,
    Interchange,
    OutboundInterchange,
    TermsFor,
    WritingTerms,
    WrittenDocument,
)
from translators.parsed import ParsedSegment
from translators.payload import Payload
from translators.x12.document import GENERIC
from translators.x12.grammar import base_version
from translators.x12.interchange import InterchangeReader
from translators.x12.separators import usual as separators
from translators.x12.sets import MAPPINGS
from translators.x12.unwrapping import unwrapped
from translators.x12.versions import VERSIONS

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

__all__ = ["acknowledge", "check_place", "documents", "parse", "prepare", "read", "seal", "separators", "write"]


def read(data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read the interchange whose ISA stands at `start`; the last event closes it."""
    flat = unwrapped(data, start)
    if flat is None:
        return InterchangeReader(data, start, terms_for).events()
    return flat.events(Family.X12, lambda at: InterchangeReader(flat.data, at, terms_for).events(noted=flat.findings(at, "ISA")))


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All segments from ISA to IEA, or as far as they can be cut, with names and depth."""
    from translators.x12 import parsing  # noqa: PLC0415 - for people

    flat = unwrapped(data, start)
    if flat is None:
        return parsing.parse(data, start)
    return flat.segments(Family.X12, lambda at: parsing.parse(flat.data, at))


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """TA1, and 997 or 999 for each group, as the terms say."""
    from translators.x12 import acknowledgement  # noqa: PLC0415 - not all are acknowledged

    return acknowledgement.acknowledge(interchange)


def write(document: "CanonicalDocument", document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a set. Raises DefinitionMissing when there is no such set, or it is another document's."""
    from translators.x12 import composing  # noqa: PLC0415 - for those who write

    return composing.write(document, document_type, version, terms)


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes from ISA to IEA. Raises NotWritable for what has no room in an envelope."""
    from translators.x12 import sealing  # noqa: PLC0415 - for those who write

    return sealing.seal(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type, the usual one first."""
    return {kind: (name, *ALSO.get(name, ())) for kind, (name, _module) in MAPPINGS.items()}


def prepare(document_type: str) -> None:
    """Import the mapping of a set, and what acknowledges it."""
    module = MAPPINGS.get(document_type, GENERIC)[1]
    for name in (module, "translators.x12.acknowledgement", "translators.x12.sealing"):
        import_module(name)


def check_place(version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of the version's segments. Raises LocationInvalid."""
    from translators.x12.sets.meaning import partner_guide  # noqa: PLC0415 - models come with it

    partner_guide(Guide("", mapping=(("", place),)), base_version(version) or VERSIONS[0])
