"""What a milestone triggers: a document for the customer, or one for an application."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.document_path import Json

KIND = "document"
"""The kind of follow-ups that are carried out by making a document."""
CHANNEL = "trigger:"
"""What stands before a trigger's id where the channel of a transmission stands, when its document is for an application."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`document` is made of what is known of the order. It goes to the customer as agreed, or to an application (`to`, `action`).

    `production`: the application takes no test documents unless the trigger says so.
    """

    id: str
    document: str
    to: str | None = None
    action: str = ""
    options: Mapping[str, Json] = field(default_factory=dict)
    production: bool = False
