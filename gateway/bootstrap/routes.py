"""Routes for people: those in force, readable, and what they would make of a document that nobody sends."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.bootstrap.contents import raw_of
from gateway.bootstrap.office import Where, opened, settings_at
from gateway.config import Snapshot
from gateway.domain.route import PlannedDelivery, Route, Target
from gateway.errors import Absent, PlanRefused
from gateway.ports import ClaimedTransmission, Json
from gateway.stages.judgement import JudgedDocument, JudgedInterchange, judge
from gateway.store.records import PostgresRecords
from gateway.system import TimeOrderedIds
from translators.finding import Finding

MOST_BYTES = 1_048_576
"""Larger documents are for the flow itself, which works on them in slices."""


async def routes_in_force(where: Where) -> Json:
    """The digest of the configuration, since when it is known, and its routes in the order in which they are tried."""
    async with opened(where) as office:
        snapshot = office.snapshot
        rows = await office.database.fetch("configuration", snapshot.digest)
    return {
        "configuration": snapshot.digest,
        "since": rows[0]["activated_at"] if rows else None,
        "gateway": snapshot.gateway_id,
        "environment": snapshot.gateway.environment,
        "sources": [
            {"channel": channel.id, "partner": channel.partner, "type": channel.type}
            for channel in snapshot.channels.values()
            if channel.receives
        ],
        "routes": [_route(number, route, snapshot) for number, route in enumerate(snapshot.routes, 1)],
    }


def _route(number: int, route: Route, snapshot: Snapshot) -> Json:
    matches = ("document", "partner", "agreement", "direction", "test")
    return {
        "number": number,
        "id": route.id,
        **{name: getattr(route, name) for name in matches},
        "when": route.when,
        "rules": [str(rule) for rule in route.rules],
        "deliver": [_target(target) for target in route.targets],
        "service": route.service.value,
        "owner": route.owner or snapshot.owner_of(route.partner, stage="route", route=route.id),
    }


def _target(target: Target) -> Json:
    return {
        "to": target.to,
        "as": target.action,
        "after": target.after,
        "sequence": str(target.sequence) if target.sequence is not None else None,
        "production": target.production,
        "fallback": target.fallback,
        "fallback_after_seconds": target.fallback_after.total_seconds() if target.fallback else None,
    }


async def try_routes(where: Where, content: bytes, *, channel: str, name: str = "") -> Json:
    """What would become of bytes that came by a channel now: read, judged and routed, and nothing of it stored or sent.

    Duplicates are not looked for, and lookups not made: what waits for one says for which. Raises Absent for a channel that
    there is none of, PlanRefused for nothing or too much.
    """
    snapshot = settings_at(where).snapshot
    known = snapshot.channels.get(channel)
    if known is None:
        raise Absent(f"There is no channel {channel}.", remedy=f"There are: {', '.join(sorted(snapshot.channels))}")
    if not 0 < len(content) <= MOST_BYTES:
        what = f"{len(content)} bytes are not tested: 1 to {MOST_BYTES} are."
        raise PlanRefused(what, remedy="Test with a few documents of it.")
    transmission = ClaimedTransmission(
        id=TimeOrderedIds()(), channel=channel, partner=known.partner, name=name, traceparent=None, waited=False,
        sha256=hashlib.sha256(content).digest(), size=len(content), starts=1, received_at=datetime.now(UTC), body=content,
    )  # fmt: skip
    judged = await asyncio.to_thread(judge, transmission, snapshot, TimeOrderedIds())
    return {
        "configuration": snapshot.digest,
        "findings": [_finding(one) for one in judged.findings],
        "interchanges": [_interchange(one, {route.id: route.when for route in snapshot.routes}) for one in judged.interchanges],
    }


async def try_message(where: Where, message: UUID) -> Json:
    """The same for a message that came, as if it came again now. Raises Absent, BodyPurged, and what `try_routes` raises."""
    async with opened(where) as office:
        stored = await raw_of(office, message)
        view = await PostgresRecords(office.database).message(str(message))
    if view is None:
        raise Absent(f"There is no message {message}.", remedy="Look for it by a number of it.")
    return await try_routes(where, stored.content, channel=str(view["channel"]), name=stored.name)


def _interchange(judged: JudgedInterchange, conditions: Mapping[str, str]) -> Json:
    envelope = judged.interchange.envelope
    return {
        "family": envelope.family.value,
        "sender": str(envelope.sender),
        "receiver": str(envelope.receiver),
        "control_number": envelope.control_number,
        "partner": judged.partner.id if judged.partner else None,
        "test": judged.test,
        "verdict": judged.interchange.verdict.value,
        "findings": [_finding(one) for one in judged.interchange.findings],
        "documents": [_document(one, conditions) for one in judged.documents],
    }


def _document(judged: JudgedDocument, conditions: Mapping[str, str]) -> Json:
    document, routing = judged.document, judged.routing
    decision = routing.decision if routing else None
    return {
        "type": document.type,
        "version": document.version,
        "control_number": document.control_number,
        "name": document.name,
        "verdict": document.verdict.value,
        "state": judged.state,
        "agreement": judged.agreement.id if judged.agreement else None,
        "keys": list(judged.keys),
        "findings": [_finding(one) for one in document.findings],
        "route": decision.route if decision else None,
        "tried": [
            {"route": one.route, "matched": one.matched, "reason": one.reason, "when": conditions[one.route]}
            for one in (decision.tried if decision else ())
        ],
        "rules": [
            {"rule": one.rule, "path": one.path, "before": _plain(one.before), "after": _plain(one.after), "note": one.note}
            for one in (decision.applied if decision else ())
        ],
        "deliveries": [_delivery(one) for one in (routing.deliveries if routing else ())],
        "failures": [
            {"code": one.code, "owner": one.owner, "message": one.message, "path": one.path}
            for one in (routing.failures if routing else ())
        ],
        "lookups": sorted({f"{one.record} in {one.application}" for one in (decision.wanted if decision else ())}),
    }


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value, default=str))


def _delivery(planned: PlannedDelivery) -> Json:
    return {"to": planned.target, "as": planned.action, "after": planned.after, "sequence_key": planned.sequence_key}


def _finding(finding: Finding) -> Json:
    where = finding.position
    return {
        "code": str(finding.code),
        "severity": str(finding.severity),
        "message": finding.message,
        "remedy": finding.remedy,
        "offset": where.offset,
        "segment": where.segment,
        "tag": where.tag,
        "element": where.element,
        "expected": finding.expected,
        "actual": finding.actual,
    }
