"""The answers of the HTTP channel to requests it does not serve, one constructor each."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from gateway.errors import Refused
from gateway.protocols.problem import Problem


def unauthenticated() -> Problem:
    """401; the same for whatever is wrong or missing, and for a partner we do not know (RFC 6750, clause 3)."""
    return Problem(
        401,
        "unauthenticated",
        "the token, signature or certificate is missing or not valid for this partner",
        "send 'Authorization: Bearer <token>' with your token, or sign as was agreed; ask for new secrets if they are lost",
        headers={"WWW-Authenticate": 'Bearer realm="edi-gateway"'},
    )


def stale(window: float) -> Problem:
    """401: signed by this partner, but not now."""
    remedy = "set the clock of the sender right, and sign each request anew when it is sent"
    return Problem(401, "signature-stale", f"the timestamp is more than {window:g} s from our clock", remedy)


def address_refused(address: str) -> Problem:
    """403: the token is right, and the caller is somewhere else than agreed."""
    remedy = "send from an address that was agreed, or have this one added"
    return Problem(403, "address-refused", f"posts from {address} were not agreed", remedy)


def other_region(served: str) -> Problem:
    """421: known, and served elsewhere; nothing of it may be kept here."""
    remedy = "send to the address of your region; ask for it if it is not named here. Nothing was stored"
    return Problem(421, "other-region", f"this partner is served by {served}", remedy)


def multipart(what: str) -> Problem:
    """415: a body in parts that cannot be taken apart into transmissions."""
    return Problem(
        415,
        "multipart-unsupported",
        f"{what} is not taken",
        "send each interchange as one part with its bytes as they are, or as a body of its own",
        headers={"Accept": "application/EDI-X12, application/EDIFACT, application/xml, application/octet-stream"},
    )


def too_many_parts(most: int) -> Problem:
    """413 for a body of many parts."""
    remedy = "spread them over several requests"
    return Problem(413, "too-many-parts", f"the body has more than {most} parts", remedy, members={"most_parts": most})


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


def partly(problem: Problem, stored: Sequence[str]) -> Problem:
    """A problem with one part of several: the others are stored."""
    remedy = "send the whole again with the same Idempotency-Key: what is stored is recognised"
    return replace(problem, remedy=f"{problem.remedy}; {remedy}", members={**problem.members, "stored": list(stored)})


def invalid(detail: str, remedy: str) -> Problem:
    """400 for a parameter, a header or a body that cannot be read."""
    return Problem(400, "invalid-request", detail, remedy)


def too_slow(within: float) -> Problem:
    """408: the body did not arrive in time."""
    return Problem(408, "too-slow", f"the body did not arrive within {within:g} s", "send again over a better line")


def absent() -> Problem:
    """404; also for what belongs to another partner."""
    return Problem(404, "not-found", "there is no such thing among this partner's transmissions", "check the id")
