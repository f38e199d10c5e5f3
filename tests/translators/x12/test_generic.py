"""Sets without a mapping: what is passed on, what is refused, and what becomes of every segment."""

from dataclasses import replace

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.generic_document import GenericDocument, GenericGroup, GenericSegment
from translators.contract import AcknowledgementTerms, Document, DocumentTerms, Terms, Verdict
from translators.finding import Code, Severity
from translators.x12 import sets

ADVICE = [
    "ST*943*0001",
    "W06*N*4711*20260302",
    "N1*SF*DC NORTH",
    "N3*1 DOCK*GATE 2",
    "N1*ST*DC SOUTH",
    "W27*M*UPSN",
    "W04*10*CA**VN*A1",
    "W20*1",
    "W04*20*CA**VN*A2",
    "W03*30",
    "SE*11*0001",
]
TEXT = ["ST*864*0002", "BMG*00", "MIT*1*SUBJECT", "MSG*HELLO>THERE", "SE*5*0002"]


@pytest.fixture(autouse=True)
def no_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which types have a mapping is not what these tests are about."""
    for kind in list(sets.MAPPINGS):
        monkeypatch.delitem(sets.MAPPINGS, kind)


def read(segments: list[str], group: str, terms: Terms | None = None, version: str = "004010") -> Document:
    data = interchange([segments], version=version).replace(b"GS*PO*", f"GS*{group}*".encode())
    ((one,),) = [i.documents for i in registry.translate(data, lambda _e: terms or Terms()).interchanges]
    return one


def flat(nodes: list[GenericSegment | GenericGroup]) -> list[GenericSegment]:
    return [s for node in nodes for s in (flat(node.segments) if isinstance(node, GenericGroup) else [node])]


def generic(document: Document) -> GenericDocument:
    assert isinstance(document.canonical, GenericDocument), document.findings
    return document.canonical


def test_a_set_with_a_table_keeps_its_loops() -> None:
    document = read(ADVICE, "AR")
    found = generic(document)
    assert (document.name, document.verdict, document.findings) == ("generic_document", Verdict.ACCEPTED, ())
    assert (found.family, found.type, found.version, found.control_number) == ("x12", "943", "004010", "0001")
    shape = [node.group if isinstance(node, GenericGroup) else node.tag for node in found.segments]
    assert shape == ["ST", "W06", "N1", "N1", "W27", "W04", "W04", "W03", "SE"]
    first = found.segments[2]
    assert isinstance(first, GenericGroup)
    assert [s.tag for s in flat([first])] == ["N1", "N3"]
    assert flat([first])[1].elements == [[["1 DOCK"]], [["GATE 2"]]]


def test_a_set_without_a_table_is_passed_on_flat_and_that_is_said() -> None:
    document = read(TEXT, "TX")
    found = generic(document)
    assert [(f.code, f.severity) for f in document.findings] == [(Code.DEFINITION_MISSING, Severity.INFO)]
    assert [s.tag for s in flat(found.segments)] == ["ST", "BMG", "MIT", "MSG", "SE"]
    assert flat(found.segments)[3].elements == [[["HELLO", "THERE"]]]
    assert found.business_keys == (("864", "0002"),)


def test_the_key_of_a_generic_document_knows_its_content() -> None:
    one, same = generic(read(TEXT, "TX")), generic(read(TEXT, "TX"))
    other = generic(read([*TEXT[:3], "MSG*GOODBYE", TEXT[4]], "TX"))
    assert one.identity == same.identity != other.identity
    assert one.identity.startswith("864:0002:")


def test_a_generic_document_survives_its_json() -> None:
    found = generic(read(ADVICE, "AR"))
    assert GenericDocument.model_validate_json(found.to_json()) == found
    assert b'"schema":"generic_document/1"' in found.to_json()


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(documents={"850": DocumentTerms()}), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (Terms(default=DocumentTerms(agreed=False)), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (Terms(documents={"864": DocumentTerms(agreed=False)}), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (Terms(documents={"864": DocumentTerms(versions=frozenset({"005010"}))}), Code.DOCUMENT_VERSION_UNSUPPORTED),
    ],
)
def test_a_set_without_a_table_that_is_not_agreed_is_refused(terms: Terms, code: Code) -> None:
    document = read(TEXT, "TX", terms)
    assert (document.verdict, document.canonical, document.name) == (Verdict.REJECTED, None, None)
    assert [f.code for f in document.findings] == [code]


@pytest.mark.parametrize(
    "terms", [Terms(), Terms(documents={"864": DocumentTerms()}, default=DocumentTerms(agreed=False)),
              Terms(documents={"864": DocumentTerms(versions=frozenset({"004010"}))})],
)  # fmt: skip
def test_a_set_without_a_table_that_is_agreed_is_accepted_and_acknowledged(terms: Terms) -> None:
    owing = replace(terms, acknowledgement=AcknowledgementTerms(functional="997", list_accepted=True))
    assert read(TEXT, "TX", owing).verdict is Verdict.ACCEPTED
    data = interchange([TEXT]).replace(b"GS*PO*", b"GS*TX*")
    (owed,) = registry.acknowledge(registry.translate(data, lambda _e: owing).interchanges[0])
    assert "AK2*864*0002~AK5*A~AK9*A*1*1*1~" in owed.outbound.groups[0].documents[0].body


def test_a_set_with_a_table_that_is_not_agreed_is_refused() -> None:
    document = read(ADVICE, "AR", Terms(default=DocumentTerms(agreed=False)))
    assert [f.code for f in document.findings] == [Code.DOCUMENT_NOT_AGREED]
    assert document.canonical is None


def test_a_set_in_the_wrong_group_is_refused() -> None:
    document = read(ADVICE, "PO")
    assert [(f.code, f.expected) for f in document.findings] == [(Code.DOCUMENT_TYPE_UNSUPPORTED, "AR")]


def test_a_faulty_set_gives_no_generic_document() -> None:
    document = read([*ADVICE[:1], *ADVICE[2:-1], "SE*10*0001"], "AR")
    assert [f.code for f in document.findings] == [Code.SEGMENT_MISSING]
    assert (document.verdict, document.canonical) == (Verdict.REJECTED, None)


def test_a_segment_without_a_place_is_kept_where_it_stands() -> None:
    stray = [*ADVICE[:4], "ZZ1*KEPT", *ADVICE[4:-1], "SE*12*0001"]
    terms = Terms(severities={Code.SEGMENT_UNKNOWN: Severity.WARNING})
    found = generic(read(stray, "AR", terms))
    party = found.segments[2]
    assert isinstance(party, GenericGroup)
    assert [s.tag for s in flat([party])] == ["N1", "N3", "ZZ1"]
    assert [s.tag for s in flat(found.segments)] == [s.split("*")[0] for s in stray]


@pytest.mark.parametrize("version", ["003040", "004030", "004060VICS", "005050", "008010"])
def test_other_releases_are_read_leniently_and_that_is_said(version: str) -> None:
    document = read([*ADVICE[:1], *ADVICE[2:-1], "SE*10*0001"], "AR", version=version)
    expected = [(Code.VERSION_NEAREST, Severity.INFO), (Code.SEGMENT_MISSING, Severity.WARNING)]
    assert [(f.code, f.severity) for f in document.findings] == expected
    assert generic(document).version == version


def test_leniency_gives_way_to_what_is_agreed() -> None:
    terms = Terms(severities={Code.SEGMENT_MISSING: Severity.ERROR})
    document = read([*ADVICE[:1], *ADVICE[2:-1], "SE*10*0001"], "AR", terms, version="004030")
    assert document.verdict is Verdict.REJECTED


def test_other_releases_are_refused_where_one_was_agreed() -> None:
    terms = Terms(documents={"943": DocumentTerms(versions=frozenset({"004010"}))})
    assert read(ADVICE, "AR", terms, version="004010UCS").verdict is Verdict.ACCEPTED
    refused = read(ADVICE, "AR", terms, version="004030")
    assert [f.code for f in refused.findings] == [Code.DOCUMENT_VERSION_UNSUPPORTED]


def test_a_release_that_was_agreed_is_read() -> None:
    terms = Terms(documents={"943": DocumentTerms(versions=frozenset({"004030"}))})
    assert read(ADVICE, "AR", terms, version="004030").verdict is Verdict.ACCEPTED


def test_the_structure_of_an_earlier_version_is_said() -> None:
    quote = ["ST*843*0001", "BQR*00*Q1*20260302", "PO1*1*5*EA*2.5**VN*A", "CTT*1", "SE*5*0001"]
    assert read(quote, "RR").findings == ()
    (finding,) = read(quote, "RR", version="005010").findings
    assert (finding.code, finding.severity) == (Code.VERSION_NEAREST, Severity.INFO)
    assert "004010" in finding.message


@pytest.mark.parametrize(
    ("limit", "excess"), [({"max_document_bytes": 100}, "bytes"), ({"max_document_segments": 5}, "segments")]
)
def test_a_set_beyond_the_limits_is_refused_without_being_read(limit: dict[str, int], excess: str) -> None:
    good = ["ST*864*0009", "MIT*1*A", "SE*3*0009"]
    data = interchange([ADVICE, good]).replace(b"GS*PO*", b"GS*AR*")
    terms = Terms(**limit, acknowledgement=AcknowledgementTerms(functional="997"))  # type: ignore[arg-type]
    (one,) = registry.translate(data, lambda _e: terms).interchanges
    large, small = one.documents
    (finding,) = large.findings
    assert (finding.code, finding.position.tag, finding.position.element) == (Code.DOCUMENT_TOO_LARGE, "ST", 1)
    assert excess in finding.message
    assert (large.type, large.control_number, large.segments, large.canonical) == ("943", "0001", 11, None)
    assert data[large.start : large.end].endswith(b"SE*11*0001~")
    assert small.verdict is Verdict.ACCEPTED
    assert one.verdict is Verdict.PARTLY_ACCEPTED
    (owed,) = registry.acknowledge(one)
    assert "AK2*943*0001~AK5*R*5~" in owed.outbound.groups[0].documents[0].body


def test_an_acknowledgement_beyond_the_limits_refuses_nothing() -> None:
    body = ["ST*997*0001", "AK1*PO*7", *["AK2*850*0001", "AK5*A"] * 20, "AK9*A*20*20*20", "SE*44*0001"]
    document = read(body, "FA", Terms(max_document_segments=10))
    assert document.verdict is Verdict.ACCEPTED
    assert Code.DOCUMENT_TOO_LARGE in [f.code for f in document.findings]


def test_a_flood_of_separators_gives_no_generic_document() -> None:
    flood = ["ST*864*0002", *["MSG" + "*" * 900_000] * 1, "SE*3*0002"]
    document = read(flood, "TX")
    assert [f.code for f in document.findings] == [Code.DEFINITION_MISSING, Code.DOCUMENT_TOO_LARGE]
    assert (document.verdict, document.canonical) == (Verdict.REJECTED, None)
