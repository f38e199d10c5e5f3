"""What would become of a transmission, as a view for people and for tests."""

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.config import Snapshot
from gateway.domain.decided import as_found
from gateway.domain.route import PlannedDelivery
from gateway.ports import Json
from gateway.stages.foresee import Foreseen, ForeseenInterchange, Sealed
from gateway.stages.judgement import JudgedDocument
from translators.finding import Finding


def foreseen_view(foreseen: Foreseen, snapshot: Snapshot, *, whole: bool = False) -> Json:
    """Everything that would follow. With `whole`, documents have their canonical form as read and as routed."""
    conditions = {route.id: route.when for route in snapshot.routes}
    return {
        "configuration": snapshot.digest,
        "state": foreseen.judged.state,
        "findings": [finding_view(one) for one in foreseen.judged.findings],
        "interchanges": [_interchange(one, conditions, whole=whole) for one in foreseen.interchanges],
    }


def _interchange(foreseen: ForeseenInterchange, conditions: Mapping[str, str], *, whole: bool) -> Json:
    judged = foreseen.judged
    read, envelope = judged.interchange, judged.interchange.envelope
    groups = [one for group in read.groups for one in group.findings]
    return {
        "family": envelope.family.value,
        "sender": str(envelope.sender),
        "receiver": str(envelope.receiver),
        "control_number": envelope.control_number,
        "partner": judged.partner.id if judged.partner else None,
        "test": judged.test,
        "verdict": read.verdict.value,
        "findings": [finding_view(one) for one in (*read.findings, *groups)],
        "documents": [_document(one, conditions, whole=whole) for one in judged.documents],
        "acknowledgements": [_sealed(one) for one in foreseen.answers],
        "written": [_sealed(one) for one in foreseen.written],
    }


def _sealed(sealed: Sealed) -> Json:
    return {
        "type": sealed.type,
        "family": sealed.family,
        "verdict": sealed.verdict,
        "explanation": list(sealed.explanation),
        "channel": sealed.channel,
        "content": sealed.content.decode("utf-8", "replace"),
        "problem": sealed.problem,
    }


def _document(judged: JudgedDocument, conditions: Mapping[str, str], *, whole: bool) -> Json:
    document, routing = judged.document, judged.routing
    decision = routing.decision if routing else None
    view: dict[str, Any] = {
        "type": document.type,
        "version": document.version,
        "control_number": document.control_number,
        "name": document.name,
        "verdict": document.verdict.value,
        "state": judged.state,
        "agreement": judged.agreement.id if judged.agreement else None,
        "keys": list(judged.keys),
        "findings": [finding_view(one) for one in document.findings],
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
    return {**view, **(_forms(judged) if whole else {})}


def _forms(judged: JudgedDocument) -> Json:
    """The canonical form as read, and as the rules of its route left it."""
    read = orjson.loads(judged.json) if judged.json is not None else None
    changed = judged.routing.json if judged.routing is not None else None
    return {"canonical": read, "routed": orjson.loads(changed) if changed is not None else read}


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value, default=str))


def _delivery(planned: PlannedDelivery) -> Json:
    return {"to": planned.target, "as": planned.action, "after": planned.after, "sequence_key": planned.sequence_key}


def finding_view(finding: Finding) -> Json:
    """A finding, with where it stands."""
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


def finding_words(view: Mapping[str, Any]) -> str:
    """A finding of a view in the words that tests and comparisons use: `warning code-not-in-list at 12 N1-03`."""
    return as_found(view["severity"], view["code"], view["segment"], view["tag"], view["element"])
