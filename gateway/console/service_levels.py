"""Service levels: what was promised, and how far that was kept, by partner and by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.shell import Shell
from gateway.console.visit import Visit

Json = Mapping[str, Any]

SPANS: Final[Mapping[str, int]] = {"1d": 1, "7d": 7, "30d": 30, "90d": 90}
"""So many days, by what the address says."""
_TONES: Final[Mapping[bool | None, str]] = {True: "good", False: "error", None: "faint"}


@dataclass(frozen=True, slots=True)
class ServiceLevelsPage:
    """The levels of a time, which is in the address."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The one page."""
        return [web.get("/service-levels", self.shell.page(self._show))]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        wanted = visit.request.query.get("range", "")
        span = wanted if wanted in SPANS else "30d"
        told = await self.shell.ask(visit, "service_levels.list", days=SPANS[span])
        return self.shell.render(
            visit,
            "service_levels.html",
            screen="service_levels",
            span=span,
            spans=list(SPANS),
            days=SPANS[span],
            levels=told["levels"],
            missed=[one for one in told["levels"] if one["reached"] is False],
            tones=_TONES,
        )
