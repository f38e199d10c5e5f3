"""Signing in and out, choosing a password by a link, and how somebody likes pages to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from gateway.bootstrap import accounts
from gateway.console.shell import Shell, see_other
from gateway.console.visit import SESSION, VISITOR, Visit, own_path, session_secret
from gateway.errors import ActionRefused, NotSignedIn, PasswordsOff, TooOften


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody was not let in, and what to do."""

    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """The pages before all others."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """Open to all, but for signing out."""
        public, page = self.shell.public, self.shell.page
        return [
            web.get("/sign-in", public(self._ask)),
            web.post("/sign-in", public(self._let_in)),
            web.post("/sign-out", page(self._let_out)),
            web.get("/password/{link}", public(self._ask_password)),
            web.post("/password/{link}", public(self._choose_password)),
            web.post("/preferences", public(self._prefer)),
        ]

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        return self.form(visit)

    def form(
        self, visit: Visit, *, refused: Refusal | None = None, name: str = "", next_: str = "", status: int = 200
    ) -> web.Response:
        """The page on which one signs in, by a password or elsewhere."""
        oidc = self.shell.office.snapshot.gateway.oidc
        wanted = own_path(next_ or visit.request.query.get("next"))
        return self.shell.render(
            visit,
            "sign_in.html",
            status=status,
            refused=refused,
            name=name,
            next=wanted,
            elsewhere=oidc.label if oidc is not None else "",
            few=oidc is not None and oidc.password_accounts is not None,
            came_so=visit.remembered("elsewhere"),
        )

    async def _let_in(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        name, password, wanted = (str(form.get(field, "")) for field in ("name", "password", "next"))
        address = str(self.shell.callers.of(visit.request).address or "")
        agent = visit.request.headers.get("User-Agent", "")
        try:
            signed_in = await accounts.sign_in(self.shell.office, name, password, address=address, agent=agent)
        except TooOften as refused:
            told = Refusal(visit.texts("sign_in.wait", wait=visit.texts.duration(max(round(refused.retry_after), 1))))
            answer = self.form(visit, refused=told, name=name, next_=wanted, status=429)
            answer.headers["Retry-After"] = str(max(round(refused.retry_after), 1))
            return answer
        except PasswordsOff:
            told = Refusal(visit.texts("elsewhere.off"), visit.texts("elsewhere.few"))
            return self.form(visit, refused=told, name=name, next_=wanted, status=403)
        except NotSignedIn:
            told = Refusal(visit.texts("sign_in.wrong"), visit.texts("sign_in.forgotten"))
            return self.form(visit, refused=told, name=name, next_=wanted, status=403)
        onward = see_other(visit, own_path(wanted))
        visit.keep(onward, SESSION, signed_in.cookie)
        visit.forget(onward, VISITOR)
        return onward

    async def _let_out(self, visit: Visit) -> web.StreamResponse:
        secret = session_secret(visit.request, secure=visit.secure)
        if secret:
            await accounts.sign_out(self.shell.office, secret)
        onward = see_other(visit, "/sign-in", said="signed_out")
        visit.forget(onward, SESSION)
        onward.headers["Clear-Site-Data"] = '"storage"'
        return onward

    async def _ask_password(self, visit: Visit) -> web.StreamResponse:
        return await self._password_form(visit)

    async def _password_form(self, visit: Visit, *, refused: Refusal | None = None) -> web.Response:
        """The form of a link that holds. The link is a secret: it is told to nobody, not even to ourselves as a referrer."""
        link = visit.request.match_info["link"]
        account = await accounts.invited(self.shell.office, link)
        if account is None:
            raise NotSignedIn(visit.texts("password.over"), remedy=visit.texts("password.over_remedy"))
        status = 200 if refused is None else 422
        page = self.shell.render(visit, "password.html", status=status, name=account.name, link_secret=link, refused=refused)
        page.headers["Referrer-Policy"] = "no-referrer"
        return page

    async def _choose_password(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        password = str(form.get("password", ""))
        if password != str(form.get("again", "")):
            return await self._password_form(visit, refused=Refusal(visit.texts("password.differ")))
        try:
            await accounts.choose_password(self.shell.office, visit.request.match_info["link"], password)
        except NotSignedIn:
            raise
        except ActionRefused as refused:
            return await self._password_form(visit, refused=Refusal(str(refused), visit.texts("password.rule")))
        return see_other(visit, "/sign-in", said="chosen")

    async def _prefer(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        onward = see_other(visit, own_path(str(form.get("next", ""))))
        visit.prefer(onward, **{name: str(form.get(name, "")) for name in ("theme", "density", "language")})
        return onward
