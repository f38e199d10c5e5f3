"""Foresee: everything that would become of bytes, by the code that decides about real ones, and nothing of it stored or sent.

Duplicates are not looked for and lookups not made: that takes a database and applications. Pure CPU.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from gateway.domain.agreement import Direction, Partner
from gateway.domain.decided import Decided, DecidedDocument, DecidedInterchange, Sent, as_delivered, as_found
from gateway.domain.set_aside import without_numbers
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages import outgoing
from gateway.stages.acknowledge import Arrival, owed_for
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange, judge
from gateway.stages.triggered import is_triggered, judge_triggered
from translators import registry
from translators.contract import OutboundInterchange
from translators.finding import Finding

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An interchange that would go to a partner, sealed under the number 1. `verdict` is that of an acknowledgement.

    `channel` is None for what the partner fetches. `problem` says why it cannot be sealed; there are no bytes then.
    """

    type: str
    family: str
    channel: str | None
    content: bytes
    verdict: str = ""
    explanation: tuple[str, ...] = ()
    documents: tuple[UUID, ...] = ()
    problem: str = ""

    def sent(self) -> Sent:
        """The same to be compared: without numbers and times."""
        content = without_numbers(self.family, self.content, acknowledgement=bool(self.verdict))
        return Sent(self.type, self.verdict, content)


@dataclass(frozen=True, slots=True)
class ForeseenInterchange:
    """An interchange as judged, with what its sender would get, and what its documents would be for a partner."""

    judged: JudgedInterchange
    answers: tuple[Sealed, ...]
    written: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A transmission as judged, with all that would follow."""

    judged: Judged
    interchanges: tuple[ForeseenInterchange, ...]

    def decided(self) -> Decided:
        """The same in the form in which decisions are compared."""
        interchanges = tuple(decided_interchange(one) for one in self.interchanges)
        return Decided(self.judged.state, told(self.judged.findings), interchanges)


def claimed(
    body: bytes, configuration: Configuration, *, channel: str, partner: str | None, name: str, new_id: Callable[[], UUID]
) -> ClaimedTransmission:
    """Bytes as a transmission that came just now by a channel. `partner` is who published them, where no channel says it."""
    known = configuration.channels.get(channel)
    return ClaimedTransmission(
        id=new_id(), channel=channel, partner=known.partner if known is not None else partner, name=name, traceparent=None,
        waited=False, sha256=hashlib.sha256(body).digest(), size=len(body), starts=1, received_at=datetime.now(UTC), body=body,
    )  # fmt: skip


def senders(body: bytes, configuration: Configuration) -> Sequence[Partner]:
    """The partners who sent what is in some bytes, as far as they are known by their envelopes."""
    partnerships = configuration.partnerships
    found = (partnerships.partner_of(one.envelope) for one in registry.translate(body, partnerships.terms_for).interchanges)
    return [partner for partner in found if partner is not None]


def from_elsewhere(body: bytes, configuration: Configuration) -> bool:
    """Whether some bytes are of a sender whom another region serves."""
    partnerships = configuration.partnerships
    if not partnerships.elsewhere:
        return False
    found = registry.translate(body, partnerships.terms_for).interchanges
    return any((one.envelope.family, one.envelope.sender) in partnerships.elsewhere for one in found)


def foresee(transmission: ClaimedTransmission, configuration: Configuration, new_id: Callable[[], UUID]) -> Foreseen:
    """What would become of a transmission. Never raises on any bytes."""
    judged = judge_any(transmission, configuration, new_id)
    return Foreseen(judged, tuple(foresee_interchange(judged, one, new_id) for one in judged.interchanges))


def judge_any(transmission: ClaimedTransmission, configuration: Configuration, new_id: Callable[[], UUID]) -> Judged:
    """A transmission judged by the way it came: from a partner, from a service of ours, or made by a trigger."""
    if transmission.channel == outgoing.OUTBOUND:
        return outgoing.judge_outgoing(transmission, configuration, new_id)
    if is_triggered(transmission.channel):
        return judge_triggered(transmission, configuration, new_id)
    return judge(transmission, configuration, new_id)


def foresee_interchange(judged: Judged, interchange: JudgedInterchange, new_id: Callable[[], UUID]) -> ForeseenInterchange:
    """The answers to an interchange, and what it becomes for a partner."""
    given = judged.transmission
    arrival = Arrival(given.id, given.channel, judged.configuration, given.waited)
    answers = []
    for owed in owed_for(interchange, arrival, new_id):
        content = b"" if owed.problem else _sealed(owed.draft.outbound)
        way = owed.delivery.target if owed.delivery is not None else None
        family = owed.draft.outbound.family.value
        said = (owed.row.verdict, tuple(owed.row.explanation))
        answers.append(Sealed(owed.row.type, family, way, content, *said, problem=owed.problem))
    written = _written(judged, interchange, new_id) if interchange.direction is Direction.OUT else ()
    return ForeseenInterchange(interchange, tuple(answers), tuple(written))


def _written(judged: Judged, interchange: JudgedInterchange, new_id: Callable[[], UUID]) -> Iterable[Sealed]:
    for draft, delivery in outgoing.drafts(judged, interchange, new_id):
        documents = tuple(one.id for one in draft.documents)
        content = _sealed(draft.outbound)
        yield Sealed(draft.type, draft.outbound.family.value, delivery.target, content, documents=documents)


def _sealed(outbound: OutboundInterchange) -> bytes:
    return registry.seal(outbound, control_number=1, group_numbers=[1] * len(outbound.groups), prepared=_ANY_TIME)


def decided_interchange(foreseen: ForeseenInterchange, *, state: str | None = None) -> DecidedInterchange:
    """An interchange in the form in which decisions are compared. `state` is what the database makes of it, where it is known."""
    judged = foreseen.judged
    read = judged.interchange
    return DecidedInterchange(
        ordinal=judged.ordinal,
        partner=judged.partner.id if judged.partner else "",
        state=state or ("refused" if judged.refused else "accepted"),
        verdict=read.verdict.value,
        findings=told([*read.findings, *(one for group in read.groups for one in group.findings)]),
        answers=tuple(one.sent() for one in foreseen.answers if not one.problem),
        written=tuple(one.sent() for one in foreseen.written),
        documents=tuple(_document(one) for one in judged.documents),
    )


def _document(judged: JudgedDocument) -> DecidedDocument:
    document, routing = judged.document, judged.routing
    changed = routing.json if routing is not None and judged.state == "routed" else None
    decision = routing.decision if routing is not None else None
    return DecidedDocument(
        ordinal=document.ordinal,
        name=document.name or document.type,
        state=judged.state,
        verdict=document.verdict.value,
        agreement=judged.agreement.id if judged.agreement else "",
        route=(decision.route or "") if decision is not None and judged.state in ("routed", "stopped", "pending") else "",
        findings=told(document.findings),
        deliveries=as_delivered(
            (one.target, one.action) for one in (routing.deliveries if routing and judged.state == "routed" else ())
        ),
        keys=judged.keys,
        json=changed or judged.json,
        waits=tuple(sorted({f"{one.record} in {one.application}" for one in (decision.wanted if decision else ())})),
    )


def told(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Findings in words that are the same for the same fault."""
    return tuple(
        as_found(one.severity.value, one.code.value, one.position.segment, one.position.tag, one.position.element)
        for one in findings
    )
