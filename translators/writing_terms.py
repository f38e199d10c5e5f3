"""How an agreement wants us to write: service characters, the partner's guide, envelopes, which acknowledgements."""

from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from translators.xml_terms import Schema

if TYPE_CHECKING:
    from translators.flatfile.layout import Layout


@dataclass(frozen=True, slots=True)
class Separators:
    """The service characters in force. `repetition` and `release` are empty where the syntax version has none.

    `line_end` is what we write behind each segment: nothing, unless agreed otherwise.
    """

    element: str
    component: str
    segment: str
    repetition: str = ""
    release: str = ""
    decimal: str = "."
    line_end: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """What one partner asks for beyond the standard, by locations (`REF+DP.02`, `PIA+5[C212.7143='IN'].C212.7140`).

    `mapping` puts members of the canonical document elsewhere, `mandatory` must be filled, `codes` restrict what may stand at a
    location. See `translators.mapping.location` for how a location is written.
    """

    name: str
    mapping: tuple[tuple[str, str], ...] = ()
    mandatory: tuple[str, ...] = ()
    codes: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class EnvelopeTerms:
    """What an agreement puts into the envelopes that we write; what is empty is as usual, or left out.

    Applications are GS02 and GS03, or the addresses of UNG (`id` or `id:qualifier`). `acknowledgement` is ISA14 or 0031, `usage`
    ISA15 or 0035, but a test is never written as anything else. `version` is ISA12, or what holds documents that have no envelope
    (`SBDH-1.0`, `list`, `lines`).
    """

    version: str = ""
    authorisation: tuple[str, str] = ("00", "")
    """ISA01 and ISA02."""
    security: tuple[str, str] = field(default=("00", ""), repr=False)
    """ISA03 and ISA04."""
    acknowledgement: str = ""
    usage: str = ""
    sender_application: str = ""
    receiver_application: str = ""
    group_version: str = ""
    """GS08, where it is more than the version (`004010VICS`)."""
    groups: bool = False
    """Whether EDIFACT messages stand in groups (UNG … UNE)."""
    service_string: bool = False
    """Whether UNA is sent also when it says what holds anyway."""
    sender_routing: str = ""
    """0008."""
    receiver_routing: str = ""
    """0014."""
    reference: str = field(default="", repr=False)
    """S005: the recipient's reference or password, with its qualifier behind a colon."""
    application_reference: str = ""
    """0026."""
    priority: str = ""
    """0029."""
    agreement: str = ""
    """0032."""


USUAL_ENVELOPE = EnvelopeTerms()


@dataclass(frozen=True, slots=True)
class WritingTerms:
    """How documents are written for a partner: separators (None: the usual ones of the family), the zone of times, the syntax.

    `syntax` is the identifier and version of UNB, which decides on the character set; empty is `UNOC:3`, and for an
    acknowledgement the syntax of what it answers. `association` is 0057 of UNH. Up to `batch` documents share an interchange.
    `layout` is that of flat files.
    """

    separators: Separators | None = None
    timezone: tzinfo = ZoneInfo("UTC")
    syntax: str = ""
    guide: Guide | None = None
    association: str = ""
    envelope: EnvelopeTerms = USUAL_ENVELOPE
    batch: int = 1
    layout: "Layout | None" = None
    schema: Schema | None = None
    """That of an operator, by which XML documents are judged before they go."""


class When(StrEnum):
    """When a technical acknowledgement is due."""

    NEVER = "never"
    ASKED = "asked"
    ALWAYS = "always"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class AcknowledgementTerms:
    """Which acknowledgements the agreement owes, and how they are written.

    `functional` is `997`, `999`, `CONTRL` or empty for none. `technical` says when a TA1 (or a receipt-only CONTRL) is due.
    `list_accepted` names accepted sets and messages too (AK2, UCM). `note_errors` answers tolerated deviations with E.
    """

    functional: str = ""
    technical: When = When.ASKED
    list_accepted: bool = False
    note_errors: bool = False
    version: str = ""
    """Version of the acknowledgement; empty: the subject's (997) or by syntax version (CONTRL)."""
