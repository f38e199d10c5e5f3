"""A message group (UNG … UNE) while it is read, and what its messages make of it."""

from dataclasses import dataclass

from translators.contract import Group, Verdict
from translators.edifact.judgement import Judgement


@dataclass(slots=True)
class OpenGroup:
    """What UNG said, what was counted since, and what UNE claimed. `sender` and `receiver` are raw composites."""

    ordinal: int
    functional_id: str
    sender: str
    receiver: str
    control_number: str
    version: str
    judgement: Judgement
    claimed: int | None = None
    received: int = 0
    refused: int = 0
    noted: int = 0
    closed: bool = False

    @property
    def accepted(self) -> int:
        """Messages that stand; none when the group itself is refused."""
        return 0 if self.judgement.errors else self.received - self.refused

    def result(self, *, interchange_refused: bool) -> Group:
        """The group as a value, when everything about it is known."""
        verdict = (
            Verdict.REJECTED if interchange_refused or self.judgement.errors else overall(self.received, self.refused, self.noted)
        )
        if verdict is Verdict.ACCEPTED and self.judgement.warnings:
            verdict = Verdict.ACCEPTED_WITH_ERRORS
        return Group(
            ordinal=self.ordinal,
            functional_id=self.functional_id,
            sender=self.sender,
            receiver=self.receiver,
            control_number=self.control_number,
            version=self.version,
            claimed=self.claimed,
            received=self.received,
            accepted=0 if interchange_refused else self.accepted,
            verdict=verdict,
            findings=tuple(self.judgement.findings),
        )


def overall(received: int, refused: int, noted: int) -> Verdict:
    """What messages make of the whole: partly accepted when some stand and some do not."""
    if refused:
        return Verdict.REJECTED if refused >= received else Verdict.PARTLY_ACCEPTED
    return Verdict.ACCEPTED_WITH_ERRORS if noted else Verdict.ACCEPTED
