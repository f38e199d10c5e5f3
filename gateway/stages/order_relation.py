"""Whose order is meant: by partner and number, or by the names that systems have for the order or something of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from gateway.domain.order.milestone import Event
from gateway.domain.order.record import OrderEventRow
from gateway.ports.orders import Found, OrderKey

AMBIGUOUS = "order-ambiguous"
_OF_MANY = frozenset({Event.IN_TRANSIT, Event.DELIVERY_EXCEPTION, Event.DELIVERED, Event.PAID})
"""What is said of a shipment or an invoice is said of every order in it."""


def key_of(row: OrderEventRow) -> OrderKey | None:
    """The order that a milestone names by partner and number."""
    if row.partner is None or row.number is None:
        return None
    return row.partner, row.number, row.test


def names_wanted(rows: Iterable[tuple[int, OrderEventRow]]) -> list[tuple[int, str, str, bool]]:
    """What to look for of milestones that do not name their order: place, kind, value, test."""
    wanted = []
    for place, row in rows:
        for name in row.names:
            kind, _, value = name.partition(":")
            wanted.append((place, kind, value, row.test))
    return wanted


def related(row: OrderEventRow, found: Sequence[Found]) -> Sequence[UUID] | None:
    """The orders that a milestone is about, among those that its names may mean; None when they are several and it is about one.

    A name is first of all what the source itself calls so: two warehouses may number alike. Names of goods and invoices are more
    certain than the number of an order, which several partners may use.
    """
    mine = [one for one in found if row.partner is None or one.partner == row.partner]
    numbered = _meant(row.source, [one for one in mine if one.kind == "order"])
    named = _meant(row.source, [one for one in mine if one.kind != "order"])
    meant = (numbered & named) or numbered or named
    if len(meant) <= 1 or (Event(row.event) in _OF_MANY and not numbered):
        return sorted(meant)
    return None


def _meant(source: str, found: Sequence[Found]) -> set[UUID]:
    """The orders that have a source's own names; those that have anybody's where none has."""
    return {one.order for one in found if one.system == source} or {one.order for one in found}


def about_each(row: OrderEventRow, orders: Sequence[UUID], new_id: Callable[[], UUID]) -> list[OrderEventRow]:
    """A milestone for each order that it is about: the first keeps its name, the others have one of their own."""
    first, *others = orders
    copies = [
        row._replace(id=new_id(), key=f"{row.key[:160]}@{order.hex}", trade_order=order, state="heard", names=())
        for order in others
    ]
    return [row._replace(trade_order=first), *copies]


def by_place(found: Iterable[Found]) -> Mapping[int, list[Found]]:
    """What was found, by who asked."""
    grouped: dict[int, list[Found]] = {}
    for one in found:
        grouped.setdefault(one.place, []).append(one)
    return grouped
