"""What a system posts to us: let in, read, handed over, and answered once it is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import orjson
import structlog
from aiohttp import hdrs, web

from gateway.applications.http.events import heard_in
from gateway.domain.http_application import WebhookTerms
from gateway.domain.token import token_matches
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.http import problems
from gateway.http.arriving import expect_later, whole_body
from gateway.http.caller import Callers, networks
from gateway.http.certificate import CertificateRule
from gateway.http.entrance import Entrance
from gateway.http.rejected import Rejected
from gateway.http.signature import SignatureCheck, is_signed
from gateway.ports import Clock, Observer
from gateway.ports.hearing import Hearing, Notice
from gateway.protocols.problem import MEDIA_TYPE

_log = structlog.get_logger(__name__)

_RETRY_AFTER = 5
_LONGEST_LOGGED = 64


class WebhookDoor:
    """Who may post for one application, by the rules that hold for partners as well: see `Entrance`."""

    def __init__(self, application: str, terms: WebhookTerms, *, callers: Callers, clock: Clock) -> None:
        """Raises ConfigurationInvalid for certificates that cannot be used."""
        self._callers, self._clock = callers, clock
        self._entrance = Entrance(
            application,
            application,
            token_hashes=terms.token_hashes,
            url_hashes=terms.url_hashes,
            addresses=networks(terms.addresses),
            signature=terms.signature,
            certificate=CertificateRule(terms.certificate) if terms.certificate is not None else None,
        )

    def admit(self, request: web.Request) -> SignatureCheck | None:
        """Let a request in, or raise Rejected. With a check, it is let in when the body has been checked by it."""
        entrance, caller = self._entrance, self._callers.of(request)
        certified = entrance.certificate is None or entrance.certificate.fits(caller.certificate, self._clock.now())
        if not certified or not entrance.admits_address(caller.address):
            raise Rejected(problems.unauthenticated())
        secret = request.match_info.get("secret")
        if secret is not None:
            if not token_matches(secret, entrance.url_hashes):
                raise Rejected(problems.absent())
            return None
        if entrance.signature is not None and is_signed(entrance.signature, request):
            return SignatureCheck(entrance.signature, request)
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if token_matches(token.strip() if scheme.lower() == "bearer" else "", entrance.token_hashes):
            return None
        if not entrance.by_certificate_alone:
            raise Rejected(problems.unauthenticated())
        return None


class WebhookReceiver:
    """The webhooks of all applications. `admit` looks at the room there is, and says no with a Refused (429 or 503)."""

    def __init__(
        self,
        webhooks: Mapping[str, WebhookTerms],
        *,
        hearing: Hearing,
        callers: Callers,
        admit: Callable[[str], Refused | None],
        observer: Observer,
        clock: Clock,
    ) -> None:
        self._terms, self._hearing, self._admit = webhooks, hearing, admit
        self._observer, self._clock = observer, clock
        self._doors = {name: WebhookDoor(name, terms, callers=callers, clock=clock) for name, terms in webhooks.items()}
        self._at_once: Counter[str] = Counter()

    def routes(self) -> Sequence[web.RouteDef]:
        """The route table."""
        path = "/v1/applications/{application}/webhook"
        return [
            web.post(path, self._serve, expect_handler=expect_later),
            web.post(path + "/{secret}", self._serve, expect_handler=expect_later),
        ]

    async def _serve(self, request: web.Request) -> web.Response:
        application = request.match_info["application"]
        known = application if application in self._terms else "(unknown)"
        try:
            taken = await self._taken(request, application)
        except Rejected as rejected:
            problem = rejected.problem
            self._observer.count("edi_webhooks_total", application=known, outcome=problem.code)
            told = {"application": application[:_LONGEST_LOGGED], "remote": request.remote, "status": problem.status}
            _log.warning("webhook_refused", code=problem.code, **told)
            return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)
        self._observer.count("edi_webhooks_total", application=known, outcome="stored")
        return web.Response(body=orjson.dumps({"taken": taken}), content_type="application/json")

    async def _taken(self, request: web.Request, application: str) -> int:
        """Everything in a request is stored; how many notices that were. Raises Rejected."""
        if application not in self._terms:
            raise Rejected(problems.unauthenticated())  # the same as for one that is known: nothing is learnt here
        terms = self._terms[application]
        signature = self._doors[application].admit(request)
        with self._admitted(application, terms.at_once):
            body = await whole_body(request, most=terms.most_bytes, within=terms.body_within, signature=signature)
            if signature is not None:
                signature.confirm(self._clock.now())
            heard = heard_in(body, terms.reading, source=application)
            if heard.notices:
                await self._hand_over(application, heard.notices)
            return len(heard.notices)

    async def _hand_over(self, application: str, notices: Sequence[Notice]) -> None:
        try:
            await self._hearing.take(application, notices)
        except Refused as refusal:
            raise Rejected(problems.refused(refusal, _RETRY_AFTER)) from refusal
        except (CommitUnknown, StoreUnavailable) as error:  # told again, it is recognised by its keys
            raise Rejected(problems.unavailable(_RETRY_AFTER)) from error

    @contextmanager
    def _admitted(self, application: str, most: int) -> Iterator[None]:
        refusal = self._admit(application)
        if refusal is not None:
            raise Rejected(problems.refused(refusal, _RETRY_AFTER))
        if self._at_once[application] >= most:
            raise Rejected(problems.too_many(most))
        self._at_once[application] += 1
        try:
            yield
        finally:
            self._at_once[application] -= 1
