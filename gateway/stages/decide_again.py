"""Decide again: what a configuration would decide of a message that was decided before. Nothing is stored or sent. Pure CPU.

What only the database could tell is taken as it was found: which interchanges and documents came before, whose numbers were out
of their order. All else is decided anew, by the code that decides about real ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.domain.agreement import DuplicatePolicy
from gateway.domain.change_tally import ChangeTally
from gateway.domain.decided import Decided, DecidedInterchange, changes, masked
from gateway.domain.masks import MASK, Masks
from gateway.domain.sequence import OutOfSequence
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.foresee import decided_interchange, foresee_interchange, judge_any, told
from gateway.stages.judgement import Judged, JudgedInterchange
from translators.finding import Code

_SEEN = ("duplicate", "conflict")
_OUT_OF_SEQUENCE = f"error {Code.INTERCHANGE_OUT_OF_SEQUENCE.value}"


@dataclass(frozen=True, slots=True)
class DecideAgain:
    """Decides again under `configuration` and counts what differs. `masks` hide values from the examples."""

    configuration: Configuration
    masks: Masks
    new_id: Callable[[], UUID]

    def compare(self, transmission: ClaimedTransmission, before: Decided, tally: ChangeTally) -> None:
        """Count what would be decided otherwise of a message."""
        after = self.decide(transmission, before)
        for reason in _not_compared(before, after):
            tally.skipped(reason)
        documents = sum(len(one.documents) for one in after.interchanges)
        shown = (masked(change, self.masks.hides, MASK) for change in changes(before, after))
        tally.compared(str(transmission.id), documents, shown)

    def decide(self, transmission: ClaimedTransmission, before: Decided) -> Decided:
        """What would be decided of a message, given what was found of it before."""
        judged = judge_any(transmission, self.configuration, self.new_id)
        known = {one.ordinal: one for one in before.interchanges}
        interchanges = tuple(self._interchange(judged, one, known.get(one.ordinal)) for one in judged.interchanges)
        return Decided(judged.state, told(judged.findings), interchanges)

    def _interchange(self, judged: Judged, one: JudgedInterchange, before: DecidedInterchange | None) -> DecidedInterchange:
        if before is None or one.refused:
            return decided_interchange(foresee_interchange(judged, one, self.new_id))
        if before.state in _SEEN and one.policy is not DuplicatePolicy.ACCEPT:
            return self._seen(judged, one, before)
        if any(word.startswith(_OUT_OF_SEQUENCE) for word in before.findings) and self._minds_order(one):
            refused = one.as_out_of_sequence("")
            return decided_interchange(foresee_interchange(judged, refused, self.new_id), state="refused")
        accepted = _with_seen_documents(one, before)
        return decided_interchange(foresee_interchange(judged, accepted, self.new_id), state="accepted")

    def _seen(self, judged: Judged, one: JudgedInterchange, before: DecidedInterchange) -> DecidedInterchange:
        """An interchange that came before: answered as the first one was, or refused."""
        if one.policy is DuplicatePolicy.IGNORE and before.state == "duplicate":
            foreseen = foresee_interchange(judged, replace(one, documents=()), self.new_id)
            if not before.answers:  # the earlier answer is sent again, and stands where it was given first
                foreseen = replace(foreseen, answers=())
            return decided_interchange(foreseen, state="duplicate")
        return decided_interchange(foresee_interchange(judged, one.as_duplicate(), self.new_id), state=before.state)

    def _minds_order(self, one: JudgedInterchange) -> bool:
        if one.partner is None:
            return False
        terms = self.configuration.partnerships.sequence(one.partner.id, one.interchange.envelope.family)
        return terms.policy is OutOfSequence.REJECT


def _with_seen_documents(one: JudgedInterchange, before: DecidedInterchange) -> JudgedInterchange:
    """The interchange with those documents marked that came before: an accepted copy of a whole interchange has none other."""
    states = {document.ordinal: document.state for document in before.documents if document.state in _SEEN}
    again = before.state == "duplicate"
    documents = tuple(
        replace(document, state=states.get(document.document.ordinal, "duplicate"))
        if document.unique and (again or document.document.ordinal in states)
        else document
        for document in one.documents
    )
    return replace(one, documents=documents)


_LOOKUPS = "lookups are not made: of its document only agreement and route are compared"
_PURGED = "its canonical form was purged: fields are not compared"


def _not_compared(before: Decided, after: Decided) -> list[str]:
    documents = [document for one in after.interchanges for document in one.documents]
    reasons = [_LOOKUPS for document in documents if document.waits]
    gone = [d for one in before.interchanges for d in one.documents if d.json is None and d.state in ("routed", "held")]
    return [*reasons, *(_PURGED for _ in gone)]
