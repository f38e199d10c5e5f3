"""Partners' receipts for what we sent, synchronous and asynchronous: judged, stored once, told to the ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from gateway.channels.as2.relationship import Relationship
from gateway.domain.expectation import Said
from gateway.domain.failure import fingerprint
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.domain.transfer import receipt_row
from gateway.ports.expectation import ReceiptLedger, TransferReceipt
from gateway.ports.transfers import SentTransfer, Transfers, Wire
from gateway.protocols.as2 import MdnOutcome, MdnVerdict, Mic, Received, Sent, judge_mdn, parse_mic

STATES: Mapping[MdnOutcome, str] = {
    MdnOutcome.ACCEPTED: "verified",
    MdnOutcome.ACCEPTED_WITH_WARNING: "warned",
    MdnOutcome.REJECTED: "negative",
    MdnOutcome.MIC_MISMATCH: "mismatch",
    MdnOutcome.MIC_MISSING: "mismatch",
    MdnOutcome.UNVERIFIED: "unverified",
    MdnOutcome.OTHER_MESSAGE: "unverified",
    MdnOutcome.UNREADABLE: "unverified",
}
"""The state of the receipt after each judgement."""

_SAID = {"verified": Said.ACCEPTED, "warned": Said.ACCEPTED_WITH_ERRORS, "negative": Said.REJECTED, "mismatch": Said.REJECTED}


@dataclass(frozen=True, slots=True)
class Judged:
    """A receipt with its judgement; `state` is that of the transfer now."""

    verdict: MdnVerdict
    state: str
    repeated: bool


class Receipts:
    """Takes receipts in. `ledger` is told what settles an expectation."""

    def __init__(self, transfers: Transfers, *, ledger: ReceiptLedger | None, new_id: Callable[[], UUID]) -> None:
        self._transfers, self._ledger, self._new_id = transfers, ledger, new_id

    async def judge(self, sent: SentTransfer, received: Received, *, signed: bool) -> MdnVerdict:
        """What a receipt says about a message of ours. What was hashed is only read when the partner hashes in another way."""
        mic = _mic(sent)
        if mic is None:
            return MdnVerdict(MdnOutcome.UNREADABLE, "the MIC of what was sent is not known", final=False)
        verdict = judge_mdn(received, Sent(sent.message_id, mic, signed_receipt=signed))
        if verdict.outcome is MdnOutcome.MIC_MISMATCH and (wire := await self._transfers.wire(sent.id)) is not None:
            verdict = judge_mdn(received, Sent(sent.message_id, mic, signed_receipt=signed, hashed=wire.body))
        return verdict

    async def record(
        self, sent: SentTransfer, wire: Wire, received: Received, verdict: MdnVerdict, *, relationship: Relationship, alone: bool
    ) -> Judged:
        """Store a receipt and tell the ledger. `alone`: no delivery is under way that would tell its owner what is wrong.

        Raises StoreUnavailable, CommitUnknown or Contention: hand it over again.
        """
        state = STATES[verdict.outcome]
        disposition = received.mdn.disposition_text if received.mdn else ""
        signed_by = received.signature.certificate.fingerprint if received.signature else None
        contradicts = sent.receipt_state not in ("awaited", "missing", "none", state)
        told = (alone and not verdict.accepted) or contradicts
        failure = self._failure(sent, verdict, relationship) if told else None
        news = await self._transfers.record_receipt(
            sent.id,
            receipt_row(sent.id, wire.headers, wire.body, storable(disposition)[:200]),
            state=state,
            signed_by=signed_by,
            failure=failure,
        )
        await self.tell(news.transfer, state, verdict.reason)
        return Judged(verdict, news.state, news.repeated)

    async def tell(self, sent: SentTransfer, state: str, reason: str) -> None:
        """Settle what is expected for the transfer; doing so again changes nothing."""
        said = _SAID.get(state)
        if self._ledger is not None and said is not None and sent.delivery is not None:
            told = TransferReceipt(id=sent.id, delivery=sent.delivery, said=said, explanation=(storable(reason),))
            await self._ledger.record_receipt(told)

    def _failure(self, sent: SentTransfer, verdict: MdnVerdict, relationship: Relationship) -> FailureRow:
        code, owner = f"receipt-{verdict.outcome}", relationship.owner
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage="acknowledge", code=code, partner=sent.partner, route=None),
            stage="acknowledge",
            code=code,
            partner=sent.partner,
            route=None,
            owner=owner,
            message=storable(f"The receipt for {sent.message_id}: {verdict.reason}"),
            remedy=storable(verdict.remedy) or f"See what was hashed: gateway as2 doctor '{sent.message_id}'.",
            sample=sent.id,
            transmission=sent.transmissions[0] if sent.transmissions else sent.id,
        )


def _mic(sent: SentTransfer) -> Mic | None:
    return parse_mic(f"{sent.mic}, {sent.mic_algorithm}") if sent.mic else None
