"""Route: the rules of routes.toml decide about one document; what they changed is validated again. Pure CPU."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from gateway.domain.agreement import Agreement, Direction, Partner
from gateway.domain.lookup import NOTHING_KNOWN, Known
from gateway.domain.route import Decision, PlannedDelivery, decide
from gateway.domain.rule import Failed
from gateway.ports import Configuration
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, Envelope


@dataclass(frozen=True, slots=True)
class Routing:
    """What became of a document. `state` is `routed`, `unrouted`, `stopped`, or `pending` where lookups have to be answered
    first; `json` is the document where rules changed it.
    """

    state: str
    decision: Decision
    deliveries: tuple[PlannedDelivery, ...]
    failures: tuple[Failed, ...]
    json: bytes | None

    @property
    def route(self) -> str | None:
        """The route that took the document."""
        return self.decision.route

    def steps(self) -> list[dict[str, Any]]:
        """The decision with its reasons, for the journal."""
        decision = self.decision
        tried = [{"route": t.route, "matched": t.matched, "reason": t.reason} for t in decision.tried]
        about = {"route": decision.route, "tried": tried}
        if decision.wanted:
            asked = sorted({f"{question.record} in {question.application}" for question in decision.wanted})
            return [{"what": "waits_for_lookup", "detail": {**about, "asked": asked}}]
        steps: list[dict[str, Any]] = [{"what": self.state, "detail": about}]
        rules = [
            {"rule": a.rule, "path": a.path, "before": a.before, "after": a.after, **({"note": a.note} if a.note else {})}
            for a in decision.applied
        ]
        if rules:
            steps.append({"what": "rules_applied", "detail": rules})
        return steps


def route_document(
    document: Document,
    json: bytes,
    *,
    partner: Partner,
    agreement: Agreement | None,
    test: bool,
    envelope: Envelope,
    channel: str,
    configuration: Configuration,
    known: Known = NOTHING_KNOWN,
    named_route: str | None = None,
) -> Routing:
    """Decide where a canonical document goes, and what it looks like when it goes. `known` are the answers to lookups so far,
    `named_route` is the one that a person named for it.
    """
    context = configuration.context(
        document=document.name or "",
        partner=partner.id,
        agreement=agreement.id if agreement else None,
        test=test,
        message={
            "sender": str(envelope.sender),
            "receiver": str(envelope.receiver),
            "control_number": document.control_number,
            "type": document.type,
            "version": document.version,
            "channel": channel,
        },
    )
    decision = decide(configuration.routes, orjson.loads(json), replace(context, known=known, named_route=named_route))
    if decision.route is None:
        return Routing("unrouted", decision, (), decision.failures, None)
    if decision.wanted:
        return Routing("pending", decision, (), (), None)
    return _routed(decision, document, partner)


def route_outgoing(
    document: Document,
    json: bytes,
    *,
    partner: Partner,
    agreement: Agreement | None,
    test: bool,
    channel: str,
    configuration: Configuration,
    named_route: str | None = None,
) -> Routing:
    """What routes with `direction = "out"` make of a document for a partner before it is written, and where else it goes.

    It needs none of them: what no route takes goes as it is. One that a person named has to take it, else it stops.
    """
    routes = [route for route in configuration.routes if route.direction == Direction.OUT]
    if not routes and named_route is None:
        return Routing("routed", Decision(None, (), {}), (), (), None)
    context = configuration.context(
        document=document.name or "",
        partner=partner.id,
        agreement=agreement.id if agreement else None,
        test=test,
        message={"type": document.type, "version": document.version, "channel": channel},
        direction=Direction.OUT,
    )
    decision = decide(routes, orjson.loads(json), replace(context, named_route=named_route))
    if decision.route is None and named_route is not None:
        return Routing("stopped", decision, (), decision.failures, None)
    if decision.route is None:
        return Routing("routed", replace(decision, failures=()), (), (), None)
    return _routed(decision, document, partner)


def _routed(decision: Decision, document: Document, partner: Partner) -> Routing:
    """What a route made of a document, as far as that is still one."""
    failures = decision.failures
    heads = {_head(applied.path) for applied in decision.applied if applied.before != applied.after}
    if heads and document.canonical is not None:
        failures = (*failures, *_broken(type(document.canonical), decision, heads, partner.owner))
    changed = orjson.dumps(decision.document) if heads else None
    if failures:
        return Routing("stopped", decision, (), failures, changed)
    return Routing("routed", decision, decision.deliveries, (), changed)


def _head(path: str) -> str:
    """The top-level field of a path: `lines` of `lines[0].item`."""
    return path.replace("[", ".", 1).partition(".")[0]


def _broken(model: type[CanonicalDocument], decision: Decision, heads: set[str], owner: str) -> list[Failed]:
    """The fields that rules left in no canonical form. Only what they touched is validated: the rest came from the model."""
    failures = []
    for head in sorted(heads):
        problem = _problem(model, head, decision.document.get(head))
        if problem:
            message = f"The rules of route {decision.route} left {head} invalid: {problem}"
            failures.append(Failed("rules-broke-document", owner, message, head))
    return failures


def _problem(model: type[CanonicalDocument], name: str, value: Any) -> str:
    """Why a value is none for this field; empty when it is one."""
    if name not in model.model_fields:
        return f"a {model.NAME} has no such field."
    try:
        _field(model, name).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{first['msg']}{f' at {place}' if place else ''}."
    return ""


@cache
def _field(model: type[CanonicalDocument], name: str) -> TypeAdapter[Any]:
    """What validates one field of a model."""
    return TypeAdapter(model.model_fields[name].annotation or object)
