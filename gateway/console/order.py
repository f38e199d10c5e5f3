"""The page of one order: its steps, its lines, what was said of it and by whom, what holds it, and what others call it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from gateway.console.orders import ORDERS, hold_phrase, state_phrase, step_text
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.texts import Texts, parsed
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase
from gateway.errors import Absent

Json = Mapping[str, Any]

AMOUNTS: Final = (
    "ordered", "accepted", "rejected", "cancelled", "allocated", "back_ordered", "shipped", "delivered", "invoiced", "returned",
)  # fmt: skip
_ALWAYS: Final = frozenset({"ordered", "accepted", "shipped", "invoiced"})
"""Quantities that are looked for on any order; the others only where there are any."""
_DEADLINES: Final[Mapping[str, str]] = {"missed": "error", "late": "warning", "open": "info", "met": "good", "void": "faint"}
_SAID: Final[Mapping[str, str]] = {
    "applied": "good",
    "waiting": "warning",
    "overdue": "error",
    "refused": "error",
    "heard": "info",
}
_FOLLOWED: Final[Mapping[str, str]] = {
    "waiting": "info",
    "done": "good",
    "failed": "error",
    "void": "faint",
    "withdrawn": "error",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step: when it was done and how long after the one before it, or that it is still to come."""

    text: str
    at: object = None
    took: float | None = None
    late: bool = False

    @property
    def done(self) -> bool:
        """Whether it was."""
        return self.at is not None


def steps_of(view: Json, texts: Texts) -> Sequence[Step]:
    """The steps that were done, in their order, then the usual ones that are missing; late ones are those of missed deadlines."""
    late = {one["milestone"] for one in view.get("deadlines", ()) if _missed(one)}
    steps: list[Step] = []
    before: datetime | None = None
    for name, at in view["steps"].items():
        now = parsed(at)
        took = (now - before).total_seconds() if now and before and now >= before else None  # clocks of others may be behind
        steps.append(Step(step_text(texts, name), at, took, name in late))
        before = now
    return [*steps, *(Step(step_text(texts, name), late=name in late) for name in view["missing"])]


def _missed(deadline: Json) -> bool:
    due = parsed(deadline["due_at"])
    return deadline["state"] in ("missed", "late") or (
        deadline["state"] == "open" and due is not None and due < datetime.now(UTC)
    )


def deadline_phrase(deadline: Json, texts: Texts) -> Phrase:
    """How it stands with a deadline."""
    state = "missed" if deadline["state"] == "open" and _missed(deadline) else str(deadline["state"])
    return Phrase("plain", _DEADLINES.get(state, ""), {"text": texts.known(f"deadline.{state}", state)})


def said_phrase(event: Json, texts: Texts) -> Phrase:
    """What became of what was said."""
    state = str(event["state"])
    needs = step_text(texts, event["needs"]) if event["needs"] else ""
    key = f"said_of.{state}_for" if needs and state in ("waiting", "overdue") else f"said_of.{state}"
    words = texts.known(key, state.replace("_", " "))
    return Phrase("plain", _SAID.get(state, "faint"), {"text": words.format(needs=needs)})


def followed_phrase(one: Json, texts: Texts) -> Phrase:
    """What became of what follows from a milestone."""
    state = str(one["state"])
    return Phrase("plain", _FOLLOWED.get(state, ""), {"text": texts.known(f"followed.{state}", state)})


def amounts_of(lines: Sequence[Json]) -> Sequence[str]:
    """The columns of quantities that these lines need."""
    return [name for name in AMOUNTS if name in _ALWAYS or any(line[name] for line in lines)]


def names_of(links: Sequence[Json]) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """What systems call it, by what it is a name of: each with its system."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in links:
        found.setdefault(str(one["kind"]).replace("_", " "), []).append((one["value"], one["system"]))
    return list(found.items())


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order. Partners see its timeline: neither what is ours alone nor links to it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """One address, for everybody."""
        return [web.get(f"{ORDERS}/{{order}}", self.shell.page(self._show))]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        order, texts = _id(visit), visit.texts
        whole = self.shell.asking.may(visit.who, "orders.show")
        view = await self.shell.ask(visit, "orders.show" if whole else "orders.timeline", order=order)
        return self.shell.render(
            visit,
            "order.html",
            screen="orders",
            view=view,
            whole=whole,
            messages=link("/messages", q=f"order:{shlex.quote(view['number'])}"),
            state=state_phrase(texts, view["state"]),
            steps=steps_of(view, texts),
            amounts=amounts_of(view["lines"]),
            line_state=lambda state: state_phrase(texts, state),
            deadlines=[(one, deadline_phrase(one, texts)) for one in view.get("deadlines", ())],
            events=[(one, said_phrase(one, texts)) for one in view.get("events", ())],
            follow_ups=[(one, followed_phrase(one, texts)) for one in view.get("follow_ups", ())],
            names=names_of(view.get("links", ())),
            releases=view.get("releases", ()),
            hold=lambda state: hold_phrase(texts, state),
            step=lambda name: step_text(texts, name),
            may_decide=self.shell.asking.may(visit.who, "holds.approve"),
            command=shlex.join(["gateway", "order", view["number"], "--partner", view["partner"]]) if whole else "",
        )


def _id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.match_info["order"])
    except ValueError:
        raise Absent(visit.texts("order.absent")) from None
