"""Compose: drafts of interchanges become final bytes under control numbers.

Bodies are rendered before; here, last in a transaction, counters are advanced in key order and the envelopes filled.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.domain.control_number import group_scope, interchange_scope, on_the_wire
from gateway.domain.record import OutboundRow
from gateway.ports import SettlementSession
from translators import registry
from translators.contract import OutboundInterchange


@dataclass(frozen=True, slots=True)
class Draft:
    """An interchange to number and seal. `type` is what it holds, for people and file names (`997`, `CONTRL`)."""

    id: UUID
    transmission: UUID
    partner: str | None
    type: str
    outbound: OutboundInterchange


async def compose(session: SettlementSession, drafts: Sequence[Draft], *, prepared: datetime) -> list[OutboundRow]:
    """Number and seal drafts in the transaction of `session`, which holds the counters until it commits."""
    wanted = Counter(scope for draft in drafts for scope in _scopes(draft.outbound))
    if not wanted:
        return []
    last = await session.take_control_numbers(wanted)
    counts = {scope: last[scope] - wanted[scope] for scope in wanted}
    rows = []
    for draft in drafts:
        numbers = []
        for scope in _scopes(draft.outbound):
            counts[scope] += 1
            numbers.append(on_the_wire(counts[scope], draft.outbound.family))
        rows.append(_sealed(draft, numbers, prepared))
    return rows


def _scopes(outbound: OutboundInterchange) -> list[str]:
    return [interchange_scope(outbound), *(group_scope(outbound, group) for group in outbound.groups)]


def _sealed(draft: Draft, numbers: Sequence[int], prepared: datetime) -> OutboundRow:
    outbound = draft.outbound
    number, *groups = numbers
    return OutboundRow(
        id=draft.id,
        transmission=draft.transmission,
        partner=draft.partner,
        family=outbound.family.value,
        type=draft.type,
        sender=str(outbound.sender),
        receiver=str(outbound.receiver),
        control_number=str(number),
        test=outbound.test,
        bytes=registry.seal(outbound, control_number=number, group_numbers=groups, prepared=prepared),
    )
