"""Acknowledge: what a partner is owed for an interchange becomes drafts to seal, in the transaction that stores the documents."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.domain.agreement import reply_channel
from gateway.domain.record import AcknowledgementRow, DeliveryRow
from gateway.ports import Configuration
from gateway.stages.compose import Draft, transmit, why_not_sealed
from gateway.stages.judgement import JudgedInterchange
from translators import registry

_CXML = "cXML"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an interchange came: its transmission, the channel, and the configuration that judged it.

    `waited`: the sender waits for the acknowledgement on the connection by which it sent.
    """

    transmission: UUID
    channel: str
    configuration: Configuration
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """An acknowledgement that is owed: the draft to seal, the ledger's row, and the way to the partner if one sends.

    `problem` says why it cannot be written: what the partner sent in its envelope stands in no valid answer.
    """

    draft: Draft
    row: AcknowledgementRow
    delivery: DeliveryRow | None
    problem: str = ""


def owed_for(judged: JudgedInterchange, arrival: Arrival, new_id: Callable[[], UUID]) -> list[Owed]:
    """The acknowledgements the agreement owes for an interchange as it was judged. Never the acknowledgement of one."""
    owed = []
    partner = judged.partner.id if judged.partner else None
    for acknowledgement in registry.acknowledge(judged.interchange):
        outbound = new_id()
        draft = Draft(outbound, arrival.transmission, partner, acknowledgement.type, acknowledgement.outbound)
        row = AcknowledgementRow(
            outbound=outbound,
            transmission=arrival.transmission,
            interchange=judged.id,
            type=acknowledgement.type,
            verdict=acknowledgement.verdict.value,
            explanation=acknowledgement.explanation,
        )
        at_once = acknowledgement.type == _CXML and arrival.waited  # its Response stands in the answer to the request
        delivery = None if at_once else answer_by(outbound, judged, arrival, new_id)
        problem = why_not_sealed(acknowledgement.outbound) if judged.interchange.findings else ""
        owed.append(Owed(draft, row, delivery, problem))
    return owed


def answer_by(outbound: UUID, judged: JudgedInterchange, arrival: Arrival, new_id: Callable[[], UUID]) -> DeliveryRow | None:
    """The delivery of an answer to the partner's channel; None when the partner fetches its answers itself."""
    if judged.partner is None:
        return None
    channels = arrival.configuration.channels
    way = reply_channel(judged.partner, channels.get(arrival.channel), channels.values())
    if way is None:
        return None
    return transmit(
        outbound,
        transmission=arrival.transmission,
        partner=judged.partner.id,
        channel=way.id,
        test=judged.test,
        new_id=new_id,
    )
