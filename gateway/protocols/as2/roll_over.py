"""Roll-over: whether somebody takes over when a certificate ends."""

from collections.abc import Iterable
from datetime import timedelta

from gateway.protocols.as2.certificate import Certificate


def has_successor(certificate: Certificate, known: Iterable[Certificate]) -> bool:
    """Whether another certificate is valid and in use when this one has ended, so that its end needs nobody's attention."""
    then = certificate.not_after + timedelta(seconds=1)
    return any(other.valid_at(then) and other.in_use_at(then) for other in known if other.fingerprint != certificate.fingerprint)
