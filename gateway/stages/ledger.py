"""The rows that a judged transmission writes: documents, findings, deliveries, journal, failures, public messages. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.domain.agreement import Direction
from gateway.domain.cloud_event import cloud_event
from gateway.domain.failure import fingerprint
from gateway.domain.history import is_history
from gateway.domain.idempotency import delivery_key
from gateway.domain.record import (
    BodyRow,
    DeliveryRow,
    DocumentRow,
    EventRow,
    FailureRow,
    FindingRow,
    InterchangeRow,
    OutboxRow,
)
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.ports import Settlement
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange
from gateway.stages.triggered import is_triggered
from translators.finding import Code, Finding, Severity, found
from translators.position import Position

_NOT_DELIVERED = {
    "rejected": "document-rejected",
    "refused": "interchange-refused",
    "conflict": "document-conflict",
    "unmapped": "document-unmapped",
}
_REMEDIES = {
    "no-route": "Add a route for this document to routes.toml, then replay it.",
    "agreement-missing": 'Add an agreement with direction = "out" about it to routes.toml, then replay it.',
    "agreement-ambiguous": "Leave one agreement about it in routes.toml, then replay it.",
    "identity-missing": "Add the identity to routes.toml, then replay it.",
    "not-writable": "Correct the document, or the agreement that says how it is written, then publish or replay it.",
}
_IGNORED = found(
    Code.INTERCHANGE_DUPLICATE, "it came again, was not processed again as agreed, and nothing answers it.", Position(0)
)
"""A repeat that the agreement wants ignored, where no acknowledgement of the first one can tell the partner."""


@dataclass(slots=True)
class Ledger:
    """Writes judged transmissions into a settlement. One for each attempt at a batch."""

    settlement: Settlement
    new_id: Callable[[], UUID]
    node: str
    now: datetime

    def transmission(self, judged: Judged) -> None:
        """The transmission itself, what was found outside of interchanges, and the failure when nothing was found in it."""
        transmission = judged.transmission
        self.settlement.transmissions.append((transmission.id, judged.state))
        self._findings(judged, transmission.id, judged.findings)
        if transmission.waited:
            self.settlement.waited.append(transmission.id)
        if judged.state != "unreadable":
            return
        first = next((f for f in judged.findings if f.severity is Severity.ERROR), judged.findings[0])
        steps = [{"what": "unreadable", "detail": {"code": first.code.value, "message": first.message}}]
        self._event(judged, "translate", transmission.id, steps)
        self._failure(
            judged,
            "translate",
            first.code.value,
            message=first.message,
            remedy=first.remedy,
            partner=transmission.partner,
            sample=transmission.id,
        )

    def interchange(
        self, judged: Judged, interchange: JudgedInterchange, *, state: str, duplicate_of: UUID | None, answers: Sequence[str]
    ) -> None:
        """An interchange with its documents. `answers` says in words which acknowledgements are owed for it."""
        read = interchange.interchange
        envelope, partner = read.envelope, interchange.partner
        self.settlement.interchanges.append(
            InterchangeRow(
                id=interchange.id,
                transmission=judged.transmission.id,
                ordinal=interchange.ordinal,
                family=envelope.family.value,
                sender=storable_key(str(envelope.sender)),
                receiver=storable_key(str(envelope.receiver)),
                control_number=storable_key(envelope.control_number),
                test=interchange.test,
                partner=partner.id if partner else None,
                verdict=read.verdict.value,
                state=state,
                documents=len(read.documents),
                start_offset=envelope.offset,
                end_offset=read.end,
                duplicate_of=duplicate_of,
            )
        )
        self._findings(judged, interchange.id, [*read.findings, *(f for group in read.groups for f in group.findings)])
        unanswered = state == "duplicate" and not answers and not is_history(judged.transmission.channel)
        if state in ("refused", "conflict") or unanswered:
            # A duplicate that is answered is the partner's to know; one that is not would vanish in silence.
            self._interchange_failure(judged, interchange, state)
        elif state == "accepted":
            self._group_failures(judged, interchange)
        steps = _interchange_steps(interchange, state, answers)
        alone = len(interchange.documents) == 1
        if not alone:
            self._event(judged, "translate", interchange.id, steps)
        for document in interchange.documents:
            self._document(judged, interchange, document, steps if alone else [])

    def _document(
        self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument, steps: list[dict[str, Any]]
    ) -> None:
        self.store(judged, interchange, document)
        self.release(judged, interchange, document, steps)

    def store(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        """The document with its findings and its canonical form; the failure, where it ends here."""
        read, partner, transmission = document.document, interchange.partner, judged.transmission.id
        route = document.routing.route if document.routing else None
        row = DocumentRow(
            id=document.id,
            transmission=transmission,
            interchange=interchange.id,
            ordinal=read.ordinal,
            type=storable_key(read.type),
            version=storable_key(read.version),
            control_number=storable_key(read.control_number),
            name=read.name,
            partner=partner.id if partner else None,
            agreement=document.agreement.id if document.agreement else None,
            route=route if document.state in ("routed", "stopped", "kept") else None,
            test=interchange.test,
            verdict=read.verdict.value,
            state=document.state,
            keys=document.keys,
        )
        self.settlement.documents.append(row)
        self._findings(judged, document.id, read.findings)
        if document.json is not None:
            self.settlement.canonical.append(BodyRow(transmission, document.id, document.json))
        if document.state in _NOT_DELIVERED:
            self._undelivered(judged, interchange, document)

    def release(
        self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument, steps: list[dict[str, Any]]
    ) -> None:
        """What happens to the document next: publication, deliveries or a failure with an owner, and its journal."""
        read = document.document
        if document.state in ("routed", "unrouted", "stopped") and not is_triggered(judged.transmission.channel):
            self._publish(judged, interchange, document)
        self._onward(judged, interchange, document)
        about = {"type": read.type, "control_number": read.control_number, "verdict": read.verdict.value}
        own = [{"what": "document", "detail": about}]
        routed = document.routing.steps() if document.routing and document.state not in ("duplicate", "conflict") else []
        if document.written is not None and document.agreement is not None and document.state in ("routed", "kept"):
            agreed = document.agreement
            wire = f"{agreed.family.value}/{document.written.version or agreed.version}/{agreed.type}"
            written = {"what": "written", "detail": {"agreement": agreed.id, "format": wire, "channel": agreed.channel}}
            routed = [*(routed if document.routing and document.routing.route else []), written]
        ended = [{"what": document.state}] if document.state in ("duplicate", "conflict", "held", "kept") else []
        self._event(judged, "translate", document.id, [*steps, *own, *routed, *ended])

    def conflict(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        """The failure of a released document whose number was used for other content."""
        self._undelivered(judged, interchange, document)

    def _onward(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        routing, partner = document.routing, interchange.partner
        state = routing.state if routing is not None and document.state == "kept" else document.state
        if routing is not None and state in ("unrouted", "stopped"):
            for failed in routing.failures:
                remedy = _REMEDIES.get(failed.code, "Correct the rules or tables of the route, or the document, then replay it.")
                self._failure(
                    judged, "route", failed.code, message=failed.message, remedy=remedy, owner=failed.owner,
                    partner=partner.id if partner else None, route=routing.route, sample=document.id,
                )  # fmt: skip
        elif routing is not None and state == "routed":
            if routing.json is not None:
                self.settlement.routed.append(BodyRow(judged.transmission.id, document.id, routing.json))
            self._deliveries(judged, interchange, document)

    def _deliveries(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        routing, partner = document.routing, interchange.partner
        if routing is None or partner is None:
            return
        ids = {planned.target: self.new_id() for planned in routing.deliveries}
        agreed = document.agreement.options if document.agreement else {}
        for planned in routing.deliveries:
            after = ids.get(planned.after) if planned.after else None
            self.settlement.deliveries.append(
                DeliveryRow(
                    id=ids[planned.target],
                    transmission=judged.transmission.id,
                    document=document.id,
                    outbound=None,
                    partner=partner.id,
                    route=routing.route,
                    target=planned.target,
                    action=planned.action,
                    idempotency_key=delivery_key(
                        document=document.document.name or "",
                        partner=partner.id,
                        identity=document.identity,
                        target=planned.target,
                        test=interchange.test,
                    ),
                    test=interchange.test,
                    options=storable_json({**agreed, **planned.options}),
                    priority=planned.priority,
                    sequence_key=storable_key(planned.sequence_key) if planned.sequence_key else None,
                    after=after,
                    state="withheld" if document.state == "kept" else "blocked" if after else "waiting",
                    agreement=document.agreement.id if document.agreement else None,
                    place=interchange.ordinal << 32 | document.document.ordinal,
                    sequence_wait=planned.sequence_wait,
                    fallback=planned.fallback,
                    fallback_after=planned.fallback_after,
                    wait=judged.configuration.services.wait(planned.service, self.now),
                )
            )

    def _publish(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        name, partner = document.document.name or "", interchange.partner
        message, replay = self.new_id(), judged.transmission.replay
        headers = cloud_event(
            message,
            source=judged.configuration.gateway_id,
            kind=f"document.{name}.{'received' if interchange.direction is Direction.IN else 'sent'}",
            subject=document.keys[0].partition(":")[2] if document.keys else str(document.id),
            time=self.now,
            schema=getattr(document.document.canonical, "schema_", name),
            correlation=judged.transmission.id,
            cause=document.id,
            more={
                "partner": partner.id if partner else "",
                "agreement": document.agreement.id if document.agreement else "",
                "direction": interchange.direction.value,
                "test": "true" if interchange.test else "false",
                "interchange": str(interchange.id),
                "configuration": judged.configuration.digest,
                "replayof": None if replay is None else str(replay.root),
                "traceparent": judged.transmission.traceparent or None,
            },
        )
        key = f"{name}.{interchange.direction.value}.{partner.id if partner else 'unknown'}"
        row = OutboxRow(message, judged.transmission.id, "edi.canonical", key, storable_json(headers), document.id)
        self.settlement.outbox.append(row)

    def _undelivered(self, judged: Judged, interchange: JudgedInterchange, document: JudgedDocument) -> None:
        read, partner = document.document, interchange.partner
        if document.state == "refused" or (document.state == "unmapped" and read.name is not None):
            return  # told once for the interchange or the group; an acknowledgement needs no mapping
        worst = next((f for f in read.findings if f.severity is Severity.ERROR), None)
        message = f"{read.type} {read.control_number}: "
        remedy = "Read its findings; the partner was told if an acknowledgement is agreed."
        if document.state == "conflict":
            message += "an original with the same number but other content was received before; this one was not processed."
            remedy = "Ask the partner which one is meant; a change belongs into an order change."
        elif worst is not None:
            message += worst.message
            remedy = worst.remedy
        else:
            message += "no mapping to a canonical document exists for this type."
        self._failure(
            judged,
            "translate",
            _NOT_DELIVERED[document.state],
            message=message,
            remedy=remedy,
            partner=partner.id if partner else None,
            sample=document.id,
        )

    def unanswerable(self, judged: Judged, interchange: JudgedInterchange, answer: str, problem: str) -> None:
        """The failure that an owed acknowledgement cannot be written; the partner must be told otherwise."""
        partner, number = interchange.partner, interchange.interchange.envelope.control_number
        self._failure(
            judged,
            "acknowledge",
            "acknowledgement-not-writable",
            message=f"The {answer} for interchange {number} cannot be written: {problem}",
            remedy="Tell the partner what is wrong with its envelope by other means.",
            partner=partner.id if partner else judged.transmission.partner,
            sample=interchange.id,
        )

    def _interchange_failure(self, judged: Judged, interchange: JudgedInterchange, state: str) -> None:
        partner, number = interchange.partner, interchange.interchange.envelope.control_number
        worst = next((f for f in interchange.interchange.findings if f.severity is Severity.ERROR), _IGNORED)
        code = "interchange-conflict" if state == "conflict" else worst.code.value
        self._failure(
            judged,
            "translate",
            code,
            message=f"Interchange {number} of {interchange.interchange.envelope.sender}: {worst.message}",
            remedy=worst.remedy,
            partner=partner.id if partner else judged.transmission.partner,
            sample=interchange.id,
        )

    def _group_failures(self, judged: Judged, interchange: JudgedInterchange) -> None:
        """Groups refused for what is wrong with their own envelopes: one failure each, for all their documents."""
        partner, number = interchange.partner, interchange.interchange.envelope.control_number
        for group in interchange.interchange.groups:
            worst = next((f for f in group.findings if f.severity is Severity.ERROR), None)
            if worst is not None:
                self._failure(
                    judged,
                    "translate",
                    worst.code.value,
                    message=f"Group {group.control_number} of interchange {number}: {worst.message}",
                    remedy=worst.remedy,
                    partner=partner.id if partner else judged.transmission.partner,
                    sample=interchange.id,
                )

    def _failure(
        self,
        judged: Judged,
        stage: str,
        code: str,
        *,
        message: str,
        remedy: str,
        partner: str | None,
        sample: UUID,
        owner: str | None = None,
        route: str | None = None,
    ) -> None:
        owner = owner or judged.configuration.owner_of(partner, stage=stage, route=route)
        mark = fingerprint(stage=stage, code=code, partner=partner, route=route)
        self.settlement.failures.append(
            FailureRow(
                id=self.new_id(),
                fingerprint=mark,
                stage=stage,
                code=code,
                partner=partner,
                route=route,
                owner=owner,
                message=storable(message),
                remedy=remedy,
                sample=sample,
                transmission=judged.transmission.id,
            )
        )

    def _findings(self, judged: Judged, subject: UUID, findings: Sequence[Finding]) -> None:
        for ordinal, f in enumerate(findings, 1):
            at = f.position
            self.settlement.findings.append(
                FindingRow(
                    subject=subject,
                    ordinal=ordinal,
                    transmission=judged.transmission.id,
                    code=f.code.value,
                    severity=f.severity.value,
                    message=storable(f.message),
                    offset=at.offset,
                    segment=at.segment,
                    tag=None if at.tag is None else storable(at.tag),
                    element=at.element,
                    component=at.component,
                    repetition=at.repetition,
                    expected=None if f.expected is None else storable(f.expected),
                    actual=None if f.actual is None else storable(f.actual),
                )
            )

    def _event(self, judged: Judged, stage: str, subject: UUID, steps: Sequence[Mapping[str, Any]]) -> None:
        text = storable_json(steps)
        self.settlement.events.append(
            EventRow(judged.transmission.id, stage, subject, text, judged.configuration.digest, self.node)
        )


def _interchange_steps(interchange: JudgedInterchange, state: str, answers: Sequence[str]) -> list[dict[str, Any]]:
    envelope, partner = interchange.interchange.envelope, interchange.partner
    about = {
        "state": state,
        "verdict": interchange.interchange.verdict.value,
        "control_number": envelope.control_number,
        "sender": str(envelope.sender),
        "partner": partner.id if partner else None,
        "documents": len(interchange.interchange.documents),
    }
    steps: list[dict[str, Any]] = [{"what": "interchange", "detail": about}]
    if answers:
        steps.append({"what": "acknowledged", "detail": list(answers)})
    return steps
