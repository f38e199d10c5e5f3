"""Roll-over: what each of several certificates is for now, and whether somebody takes over when one ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.protocols.as2.certificate import Certificate, usable


class Standing(StrEnum):
    """What a certificate is for now, among those of one side of a channel."""

    CURRENT = "current"
    """The newest in use: what is encrypted for, or signs."""
    ACCEPTED = "accepted"
    """In use beside it: what comes in by it is taken."""
    NEXT = "next"
    """Its time comes."""
    PAST = "past"
    """Its time is over."""


def has_successor(certificate: Certificate, known: Iterable[Certificate]) -> bool:
    """Whether another certificate is valid and in use when this one has ended, so that its end needs nobody's attention."""
    then = certificate.not_after + timedelta(seconds=1)
    return any(other.valid_at(then) and other.in_use_at(then) for other in known if other.fingerprint != certificate.fingerprint)


def standings(certificates: Sequence[Certificate], at: datetime, *, encrypting: bool) -> tuple[Standing, ...]:
    """What each is for at that time. `encrypting`: they are a partner's, and only RSA keys can be encrypted for."""
    now = usable(certificates, at)
    current = next((each for each in now if each.rsa is not None or not encrypting), now[0] if now else None)
    return tuple(_standing(each, current, at) for each in certificates)


def _standing(certificate: Certificate, current: Certificate | None, at: datetime) -> Standing:
    if certificate is current:
        return Standing.CURRENT
    if certificate.usable_at(at):
        return Standing.ACCEPTED
    over = certificate.not_after < at or (certificate.use_until is not None and certificate.use_until <= at)
    return Standing.PAST if over else Standing.NEXT
