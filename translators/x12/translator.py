"""The X12 family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Iterator, Mapping

from translators.canonical import ALSO
from translators.contract import Event, Guide, TermsFor
from translators.x12.acknowledgement import acknowledge
from translators.x12.composing import write
from translators.x12.grammar import base_version
from translators.x12.interchange import InterchangeReader
from translators.x12.parsing import parse
from translators.x12.sealing import seal
from translators.x12.sets import MAPPINGS
from translators.x12.sets.meaning import partner_guide
from translators.x12.versions import VERSIONS

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "write"]


def read(data: bytes, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read the interchange whose ISA stands at `start`; the last event closes it."""
    return InterchangeReader(data, start, terms_for).events()


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type, the usual one first."""
    return {kind: (name, *ALSO.get(name, ())) for kind, (name, _module) in MAPPINGS.items()}


def check_place(version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of the version's segments. Raises LocationInvalid."""
    partner_guide(Guide("", mapping=(("", place),)), base_version(version) or VERSIONS[0])
