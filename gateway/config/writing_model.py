"""The tables of routes.toml that say how we write for a partner: separators, character set, envelopes, batches.

In an agreement about what comes in they are about the acknowledgements that we write; in one about what goes out, about the
documents.
"""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from gateway.config.table import Secret, Table, Text

Mark = Annotated[str, Field(min_length=1, max_length=1)]
Charset = Literal[
    "UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF", "UNOG", "UNOH", "UNOI", "UNOJ", "UNOK", "UNOL", "UNOW", "UNOX", "UNOY"
]


class SeparatorsTable(Table):
    """The service characters of X12 and EDIFACT; those that are not named are the usual ones."""

    element: Mark | None = Field(default=None, description='Between elements: "*" in X12, "+" in EDIFACT.')
    component: Mark | None = Field(default=None, description='Between components: ">" in X12, ":" in EDIFACT.')
    segment: Mark | None = Field(default=None, description='Ends a segment: "~" in X12, "\'" in EDIFACT.')
    repetition: Mark | None = Field(
        default=None, description='Between repetitions: "^" in X12 from 00402 on, "*" in EDIFACT from syntax version 4 on.'
    )
    release: str | None = Field(default=None, max_length=1, description='EDIFACT: "?"; "" for none.')
    decimal: Literal[".", ","] | None = Field(default=None, description='EDIFACT: the decimal mark, "." or ",".')


class EnvelopeTable(Table):
    """What stands in the envelopes that we write. What is left out is as usual: empty, or as the interchange itself needs it."""

    version: Text | None = Field(
        default=None,
        description='X12: ISA12, as "00401". XML: "SBDH-1.0" for a StandardBusinessDocumentHeader. JSON: "list" or "lines".',
    )
    authorisation_qualifier: Text | None = Field(default=None, description="X12: ISA01.")
    authorisation: Text | None = Field(default=None, description="X12: ISA02.")
    security_qualifier: Text | None = Field(default=None, description="X12: ISA03.")
    security: Secret = Field(default=SecretStr(""), description="X12: ISA04, by reference.")
    acknowledgement: Literal["0", "1", "2"] | None = Field(
        default=None, description="ISA14 (0, 1) or UNB 0031 (1, 2): whether documents ask for an acknowledgement."
    )
    usage: Literal["P", "T", "I", "1", "2", "3", "4"] | None = Field(
        default=None, description="ISA15 (P, T, I; tests are always T) or UNB 0035 (1 to 4)."
    )
    sender_application: Text | None = Field(
        default=None, description="GS02, or the sender of UNG with its qualifier: id:qualifier."
    )
    receiver_application: Text | None = Field(
        default=None, description="GS03, or the receiver of UNG with its qualifier: id:qualifier."
    )
    group_version: Text | None = Field(default=None, description='X12: GS08 where it is more than the version, as "004010VICS".')
    groups: bool | None = Field(default=None, description="EDIFACT: put messages into groups (UNG and UNE).")
    sender_routing: Text | None = Field(default=None, description="EDIFACT: UNB S002 0008.")
    receiver_routing: Text | None = Field(default=None, description="EDIFACT: UNB S003 0014.")
    reference: Text | None = Field(
        default=None, description="EDIFACT: UNB S005 0022, the reference that the recipient gave (AA)."
    )
    password: Secret = Field(default=SecretStr(""), description="EDIFACT: UNB S005 0022 as a password (BB), by reference.")
    application_reference: Text | None = Field(default=None, description="EDIFACT: UNB 0026.")
    priority: Text | None = Field(default=None, description="EDIFACT: UNB 0029.")
    agreement: Text | None = Field(default=None, description="EDIFACT: UNB 0032.")


class WritingTable(Table):
    """How we write for the partner: documents that go out, and acknowledgements of what comes in."""

    separators: SeparatorsTable = Field(default_factory=SeparatorsTable)
    newline: Literal["none", "lf", "crlf", "cr"] | None = Field(default=None, description="What follows each segment.")
    charset: Charset | None = Field(
        default=None,
        description="EDIFACT: the character set as UNB names it. Default: UNOC; of acknowledgements that of the subject.",
    )
    syntax: Literal[1, 2, 3, 4] | None = Field(
        default=None, description="EDIFACT: the syntax version. Default: 3; of acknowledgements that of the subject."
    )
    una: bool | None = Field(default=None, description="EDIFACT: send UNA also when it says what holds anyway.")
    association: Text | None = Field(default=None, description='EDIFACT: 0057 in UNH, as "EAN008".')
    batch: int | None = Field(default=None, ge=1, le=100_000, description="Documents that share an interchange; default: 1.")
    envelope: EnvelopeTable = Field(default_factory=EnvelopeTable)
