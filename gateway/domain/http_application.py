"""A REST system as configured: what a call of it looks like, what its answers mean, how what it tells us is read.

Templates and queries are functions here: which languages they are written in is the configuration's affair.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from gateway.domain.http_terms import HttpCertificate, HttpClientTerms, HttpSignature
from gateway.domain.order.milestone import Event


class TemplateFailed(ValueError):
    """A template cannot be filled from this document: something that it needs is not there, or is of another kind."""


class QueryFailed(ValueError):
    """A query cannot be put to this answer: what it works on is of another kind."""


Template = Callable[[Mapping[str, Any]], Any]
"""Fills in values: a text, or a JSON value. Raises TemplateFailed."""
Query = Callable[[Any], Any]
"""Reads a value out of JSON; None when it is not there. Raises QueryFailed."""
Shape = Callable[[Any], str]
"""Says where JSON is not as was declared, and how; nothing when it is."""


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """Where a name of an order, or of what belongs to it, is read. `system`: whose name it is; None: of who says so."""

    system: str | None
    kind: str
    value: Query


Links = tuple[LinkTerms, ...]


class Meaning(StrEnum):
    """What a state in an answer can mean beside an event: nothing in particular, a refusal, or that it is too early."""

    NOTHING = "nothing"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """Answers of one kind: with one of these statuses (none named: any) for which the query, if there is one, is true."""

    statuses: frozenset[int] = frozenset()
    when: Query | None = None


@dataclass(frozen=True, slots=True)
class AnswerTerms:
    """What answers mean.

    `delivered` are those that say it is done, `already` those that say it was done before, `later` those to come again after,
    `refused` those that are final whatever their status. `shape` is that of an answer that says done; `reference` is where in
    it the system's own name is, `links` further ones by kind, `message` where an answer says why. `state` is where an answer
    says how things stand; `states` are all there are, and any other one is a failure. `milestone` is what happened to the
    order when it is done.
    """

    delivered: AnswerCase = AnswerCase()
    already: AnswerCase | None = None
    later: AnswerCase | None = None
    refused: AnswerCase | None = None
    shape: Shape | None = None
    reference: Query | None = None
    links: Links = ()
    message: Query | None = None
    state: Query | None = None
    states: Mapping[str, Event | Meaning] = field(default_factory=dict)
    milestone: Event | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """How to find out whether something was done before it is done again.

    `found` answers what there is: nothing, one, or a list. `reference` is read from the one. `none` are answers that say
    there is nothing. `repeats_only`: not before a first attempt, which a replay of the same document is as well.
    """

    path: Template
    query: tuple[tuple[str, Template], ...] = ()
    found: Query = lambda body: body
    reference: Query | None = None
    none: AnswerCase = AnswerCase(frozenset({404}))
    repeats_only: bool = False


@dataclass(frozen=True, slots=True)
class HttpAction:
    """One call that deliveries are made by. The path goes behind the address of the system.

    `body` fills in JSON, or a text; None sends none. `key_header` carries the idempotency key. `idempotent`: the system does
    nothing twice for the same key. `addressed`: the path depends on the document, so that 404 may be about it alone. `number`
    finds the order's number in the document, where it is not where such documents have it.
    """

    name: str
    method: str
    path: Template
    query: tuple[tuple[str, Template], ...] = ()
    headers: tuple[tuple[str, Template], ...] = ()
    body: Template | None = None
    media_type: str = "application/json"
    key_header: str | None = None
    idempotent: bool = False
    addressed: bool = False
    number: Query | None = None
    look_up: LookUp | None = None
    answer: AnswerTerms = AnswerTerms()

    @property
    def repeatable(self) -> bool:
        """Whether a repeat does nothing twice."""
        return self.idempotent or self.look_up is not None


@dataclass(frozen=True, slots=True)
class LineTerms:
    """How the lines of an event are read: the list, and in each of its members these values."""

    each: Query
    quantity: Query
    line: Query | None = None
    unit: Query | None = None
    item: Query | None = None


@dataclass(frozen=True, slots=True)
class EventTerms:
    """What an event of some kinds says: a milestone, a canonical document, or both.

    `when`: only events for which the query is true. `number` and `customer` (by its id here) name the order; `links` are
    names of it and of what belongs to it, by kind. `document` makes the JSON bytes of a canonical document; `outgoing`: it is
    for the partner.
    """

    kinds: frozenset[str]
    when: Query | None = None
    milestone: Event | None = None
    number: Query | None = None
    customer: Query | None = None
    lines: LineTerms | None = None
    total: bool = False
    links: Links = ()
    reason: Query | None = None
    document: Template | None = None
    outgoing: bool = False


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """How a body with events is taken apart.

    `events` finds the list of them, or the one. `key` names an event for ever, `kind` says what it is, `occurred` when it
    was, `version` counts the statements about an order. Times without a zone are of `timezone`. `partner` stands behind the
    system: documents that it tells of come from it. `test` is true for events of test orders.
    """

    events: Query
    key: Query
    kind: Query
    terms: tuple[EventTerms, ...]
    ignored: frozenset[str] = frozenset()
    occurred: Query | None = None
    version: Query | None = None
    test: Query | None = None
    shape: Shape | None = None
    timezone: ZoneInfo = ZoneInfo("UTC")
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookTerms:
    """Who may tell us something by our web server, how much at once, and how it is read. Sizes in bytes, times in seconds."""

    reading: ReadingTerms
    token_hashes: tuple[str, ...] = field(default=(), repr=False)
    url_hashes: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = ()
    signature: HttpSignature | None = None
    certificate: HttpCertificate | None = None
    most_bytes: int = 1_048_576
    body_within: float = 30.0
    at_once: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """How a list is asked for, page by page. `path` and `query` are filled, among other things, with the number of the `page`.

    `next` is the query for the address of the next page; with `numbered`, pages are counted until one has no members. `failed`
    are answers with 200 that are errors.
    """

    path: Template
    query: tuple[tuple[str, Template], ...] = ()
    next: Query | None = None
    numbered: bool = False
    failed: AnswerCase | None = None
    most_pages: int = 1000
    most_bytes: int = 16 * 1_048_576


@dataclass(frozen=True, slots=True)
class PollTerms(ListTerms):
    """What is asked for every so often: a list, from where it was left.

    Its path and query may use `position`, and `since`: the position less the overlap, where it is a time. `position` is read from
    each event; the largest one is where the next round begins.
    """

    id: str
    reading: ReadingTerms
    position: Query | None = None
    begin: str = ""
    overlap: float = 0.0
    every: float = 60.0


@dataclass(frozen=True, slots=True)
class BookLineTerms:
    """How the lines of an entry are read: the list, and in each member its key, other names of it, and its values."""

    each: Query
    key: tuple[Query, ...]
    aliases: tuple[Query, ...] = ()
    values: Mapping[str, Query] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BooksTerms(ListTerms):
    """What the system holds `of` something (`stock`), asked for to be compared.

    `members` finds the list in an answer; `when` is true for those that count. Path and query may use `since`; with `asks`, they
    name the one entry that is asked for by its `key`. The parts of a `key` are joined. `words` say for a value what each word of
    the system means; any other one is refused. `partner` is whose all entries are. Times without a zone are of `timezone`.
    """

    of: str
    members: Query
    key: tuple[Query, ...]
    when: Query | None = None
    name: Query | None = None
    since: Query | None = None
    changed: Query | None = None
    values: Mapping[str, Query] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lines: BookLineTerms | None = None
    shape: Shape | None = None
    asks: bool = False
    partner: str | None = None
    timezone: ZoneInfo = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class HttpConnection:
    """A REST system: its address, how it is called, and all it can be asked and can tell."""

    url: str
    client: HttpClientTerms
    actions: Mapping[str, HttpAction] = field(default_factory=dict)
    webhook: WebhookTerms | None = None
    polls: Sequence[PollTerms] = ()
    books: Sequence[BooksTerms] = ()
    most_answer: int = 4 * 1_048_576
    keep: int = 4096
    check_path: str = ""
