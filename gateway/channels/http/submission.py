"""What a partner asks for when it posts an interchange: read from the request, checked, nothing stored yet."""

import math
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from gateway.channels.http.limits import Limits
from gateway.http import problems
from gateway.http.rejected import Rejected

_LONGEST_KEY = 255
_USUAL_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """The sender's wishes beside the content. `wait` is in seconds; None when it does not wait for the acknowledgement."""

    idempotency_key: str | None
    name: str
    wait: float | None


def read_wishes(request: web.Request, limits: Limits) -> Wishes:
    """Header and query parameters of a submission. Raises Rejected with 400, or 413 from Content-Length alone."""
    if (request.content_length or 0) > limits.most_bytes:
        raise Rejected(problems.too_large(limits.most_bytes))
    key = _idempotency_key(request.headers.get("Idempotency-Key"))
    name = request.query.get("name", "")[:_LONGEST_KEY] if request.query_string else ""
    return Wishes(key, name, _wait(request, limits) if request.query_string else None)


def transmission_path(partner: str, transmission: object) -> str:
    """Where a transmission of a partner is found."""
    return f"/v1/partners/{quote(partner, safe='')}/transmissions/{transmission}"


def links(base: str) -> dict[str, str]:
    """The paths under a transmission, for the body of an answer."""
    parts = ("interchanges", "documents", "findings", "acknowledgements")
    return {"self": base, **{part: f"{base}/{part}" for part in parts}}


def _idempotency_key(header: str | None) -> str | None:
    """The key with or without the quotes that the IETF draft gives it."""
    if header is None:
        return None
    key = header[1:-1] if len(header) >= 2 and header[0] == header[-1] == '"' else header
    if not key or len(key) > _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        remedy = f"send 1 to {_LONGEST_KEY} printable ASCII characters, for example a UUID"
        raise Rejected(problems.invalid("the Idempotency-Key cannot be used", remedy))
    return key


def _wait(request: web.Request, limits: Limits) -> float | None:
    wanted = request.query.get("wait")
    if wanted is None:
        return None
    if wanted != "ack":
        raise Rejected(problems.invalid(f"cannot wait for {wanted[:40]!r}", "use wait=ack, or leave it out"))
    try:
        seconds = float(request.query.get("timeout", min(_USUAL_WAIT, limits.longest_wait)))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= limits.longest_wait:
        remedy = f"give a number of seconds, more than 0 and at most {limits.longest_wait:g}"
        raise Rejected(problems.invalid("the timeout cannot be used", remedy))
    return seconds
