"""Where in a transmission something stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the bytes a partner sent, in the coordinates that acknowledgements use.

    `offset` counts bytes from the start of the transmission. `segment` counts segments in the transaction set or message,
    ST and UNH being 1 (X12 AK302, EDIFACT UCS 0096); it is None outside of one. `element`, `component` and `repetition`
    count from 1 and are None when the finding is about the level above.
    """

    offset: int
    segment: int | None = None
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
