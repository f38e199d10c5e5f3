"""What was shipped together: so that a carrier, who knows no order lines, says what has arrived by the names of packages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gateway.domain.order.milestone import Link
from gateway.domain.order.quantities import ZERO

_WHOLE = "shipment"
_PIECES = frozenset({"package", "tracking"})


@dataclass(frozen=True, slots=True)
class Portion:
    """So much of a line (by its key), and the names of the package that it is in, where they are known."""

    line: str
    quantity: Decimal
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shipment:
    """What one statement says was shipped, by whose voice. `arrived` are places in `portions`, `seen` packages that arrived."""

    voice: str
    names: frozenset[tuple[str, str]]
    portions: tuple[Portion, ...]
    arrived: frozenset[int] = frozenset()
    seen: frozenset[str] = field(default=frozenset())

    def holds(self, names: Collection[tuple[str, str]]) -> frozenset[int]:
        """The portions that names mean: those in the packages that are named, all where the shipment itself or its only
        package is, none where it is not known what is in a package.
        """
        every = frozenset(range(len(self.portions)))
        pieces = {value for kind, value in names if kind in _PIECES}
        known = self._pieces()
        if any(name in self.names for name in names if name[0] == _WHOLE) or len(known) <= 1:
            return every
        contents = frozenset(place for place, portion in enumerate(self.portions) if portion.packages & pieces)
        if contents or any(portion.packages for portion in self.portions):
            return contents
        return every if known <= (self.seen | pieces) else frozenset()

    def arriving(self, names: Collection[tuple[str, str]]) -> "Shipment":
        """The shipment when what the names mean has arrived. Said again it changes nothing."""
        pieces = {value for kind, value in names if kind in _PIECES}
        return replace(self, arrived=self.arrived | self.holds(names), seen=self.seen | pieces)

    def _pieces(self) -> frozenset[str]:
        """The packages by the name that a carrier calls them by: their tracking numbers, else their serial numbers."""
        tracked = frozenset(value for kind, value in self.names if kind == "tracking")
        return tracked or frozenset(value for kind, value in self.names if kind == "package")


def names_of(links: Iterable[Link]) -> frozenset[tuple[str, str]]:
    """What links say of shipments and packages. Within one order a name means the same whoever uses it."""
    return frozenset((link.kind, link.value) for link in links if link.kind == _WHOLE or link.kind in _PIECES)


def arrived_by_line(shipments: Iterable[Shipment]) -> Mapping[tuple[str, str], Decimal]:
    """How much has arrived of each line (by its key), as each voice that told of shipments has it."""
    sums: dict[tuple[str, str], Decimal] = {}
    for shipment in shipments:
        for place in shipment.arrived:
            portion = shipment.portions[place]
            key = (portion.line, shipment.voice)
            sums[key] = sums.get(key, ZERO) + portion.quantity
    return sums
