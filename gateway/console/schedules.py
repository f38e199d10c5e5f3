"""Schedules: what is done at times of the clock, when next, and how it went; having it done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit

Json = Mapping[str, Any]

TONES: Final[Mapping[str, str]] = {"asked": "info", "running": "info", "done": "good", "failed": "error", "skipped": "warning"}
"""How the states of a run sound."""

_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules with their runs, of all or of one."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The page, and having one run now."""
        page = self.shell.page
        return [web.get("/schedules", page(self._list)), web.post("/schedules/{schedule}/run", page(self._run))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        schedule, after = visit.request.query.get("schedule", ""), visit.request.query.get("after", "")
        schedules = (await self.shell.ask(visit, "schedules.list"))["items"]
        runs = await self.shell.ask(visit, "schedules.runs", schedule=schedule, after=after, limit=_LIMIT)
        return self.shell.render(
            visit,
            "schedules.html",
            screen="schedules",
            schedules=schedules,
            runs=runs["items"],
            chosen=schedule,
            tones=TONES,
            older=link("/schedules", schedule=schedule, after=runs["after"]) if runs["after"] else "",
            newest=link("/schedules", schedule=schedule) if after else "",
            may_run=self.shell.asking.may(visit.who, "schedules.run"),
        )

    async def _run(self, visit: Visit) -> web.StreamResponse:
        schedule = visit.request.match_info["schedule"]
        await self.shell.ask(visit, "schedules.run", schedule=schedule)
        return see_other(visit, link("/schedules", schedule=schedule), said="schedules.asked")
