"""Sets of the corpus and of the tests: read, written again, and judged by our own validation."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Family, Identity, OutboundGroup, OutboundInterchange, Terms
from translators.finding import Code, Finding, Severity

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
TOLERANT = Terms(
    severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING),
    default=DocumentTerms(severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING)),
)
"""Terms under which everything is read that can be read at all."""


def corpus(name: str) -> bytes:
    """A file of the corpus: one of our fixtures, else one of the folder that EDI_CORPUS names."""
    own = FIXTURES / name
    if own.exists():
        return own.read_bytes()
    folder = os.environ.get("EDI_CORPUS")
    if not folder:
        pytest.skip("EDI_CORPUS names no folder")
    return (Path(folder) / "x12" / name).read_bytes()


def read(data: bytes, terms: Terms = TOLERANT) -> list[Document]:
    """All sets of a transmission."""
    return [document for one in registry.translate(data, lambda _e: terms).interchanges for document in one.documents]


def read_set(*segments: str, kind: str, group: str, version: str = "004010", terms: Terms = TOLERANT) -> Document:
    """One set of these segments between ST and SE."""
    body = [f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    return read(interchange([body], functional_id=group, version=version), terms)[0]


def written(document: CanonicalDocument, kind: str, version: str = "004010") -> list[str]:
    """The segments of a canonical document between ST and SE; that something cannot be said fails the test."""
    found = registry.write(Family.X12, document, kind, version)
    assert [finding.message for finding in found.findings if finding.code is Code.NOT_WRITTEN] == []
    return found.document.body.rstrip("~").split("~")


def judged(document: CanonicalDocument, kind: str, version: str) -> tuple[Finding, ...]:
    """What our own validation finds in a document that was written, under usual terms."""
    found = registry.write(Family.X12, document, kind, version)
    assert [finding.message for finding in found.findings] == []
    of_interchange = "00401" if version < "005" else "00501"
    outbound = OutboundInterchange(
        Family.X12, Identity("ZZ", "SENDER"), Identity("ZZ", "RECEIVER"), of_interchange, False,
        registry.separators(Family.X12, of_interchange),
        (OutboundGroup(found.functional_id, "S", "R", version, (found.document,)),),
    )  # fmt: skip
    data = registry.seal(outbound, control_number=1, group_numbers=[1], prepared=datetime(2026, 3, 2, tzinfo=UTC))
    (back,) = read(data, Terms())
    assert back.canonical is not None, back.findings
    assert said(back.canonical) == said(document)
    return back.findings


def said(document: CanonicalDocument) -> Any:
    """What a document says. Whose codes it keeps only one that was read knows."""
    return {name: value for name, value in json.loads(document.to_json()).items() if name != "code_family"}


def segments(data: bytes, *, element: str = "*", terminator: str = "~") -> list[str]:
    """The segments of the first set of a file, between ST and SE, as we would write them."""
    text = data.decode().replace("\ufeff", "")
    found = [segment.strip().replace(element, "*").rstrip("*") for segment in text.split(terminator)]
    start = next(n for n, segment in enumerate(found) if segment.startswith("ST*"))
    end = next(n for n, segment in enumerate(found) if segment.startswith("SE*"))
    return found[start + 1 : end]


def missing(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """Segments that are not written again as they were."""
    left = list(after)
    lost = []
    for segment in before:
        if segment in left:
            left.remove(segment)
        else:
            lost.append(segment)
    return lost
