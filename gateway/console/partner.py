"""The page of a partner: what was agreed, the ways to it and whether they work, its numbers; holding it, and trying its ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.partners import TONES
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.visit import Visit
from gateway.errors import Absent, ActionRefused, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

TABS: Final[Mapping[str, str]] = {
    "agreed": "partners.show",
    "checklist": "partners.checklist",
    "shadow": "shadow.show",
    "certificates": "partners.show",
    "numbers": "numbers.list",
    "unmapped": "unmapped.list",
    "test": "partners.test",
    "try": "partners.try",
}
"""The tabs by the operation that one has to have a right to."""


def tabs_of(shell: Shell, visit: Visit, partner: str) -> Sequence[tuple[str, str, str]]:
    """The tabs of a partner's page that somebody may open."""
    return [
        (name, visit.texts(f"partner.tab.{name}"), link("/partners", partner, *([] if name == "agreed" else [name])))
        for name, operation in TABS.items()
        if shell.asking.may(visit.who, operation)
    ]


async def partner_page(
    shell: Shell, visit: Visit, here: str, *, template: str = "", status: int = 200, problem: GatewayError | None = None,
    **values: object,
) -> web.Response:  # fmt: skip
    """A tab of the page of the partner that the path names; `template` is that of a page below the tab."""
    partner = visit.request.match_info["partner"]
    view = await shell.ask(visit, "partners.show", partner=partner)
    return shell.render(
        visit,
        template or f"partner_{here}.html",
        status=status,
        screen="partners",
        view=view,
        here=here,
        tabs=tabs_of(shell, visit, partner),
        tones=TONES,
        problem=Refusal(str(problem), problem.remedy) if problem else None,
        may_hold=shell.asking.may(visit.who, "partners.hold"),
        may_see_failures=shell.asking.may(visit.who, "failures.list"),
        **values,
    )


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """One partner."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """A tab is an address of its own; what is done is a form of its own."""
        page = self.shell.page
        return [
            web.get("/partners/{partner}", page(self._show)),
            web.get("/partners/{partner}/numbers", page(self._numbers)),
            web.post("/partners/{partner}/numbers", page(self._seed)),
            web.get("/partners/{partner}/unmapped", page(self._unmapped)),
            web.get("/partners/{partner}/test", page(self._before_test)),
            web.post("/partners/{partner}/test", page(self._test)),
            web.post("/partners/{partner}/hold", page(self._hold)),
            web.post("/partners/{partner}/release", page(self._release)),
            web.post("/partners/{partner}/retry", page(self._retry)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._agreed(visit)

    async def _agreed(self, visit: Visit, *, status: int = 200, problem: GatewayError | None = None) -> web.Response:
        return await partner_page(
            self.shell, visit, "agreed", status=status, problem=problem,
            may_open_channels=self.shell.asking.may(visit.who, "targets.show"),
        )  # fmt: skip

    async def _unmapped(self, visit: Visit) -> web.StreamResponse:
        partner = visit.request.match_info["partner"]
        found = await self.shell.ask(visit, "unmapped.list", partner=partner)
        return await partner_page(self.shell, visit, "unmapped", found=found["items"])

    # ---- control numbers -------------------------------------------------------------------------------------------------

    async def _numbers(self, visit: Visit) -> web.StreamResponse:
        return await self._numbered(visit, visit.request.query)

    async def _seed(self, visit: Visit) -> web.StreamResponse:
        """Ask for a counter first, saying what comes of it; it is seeded when that was confirmed."""
        self.shell.asking.require(visit.who, "numbers.seed")
        form = _texts(await visit.request.post())
        if form.get("sure") != "yes":
            return await self._numbered(visit, form, asked=form)
        partner = visit.request.match_info["partner"]
        try:
            await self.shell.ask(
                visit, "numbers.seed", partner=partner, family=form.get("family"), last=form.get("last"),
                group=form.get("group"), test=form.get("test") == "yes", back=form.get("back") == "yes",
                reason=form.get("reason"),
            )  # fmt: skip
        except (ActionRefused, PlanRefused, Absent) as problem:
            if isinstance(problem, Denied):
                raise
            return await self._numbered(visit, form, problem=problem)
        return see_other(visit, link("/partners", partner, "numbers"), said="partner.seeded")

    async def _numbered(
        self, visit: Visit, form: Mapping[str, str], *, asked: Json | None = None, problem: GatewayError | None = None
    ) -> web.Response:
        partner = visit.request.match_info["partner"]
        counters = (await self.shell.ask(visit, "numbers.list", partner=partner))["items"]
        question = question_of(counters, asked) if asked is not None else None
        return await partner_page(
            self.shell, visit, "numbers", status=409 if problem else 200, problem=problem, counters=counters,
            form={name: form.get(name, "") for name in ("family", "group", "test", "last", "back", "reason")}, question=question,
            may_seed=self.shell.asking.may(visit.who, "numbers.seed"),
        )  # fmt: skip

    # ---- trying its ways -------------------------------------------------------------------------------------------------

    async def _before_test(self, visit: Visit) -> web.StreamResponse:
        if not self.shell.asking.may(visit.who, "partners.test"):
            raise Denied("You may not test partners' connections.")
        return await partner_page(self.shell, visit, "test", tried=None)

    async def _test(self, visit: Visit) -> web.StreamResponse:
        form = _texts(await visit.request.post())
        partner = visit.request.match_info["partner"]
        try:
            tried = await self.shell.ask(visit, "partners.test", partner=partner, message=form.get("message") == "yes")
        except GatewayError as problem:
            if isinstance(problem, (Absent, Denied)):
                raise
            return await partner_page(self.shell, visit, "test", status=409, problem=problem, tried=None)
        return await partner_page(self.shell, visit, "test", tried=by_channel(tried["steps"]), passed=tried["passed"])

    # ---- holding -----------------------------------------------------------------------------------------------------------

    async def _hold(self, visit: Visit) -> web.StreamResponse:
        return await self._done(visit, "partners.hold", "partner.held")

    async def _release(self, visit: Visit) -> web.StreamResponse:
        return await self._done(visit, "partners.release", "partner.released")

    async def _done(self, visit: Visit, operation: str, said: str) -> web.StreamResponse:
        partner, form = visit.request.match_info["partner"], _texts(await visit.request.post())
        try:
            await self.shell.ask(visit, operation, partner=partner, reason=form.get("reason", "").strip())
        except (ActionRefused, PlanRefused) as problem:
            if isinstance(problem, Denied):
                raise
            return await self._agreed(visit, status=409, problem=problem)
        return see_other(visit, link("/partners", partner), said=said)

    async def _retry(self, visit: Visit) -> web.StreamResponse:
        partner = visit.request.match_info["partner"]
        moved = await self.shell.ask(visit, "targets.retry", partner=partner)
        return see_other(visit, link("/partners", partner), said="partner.retried", count=sum(moved["targets"].values()))


def question_of(counters: Sequence[Json], asked: Json) -> Json:
    """What is to be confirmed before a counter is seeded: the counter as it is now (None: it is new), and the next number."""
    counts = "group" if asked.get("group") else "interchange"
    of = asked.get("group") or ("T" if asked.get("test") == "yes" else "P")
    known = next(
        (one for one in counters if (one["counts"], one["family"], one["of"]) == (counts, asked.get("family"), of)), None
    )
    last = str(asked.get("last") or "")
    after = int(last) if last.isdecimal() and len(last) <= _LONGEST_NUMBER else None
    before = known["last"] if known else None
    return {
        "before": before,
        "next": after + 1 if after is not None else None,
        "back": after is not None and before is not None and after < before,
        "left_out": max(after - before, 0) if after is not None and before is not None else 0,
    }


_LONGEST_NUMBER: Final = 15


def by_channel(steps: Sequence[Json]) -> Sequence[tuple[str, Sequence[Json]]]:
    """The steps of a test, channel by channel: each is named by its channel first."""
    found: dict[str, list[Json]] = {}
    for step in steps:
        channel, _, name = step["name"].partition(": ")
        found.setdefault(channel, []).append({**step, "name": name})
    return list(found.items())


def _texts(form: Mapping[str, Any]) -> dict[str, str]:
    """What was typed; files are left out."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
