"""The rows of the order process that stages hand to the store, in the order of the row types in the migrations."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import orjson

from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.storable import storable, storable_json, storable_key


class OrderEventRow(NamedTuple):
    """A milestone as it was heard, with what became of it. `names` are those its order could be found by, while it has none.

    `state` is one of `ORDER_EVENT`. It is looked at again at `look_at`, and may wait until `due_at`.
    """

    id: UUID
    trade_order: UUID | None
    source: str
    key: str
    event: str
    partner: str | None
    number: str | None
    test: bool
    occurred: datetime | None
    version: int | None
    lines: str
    total: bool
    links: str
    document: UUID | None
    transmission: UUID | None
    reason: str | None
    names: tuple[str, ...]
    heard_at: datetime | None
    state: str = "heard"
    code: str = ""
    message: str = ""
    needs: str | None = None
    flags: tuple[str, ...] = ()
    look_at: datetime | None = None
    due_at: datetime | None = None


class TradeOrderRow(NamedTuple):
    """An order as it is known now; `lines` and `steps` are JSON."""

    id: UUID
    partner: str
    number: str
    test: bool
    state: str
    version: int
    lines: str
    steps: str


class OrderLinkRow(NamedTuple):
    """The name that a system has for an order or something of it."""

    trade_order: UUID
    system: str
    kind: str
    value: str


class OrderDeadlineRow(NamedTuple):
    """Something that must happen to an order by a time; `state` is one of `ORDER_DEADLINE`."""

    trade_order: UUID
    deadline: str
    due_at: datetime
    state: str
    met_at: datetime | None


class FollowUpRow(NamedTuple):
    """Something to do because a milestone of an order holds; `state` is one of `FOLLOW_UP`, `cover` is JSON.

    `source` and `statement` name what it follows from. It is due, or tried again, at `due_at`; `reference` is what came of it.
    """

    id: UUID
    trade_order: UUID
    rule: str
    kind: str
    key: str
    source: str
    statement: str
    event: str
    ordinal: int
    cover: str
    state: str
    due_at: datetime
    attempts: int = 0
    code: str = ""
    message: str = ""
    reference: str | None = None


class OrderMessageRow(NamedTuple):
    """A milestone to publish after the commit, with its own body."""

    id: UUID
    exchange: str
    routing_key: str
    headers: str
    body: bytes


class NoticeRow(NamedTuple):
    """A milestone that a subscriber gets: a delivery to `target`, in the order of `version` among those of its order."""

    id: UUID
    milestone: UUID
    trade_order: UUID
    version: int
    partner: str
    target: str
    test: bool


class ClockRow(NamedTuple):
    """By how much an event of a source lay ahead of when it was heard; negative is behind."""

    source: str
    ahead: timedelta


def event_row(
    said: Milestone,
    identifier: UUID,
    *,
    heard: datetime | None = None,
    transmission: UUID | None = None,
    order: UUID | None = None,
) -> OrderEventRow:
    """A milestone as a row; text is made storable, keys and numbers are cut to what an index takes."""
    return OrderEventRow(
        id=identifier,
        trade_order=order,
        source=storable_key(said.source),
        key=storable_key(said.key),
        event=said.event.value,
        partner=said.partner,
        number=None if said.number is None else storable_key(said.number),
        test=said.test,
        occurred=said.occurred,
        version=said.version,
        lines=storable_json([_line_json(line) for line in said.lines]),
        total=said.total,
        links=storable_json([[link.system, link.kind, storable_key(link.value)] for link in said.links]),
        document=_uuid(said.document),
        transmission=transmission,
        reason=None if said.reason is None else storable(said.reason)[:2_000],
        names=names_of_order(said),
        heard_at=heard,
    )


def names_of_order(said: Milestone) -> tuple[str, ...]:
    """The names (`kind:value`) by which its order can be found; none are needed where partner and number are known."""
    if said.partner is not None and said.number is not None:
        return ()
    named = [] if said.number is None else [f"order:{storable_key(said.number)}"]
    return tuple(dict.fromkeys([*named, *(f"{link.kind}:{storable_key(link.value)}" for link in said.links)]))


def milestone_of(row: OrderEventRow) -> Milestone:
    """The milestone that a row holds."""
    return Milestone(
        source=row.source,
        key=row.key,
        event=Event(row.event),
        partner=row.partner,
        number=row.number,
        occurred=row.occurred,
        version=row.version,
        lines=tuple(_line(line) for line in orjson.loads(row.lines)),
        total=row.total,
        links=tuple(Link(*link) for link in orjson.loads(row.links)),
        document=None if row.document is None else str(row.document),
        reason=row.reason,
        test=row.test,
    )


def _line_json(line: LineQuantity) -> dict[str, object]:
    said: dict[str, object] = {"line": line.line, "quantity": str(line.quantity), "unit": line.unit, "item": line.item}
    lists = {"also": list(line.also), "packages": list(line.packages)}
    return {name: value for name, value in {**said, **lists}.items() if value not in (None, [])}


def _line(said: dict[str, object]) -> LineQuantity:
    texts = {name: None if said.get(name) is None else str(said[name]) for name in ("line", "unit", "item")}
    also, packages = said.get("also", ()), said.get("packages", ())
    return LineQuantity(
        texts["line"],
        Decimal(str(said["quantity"])),
        texts["unit"],
        texts["item"],
        tuple(map(str, also)) if isinstance(also, list) else (),
        tuple(map(str, packages)) if isinstance(packages, list) else (),
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:  # another system's id: it stands in its links
        return None
