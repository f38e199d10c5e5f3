"""The EDIFACT family behind the contract of `FamilyTranslator`: ISO 9735 syntax versions 1 to 4."""

from collections.abc import Sequence
from datetime import datetime

from translators.contract import OutboundInterchange
from translators.edifact import writing
from translators.edifact.acknowledgement import acknowledge
from translators.edifact.interchange import read
from translators.edifact.parsing import parse

__all__ = ["acknowledge", "parse", "read", "seal"]


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes: UNA where it is needed, envelopes filled, counts and references consistent by construction."""
    return writing.interchange(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)
