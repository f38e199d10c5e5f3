"""What was released to a warehouse, line by line, and what the warehouse says it will not ship of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import orjson

from gateway.domain.document_path import Json
from gateway.domain.order.line import line_key
from gateway.domain.release.reading import list_in, map_in, names_in, number_in

ZERO = Decimal(0)
_ALL = Decimal("Infinity")
_NOT_SENT = frozenset({"cancelled", "rejected", "back_ordered", "out_of_stock", "deleted"})
"""What a warehouse says of a line of which nothing more comes from it."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """So much of a line. `place` is that in the document, `line` what people call it, `names` its item's; `order_line` is the
    number of the customer's line, where the document names it.
    """

    place: int
    line: str
    names: tuple[str, ...]
    quantity: Decimal
    refused: Decimal = ZERO
    order_line: str | None = None

    @property
    def stands(self) -> Decimal:
        """What the warehouse is to ship."""
        return self.quantity - self.refused


@dataclass(frozen=True, slots=True)
class Refused:
    """So much of a line is not shipped there; `line` None and no `names`: of every line."""

    line: str | None
    names: tuple[str, ...]
    quantity: Decimal

    def is_about(self, line: PartLine) -> bool:
        """Whether a line is meant: by its number, else by its item, else any."""
        if self.line is not None:
            return line_key(self.line) == line_key(line.line)
        return not self.names or bool(set(self.names) & set(line.names))


EVERYTHING = (Refused(None, (), _ALL),)


def dumped(lines: Iterable[PartLine]) -> str:
    """The lines of a part as they are kept."""
    said = [
        {
            "place": one.place,
            "line": one.line,
            "names": list(one.names),
            "quantity": str(one.quantity),
            "refused": str(one.refused),
            "order_line": one.order_line,
        }
        for one in lines
    ]
    return orjson.dumps(said).decode()


def parsed(text: str) -> tuple[PartLine, ...]:
    """The lines of a part that was kept."""
    return tuple(
        PartLine(
            one["place"], one["line"], tuple(one["names"]), Decimal(one["quantity"]), Decimal(one["refused"]), one["order_line"]
        )
        for one in orjson.loads(text)
    )


def refuse(lines: Sequence[PartLine], refusals: Iterable[Refused]) -> tuple[PartLine, ...]:
    """The lines when so much of them is refused. Said again it changes nothing; the most that was said counts."""
    after = list(lines)
    for refusal in refusals:
        for place, line in enumerate(after):
            if refusal.is_about(line):
                after[place] = replace(line, refused=max(line.refused, min(refusal.quantity, line.quantity)))
    return tuple(after)


def refusals(said: str, lines: Sequence[Mapping[str, Json]], document: Mapping[str, Json]) -> tuple[Refused, ...]:
    """What a warehouse refuses by a milestone (`back_ordered`, `shipped`) and the document that says so.

    A back order without lines is of all of it. A shipment refuses only what it names and does not ship: lines of nothing, and
    those that it calls cancelled. What it is silent of may still come.
    """
    if said == "back_ordered":
        return tuple(_of_milestone(lines)) or EVERYTHING
    if stated := list_in(document.get("lines")):
        return tuple(_of_shipment(stated))
    return tuple(replace(one, quantity=_ALL) for one in _of_milestone(lines) if one.quantity == ZERO)


def _of_milestone(lines: Iterable[Mapping[str, Any]]) -> Iterator[Refused]:
    for line in lines:
        names = [name for name in (line.get("item"), *(line.get("also") or ())) if name]
        yield Refused(line.get("line"), tuple(names), number_in(line.get("quantity")) or ZERO)


def _of_shipment(lines: Iterable[Mapping[str, Any]]) -> Iterator[Refused]:
    for line in lines:
        sent, wanted = (number_in(map_in(line.get(name)).get("value")) for name in ("quantity", "ordered"))
        if sent == ZERO or line.get("status") in _NOT_SENT:
            number = map_in(line.get("order")).get("line") or line.get("number")
            names = tuple(names_in(line.get("item")))
            yield Refused(number, () if number else names, wanted - (sent or ZERO) if wanted is not None else _ALL)
