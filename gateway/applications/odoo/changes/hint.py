"""Where Odoo says that something has changed: a hint to look at once, of which nothing is believed.

Automation rules post plain JSON without signature, up to Odoo 18 from inside the transaction: what is said there may never
happen, and is not to be seen yet. So the body is not even read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from gateway.domain.token import token_matches
from gateway.http import problems
from gateway.ports import Observer
from gateway.protocols.problem import MEDIA_TYPE

_log = structlog.get_logger(__name__)

_LONGEST_LOGGED = 64


@dataclass(frozen=True, slots=True)
class Hinted:
    """Who may give hints about an application, by the hashes of the secrets in the address, and whom they wake."""

    hashes: Sequence[str]
    wake: Callable[[], None]


class HintReceiver:
    """The hints of all applications that are watched."""

    def __init__(self, hinted: Mapping[str, Hinted], *, observer: Observer) -> None:
        self._hinted, self._observer = hinted, observer

    def routes(self) -> Sequence[web.RouteDef]:
        """The route table."""
        return [web.post("/v1/applications/{application}/hint/{secret}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        application = request.match_info["application"]
        known = self._hinted.get(application)
        if known is None or not token_matches(request.match_info["secret"], known.hashes):
            self._observer.count("edi_hints_received_total", application="(unknown)", outcome="refused")
            _log.warning("hint_refused", application=application[:_LONGEST_LOGGED], remote=request.remote)
            problem = problems.absent()
            return web.Response(body=problem.body(), status=problem.status, content_type=MEDIA_TYPE)
        known.wake()
        self._observer.count("edi_hints_received_total", application=application, outcome="taken")
        return web.Response(status=204)
