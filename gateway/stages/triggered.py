"""Triggered: a document that a milestone of an order triggered for an application becomes a delivery. Pure CPU."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from gateway.domain.agreement import Direction, DuplicatePolicy
from gateway.domain.order.trigger import CHANNEL, Trigger
from gateway.domain.route import Decision, PlannedDelivery
from gateway.domain.rule import Failed
from gateway.domain.service import Service
from gateway.domain.storable import storable_key
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange, frame
from gateway.stages.route import Routing
from translators import registry
from translators.contract import Document, Envelope, Terms

_TERMS = Terms()


def is_triggered(channel: str) -> bool:
    """Whether a transmission was made for an application because of a trigger: what it says is no news of the order."""
    return channel.startswith(CHANNEL)


def judge_triggered(transmission: ClaimedTransmission, configuration: Configuration, new_id: Callable[[], UUID]) -> Judged:
    """Read what a trigger made and plan its delivery. Never raises on any bytes."""
    translation = registry.translate(transmission.body, _terms)
    trigger = configuration.process.triggers.get(transmission.channel.removeprefix(CHANNEL))
    partner = configuration.partnerships.partners.get(transmission.partner or "")
    interchanges = []
    for ordinal, interchange in enumerate(translation.interchanges, 1):
        framed = replace(
            frame(new_id(), ordinal, interchange, transmission, configuration),
            partner=partner,
            test=partner.test if partner is not None else False,
            policy=DuplicatePolicy.ACCEPT,
            direction=Direction.OUT,
        )
        said = transmission.name
        documents = tuple(_document(one, framed, trigger, said, configuration, new_id()) for one in interchange.documents)
        interchanges.append(replace(framed, documents=documents))
    return Judged(transmission, configuration, tuple(interchanges), translation.findings)


def _terms(_envelope: Envelope) -> Terms:
    return _TERMS


def _document(
    document: Document,
    judged: JudgedInterchange,
    trigger: Trigger | None,
    said: str,
    configuration: Configuration,
    identifier: UUID,
) -> JudgedDocument:
    """A document with its delivery. `said` names the follow-up: the application gets one document of a number more than once."""
    canonical = document.canonical
    if canonical is None:
        return JudgedDocument(identifier, document, "unmapped", None, None, "", (), None)
    keys = tuple(storable_key(f"{kind}:{value}") for kind, value in canonical.business_keys)
    routing = _routing(judged, trigger, configuration)
    identity = storable_key(f"{said}|{canonical.identity}")
    return JudgedDocument(identifier, document, routing.state, None, canonical.to_json(), identity, keys, routing)


def _routing(judged: JudgedInterchange, trigger: Trigger | None, configuration: Configuration) -> Routing:
    decision = Decision(None, (), {})
    if judged.partner is None or trigger is None or trigger.to is None:
        owner = configuration.owner_of(judged.partner.id if judged.partner else None, stage="follow_up")
        text = "The customer, or the trigger that made this document, is no longer in routes.toml."
        failed = Failed("trigger-gone", owner, text)
        return Routing("stopped", replace(decision, failures=(failed,)), (), (failed,), None)
    service = Service.REALTIME
    planned = PlannedDelivery(trigger.to, trigger.action, None, None, service, service.priority, trigger.options)
    return Routing("routed", replace(decision, deliveries=(planned,)), (planned,), (), None)
