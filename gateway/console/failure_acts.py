"""What is done about failures, one or several: taken on, given away, silenced, ended. A question comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from gateway.console.failures import STATES
from gateway.console.questions import MOST_SHOWN, Question, Wish, not_done, nothing_chosen, refusal, wish_of
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.domain.triage import Helped
from gateway.errors import Absent, ActionRefused, Denied, PlanRefused

Json = Mapping[str, Any]

ACTS: Final[Mapping[str, Sequence[str]]] = {
    "acknowledge": ("reason",),
    "assign": ("to", "reason"),
    "mute": ("lasting", "until", "reason"),
    "resolve": ("helped", "reason"),
}
"""What can be done, and what is asked for it."""
SILENCES: Final[Mapping[str, timedelta]] = {
    "hour": timedelta(hours=1),
    "shift": timedelta(hours=8),
    "day": timedelta(days=1),
    "three_days": timedelta(days=3),
    "week": timedelta(days=7),
    "two_weeks": timedelta(days=14),
    "month": timedelta(days=30),
}
_USUAL_SILENCE: Final = "day"
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class FailureActs:
    """The question, and what is done when it was answered."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The question is a page of its own: it works without a script, and for one as for many."""
        page = self.shell.page
        return [web.get("/failures/act", page(self._ask)), web.post("/failures/act", page(self._do))]

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        wish = wish_of(visit.request.query.items(), "/failures")
        question = await self._question(visit, wish)
        return self._page(visit, question, 422 if question.problem else 200)

    async def _do(self, visit: Visit) -> web.StreamResponse:
        wish = wish_of((await visit.request.post()).items(), "/failures")
        question = await self._question(visit, wish)
        if question.problem:
            return self._page(visit, question, 422)
        try:
            done = await self.shell.ask(visit, f"failures.{wish.action}", failures=wish.ids, **_members(wish))
        except Denied:
            raise
        except (PlanRefused, ActionRefused, Absent) as problem:
            return self._page(visit, replace(question, problem=refusal(problem)), 422)
        undone = not_done(done["items"])
        if not undone:
            return see_other(visit, wish.back, said=f"failures.{wish.action}", count=len(wish.ids))
        rest = await self._question(visit, replace(wish, ids=[item["id"] for item in undone]))
        told = [(item["problem"], item["remedy"]) for item in undone]
        return self._page(visit, replace(rest, undone=told), 409)

    async def _question(self, visit: Visit, wish: Wish) -> Question:
        """What is asked. Raises Absent for what cannot be done to failures, Denied for who may not."""
        if wish.action not in ACTS:
            raise Absent(visit.texts("failures.no_act"))
        self.shell.asking.require(visit.who, f"failures.{wish.action}")
        texts, found = visit.texts, await self._chosen(visit, wish)
        names = [(f"{one['code']} · {one['partner'] or texts('failures.no_partner')}", one) for one in found]
        cases, number = sum(one["open_cases"] for one in found), len(found)
        effects = [("", texts("failures.cases_of", count=cases)), *self._effects(visit, wish.action)]
        return Question(
            path="/failures/act",
            screen="failures",
            wish=replace(wish, ids=[one["fingerprint"] for one in found]),
            title=texts(f"failures.ask.{wish.action}", count=number),
            button=texts(f"failures.act.{wish.action}"),
            chosen=[(name, link("/failures", one["fingerprint"])) for name, one in names[:MOST_SHOWN]],
            effects=effects if found else (),
            fields=ACTS[wish.action],
            reason_needed=wish.action in ("mute", "resolve"),
            choices=await self._choices(visit, wish.action),
            problem=None if found else nothing_chosen(visit),
        )

    async def _chosen(self, visit: Visit, wish: Wish) -> Sequence[Json]:
        if not wish.ids:
            return ()
        listed = await self.shell.ask(
            visit, "failures.list", fingerprint=wish.ids[:_MOST], state=STATES["all"], limit=_MOST
        )  # fmt: skip
        return list(listed["items"])

    def _effects(self, visit: Visit, action: str) -> Sequence[tuple[str, str]]:
        effect = visit.texts(f"failures.effect.{action}")
        return [("warning", effect)] if action == "mute" else [("", effect)]

    async def _choices(self, visit: Visit, action: str) -> Mapping[str, Sequence[tuple[str, str]]]:
        if action == "assign":
            owners = (await self.shell.ask(visit, "failures.choices"))["assignable"]
            return {"to": [(owner, owner) for owner in owners]}
        if action == "mute":
            return {"lasting": [(name, visit.texts(f"failures.lasting.{name}")) for name in SILENCES]}
        if action == "resolve":
            said = [(one.value, visit.texts(f"failures.helped.{one}")) for one in Helped]
            return {"helped": [("", visit.texts("failures.helped.none")), *said]}
        return {}

    def _page(self, visit: Visit, question: Question, status: int) -> web.Response:
        if question.wish.action == "mute" and not question.wish.said("lasting"):
            usual = {**question.wish.written, "lasting": _USUAL_SILENCE}
            question = replace(question, wish=replace(question.wish, written=usual))
        return self.shell.render(visit, "question.html", status=status, screen=question.screen, asked=question)


def _members(wish: Wish) -> Mapping[str, str]:
    """What was written, as the operation takes it: the end of a silence as a moment."""
    members = {name: wish.said(name) for name in ACTS[wish.action] if name not in ("lasting", "until")}
    if not members.get("helped"):
        members.pop("helped", None)
    return {**members, "until": silent_until(wish, datetime.now(UTC))} if wish.action == "mute" else members


def silent_until(wish: Wish, now: datetime) -> str:
    """When a silence ends: at the time that was written, which is UTC, else after so long. It always ends."""
    if written := wish.said("until"):
        return f"{written}Z"
    return (now + SILENCES.get(wish.said("lasting"), SILENCES[_USUAL_SILENCE])).isoformat()
