"""Settings, for administrators: people and programs, what each may do, their sessions and tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.account import form_refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.visit import Visit
from gateway.domain.access import AccountKind, Caller, Right, Role
from gateway.errors import GatewayError

ROOT: Final = "/settings"
TABS: Final = ("people", "services", "tokens", "sessions")
_PATHS: Final[Mapping[str, str]] = {"people": ROOT, **{name: f"{ROOT}/{name}" for name in TABS[1:]}}
_ADD: Final = {AccountKind.PERSON: "accounts.add_person", AccountKind.SERVICE: "accounts.add_service"}

_ABSENT: Final[Mapping[str, Any]] = {"name": "", "display": "", "roles": [Role.VIEWER], "payloads": False, "partner": None}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Lists of accounts, tokens and sessions, and the page of an account."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """What is about one token or session is on the pages of `gateway.console.account`."""
        page, one = self.shell.page, f"{ROOT}/accounts/{{account}}"
        return [
            web.get(ROOT, page(self._people)),
            web.get(f"{ROOT}/services", page(self._services)),
            web.get(f"{ROOT}/tokens", page(self._tokens)),
            web.get(f"{ROOT}/sessions", page(self._sessions)),
            web.get(f"{ROOT}/add", page(self._ask_for_one)),
            web.post(f"{ROOT}/add", page(self._add)),
            web.get(one, page(self._account)),
            web.post(f"{one}/change", page(self._change)),
            web.post(f"{one}/invite", page(self._invite)),
            web.post(f"{one}/close", page(self._close)),
            web.post(f"{one}/sign-out", page(self._sign_out)),
        ]

    # ----------------------------------------------------------------------------------------------------------- lists

    async def _people(self, visit: Visit) -> web.StreamResponse:
        return await self._accounts(visit, "people", AccountKind.PERSON)

    async def _services(self, visit: Visit) -> web.StreamResponse:
        return await self._accounts(visit, "services", AccountKind.SERVICE)

    async def _accounts(self, visit: Visit, here: str, kind: AccountKind) -> web.StreamResponse:
        found = (await self.shell.ask(visit, "accounts.list"))["items"]
        every = visit.request.query.get("all") == "1"
        there = [one for one in found if one["kind"] == kind]
        rows = [one for one in there if every or one["state"] != "closed"]
        return self._list(visit, here, "settings_accounts.html", rows=rows, kind=kind, closed=len(there) - len(rows), every=every)

    async def _tokens(self, visit: Visit) -> web.StreamResponse:
        found, every = (await self.shell.ask(visit, "tokens.list"))["items"], visit.request.query.get("all") == "1"
        self._require(visit)
        rows = [one for one in found if every or one["state"] == "open"]
        rows.sort(key=lambda one: (one["state"] != "open", one["expires_at"]))
        return self._list(visit, "tokens", "settings_tokens.html", rows=rows, over=len(found) - len(rows), every=every)

    async def _sessions(self, visit: Visit) -> web.StreamResponse:
        self._require(visit)
        return self._list(
            visit, "sessions", "settings_sessions.html", rows=(await self.shell.ask(visit, "sessions.list"))["items"]
        )

    def _require(self, visit: Visit) -> None:
        """Whose tokens and sessions are listed depends on who asks; these pages are about everybody's."""
        self.shell.asking.require(visit.who, "accounts.list")

    def _list(self, visit: Visit, here: str, template: str, **values: Any) -> web.Response:
        tabs = [(name, visit.texts(f"settings.tab.{name}"), _PATHS[name]) for name in TABS]
        return self.shell.render(visit, template, screen="settings", here=here, tabs=tabs, **values)

    # ------------------------------------------------------------------------------------------------------ one is added

    async def _ask_for_one(self, visit: Visit) -> web.StreamResponse:
        self._require(visit)
        kind = AccountKind.SERVICE if visit.request.query.get("kind") == AccountKind.SERVICE else AccountKind.PERSON
        return await self._add_form(visit, kind, _ABSENT)

    async def _add_form(self, visit: Visit, kind: AccountKind, wanted: Json, refused: Refusal | None = None) -> web.Response:
        return self.shell.render(
            visit,
            "settings_add.html",
            status=422 if refused else 200,
            screen="settings",
            kind=kind,
            wanted=wanted,
            refused=refused,
            **await self._choices(visit),
        )

    async def _choices(self, visit: Visit) -> dict[str, Any]:
        """What accounts can be given."""
        partners = (await self.shell.ask(visit, "partners.list"))["items"]
        return {"roles": list(Role), "partners": [one["id"] for one in partners]}

    async def _add(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        kind = AccountKind.SERVICE if form.get("kind") == AccountKind.SERVICE else AccountKind.PERSON
        wanted = {"name": str(form.get("name", "")).strip(), **_terms(form)}
        try:
            made = await self.shell.ask(visit, _ADD[kind], account=wanted["name"], **_terms(form))
        except GatewayError as problem:
            return await self._add_form(visit, kind, wanted, form_refusal(problem))
        if kind is AccountKind.PERSON:
            return self._link(visit, made)
        return see_other(visit, link(f"{ROOT}/accounts", made["name"]), said="service_added")

    def _link(self, visit: Visit, made: Json) -> web.Response:
        """The link for a password, which is shown this once. Our own address is the one by which the administrator came."""
        scheme = "https" if visit.secure else "http"
        address = f"{scheme}://{visit.request.host}{link('/password', made['secret'])}"
        back = link(f"{ROOT}/accounts", made["name"])
        return self.shell.render(
            visit, "shown_once.html", screen="settings", kind="link", secret=address, name=made["name"], back=back
        )

    # ----------------------------------------------------------------------------------------------------------- one

    async def _account(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(self, visit: Visit, *, wanted: Json | None = None, refused: Refusal | None = None) -> web.Response:
        name = visit.request.match_info["account"]
        account = await self.shell.ask(visit, "accounts.show", account=name)
        is_open = account["state"] != "closed"
        sessions = (await self.shell.ask(visit, "sessions.list", account=name))["items"] if is_open else ()
        tokens = (await self.shell.ask(visit, "tokens.list", account=name))["items"] if is_open else ()
        return self.shell.render(
            visit,
            "settings_account.html",
            status=422 if refused else 200,
            screen="settings",
            account=account,
            is_open=is_open,
            own=account["name"] == visit.who.name,
            wanted=wanted or account,
            sessions=sessions,
            tokens=tokens,
            scopes=[right for right in Right if right in account["rights"]],
            refused=refused,
            **await self._choices(visit),
        )

    async def _change(self, visit: Visit) -> web.StreamResponse:
        form, name = await visit.request.post(), visit.request.match_info["account"]
        try:
            await self.shell.ask(visit, "accounts.change", account=name, **_terms(form))
        except GatewayError as problem:
            return await self._page(visit, wanted=_terms(form), refused=form_refusal(problem))
        return see_other(visit, _onward(visit.who, name), said="account_changed")

    async def _invite(self, visit: Visit) -> web.StreamResponse:
        made = await self.shell.ask(visit, "accounts.invite", account=visit.request.match_info["account"])
        return self._link(visit, made)

    async def _close(self, visit: Visit) -> web.StreamResponse:
        name = visit.request.match_info["account"]
        try:
            await self.shell.ask(visit, "accounts.close", account=name)
        except GatewayError as problem:
            return await self._page(visit, refused=form_refusal(problem))
        return see_other(visit, _onward(visit.who, name), said="account_closed")

    async def _sign_out(self, visit: Visit) -> web.StreamResponse:
        name = visit.request.match_info["account"]
        ended = await self.shell.ask(visit, "sessions.end_all", account=name)
        return see_other(visit, _onward(visit.who, name), said="sessions_ended", count=ended["sessions"])


def _terms(form: Any) -> dict[str, Any]:
    """What a form gives an account."""
    return {
        "roles": [str(role) for role in form.getall("roles", [])],
        "payloads": form.get("payloads") == "1",
        "partner": str(form.get("partner", "")) or None,
        "display": str(form.get("display", "")).strip(),
    }


def _onward(who: Caller, name: str) -> str:
    """The page of the account; who has taken the right away from themselves has no settings any more."""
    return "/" if who.name == name else link(f"{ROOT}/accounts", name)
