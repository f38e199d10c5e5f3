"""Refusing documents of an interchange that was read without fault, for a reason that only its receiver knows."""

from collections.abc import Mapping
from dataclasses import replace

from translators.contract import Document, Group, Interchange, Verdict
from translators.finding import Finding


def with_refused(interchange: Interchange, reasons: Mapping[int, Finding]) -> Interchange:
    """The interchange as if these documents, by ordinal, had been rejected for the finding; groups and the whole follow.

    What is acknowledged of it says so then. Documents that were rejected before keep their own reasons.
    """
    documents = tuple(_refused(document, reasons.get(document.ordinal)) for document in interchange.documents)
    groups = tuple(_regrouped(group, documents) for group in interchange.groups)
    verdict = _overall(interchange.verdict, documents)
    return replace(interchange, documents=documents, groups=groups, verdict=verdict)


def _refused(document: Document, reason: Finding | None) -> Document:
    if reason is None or document.verdict is Verdict.REJECTED:
        return document
    return replace(document, verdict=Verdict.REJECTED, findings=(*document.findings, reason))


def _regrouped(group: Group, documents: tuple[Document, ...]) -> Group:
    mine = tuple(document for document in documents if document.group == group.ordinal)
    verdict = _overall(group.verdict, mine)
    standing = sum(document.verdict is not Verdict.REJECTED for document in mine)
    return replace(group, verdict=verdict, accepted=0 if verdict is Verdict.REJECTED else min(group.accepted, standing))


def _overall(verdict: Verdict, documents: tuple[Document, ...]) -> Verdict:
    """What documents make of the whole they stand in, which had this verdict."""
    refused = sum(document.verdict is Verdict.REJECTED for document in documents)
    if not refused or verdict is Verdict.REJECTED:
        return verdict
    return Verdict.REJECTED if refused == len(documents) else Verdict.PARTLY_ACCEPTED
