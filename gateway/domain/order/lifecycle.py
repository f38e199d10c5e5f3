"""The life of an order's line as one literal table, and how the state of the order follows from its lines.

A row is an event, a column the state before it. A cell is the state after it; `=` stays as it is, `~` comes too early and waits,
`.` contradicts what is known. Events `…_in_part` are those that leave something of the line open.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.domain.lifecycle import Transitions
from gateway.domain.order.milestone import Event

LINE_STATES: Final[Mapping[str, str]] = {
    "rec": "received",
    "val": "validated",
    "acc": "accepted",
    "bck": "back_ordered",
    "alc": "allocated",
    "hld": "held",
    "rel": "released",
    "pkg": "picking",
    "pkd": "picked",
    "pak": "packed",
    "psh": "partly_shipped",
    "shp": "shipped",
    "trn": "in_transit",
    "exc": "delivery_exception",
    "pdl": "partly_delivered",
    "dlv": "delivered",
    "prt": "partly_returned",
    "rtn": "returned",
    "rej": "rejected",
    "can": "cancelled",
}

_GRID: Final = """
event                rec val acc bck alc hld rel pkg pkd pak psh shp trn exc pdl dlv prt rtn rej can
received              =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =
validated            val  =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =
accepted             acc acc  =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =  acc  .
rejected             rej rej rej rej rej rej rej rej rej rej  .   .   .   .   .   .   .   .   =   .
rejected_in_part      =   =   =   =   =   =   =   =   =   =   =   .   .   =   =   .   .   .   .   .
changed               =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =
more_ordered          .   .   .   .   .   .   .   .   .   .   .  psh psh  .   .  pdl pdl pdl rec rec
rest_dropped          .   .   .   .   .   .   .   .   .   .  shp  .   .  dlv dlv  .   .   .   .   .
cancelled            can can can can can can can can can can  .   .   .   .   .   .   .   .   =   =
cancelled_in_part     =   =   =   =   =   =   =   =   =   =   =   .   .   =   =   .   .   .   .   .
allocated            alc alc alc alc  =   =   =   =   =   =   =   =   =   =   =   =   =   =   .   .
allocated_in_part     =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   .   .
back_ordered         bck bck bck  =  bck  =  bck bck bck bck  =   .   .   =   =   .   .   .   .   .
back_ordered_in_part  =   =   =   =   =   =   =   =   =   =   =   .   .   =   =   .   .   .   .   .
held                 hld hld hld hld hld  =  hld hld hld hld  =   .   .   =   =   .   .   .   .   .
released             rel rel rel rel rel rel  =   =   =   =   =   =   =   =   =   =   =   =   .   .
picking              pkg pkg pkg pkg pkg  ~  pkg  =   =   =   =   =   =   =   =   =   =   =   .   .
picked               pkd pkd pkd pkd pkd  ~  pkd pkd  =   =   =   =   =   =   =   =   =   =   .   .
packed               pak pak pak pak pak  ~  pak pak pak  =   =   =   =   =   =   =   =   =   .   .
shipped              shp shp shp shp shp  ~  shp shp shp shp shp  =   =   =   =   =   =   =   .   .
shipped_in_part      psh psh psh psh psh  ~  psh psh psh psh  =   .   .   =   =   .   .   .   .   .
in_transit            ~   ~   ~   ~   ~   ~   ~   ~   ~   ~   =  trn  =  trn  =   =   =   =   .   .
in_transit_in_part    ~   ~   ~   ~   ~   ~   ~   ~   ~   ~   =   .   .  psh  =   =   =   =   .   .
delivery_exception    ~   ~   ~   ~   ~   ~   ~   ~   ~   ~  exc exc exc  =  exc  =   =   =   .   .
delivered             ~   ~   ~   ~   ~   ~   ~   ~   ~   ~   ~  dlv dlv dlv dlv  =   =   =   .   .
delivered_in_part     ~   ~   ~   ~   ~   ~   ~   ~   ~   ~  pdl pdl pdl pdl  =   .   .   .   .   .
returned              ~   ~   ~   ~   ~   ~   ~   ~   ~   ~   ~  rtn rtn rtn rtn rtn rtn  =   .   .
returned_in_part      ~   ~   ~   ~   ~   ~   ~   ~   ~   ~  pdl prt prt  =   =  prt  =   .   .   .
invoiced              =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   =   .   .
"""

NEEDS: Final[Mapping[Event, Event]] = {
    Event.PICKING: Event.RELEASED,
    Event.PICKED: Event.RELEASED,
    Event.PACKED: Event.RELEASED,
    Event.SHIPPED: Event.RELEASED,
    Event.IN_TRANSIT: Event.SHIPPED,
    Event.DELIVERY_EXCEPTION: Event.SHIPPED,
    Event.DELIVERED: Event.SHIPPED,
    Event.RETURNED: Event.SHIPPED,
    Event.CLOSED: Event.DELIVERED,
}
"""What an event waits for that comes too early."""

IN_PART: Final = "_in_part"


def _cells() -> Iterator[tuple[str, str, str]]:
    """Each cell of the grid: state before, event, what stands there."""
    head, *rows = (line.split() for line in _GRID.strip().splitlines())
    for event, *cells in rows:
        for before, cell in zip(head[1:], cells, strict=True):
            yield LINE_STATES[before], event, cell


LINE: Final[Transitions] = {
    (before, event): before if cell == "=" else LINE_STATES[cell] for before, event, cell in _cells() if cell not in "~."
}
"""(state, event) -> state. What is neither here nor early is a contradiction."""

EARLY: Final[frozenset[tuple[str, str]]] = frozenset((before, event) for before, event, cell in _cells() if cell == "~")
"""What is not possible yet and may become so."""

GONE: Final = frozenset({"rejected", "cancelled"})
"""States of lines of which nothing comes."""
_ARRIVED: Final = frozenset({"delivered", "partly_returned", "returned"})
_ON_THE_WAY: Final = frozenset({"shipped", "in_transit"})
_BEGUN: Final = _ARRIVED | _ON_THE_WAY | {"partly_shipped", "partly_delivered", "delivery_exception"}
_PREPARING: Final = (
    "received",
    "validated",
    "back_ordered",
    "accepted",
    "allocated",
    "released",
    "picking",
    "picked",
    "packed",
)
"""States before anything is shipped; an order is as far as its last line."""

ORDER_STATES: Final = (
    "expected",
    *LINE_STATES.values(),
    "invoiced",
    "paid",
    "refunded",
    "closed",
)
"""What an order may be. `expected`: something was said of it before it came."""

DONE: Final = _ARRIVED | GONE
"""States of lines that nothing more is to come of."""


_USUAL: Final = (Event.RECEIVED, Event.ACCEPTED, Event.SHIPPED, Event.DELIVERED, Event.INVOICED, Event.PAID)
"""The steps of an order that nothing happens to."""
_ENDED: Final = frozenset({"rejected", "cancelled", "returned", "refunded", "closed"})


def missing_steps(state: str, done: Collection[str]) -> list[str]:
    """The usual steps that are still to come; what is accepted late, or never said to be, is not missed once it was shipped.

    What came back had been delivered.
    """
    if state in _ENDED:
        return []
    done = {*done, Event.DELIVERED} if Event.RETURNED in done else done
    places = [place for place, step in enumerate(_USUAL) if step in done]
    return [step.value for place, step in enumerate(_USUAL) if step not in done and place > max(places, default=-1)]


@dataclass(frozen=True, slots=True)
class Awaits:
    """What orders whose next step is a certain one have in common: any of `done` has happened to them, nothing of `undone` has,
    and they are in none of the states `ended`.
    """

    done: Sequence[str]
    undone: Sequence[str]
    ended: Sequence[str]


NEXT_STEPS: Final = tuple(step.value for step in _USUAL[1:])
"""What may be the first of the steps that are missing."""


def awaits(step: str) -> Awaits:
    """Orders of which this is the first of the missing steps, as `missing_steps` tells them."""
    place = _USUAL.index(Event(step))
    done, undone = _told_by(_USUAL[place - 1]), [each for later in _USUAL[place:] for each in _told_by(later)]
    return Awaits(done, undone, sorted(_ENDED))


def _told_by(step: Event) -> list[str]:
    """What tells that a step was done: what came back had been delivered."""
    return [step.value, Event.RETURNED.value] if step is Event.DELIVERED else [step.value]


def order_state(lines: Collection[str], facts: Collection[Event], *, invoiced: bool) -> str:
    """The state of an order from those of its lines and what was said of the whole. `invoiced`: all that was shipped is.

    It is as far as its last line while it is prepared, and says in part as soon as some of it is further. Money comes after the
    goods: an order that was paid in advance is paid when it has arrived.
    """
    if Event.RECEIVED not in facts:
        return "expected"
    if Event.CLOSED in facts:
        return "closed"
    live = [state for state in lines if state not in GONE]
    if not live:
        if Event.REFUNDED in facts:
            return "refunded"
        return "received" if not lines else "cancelled" if "cancelled" in lines else "rejected"
    if all(state in _ARRIVED for state in live):
        return _arrived(live, facts, invoiced=invoiced)
    return _under_way(live) if any(state in _BEGUN for state in live) else _prepared(live)


def _arrived(live: Iterable[str], facts: Collection[Event], *, invoiced: bool) -> str:
    """Everything has arrived: what comes back, then the money, decides."""
    states = set(live)
    if Event.REFUNDED in facts:
        return "refunded"
    if states == {"returned"}:
        return "returned"
    if states & {"returned", "partly_returned"}:
        return "partly_returned"
    if invoiced and Event.PAID in facts:
        return "paid"
    return "invoiced" if invoiced else "delivered"


def _under_way(live: Collection[str]) -> str:
    """Something was shipped, not everything has arrived."""
    if "delivery_exception" in live:
        return "delivery_exception"
    if any(state in _ARRIVED or state == "partly_delivered" for state in live):
        return "partly_delivered"
    if all(state in _ON_THE_WAY for state in live):
        return "in_transit" if "in_transit" in live else "shipped"
    return "partly_shipped"


def _prepared(live: Collection[str]) -> str:
    """Nothing was shipped."""
    return "held" if "held" in live else min(live, key=_PREPARING.index)
