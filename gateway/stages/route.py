"""Route: the rules of routes.toml decide about one document; what they changed is validated again. Pure CPU."""

from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from gateway.domain.agreement import Agreement, Partner
from gateway.domain.route import Decision, PlannedDelivery, decide
from gateway.domain.rule import Failed
from gateway.ports import Configuration
from translators.contract import Document, Envelope


@dataclass(frozen=True, slots=True)
class Routing:
    """What routing made of a document. `state` is `routed`, `unrouted` or `stopped`; `json` the document where rules changed it."""

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
) -> Routing:
    """Decide where a canonical document goes, and what it looks like when it goes."""
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
    decision = decide(configuration.routes, orjson.loads(json), context)
    if decision.route is None:
        return Routing("unrouted", decision, (), decision.failures, None)
    changed, failures = None, decision.failures
    if any(applied.before != applied.after for applied in decision.applied):
        changed, failures = _validated(document, decision, partner.owner)
    if failures:
        return Routing("stopped", decision, (), failures, changed)
    return Routing("routed", decision, decision.deliveries, (), changed)


def _validated(document: Document, decision: Decision, owner: str) -> tuple[bytes | None, tuple[Failed, ...]]:
    """The changed document in its canonical form, or the failure that the rules broke it."""
    model = type(document.canonical)
    if document.canonical is None:
        return None, decision.failures
    try:
        return model.model_validate(decision.document).to_json(), decision.failures  # type: ignore[union-attr]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"The rules of route {decision.route} left {place} invalid: {first['msg']}."
        return None, (*decision.failures, Failed("rules-broke-document", owner, message, place))
