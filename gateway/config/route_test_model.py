"""The format of route tests: files in the folder `route-tests` beside routes.toml."""

from typing import Any

from pydantic import Field, model_validator

from gateway.config.fields import Id
from gateway.config.table import Table, Text


class ExpectSentTable(Table):
    """An interchange that goes to the partner. Only what is named is compared."""

    type: Text | None = Field(default=None, description='"997", "CONTRL", "855" …')
    verdict: Text | None = Field(
        default=None, description="Of an acknowledgement: accepted, accepted_with_errors, partly_accepted, rejected."
    )
    channel: Id | None = Field(default=None, description="The channel it goes by.")
    content: Text | None = Field(
        default=None, description="Its bytes; control numbers and times are set aside, segments may stand on lines of their own."
    )
    file: Text | None = Field(default=None, description="A file with its bytes, relative to this one.")


class ExpectDocumentTable(Table):
    """What becomes of a document. Only what is named is compared."""

    document: Text | None = Field(default=None, description='Canonical name: "purchase_order".')
    state: Text | None = Field(
        default=None, description="routed, unrouted, stopped, rejected, refused, unmapped, consumed, held or pending."
    )
    verdict: Text | None = Field(default=None, description="accepted, accepted_with_errors or rejected.")
    agreement: Id | None = Field(default=None)
    route: Id | None = Field(default=None, description="The route that takes it.")
    findings: list[Text] | None = Field(
        default=None, description='All that is found in it, as "warning code-not-in-list at 12 N1-03"; [] for nothing.'
    )
    failures: list[Text] | None = Field(default=None, description="Codes of what stops it.")
    deliver: list[Text] | None = Field(default=None, description='All deliveries that follow: "odoo as sale_order".')
    fields: dict[str, Any] = Field(default={}, description='Members as read, by path: { "lines[0].quantity" = 10 }.')
    routed: dict[str, Any] = Field(default={}, description="The same as the rules of its route leave them.")
    request: dict[str, dict[str, Any]] = Field(
        default={},
        description='What is asked of an HTTP application: { wms = { method = "POST", "body.number" = "4711" } }.',
    )


class ExpectTable(Table):
    """What becomes of the whole."""

    state: Text | None = Field(default=None, description="translated or unreadable.")
    partner: Id | None = Field(default=None, description="Who sent it.")
    findings: list[Text] | None = Field(default=None, description="All that is found in its envelope and around it.")
    document: list[ExpectDocumentTable] | None = Field(default=None)
    acknowledgement: list[ExpectSentTable] | None = Field(default=None)
    written: list[ExpectSentTable] | None = Field(default=None, description="What documents of ours are written as.")


class RouteTestTable(Table):
    """A document that comes, and what is to become of it."""

    name: Text
    channel: Id | None = Field(default=None, description="The channel it comes by; default: one of its sender's.")
    partner: Id | None = Field(default=None, description="A canonical document of ours, for this partner.")
    file: Text | None = Field(default=None, description="The document, relative to this file.")
    content: Text | None = Field(default=None, description="The document itself; line ends are taken as they stand.")
    file_name: Text | None = Field(default=None, description="The name it comes under, where that says what it is.")
    expect: ExpectTable

    @model_validator(mode="after")
    def _one_document(self) -> "RouteTestTable":
        if (self.file is None) == (self.content is None):
            raise ValueError('a test has either "file" or "content"')
        if self.channel is not None and self.partner is not None:
            raise ValueError('a test has either "channel", for what comes, or "partner", for what goes out')
        return self


class RouteTestFile(Table):
    """A file of route tests."""

    test: list[RouteTestTable] = Field(min_length=1)
