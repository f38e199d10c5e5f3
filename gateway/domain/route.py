"""The content-based router: which route takes a document, what its rules make of it, and where it goes. Pure.

Routes are tried in the order of routes.toml; the first that matches wins. The decision tells every route that was tried and
why it did not match, so that nobody has to guess.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from gateway.domain.buffer_rule import BufferRule
from gateway.domain.document_path import Absent, DocumentPath, Json, Place, copied
from gateway.domain.lookup import NOTHING_KNOWN, Facts, Known, Question
from gateway.domain.lookup_rule import LookupRule, Wanted
from gateway.domain.rule import Applied, DefaultRule, Failed, MapRule, RequireRule, SetRule
from gateway.domain.service import Service

Rule = MapRule | SetRule | DefaultRule | RequireRule | LookupRule | BufferRule

Condition = Callable[[Mapping[str, Json]], str | None]
"""A compiled `when`: None when it holds, else the reason why not. Its variables are `document` (also named `order`),
`partner` and `message`; what is missing in a document makes it not hold and is never an exception."""


@dataclass(frozen=True, slots=True)
class Target:
    """One application a route delivers to. `production` applications take test documents only from routes that say so.

    `after` is another target of the route that must have been delivered before. `sequence` names the value whose documents
    keep their order at the target (an order number: the change must not overtake the order); `sequence_wait` is for how long
    they wait for transmissions that came before and are not translated.

    `fallback` takes its deliveries when they are dead or it was out of reach for `fallback_after`, provided that they are known
    not to have been made.
    """

    to: str
    action: str
    after: str | None = None
    sequence: DocumentPath | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    production: bool = False
    sequence_wait: timedelta = timedelta(minutes=10)
    fallback: str | None = None
    fallback_after: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Route:
    """A route. Criteria that are None match everything; `test` None means: test documents only without production targets.

    `owner` takes the failures of its rules that name nobody; None leaves them to the context's.
    """

    id: str
    document: str | None = None
    partner: str | None = None
    agreement: str | None = None
    direction: str | None = None
    test: bool | None = None
    condition: Condition | None = None
    when: str = ""
    rules: tuple[Rule, ...] = ()
    targets: tuple[Target, ...] = ()
    service: Service = Service.REALTIME
    owner: str | None = None

    @property
    def production(self) -> bool:
        """Whether any target is a production application."""
        return any(target.production for target in self.targets)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a document beside its content.

    `owner` takes failures that no rule gives to somebody; `known` is what applications answered to lookups so far.
    `partner` and `message` are the variables of conditions: the
    partner's id, name and usage; the sender, receiver, control number, type, version and channel of the message.
    `named_route` is the one that a person named for the document: no other is tried.
    """

    document: str
    partner_id: str | None
    owner: str
    agreement: str | None = None
    direction: str = "in"
    test: bool = False
    partner: Mapping[str, Json] = field(default_factory=dict)
    message: Mapping[str, Json] = field(default_factory=dict)
    known: Known = field(default_factory=lambda: NOTHING_KNOWN)
    named_route: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A route that was tried; `reason` says why it matched or not."""

    route: str
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """A delivery to make. `after` is the target of another delivery of the same decision; `sequence_key` orders deliveries."""

    target: str
    action: str
    after: str | None
    sequence_key: str | None
    service: Service
    priority: int
    options: Mapping[str, Json]
    sequence_wait: timedelta | None = None
    fallback: str | None = None
    fallback_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a document. With failures there are no deliveries; `document` is as far as the rules came.

    `wanted` is what has to be answered before it can be decided: then there is neither a failure nor a delivery.
    """

    route: str | None
    tried: tuple[Tried, ...]
    document: Mapping[str, Json]
    applied: tuple[Applied, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    failures: tuple[Failed, ...] = ()
    wanted: tuple[Question, ...] = ()


def decide(routes: Sequence[Route], document: Mapping[str, Json], context: Context) -> Decision:
    """Route a canonical document in its JSON form. The document is left untouched. Never raises on any JSON object.

    Whoever calls validates the resulting document against its canonical model again.
    """
    variables = {"document": document, "order": document, "partner": context.partner, "message": context.message}
    tried: list[Tried] = []
    for route in _to_try(routes, context.named_route):
        reason = mismatch(route, context)
        if reason is None and route.condition is not None:
            reason = route.condition(variables)
        if reason is None:
            because = "all criteria hold" if context.named_route is None else "a person named it for this document"
            tried.append(Tried(route.id, True, because))
            return _take(route, document, context, tuple(tried))
        tried.append(Tried(route.id, False, reason))
    failure = Failed("no-route", context.owner, _no_route(context, tried))
    return Decision(None, tuple(tried), document, failures=(failure,))


def most_urgent(routes: Sequence[Route], partner: str | None) -> Service:
    """The highest class of service among the routes that may take what a partner sends (None: what anybody sends).

    Where there is none it is realtime: what nobody expects is looked at soon.
    """
    may = (route for route in routes if route.direction != "out" and (partner is None or route.partner in (None, partner)))
    return min((route.service for route in may), key=lambda service: service.priority, default=Service.REALTIME)


def as_named(route: Route) -> Route:
    """A route that a person named: without its condition, its partner and its agreement, which their word stands for. What it is
    made for stays: the kind of document, the direction, and that test documents do not reach production targets unasked.
    """
    return replace(route, partner=None, agreement=None, condition=None, when="")


def _to_try(routes: Sequence[Route], named: str | None) -> Sequence[Route]:
    """All of them, or the one that a person named."""
    return routes if named is None else [as_named(route) for route in routes if route.id == named]


def mismatch(route: Route, context: Context) -> str | None:
    """Why the criteria beside `when` do not hold; None when they do."""
    criteria = (
        ("document", route.document, context.document),
        ("partner", route.partner, context.partner_id),
        ("agreement", route.agreement, context.agreement),
        ("direction", route.direction, context.direction),
    )
    for name, wanted, actual in criteria:
        if wanted is not None and wanted != actual:
            return f"{name} is {actual or 'none'}, not {wanted}"
    if route.test is not None and route.test != context.test:
        return "a test document" if context.test else "not a test document"
    if route.test is None and context.test and route.production:
        return "a test document, and the route delivers to a production application without saying test = true"
    return None


def _take(route: Route, document: Mapping[str, Json], context: Context, tried: tuple[Tried, ...]) -> Decision:
    """Apply the rules to a copy of what they touch, then plan the deliveries."""
    result = dict(document)
    for head in {rule.path.head for rule in route.rules if rule.path.head in document}:
        result[head] = copied(document[head])
    applied: list[Applied] = []
    failures: list[Failed] = []
    wanted: dict[Question, None] = {}
    for rule in route.rules:
        if wanted and not isinstance(rule, LookupRule):
            continue  # it may need what is not known yet; further lookups are asked for together
        for outcome in _apply(rule, result, route.owner or context.owner, context):
            if isinstance(outcome, Wanted):
                wanted[outcome.question] = None
            elif isinstance(outcome, Failed):
                failures.append(outcome)
            else:
                applied.append(outcome)
    if wanted:
        return Decision(route.id, tried, document, wanted=tuple(wanted))
    deliveries = () if failures else tuple(_plan(route, target, result, context) for target in route.targets)
    return Decision(route.id, tried, result, tuple(applied), deliveries, tuple(failures))


def _apply(rule: Rule, document: dict[str, Json], owner: str, context: Context) -> Sequence[Applied | Failed | Wanted]:
    if isinstance(rule, LookupRule):
        return rule.apply(document, owner, Facts(context.partner_id or "", context.known))
    return rule.apply(document, owner)


def _plan(route: Route, target: Target, document: Mapping[str, Json], context: Context) -> PlannedDelivery:
    key = None
    if target.sequence is not None:
        value = Place(target.sequence).read(document)
        if not isinstance(value, Absent):
            key = f"{target.to}:{context.partner_id or ''}:{value}"
    service = route.service
    return PlannedDelivery(
        target.to,
        target.action,
        target.after,
        key,
        service,
        service.priority,
        target.options,
        sequence_wait=target.sequence_wait if key else None,
        fallback=target.fallback,
        fallback_after=target.fallback_after if target.fallback else None,
    )


def _no_route(context: Context, tried: Sequence[Tried]) -> str:
    partner = f" of {context.partner_id}" if context.partner_id else ""
    what = f"this {'test ' if context.test else ''}{context.document}{partner}"
    if context.named_route is None:
        return f"No route takes {what}; {len(tried)} were tried."
    why = tried[0].reason if tried else "there is no such route"
    return f"Route {context.named_route}, which a person named, does not take {what}: {why}."
