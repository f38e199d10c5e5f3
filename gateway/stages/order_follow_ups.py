"""Follow-ups of orders: what is to be done because milestones hold is written by the transaction that judges them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson

from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import FOLLOW_UP, move
from gateway.domain.order.follow_up import Cover, FollowUp, FollowUpRule, follow_ups
from gateway.domain.order.milestone import Event
from gateway.domain.order.process import Judgement, Statement
from gateway.domain.order.record import FollowUpRow
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable, storable_json
from gateway.ports import Configuration
from gateway.ports.orders import HeldOrder, OrderSettlement

STAGE = "follow_up"
WITHDRAWN = "follow-up-withdrawn"
_WITHDRAWN = "Tell whoever got it that it does not hold, or let whoever took back what it followed from say it again."


def settle_follow_ups(
    held: HeldOrder,
    statements: Sequence[Statement],
    judgement: Judgement,
    known: Sequence[FollowUpRow],
    *,
    before: Collection[tuple[str, str]],
    configuration: Configuration,
    owner_of: Callable[[str, str | None], str],
    new_id: Callable[[], UUID],
    now: datetime,
    settlement: OrderSettlement,
) -> None:
    """Write what is to be done from now on, and what is not any more."""
    rules = configuration.process.follow_ups
    if not rules and not known:
        return
    by_id, rows = {rule.id: rule for rule in rules}, {row.id: row for row in known}
    followed = follow_ups(
        statements,
        judgement,
        rules,
        [follow_up_of(row) for row in known],
        partner=held.partner,
        before=before,
        calendars=configuration.calendars,
        now=now,
    )
    settlement.follow_ups += [_row(held, one, new_id()) for one in followed.made]
    for one, event in followed.moved:
        if one.id is None:
            continue
        row = rows[one.id]
        after = _moved(row, one, event, now)
        settlement.follow_ups.append(after)
        owner = owner_of_rule(by_id.get(row.rule), held.partner, owner_of)
        _tell(held, row, after, owner, settlement, new_id)


def follow_up_of(row: FollowUpRow) -> FollowUp:
    """What a row says is to be done."""
    return FollowUp(
        rule=row.rule,
        kind=row.kind,
        statement=(row.source, row.statement),
        event=Event(row.event),
        ordinal=row.ordinal,
        cover=cover_of(row),
        due=row.due_at,
        state=row.state,
        id=row.id,
    )


def cover_of(row: FollowUpRow) -> Cover:
    """How much of what a follow-up is about."""
    stated: Mapping[str, str] = orjson.loads(row.cover)
    return {place: Decimal(quantity) for place, quantity in stated.items()}


def owner_of_rule(rule: FollowUpRule | None, partner: str, owner_of: Callable[[str, str | None], str]) -> str:
    """Who answers for a follow-up."""
    return (rule.owner if rule is not None else None) or owner_of("", partner)


def follow_up_failure(
    row: FollowUpRow, *, code: str, message: str, remedy: str, partner: str, owner: str, new_id: Callable[[], UUID]
) -> FailureRow:
    """The failure of a follow-up; those of one rule, partner and cause are one."""
    return FailureRow(
        id=new_id(),
        fingerprint=follow_up_mark(row, code, partner),
        stage=STAGE,
        code=code,
        partner=partner,
        route=None,
        owner=owner,
        message=storable(message)[:2_000],
        remedy=storable(remedy),
        sample=row.id,
        transmission=row.trade_order,
    )


def follow_up_mark(row: FollowUpRow, code: str, partner: str) -> str:
    """The failure that a follow-up belongs to."""
    return fingerprint(stage=STAGE, code=code, partner=partner, route=row.rule)


def _row(held: HeldOrder, one: FollowUp, identifier: UUID) -> FollowUpRow:
    return FollowUpRow(
        id=identifier,
        trade_order=held.id,
        rule=one.rule,
        kind=one.kind,
        key=one.key,
        source=one.statement[0],
        statement=one.statement[1],
        event=one.event.value,
        ordinal=one.ordinal,
        cover=_cover_json(one.cover),
        state=one.state,
        due_at=one.due,
    )


def _cover_json(cover: Cover) -> str:
    return storable_json({place: str(quantity) for place, quantity in cover.items()})


def _moved(row: FollowUpRow, one: FollowUp, event: str, now: datetime) -> FollowUpRow:
    state = move(FOLLOW_UP, row.state, event)
    after = row._replace(state=state, cover=_cover_json(one.cover))
    match event:
        case "withdrawn":
            return after._replace(code="withdrawn", message="what it follows from does not hold any more")
        case "changed" if row.state == "failed":
            return after._replace(due_at=now, code="", message="")
        case "holds":
            return after._replace(due_at=one.due, code="", message="")
    return after


def _tell(
    held: HeldOrder,
    before: FollowUpRow,
    after: FollowUpRow,
    owner: str,
    settlement: OrderSettlement,
    new_id: Callable[[], UUID],
) -> None:
    """Open the failure of what was done and does not hold any more; end the one of what is over."""
    if before.state == "failed":
        mark = follow_up_mark(before, before.code, held.partner)
        settlement.closed.append((before.id, mark, f"the follow-up is {after.state} by now"))
    if before.state == "withdrawn":
        mark = follow_up_mark(before, WITHDRAWN, held.partner)
        settlement.closed.append((before.id, mark, "what it followed from holds again"))
    if after.state == "withdrawn":
        what = f"{before.rule} was carried out for order {held.number} of {held.partner} ({before.reference or before.kind}), "
        message = f"{what}because {before.source} said that it was {before.event.replace('_', ' ')}. That does not hold any more."
        settlement.failures.append(
            follow_up_failure(
                before, code=WITHDRAWN, message=message, remedy=_WITHDRAWN, partner=held.partner, owner=owner, new_id=new_id
            )
        )
