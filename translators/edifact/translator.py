"""The EDIFACT family behind the contract of `FamilyTranslator`: ISO 9735 syntax versions 1 to 4."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from translators.canonical import ALSO
from translators.contract import Guide, OutboundInterchange, Separators
from translators.edifact import directories, service_characters, writing
from translators.edifact.acknowledgement import acknowledge
from translators.edifact.composing import write
from translators.edifact.interchange import read
from translators.edifact.messages import MAPPINGS
from translators.edifact.messages.meaning import partner_guide
from translators.edifact.parsing import parse

__all__ = ["acknowledge", "check_place", "documents", "parse", "read", "seal", "separators", "write"]


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes: UNA where it is needed, envelopes filled, counts and references consistent by construction."""
    return writing.interchange(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)


def documents() -> Mapping[str, tuple[str, ...]]:
    """The canonical documents of each type, the usual one first."""
    return {kind: (name, *ALSO.get(name, ())) for kind, (name, _module) in MAPPINGS.items()}


def separators(version: str) -> Separators:
    """The service characters that hold without UNA in a syntax (`UNOC:3`)."""
    syntax_version = version.partition(":")[2]
    return service_characters.default(int(syntax_version) if syntax_version.isdigit() else 3).separators


def check_place(version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of the directory's segments. Raises LocationInvalid."""
    choice = directories.choose("ORDERS", version)
    if choice is not None:
        partner_guide(Guide("", mapping=(("", place),)), choice.directory)
