"""What documents say of warehouses' stock and of the items they know: read into levels, for who promises goods. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from gateway.domain.release.reading import list_in, map_in, names_in, number_in
from gateway.domain.release.record import LevelRow
from gateway.ports import Json

ZERO = Decimal(0)
_COMING = ("in_transit", "on_order", "planned")
_PREFERRED = ("gtin", "ean", "upc", "seller")
"""The schemes by which an item is called here first, so that it is called the same in every report."""


def levels(report: Json, *, warehouse: str, document: UUID, at: datetime) -> list[LevelRow]:
    """The stock that a canonical `inventory_report` states: a row for each item, over all places and lots.

    `at` is when it came, for what says no time.
    """
    by_item: dict[str, list[Mapping[str, Any]]] = {}
    names: dict[str, tuple[str, ...]] = {}
    for line in list_in(report.get("lines")):
        known = tuple(sorted(names_in(line.get("item")), key=_rank))
        if known:
            names.setdefault(known[0], known)
            by_item.setdefault(known[0], []).append(line)
    whole = _instant(report.get("as_of"), at) or _instant(report.get("issued"), at) or at
    rows = [_level(warehouse, names[item], lines, document, whole, at) for item, lines in by_item.items()]
    return [row for row in rows if row is not None]


def items(master: Json) -> list[str]:
    """The names of the items that a canonical `item_master` gives, without those that it takes away."""
    given = (line for line in list_in(master.get("lines")) if line.get("action") != "delete")
    return sorted({name for line in given for name in names_in(line.get("item"))})


def _rank(name: str) -> tuple[int, str]:
    scheme = name.partition(":")[0]
    return (_PREFERRED.index(scheme) if scheme in _PREFERRED else len(_PREFERRED)), name


def _level(
    warehouse: str, names: tuple[str, ...], lines: Iterable[Mapping[str, Any]], document: UUID, whole: datetime, at: datetime
) -> LevelRow | None:
    """One item. What is on hand is what the report says, or what is available and reserved; None where it says neither."""
    sums: dict[str, Decimal] = {}
    inbound: list[tuple[str, str | None]] = []
    unit, as_of = None, None
    for line in lines:
        as_of = as_of or _instant(line.get("as_of"), at)
        for status, quantity, stock in _stated(line):
            unit, as_of = unit or quantity.get("unit"), as_of or _instant(stock.get("as_of"), at)
            value = number_in(quantity.get("value")) or ZERO
            if status in _COMING:
                expected = _instant(stock.get("expected"), None)
                inbound.append((str(value), expected.isoformat() if expected else None))
            sums[status] = sums.get(status, ZERO) + value
    free, reserved = sums.get("available"), sums.get("reserved")
    on_hand = sums.get("on_hand", free + (reserved or ZERO) if free is not None else ZERO if "out_of_stock" in sums else None)
    if on_hand is None:
        return None
    if free is not None and (reserved is None or on_hand - reserved != free):
        reserved = on_hand - free  # what is available is what counts, whatever it is made up of
    return LevelRow(
        warehouse, names[0], names, unit, on_hand, reserved, orjson.dumps(inbound).decode(), as_of or whole, document
    )  # fmt: skip


def _stated(line: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    for stock in list_in(line.get("stock")):
        yield str(stock.get("status")), map_in(stock.get("quantity")), stock


def _instant(value: object, now: datetime | None) -> datetime | None:
    """A time out of a document; a day is its end, but nothing is known later than `now`."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) > len("2026-11-21"):
            at = datetime.fromisoformat(value)
            at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        else:
            at = datetime.combine(date.fromisoformat(value), time(), UTC) + timedelta(days=1)
    except ValueError:
        return None
    return min(at, now) if now is not None else at
