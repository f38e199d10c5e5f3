"""An order to a warehouse, opened: what it is known by, whose it is, what it wants. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gateway.domain.document_path import Json
from gateway.domain.release.facts import Demand
from gateway.domain.release.parts import PartLine
from gateway.domain.release.reading import list_in, map_in, names_in, number_in
from gateway.domain.storable import storable_key

ZERO = Decimal(0)
_SAME = ("transfer", "warehouse_order")
"""Attributes, and kinds of references, by which an order and its changes say that they are about the same."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a warehouse order says of itself. `subject` is what it and its changes have in common; `names` are those that other
    systems have for the customer's order.
    """

    number: str
    subject: str
    purpose: str
    order_number: str | None
    names: tuple[str, ...]
    demands: tuple[Demand, ...]


def opened(document: Mapping[str, Json]) -> Opened:
    """Read a canonical `warehouse_order` in its JSON form."""
    number = storable_key(str(document.get("number") or ""))
    references = [one for one in list_in(document.get("references")) if one.get("number")]
    attributes = map_in(document.get("attributes"))
    same = [str(attributes[name]) for name in _SAME if attributes.get(name)]
    same += [str(one["number"]) for kind in _SAME for one in references if one.get("kind") == kind]
    order = map_in(document.get("order"))
    lines = list_in(document.get("lines"))
    order = order or next((of_line for line in lines if (of_line := map_in(line.get("order")))), {})
    named = str(order["number"]) if order.get("number") else None
    if named is not None and order.get("release"):
        named = f"{named}/{order['release']}"
    return Opened(
        number=number,
        subject=storable_key(same[0]) if same else number,
        purpose=str(document.get("purpose") or "original"),
        order_number=None if named is None else storable_key(named),
        names=tuple(storable_key(str(one["number"])) for one in references if one.get("kind") == "seller_order"),
        demands=tuple(_demands(lines)),
    )


def remaining(demands: Iterable[Demand], parts: Iterable[PartLine]) -> tuple[Demand, ...]:
    """What is still to be released, when so much was and stands."""
    given: dict[int, Decimal] = {}
    for line in parts:
        given[line.place] = given.get(line.place, ZERO) + line.stands
    left = ((demand, demand.quantity - given.get(demand.place, ZERO)) for demand in demands)
    return tuple(replace(demand, quantity=quantity) for demand, quantity in left if quantity > ZERO)


def part_of(document: Mapping[str, Json], goods: Mapping[int, Decimal], *, number: str) -> dict[str, Json]:
    """The document for so much of its lines, by their places, under a number of its own."""
    stated = list_in(document.get("lines"))
    shares = {
        line.get("number"): goods[place] / whole
        for place, line in enumerate(stated)
        if place in goods and (whole := _quantity(line))
    }
    lines: list[Json] = []
    for place, line in enumerate(stated):
        much = goods.get(place)
        if much is None and line.get("part_of") in shares:  # what a kit is made of goes with it
            much = (_quantity(line) or ZERO) * shares[line["part_of"]]
        if much is not None:
            lines.append({**line, "quantity": {**map_in(line.get("quantity")), "value": f"{much.normalize():f}"}})
    return {**document, "number": number, "lines": lines}


def addressed_to(document: Mapping[str, Json], identifiers: Mapping[str, str]) -> dict[str, Json]:
    """The document for another warehouse than the one it was written for."""
    others = {name: value for name, value in document.items() if name not in ("warehouse", "ship_from")}
    return {**others, "warehouse": {"identifiers": dict(identifiers)}} if identifiers else others


def _quantity(line: Mapping[str, Json]) -> Decimal | None:
    return number_in(map_in(line.get("quantity")).get("value"))


def _demands(lines: Iterable[Mapping[str, Any]]) -> Iterable[Demand]:
    """What each line wants; the number is the customer's where the line names it. Components of kits are part of their line."""
    for place, line in enumerate(lines):
        quantity = map_in(line.get("quantity"))
        value = number_in(quantity.get("value"))
        if value is None or value <= ZERO or line.get("part_of") is not None:
            continue
        ordered = map_in(line.get("order")).get("line")
        number = str(ordered or line.get("number") or place + 1)
        yield Demand(place, number, tuple(names_in(line.get("item"))), value, quantity.get("unit"), ordered)
