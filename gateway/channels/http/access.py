"""Who may do what on the HTTP channel, and how a refusal is answered, counted and logged without the payload."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import hdrs, web

from gateway.domain.token import hash_token, token_matches
from gateway.errors import Refused
from gateway.http import problems
from gateway.http.caller import Caller, Callers
from gateway.http.entrance import Entrance
from gateway.http.rejected import Rejected
from gateway.http.signature import SignatureCheck, is_signed
from gateway.ports import Clock, Observer
from gateway.protocols.problem import MEDIA_TYPE

_log = structlog.get_logger(__name__)

_LONGEST_LOGGED = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """An authenticated partner; or, with `signature`, one that will be when the body has been checked by it.

    `hooked`: it came by a secret URL, and knows nothing else of us.
    """

    entrance: Entrance
    caller: Caller
    signature: SignatureCheck | None = None
    hooked: bool = False

    @property
    def partner(self) -> str:
        """The partner's id."""
        return self.entrance.partner


Handler = Callable[[web.Request, Visitor], Awaitable[web.Response]]
"""Serves a request of a visitor. Raises Rejected."""


def _everything(_partner: str) -> Refused | None:
    return None


@dataclass(frozen=True, slots=True)
class Access:
    """Decisions made elsewhere. `entrances` are by partner.

    `admit` looks at the queues and says no with a Refused (429 or 503); requests at once are counted by the channel itself.
    """

    entrances: Mapping[str, Entrance]
    admit: Callable[[str], Refused | None] = _everything
    callers: Callers = field(default_factory=Callers)

    def behind(self, secret: str) -> Entrance | None:
        """The entrance of a secret URL. Hashes are compared, all of them: nothing is learnt from the time it takes."""
        found = [entrance for entrance in self.entrances.values() if token_matches(secret, entrance.url_hashes)]
        return found[0] if found else None


class Door:
    """Lets authenticated partners through to a handler and answers what is rejected, there or behind it."""

    def __init__(self, channel: str, *, access: Access, observer: Observer, clock: Clock) -> None:
        self._channel, self._access, self._observer, self._clock = channel, access, observer, clock

    def guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler as the router calls it, for a partner with a token or a certificate."""
        return self._behind(handler, self._named)

    def guarded_post(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """As `guarded`, and for signed posts: the handler checks the body by `Visitor.signature`."""
        return self._behind(handler, self._named_or_signed)

    def guarded_hook(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler of a secret URL."""
        return self._behind(handler, self._hooked)

    def _behind(
        self, handler: Handler, authenticated: Callable[[web.Request], Visitor]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            visitor = None
            try:
                visitor = authenticated(request)
                return await handler(request, _served_here(visitor))
            except Rejected as rejected:
                return self._rejection(rejected, request, visitor)

        return serve

    # ---------------------------------------------------------------------------------------------------- who is it

    def _named(self, request: web.Request) -> Visitor:
        """By token, or by certificate where nothing else was agreed. The same refusal for whoever we do not know."""
        entrance = self._access.entrances.get(request.match_info["partner"])
        caller = self._access.callers.of(request)
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        known = token_matches(token.strip() if scheme.lower() == "bearer" else "", entrance.token_hashes if entrance else ())
        if entrance is None or not self._lets_in(entrance, caller):
            raise Rejected(problems.unauthenticated())
        if not known and not entrance.by_certificate_alone:
            raise Rejected(problems.unauthenticated())
        if not entrance.admits_address(caller.address):
            raise Rejected(problems.address_refused(str(caller.address or "unknown")))
        return Visitor(entrance, caller)

    def _named_or_signed(self, request: web.Request) -> Visitor:
        entrance = self._access.entrances.get(request.match_info["partner"])
        terms = entrance.signature if entrance is not None else None
        if entrance is None or terms is None or not is_signed(terms, request):
            return self._named(request)
        caller = self._access.callers.of(request)
        if not self._lets_in(entrance, caller) or not entrance.admits_address(caller.address):
            raise Rejected(problems.unauthenticated())
        return Visitor(entrance, caller, SignatureCheck(terms, request))

    def _hooked(self, request: web.Request) -> Visitor:
        entrance = self._access.behind(request.match_info["secret"])
        caller = self._access.callers.of(request)
        if entrance is None or not self._lets_in(entrance, caller) or not entrance.admits_address(caller.address):
            raise Rejected(problems.absent())
        return Visitor(entrance, caller, hooked=True)

    def _lets_in(self, entrance: Entrance, caller: Caller) -> bool:
        """Whether the certificate is one of the partner's, where one was agreed."""
        return entrance.certificate is None or entrance.certificate.fits(caller.certificate, self._clock.now())

    # ------------------------------------------------------------------------------------------------------- refusals

    def _rejection(self, rejected: Rejected, request: web.Request, visitor: Visitor | None) -> web.Response:
        problem = rejected.problem
        if request.method == hdrs.METH_POST:
            # Before the partner is known its name is what the sender wrote, no label for a metric; a secret is none for a log.
            known = visitor is not None and problem.status != 401
            channel = visitor.entrance.channel if visitor is not None and known else self._channel
            named = visitor.partner if visitor is not None else request.match_info.get("partner", "(hook)")
            self._observer.count("edi_transmissions_received_total", channel=channel, outcome=problem.code)
            told = {"partner": named[:_LONGEST_LOGGED], "remote": request.remote, "status": problem.status}
            _log.warning("transmission_refused", channel=channel, code=problem.code, **told)
        return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def _served_here(visitor: Visitor) -> Visitor:
    """The same; raises Rejected for a partner of another region, before its body is read."""
    if visitor.entrance.served_by:
        raise Rejected(problems.other_region(visitor.entrance.served_by))
    return visitor


def plain_access(tokens: Mapping[str, str], *, channel_of: Callable[[str], str] = str) -> Access:
    """Access by one token a partner, nothing else agreed."""
    return Access({name: Entrance(channel_of(name), name, token_hashes=(hash_token(token),)) for name, token in tokens.items()})
