"""Hands a file to a running gateway over HTTP, and says in words what its answers mean."""

import json
import os
import ssl
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed

if TYPE_CHECKING:
    from gateway.cli.files import Read

_ANSWER_LIMIT = 16 << 20
_PATIENCE = 60.0
"""Seconds that a gateway may take to store a file and say so."""
_GRACE = 30.0
"""Seconds beyond those that the gateway itself waits for an acknowledgement."""

_REFUSALS: dict[int, tuple[str, str, ExitStatus]] = {
    401: ("the gateway does not know this token", "Ask for a new token for this partner.", ExitStatus.NOT_ALLOWED),
    403: ("this token is not for this partner", "Check --to, or use this partner's token.", ExitStatus.NOT_ALLOWED),
    404: ("the gateway does not know this partner", "Check --to against routes.toml, and --url.", ExitStatus.FAILED),
    422: (
        "this idempotency key was used before for other content",
        "Leave out --idempotency-key, unless you repeat a first try.",
        ExitStatus.FAILED,
    ),
    413: ("the file is too large for this gateway", "Split it, or ask for a higher limit.", ExitStatus.FAILED),
    429: ("the gateway takes no more from this partner for now", "Try again later.", ExitStatus.UNAVAILABLE),
}


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would take the token to another server."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def deliver(url: str, partner: str, read: "Read", *, key: str, token: str, wait: bool, within: float) -> dict[str, Any]:
    """POST a file; returns `transmission`, `repeated`, and the `acknowledgement` when it was waited for and came.

    Raises CommandFailed. When it is unknown whether the gateway stored the file, the remedy repeats the idempotency key.
    """
    where = _address(url, partner, name=os.path.basename(read.name), timeout=within if wait else None)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/octet-stream",
        "Idempotency-Key": key,
        "Accept": "application/json, application/problem+json, */*;q=0.5",
    }
    request = Request(  # noqa: S310 - the address was checked
        where, data=read.data, headers=headers, method="POST"
    )
    try:
        with build_opener(_NoRedirect).open(request, timeout=within + _GRACE if wait else _PATIENCE) as response:
            body = response.read(_ANSWER_LIMIT)
            if response.length:  # a read with a limit ends quietly where the connection was cut
                raise IncompleteRead(body, response.length)
            return _answer(body, response.headers, where)
    except HTTPError as error:
        with error:  # it holds the connection
            raise _refused(error, where, key) from error
    except (URLError, TimeoutError, ConnectionError, HTTPException, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error
        raise _unknown(f"the gateway does not answer: {reason}", where, key) from error


def _address(url: str, partner: str, *, name: str, timeout: float | None) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket that is not closed
        usable = False
    if not usable:
        raise CommandFailed(
            "this is no address of a gateway",
            where=url,
            remedy="Write https://host or http://host:port.",
            status=ExitStatus.USAGE,
        )
    query = {"name": name.encode("utf-8", "replace")} if name != "-" else {}
    wait = {"wait": "ack", "timeout": f"{timeout:g}"} if timeout is not None else {}
    path = f"{url.rstrip('/')}/v1/partners/{quote(partner, safe='')}/interchanges"
    return f"{path}?{urlencode({**query, **wait})}" if query or wait else path


def _answer(body: bytes, headers: Any, where: str) -> dict[str, Any]:
    transmission = headers.get("Edi-Transmission") or str(headers.get("Location") or "").rpartition("/")[2]
    view: dict[str, Any] = {"acknowledgement": body.decode("utf-8", "replace")}
    if headers.get_content_type() == "application/json":
        view = _object(body, where)
    transmission = view.get("transmission") or view.get("id") or transmission
    if not transmission:  # a portal or proxy in between: nothing says that the file is stored
        raise _foreign("the answer names no transmission", where)
    return {
        "transmission": transmission,
        "repeated": bool(view.get("repeated")),
        "acknowledgement": view.get("acknowledgement") or view.get("acknowledgements"),
    }


def _object(body: bytes, where: str) -> dict[str, Any]:
    try:
        view = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _foreign("the answer is no JSON", where) from error
    return view if isinstance(view, dict) else {}


def _foreign(what: str, where: str) -> CommandFailed:
    return CommandFailed(what, where=where, remedy="Check that --url is the address of a gateway.")


def _refused(error: HTTPError, where: str, key: str) -> CommandFailed:
    if error.code in _REFUSALS:
        what, remedy, status = _REFUSALS[error.code]
        return CommandFailed(what, where=where, remedy=remedy + _pause(error), status=status)
    if error.code >= 500:  # server errors, RFC 9110
        return _unknown(f"the gateway answered {error.code}", where, key, pause=_pause(error))
    what, remedy = _problem(error)
    return CommandFailed(what, where=where, remedy=remedy)


def _problem(error: HTTPError) -> tuple[str, str]:
    """What the gateway says itself, in a problem document of RFC 9457; else the bare status."""
    try:
        document = json.loads(error.read(_ANSWER_LIMIT))
        return f"the gateway answered {error.code}: {document['detail']}", str(document["remedy"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"the gateway answered {error.code} {error.reason}", "Check --url and --to."


def _pause(error: HTTPError) -> str:
    """How long the gateway asks to be left alone, when it says so in seconds (RFC 9110, Retry-After)."""
    seconds = error.headers.get("Retry-After", "").strip()
    return f" It asks to wait {seconds} s." if seconds.isascii() and seconds.isdigit() else ""


def _unknown(what: str, where: str, key: str, *, pause: str = "") -> CommandFailed:
    remedy = f"Send it again with --idempotency-key {key}: it is stored once, whatever became of this try.{pause}"
    return CommandFailed(what, where=where, remedy=remedy, status=ExitStatus.UNAVAILABLE)
