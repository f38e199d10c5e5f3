"""The list of partners: how it stands with each, who needs somebody first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.visit import Visit

Json = Mapping[str, Any]

TONES: Final[Mapping[str, str]] = {"held": "error", "failing": "error", "attention": "warning", "ok": "good"}
"""How each state of health sounds, the worst first."""


def worst_first(partners: Sequence[Json]) -> Sequence[Json]:
    """Who needs somebody stands before the others; among those, by name."""
    order = list(TONES)
    return sorted(partners, key=lambda one: (order.index(one["health"]), str(one["name"]).casefold()))


@dataclass(frozen=True, slots=True)
class Partners:
    """The list."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, and a part of it by what is searched."""
        return [web.get("/partners", self.shell.page(self._list))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        q, only = visit.request.query.get("q", "").strip(), visit.request.query.get("only", "")
        known = worst_first((await self.shell.ask(visit, "partners.list"))["items"])
        needing = [one for one in known if one["health"] != "ok"]
        shown = needing if only == "needing" else known
        return self.shell.render(
            visit,
            "partners.html",
            screen="partners",
            partners=[one for one in shown if q.casefold() in f"{one['id']} {one['name']}".casefold()],
            tones=TONES,
            may_add=self.shell.asking.may(visit.who, "partners.propose"),
            q=q,
            only=only,
            views=[
                ("all", len(known), link("/partners", q=q)),
                ("needing", len(needing), link("/partners", q=q, only="needing")),
            ],
        )
