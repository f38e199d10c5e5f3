"""Answers to services that published documents for partners: built from the rows that end a message's translation. Pure.

Every message gets one, whether anybody asked for it or not: who asks later, by publishing it again, gets the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import orjson

from gateway.domain.cloud_event import cloud_event
from gateway.domain.record import DocumentRow, FailureRow, FindingRow, ReplyRow
from gateway.domain.reply import SCHEMA, AnsweredDocument, Interchange, Reason, Reply, State, outcome_of
from gateway.domain.storable import storable_json
from gateway.ports import Asked, ClaimedTransmission, Configuration, Message, Settlement
from translators.finding import DEFINITIONS, Code

_MOST_REASONS = 50
"""So many reasons are told of one thing; all of them are in the gateway."""


class _Told:
    """What a settlement says of things, by their ids."""

    def __init__(self, settlement: Settlement) -> None:
        self.documents: dict[UUID, list[DocumentRow]] = defaultdict(list)
        self._reasons: dict[UUID, list[Reason]] = defaultdict(list)
        self.interchanges: dict[UUID, list[UUID]] = defaultdict(list)
        outbounds = {row.id: Interchange(row.id, row.family, row.control_number) for row in settlement.outbounds}
        self.sent = {row.document: outbounds[row.outbound] for row in settlement.outbound_documents if row.outbound in outbounds}
        for document in settlement.documents:
            self.documents[document.transmission].append(document)
        for interchange in settlement.interchanges:
            self.interchanges[interchange.transmission].append(interchange.id)
        for finding in settlement.findings:
            self._reasons[finding.subject].append(_found(finding))
        for failure in settlement.failures:
            if all(reason.message not in failure.message for reason in self._reasons[failure.sample]):
                self._reasons[failure.sample].append(_failed(failure))

    def reasons(self, *subjects: UUID) -> tuple[Reason, ...]:
        """Why, of these things; errors first."""
        reasons = [reason for subject in subjects for reason in self._reasons.get(subject, ())]
        return tuple(sorted(reasons, key=lambda reason: reason.severity != "error")[:_MOST_REASONS])


def answers(
    settlement: Settlement, messages: Iterable[tuple[ClaimedTransmission, Configuration]], *, now: datetime
) -> list[ReplyRow]:
    """The answers to messages that end with this settlement, each with the configuration that judged it."""
    told = _Told(settlement)
    return [_answer(transmission, configuration, told, now) for transmission, configuration in messages]


def refusal(reply: Reply, identifier: UUID, *, source: str, partner: str, now: datetime) -> Mapping[str, str]:
    """The headers of the answer to a message that is not even stored."""
    return _headers(reply, identifier, source=source, partner=partner, test=False, configuration=None, trace=None, now=now)


def message_of(row: ReplyRow, asked: Asked) -> Message:
    """An answer as it is published: to the queue itself, under the id of the transmission, the same however often."""
    headers = orjson.loads(row.headers)
    return Message("", asked.queue, row.body, str(row.transmission), headers, correlation_id=asked.correlation)


def _answer(transmission: ClaimedTransmission, configuration: Configuration, told: _Told, now: datetime) -> ReplyRow:
    rows = told.documents[transmission.id]
    documents = tuple(_document(row, told) for row in rows)
    whole = told.reasons(transmission.id, *told.interchanges[transmission.id])
    reply = Reply(outcome_of(documents), transmission.name, transmission.id, documents, whole)
    headers = _headers(
        reply,
        transmission.id,
        source=configuration.gateway_id,
        partner=transmission.partner or "",
        test=any(row.test for row in rows),
        configuration=configuration.digest,
        trace=transmission.traceparent,
        now=now,
    )
    return ReplyRow(transmission.id, storable_json(headers), reply.to_json())


def _document(row: DocumentRow, told: _Told) -> AnsweredDocument:
    number = row.keys[0].partition(":")[2] if row.keys else row.control_number
    state: State = "accepted" if row.state in ("routed", "held") else "duplicate" if row.state == "duplicate" else "refused"
    return AnsweredDocument(row.id, row.name, number, state, told.sent.get(row.id), told.reasons(row.id))


def _headers(
    reply: Reply,
    identifier: UUID,
    *,
    source: str,
    partner: str,
    test: bool,
    configuration: str | None,
    trace: str | None,
    now: datetime,
) -> Mapping[str, str]:
    return cloud_event(
        identifier,
        source=source,
        kind=f"publication.{reply.outcome}",
        subject=reply.message,
        time=now,
        correlation=reply.transmission or identifier,
        cause=reply.message,
        schema=SCHEMA,
        more={
            "partner": partner,
            "outcome": reply.outcome,
            "test": "true" if test else "false",
            "configuration": configuration,
            "traceparent": trace,
        },
    )


def _found(row: FindingRow) -> Reason:
    return Reason(row.code, row.severity, row.message, DEFINITIONS[Code(row.code)].remedy, row.offset)


def _failed(row: FailureRow) -> Reason:
    return Reason(row.code, "error", row.message, row.remedy)
