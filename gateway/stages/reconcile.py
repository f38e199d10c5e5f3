"""Reconcile: acknowledgements that come in are matched with what we sent, and each moves what is expected for it.

In the transaction that stores them; from the queue of those that matched nothing; or, for receipts, in one of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.domain.expectation import ClaimRow, Layer, Said, UnmatchedRow
from gateway.domain.matching import (
    ACKNOWLEDGEMENTS,
    Candidate,
    Claim,
    Pair,
    Sent,
    Statement,
    claims_of,
    meant,
    miscounted,
    plain,
    statements,
    unnamed,
)
from gateway.domain.record import EventRow, FailureRow
from gateway.domain.storable import storable, storable_json
from gateway.ports import Configuration
from gateway.ports.expectation import ExpectationSession, HeldExpectation, Reconciled, SentContent, SentInterchange, SentOutbound
from gateway.stages.acknowledgement_failure import STAGE, Subject
from gateway.stages.quoting import segments_of, told
from gateway.stages.settling import Settling
from translators.canonical import model_of
from translators.parsed import ParsedSegment

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

_MOST_QUOTED = 100
"""Documents of one acknowledgement that are looked up in what we sent, to quote it; others are told without."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An acknowledgement, or an answer of the business, that came in. `id` is its document's, `type` as on the wire.

    `envelope` is sender and receiver of what it answers: those of its own interchange, exchanged. `queued`: it waits among those
    that match nothing; `told`: its owner knows.
    """

    id: UUID
    transmission: UUID
    partner: str | None
    type: str
    envelope: Pair
    test: bool
    document: "CanonicalDocument"
    queued: bool = False
    told: bool = False

    @property
    def acknowledges(self) -> bool:
        """Whether it is an acknowledgement, which must match something, and no order response, which need not."""
        return self.document.NAME in ACKNOWLEDGEMENTS


@dataclass(slots=True)
class _Known:
    """What the database knows of all that is claimed."""

    outbounds: dict[UUID, SentOutbound] = field(default_factory=dict)
    contents: dict[UUID, Sequence[SentContent]] = field(default_factory=dict)
    held: dict[UUID, list[HeldExpectation]] = field(default_factory=dict)
    before: frozenset[tuple[UUID, UUID]] = frozenset()
    segments: dict[UUID, list[ParsedSegment]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim with the interchange it means, and the ordinal of the one document in it, if it means one."""

    claim: Claim
    outbound: UUID
    document: int | None


