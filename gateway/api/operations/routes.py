"""Routes: those in force, readable and in their order; and what they would make of a document, nothing of it being sent."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Content, Name
from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.office import Office
from gateway.bootstrap.routes import routes_in_force, try_message, try_routes
from gateway.domain.access import Caller, Right


class RoutesAsked(Asked):
    """The routes of the configuration in force."""


class RouteTarget(Told):
    """Where a route delivers to, and as what. `after` is another of its targets, `sequence` names the value whose documents keep
    their order, `fallback` takes what is dead, or what could not be made for so long.
    """

    to: str
    action: Annotated[str, Field(validation_alias="as")]
    after: str | None
    sequence: str | None
    production: bool
    fallback: str | None
    fallback_after_seconds: float | None


class Route(Told):
    """A route: what it takes (None: any), in words of its condition (CEL), what its rules do, where it delivers to."""

    number: int
    id: str
    document: str | None
    partner: str | None
    agreement: str | None
    direction: str | None
    test: bool | None
    when: str
    rules: tuple[str, ...]
    deliver: tuple[RouteTarget, ...]
    service: str
    owner: str


class Source(Told):
    """A channel by which documents come; one without a partner is for several, who are told apart by their envelopes."""

    channel: str
    partner: str | None
    type: str


class RoutesInForce(Told):
    """The configuration in force by its digest, and its routes in the order in which they are tried: the first that fits wins.
    `since` is when it was used first; None where no gateway has begun with it yet.
    """

    configuration: str
    since: datetime | None
    gateway: str
    environment: str
    sources: tuple[Source, ...]
    routes: tuple[Route, ...]


class DocumentToTry(Asked):
    """A document, as if it came by a channel now."""

    channel: Name
    content: Annotated[Content, Field(description="The document's bytes, in Base64; 1 MiB at most.")]
    name: Annotated[str, Field(max_length=200, description="The file's name, where that says what it is.")] = ""


class MessageToTry(Asked):
    """A message that came, as if it came again now. `route` names the one that its documents are to take; where none is given, it
    is the first that fits, or the one that a person named when the message was replayed.
    """

    message: UUID
    route: Annotated[str, Field(max_length=200)] = ""


class FoundInIt(Told):
    """What was found in the document, and where."""

    code: str
    severity: str
    message: str
    remedy: str
    offset: int
    segment: int | None
    tag: str | None
    element: int | None
    expected: str | None
    actual: str | None


class Tried(Told):
    """A route that was tried, and why it took the document or not; `when` is its condition."""

    route: str
    matched: bool
    reason: str
    when: str


class AppliedRule(Told):
    """What a rule of the route changed."""

    rule: str
    path: str
    before: Any
    after: Any
    note: str


class WouldDeliver(Told):
    """What would be delivered."""

    to: str
    action: Annotated[str, Field(validation_alias="as")]
    after: str | None
    sequence_key: str | None


class WouldFail(Told):
    """Why it would not go on, and whose question that is."""

    code: str
    owner: str
    message: str
    path: str


class DocumentTried(Told):
    """What would become of a document: `state` as it would be stored. `lookups` are what would be asked of applications first."""

    type: str
    version: str
    control_number: str
    name: str | None
    verdict: str
    state: str
    agreement: str | None
    keys: tuple[str, ...]
    findings: tuple[FoundInIt, ...]
    route: str | None
    tried: tuple[Tried, ...]
    rules: tuple[AppliedRule, ...]
    deliveries: tuple[WouldDeliver, ...]
    failures: tuple[WouldFail, ...]
    lookups: tuple[str, ...]


class WouldSend(Told):
    """An interchange that would go to a partner, with numbers that mean nothing: an acknowledgement with its verdict, or what
    documents are written as. `channel` is the way, None where the partner fetches it; `problem` why it could not be written.
    """

    type: str
    family: str
    verdict: str
    explanation: tuple[str, ...]
    channel: str | None
    content: str
    problem: str


class InterchangeTried(Told):
    """An interchange in it: whose it is, how it was judged, what its sender would be answered, what would be written of it."""

    family: str
    sender: str
    receiver: str
    control_number: str
    partner: str | None
    test: bool
    verdict: str
    findings: tuple[FoundInIt, ...]
    documents: tuple[DocumentTried, ...]
    acknowledgements: tuple[WouldSend, ...]
    written: tuple[WouldSend, ...]


class Judgement(Told):
    """What would become of the document by the configuration of this digest."""

    configuration: str
    state: str
    findings: tuple[FoundInIt, ...]
    interchanges: tuple[InterchangeTried, ...]


async def _list(office: Office, _caller: Caller, _asked: RoutesAsked) -> RoutesInForce:
    return RoutesInForce.model_validate(await routes_in_force(office))


async def _test(office: Office, _caller: Caller, asked: DocumentToTry) -> Judgement:
    return Judgement.model_validate(await try_routes(office, asked.content, channel=asked.channel, name=asked.name))


async def _explain(office: Office, _caller: Caller, asked: MessageToTry) -> Judgement:
    return Judgement.model_validate(await try_message(office, str(asked.message), route=asked.route))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="routes.list", method="GET", path="/routes", right=Right.SEE, asked=RoutesAsked, run=_list, answers=RoutesInForce,
        summary="Show the routes in force, in the order in which they are tried: what each takes, does and delivers.",
    ),
    Operation(
        name="routes.test", method="POST", path="/routes/test", right=Right.SEE, asked=DocumentToTry, run=_test,
        answers=Judgement, most_bytes=2 * 1_048_576,
        summary="Say which route would take a document and why the others would not; nothing is stored or sent.",
    ),
    Operation(
        name="routes.explain", method="GET", path="/routes/explain/{message}", right=Right.PAYLOADS, asked=MessageToTry,
        run=_explain, answers=Judgement, audited=True, errors=("body-purged",),
        summary="The same of a message that came: what would become of it now, by the configuration in force.",
    ),
)  # fmt: skip
