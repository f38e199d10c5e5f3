"""Orders: the list, and what holds them before their warehouses."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.api.operations.holds import Decision
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.order.lifecycle import NEXT_STEPS, ORDER_STATES
from gateway.domain.phrases import Phrase, order_tone
from gateway.errors import Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

ORDERS: Final = "/orders"
HELD: Final = "/orders/held"
LIKELY_LATE: Final = "/orders/likely-late"
DECISIONS: Final[tuple[Decision, ...]] = ("approve", "release", "refuse")

_HOLD_TONES: Final[Mapping[str, str]] = {
    "open": "warning",
    "overdue": "error",
    "refused": "error",
    "approved": "good",
    "cleared": "good",
}
_LIMIT: Final = 50


def step_text(texts: Texts, step: object) -> str:
    """A step or a state of an order as this language calls it."""
    return texts.known(f"step.{step}", str(step or "").replace("_", " "))


def state_phrase(texts: Texts, state: object) -> Phrase:
    """The state of an order or a line."""
    return Phrase("plain", order_tone(state), {"text": step_text(texts, state)})


def hold_phrase(texts: Texts, state: object) -> Phrase:
    """The state of a hold, and who must act."""
    words = texts.known(f"hold.{state}", str(state))
    return Phrase("plain", _HOLD_TONES.get(str(state), "faint"), {"text": words})


def troubles_of(order: Json, texts: Texts) -> Sequence[Phrase]:
    """What needs somebody: what is late, what holds it, what was refused or waits of what was said."""
    told = [Phrase("plain", "error", {"text": texts("orders.late", what=", ".join(order["late"]))})] if order["late"] else []
    for name, tone in (("held", "warning"), ("refused", "error"), ("waiting", "warning")):
        if order[name]:
            told.append(Phrase("plain", tone, {"text": texts(f"orders.{name}", count=order[name])}))
    return told


def order_sides(shell: Shell, visit: Visit) -> Sequence[tuple[str, str, str]]:
    """The tabs of the screen, as far as somebody may see them."""
    others = [("held", HELD, "holds.list"), ("likely_late", LIKELY_LATE, "orders.likely_late")]
    offered = [("all", ORDERS)] + [(name, path) for name, path, operation in others if shell.asking.may(visit.who, operation)]
    return [(name, visit.texts(f"orders.side.{name}"), path) for name, path in offered]


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders with all that narrows them in the address; holds, and decisions about them."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """Decisions are asked for on a page of their own, which names what they are about."""
        page = self.shell.page
        return [
            web.get(ORDERS, page(self._list)),
            web.get(HELD, page(self._held)),
            web.get(f"{HELD}/decide", page(self._ask)),
            web.post(f"{HELD}/decide", page(self._decide)),
        ]

    def sides(self, visit: Visit) -> Sequence[tuple[str, str, str]]:
        """The tabs of the screen."""
        return order_sides(self.shell, visit)

    async def _list(self, visit: Visit) -> web.StreamResponse:
        values = {
            name: visit.request.query.get(name, "").strip() for name in ("number", "partner", "state", "next", "late", "held")
        }
        after = visit.request.query.get("after", "")
        found = await self.shell.ask(
            visit,
            "orders.list",
            number=values["number"],
            partner=_several(values["partner"]),
            state=_several(values["state"]),
            next=values["next"],
            late=values["late"] == "yes",
            held=values["held"] == "yes",
            after=after,
            limit=_LIMIT,
        )
        texts = visit.texts
        return self.shell.render(
            visit,
            "orders.html",
            screen="orders",
            side="all",
            sides=self.sides(visit),
            values=values,
            narrowed=any(values.values()),
            ours=visit.who.partner is None,
            rows=[(one, state_phrase(texts, one["state"]), troubles_of(one, texts)) for one in found["items"]],
            step=lambda name: step_text(texts, name),
            states=ORDER_STATES,
            steps=NEXT_STEPS,
            older=link(ORDERS, **values, after=found["after"]) if found["after"] else "",
            newest=link(ORDERS, **values) if after else "",
            command=_command(values) if visit.who.partner is None else "",
        )

    async def _held(self, visit: Visit) -> web.StreamResponse:
        asked = visit.request.query
        values = {name: asked.get(name, "").strip() for name in ("order", "customer", "kind", "owner", "all")}
        several = {name: _several(values[name]) for name in ("order", "customer", "kind", "owner")}
        after = asked.get("after", "")
        found = await self.shell.ask(visit, "holds.list", **several, all=values["all"] == "yes", after=after, limit=_LIMIT)
        options = [f"--{flag}={values[name]}" for name, flag in _FLAGS.items() if values[name]]
        return self.shell.render(
            visit,
            "held.html",
            screen="orders",
            side="held",
            sides=self.sides(visit),
            values=values,
            narrowed=any(values.values()),
            holds=[(one, hold_phrase(visit.texts, one["state"])) for one in found["items"]],
            may_decide=self.shell.asking.may(visit.who, "holds.approve"),
            older=link(HELD, **values, after=found["after"]) if found["after"] else "",
            newest=link(HELD, **values) if after else "",
            command=shlex.join(["gateway", "holds", *options, *(["--all"] if values["all"] else [])]),
        )

    async def _ask(self, visit: Visit) -> web.StreamResponse:
        return await self._asked(visit, tuple(visit.request.query.getall("hold", ())))

    async def _asked(
        self, visit: Visit, chosen: Sequence[str], *, problems: Sequence[Json] = (), status: int = 200
    ) -> web.StreamResponse:
        """What would be decided about: the holds that still stand, and how many orders that is."""
        if not chosen:
            raise PlanRefused(visit.texts("held.none_chosen"), remedy=visit.texts("held.none_chosen_remedy"))
        found = await self.shell.ask(visit, "holds.list", hold=tuple(chosen), limit=200)
        holds = found["items"]
        return self.shell.render(
            visit,
            "decide.html",
            status=status,
            screen="orders",
            holds=[(one, hold_phrase(visit.texts, one["state"])) for one in holds],
            gone=len(set(chosen)) - len(holds),
            orders=len({one["release"] for one in holds}),
            decisions=[name for name in DECISIONS if self.shell.asking.may(visit.who, f"holds.{name}")],
            problems=problems,
            command=shlex.join(["gateway", "holds", "approve", *[one["id"][-6:] for one in holds], "--reason", "…"]),
        )

    async def _decide(self, visit: Visit) -> web.StreamResponse:
        form = await visit.request.post()
        chosen, decision = tuple(str(one) for one in form.getall("hold", ())), str(form.get("decision", ""))
        if decision not in DECISIONS:
            raise PlanRefused(visit.texts("held.no_decision"), remedy=visit.texts("held.none_chosen_remedy"))
        try:
            done = await self.shell.ask(visit, f"holds.{decision}", holds=chosen, reason=str(form.get("reason", "")))
        except (Denied, PlanRefused):
            raise
        except GatewayError as problem:
            return await self._asked(visit, chosen, problems=[{"problem": str(problem), "remedy": problem.remedy}], status=409)
        stopped = [one for one in done["items"] if not one["done"]]
        if stopped:
            return await self._asked(visit, chosen, problems=stopped, status=409)
        return see_other(visit, HELD, f"held.{decision}", len(done["items"]))


_FLAGS: Final[Mapping[str, str]] = {"order": "order", "customer": "partner", "kind": "kind", "owner": "owner"}
"""What the command line calls them."""


def _several(value: str) -> tuple[str, ...] | None:
    """What links name together, with blanks between."""
    return tuple(value.split()) or None


def _command(values: Mapping[str, str]) -> str:
    """The same on the command line, as far as it can."""
    if values["number"]:
        return shlex.join(["gateway", "order", values["number"]])
    options = [part for name in ("state", "partner") if values[name] for part in (f"--{name}", values[name])]
    return shlex.join(["gateway", "orders", *(["--late"] if values["late"] else []), *options])
