"""Planning: what would happen if messages were processed or delivered again, in numbers; then the plan is kept, and frozen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from gateway.console.batch import plan_lines
from gateway.console.questions import refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.domain.phrases import spaced
from gateway.errors import Absent, ActionRefused, ConfigurationInvalid, Denied, GatewayError, PlanRefused, QueryInvalid

Json = Mapping[str, Any]

KINDS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "replay": ("batches.plan_replay", ("acknowledge",)),
    "redelivery": ("batches.plan_redelivery", ("in_doubt", "delivered")),
    "reassignment": ("batches.plan_replay", ("acknowledge",)),
}
"""What can be planned: its operation, and what can be said beside it."""

_SAID: Final[Mapping[str, Sequence[str]]] = {"replay": ("configuration",), "reassignment": ("route",)}
"""What else can be said of a kind, in words."""

_WRITTEN: Final = ("reason", "rate", "try_first", "configuration", "route")
_UNWRITTEN: Final = {"reason": "", "configuration": "", "route": ""}
_WORTH_A_TRY: Final = 10
"""With more items than these a few are tried first, unless somebody says otherwise."""
_FIRST_FEW: Final = 5
_USUAL_RATE: Final = "20"
_ONLY_SHOWN: Final = "only shown"
"""The reason of a plan that nobody keeps, and that is written nowhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to be done again, and how. It is chosen in one way: by ids, a failure or a query."""

    kind: str
    ids: Sequence[str]
    failure: str
    q: str
    options: Sequence[str]
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> Mapping[str, object]:
        """What was chosen, as addresses hold it."""
        return {"id": self.ids or "", "failure": self.failure, "q": self.q}

    @property
    def lacks_route(self) -> bool:
        """Whether a route is to be named and none is yet: without one it would be an ordinary replay."""
        return self.kind == "reassignment" and not self.written.get("route")

    def members(self, **more: object) -> Mapping[str, object]:
        """The choice as the operation takes it."""
        said = {name: self.written.get(name, "") for name in _SAID.get(self.kind, ())}
        return {
            "ids": self.ids, "failure": self.failure, "query": self.q, **dict.fromkeys(self.options, True), **said, **more
        }  # fmt: skip


def choice_of(pairs: Iterable[tuple[str, object]]) -> Choice:
    """The choice of a query or a form, the same in both."""
    values = [(name, str(value).strip()) for name, value in pairs]
    single = dict(values)
    kind = single.get("kind", "replay")
    _, options = KINDS.get(kind, ("", ()))
    return Choice(
        kind,
        list(dict.fromkeys(value for name, value in values if name == "id" and value)),
        single.get("failure", ""),
        single.get("q", ""),
        [name for name in options if single.get(name)],
        {name: single[name] for name in _WRITTEN if name in single},
    )


@dataclass(frozen=True, slots=True)
class Planning:
    """The form, with the numbers of what it would come to; sent, it keeps the plan and leads to its batch."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """What is chosen stands in the address: the same plan can be looked at again."""
        page = self.shell.page
        return [web.get("/batches/plan", page(self._show)), web.post("/batches/plan", page(self._keep))]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit, choice_of(visit.request.query.items()))

    async def _keep(self, visit: Visit) -> web.StreamResponse:
        choice = choice_of((await visit.request.post()).items())
        operation = self._operation(visit, choice)
        written = {name: choice.written.get(name, "") for name in ("reason", "rate", "try_first")}
        if choice.lacks_route:
            return await self._page(visit, choice, PlanRefused(visit.texts("plan.no_route")))
        try:
            kept = await self.shell.ask(visit, operation, **choice.members(**written))
        except Denied:
            raise
        except (PlanRefused, QueryInvalid, ActionRefused, Absent, ConfigurationInvalid) as problem:
            return await self._page(visit, choice, problem)
        if not kept["kept"]:
            nothing = PlanRefused(visit.texts("plan.nothing"), remedy=visit.texts("plan.nothing_remedy"))
            return await self._page(visit, choice, nothing)
        return see_other(visit, link("/batches", str(kept["id"])), said="batches.planned", count=kept["count"])

    def _operation(self, visit: Visit, choice: Choice) -> str:
        """Raises Absent for what cannot be planned, Denied for who may not."""
        if choice.kind not in KINDS:
            raise Absent(visit.texts("plan.no_kind"))
        operation, _ = KINDS[choice.kind]
        self.shell.asking.require(visit.who, operation)
        return operation

    async def _page(self, visit: Visit, choice: Choice, problem: GatewayError | None = None) -> web.Response:
        operation, plan = self._operation(visit, choice), None
        routes = await self._routes(visit) if choice.kind == "reassignment" else ()
        try:
            if not choice.lacks_route or not any(choice.chosen.values()):
                shown = await self.shell.ask(visit, operation, **choice.members(reason=_ONLY_SHOWN, only_show=True))
                plan = shown["plan"]
        except (PlanRefused, QueryInvalid, ActionRefused, Absent, ConfigurationInvalid) as refused:
            problem = refused
        return self.shell.render(
            visit,
            "plan.html",
            status=422 if problem else 200,
            screen="batches",
            choice=choice,
            options=KINDS[choice.kind][1],
            kinds=[
                (kind, visit.texts(f"plan.kind.{kind}"), link("/batches/plan", kind=kind, **choice.chosen))
                for kind, (named, _) in KINDS.items()
                if self.shell.asking.may(visit.who, named)
            ],
            chosen_path=_where(choice),
            plan=plan,
            lines=plan_lines(plan, visit.texts) if plan else (),
            routes=routes,
            written={"rate": _USUAL_RATE, "try_first": _first_few(plan), **_UNWRITTEN, **choice.written},
            problem=refusal(problem) if problem else None,
        )

    async def _routes(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """The routes that can be named, each with the kind of document that it is for."""
        found = await self.shell.ask(visit, "routes.list")
        return [(one["id"], spaced(one["document"]) if one["document"] else "") for one in found["routes"]]


def _first_few(plan: Json | None) -> str:
    return str(_FIRST_FEW) if plan and plan["count"] > _WORTH_A_TRY else ""


def _where(choice: Choice) -> str:
    """Where what was chosen can be looked at."""
    if choice.failure:
        return link("/failures", choice.failure)
    if choice.q:
        return link("/messages", q=choice.q)
    return link("/messages", choice.ids[0]) if len(choice.ids) == 1 else ""
