"""What becomes of expectations when partners speak, or stay silent: their moves, and the failures that begin and end. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.expectation import OPEN, ExpectationMove, ExpectationRow, Layer, ReceivedRow, Said, above, answered, layer_of
from gateway.domain.lifecycle import EXPECTATION, move
from gateway.domain.matching import Claim
from gateway.domain.record import FailureRow
from gateway.ports import Configuration
from gateway.ports.expectation import HeldExpectation, Reconciled, SentOutbound
from gateway.stages import acknowledgement_failure as failure
from gateway.stages.acknowledgement_failure import TROUBLED, Case, Subject

GATEWAY = "gateway"
"""Who waives what has become pointless."""


class Settling:
    """Collects what acknowledgements and silence come to. Each step answers the expectation as it is from now on."""

    def __init__(self, configuration: Configuration, new_id: Callable[[], UUID]) -> None:
        self._configuration = configuration
        self._new_id = new_id
        self.reconciled = Reconciled()

    def say(
        self, held: HeldExpectation, subject: Subject, said: Said | None, *, acknowledgement: UUID, transmission: UUID | None,
        told: bool = False,
    ) -> HeldExpectation:  # fmt: skip
        """A partner said something of what is expected; None: it answered without a verdict.

        `told`: its owner knows already what is wrong, only a contradiction is news.
        """
        row = held.row
        after = answered(row.state, said, due=held.due) if said is not None else row.state
        self.reconciled.received.append(
            ReceivedRow(acknowledgement, row.id, transmission, subject.type, said, row.state, after, subject.told.lines)
        )
        if said is None:
            self._raise(failure.without_verdict(row, subject), row.id, subject.outbound)
            return held
        mark = self._mark(held, after, subject, said, told=told)
        if after == "rejected":
            self.reconciled.rejected.append((row.outbound, row.document))
        self._move(ExpectationMove(row.id, row.state, after, said, acknowledgement, failure=mark))
        return HeldExpectation(row._replace(state=after, said=said, acknowledgement=acknowledgement), due=False, failure=mark)

    def _mark(self, held: HeldExpectation, after: str, subject: Subject, said: Said, *, told: bool) -> str | None:
        """The failure that is open because of an expectation from now on; the one before ends when it is another."""
        before, now = held.failure, None
        if after in TROUBLED and (after == "contradicted" or not told):
            if after == held.row.state and before is not None:
                return before
            now = self._raise(failure.troubled(held.row, subject, said, after), held.row.id, subject.outbound)
        if before is not None and before != now:
            self.reconciled.closed.append((held.row.id, before))
        return now

    def unasked(self, subject: Subject, kind: str, partner: str | None) -> HeldExpectation:
        """An expectation that nobody agreed on, made because the partner spoke: a rejection counts, asked for or not."""
        row = ExpectationRow(
            id=self._new_id(),
            outbound=subject.outbound.id,
            document=subject.ordinal,
            partner=partner,
            agreement=subject.content.agreement if subject.content else None,
            kind=kind,
            layer=layer_of(kind),
            owner=self._owner(partner),
            within=timedelta(),
            calendar=None,
            sent_at=subject.outbound.created_at,
            due_at=None,
            state="expected",
            said=None,
            acknowledgement=None,
        )
        self.reconciled.added.append(row)
        return HeldExpectation(row, due=False, failure=None)

    def is_pointless(self, row: ExpectationRow, document: int | None, layer: Layer) -> bool:
        """Whether a row waits for something that will not come after a rejection in a layer, of a document or of all."""
        concerned = document is None or row.document == document
        return concerned and row.state in OPEN and Layer(row.layer) in above(layer)

    def pointless(self, held: HeldExpectation, rejected_by: str) -> HeldExpectation:
        """Nobody waits for it any longer: what it would answer was rejected."""
        reason = f"The partner rejected it by its {rejected_by}: no {held.row.kind.replace('_', ' ')} will come."
        return self.waive(held, reason=reason, person=GATEWAY)

    def waive(self, held: HeldExpectation, *, reason: str, person: str) -> HeldExpectation:
        """It is no longer waited for, or no longer held against anybody. Raises IllegalTransition for what is settled well."""
        after = move(EXPECTATION, held.row.state, "waived")
        if held.failure is not None:
            self.reconciled.closed.append((held.row.id, held.failure))
        self._move(ExpectationMove(held.row.id, held.row.state, after, reason=reason, person=person))
        return HeldExpectation(held.row._replace(state=after), due=False, failure=None)

    def overdue(self, held: HeldExpectation, subject: Subject, now: datetime) -> None:
        """Its time is up and nothing has come: one failure, however often one looks."""
        mark = self._raise(failure.overdue(held.row, subject, now), held.row.id, subject.outbound)
        after = move(EXPECTATION, held.row.state, "due")
        self._move(ExpectationMove(held.row.id, held.row.state, after, failure=mark))

    def unmatched(
        self, partner: str | None, kind: str, names: Sequence[str], acknowledgement: UUID, transmission: UUID
    ) -> FailureRow:
        """The failure of an acknowledgement that speaks of nothing we know; it is not among those to write yet."""
        case = failure.unmatched(partner, self._owner(partner), kind, names)
        return self._row(case, acknowledgement, transmission)

    def miscounted(
        self, partner: str | None, kind: str, claim: Claim, faults: Sequence[str], acknowledgement: UUID, outbound: SentOutbound
    ) -> None:  # fmt: skip
        """An acknowledgement whose counts or numbers are not those of what we sent."""
        case = failure.miscounted(partner, self._owner(partner), kind, claim, faults, outbound)
        self._raise(case, acknowledgement, outbound)

    def _owner(self, partner: str | None) -> str:
        return self._configuration.owner_of(partner, stage=failure.STAGE)

    def _raise(self, case: Case, sample: UUID, outbound: SentOutbound) -> str:
        row = self._row(case, sample, outbound.transmission or outbound.id)
        self.reconciled.failures.append(row)
        return row.fingerprint

    def _row(self, case: Case, sample: UUID, transmission: UUID) -> FailureRow:
        return FailureRow(
            id=self._new_id(),
            fingerprint=case.fingerprint,
            stage=failure.STAGE,
            code=case.code,
            partner=case.partner,
            route=None,
            owner=case.owner,
            message=case.text,
            remedy=case.remedy(sample),
            sample=sample,
            transmission=transmission,
        )

    def _move(self, step: ExpectationMove) -> None:
        """One step. Several of one expectation in one transaction become one; a new row is written as it ends."""
        moves, added = self.reconciled.moves, self.reconciled.added
        for index, row in enumerate(added):
            if row.id == step.id:
                added[index] = row._replace(
                    state=step.after, said=step.said or row.said, acknowledgement=step.acknowledgement or row.acknowledgement
                )
        for index, earlier in enumerate(moves):
            if earlier.id == step.id:
                moves[index] = step._replace(
                    before=earlier.before,
                    said=step.said or earlier.said,
                    acknowledgement=step.acknowledgement or earlier.acknowledgement,
                )
                return
        moves.append(step)
