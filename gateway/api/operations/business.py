"""How the business stands: orders, shipments, receipts, stock, and how much of it people had to touch."""

from datetime import datetime

from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.business import business
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class BusinessAsked(Asked):
    """Everything at one look."""


class FailureAge(Told):
    """For how long the oldest failure of a stage has been open."""

    stage: str
    seconds: float


class Business(Told):
    """What waits, with since when: orders that are not closed, not released to a warehouse, not allocated, released and not
    acknowledged by the warehouse; shipments that Odoo does not have yet (`unbooked`) or no carrier confirmed; receipts that could
    not be delivered; posts to subscribers that were given up, and what applications said that nobody understood
    (`webhooks_failed`); stock items that differ. And how it went: seconds from receipt to release in the last day, until half of
    the suppliers' answers came and the share of orders that no person touched in the last week, replays in the last day.
    """

    now: datetime
    orders_open: int
    orders_open_since: datetime | None
    orders_unreleased: int
    orders_unreleased_since: datetime | None
    orders_unallocated: int
    orders_unallocated_since: datetime | None
    orders_unacknowledged: int
    orders_unacknowledged_since: datetime | None
    shipments_unbooked: int
    shipments_unbooked_since: datetime | None
    shipments_unconfirmed: int
    shipments_unconfirmed_since: datetime | None
    receipts_failed: int
    webhooks_failed: int
    stock_differences: int
    stock_items: int
    stock_mismatch: float | None
    order_to_warehouse_p50: float | None
    order_to_warehouse_p95: float | None
    supplier_answer_p50: float | None
    replayed: int
    orders: int
    orders_touched: int
    untouched: float | None
    failure_ages: tuple[FailureAge, ...]


async def _business(office: Office, _caller: Caller, _asked: BusinessAsked) -> Business:
    return Business.model_validate(await business(office))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="business", method="GET", path="/business", right=Right.SEE, asked=BusinessAsked, run=_business,
        answers=Business, slow=True, summary="Show how orders, shipments, receipts and stock stand, and how they went lately.",
    ),
)  # fmt: skip
