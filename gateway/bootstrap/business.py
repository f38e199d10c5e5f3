"""How the business stands: for people, and for Prometheus."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from gateway.bootstrap.office import Where, opened
from gateway.config.snapshot import Snapshot
from gateway.domain.application import OdooConnection
from gateway.operations.reconcile import STAGE
from gateway.ports import Json, Observer
from gateway.store.business import BusinessFigures
from gateway.store.database import Database

WAITING: Final = (
    "orders_open",
    "orders_unreleased",
    "orders_unallocated",
    "orders_unacknowledged",
    "shipments_unbooked",
    "shipments_unconfirmed",
    "receipts_failed",
    "webhooks_failed",
    "stock_differences",
)
"""What waits for something, by its names in the answer and in `edi_business_waiting`."""


async def business(where: Where) -> Json:
    """What waits with its oldest, how it went lately, and the ages of failures by stage."""
    async with opened(where) as office:
        return await _counted(office.database, office.snapshot)


async def _counted(database: Database, snapshot: Snapshot) -> Json:
    figures = BusinessFigures(database)
    standing = await figures.standing(
        books=[one.id for one in snapshot.applications.values() if isinstance(one.connection, OdooConnection)],
        applications=list(snapshot.applications),
        stock=[agreed.id for agreed in snapshot.reconciliations if agreed.what == "stock"],
        stage=STAGE,
    )
    course = await figures.course()
    orders, items = course["orders"], standing["stock_items"]
    ages = await figures.failure_ages()
    return {
        **standing,
        **course,
        "stock_mismatch": standing["stock_differences"] / items if items else None,
        "untouched": (orders - course["orders_touched"]) / orders if orders else None,
        "failure_ages": [{"stage": stage, "seconds": seconds} for stage, seconds in sorted(ages.items())],
    }


class MeasureBusiness:
    """The round that tells Prometheus how the business stands."""

    def __init__(self, database: Database, configuration: Callable[[], Snapshot], observer: Observer) -> None:
        self._database, self._configuration, self._observer = database, configuration, observer
        self._stages: set[str] = set()

    async def round(self) -> int:
        """Measure; answers how much waits."""
        found = await _counted(self._database, self._configuration())
        now: datetime = found["now"]
        for what in WAITING:
            since = found.get(f"{what}_since")
            self._observer.gauge("edi_business_waiting", found[what], what=what)
            self._observer.gauge("edi_business_oldest_seconds", (now - since).total_seconds() if since else 0.0, what=what)
        self._tell_course(found)
        self._tell_ages({one["stage"]: one["seconds"] for one in found["failure_ages"]})
        return sum(found[what] for what in WAITING)

    def _tell_course(self, found: Json) -> None:
        """What is not known (nothing came) is told as nothing wrong."""
        gauge = self._observer.gauge
        gauge("edi_order_to_warehouse_seconds", found["order_to_warehouse_p50"] or 0.0, share="0.5")
        gauge("edi_order_to_warehouse_seconds", found["order_to_warehouse_p95"] or 0.0, share="0.95")
        gauge("edi_supplier_answer_seconds", found["supplier_answer_p50"] or 0.0)
        gauge("edi_stock_mismatch_ratio", found["stock_mismatch"] or 0.0)
        gauge("edi_orders_untouched_ratio", 1.0 if found["untouched"] is None else found["untouched"])
        gauge("edi_replays_day", found["replayed"])

    def _tell_ages(self, ages: Mapping[str, float]) -> None:
        for stage in self._stages | ages.keys():
            self._observer.gauge("edi_failure_oldest_seconds", ages.get(stage, 0.0), stage=stage)
        self._stages |= ages.keys()
