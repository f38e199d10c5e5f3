"""The rows of the gate that stages hand to the store, in the order of the row types in the migrations."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from gateway.domain.failure import fingerprint

STAGE = "process"
OVERDUE = "release-hold-overdue"


class ReleaseRow(NamedTuple):
    """An order to a warehouse at the gate; `id` is that of its document, `state` one of `WAREHOUSE_RELEASE`.

    `subject` is what it has in common with its changes and cancellations, `told` the milestone that was said of it last, `rounds`
    how many parts of it were made. `wants` is JSON: the lines that it asks for. `covered`: other orders have what it asks for.
    """

    id: UUID
    state: str
    purpose: str
    subject: str
    number: str
    order_number: str | None
    trade_order: UUID | None
    customer: str | None
    items: tuple[str, ...]
    rank: int
    look_at: datetime | None
    go_at: datetime | None
    told: str
    rounds: int
    note: str
    wants: str = "[]"
    covered: bool = False


class HoldRow(NamedTuple):
    """Why an order is held; `state` is one of `RELEASE_HOLD`."""

    id: UUID
    release: UUID
    hold: str
    kind: str
    reason: str
    owner: str
    state: str
    due_at: datetime
    actor: str | None = None
    note: str = ""


class PartRow(NamedTuple):
    """What was released to a warehouse; `lines` is JSON: place, line, quantity, and how much of that was refused there."""

    id: UUID
    release: UUID
    ordinal: int
    warehouse: str
    partner: str
    number: str
    transmission: UUID
    lines: str
    state: str
    note: str = ""


class LevelRow(NamedTuple):
    """What a warehouse says of an item; `inbound` is JSON: pairs of a quantity and a time."""

    warehouse: str
    item: str
    names: tuple[str, ...]
    unit: str | None
    on_hand: Decimal
    reserved: Decimal | None
    inbound: str
    as_of: datetime
    document: UUID


class ReservationRow(NamedTuple):
    """So much of an item is kept for a line of an order. `released`: the warehouse was told to ship it."""

    release: UUID
    warehouse: str
    item: str
    place: int
    quantity: Decimal
    released: bool


class PromiseRow(NamedTuple):
    """A promise to a warehouse that a change has made less, by the order that it is counted for since; 0: it is none any more."""

    release: UUID
    warehouse: str
    place: int
    successor: UUID
    successor_place: int
    quantity: Decimal


class ReleasedTransmission(NamedTuple):
    """A document that goes to a warehouse, without its bytes."""

    id: UUID
    partner: str
    name: str
    idempotency_key: str
    sha256: bytes
    size: int
    release: UUID


def overdue_mark(hold: HoldRow, customer: str | None) -> str:
    """The failure of holds of one kind and customer that take too long."""
    return fingerprint(stage=STAGE, code=OVERDUE, partner=customer, route=hold.hold)
