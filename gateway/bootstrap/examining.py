"""Looks at files as the gateway would at real ones, by the code that decides about those: nothing is stored, sent or counted."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gateway.config import Snapshot
from gateway.domain.onboarding.recognised import Sample
from gateway.ports import Json
from gateway.stages.foresee import Foreseen, ForeseenInterchange, Sealed, claimed, foresee
from gateway.system import TimeOrderedIds
from translators.annotation import finding_record
from translators.finding import Finding, Severity

MOST_FINDINGS = 200
"""So many findings of a file are told; more are counted."""
_MOST_SHOWN = 100_000
_GOOD = ("accepted", "accepted_with_errors")


def examine_file(file: Sample, snapshot: Snapshot, *, channel: str, partner: str | None) -> dict[str, Any]:
    """What a file would be if it came by a channel of a partner: envelopes, documents, findings, and what we would answer.

    `valid` says whether all of it would be taken.
    """
    ids = TimeOrderedIds()
    given = claimed(file.content, snapshot, channel=channel, partner=partner, name=file.name, new_id=ids)
    return told_of(file, foresee(given, snapshot, ids))


def told_of(file: Sample, foreseen: Foreseen) -> dict[str, Any]:
    """The same of what was foreseen already."""
    findings = list(_findings(foreseen))
    refusing = any(finding.severity is Severity.ERROR for finding, _ in findings)
    return {
        "name": file.name,
        "size": len(file.content),
        "valid": bool(foreseen.interchanges) and not refusing and all(map(_taken, foreseen.interchanges)),
        "interchanges": [_interchange(one) for one in foreseen.interchanges],
        "findings": [_finding(finding, document) for finding, document in findings[:MOST_FINDINGS]],
        "omitted": max(len(findings) - MOST_FINDINGS, 0),
    }


def _taken(one: ForeseenInterchange) -> bool:
    read = one.judged.interchange
    return read.verdict.value in _GOOD and all(document.document.verdict.value in _GOOD for document in one.judged.documents)


def _interchange(one: ForeseenInterchange) -> Json:
    read = one.judged.interchange
    envelope = read.envelope
    return {
        "family": envelope.family.value,
        "version": envelope.version,
        "sender": str(envelope.sender),
        "receiver": str(envelope.receiver),
        "control_number": envelope.control_number,
        "test": one.judged.test,
        "verdict": read.verdict.value,
        "separators": {name: mark for name, mark in asdict(envelope.separators).items() if mark},
        "documents": [
            {
                "type": each.document.type,
                "version": each.document.version,
                "control_number": each.document.control_number,
                "name": each.document.name or "",
                "agreement": each.agreement.id if each.agreement else "",
                "verdict": each.document.verdict.value,
                "state": each.state,
            }
            for each in one.judged.documents
        ],
        "answers": [_answer(answer) for answer in one.answers],
    }


def _answer(answer: Sealed) -> Json:
    return {
        "type": answer.type,
        "verdict": answer.verdict,
        "explanation": list(answer.explanation),
        "text": answer.content[:_MOST_SHOWN].decode("utf-8", errors="replace"),
        "problem": answer.problem,
    }


def _findings(foreseen: Foreseen) -> Sequence[tuple[Finding, str]]:
    found: list[tuple[Finding, str]] = [(finding, "") for finding in foreseen.judged.findings]
    for one in foreseen.interchanges:
        read = one.judged.interchange
        found += [(finding, "") for finding in (*read.findings, *(each for group in read.groups for each in group.findings))]
        for document in one.judged.documents:
            name = f"{document.document.type} {document.document.control_number}"
            found += [(finding, name) for finding in document.document.findings]
    return sorted(found, key=lambda pair: pair[0].position.offset)


def _finding(finding: Finding, document: str) -> Json:
    at = finding.position
    return {
        **finding_record(finding),
        "document": document,
        "segment": at.segment,
        "tag": at.tag or "",
        "element": at.element,
        "component": at.component,
        "offset": at.offset,
    }
