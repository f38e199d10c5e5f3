"""Failures about acknowledgements of what we sent, in words: rejected, contradicted, overdue, unmatched, miscounted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.expectation import ExpectationRow, Said
from gateway.domain.failure import fingerprint
from gateway.domain.matching import Claim
from gateway.domain.storable import storable
from gateway.ports.expectation import SentContent, SentOutbound
from gateway.stages.quoting import NOTHING_SAID, WORDS, Told

STAGE = "reconcile"
_LONGEST = 2000
_CORRECT = "Correct it at its source and send it again"
_WAIVE = "then waive this: gateway acks waive {id} --reason WHY"
_REMEDIES = {
    "rejected-by-partner": f"{_CORRECT}; {_WAIVE}",
    "partly-accepted-by-partner": f"Ask the partner which part it took and send the rest again; {_WAIVE}",
    "acknowledgement-contradicted": f"Ask the partner which of its answers holds; {_WAIVE}",
    "acknowledgement-without-verdict": f"Ask the partner what it means; {_WAIVE}",
    "acknowledgement-overdue": "Ask the partner whether it has it; if not, redeliver it. A late answer ends this by itself.",
    "acknowledgement-unmatched": "Ask the partner what it answers. It is matched by itself as soon as that is found here.",
    "acknowledgement-unreadable": "Ask the partner what it answers; then dismiss it: gateway acks dismiss {id} --reason WHY",
    "acknowledgement-counts-differ": "Ask the partner whether it has all of it; redeliver the interchange if not.",
}
"""What to do about each. `{id}` is what the failure is about."""

TROUBLED = {
    "rejected": "rejected-by-partner",
    "partially_accepted": "partly-accepted-by-partner",
    "contradicted": "acknowledgement-contradicted",
}
"""The states of an expectation in which somebody must act, with the codes of their failures."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of: an interchange of ours, or a document in it, and what an acknowledgement of some type says, in words."""

    outbound: SentOutbound
    content: SentContent | None
    type: str = ""
    told: Told = NOTHING_SAID

    @property
    def ordinal(self) -> int | None:
        """The document's, None for the interchange."""
        return self.content.ordinal if self.content else None

    @property
    def name(self) -> str:
        """`856 1 (despatch D-77) in interchange 42`."""
        interchange = f"interchange {self.outbound.control_number}"
        if self.content is None:
            return f"{self.outbound.type} {interchange}"
        key = self.content.keys[0].replace(":", " ", 1).replace("_", " ") if self.content.keys else ""
        return f"{self.content.type} {self.content.control_number}{f' ({key})' if key else ''} in {interchange}"


@dataclass(frozen=True, slots=True)
class Case:
    """A failure before it is a row. `kind` is what was expected or came; those of one code, kind, partner and owner are one."""

    code: str
    kind: str
    partner: str | None
    owner: str
    message: str

    @property
    def fingerprint(self) -> str:
        """What names the group."""
        return fingerprint(stage=STAGE, code=f"{self.code}:{self.kind}", partner=self.partner, route=None)

    @property
    def text(self) -> str:
        """The message, fit for the database."""
        return storable(self.message)[:_LONGEST]

    def remedy(self, about: object) -> str:
        """What to do about it."""
        return _REMEDIES[self.code].format(id=about)


def troubled(row: ExpectationRow, subject: Subject, said: Said, after: str) -> Case:
    """What a partner said that somebody must act on, with the quotes of what we sent."""
    who = row.partner or "the partner"
    if after == "contradicted" and row.said is not None:
        earlier = WORDS[Said(row.said)]
        told = (
            f"{subject.name}: {who} says now that it was {WORDS[said]} ({subject.type}), and said before that it was {earlier}."
        )
    else:
        told = f"{subject.name} was {WORDS[said]} by {who} ({subject.type})."
    return Case(TROUBLED[after], row.kind, row.partner, row.owner, f"{told} {subject.told.reason}".rstrip())


def without_verdict(row: ExpectationRow, subject: Subject) -> Case:
    """An answer that is none."""
    text = f"{subject.name}: the {subject.type} of {row.partner or 'the partner'} gives no verdict that is known."
    return Case("acknowledgement-without-verdict", row.kind, row.partner, row.owner, text)


def overdue(row: ExpectationRow, subject: Subject, now: datetime) -> Case:
    """Silence."""
    due = f"{row.due_at:%Y-%m-%d %H:%M} UTC" if row.due_at else "some time"
    what = row.kind.replace("_", " ")
    text = f"{subject.name}: its {what} was due at {due} and has not come, {_span(now - row.sent_at)} after sending."
    return Case("acknowledgement-overdue", row.kind, row.partner, row.owner, text)


def unmatched(partner: str | None, owner: str, kind: str, names: Sequence[str]) -> Case:
    """An acknowledgement of something we do not know, or, without names, of nothing at all."""
    whose = partner or "an unknown partner"
    if names:
        text = f"{kind} of {whose} answers {', '.join(names[:5])}, which we have not sent to it."
        return Case("acknowledgement-unmatched", kind, partner, owner, text)
    return Case("acknowledgement-unreadable", kind, partner, owner, f"{kind} of {whose} names nothing that it answers.")


def miscounted(partner: str | None, owner: str, kind: str, claim: Claim, faults: Sequence[str], outbound: SentOutbound) -> Case:
    """Counts or numbers that are not those of what we sent: the verdicts stand, but somebody should look."""
    text = f"{kind} for {claim.text} in interchange {outbound.control_number}: {'; '.join(faults)}."
    return Case("acknowledgement-counts-differ", kind, partner, owner, text)


def _span(passed: timedelta) -> str:
    """`40 min`, `26 h`, `3 days`."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 2 * 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} days"
