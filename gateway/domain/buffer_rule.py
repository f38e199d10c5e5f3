"""The rule `buffer`: what a channel of sales is not told of the stock there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.domain.availability import Buffer
from gateway.domain.document_path import DocumentPath, Json, parse_path
from gateway.domain.release.reading import list_in, map_in, number_in
from gateway.domain.rule import Applied, Failed

_LINES = parse_path("lines")


@dataclass(frozen=True, slots=True)
class BufferRule:
    """Take a buffer off the stock that an inventory report offers: what is available, else what is on hand.

    It is taken off once for each item, however many places it lies at.
    """

    buffer: Buffer
    path: DocumentPath = _LINES

    def apply(self, document: dict[str, Json], _owner: str) -> list[Applied | Failed]:
        """Write what is left; tells each quantity that changed. A document without stock is left as it is."""
        done: list[Applied | Failed] = []
        for place, line in enumerate(list_in(document.get("lines"))):
            offered = [*_offered(line)]
            whole = sum((value for _, _, value in offered), Decimal(0))
            left = self.buffer.taken_from(whole)
            for index, quantity, value in offered:
                share = min(value, left)
                left -= share
                if share != value:
                    path = f"lines[{place}].stock[{index}].quantity.value"
                    done.append(Applied("buffer", path, quantity["value"], f"{share.normalize():f}"))
                    quantity["value"] = f"{share.normalize():f}"
        return done

    def __str__(self) -> str:
        return f"buffer {self.buffer.quantity}"


def _offered(line: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any], Decimal]]:
    """The quantities of a line that a reader may sell: place, quantity, and how much."""
    stated = [*enumerate(list_in(line.get("stock")))]
    told = {one.get("status") for _, one in stated}
    status = "available" if "available" in told else "on_hand"
    for index, one in stated:
        quantity = map_in(one.get("quantity"))
        value = number_in(quantity.get("value")) if one.get("status") == status else None
        if value is not None and value > 0:
            yield index, quantity, value
