"""The answers of the HTTP channel to requests it does not serve, one constructor each."""

from uuid import UUID

from gateway.errors import Refused
from gateway.protocols.problem import Problem


def unauthenticated() -> Problem:
    """401; the same for a wrong token and for a partner we do not know (RFC 6750, clause 3)."""
    return Problem(
        401,
        "unauthenticated",
        "the bearer token is missing or not valid for this partner",
        "send 'Authorization: Bearer <token>' with the token you were given; ask for a new one if it is lost",
        headers={"WWW-Authenticate": 'Bearer realm="edi-gateway"'},
    )


def multipart(media_type: str) -> Problem:
    """415: a form is not an interchange."""
    return Problem(
        415,
        "multipart-unsupported",
        f"content of type {media_type} is not taken",
        "send the interchange itself as the body, for example with 'Content-Type: application/octet-stream'",
        headers={"Accept": "application/EDI-X12, application/EDIFACT, application/xml, application/octet-stream"},
    )


def too_large(most: int) -> Problem:
    """413, found from Content-Length or while reading."""
    remedy = "split the transmission into smaller ones, or agree on a higher limit"
    return Problem(413, "too-large", f"the body is larger than {most} bytes", remedy, members={"most_bytes": most})


def too_many(most: int) -> Problem:
    """429 for more requests at once than a partner may have."""
    return Problem(
        429,
        "too-many-requests",
        f"more than {most} requests of this partner are being worked on",
        "wait for answers before sending more; send again after the time in Retry-After",
        headers={"Retry-After": "1"},
    )


def busy(retry_after: int) -> Problem:
    """503: the memory set aside for bodies is used up."""
    remedy = "send again after the time in Retry-After"
    return Problem(503, "busy", "too much is being received at this moment", remedy, headers={"Retry-After": str(retry_after)})


def refused(refusal: Refused, retry_after: int) -> Problem:
    """What the intake or the admission said no to, under the status it names."""
    later = {"Retry-After": str(retry_after)} if refusal.status in {429, 503} else {}
    remedy = refusal.remedy or "send again later"
    return Problem(refusal.status, "refused", str(refusal), remedy, headers=later)


def unavailable(retry_after: int) -> Problem:
    """503: nothing was stored."""
    return Problem(
        503,
        "store-unavailable",
        "the transmission was not stored: the database does not answer",
        "send the same content again after the time in Retry-After",
        headers={"Retry-After": str(retry_after)},
    )


def unreadable(retry_after: int) -> Problem:
    """503: what is stored cannot be read now."""
    remedy = "ask again after the time in Retry-After"
    return Problem(503, "store-unavailable", "the database does not answer", remedy, headers={"Retry-After": str(retry_after)})


def unknown(transmission: UUID, location: str, retry_after: int) -> Problem:
    """503: it may or may not be stored; never 202."""
    return Problem(
        503,
        "commit-unknown",
        "the connection to the database broke while storing: the transmission may or may not be stored",
        "ask at 'location' whether it is stored, or send the same content again with the same Idempotency-Key",
        members={"transmission": str(transmission), "location": location},
        headers={"Retry-After": str(retry_after)},
    )


def key_conflict(transmission: UUID) -> Problem:
    """422: the Idempotency-Key was used for other content."""
    return Problem(
        422,
        "idempotency-key-reused",
        "the Idempotency-Key was used before for other content; nothing was stored",
        "use a new key for new content",
        members={"transmission": str(transmission)},
    )


def invalid(detail: str, remedy: str) -> Problem:
    """400 for a parameter, a header or a body that cannot be read."""
    return Problem(400, "invalid-request", detail, remedy)


def too_slow(within: float) -> Problem:
    """408: the body did not arrive in time."""
    return Problem(408, "too-slow", f"the body did not arrive within {within:g} s", "send again over a better line")


def absent() -> Problem:
    """404; also for what belongs to another partner."""
    return Problem(404, "not-found", "there is no such thing among this partner's transmissions", "check the id")
