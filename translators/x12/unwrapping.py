"""Interchanges of X12 whose lines are cut at a fixed width, ISA among them (see `translators.unwrapping`)."""

from translators import unwrapping
from translators.payload import Payload
from translators.unwrapping import HORIZON, LINE_ENDS, Unwrapped
from translators.x12.separators import read_header


def unwrapped(data: Payload, start: int) -> Unwrapped | None:
    """The interchange whose ISA stands at `start` without its line breaks, when its lines are cut; None when they are not.

    The breaks may stand in ISA itself, so its separators are read without them. If there is then no mark left for the
    components, the first break was no cut but the terminator.
    """
    if not unwrapping.broken(data, start):
        return None
    header = read_header(data[start : start + HORIZON].translate(None, LINE_ENDS), 0)
    if not header.whole or not header.separators.component:
        return None
    return unwrapping.unwrapped(data, start, start, header.terminator)
