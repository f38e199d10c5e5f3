"""Signing in at an identity provider: the way there, the way back, and signing out there as well."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from aiohttp import web

from gateway.bootstrap.single_sign_on import SingleSignOn
from gateway.console.shell import see_other
from gateway.console.signing_in import Door, Refusal
from gateway.console.visit import SESSION, VISITOR, Visit, own_path
from gateway.domain.single_sign_on import BACK, Errand
from gateway.errors import IdentityRefused

START: Final = "/sign-in/elsewhere"
ERRAND: Final = "errand"
CAME_SO: Final = "elsewhere"
"""Says in this browser that somebody came by the provider, so that it can be offered to sign out there, too."""
_WITHIN: Final = 600
"""Seconds for the way there and back."""
_LONGEST_ONWARD: Final = 120


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The pages of it. There are none where no provider is configured."""

    door: Door
    single: SingleSignOn | None

    def routes(self) -> Sequence[web.RouteDef]:
        """All are reached by links: a form of ours may lead nowhere else (`form-action` of the policy)."""
        if self.single is None:
            return []
        public = self.door.shell.public
        return [
            web.get(START, public(self._begin)),
            web.get(BACK, public(self._come_back)),
            web.get("/sign-out/elsewhere", public(self._sign_out)),
        ]

    async def _begin(self, visit: Visit) -> web.StreamResponse:
        assert self.single is not None
        secret = secrets.token_urlsafe(32)
        onward = quote(own_path(visit.request.query.get("next")), safe="")
        try:
            there = see_other(visit, await self.single.begin(Errand(secret)))
        except IdentityRefused as refusal:
            return self._refused(visit, refusal)
        visit.keep(there, ERRAND, f"{secret}.{onward if len(onward) <= _LONGEST_ONWARD else ''}", lasting=_WITHIN)
        return there

    async def _come_back(self, visit: Visit) -> web.StreamResponse:
        assert self.single is not None
        secret, _, onward = visit.remembered(ERRAND).partition(".")
        address = str(self.door.shell.callers.of(visit.request).address or "")
        agent = visit.request.headers.get("User-Agent", "")
        try:
            signed_in = await self.single.finish(Errand(secret), visit.request.query, address=address, agent=agent)
        except IdentityRefused as refusal:
            answer = self._refused(visit, refusal)
            visit.forget(answer, ERRAND)
            return answer
        answer = see_other(visit, own_path(unquote(onward)))
        visit.keep(answer, SESSION, signed_in.cookie)
        visit.keep(answer, CAME_SO, "1")
        visit.forget(answer, ERRAND)
        visit.forget(answer, VISITOR)
        return answer

    def _refused(self, visit: Visit, refusal: IdentityRefused) -> web.StreamResponse:
        told = Refusal(visit.texts(f"elsewhere.refused.{refusal.code}"), visit.texts("elsewhere.reason", reason=str(refusal)))
        return self.door.form(visit, refused=told, status=503 if refusal.code == "unreachable" else 403)

    async def _sign_out(self, visit: Visit) -> web.StreamResponse:
        assert self.single is not None
        answer = see_other(visit, await self.single.end() or "/sign-in")
        visit.forget(answer, CAME_SO)
        return answer