class Reconciliation:
    """Matches acknowledgements in the transaction of a session. One for each attempt at it."""

    def __init__(
        self, session: ExpectationSession, configuration: Configuration, *, new_id: Callable[[], UUID], node: str
    ) -> None:
        self._session = session
        self._configuration = configuration
        self._new_id = new_id
        self._node = node
        self._known = _Known()
        self.settling = Settling(configuration, new_id)

    @property
    def reconciled(self) -> Reconciled:
        """What it comes to, for the store to write."""
        return self.settling.reconciled

    async def match(self, arrivals: Sequence[Arrived]) -> None:
        """Match acknowledgements in their order, and settle what is expected for what they speak of."""
        claimed = [(arrived, claim) for arrived in arrivals if arrived.partner for claim in self._claims(arrived)]
        found = await self._find(claimed)
        await self._load({one.outbound for ones in found.values() for one in ones})
        for arrived in arrivals:
            mine = [index for index, (owner, _) in enumerate(claimed) if owner is arrived]
            await self._one(arrived, [claimed[index][1] for index in mine], [one for index in mine for one in found[index]])

    def _claims(self, arrived: Arrived) -> tuple[Claim, ...]:
        return claims_of(arrived.document, arrived.type if arrived.acknowledges else arrived.document.NAME, arrived.envelope)

    async def _find(self, claimed: Sequence[tuple[Arrived, Claim]]) -> dict[int, list[_Found]]:
        rows = [self._row(index, arrived, claim) for index, (arrived, claim) in enumerate(claimed)]
        candidates = await self._session.sent_for(rows) if rows else {}
        found: dict[int, list[_Found]] = {}
        for index, (arrived, claim) in enumerate(claimed):
            offered = candidates.get(index, ())
            looked_up = replace(claim, keys=rows[index].keys)
            chosen = meant(looked_up, [_candidate(one) for one in offered], test=arrived.test)
            found[index] = [_Found(claim, offered[n].id, offered[n].document) for n in chosen]
        return found

    def _row(self, index: int, arrived: Arrived, claim: Claim) -> ClaimRow:
        keys = claim.keys
        if claim.layer is Layer.APPLICATION and claim.number:
            own = {key for name in self._sent_to(arrived.partner or "") if (key := _own_kind(name))}
            keys = tuple(dict.fromkeys([*(f"{kind}:{claim.number}" for kind in sorted(own)), *keys]))
        kind = claim.kind if claim.layer is Layer.ANSWER else ""
        return ClaimRow(
            index, arrived.partner or "", claim.interchange, claim.functional_id, claim.group, claim.document, keys, kind
        )

    def _sent_to(self, partner: str) -> set[str]:
        """The documents that go to a partner."""
        agreements = self._configuration.partnerships.agreements.values()
        return {agreed.document for agreed in agreements if agreed.partner == partner and agreed.direction == "out"}

    async def _load(self, outbounds: set[UUID]) -> None:
        if not outbounds:
            return
        wanted = sorted(outbounds)
        self._known.outbounds = dict(await self._session.sent_outbounds(wanted))
        self._known.contents = dict(await self._session.sent_contents(wanted))
        held = await self._session.hold_expectations(wanted)
        for one in held:
            self._known.held.setdefault(one.row.outbound, []).append(one)
        self._known.before = await self._session.matched_before([one.row.id for one in held])

    async def _one(self, arrived: Arrived, claims: Sequence[Claim], found: Sequence[_Found]) -> None:
        """One acknowledgement: what it says of what it means, and what it means that we do not know."""
        steps: list[dict[str, object]] = []
        for one in found:
            steps += await self._settle(arrived, one)
        missing = [claim.text for claim in claims if not any(one.claim is claim for one in found)]
        if arrived.acknowledges and (missing or not claims):
            self._unmatched(arrived, missing)
        elif arrived.queued:
            self.reconciled.matched.append(arrived.id)
        if steps:
            text = storable_json([{"what": "matched", "detail": steps}])
            event = EventRow(arrived.transmission, STAGE, arrived.id, text, self._configuration.digest, self._node)
            self.reconciled.events.append(event)

    def _unmatched(self, arrived: Arrived, missing: Sequence[str]) -> None:
        failure = self.settling.unmatched(arrived.partner, arrived.type, missing, arrived.id, arrived.transmission)
        names = tuple(storable(name) for name in missing)
        row = UnmatchedRow(arrived.id, arrived.transmission, arrived.partner, arrived.type, names, failure.fingerprint)
        self.reconciled.unmatched.append(row)
        if not arrived.told:
            self.reconciled.failures.append(failure)

    async def _settle(self, arrived: Arrived, found: _Found) -> list[dict[str, object]]:
        """What an acknowledgement says under one claim, document by document."""
        contents = [c for c in self._known.contents.get(found.outbound, ()) if _is_meant(c, found)]
        sent = {c.ordinal: _sent(c) for c in contents}
        said = statements(arrived.document, found.claim, list(sent.values()))
        faults = [*miscounted(arrived.document, found.claim, list(sent.values()))]
        if strange := unnamed(arrived.document, found.claim, list(sent.values())):
            faults.append(f"it names {', '.join(strange[:5])}, which we did not send in {found.claim.text}")
        outbound = self._known.outbounds[found.outbound]
        if faults and not arrived.told:
            self.settling.miscounted(arrived.partner, arrived.type, found.claim, faults, arrived.id, outbound)
        by_ordinal = {c.ordinal: c for c in contents}
        steps = []
        for number, statement in enumerate(said):
            content = by_ordinal.get(statement.document) if statement.document is not None else None
            quote = number < _MOST_QUOTED and statement.said not in (Said.ACCEPTED, Said.RECEIVED)
            segments = await self._segments(found.outbound) if quote else []
            words = told(arrived.document, found.claim, sent.get(statement.document or 0), segments)
            steps += self._apply(arrived, found.claim, Subject(outbound, content, arrived.type, words), statement)
        return steps

    def _apply(self, arrived: Arrived, claim: Claim, subject: Subject, statement: Statement) -> list[dict[str, object]]:
        held = self._held(subject, claim)
        if held is None:
            if claim.layer is Layer.ANSWER:
                return []
            held = self._unasked(subject, claim, arrived.partner)
        if (arrived.id, held.row.id) in self._known.before:
            return []
        moved = self.settling.say(held, subject, statement.said, acknowledgement=arrived.id, transmission=arrived.transmission)
        self._replace(moved)
        if moved.row.state == "rejected" and statement.said is Said.REJECTED:
            for waiting in self._above(subject, Layer(moved.row.layer)):
                self._replace(self.settling.pointless(waiting, moved.row.kind))
        if statement.said is not None:
            self.reconciled.arrived.append(subject.outbound.id)
        return [{"about": subject.name, "kind": held.row.kind, "before": held.row.state, "after": moved.row.state}]

    def _held(self, subject: Subject, claim: Claim) -> HeldExpectation | None:
        """The expectation that a claim is about: by layer, because a 999 answers where a 997 was agreed."""
        for one in self._known.held.get(subject.outbound.id, ()):
            same = one.row.kind == claim.kind if claim.layer is Layer.ANSWER else one.row.layer == claim.layer
            if same and one.row.document == subject.ordinal:
                return one
        return None

    def _unasked(self, subject: Subject, claim: Claim, partner: str | None) -> HeldExpectation:
        held = self.settling.unasked(subject, claim.kind, partner)
        self._known.held.setdefault(held.row.outbound, []).append(held)
        return held

    def _above(self, subject: Subject, layer: Layer) -> list[HeldExpectation]:
        own = self._known.held.get(subject.outbound.id, ())
        return [one for one in own if self.settling.is_pointless(one.row, subject.ordinal, layer)]

    def _replace(self, moved: HeldExpectation) -> None:
        own = self._known.held[moved.row.outbound]
        own[next(index for index, one in enumerate(own) if one.row.id == moved.row.id)] = moved

    async def _segments(self, outbound: UUID) -> list[ParsedSegment]:
        if outbound not in self._known.segments:
            self._known.segments[outbound] = segments_of(await self._session.bytes_of(outbound))
        return self._known.segments[outbound]


