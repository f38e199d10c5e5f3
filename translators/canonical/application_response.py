"""What an application says of a document it was sent: X12 824, EDIFACT APERAK, UBL ApplicationResponse.

It speaks of content: unknown items, wrong prices, missing orders. Of syntax speaks the functional acknowledgement.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Header, digest, reference_keys
from translators.canonical.parts import Amount, Contact, DocumentReference, Part, Party, Quantity, Reference, Text


class Answer(StrEnum):
    """What became of a document."""

    ACCEPTED = "accepted"
    WITH_CHANGES = "with_changes"
    WITH_ERRORS = "with_errors"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    RECEIVED = "received"
    OTHER = "other"


class ApplicationError(Part):
    """One thing that is wrong. `code` is as sent, `text` says it in words, `severity` is error, warning or information.

    `line` is the number of the line it is about; `field`, `value` and `segment` say where and what, in the words of the sender.
    `expected` is what should have stood there. Where `code` is one of a list of codes, `code_list` and `agency` say of which.
    """

    code: str | None = None
    code_list: str | None = None
    agency: str | None = None
    text: str | None = None
    severity: str | None = None
    line: str | None = None
    field: str | None = None
    value: str | None = None
    expected: str | None = None
    segment: str | None = None
    segment_number: int | None = None
    element: int | None = None
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class AnsweredDocument(Part):
    """A document that is answered: its kind and number, its verdict, and what is wrong with it.

    `interchange`, `group` and `control_number` are those of the envelope it came in, `sender` and `receiver` the applications it
    names, `type` and `version` those of the set or message, `reason` why its status is what it is.
    """

    status: Answer
    document: DocumentReference | None = None
    type: str | None = None
    version: str | None = None
    reason: str | None = None
    sender: str | None = None
    receiver: str | None = None
    interchange: str | None = None
    group: str | None = None
    control_number: str | None = None
    sent: date | datetime | None = None
    amounts: dict[str, Amount] = Field(default_factory=dict)
    quantities: dict[str, Quantity] = Field(default_factory=dict)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    other_parties: list[Party] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    errors: list[ApplicationError] = Field(default_factory=list)


class ApplicationResponse(Header):
    """The verdict on one or several documents. Its key is its number and who issued it. `status` is of them all together."""

    NAME: ClassVar[str] = "application_response"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("ordering_party", "buyer", "seller", "carrier")
    KEY: ClassVar[str] = "application_response"

    schema_: Literal["application_response/1"] = Field(default="application_response/1", alias="schema")
    status: Answer
    documents: list[AnsweredDocument] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, then kind and number of each document answered, and references."""
        yield self.KEY, self.number
        for answered in self.documents:
            if answered.document is not None:
                yield answered.document.kind or "document", answered.document.number
            yield from reference_keys(answered.references)
        yield from reference_keys(self.references)

    def distinguishing(self) -> tuple[str, ...]:
        """What is answered, and how: some systems number their responses by what they answer."""
        answered = [each.document.number if each.document else each.control_number or "" for each in self.documents]
        return (answered[0] if len(answered) == 1 else digest(answered), str(self.status))
