"""What surrounds every page: who it is, whether the form is ours, what is told when something may not be or is not there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web

from gateway.bootstrap import accounts
from gateway.bootstrap.office import Office
from gateway.console import headers
from gateway.console.asking import Asking
from gateway.console.rendering import Rendering, link
from gateway.console.visit import VISITOR, Visit, arrived, session_secret
from gateway.errors import Absent, ActionRefused, Denied, DependencyUnavailable, GatewayError, NotSignedIn, TooOften
from gateway.http.caller import Callers
from gateway.web import Handler

_log = structlog.get_logger(__name__)

PageHandler = Callable[[Visit], Awaitable[web.StreamResponse]]

_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Shell:
    """Opens pages to visitors. `callers` knows who is at the other end, through proxies of ours."""

    rendering: Rendering
    office: Office
    asking: Asking
    callers: Callers

    def public(self, handler: PageHandler) -> Handler:
        """A page that is open to everybody."""

        async def serve(request: web.Request) -> web.StreamResponse:
            visit = arrived(request, secure=self.callers.encrypted(request))
            answer = await self._answer(handler, visit)
            if visit.fresh:
                visit.keep(answer, VISITOR, visit.secret)
            return self._guarded(answer, visit)

        return serve

    def page(self, handler: PageHandler) -> Handler:
        """A page for those who have signed in; others sign in first and then come back to it."""

        async def serve(request: web.Request) -> web.StreamResponse:
            visit = arrived(request, secure=self.callers.encrypted(request))
            secret = session_secret(request, secure=visit.secure)
            try:
                caller = await accounts.caller_of_session(self.office, secret) if secret else None
            except GatewayError as problem:
                return self._guarded(self.trouble(visit, problem), visit)
            if secret is None or caller is None:
                return self._guarded(_to_sign_in(visit), visit)
            known = replace(visit, caller=caller)
            return self._guarded(await self._answer(handler, known), known)

        return serve

    async def ask(self, visit: Visit, name: str, /, **members: object) -> Any:
        """What an operation tells who has signed in: see `Asking.told`."""
        return await self.asking.told(visit.who, name, **members)

    def render(self, visit: Visit, template: str, *, status: int = 200, **values: object) -> web.Response:
        """A page of a template."""
        return web.Response(
            text=self.rendering.page(template, visit, **values), status=status, content_type="text/html", charset="utf-8"
        )

    def trouble(self, visit: Visit, problem: GatewayError) -> web.Response:
        """A page that says what was not possible, and what to do next."""
        kind, status = next((named for type_, named in _TROUBLES.items() if isinstance(problem, type_)), ("problem", 400))
        return self._told(visit, status, kind, str(problem), problem.remedy)

    def _told(self, visit: Visit, status: int, kind: str, message: str = "", remedy: str = "") -> web.Response:
        """The page of a trouble. Where htmx has asked for a part of a page, it stands instead of all that is in the page."""
        answer = self.render(visit, "trouble.html", status=status, kind=kind, message=message, remedy=remedy)
        if visit.by_htmx:
            answer.headers.update(headers.WHOLE_CONTENT)
        return answer

    async def _answer(self, handler: PageHandler, visit: Visit) -> web.StreamResponse:
        try:
            if visit.request.method not in _SAFE and not await visit.proved():
                return self._told(visit, 403, "unproved")
            return await handler(visit)
        except web.HTTPRequestEntityTooLarge:
            return self._told(visit, 413, "problem")
        except GatewayError as problem:
            return self.trouble(visit, problem)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:  # noqa: BLE001 - a bug of ours: logged whole, told in general
            route = visit.request.match_info.route.resource
            _log.exception("page_failed", method=visit.request.method, route=route.canonical if route else "")
            return self._told(visit, 500, "bug")

    def _guarded(self, answer: web.StreamResponse, visit: Visit) -> web.StreamResponse:
        """With the headers that every page has. What has begun already has set its own."""
        if not answer.prepared:
            for name, value in headers.HEADERS.items():
                answer.headers.setdefault(name, value)
            if visit.secure:
                answer.headers.update(headers.OVER_TLS)
            answer.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
        return answer


_TROUBLES: Mapping[type[GatewayError], tuple[str, int]] = {
    Denied: ("denied", 403),
    NotSignedIn: ("over", 403),
    TooOften: ("too_often", 429),
    Absent: ("absent", 404),
    ActionRefused: ("refused", 409),
    DependencyUnavailable: ("unavailable", 503),
}
"""The name of a trouble in the texts, and its HTTP status; the narrower class first."""


def see_other(visit: Visit, path: str, said: str = "", count: int | None = None) -> web.StreamResponse:
    """Lead the browser on, after a form too (RFC 9110 clause 15.4.4). What htmx asks for would be put into the page: it
    leads the whole page instead. `said` names a text (`said.<name>`) by which the page there tells what was done.
    """
    if said:
        path += ("&" if "?" in path else "?") + urlencode({"said": said} | ({} if count is None else {"count": count}))
    if visit.by_htmx:
        return web.Response(headers={"HX-Redirect": path})
    return web.Response(status=303, headers={"Location": path})


def _to_sign_in(visit: Visit) -> web.StreamResponse:
    wanted = visit.path
    if visit.by_htmx:  # what is asked for is a part; the page around it is what to come back to
        wanted = "/"
    return see_other(visit, link("/sign-in", next="" if wanted == "/" else wanted))
