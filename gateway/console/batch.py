"""The page of a batch: what was frozen, what it comes to, how far it is, and what became of each item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.batches import (
    ITEM_STATES,
    Progress,
    batch_state,
    counts_of,
    filter_path,
    filter_text,
    is_moving,
    progress_of,
    what_it_does,
)
from gateway.console.questions import refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase, keys_text, spaced
from gateway.domain.replay import Effect
from gateway.errors import ActionRefused, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

_ORDER: Final[Mapping[str, int]] = {effect.value: place for place, effect in enumerate(Effect)}
_GRAVE: Final = (Effect.ACKNOWLEDGED, Effect.DUPLICATES, Effect.DOUBTFUL, Effect.NOT_UNDONE)
"""Effects that others notice, or that somebody has to see to."""
_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a plan: how many, of what, in which tone."""

    number: int
    text: str
    tone: str = ""


def plan_lines(plan: Json, texts: Texts) -> Sequence[PlanLine]:
    """What would happen, then why the rest cannot be done. Names of events stand for themselves."""
    effects = sorted(plan["effects"].items(), key=lambda one: _ORDER.get(one[0], len(_ORDER)))
    done = [PlanLine(number, _effect(texts, name, number), _tone(name)) for name, number in effects]
    refused = [PlanLine(number, texts("batches.left_out", reason=reason), "faint") for reason, number in plan["refused"].items()]
    return [*_of_named_route(plan, texts), *done, *refused]


def _of_named_route(plan: Json, texts: Texts) -> Sequence[PlanLine]:
    """Where a route was named: which one the documents took before, and how many deliveries would follow, by target."""
    moves = [
        PlanLine(number, texts("batches.move", count=number, took=took_text([one["took"]], texts), takes=one["takes"]))
        for one in plan.get("moves", ())
        if (number := one["documents"])
    ]
    follow = [
        PlanLine(number, texts("batches.follows", count=number, target=target))
        for target, number in plan.get("deliveries", {}).items()
    ]
    return [*moves, *follow]


def took_text(took: Sequence[str | None], texts: Texts) -> str:
    """The routes that documents took, in words where none did."""
    return ", ".join(name or texts("batches.no_route") for name in took)


def _effect(texts: Texts, name: str, number: int) -> str:
    key = f"batches.effect.{name}"
    return texts(key, count=number) if texts.known(key, "") else spaced(name)


def _tone(name: str) -> str:
    return "warning" if name in _GRAVE else ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the list shows it. `path` is the message that it became, else the one that it is about."""

    ordinal: int
    path: str
    title: str
    partner: str
    target: str
    state: Phrase
    outcome: str
    at: object
    took: str = ""


def item_of(view: Json, texts: Texts) -> Item:
    """An item from what the operation tells of it."""
    message = str(view["run"] or view["transmission"])
    return Item(
        ordinal=view["ordinal"],
        path=link("/messages", message),
        title=keys_text(view["keys"]) or message[-12:],
        partner=str(view["partner"] or ""),
        target=str(view["target"] or ""),
        state=Phrase(f"batch_item.{view['state']}", ITEM_STATES[view["state"]]),
        outcome=str(view["outcome"]),
        at=view["settled_at"] or view["started_at"],
        took=texts("batches.item.took", routes=took_text(view["took"], texts)) if view["took"] else "",
    )


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch, and what is done about it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The page, the part of it that changes while it runs, and its two actions."""
        page = self.shell.page
        return [
            web.get("/batches/{batch}", page(self._show)),
            web.get("/batches/{batch}/progress", page(self._progress)),
            web.post("/batches/{batch}/confirm", page(self._confirm)),
            web.post("/batches/{batch}/cancel", page(self._cancel)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _confirm(self, visit: Visit) -> web.StreamResponse:
        expect = str((await visit.request.post()).get("expect", ""))
        return await self._act(visit, "confirm", expect=expect)

    async def _cancel(self, visit: Visit) -> web.StreamResponse:
        return await self._act(visit, "cancel")

    async def _act(self, visit: Visit, action: str, **members: object) -> web.StreamResponse:
        try:
            view = await self.shell.ask(visit, f"batches.{action}", batch=visit.request.match_info["batch"], **members)
        except Denied:
            raise
        except (PlanRefused, ActionRefused) as problem:
            return await self._page(visit, problem=problem)
        return see_other(visit, link("/batches", str(view["id"])), said=f"batches.{action}")

    async def _page(self, visit: Visit, *, problem: GatewayError | None = None) -> web.Response:
        values = await self._values(visit)
        refused = refusal(problem) if problem else None
        return self.shell.render(visit, "batch.html", status=409 if problem else 200, problem=refused, **values)

    async def _progress(self, visit: Visit) -> web.StreamResponse:
        """The part that changes. Once it has ended or stopped, all of the page that depends on that comes with it."""
        values = await self._values(visit)
        asked, progress = visit.request.query, values["progress"]
        over = not values["moving"] or values["view"]["state"] != asked.get("state", "")
        aloud = over or str(progress.quarter) != asked.get("quarter", "")
        return self.shell.render(visit, "batch_progress.html", oob=True, over=over, aloud=aloud, **values)

    async def _values(self, visit: Visit) -> dict[str, Any]:
        view = await self.shell.ask(visit, "batches.show", batch=visit.request.match_info["batch"])
        asked, texts, may = visit.request.query, visit.texts, self.shell.asking.may
        shown, after = asked.get("items", ""), asked.get("after", "")
        state = [shown] if shown in ITEM_STATES else []
        here, progress = link("/batches", str(view["id"])), progress_of(view)
        found = await self.shell.ask(
            visit, "batches.items", batch=str(view["id"]), state=state, after=after, limit=_LIMIT
        )  # fmt: skip
        return {
            "screen": "batches",
            "view": view,
            "here": here,
            "what": what_it_does(texts, view["action"], view["count"]),
            "state": batch_state(view),
            "progress": progress,
            "moving": is_moving(view),
            "counts": counts_of(view, texts),
            "lines": plan_lines(view["plan"], texts),
            "filter": filter_text(view, texts),
            "filter_path": filter_path(view),
            "refresh": link(
                "/batches", str(view["id"]), "progress", state=view["state"], quarter=progress.quarter, items=shown, after=after
            ),
            "may_confirm": may(visit.who, "batches.confirm") and view["state"] in ("planned", "tried") and progress.left > 0,
            "may_cancel": may(visit.who, "batches.cancel") and view["state"] in ("planned", "running", "tried"),
            "own": view["second_person"] and view["planned_by"] == visit.who.name,
            "next_ones": next_ones(view, progress),
            "shown": shown if state else "all",
            "tabs": self._tabs(view, texts, here),
            "items": [item_of(item, texts) for item in found["items"]],
            "newest": link(here, items="".join(state)) if after else "",
            "older": link(here, items="".join(state), after=found["after"]) if found["after"] else "",
        }

    def _tabs(self, view: Json, texts: Texts, here: str) -> Sequence[tuple[str, str, str, int]]:
        there = [(name, view["items"].get(name, 0)) for name in ITEM_STATES]
        whole = ("all", texts("batches.items.all"), here, sum(view["items"].values()))
        return [whole] + [
            (name, texts(f"batches.items.{name}"), link(here, items=name), number) for name, number in there if number
        ]


def next_ones(view: Json, progress: Progress) -> int:
    """How many items begin when it is confirmed now: the first few if it is to be tried, else all that are left."""
    if view["state"] == "planned" and view["try_first"]:
        return min(int(view["try_first"]), progress.left)
    return progress.left
