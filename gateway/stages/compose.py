"""Compose: drafts of interchanges become final bytes under control numbers.

Bodies are rendered before; here, last in a transaction, counters are advanced in key order and the envelopes filled.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from gateway.domain.agreement import Agreement
from gateway.domain.control_number import group_scope, interchange_scope, on_the_wire
from gateway.domain.record import DeliveryRow, OutboundDocumentRow, OutboundRow
from gateway.domain.storable import storable_key
from gateway.ports import SettlementSession
from translators import registry
from translators.contract import OutboundInterchange
from translators.errors import NotWritable

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """An interchange to number and seal. `type` is what it holds, for people and file names (`997`, `CONTRL`).

    `documents` are those of ours that stand in it, in the order of its groups; acknowledgements have none.
    """

    id: UUID
    transmission: UUID
    partner: str | None
    type: str
    outbound: OutboundInterchange
    documents: tuple["DraftDocument", ...] = ()


@dataclass(frozen=True, slots=True)
class DraftDocument:
    """A canonical document in a draft, with the agreement under which it goes and its business keys."""

    id: UUID
    name: str
    version: str
    agreement: Agreement
    keys: tuple[str, ...]


@dataclass(slots=True)
class Composed:
    """Interchanges that were sealed, and what stands in them."""

    outbounds: list[OutboundRow] = field(default_factory=list)
    documents: list[OutboundDocumentRow] = field(default_factory=list)


async def compose(session: SettlementSession, drafts: Sequence[Draft], *, prepared: datetime) -> Composed:
    """Number and seal drafts in the transaction of `session`, which holds the counters until it commits."""
    composed = Composed()
    wanted = Counter(scope for draft in drafts for scope in _scopes(draft.outbound))
    if not wanted:
        return composed
    last = await session.take_control_numbers(wanted)
    counts = {scope: last[scope] - wanted[scope] for scope in wanted}
    for draft in drafts:
        numbers = []
        for scope in _scopes(draft.outbound):
            counts[scope] += 1
            numbers.append(on_the_wire(counts[scope], draft.outbound.family))
        composed.outbounds.append(_sealed(draft, numbers, prepared))
        composed.documents += _documents(draft, numbers[1:])
    return composed


def transmit(
    outbound: UUID,
    *,
    transmission: UUID,
    partner: str,
    channel: str,
    test: bool,
    new_id: Callable[[], UUID],
    agreement: str | None = None,
) -> DeliveryRow:
    """The delivery of a sealed interchange to a partner's channel, under the terms of an agreement where it has documents."""
    return DeliveryRow(
        id=new_id(),
        transmission=transmission,
        document=None,
        outbound=outbound,
        partner=partner,
        route=None,
        target=channel,
        action="transmit",
        idempotency_key=outbound.hex,
        test=test,
        options="{}",
        priority=0,
        sequence_key=None,
        after=None,
        state="waiting",
        agreement=agreement,
    )


def why_not_sealed(outbound: OutboundInterchange) -> str:
    """Why an interchange cannot be sealed (an identity does not fit, say); empty when it can. Asked before it is numbered."""
    try:
        registry.seal(outbound, control_number=1, group_numbers=[1] * len(outbound.groups), prepared=_ANY_TIME)
    except NotWritable as error:
        return str(error)
    return ""


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


def _documents(draft: Draft, group_numbers: Sequence[int]) -> list[OutboundDocumentRow]:
    """What stands in a draft, in the order of its groups, by the numbers it was sealed under."""
    if not draft.documents:
        return []
    outbound = draft.outbound
    places = [
        (group, number, reference)
        for group, number, references in zip(outbound.groups, group_numbers, outbound.references(), strict=True)
        for reference in references
    ]
    return [
        OutboundDocumentRow(
            outbound=draft.id,
            ordinal=ordinal,
            document=document.id,
            group_id=group.functional_id,
            group_number=str(number) if group.functional_id else "",
            control_number=reference,
            type=document.agreement.type,
            version=document.version,
            name=document.name,
            partner=draft.partner,
            agreement=document.agreement.id,
            keys=tuple(storable_key(key) for key in document.keys),
        )
        for ordinal, (document, (group, number, reference)) in enumerate(zip(draft.documents, places, strict=True), 1)
    ]
