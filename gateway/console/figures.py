"""Figures over time, as charts and as tables: how much, how fast, how long partners take, whose messages fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.bootstrap.charts import SPANS
from gateway.console.shell import Shell
from gateway.console.visit import Visit
from gateway.errors import DependencyUnavailable

Json = Mapping[str, Any]

CHARTS: Final = ("volumes", "latencies", "acknowledgement_delays", "failures")


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The charts of one time, which is in the address."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The one page."""
        return [web.get("/figures", self.shell.page(self._show))]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        wanted = visit.request.query.get("range", "")
        span = wanted if wanted in SPANS else SPANS[0]
        counted: dict[str, Any] = {name: await self._counted(visit, name, span) for name in CHARTS}
        most = max((one["failed"] for one in (counted["failures"] or {}).get("partners", ())), default=0)
        return self.shell.render(visit, "figures.html", screen="figures", span=span, spans=SPANS, most=most, **counted)

    async def _counted(self, visit: Visit, name: str, span: str) -> Json | None:
        """The figures of one chart; None where counting takes too long: the others are shown."""
        try:
            told: Json = await self.shell.ask(visit, f"figures.{name}", range=span)
        except DependencyUnavailable:
            return None
        return told
