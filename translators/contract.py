"""What callers of the translators see: interchanges read, terms that judge them, acknowledgements, interchanges to send.

Reading yields events, so that an interchange of any size is held one document at a time; `registry.translate` folds the
events of a small transmission into values. Every value is frozen and holds no reference to the bytes it came from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from translators.finding import Code, Finding, Severity
from translators.parsed import ParsedSegment
from translators.payload import Payload
from translators.writing_terms import USUAL_ENVELOPE, AcknowledgementTerms, EnvelopeTerms, Guide, Separators, When, WritingTerms
from translators.xml_terms import USUAL as XML_AS_USUAL
from translators.xml_terms import Schema, XmlTerms

if TYPE_CHECKING:  # the models bring pydantic along, which takes longer to import than everything else here
    from translators.canonical.base import CanonicalDocument
    from translators.flatfile.layout import Layout

__all__ = [
    "Acknowledgement",
    "AcknowledgementTerms",
    "Document",
    "DocumentRead",
    "DocumentTerms",
    "Envelope",
    "EnvelopeTerms",
    "Event",
    "Family",
    "FamilyTranslator",
    "Group",
    "Guide",
    "Identity",
    "Interchange",
    "InterchangeClosed",
    "InterchangeOpened",
    "Origin",
    "OutboundDocument",
    "OutboundGroup",
    "OutboundInterchange",
    "Schema",
    "Separators",
    "Stray",
    "Terms",
    "TermsFor",
    "Translation",
    "Verdict",
    "When",
    "WritingTerms",
    "WrittenDocument",
    "XmlTerms",
    "anything",
]


class Family(StrEnum):
    """The syntax an interchange is written in."""

    X12 = "x12"
    EDIFACT = "edifact"
    XML = "xml"
    JSON = "json"
    FLAT = "flat"


class Verdict(StrEnum):
    """What the syntax check decided about an interchange, a group, a set or a message."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Identity:
    """A trading partner's address on an envelope: ISA05/06 or UNB S002 0004/0007, trimmed. The qualifier is part of it."""

    qualifier: str
    id: str

    def __str__(self) -> str:
        return f"{self.qualifier}:{self.id}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """An interchange header as sent, before any judgement.

    `version` is ISA12 (`00401`) or the UNB syntax (`UNOC:3`), `acknowledgement_requested` ISA14 or UNB 0031, `prepared` date and
    time as sent. `header` holds the 16 raw elements of ISA, or the raw composites of UNB (components joined), to be echoed.
    """

    family: Family
    sender: Identity
    receiver: Identity
    control_number: str
    version: str
    test: bool
    acknowledgement_requested: str
    prepared: str
    offset: int
    header: tuple[str, ...]
    separators: Separators


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """What an agreement says about reading one document type.

    `versions` are the agreed versions as they stand on the wire (`004010`, `D.96A`); empty means any that we support.
    `severities` overrides the defaults: a severity, or None to switch a check off. `by_version` holds versions agreed apart.
    """

    agreed: bool = True
    versions: frozenset[str] = frozenset()
    severities: Mapping[Code, Severity | None] = field(default_factory=dict)
    timezone: tzinfo = ZoneInfo("UTC")
    max_findings: int = 100
    guide: Guide | None = None
    xml: XmlTerms = XML_AS_USUAL
    lineage: bool = False
    """Whether documents say where each of their members came from: for people, not on the hot path."""
    by_version: Mapping[str, "DocumentTerms"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an interchange is judged: made by the gateway from partner and agreements, or `anything` for offline use.

    `documents` is keyed by type on the wire (`850`, `ORDERS`); `default` judges all others. `findings` are the caller's own
    about the envelope (sender unknown, test not supported); errors among them refuse the interchange like any other.
    """

    documents: Mapping[str, DocumentTerms] = field(default_factory=dict)
    default: DocumentTerms = field(default_factory=DocumentTerms)
    severities: Mapping[Code, Severity | None] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    acknowledgement: AcknowledgementTerms = field(default_factory=AcknowledgementTerms)
    writing: WritingTerms = field(default_factory=WritingTerms)
    """How acknowledgements are written: in the syntax of what they answer, unless one is agreed."""
    max_segment_bytes: int = 1_048_576
    max_document_bytes: int = 8_388_608
    max_document_segments: int = 100_000
    """A set or message beyond either limit is refused without being read: its canonical form would not fit into memory."""
    max_documents: int = 999_999
    """Sets or messages of one interchange: as many as GE01 and UNZ 0036 can count, and one acknowledgement can name."""
    max_findings: int = 100

    def for_document(self, document_type: str, *versions: str) -> DocumentTerms:
        """The terms for a set or message type: those of the first of its versions that has its own."""
        terms = self.documents.get(document_type, self.default)
        return next((own for version in versions if (own := terms.by_version.get(version))), terms) if terms.by_version else terms


TermsFor = Callable[[Envelope], Terms]


def anything(_envelope: Envelope) -> Terms:
    """Terms that agree to every document we can read, with default severities: for `validate` and `translate` offline."""
    return _ANYTHING


_ANYTHING = Terms()


