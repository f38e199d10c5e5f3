"""What kind of message a header announces, and how it is to be read under the terms of the interchange."""

from collections.abc import Mapping
from dataclasses import dataclass

from translators.contract import DocumentTerms, Terms
from translators.edifact import directories
from translators.edifact.framing import value
from translators.edifact.support import Objection, objection_to
from translators.edifact.tokenizer import Elements
from translators.finding import LENIENT, Code, Severity

ACKNOWLEDGEMENTS = {"CONTRL": "functional_acknowledgement", "APERAK": "application_response"}
"""Messages that answer others. They are consumed whatever they look like, and never answered."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Type, version and association of a message (S009), its directory, what stands against reading it, what findings weigh."""

    type: str
    version: str
    association: str
    terms: DocumentTerms
    choice: directories.Choice | None
    objection: Objection | None
    severities: Mapping[Code, Severity | None]

    @property
    def answers(self) -> bool:
        """Whether the message is an acknowledgement itself."""
        return self.type in ACKNOWLEDGEMENTS


def announced(header: Elements, terms: Terms) -> Kind:
    """The kind of message that a UNH announces."""
    name = value(header, 2)
    version = f"{value(header, 2, 2)}.{value(header, 2, 3)}"
    own, choice = terms.for_document(name, version), directories.choose(name, version)
    nearest = LENIENT if choice and not choice.exact else {}
    objection = None if name in ACKNOWLEDGEMENTS else objection_to(name, version, terms, choice)
    return Kind(name, version, value(header, 2, 5), own, choice, objection, {**nearest, **own.severities})