async def reconcile(
    session: ExpectationSession, came: Sequence[Arrived], configuration: Configuration, *, new_id: Callable[[], UUID], node: str
) -> tuple[Sequence[str], Sequence[FailureRow]]:
    """Match what came and write what follows; answers the targets that have something to do by it, and the failures."""
    if not came:
        return (), ()
    reconciliation = Reconciliation(session, configuration, new_id=new_id, node=node)
    await reconciliation.match(came)
    return await session.reconcile(reconciliation.reconciled), reconciliation.reconciled.failures


def _candidate(one: SentInterchange) -> Candidate:
    own = _own_kind(one.name)
    key = next((key for key in one.keys if own and key.startswith(f"{own}:")), "")
    return Candidate((one.sender, one.receiver), one.test, one.prepared or "", key, one.keys)


def _own_kind(name: str) -> str:
    """The kind of business key that is a document's own number."""
    try:
        return str(getattr(model_of(name), "KEY", ""))
    except KeyError:
        return ""


def _is_meant(content: SentContent, found: _Found) -> bool:
    if found.document is not None:
        return content.ordinal == found.document
    claim = found.claim
    if claim.group and plain(content.group_number) != claim.group:
        return False
    return not claim.document or plain(content.control_number) == claim.document


def _sent(content: SentContent) -> Sent:
    return Sent(content.ordinal, plain(content.group_number), plain(content.control_number), content.type)
