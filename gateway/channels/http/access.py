"""Who may do what on the HTTP channel, and how a refusal is answered, counted and logged without the payload."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import hdrs, web

from gateway.channels.http import problems
from gateway.channels.http.body import Rejected
from gateway.errors import Refused
from gateway.ports import Observer
from gateway.protocols.problem import MEDIA_TYPE

_log = structlog.get_logger(__name__)

_LONGEST_LOGGED = 64

PartnerHandler = Callable[[web.Request, str], Awaitable[web.Response]]
"""Serves a request of an authenticated partner. Raises Rejected."""


def _everything(_partner: str) -> Refused | None:
    return None


@dataclass(frozen=True, slots=True)
class Access:
    """Decisions made elsewhere.

    `authenticate` compares a partner's token in constant time, also for partners that do not exist. `channel_of` names the
    HTTP channel of an authenticated partner: idempotency keys are unique per channel, so two partners must never share one.
    `admit` looks at the queues and says no with a Refused (429 or 503); requests at once are counted by the channel itself.
    """

    authenticate: Callable[[str, str], bool]
    channel_of: Callable[[str], str]
    admit: Callable[[str], Refused | None] = _everything


class Door:
    """Lets authenticated partners through to a handler and answers what is rejected, there or behind it."""

    def __init__(self, channel: str, *, access: Access, observer: Observer) -> None:
        self._channel, self._access, self._observer = channel, access, observer

    def guarded(self, handler: PartnerHandler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler as the router calls it."""

        async def serve(request: web.Request) -> web.Response:
            try:
                return await handler(request, self._authenticated(request))
            except Rejected as rejected:
                return self._rejection(rejected, request)

        return serve

    def _authenticated(self, request: web.Request) -> str:
        partner = request.match_info["partner"]
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or not self._access.authenticate(partner, token.strip()):
            raise Rejected(problems.unauthenticated())
        return partner

    def _rejection(self, rejected: Rejected, request: web.Request) -> web.Response:
        problem = rejected.problem
        if request.method == hdrs.METH_POST:
            partner = request.match_info["partner"]
            # Before the partner is known its name is whatever the sender wrote: no label for a metric.
            channel = self._channel if problem.status == 401 else self._access.channel_of(partner)
            self._observer.count("edi_transmissions_received_total", channel=channel, outcome=problem.code)
            told = {"partner": partner[:_LONGEST_LOGGED], "remote": request.remote, "status": problem.status}
            _log.warning("transmission_refused", channel=channel, code=problem.code, **told)
        return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)
