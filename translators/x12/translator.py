"""The X12 family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Iterator, Mapping

from translators.canonical import ALSO
from translators.contract import Event, Family, Guide, TermsFor
from translators.parsed import ParsedSegment
from translators.payload import Payload
from translators.x12 import parsing
from translators.x12.acknowledgement import acknowledge
from translators.x12.composing import write
from translators.x12.grammar import base_version
from translators.x12.interchange import InterchangeReader
from translators.x12.sealing import seal
from translators.x12.separators import usual as separators
from translators.x12.sets import MAPPINGS
from translators.x12.sets.meaning import partner_guide
from translators.x12.unwrapping import unwrapped
from translators.x12.versions import VERSIONS

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "separators", "write"]


def read(data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read the interchange whose ISA stands at `start`; the last event closes it."""
    flat = unwrapped(data, start)
    if flat is None:
        return InterchangeReader(data, start, terms_for).events()
    return flat.events(Family.X12, lambda at: InterchangeReader(flat.data, at, terms_for).events(noted=flat.findings(at, "ISA")))


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All segments from ISA to IEA, or as far as they can be cut, with names and depth."""
    flat = unwrapped(data, start)
    if flat is None:
        return parsing.parse(data, start)
    return flat.segments(Family.X12, lambda at: parsing.parse(flat.data, at))


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type, the usual one first."""
    return {kind: (name, *ALSO.get(name, ())) for kind, (name, _module) in MAPPINGS.items()}


def check_place(version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of the version's segments. Raises LocationInvalid."""
    partner_guide(Guide("", mapping=(("", place),)), base_version(version) or VERSIONS[0])
