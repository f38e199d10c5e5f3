"""Reconciliation: what is compared with what, when that was done last, and what was found to differ and is not over."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.signing_in import Refusal
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase
from gateway.errors import Absent, Denied, GatewayError

Json = Mapping[str, Any]

PATH: Final = "/reconciliation"
_JOB: Final = "reconcile"
_STATES: Final[Mapping[str, str]] = {"open": "error", "acknowledged": "warning", "muted": "faint", "resolved": "good"}
_RUNS: Final[Mapping[str, str]] = {"done": "good", "failed": "error", "skipped": "warning", "running": "info", "asked": "info"}
_SHOWN_RUNS: Final = 5
_YES: Final = {True: "yes", False: ""}
_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Compared:
    """A reconciliation as the list shows it. `finds` is how much differs; the gateway's own books are not counted."""

    id: str
    what: str
    left: str
    right: str
    back_days: int
    finds: Phrase | None
    path: str


def compared_of(view: Json, texts: Texts) -> Compared:
    """A line from what the operation tells."""
    here, number = texts("reconciliation.our_books"), view["differences"]
    finds = None
    if number is not None:
        finds = Phrase("plain", "error" if number else "good", {"text": texts("reconciliation.differs", count=number)})
    return Compared(
        id=view["id"],
        what=texts.known(f"compared.{view['what']}", str(view["what"]).replace("_", " ")),
        left=view["left"] or here,
        right=view["right"] or (here if view["configured"] else ""),
        back_days=round((view["back_seconds"] or 0) / 86400),
        finds=finds,
        path=link(PATH, reconciliation=view["id"]) if number else "",
    )


def failure_phrase(state: object, owner: str, texts: Texts) -> Phrase:
    """How it stands with a difference, and whose it is."""
    words = texts.known(f"difference.{state}", str(state))
    return Phrase("plain", _STATES.get(str(state), ""), {"text": f"{words} ({owner})"})


def run_phrase(state: object, texts: Texts) -> Phrase:
    """How a run of a schedule ended."""
    words = texts.known(f"reconciliation.ran.{state}", str(state))
    return Phrase("plain", _RUNS.get(str(state), ""), {"text": words})


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What is compared, and comparing it now."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, and a run that was asked for."""
        page = self.shell.page
        return [web.get(PATH, page(self._list)), web.post(f"{PATH}/{{reconciliation}}/run", page(self._run))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(self, visit: Visit, *, problem: GatewayError | None = None, status: int = 200) -> web.StreamResponse:
        texts, only = visit.texts, visit.request.query.get("reconciliation", "").strip()
        after = visit.request.query.get("after", "")
        listed = await self.shell.ask(visit, "reconciliation.list")
        wanted = (only,) if only else None
        recurring = visit.request.query.get("recurring", "") == "yes"
        found = await self.shell.ask(
            visit, "reconciliation.differences", reconciliation=wanted, recurring=recurring, after=after, limit=_LIMIT
        )
        return self.shell.render(
            visit,
            "reconciliation.html",
            status=status,
            screen="reconciliation",
            compared=[compared_of(one, texts) for one in listed["items"] if one["configured"]],
            own=[compared_of(one, texts) for one in listed["items"] if not one["configured"]],
            only=only,
            recurring=recurring,
            differences=[(one, failure_phrase(one["state"], one["owner"], texts)) for one in found["items"]],
            older=link(PATH, reconciliation=only, recurring=_YES[recurring], after=found["after"]) if found["after"] else "",
            newest=link(PATH, reconciliation=only, recurring=_YES[recurring]) if after else "",
            other=link(PATH, reconciliation=only, recurring=_YES[not recurring]),
            runs=await self._runs(visit),
            may_run=self.shell.asking.may(visit.who, "reconciliation.run"),
            problem=Refusal(str(problem), problem.remedy) if problem else None,
            command=shlex.join(["gateway", "reconcile", *([only] if only else [])]),
        )

    async def _runs(self, visit: Visit) -> Sequence[tuple[Json, Phrase]]:
        """The last runs of the schedules that reconcile, the newest first."""
        schedules = await self.shell.ask(visit, "schedules.list")
        runs: list[Json] = []
        for schedule in schedules["items"]:
            if schedule["run"] == _JOB:
                found = await self.shell.ask(visit, "schedules.runs", schedule=schedule["id"], limit=_SHOWN_RUNS)
                runs += found["items"]
        newest = sorted(runs, key=lambda run: str(run["due"]), reverse=True)[:_SHOWN_RUNS]
        return [(run, run_phrase(run["state"], visit.texts)) for run in newest]

    async def _run(self, visit: Visit) -> web.StreamResponse:
        """Compare now, and show what was found; a system that does not answer is told where the list is."""
        name = visit.request.match_info["reconciliation"]
        try:
            told = await self.shell.ask(visit, "reconciliation.run", reconciliation=name)
        except (Absent, Denied):
            raise
        except GatewayError as problem:
            return await self._page(visit, problem=problem, status=409)
        return self.shell.render(
            visit,
            "reconciled.html",
            screen="reconciliation",
            name=told["reconciliation"],
            differences=told["differences"],
            known=link(PATH, reconciliation=told["reconciliation"]),
            kind=lambda one: visit.texts.known(f"differs.{one}", one),
            command=shlex.join(["gateway", "reconcile", name]),
        )
