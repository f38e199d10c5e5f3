"""Prices that were confirmed, compared with those that were ordered."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from gateway.domain.document_path import Json
from gateway.domain.order.line import line_key
from gateway.domain.release.reading import list_in, map_in, number_in

_ONE = Decimal(1)


def differences(order: Mapping[str, Json], confirmed: Mapping[str, Json], tolerance: Decimal) -> list[str]:
    """In words, each line whose confirmed price differs from the ordered one by more than a share of it.

    `order` and `confirmed` are canonical documents in their JSON form; lines without a price on either side say nothing.
    """
    ordered = dict(_prices(order))
    found = []
    for line, (price, currency) in _prices(confirmed):
        if line not in ordered:
            continue
        before, was = ordered[line]
        if was and currency and was != currency:
            found.append(f"line {line}: ordered in {was}, confirmed in {currency}")
        elif abs(price - before) > abs(before) * tolerance:
            found.append(f"line {line}: ordered at {_figure(before)}, confirmed at {_figure(price)}{_share(before, price)}")
    return found


def _prices(document: Mapping[str, Json]) -> Iterator[tuple[str, tuple[Decimal, str | None]]]:
    """The price of one unit of each line, by the number of the customer's line."""
    for place, line in enumerate(list_in(document.get("lines")), 1):
        price = map_in(line.get("price"))
        for response in list_in(line.get("responses")):  # an answer says it where it differs
            price = map_in(response.get("price")) or price
        number = map_in(line.get("order")).get("line") or line.get("number") or str(place)
        amount, basis = number_in(price.get("amount")), number_in(map_in(price.get("basis")).get("value"))
        if amount is not None:
            yield line_key(str(number)), (amount / (basis or _ONE), price.get("currency"))


def _share(before: Decimal, after: Decimal) -> str:
    return f" ({(after - before) / before * 100:+.1f} %)" if before else ""


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"
