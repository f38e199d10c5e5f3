"""What a partner says about an interchange it was sent: X12 997, 999 and TA1, EDIFACT CONTRL.

It speaks of syntax only. What it answers is named as the partner named it: leading zeros of control numbers are kept, and
mean nothing.
"""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.base import CanonicalDocument, CanonicalModel


class Verdict(StrEnum):
    """What became of the thing answered."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    RECEIVED = "received"
    """It came in, and nothing is said of its syntax (0083 of 8). Some systems mean `accepted` by it: the agreement decides."""
    UNKNOWN = "unknown"
    """No verdict was given, or none that the standard knows."""


class EnvelopeIdentity(CanonicalModel):
    """An address on an envelope (ISA05/06, UNB S002), as sent and trimmed."""

    qualifier: str | None = None
    id: str


class ErrorContext(CanonicalModel):
    """Where a reported error comes from, in words of the application (CTX of 999): a name with a value, or a place."""

    name: str | None = None
    value: str | None = None
    segment: str | None = None
    segment_number: int | None = None
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    reference: str | None = None


class ReportedError(CanonicalModel):
    """One thing the partner found wrong.

    `code_list` names the list (`TA105`, `AK905`, `AK502`, `AK304`, `AK403`, `0085`), `code` is the value sent, `codes` are
    the findings of ours it may stand for. The place counts as findings do: ST and UNH are segment 1, the first element behind
    the tag is 1. `reference` is the element's number in the dictionary, `value` the bad value as it was copied.
    """

    level: Literal["interchange", "group", "document", "segment", "element"]
    code_list: str
    code: str
    codes: tuple[str, ...] = ()
    segment: str | None = None
    segment_number: int | None = None
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    reference: str | None = None
    value: str | None = None
    contexts: tuple[ErrorContext, ...] = ()


class AnsweredInterchange(CanonicalModel):
    """The interchange that is answered. A 997 or 999 gives no number and no verdict for it, only a TA1 or CONTRL does.

    `sender` and `receiver` are those of what is answered, so `receiver` wrote the acknowledgement. `prepared` is date and
    time as they stood in its header. `verdict_code` is the code as sent.
    """

    sender: EnvelopeIdentity | None = None
    receiver: EnvelopeIdentity | None = None
    control_number: str | None = None
    prepared: str | None = None
    verdict: Verdict | None = None
    verdict_code: str | None = None
    errors: tuple[ReportedError, ...] = ()


class AnsweredGroup(CanonicalModel):
    """A functional group that is answered. The counts are those of AK9: claimed by its trailer, received, accepted."""

    control_number: str
    functional_id: str | None = None
    version: str | None = None
    sender: str | None = None
    receiver: str | None = None
    verdict: Verdict
    verdict_code: str | None = None
    claimed: int | None = None
    received: int | None = None
    accepted: int | None = None
    errors: tuple[ReportedError, ...] = ()


class AnsweredDocument(CanonicalModel):
    """A set or message that is answered; `group` is the control number of its group where there is one."""

    control_number: str
    type: str | None = None
    group: str | None = None
    version: str | None = None
    association: str | None = None
    verdict: Verdict
    verdict_code: str | None = None
    errors: tuple[ReportedError, ...] = ()


class FunctionalAcknowledgement(CanonicalDocument):
    """An acknowledgement of syntax. `type`, `version` and `control_number` are its own; all else is about what it answers.

    Documents that are not listed follow their group and interchange: `verdict_on` says what became of any of them.
    """

    NAME: ClassVar[str] = "functional_acknowledgement"
    VERSION: ClassVar[int] = 1

    schema_: Literal["functional_acknowledgement/1"] = Field(default="functional_acknowledgement/1", alias="schema")
    type: str
    version: str | None = None
    control_number: str | None = None
    verdict: Verdict
    interchange: AnsweredInterchange
    groups: tuple[AnsweredGroup, ...] = ()
    documents: tuple[AnsweredDocument, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def business_keys(self) -> tuple[tuple[str, str], ...]:
        """The control numbers answered: of the interchange and its groups, of the documents where neither is named."""
        keys = [("interchange", self.interchange.control_number)] if self.interchange.control_number else []
        keys += [("group", group.control_number) for group in self.groups if group.control_number]
        if not keys:
            keys = [("document", document.control_number) for document in self.documents if document.control_number]
        return tuple(dict.fromkeys(keys))

    @property
    def identity(self) -> str:
        """What it is, what it answers and what it says: a second verdict on the same thing is another acknowledgement."""
        groups = ",".join(group.control_number for group in self.groups)
        own = self.control_number or ""
        return f"{self.type}|{self.interchange.control_number or ''}|{groups}|{own}|{self.verdict}"

    @property
    def errors(self) -> tuple[ReportedError, ...]:
        """All reported errors, outermost first."""
        of_groups = (error for group in self.groups for error in group.errors)
        of_documents = (error for document in self.documents for error in document.errors)
        return (*self.interchange.errors, *of_groups, *of_documents)

    def verdict_on(self, document: str, *, group: str | None = None) -> Verdict:
        """What became of a document, listed or not, by its control number and that of its group.

        A refused interchange or group takes all in it along; what is not listed in a group that was accepted in part stands,
        if the refused ones are listed.
        """
        around = [self.interchange.verdict, *(g.verdict for g in self.groups if group is None or _same(g.control_number, group))]
        if Verdict.REJECTED in around:
            return Verdict.REJECTED
        listed = [
            d
            for d in self.documents
            if _same(d.control_number, document) and (group is None or d.group is None or _same(d.group, group))
        ]
        if listed:
            return listed[-1].verdict
        nearest = next((verdict for verdict in reversed(around) if verdict is not None), Verdict.UNKNOWN)
        if nearest is Verdict.PARTLY_ACCEPTED:
            named = any(d.verdict is Verdict.REJECTED for d in self.documents) or any(
                g.verdict is Verdict.REJECTED for g in self.groups
            )
            return Verdict.ACCEPTED if named else Verdict.UNKNOWN
        return nearest


def _same(left: str, right: str) -> bool:
    """Whether two control numbers are the same, leading zeros aside."""
    return left.lstrip("0") == right.lstrip("0")
