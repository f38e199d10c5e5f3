"""The catalogue of flows that a configuration makes: which document goes which way for whom, how soon, and who answers for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.config.quantities import duration_text
from gateway.config.snapshot import Snapshot
from gateway.domain.agreement import Agreement, Direction
from gateway.domain.route import Route
from gateway.domain.service import Service
from translators.canonical import model_of
from translators.contract import Family
from translators.writing_terms import When

_PUBLISHED = "edi.outbound"
_MILESTONES = "edi.events"
_AT_ONCE = "at once"
_LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Flow:
    """One way of one kind of document or event.

    `source` and `targets` are ids of channels and applications, or exchanges. `record` is the system whose word about it counts
    (the first application that gets what comes in, or that what goes out is made from). `latency` is what the configuration lets
    it wait for, not what is measured. `schema` is the canonical document with its version, `format` what is on the wire.
    """

    id: str
    direction: str
    partner: str
    document: str
    format: str
    schema: str
    source: str
    targets: tuple[str, ...]
    record: str
    service: str
    latency: str
    acknowledgement: str
    retry: str
    owner: str


def flows(snapshot: Snapshot) -> list[Flow]:
    """All flows, in the order of routes.toml: what comes in, what goes out, what is told to subscribers."""
    coming = [agreement for agreement in snapshot.agreements if agreement.direction is Direction.IN]
    going = [agreement for agreement in snapshot.agreements if agreement.direction is Direction.OUT]
    return [
        *(flow for agreement in coming for flow in _inbound(snapshot, agreement)),
        *(_outbound(snapshot, agreement) for agreement in going),
        *_subscribed(snapshot),
    ]


def _inbound(snapshot: Snapshot, agreement: Agreement) -> Iterator[Flow]:
    """A flow for each route that may take the document; one without targets where none does."""
    channels = [one.id for one in snapshot.channels.values() if one.receives and one.partner in (None, agreement.partner)]
    routes: Sequence[Route | None] = [route for route in snapshot.routes if _may_take(route, agreement)] or [None]
    for route in routes:
        targets = tuple(target.to for target in route.targets) if route else ()
        yield Flow(
            id=f"{agreement.id} {route.id}" if route else agreement.id,
            direction="in",
            partner=agreement.partner,
            document=agreement.document,
            format=_format(agreement),
            schema=_schema(agreement.document),
            source=", ".join(channels),
            targets=targets,
            record=targets[0] if targets else "",
            service=route.service.value if route else "",
            latency=_latency(snapshot, route.service) if route else "no route takes it",
            acknowledgement=_owed_by_us(agreement),
            retry=_retry(snapshot, agreement, targets[:1]),
            owner=snapshot.owner_of(agreement.partner, stage="route", route=route.id if route else None),
        )


def _may_take(route: Route, agreement: Agreement) -> bool:
    """Whether a route's criteria fit an agreement; its condition depends on each document."""
    wanted = (
        (route.document, agreement.document),
        (route.partner, agreement.partner),
        (route.agreement, agreement.id),
        (route.direction, agreement.direction.value),
    )
    return all(criterion in (None, value) for criterion, value in wanted)


def _outbound(snapshot: Snapshot, agreement: Agreement) -> Flow:
    sources, record = _made_by(snapshot, agreement)
    channel = (agreement.channel,) if agreement.channel else ()
    return Flow(
        id=agreement.id,
        direction="out",
        partner=agreement.partner,
        document=agreement.document,
        format=_format(agreement),
        schema=_schema(agreement.document),
        source=sources,
        targets=channel,
        record=record,
        service=Service.REALTIME.value,
        latency=_AT_ONCE,
        acknowledgement=", ".join(f"{one.kind} within {duration_text(one.within)}" for one in agreement.expect),
        retry=_retry(snapshot, agreement, channel),
        owner=snapshot.owner_of(agreement.partner, stage="compose"),
    )


def _made_by(snapshot: Snapshot, agreement: Agreement) -> tuple[str, str]:
    """What documents of an agreement are made from, and the application that is the origin where there is one alone."""
    rules = {rule.id: rule for rule in snapshot.process.follow_ups}
    triggers = [
        rules[trigger.id]
        for trigger in snapshot.process.triggers.values()
        if trigger.to is None and trigger.document == agreement.document and _about(rules[trigger.id].partners, agreement.partner)
    ]
    if triggers:
        said_by = sorted({source for rule in triggers for source in rule.by if source in snapshot.applications})
        return ", ".join(f"trigger {rule.id}" for rule in triggers), said_by[0] if len(said_by) == 1 else "gateway"
    return _PUBLISHED, ""


def _about(partners: frozenset[str], partner: str) -> bool:
    return not partners or partner in partners


def _subscribed(snapshot: Snapshot) -> Iterator[Flow]:
    for subscriber in snapshot.subscribers.values():
        events = ", ".join(sorted(subscriber.events)) if subscriber.events is not None else "all milestones"
        yield Flow(
            id=subscriber.id,
            direction="event",
            partner=", ".join(sorted(subscriber.partners)) if subscriber.partners is not None else "",
            document=events,
            format="JSON",
            schema="order_event/1",
            source=_MILESTONES,
            targets=(subscriber.id,),
            record="gateway",
            service=Service.REALTIME.value,
            latency=_AT_ONCE,
            acknowledgement="HTTP 2xx",
            retry=_retry(snapshot, None, (subscriber.id,)),
            owner=subscriber.owner or snapshot.default_owner,
        )


def _format(agreement: Agreement) -> str:
    return "/".join(part for part in (agreement.family.value, agreement.version, agreement.type) if part)


def _schema(document: str) -> str:
    return f"{document}/{model_of(document).VERSION}"


def _latency(snapshot: Snapshot, service: Service) -> str:
    """What a class of service lets wait: every so often, in business hours."""
    terms = snapshot.services.terms.get(service)
    if terms is None or service is Service.REALTIME or (terms.every is None and terms.calendar is None):
        return _AT_ONCE
    often = f"every {duration_text(terms.every)}" if terms.every else _AT_ONCE
    return f"{often}, in the hours of {terms.calendar.id}" if terms.calendar is not None else often


def _owed_by_us(agreement: Agreement) -> str:
    terms = agreement.acknowledgement
    technical = {When.ALWAYS: "TA1 always", When.ERROR: "TA1 where refused"} if agreement.family is Family.X12 else {}
    return ", ".join(name for name in (terms.functional, technical.get(terms.technical)) if name) or "none"


def _retry(snapshot: Snapshot, agreement: Agreement | None, targets: Sequence[str]) -> str:
    """How often and for how long the first target is tried."""
    if agreement is not None and agreement.retry is not None:
        policy = agreement.retry
    elif targets and targets[0] in snapshot.applications:
        policy = snapshot.applications[targets[0]].retry
    elif targets and targets[0] in snapshot.subscribers:
        policy = snapshot.subscribers[targets[0]].retry
    elif targets and targets[0] in snapshot.channels:
        policy = snapshot.channels[targets[0]].delivery.retry
    else:
        return ""
    return f"{policy.attempts} times in {duration_text(min(policy.total, _LONGEST))}"
