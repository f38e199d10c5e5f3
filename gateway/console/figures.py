"""Figures over time, as charts and as tables: how much, how fast, how long partners take, whose messages fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.bootstrap.charts import SPANS
from gateway.console.overview import tiles_of
from gateway.console.shell import Shell
from gateway.console.visit import Visit
from gateway.errors import DependencyUnavailable

Json = Mapping[str, Any]

BUSINESS: Final[Mapping[str, str]] = {
    "orders_open": "/orders",
    "orders_unreleased": "/orders?state=received+validated+accepted+allocated+held+back_ordered",
    "orders_unallocated": "/orders?state=accepted+back_ordered",
    "orders_unacknowledged": "/orders?state=released",
    "shipments_unbooked": "/messages?q=document%3Awarehouse_shipment",
    "shipments_unconfirmed": "/orders?state=shipped+partly_shipped",
    "receipts_failed": "/dead-letters",
    "webhooks_failed": "/dead-letters",
    "stock_differences": "/reconciliation",
}
"""What waits for something in the business, with the list that shows it."""
COURSE: Final[Mapping[str, tuple[str, str]]] = {
    "order_to_warehouse_p50": ("second", "/orders?state=released"),
    "order_to_warehouse_p95": ("second", "/orders?state=released"),
    "supplier_answer_p50": ("second", "/acknowledgements"),
    "stock_mismatch": ("share", "/reconciliation"),
    "untouched": ("share", "/orders"),
    "replayed": ("", "/batches"),
}
"""How it went: the unit, and the list behind it."""

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
        business = await self._asked(visit, "business")
        most = max((one["failed"] for one in (counted["failures"] or {}).get("partners", ())), default=0)
        return self.shell.render(
            visit, "figures.html", screen="figures", span=span, spans=SPANS, most=most, business=business,
            tiles=tiles_of(business, BUSINESS) if business else (), course=COURSE, **counted,
        )  # fmt: skip

    async def _counted(self, visit: Visit, name: str, span: str) -> Json | None:
        """The figures of one chart."""
        return await self._asked(visit, f"figures.{name}", range=span)

    async def _asked(self, visit: Visit, name: str, **members: object) -> Json | None:
        """Figures; None where counting takes too long: the others are shown."""
        try:
            told: Json = await self.shell.ask(visit, name, **members)
        except DependencyUnavailable:
            return None
        return told
