"""The X12 family as the registry sees it: `contract.FamilyTranslator`."""

from collections.abc import Iterator

from translators.contract import Event, TermsFor
from translators.x12.acknowledgement import acknowledge
from translators.x12.interchange import InterchangeReader
from translators.x12.parsing import parse
from translators.x12.composing import write
from translators.x12.sealing import seal

__all__ = ["acknowledge", "parse", "read", "seal", "write"]


def read(data: bytes, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read the interchange whose ISA stands at `start`; the last event closes it."""
    return InterchangeReader(data, start, terms_for).events()
