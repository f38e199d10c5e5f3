"""What has no room in a format is said when it is written: nothing is cut in silence, and lists that are too long are named."""

from importlib import import_module
from random import Random
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact import test_round_trip as messages
from tests.translators.x12 import test_round_trip as sets
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import DocumentTerms, Family, Terms, WritingTerms, WrittenDocument
from translators.edifact.directories import SHIPPED
from translators.edifact.messages import MAPPINGS as MESSAGES
from translators.errors import NotWritable
from translators.finding import Code, Severity
from translators.x12.sets import MAPPINGS as SETS

CASES = [
    *[(Family.X12, kind, version) for kind in SETS for version in ("004010", "005010")],
    *[(Family.EDIFACT, kind, directory) for kind in MESSAGES for directory in SHIPPED[kind]],
]
TOO_MUCH = frozenset(
    {Code.SEGMENT_REPEATS, Code.LOOP_REPEATS, Code.ELEMENT_TOO_LONG, Code.REPETITION_SURPLUS, Code.ELEMENT_SURPLUS}
)
ALL = Terms(default=DocumentTerms(severities=sets.LOWERED.default.severities, max_findings=100_000))
ORDER: dict[str, Any] = {
    "number": "PO1",
    "issued": "2026-03-02",
    "lines": [{"number": "1", "item": {"identifiers": {"seller": "A"}}}],
}


def drawn(family: Family, kind: str, version: str, seed: int) -> CanonicalDocument:
    """A document that the mapping can say."""
    if family is Family.X12:
        return sets.drawn(kind, version, seed)
    return drawing.drawn(kind, version, seed, messages.COMPLETE.get(kind, lambda _value: None))


def crowded(value: Any, random: Random, times: int) -> None:
    """Repeat what is in some of the lists, wherever they are."""
    if isinstance(value, dict):
        for name, inner in value.items():
            crowded(inner, random, times)
            if isinstance(inner, list) and inner and name != "lines" and random.random() < 0.3:
                value[name] = inner * times
    elif isinstance(value, list):
        for inner in value:
            crowded(inner, random, times)


def sealed(family: Family, written: WrittenDocument) -> bytes:
    """A written document as a whole interchange."""
    return sets.sealed(written) if family is Family.X12 else messages.sealed(written)


@pytest.mark.parametrize(("family", "kind", "version"), CASES)
def test_what_a_reader_finds_too_much_was_said_when_it_was_written(family: Family, kind: str, version: str) -> None:
    for seed in range(6):
        document = drawn(family, kind, version, seed)
        value = document.model_dump(exclude_unset=True, by_alias=True)
        crowded(value, Random(seed), 12)
        document = model_of(document.NAME).model_validate(value)
        try:
            written = registry.write(family, document, kind, version, WritingTerms(syntax="UNOY:3"))
        except NotWritable:  # which names segment and element: see below
            continue
        (found,) = registry.translate(sealed(family, written), lambda _envelope: ALL).interchanges[0].documents
        read = {(f.code, f.position.segment, f.position.tag, f.position.element) for f in found.findings if f.code in TOO_MUCH}
        said = {(f.code, f.position.segment, f.position.tag, f.position.element) for f in written.findings}
        assert read <= said or any(f.code is Code.FINDINGS_CAPPED for f in written.findings)


REFERENCES = [{"kind": "department", "number": f"D{number}"} for number in range(1300)]
WANTED = {"quantity": {"value": "1", "unit": "EA"}, "requested": "2026-04-01"}
PARTIES = [{"role": "mark_for", "name": f"PARTY {number}"} for number in range(250)]


@pytest.mark.parametrize(
    ("family", "kind", "version", "members", "lists"),
    [
        (Family.X12, "850", "004010", {"other_parties": PARTIES}, "other_parties"),
        (Family.X12, "855", "005010", {"other_parties": PARTIES}, "other_parties"),
        (Family.X12, "850", "004010", {"lines": [{**ORDER["lines"][0], "schedule": [WANTED] * 250}]}, "lines[].schedule"),
        (Family.EDIFACT, "ORDERS", "D.96A", {"references": REFERENCES}, "references"),
        (Family.EDIFACT, "ORDERS", "D.01B", {"other_parties": [{**one, "role": "AB"} for one in PARTIES]}, "other_parties"),
    ],
)  # fmt: skip
def test_a_list_that_is_too_long_is_written_whole_and_named(
    family: Family, kind: str, version: str, members: dict[str, Any], lists: str
) -> None:
    name = import_module((SETS | MESSAGES)[kind][1]).MAPPING.name
    document = model_of(name).model_validate(
        {**ORDER, **({"status": "accepted", "order": {"number": "1"}} if name == "order_response" else {}), **members}
    )
    written = registry.write(family, document, kind, version)
    found = [f for f in written.findings if f.code in (Code.SEGMENT_REPEATS, Code.LOOP_REPEATS)]
    assert found
    assert all(f.severity is Severity.ERROR and f.message.endswith(f"Too long: {lists}.") and f.remedy for f in found)
    for one in (*members.get("references", ()), *members.get("other_parties", ())):
        assert one.get("number", one.get("name")) in written.document.body
    assert written.document.body.count("20260401") == 250 * (kind == "850" and "lines" in members)


def test_a_value_that_is_too_long_is_said_with_its_place() -> None:
    document = PurchaseOrder.model_validate({**ORDER, "number": "N" * 40, "buyer": {"name": "B", "address": {"city": "C" * 40}}})
    written = registry.write(Family.X12, document, "850", "004010")
    too_long = [(f.position.tag, f.position.element, f.severity) for f in written.findings if f.code is Code.ELEMENT_TOO_LONG]
    assert too_long == [("BEG", 3, Severity.ERROR), ("N4", 1, Severity.ERROR)]
    assert "N" * 40 in written.document.body
    with pytest.raises(NotWritable, match=r"BGM 2.*35"):
        registry.write(Family.EDIFACT, document, "ORDERS", "D.96A")


def test_what_fits_is_written_without_a_finding() -> None:
    document = PurchaseOrder.model_validate({**ORDER, "other_parties": PARTIES[:5]})
    assert registry.write(Family.X12, document, "850", "004010").findings == ()
