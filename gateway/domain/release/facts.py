"""What is known of an order to a warehouse when it is decided about: the documents, the goods, what people said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gateway.domain.calendar import Calendar
from gateway.domain.document_path import Json
from gateway.domain.order.milestone import Event

NOTHING: Mapping[str, Json] = {}


@dataclass(frozen=True, slots=True)
class Demand:
    """So much of an item, still to be released. `place` is that of the line in the document, from 0; `names` are identifiers.

    `line` is what people call it; `order_line` the number of the customer's line, where the document names it.
    """

    place: int
    line: str
    names: tuple[str, ...]
    quantity: Decimal
    unit: str | None = None
    order_line: str | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """What a warehouse has for a demand. `free` None: it has never told of its stock, so that nobody can say.

    `known`: it has the item's master data, as far as we know. `expected` is when enough will be there.
    """

    free: Decimal | None = None
    known: bool = True
    expected: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """`document` is the order to the warehouse, `order` the customer's order that it serves, `answer` the last answer to that.

    `steps` are the milestones that the customer's order has reached, `approved` the rules that a person has let pass. `goods` are
    by warehouse and place of the demand. `refused` are warehouses that have refused it. `addressed` is the warehouse that the
    document names by its partner. `planned` is when it was to go, as it was decided last.
    """

    document: Mapping[str, Json]
    addressed: str
    demands: tuple[Demand, ...]
    now: datetime
    order: Mapping[str, Json] = field(default_factory=lambda: NOTHING)
    answer: Mapping[str, Json] = field(default_factory=lambda: NOTHING)
    customer: str | None = None
    partner: Mapping[str, Json] = field(default_factory=lambda: NOTHING)
    steps: frozenset[Event] = frozenset()
    approved: frozenset[str] = frozenset()
    goods: Mapping[tuple[str, int], Goods] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    planned: datetime | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    @property
    def variables(self) -> Mapping[str, Mapping[str, Json]]:
        """What conditions are about."""
        return {"document": self.document, "order": self.order, "partner": self.partner}

    def at(self, warehouse: str, demand: Demand) -> Goods:
        """What a warehouse has for a demand."""
        return self.goods.get((warehouse, demand.place), Goods())