@dataclass(frozen=True, slots=True)
class Origin:
    """A member of a canonical document (`lines[0].item.name`) and the place it came from, counted from 1, the header being 1."""

    path: str
    segment: int
    element: int
    component: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A transaction set or message that was read.

    `ordinal` counts from 1 in the interchange, `group` names the group's ordinal (0 when there are no groups). `version` is
    the version on the wire (`004010`, `D.96A`), `name` the canonical document's name (`purchase_order`), `canonical` None
    when the document is rejected or no mapping exists. `start` and `end` delimit its bytes in the transmission.
    """

    ordinal: int
    group: int
    type: str
    version: str
    association: str
    control_number: str
    start: int
    end: int
    segments: int
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    name: str | None = None
    canonical: "CanonicalDocument | None" = None
    lineage: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A functional group (GS … GE) or message group (UNG … UNE). `claimed` is the count its trailer gave, None without one.

    `verdict` already takes its documents into account: partly accepted when at least one was refused and one was not.
    """

    ordinal: int
    functional_id: str
    sender: str
    receiver: str
    control_number: str
    version: str
    claimed: int | None
    received: int
    accepted: int
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class InterchangeOpened:
    """The header was read. Comes first, once per interchange."""

    envelope: Envelope
    terms: Terms


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A set or message was read to its end. Nothing may be done with it before the interchange is known to be whole."""

    document: Document


@dataclass(frozen=True, slots=True)
class InterchangeClosed:
    """The trailer, the end of data or the next header was met. `findings` are those of the interchange's own level.

    An interchange whose own findings hold an error is refused with everything in it, whatever its documents were worth:
    its verdict is rejected, and so are those of its groups.
    """

    end: int
    groups: tuple[Group, ...]
    documents: int
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Stray:
    """Bytes that belong to no interchange, or a transmission that holds none."""

    finding: Finding


Event = InterchangeOpened | DocumentRead | InterchangeClosed | Stray


@dataclass(frozen=True, slots=True)
class Interchange:
    """A whole interchange as one value: the fold of its events."""

    envelope: Envelope
    terms: Terms
    end: int
    groups: tuple[Group, ...]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Translation:
    """Everything found in a transmission. `findings` are those about bytes outside of interchanges."""

    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OutboundDocument:
    """A set or message body to send: rendered segments between header and trailer, each with its terminator.

    `segments` is their number without header and trailer. `header` holds header elements beyond type and reference:
    the S009 components for EDIFACT, the implementation reference for X12 (or nothing).
    """

    type: str
    body: str
    segments: int
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A canonical document as a set or message, with what could not be said in it as findings.

    `functional_id` is the group it belongs to (GS01), empty where there are no groups; `version` goes into the group's header.
    """

    document: OutboundDocument
    functional_id: str
    version: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OutboundGroup:
    """A group to send. EDIFACT interchanges without UNG use one group with empty `functional_id`."""

    functional_id: str
    sender: str
    receiver: str
    version: str
    documents: tuple[OutboundDocument, ...]


@dataclass(frozen=True, slots=True)
class OutboundInterchange:
    """An interchange to send, complete but for its control numbers and its time of preparation.

    `loose` are segments between header and first group (TA1), rendered with terminators. `version` is ISA12, the UNB syntax
    (`UNOC:3`), or what holds the documents where there is no envelope (`SBDH-1.0`, `list`). `layout` is that of a flat file.
    """

    family: Family
    sender: Identity
    receiver: Identity
    version: str
    test: bool
    separators: Separators
    groups: tuple[OutboundGroup, ...] = ()
    loose: str = ""
    envelope: EnvelopeTerms = USUAL_ENVELOPE
    layout: "Layout | None" = None

    def references(self) -> tuple[tuple[str, ...], ...]:
        """The control numbers of the documents in each group when it is sealed: ST02 within its group, UNH 0062 within the whole.

        The other families have none; there they are the ordinals.
        """
        numbers = count(1)
        if self.family is Family.X12:
            return tuple(tuple(f"{ordinal:04}" for ordinal in range(1, len(group.documents) + 1)) for group in self.groups)
        return tuple(tuple(str(next(numbers)) for _ in group.documents) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An acknowledgement that is owed. `type` is `TA1`, `997`, `999` or `CONTRL`; `verdict` what it says overall.

    `explanation` says in plain words, a line each, what it tells the partner.
    """

    type: str
    verdict: Verdict
    outbound: OutboundInterchange
    explanation: tuple[str, ...]


class FamilyTranslator(Protocol):
    """What each family module provides under these names. All are pure; none raises on bad input."""

    def documents(self) -> Mapping[str, tuple[str, ...]]:
        """The canonical documents that each type on the wire stands for, the usual one first."""

    def prepare(self, document_type: str) -> None:
        """Import what reading and acknowledging a type takes beside its models."""

    def separators(self, version: str) -> Separators:
        """The usual separators of an interchange version: ISA12, or the syntax of UNB."""

    def check_place(self, version: str, place: str) -> None:
        """Whether a place of a partner's guide can be. Raises LocationInvalid with the reason."""

    def read(self, data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
        """Read one interchange that begins at `start`; the last event is its `InterchangeClosed`, whose `end` is past it."""

    def parse(self, data: Payload, start: int) -> Iterator[ParsedSegment]:
        """All segments from `start` to the end of the interchange, named, unjudged."""

    def acknowledge(self, interchange: Interchange) -> tuple[Acknowledgement, ...]:
        """The acknowledgements owed for an interchange under its terms; none for one that holds only acknowledgements."""

    def write(self, document: "CanonicalDocument", document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
        """A canonical document as a set or message. Raises DefinitionMissing when the family cannot write it so."""

    def seal(
        self, outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime
    ) -> bytes:
        """The final bytes: envelopes filled, counts and references consistent by construction. `prepared` is in UTC."""
