"""Orders that will likely be late, with the reason, and for each customer a text to be sent."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from gateway.console.orders import LIKELY_LATE, order_sides, state_phrase, step_text
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.visit import Visit


@dataclass(frozen=True, slots=True)
class LikelyLate:
    """The list, those of one partner or of all."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """Before the page of one order, which takes any other name for an id."""
        return [web.get(LIKELY_LATE, self.shell.page(self._list))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        partner, texts = visit.request.query.get("partner", "").strip(), visit.texts
        found = await self.shell.ask(visit, "orders.likely_late", partner=tuple(partner.split()) or None)
        options = [part for one in partner.split() for part in ("--partner", one)]
        return self.shell.render(
            visit,
            "likely_late.html",
            screen="orders",
            side="likely_late",
            sides=order_sides(self.shell, visit),
            partner=partner,
            rows=[(one, link("/orders", one["id"]), state_phrase(texts, one["state"])) for one in found["orders"]],
            summaries=found["summaries"],
            looked_at=found["looked_at"],
            step=lambda name: step_text(texts, name),
            command=shlex.join(["gateway", "orders", "--likely-late", *options]),
        )
