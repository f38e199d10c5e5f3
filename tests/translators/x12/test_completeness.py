"""Nothing sent is dropped: every value of every segment of the order sets is in its canonical field, or kept as an extra."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.x12.orders import interchange
from translators import registry
from translators.contract import Document, DocumentTerms, Terms
from translators.finding import Code, Severity
from translators.x12.definitions import SegmentDefinition, segment_definition
from translators.x12.grammar import Place, grammar
from translators.x12.versions import VERSIONS

TOLERANT = Terms(
    default=DocumentTerms(
        severities=dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID}, Severity.WARNING),
        max_findings=10,
    )
)
OPENING = ("ST", "BEG", "BAK", "BCH", "BCA", "G50", "SE")
BEGINNINGS = {
    "850": "BEG*00*SA*PO1**20260302",
    "855": "BAK*00*AD*PO1*20260302",
    "860": "BCH*04*SA*PO1***20260302",
    "865": "BCA*04*AC*PO1***20260302",
    "875": "G50*N*20260302*PO1",
}
GROUPS = {"850": "PO", "855": "PR", "860": "PC", "865": "CA", "875": "OG"}
LINES = {
    "850": "PO1*1*2*EA*3.5**VN*A",
    "855": "PO1*1*2*EA*3.5**VN*A",
    "860": "POC*1*CA*2*2*EA*3.5**VN*A",
    "865": "POC*1*CA*2*2*EA*3.5**VN*A",
    "875": "G68*2*EA*3.5**VN*A",
}


def segment_places(place: Place, version: str) -> Iterator[Place]:
    """All places of segments, with their definitions, which are otherwise compiled when a segment comes."""
    for child in place.children:
        if child.children:
            yield from segment_places(child, version)
        else:
            child.definition = segment_definition(child.tag, version)
            yield child


def lineage(place: Place) -> list[Place]:
    """The triggers of the loops around a place, outermost first, and the place."""
    chain: list[Place] = []
    here: Place | None = place
    while here is not None and here.parent is not None:
        if here.parent.parent is not None and here.parent.trigger is not place:
            chain.append(here.parent.trigger)
        here = here.parent
    return [*reversed(chain), place]


def value_of(kind: str, longest: int, seed: int) -> str:
    """A value that nothing else in the order has; empty for codes and times, whose translation is not its text."""
    if kind == "DT":
        return f"20{30 + seed % 60}11{1 + seed % 28:02}"
    if kind == "R" or kind[0] == "N":
        return str(1000 + seed)[: max(longest, 1)] if longest >= 4 else ""
    if kind == "AN" and longest >= 4:
        return f"V{seed:03}"
    return ""


def code_of(definition: SegmentDefinition, number: int) -> str:
    element = definition.elements[number - 1]
    if element.kind != "ID":
        return "X" * max(element.shortest, 1)
    return min(sorted(element.codes), default="X" * element.shortest, key=len)


def filled(definition: SegmentDefinition, wanted: set[int] | None = None) -> tuple[str, list[str]]:
    """A segment with a value of its own in each wanted element, and those values."""
    values: list[str] = []
    row = [definition.tag]
    for number, element in enumerate(definition.elements, 1):
        own = "" if element.parts else value_of(element.kind, element.longest, number * 7)
        if wanted is not None and number not in wanted:
            row.append("")
        elif own:
            values.append(own)
            row.append(own)
        else:
            row.append("" if element.parts or element.kind == "TM" else code_of(definition, number))
    return "*".join(row).rstrip("*"), values


def document_with(place: Place, kind: str, version: str, wanted: set[int] | None = None) -> tuple[Document, list[str]]:
    """A document whose only content beyond its beginning and a line is this segment, within the loops it belongs to."""
    first = LINES[kind].partition("*")[0]
    triggers = [p for p in lineage(place)[:-1] if p.tag != first]
    assert place.definition is not None
    segment, values = filled(place.definition, wanted)
    before = [filled(p.definition)[0] for p in triggers if p.definition is not None]
    in_line = place.path.startswith(f"{first}/")
    line = [] if place.path == f"{first}/{first}" else [LINES[kind]]
    body = [f"ST*{kind}*0001", BEGINNINGS[kind]]
    body += [*line, *before, segment] if in_line or place.path.startswith(("CTT", "G76")) else [*before, segment, *line]
    data = interchange([[*body, f"SE*{len(body) + 1}*0001"]], version=version, functional_id=GROUPS[kind])
    return registry.translate(data, lambda _e: TOLERANT).interchanges[0].documents[0], values


def places(kind: str, version: str) -> list[Place]:
    """The places of all segments of a set but those that begin and end it."""
    return [p for p in segment_places(grammar(kind, version).root, version) if p.tag not in OPENING]


PLACES = [
    pytest.param(place, kind, version, id=f"{kind}-{version}-{place.path}")
    for kind in BEGINNINGS
    for version in VERSIONS
    for place in places(kind, version)
]


def forms(value: str) -> set[str]:
    """How a value may stand in JSON: as text, as a number, with two implied decimals, as a date."""
    shown = {value}
    if value.isdigit():
        shown |= {f"{Decimal(value).scaleb(-2)}", str(int(value))}
    if len(value) == 8 and value.isdigit():
        shown.add(f"{value[:4]}-{value[4:6]}-{value[6:]}")
    return shown


def missing(document: Document, values: list[str]) -> list[str]:
    assert document.canonical is not None, document.findings
    text = document.canonical.to_json().decode()
    return [value for value in values if not any(form in text for form in forms(value))]


@pytest.mark.parametrize(("place", "kind", "version"), PLACES)
def test_every_value_of_a_full_segment_is_kept(place: Place, kind: str, version: str) -> None:
    document, values = document_with(place, kind, version)
    assert missing(document, values) == []


@pytest.mark.parametrize(("place", "kind", "version"), PLACES)
def test_a_value_alone_in_its_segment_is_kept(place: Place, kind: str, version: str) -> None:
    assert place.definition is not None
    for number in range(1, min(len(place.definition.elements), 12) + 1):
        document, values = document_with(place, kind, version, {number})
        assert missing(document, values) == [], number


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_choice_of_elements_is_kept(data: st.DataObject) -> None:
    kind, version = data.draw(st.sampled_from(sorted(BEGINNINGS))), data.draw(st.sampled_from(VERSIONS))
    place = data.draw(st.sampled_from(places(kind, version)))
    assert place.definition is not None
    numbers = st.integers(1, len(place.definition.elements))
    document, values = document_with(place, kind, version, data.draw(st.sets(numbers, min_size=1)))
    assert missing(document, values) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_segment_whose_loop_has_not_begun_is_kept_all_the_same(kind: str, version: str) -> None:
    for place in places(kind, version):
        if place.definition is None or place.tag in ("LS", "LE"):
            continue
        segment, values = filled(place.definition)
        body = [f"ST*{kind}*0001", BEGINNINGS[kind], segment, "SE*4*0001"]
        data = interchange([body], version=version, functional_id=GROUPS[kind])
        (document,) = registry.translate(data, lambda _e: TOLERANT).interchanges[0].documents
        assert missing(document, values) == [], place.path
