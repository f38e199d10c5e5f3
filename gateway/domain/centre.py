"""A site gateway and its centre: what is forwarded where, and what the centre's answer means. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.http_terms import HttpClientTerms


@dataclass(frozen=True, slots=True)
class CentreTerms:
    """The gateway that reads, routes and answers what this one takes in. `site` is what this one is called there."""

    url: str
    site: str
    client: HttpClientTerms


class Fate(StrEnum):
    """What the centre said of a transmission."""

    TAKEN = "taken"
    """It has it, now or since an earlier attempt whose answer was lost."""
    REFUSED = "refused"
    """It will never take this one; the next may go."""
    LATER = "later"
    """It cannot take anything now."""
    CLOSED = "closed"
    """It would take this one from somebody it knows: a person has to put something right."""


def fate_of(status: int) -> Fate:
    """The meaning of an answer of the centre's intake by its HTTP status."""
    if 200 <= status < 300:
        return Fate.TAKEN
    if status in (400, 413, 415, 422):
        return Fate.REFUSED
    if status in (401, 403, 404, 405) or 300 <= status < 400:
        return Fate.CLOSED
    return Fate.LATER


def name_at_centre(site: str, channel: str, name: str, *, longest: int = 255) -> str:
    """What a transmission is called at the centre: where it came in, and what it was called there."""
    return f"{site}/{channel}/{name}"[:longest]


FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two attempts while the centre cannot be reached."""


def pause_after(failures: int, asked: float | None = None) -> float:
    """How long to wait after so many failures in a row; at least what the centre asked for, an hour at most."""
    usual: float = min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)
    return max(usual, min(asked or 0.0, 3600.0))
