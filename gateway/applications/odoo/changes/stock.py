"""Stock of Odoo → inventory report for a partner, at fixed times. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from gateway.applications.odoo.changes.facts import Lookup
from gateway.applications.odoo.changes.parts import outgoing, product_item
from gateway.applications.odoo.changes.values import Row, quantity, related, related_name
from gateway.domain.odoo_changes import StockReport
from gateway.ports.hearing import Notice
from translators.canonical.inventory_report import InventoryLine, InventoryReport, Stock, StockStatus
from translators.canonical.parts import Location

DOCUMENT = "inventory_report"


def due_slot(report: StockReport, now: datetime) -> datetime:
    """The latest time at or before now when a report was to be made: by the hour of the day, or every so many hours (UTC)."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (now - midnight).total_seconds()
    return midnight + report.every * int(passed // report.every.total_seconds())


def subject_of(report: StockReport) -> str:
    """Under which name a partner's reports are counted."""
    return f"inventory_report:{report.partner}"


def slot_key(report: StockReport, slot: datetime) -> str:
    """The key of the notice of a report: the same for whoever makes it."""
    return f"{subject_of(report)}:{slot:%Y-%m-%dT%H-%M}"


def stock_notice(report: StockReport, slot: datetime, now: datetime, quants: Iterable[Row], lookup: Lookup) -> Notice:
    """The report of a time: what is on hand, reserved and available of each product, by location where that is wanted."""
    sums: dict[tuple[int, str], list[Decimal]] = {}
    for quant in quants:
        place = related_name(quant, "location_id") if report.by_location else ""
        entry = sums.setdefault((related(quant, "product_id") or 0, place), [Decimal(0), Decimal(0)])
        entry[0] += quantity(quant, "quantity")
        entry[1] += quantity(quant, "reserved_quantity")
    moment = now.replace(microsecond=0)
    lines = [
        line
        for place, (key, (on_hand, reserved)) in enumerate(sorted(sums.items()), 1)
        if (line := _line(str(place), key, on_hand, reserved, report, lookup)) is not None
    ]
    document = InventoryReport(number=f"{report.partner}-{slot:%Y%m%d%H%M}", issued=moment, as_of=moment, lines=lines)
    return Notice(slot_key(report, slot), (outgoing(report.partner, document),))


def _line(
    number: str, key: tuple[int, str], on_hand: Decimal, reserved: Decimal, report: StockReport, lookup: Lookup
) -> InventoryLine | None:
    product = lookup.products.get(key[0])
    if product is None:
        return None
    item = product_item(product)
    if not item.identifiers:
        return None
    unit = lookup.unit(product, "uom_id")
    available = max(on_hand - reserved - report.buffer, Decimal(0))
    stated: Mapping[StockStatus, Decimal] = (
        {StockStatus.ON_HAND: on_hand, StockStatus.RESERVED: reserved, StockStatus.AVAILABLE: available}
        if report.show == "all"
        else {StockStatus.AVAILABLE: available}
    )
    return InventoryLine(
        number=number,
        item=item,
        location=Location(kind="bin", name=key[1]) if key[1] else None,
        stock=[Stock(status=status, quantity=unit.quantity(value)) for status, value in stated.items()],
    )
