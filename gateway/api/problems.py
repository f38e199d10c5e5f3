"""How what was not done is answered: errors of the gateway as problem documents, and what is wrong with a request."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from gateway import errors
from gateway.domain.allowance import Allowed, Taken
from gateway.errors import GatewayError
from gateway.protocols.problem import Problem
from gateway.protocols.problem_codes import CODES

_SOON = {"Retry-After": "5"}
_AT_ONCE = {"Retry-After": "1"}

_KINDS: Final[Sequence[tuple[type[GatewayError], str, Mapping[str, str]]]] = (
    (errors.Absent, "not-found", {}),
    (errors.Denied, "denied", {}),
    (errors.NotSignedIn, "denied", {}),
    (errors.ActionRefused, "action-refused", {}),
    (errors.QueryInvalid, "query-invalid", {}),
    (errors.PlanRefused, "plan-refused", {}),
    (errors.ConfigurationInvalid, "configuration-invalid", {}),
    (errors.DataRefused, "data-refused", {}),
    (errors.BodyPurged, "body-purged", {}),
    (errors.BodyUnreadable, "body-unreadable", {}),
    (errors.Contention, "contention", _AT_ONCE),
    (errors.CommitUnknown, "commit-unknown", _SOON),
    (errors.StoreUnavailable, "store-unavailable", _SOON),
    (errors.SchemaMismatch, "unavailable", _SOON),
    (errors.DependencyUnavailable, "unavailable", _SOON),
)
"""The first that fits counts."""

_REMEDIES: Final[Mapping[str, str]] = {
    "not-found": "Check the id; a list says which there are.",
    "denied": "Ask an administrator of this gateway for the right, or use an account that has it.",
    "action-refused": "Look at how it stands now, and ask for what that allows.",
    "query-invalid": "Write the search as its help says.",
    "plan-refused": "Choose less, and say more exactly what is meant.",
    "configuration-invalid": "Name what routes.toml has.",
    "body-purged": "Ask the partner to send it again.",
    "body-unreadable": "Tell the operator of this gateway.",
    "unavailable": "Ask again after the time in Retry-After.",
    "partner-failed": "Look at what the other side said, and try again later.",
    "contention": "Ask again after the time in Retry-After.",
    "commit-unknown": "Look at what it was about, or ask again with the same Idempotency-Key.",
    "store-unavailable": "Ask again after the time in Retry-After.",
    "data-refused": "Look for numbers and dates that are out of all bounds, and for characters that are none.",
}


def of_error(error: GatewayError) -> Problem:
    """The answer to what an operation raised."""
    if isinstance(error, errors.Refused):
        later = _SOON if error.status in {429, 503} else {}
        return Problem(error.status, "refused", str(error), error.remedy or "Ask again later.", headers=later)
    if isinstance(error, errors.TooOften):
        later = {"Retry-After": str(max(1, round(error.retry_after + 0.5)))}
        return Problem(429, "too-many-requests", str(error), error.remedy, headers=later)
    code, headers = next(
        ((code, headers) for kind, code, headers in _KINDS if isinstance(error, kind)), ("partner-failed", {})
    )  # fmt: skip
    # What the database says of itself names tables and addresses: that is for the log.
    inner = isinstance(error, errors.StoreUnavailable | errors.DataRefused | errors.Contention)
    told = CODES[code][1] if inner else str(error)
    remedy = _REMEDIES.get(code, "") if inner else error.remedy or _REMEDIES.get(code, "")
    return Problem(CODES[code][0], code, told, remedy, headers=headers)


def _problem(code: str, remedy: str, *, detail: str = "", **more: Any) -> Problem:
    status, meaning = CODES[code]
    return Problem(status, code, detail or meaning, remedy, **more)


def unauthenticated() -> Problem:
    """401; the same for whatever is wrong or missing (RFC 6750, clause 3)."""
    return _problem(
        "unauthenticated",
        "Send 'Authorization: Bearer <token>' with a token that an administrator of this gateway has made, and that is not over.",
        detail="The token is missing, not known, or over.",
        headers={"WWW-Authenticate": 'Bearer realm="edi-gateway"'},
    )


def too_many(taken: Taken, allowed: Allowed) -> Problem:
    """429 for an allowance that is used up."""
    return _problem(
        "too-many-requests",
        "Wait for the time in Retry-After; ask for lists by pages, and listen to /v1/live instead of asking again and again.",
        detail=f"More than {allowed.burst} requests at once, or {allowed.rate:g} a second in the long run.",
        headers={"Retry-After": str(max(1, round(taken.more_in + 0.5))), **rate_headers(taken, allowed)},
    )


def rate_headers(taken: Taken, allowed: Allowed) -> Mapping[str, str]:
    """How much is left (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": f'"account";q={allowed.burst};w={allowed.window}',
        "RateLimit": f'"account";r={taken.left};t={round(taken.more_in + 0.5)}',
    }


def invalid(detail: str, remedy: str) -> Problem:
    """400 for what cannot be read."""
    return _problem("invalid-request", remedy, detail=detail)


def no_json(media_type: str) -> Problem:
    """415 for a body of another kind."""
    return _problem(
        "unsupported-media-type", "Send JSON as application/json.", detail=f"A body of {media_type[:80]} is not taken."
    )


def invalid_members(found: Sequence[Mapping[str, Any]], place: Callable[[str], str]) -> Problem:
    """422 with each member that is wrong, as pydantic lists them. `place` says where a member stands: path, query or body."""
    listed = [_wrong(one["loc"], str(one["msg"]), place) for one in found]
    remedy = "See `errors`, and what the operation takes in /v1/openapi.json."
    return _problem("invalid-members", remedy, detail="; ".join(_sentence(one) for one in listed[:3]), members={"errors": listed})


def _wrong(location: Sequence[str | int], message: str, place: Callable[[str], str]) -> Mapping[str, str]:
    where = place(str(location[0])) if location else "body"
    steps = location if where == "body" else location[1:]
    pointer = "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
    if where == "body":
        return {"in": where, "pointer": pointer, "detail": message}
    return {"in": where, "name": str(location[0]), "pointer": pointer, "detail": message}


def _sentence(one: Mapping[str, str]) -> str:
    return f"{one.get('name') or one['pointer']}: {one['detail']}"


def key_unusable(longest: int) -> Problem:
    """400 for an Idempotency-Key that is none."""
    remedy = f"Send 1 to {longest} printable ASCII characters, for example a UUID."
    return invalid("The Idempotency-Key cannot be used.", remedy)


def key_reused() -> Problem:
    """422: the key stands for something else."""
    return _problem("idempotency-key-reused", "Use a new key for a new request.")


def key_in_use() -> Problem:
    """409: the first request is under way."""
    return _problem("idempotency-key-in-use", "Ask again after the time in Retry-After.", headers=_AT_ONCE)


def outcome_unknown() -> Problem:
    """409: it did something, and nobody knows whether all of it."""
    return _problem("outcome-unknown", "Look at what it was about; the audit and the journal say what was done. Use a new key.")


def answer_not_kept() -> Problem:
    """409: it was done, and cannot be told again."""
    return _problem(
        "answer-not-kept", "What it made is there: list it. A secret that is lost is made anew, and the old one revoked."
    )


def took_too_long() -> Problem:
    """503: it was ended, because it took too long."""
    return _problem("took-too-long", "Ask for less: a shorter time, fewer things.", headers=_SOON)


def busy() -> Problem:
    """503: nobody more can listen."""
    return _problem("busy", "Listen again after the time in Retry-After.", headers=_SOON)
