"""Applications of the type `http`: REST systems that are described, call by call and event by event."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, WithJsonSchema, field_validator, model_validator

from gateway.config.channels.http import HttpCertificateTable, HttpSignatureTable, NetworkText
from gateway.config.channels.http_client import HttpClientTable, HttpUrl
from gateway.config.delivery_model import Breaker, TargetTerms
from gateway.config.fields import Id, ZoneName, written
from gateway.config.quantities import Duration, Size
from gateway.config.table import Secret, Table, Text
from gateway.domain.http_application import Meaning
from gateway.domain.order.milestone import Event
from gateway.domain.token import HASH

Template = Annotated[str, Field(json_schema_extra={"examples": ["{{ document.number }}"]})]
"""A text in Jinja."""
Query = Annotated[str, Field(min_length=1, json_schema_extra={"examples": ["order.id"]})]
"""An expression in JMESPath."""
PathTemplate = Annotated[str, Field(pattern=r"^/[^?#]*$")]
Status = Annotated[int, Field(ge=100, le=599)]


_LINKS = ("order", "shipment", "package", "invoice", "tracking", "return", "payment")
_STATES = (*Event, *Meaning)


def _link_name(value: str) -> str:
    if value.rpartition(":")[2] not in _LINKS:
        raise ValueError(f'"{value}" is no kind of name: use {", ".join(_LINKS)}, with "system:" before it if it is another\'s')
    return value


def _state(value: str) -> str:
    if value not in _STATES:
        raise ValueError(f'"{value}" is no event of an order, and not {", ".join(Meaning)}')
    return value


StateMeaning = Annotated[str, AfterValidator(_state), WithJsonSchema({"type": "string", "enum": [*map(str, _STATES)]})]
"""What a state means: an event of the order, or one of `Meaning`."""
LinkName = Annotated[str, AfterValidator(_link_name)]
"""A kind of names, with the id of the system whose names they are where that is another one: `carrier:tracking`."""


class AnswerCaseTable(Table):
    """Answers of one kind: with one of these statuses, for which a query is true."""

    status: list[Status] = Field(default=[], description="HTTP statuses; default: any.")
    when: Query | None = Field(default=None, description="JMESPath over the body that must be true: \"code == 'LOCKED'\".")

    @model_validator(mode="after")
    def _says_something(self) -> "AnswerCaseTable":
        if not self.status and self.when is None:
            raise ValueError("say by which status, or when")
        return self


class LookUpTable(Table):
    """How to find out whether something is there already, before it is asked for again."""

    path: PathTemplate = Field(description="Path of the question (GET), behind the application's url.")
    query: dict[str, Template] = Field(default={}, description="Its parameters.")
    found: Query = Field(default="@", description="JMESPath of what there is: nothing, one, or a list.")
    reference: Query | None = Field(default=None, description="JMESPath in the one: the system's own name for it.")
    none: AnswerCaseTable = Field(
        default_factory=lambda: AnswerCaseTable(status=[404]), description="Answers that say there is nothing; default: 404."
    )
    repeats_only: bool = Field(
        default=False,
        description="Not before the first attempt: it saves a call, but what is replayed is done again.",
    )


class HttpActionTable(Table):
    """One call, by which deliveries with this `as` are made."""

    action: Text = Field(alias="as", description='What routes call it: "warehouse_order".')
    method: Literal["POST", "PUT", "PATCH", "DELETE", "GET"] = Field(default="POST")
    path: PathTemplate = Field(description="Path behind the application's url; each value put in stays one part of it.")
    query: dict[str, Template] = Field(default={}, description="Parameters behind the path.")
    headers: dict[str, Template] = Field(default={}, description="Headers of this call. Secrets belong into login.")
    body: dict[str, Any] | list[Any] | None = Field(
        default=None, description="The body as JSON whose texts are templates. A list: { each, as, when, item }."
    )
    template: Text | None = Field(default=None, description="The body as one text, instead of `body`.")
    template_file: Text | None = Field(default=None, description="A file with that text, relative to routes.toml.")
    media_type: Text = Field(default="application/json", description="Content-Type of the body.")
    key_header: Text | None = Field(default=None, description="Header that carries the idempotency key: Idempotency-Key.")
    idempotent: bool = Field(
        default=False,
        description="The system does nothing twice for the same key, which a header or {{ key }} carries. Without it, and "
        "without look_up, a call whose answer is lost waits in doubt for a person.",
    )
    look_up: LookUpTable | None = Field(default=None, description="Asked before a repeat: what is found is not done again.")
    delivered: AnswerCaseTable | None = Field(default=None, description="Answers that say it is done; default: 200 to 299.")
    already: AnswerCaseTable | None = Field(default=None, description="Answers that say it was done before: 409 with some.")
    later: AnswerCaseTable | None = Field(default=None, description="Answers to come again after, beside 408, 425, 429, 503.")
    refused: AnswerCaseTable | None = Field(default=None, description="Answers that are final, whatever their status.")
    schema_: Text | None = Field(
        default=None,
        alias="schema",
        description="File with the JSON Schema of an answer that says done, relative to routes.toml.",
    )
    reference: Query | None = Field(default=None, description="JMESPath of the system's own name for what it made.")
    links: dict[LinkName, Query] = Field(
        default={}, description='JMESPath of further names of the order and its parts, by kind: { shipment = "shipment.id" }.'
    )
    number: Query | None = Field(
        default=None,
        description="JMESPath in the document of the customer's order number; default: where such documents have it.",
    )
    message: Query | None = Field(default=None, description="JMESPath of why, for people.")
    state: Query | None = Field(default=None, description="JMESPath of how things stand, as the answer says it.")
    states: dict[str, StateMeaning] = Field(
        default={},
        description="What each state means: an event of the order, nothing, refused, or later. Any other one is a failure.",
    )
    milestone: Event | None = Field(default=None, description="What happened to the order when this is done: released.")

    @model_validator(mode="after")
    def _fit_together(self) -> "HttpActionTable":
        bodies = [name for name in ("body", "template", "template_file") if getattr(self, name) is not None]
        if len(bodies) > 1:
            raise ValueError(f"{' and '.join(bodies)} each are the whole body: keep one")
        if bodies and self.method in {"GET", "DELETE"}:
            raise ValueError(f"{self.method} has no body")
        if bool(self.state) != bool(self.states):
            raise ValueError("state and states belong together: one finds it, the other says what it means")
        return self


class LinesTable(Table):
    """How the lines of an event are read."""

    each: Query = Field(description="JMESPath of the list in an event.")
    quantity: Query = Field(description="JMESPath in a member of it: how much.")
    line: Query | None = Field(default=None, description="JMESPath in a member: the number of the order's line.")
    unit: Query | None = Field(default=None, description="JMESPath in a member: the unit.")
    item: Query | None = Field(
        default=None, description="JMESPath in a member: an identifier of the item, where lines have no number."
    )

    @model_validator(mode="after")
    def _names_lines(self) -> "LinesTable":
        if self.line is None and self.item is None:
            raise ValueError("say which line it is, by line or by item")
        return self


class EventTable(Table):
    """What events of some kinds say."""

    kind: list[Text] | Text = Field(description="The kinds, as the system writes them.")
    when: Query | None = Field(default=None, description="JMESPath over the event that must be true.")
    milestone: Event | None = Field(default=None, description="What happened to the order: picked.")
    number: Query | None = Field(default=None, description="JMESPath of the customer's order number.")
    customer: Query | None = Field(default=None, description="JMESPath of the customer, by its id here.")
    lines: LinesTable | None = Field(default=None)
    total: bool = Field(default=False, description="Quantities are what has come together until then, not what was added.")
    links: dict[LinkName, Query] = Field(
        default={}, description='JMESPath of names by kind: { order = "order_id", "carrier:tracking" = "parcels[].tracking" }.'
    )
    reason: Query | None = Field(default=None, description="JMESPath of the reason, for people.")
    document: dict[str, Any] | None = Field(
        default=None, description="A canonical document as JSON whose texts are templates over `event`; `schema` names it."
    )
    outgoing: bool = Field(default=False, description="The document is for the partner, not from it.")

    @property
    def kinds(self) -> list[str]:
        """The kinds, as a list."""
        return [self.kind] if isinstance(self.kind, str) else self.kind

    @model_validator(mode="after")
    def _says_something(self) -> "EventTable":
        if self.milestone is None and self.document is None:
            raise ValueError("say what it means, by milestone or document; kinds that mean nothing stand in ignore")
        return self


class ReadingTable(Table):
    """How a body with events is taken apart."""

    events: Query = Field(default="@", description="JMESPath of the list of events, or of the one; default: the whole body.")
    key: Query = Field(description="JMESPath in an event: what names it for ever.")
    kind: Query = Field(description="JMESPath in an event: what kind it is of.")
    occurred: Query | None = Field(
        default=None, description="JMESPath in an event: when it was. ISO 8601, or seconds since 1970."
    )
    version: Query | None = Field(default=None, description="JMESPath in an event: a number that grows with each about an order.")
    test: Query | None = Field(default=None, description="JMESPath in an event that is true for test orders.")
    number: Query | None = Field(default=None, description="As in event, for all that say nothing else.")
    customer: Query | None = Field(default=None, description="As in event, for all that say nothing else.")
    links: dict[LinkName, Query] = Field(default={}, description="As in event; what an event says is added.")
    schema_: Text | None = Field(
        default=None, alias="schema", description="File with the JSON Schema of an event, relative to routes.toml."
    )
    timezone: ZoneName = Field(default="UTC", description="Zone of times that have none.")
    partner: Id | None = Field(default=None, description="Whose documents these are: who stands behind the application.")
    ignore: list[Text] = Field(default=[], description="Kinds that are known and mean nothing here.")
    event: list[EventTable] = Field(
        min_length=1, description="What the other kinds mean. Any that is named nowhere is a failure."
    )

    @model_validator(mode="after")
    def _whose_they_are(self) -> "ReadingTable":
        if self.partner is None and any(event.document is not None for event in self.event):
            raise ValueError("say whose documents these are: partner")
        for event in self.event:
            if event.milestone is not None and not (self.number or event.number or self.links or event.links):
                raise ValueError(f"say which order {event.kinds[0]} is about, by number or by links")
        return self


class WebhookTable(ReadingTable):
    """What the system posts to /v1/applications/<id>/webhook, and how it proves that it is the one."""

    token_hashes: list[Secret] = Field(
        default=[], description='Hashes of the tokens, "sha256:" and 64 hexadecimal digits, by reference.'
    )
    url_hashes: list[Secret] = Field(
        default=[], description="Hashes of secrets for /v1/applications/<id>/webhook/<secret>, for systems that set no header."
    )
    addresses: list[NetworkText] = Field(default=[], description="Addresses and networks that alone may post; default: any.")
    signature: HttpSignatureTable | None = Field(default=None)
    client_certificate: HttpCertificateTable | None = Field(default=None)
    max_size: Size = written("1MiB", "Largest body that is taken.")
    at_once: int = Field(default=20, ge=1, le=200, description="Posts being worked on at one time.")

    @field_validator("token_hashes", "url_hashes")
    @classmethod
    def _hashed(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(secret.get_secret_value() and not HASH.fullmatch(secret.get_secret_value()) for secret in value):
            raise ValueError('a token hash is "sha256:" and 64 lower-case hexadecimal digits')
        return value

    @model_validator(mode="after")
    def _some_proof(self) -> "WebhookTable":
        if not (self.token_hashes or self.url_hashes or self.signature or self.client_certificate):
            raise ValueError("say how the system proves who it is (token_hashes, signature, url_hashes, client_certificate)")
        return self


class HttpListTable(ReadingTable):
    """What we ask for every so often: a list, from where it was left, page by page."""

    id: Id
    path: PathTemplate = Field(description="Path of the list; templates may use position, since and page.")
    query: dict[str, Template] = Field(default={}, description='Its parameters: { since = "{{ since }}" }.')
    position: Query | None = Field(
        default=None, description="JMESPath in an event: a time or a growing number. The largest is where the next round begins."
    )
    begin: str = Field(default="", description="Position of the first round.")
    overlap: Duration = written(
        "0s", "How far before the position each round begins, where it is a time: clocks and commits differ."
    )
    next: Query | None = Field(default=None, description="JMESPath of the next page's address; Link headers are followed anyway.")
    numbered: bool = Field(default=False, description="Pages are counted by {{ page }} until one is empty.")
    failed: AnswerCaseTable | None = Field(default=None, description="Answers with 200 that are errors.")
    every: Duration = written("1m", "How often to look.")
    most_pages: int = Field(default=1000, ge=1, le=100_000, description="Pages in one round.")


class BookLinesTable(Table):
    """The lines of an entry."""

    each: Query = Field(description="JMESPath of the list of lines.")
    key: Query | list[Query] = Field(description="JMESPath in a line: what the other side calls it, too.")
    aliases: list[Query] = Field(default=[], description="JMESPath in a line: other names of it.")
    values: dict[Text, Query] = Field(description='JMESPath in a line of what is compared: { ordered = "quantity" }.')


class BooksTable(Table):
    """What the system holds of something, asked for to be compared by a [[reconciliation]]."""

    of: Literal["orders", "parcels", "pickings", "stock", "postings"] = Field(description="What it is about.")
    path: PathTemplate = Field(
        description="Path of the list; templates may use since and page. With {{ key }} or {{ name }} it is asked entry by entry."
    )
    query: dict[str, Template] = Field(default={}, description='Its parameters: { since = "{{ since }}" }.')
    entries: Query = Field(default="@", description="JMESPath of the list of entries, or of the one; default: the whole body.")
    when: Query | None = Field(default=None, description="JMESPath in an entry that must be true for it to count.")
    key: Query | list[Query] = Field(description="JMESPath in an entry: what both sides call it. A list: an item and its lot.")
    name: Query | None = Field(default=None, description="JMESPath in an entry: the system's own name of it.")
    since: Query | None = Field(default=None, description="JMESPath in an entry: since when it is there.")
    changed: Query | None = Field(default=None, description="JMESPath in an entry: when it last changed.")
    values: dict[Text, Query] = Field(default={}, description='JMESPath in an entry of what is compared: { on_hand = "qty" }.')
    words: dict[Text, dict[Text, Text]] = Field(
        default={},
        description='What each word of a value means: { status = { DLV = "delivered" } }. Any other one stops the comparing.',
    )
    lines: BookLinesTable | None = Field(default=None)
    partner: Id | None = Field(default=None, description="Whose all these are, for orders; default: nobody's.")
    next: Query | None = Field(default=None, description="JMESPath of the next page's address; Link headers are followed anyway.")
    numbered: bool = Field(default=False, description="Pages are counted by {{ page }} until one is empty.")
    failed: AnswerCaseTable | None = Field(default=None, description="Answers with 200 that are errors.")
    most_pages: int = Field(default=1000, ge=1, le=100_000, description="Pages that are read.")
    timezone: ZoneName = Field(default="UTC", description="Zone of times that have none.")
    schema_: Text | None = Field(
        default=None, alias="schema", description="File with the JSON Schema of an entry, relative to routes.toml."
    )

    @property
    def templates(self) -> dict[str, Any]:
        """All that is filled in."""
        return {"path": self.path, "query": self.query}


class HttpApplicationTable(TargetTerms, HttpClientTable):
    """A REST system: a warehouse, a carrier, a shop … described by what it is asked and what it tells."""

    id: Id
    type: Literal["http"]
    usage: Literal["production", "test"] | None = Field(
        default=None,
        description="Default: production in the production environment, else test. "
        "Test documents reach only test applications, unless a route says so.",
    )
    url: HttpUrl = Field(description="Address that all paths stand behind.")
    breaker: Breaker = Field(default_factory=Breaker)
    owner: Id | None = Field(default=None, description="Who answers when it is unavailable; default: the gateway's owner.")
    max_answer: Size = written("4MiB", "Largest answer that is read.")
    keep: Size = written("4KiB", "How much of an answer is kept with the delivery.")
    check: PathTemplate | None = Field(default=None, description="Path that `gateway doctor` gets, to see that we are let in.")
    action: list[HttpActionTable] = Field(default=[], description="What it can be asked to do.")
    webhook: WebhookTable | None = Field(default=None)
    poll: list[HttpListTable] = Field(default=[], description="What we ask it for.")
    books: list[BooksTable] = Field(default=[], description="What it holds, to be compared.")

    @property
    def idempotent(self) -> bool:
        """Whether no action does anything twice."""
        return all(action.idempotent or action.look_up is not None for action in self.action)
