"""Short words for statements about orders, as tests say them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.order.order import Rules
from gateway.domain.order.process import Judgement, Statement, judge

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_numbers = count(1)

Amounts = dict[str, int | str]


def said(
    event: str | Event,
    lines: Amounts | None = None,
    *,
    at: float | None = None,
    by: str = "odoo",
    key: str = "",
    links: Iterable[str] = (),
    total: bool = False,
    version: int | None = None,
    heard: float = 1_000,
    reason: str | None = None,
) -> Statement:
    """A statement. `at` and `heard` are minutes after noon; lines are quantities by number; links as `kind:value`."""
    name = key or f"{event}-{next(_numbers)}"
    milestone = Milestone(
        source=by,
        key=name,
        event=Event(event),
        partner="bigbox",
        number="4711",
        occurred=None if at is None else NOON + timedelta(minutes=at),
        version=version,
        lines=tuple(LineQuantity(line, Decimal(quantity)) for line, quantity in (lines or {}).items()),
        total=total,
        links=tuple(Link(by, *link.split(":", 1)) for link in links),
        reason=reason,
    )
    return Statement(milestone, NOON + timedelta(minutes=heard))


def after(*statements: Statement, rules: Rules | None = None) -> Judgement:
    """What follows from statements."""
    return judge(statements, rules or Rules())


def amounts(judgement: Judgement, line: str = "1") -> dict[str, int]:
    """The quantities of a line that are not nothing."""
    quantities = judgement.order.lines[line].quantities
    found = {name: int(getattr(quantities, name)) for name in quantities.__dataclass_fields__}
    return {name: value for name, value in found.items() if value}


def verdict(judgement: Judgement, statement: Statement) -> str:
    """What became of a statement, with its code."""
    found = judgement.verdicts[statement.name]
    return f"{found.says.value} {found.code}".strip()


def states(judgement: Judgement) -> Sequence[str]:
    """The state of the order, then those of its lines."""
    return [judgement.order.state, *(line.state for line in judgement.order.lines.values())]
