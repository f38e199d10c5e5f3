"""One's own account: who one is here, sessions, tokens, the password. What is done about a token or a session is the same for
administrators, who do it about everybody's: these pages are reached from the settings as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from gateway.bootstrap import accounts
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.visit import SESSION, Visit, own_path, session_secret
from gateway.domain.access import AccountKind, Right
from gateway.errors import Absent, ActionRefused, Denied, GatewayError, NotSignedIn, PlanRefused, TooOften

OWN: Final = "/account"
_DAYS: Final = 90


def form_refusal(problem: GatewayError) -> Refusal:
    """What a form is shown again with. Raises it where it is not about what was filled in."""
    if isinstance(problem, (Denied, TooOften)) or not isinstance(problem, (ActionRefused, PlanRefused)):
        raise problem
    return Refusal(str(problem), problem.remedy)


def number(text: str, usual: int) -> int:
    """A number of a form; what is none is too much, so that the operation refuses it."""
    return int(text) if text.isdecimal() and len(text) < 9 else (usual if not text else 10**9)


@dataclass(frozen=True, slots=True)
class Account:
    """The page that the name in the header leads to, and those of tokens and sessions."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """Everybody's own; of others the operations let only administrators see and end any."""
        page = self.shell.page
        return [
            web.get(OWN, page(self._show)),
            web.post(f"{OWN}/password", page(self._change_password)),
            web.post(f"{OWN}/tokens", page(self._issue)),
            web.get(f"{OWN}/tokens/{{token}}", page(self._token)),
            web.post(f"{OWN}/tokens/{{token}}/rotate", page(self._rotate)),
            web.post(f"{OWN}/tokens/{{token}}/revoke", page(self._revoke)),
            web.get(f"{OWN}/sessions/{{session}}", page(self._session)),
            web.post(f"{OWN}/sessions/{{session}}/end", page(self._end)),
            web.post(f"{OWN}/sign-out", page(self._sign_out)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(
        self, visit: Visit, *, refused: Refusal | None = None, about: str = "", status: int = 200, **values: object
    ) -> web.Response:
        me, name = await self.shell.ask(visit, "me"), visit.who.name
        sessions = await self.shell.ask(visit, "sessions.list", account=name)
        tokens = await self.shell.ask(visit, "tokens.list", account=name)
        oidc = self.shell.office.snapshot.gateway.oidc
        return self.shell.render(
            visit,
            "account.html",
            status=status,
            me=me,
            sessions=sessions["items"],
            here=await self._here(visit),
            tokens=tokens["items"],
            scopes=[right for right in Right if visit.who.may(right)],
            refused={about: refused} if refused else {},
            by_password=oidc is None or oidc.password_accounts is None or name in oidc.password_accounts,
            **({"token_name": "", "days": _DAYS, "chosen": [Right.SEE]} | values),
        )

    async def _here(self, visit: Visit) -> str:
        """The session by which this page is asked for, as lists name it."""
        secret = session_secret(visit.request, secure=visit.secure)
        return str(await accounts.session_id(self.shell.office, secret)) if secret else ""

    # ---------------------------------------------------------------------------------------------------- the password

    async def _change_password(self, visit: Visit) -> web.StreamResponse:
        """All sessions end, and this browser signs in again with the new one."""
        form = await visit.request.post()
        old, new, again = (str(form.get(name, "")) for name in ("old", "password", "again"))
        address = str(self.shell.callers.of(visit.request).address or "")
        if new != again:
            differ = Refusal(visit.texts("password.differ"))
            return await self._page(visit, refused=differ, about="password", status=422)
        office, agent = self.shell.office, visit.request.headers.get("User-Agent", "")
        try:
            await accounts.change_password(office, visit.who, old, new, address=address)
            signed_in = await accounts.sign_in(office, visit.who.name, new, address=address, agent=agent)
        except TooOften as problem:
            wait = Refusal(visit.texts("sign_in.wait", wait=visit.texts.duration(max(round(problem.retry_after), 1))))
            return await self._page(visit, refused=wait, about="password", status=429)
        except NotSignedIn:
            wrong = Refusal(visit.texts("account.wrong"), visit.texts("sign_in.forgotten"))
            return await self._page(visit, refused=wrong, about="password", status=403)
        except ActionRefused as problem:
            told = Refusal(str(problem), visit.texts("password.rule"))
            return await self._page(visit, refused=told, about="password", status=422)
        onward = see_other(visit, OWN, said="password_changed")
        visit.keep(onward, SESSION, signed_in.cookie)
        return onward

    # ---------------------------------------------------------------------------------------------------------- tokens

    async def _issue(self, visit: Visit) -> web.StreamResponse:
        """A token of the account that the form names: one's own, or a service's."""
        form = await visit.request.post()
        account, name = str(form.get("account", "")) or visit.who.name, str(form.get("name", "")).strip()
        asked = {"scopes": [str(one) for one in form.getall("scopes", [])], "days": number(str(form.get("days", "")), _DAYS)}
        try:
            made = await self.shell.ask(visit, "tokens.issue", account=account, name=name, **asked)
        except GatewayError as problem:
            refused = form_refusal(problem)
            if account != visit.who.name:
                raise
            written: dict[str, Any] = {"token_name": name, "days": asked["days"], "chosen": asked["scopes"]}
            return await self._page(visit, refused=refused, about="token", status=422, **written)
        return self._shown_once(visit, made)

    def _shown_once(self, visit: Visit, made: Any) -> web.Response:
        back = OWN if made["account"] == visit.who.name else link("/settings/accounts", made["account"])
        return self.shell.render(visit, "shown_once.html", kind="token", secret=made["token"], name=made["account"], back=back)

    async def _token(self, visit: Visit) -> web.StreamResponse:
        return await self._token_page(visit)

    async def _token_page(self, visit: Visit, *, refused: Refusal | None = None) -> web.Response:
        token = await self.shell.ask(visit, "tokens.show", token=one_of(visit, "token"))
        owner = AccountKind.PERSON
        if token["account"] != visit.who.name:
            owner = (await self.shell.ask(visit, "accounts.show", account=token["account"]))["kind"]
        own = token["account"] == visit.who.name
        return self.shell.render(
            visit,
            "token.html",
            status=422 if refused else 200,
            token=token,
            back=OWN if own else link("/settings/accounts", token["account"]),
            rotates=own or owner == AccountKind.SERVICE,
            refused=refused,
        )

    async def _rotate(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        asked = {"overlap_days": number(str(form.get("overlap", "")), 7), "days": number(str(form.get("days", "")), _DAYS)}
        try:
            made = await self.shell.ask(visit, "tokens.rotate", token=one_of(visit, "token"), **asked)
        except GatewayError as problem:
            return await self._token_page(visit, refused=form_refusal(problem))
        return self._shown_once(visit, made)

    async def _revoke(self, visit: Visit) -> web.StreamResponse:
        token = one_of(visit, "token")
        await self.shell.ask(visit, "tokens.revoke", token=token)
        return see_other(visit, link(OWN, "tokens", str(token)), said="token_revoked")

    # -------------------------------------------------------------------------------------------------------- sessions

    async def _session(self, visit: Visit) -> web.StreamResponse:
        wanted = str(one_of(visit, "session"))
        found = (await self.shell.ask(visit, "sessions.list"))["items"]
        session = next((one for one in found if one["id"] == wanted), None)
        if session is None:
            raise Absent(visit.texts("account.no_session"))
        here = await self._here(visit) == wanted
        back = OWN if session["account"] == visit.who.name else link("/settings/accounts", session["account"])
        return self.shell.render(visit, "session.html", session=session, is_here=here, back=back)

    async def _end(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        await self.shell.ask(visit, "sessions.end", session=one_of(visit, "session"))
        return see_other(visit, own_path(str(form.get("next", "")), otherwise=OWN), said="session_ended")

    async def _sign_out(self, visit: Visit) -> web.StreamResponse:
        """All sessions of one's own end, this one as well."""
        ended = await self.shell.ask(visit, "sessions.end_all", account=visit.who.name)
        onward = see_other(visit, "/sign-in", said="signed_out_everywhere", count=ended["sessions"])
        visit.forget(onward, SESSION)
        return onward


def one_of(visit: Visit, name: str) -> UUID:
    """The id in the address of a page. Raises Absent for what is none."""
    try:
        return UUID(visit.request.match_info[name])
    except ValueError:
        raise Absent(visit.texts("account.no_such")) from None
