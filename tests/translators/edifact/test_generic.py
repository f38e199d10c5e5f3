"""Messages without a mapping: what is passed on, what is refused, and what becomes of every segment."""

import pytest

from tests.translators.edifact.reading import read
from translators import registry
from translators.canonical.generic_document import GenericDocument, GenericGroup, GenericSegment
from translators.contract import AcknowledgementTerms, Document, DocumentTerms, Terms, Verdict
from translators.edifact import messages
from translators.finding import Code, Severity

HANMOV = [
    "BGM+320+H1+9", "DTM+137:20261120:102", "FTX+AAI+++SAY ?'HI?'", "RFF+ON:1", "DTM+171:20261119:102", "NAD+WH+1::9",
    "LIN+1++A:SA", "QTY+12:5", "LIN+2++B:SA",
]  # fmt: skip
UNMAPPED = ["BGM+1+B1", "FTX+A:B+++C:D"]


@pytest.fixture(autouse=True)
def no_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which types have a mapping is not what these tests are about."""
    for kind in list(messages.MAPPINGS):
        monkeypatch.delitem(messages.MAPPINGS, kind)


def message(kind: str, body: list[str], version: str = "D:96A", syntax: str = "UNOC:3") -> bytes:
    rows = [f"UNH+1+{kind}:{version}:UN:EAN001", *body, f"UNT+{len(body) + 2}+1"]
    return "".join(f"{row}'" for row in [f"UNB+{syntax}+A:14+B:14+261120:0930+7", *rows, "UNZ+1+7"]).encode()


def one(data: bytes, terms: Terms | None = None) -> Document:
    (document,) = read(data, lambda _e: terms or Terms()).documents
    return document


def flat(nodes: list[GenericSegment | GenericGroup]) -> list[GenericSegment]:
    return [s for node in nodes for s in (flat(node.segments) if isinstance(node, GenericGroup) else [node])]


def generic(document: Document) -> GenericDocument:
    assert isinstance(document.canonical, GenericDocument), document.findings
    return document.canonical


def test_a_message_with_a_table_keeps_its_groups() -> None:
    document = one(message("HANMOV", HANMOV))
    found = generic(document)
    assert (document.name, document.findings) == ("generic_document", ())
    assert (found.family, found.type, found.version, found.association) == ("edifact", "HANMOV", "D.96A", "EAN001")
    shape = [node.group if isinstance(node, GenericGroup) else node.tag for node in found.segments]
    assert shape == ["UNH", "BGM", "DTM", "FTX", "SG2", "SG3", "SG7", "SG7", "UNT"]
    reference = found.segments[4]
    assert isinstance(reference, GenericGroup)
    assert [s.tag for s in flat([reference])] == ["RFF", "DTM"]
    assert found.business_keys == (("HANMOV", "1"),)


def test_released_characters_are_put_back() -> None:
    texts = [s.elements for s in flat(generic(one(message("HANMOV", HANMOV))).segments) if s.tag == "FTX"]
    assert texts == [[[["AAI"]], [[""]], [[""]], [["SAY 'HI'"]]]]


def test_repetitions_of_syntax_version_4_are_kept() -> None:
    body = ["BGM+231+R1+9", "DTM+137:20261120:102", "NAD+SU+1::9", "CTA+OC", "COM+1:TE*2:FX", "UNS+S"]
    found = generic(one(message("PARTIN", body, "D:01B", "UNOC:4")))
    (contact,) = [s.elements for s in flat(found.segments) if s.tag == "COM"]
    assert contact == [[["1", "TE"], ["2", "FX"]]]


def test_a_message_without_a_table_is_passed_on_flat_and_that_is_said() -> None:
    document = one(message("BALETO", UNMAPPED, "X:YY"))
    assert [(f.code, f.severity) for f in document.findings] == [(Code.DEFINITION_MISSING, Severity.INFO)]
    assert [s.tag for s in flat(generic(document).segments)] == ["UNH", "BGM", "FTX", "UNT"]
    assert flat(generic(document).segments)[2].elements == [[["A", "B"]], [[""]], [[""]], [["C", "D"]]]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(documents={"ORDERS": DocumentTerms()}), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (Terms(default=DocumentTerms(agreed=False)), Code.DOCUMENT_TYPE_UNSUPPORTED),
        (Terms(documents={"BALETO": DocumentTerms(versions=frozenset({"D.01B"}))}), Code.DOCUMENT_VERSION_UNSUPPORTED),
    ],
)
def test_a_message_without_a_table_that_is_not_agreed_is_refused(terms: Terms, code: Code) -> None:
    document = one(message("BALETO", UNMAPPED), terms)
    assert [f.code for f in document.findings] == [code]
    assert (document.verdict, document.canonical, document.name) == (Verdict.REJECTED, None, None)


def test_a_message_without_a_table_that_is_agreed_is_accepted_and_acknowledged() -> None:
    owing = AcknowledgementTerms(functional="CONTRL", list_accepted=True)
    terms = Terms(documents={"BALETO": DocumentTerms()}, default=DocumentTerms(agreed=False), acknowledgement=owing)
    (interchange,) = read(message("BALETO", UNMAPPED), lambda _e: terms).interchanges
    assert interchange.verdict is Verdict.ACCEPTED
    (owed,) = registry.acknowledge(interchange)
    assert "UCM+1+BALETO:D:96A:UN:EAN001+7'" in owed.outbound.groups[0].documents[0].body


@pytest.mark.parametrize("kind", ["", "1ALETO", "BALETOS", "baleto"])
def test_what_is_no_type_is_refused(kind: str) -> None:
    assert Code.DOCUMENT_TYPE_UNSUPPORTED in [f.code for f in one(message(kind, UNMAPPED)).findings]


@pytest.mark.parametrize(
    ("kind", "version"), [("HANMOV", "D:97A"), ("HANMOV", "S:93A"), ("HANMOV", "D:21B"), ("RETANN", "D:96A"), ("INSDES", "D:96A")]
)
def test_other_directories_are_read_leniently_and_that_is_said(kind: str, version: str) -> None:
    document = one(message(kind, ["DTM+137:20261120:102"], version))
    first, *others = document.findings
    assert (first.code, first.severity) == (Code.VERSION_NEAREST, Severity.INFO)
    assert Code.SEGMENT_MISSING in {f.code for f in others}
    assert {f.severity for f in others} == {Severity.WARNING}
    assert generic(document).version == version.replace(":", ".")


def test_leniency_gives_way_to_what_is_agreed() -> None:
    terms = Terms(default=DocumentTerms(severities={Code.SEGMENT_MISSING: Severity.ERROR}))
    assert one(message("HANMOV", ["DTM+137:20261120:102"], "D:97A"), terms).verdict is Verdict.REJECTED


def test_a_segment_without_a_place_is_kept_where_it_stands() -> None:
    body = [*HANMOV[:5], "QQQ+KEPT", *HANMOV[5:]]
    terms = Terms(default=DocumentTerms(severities={Code.SEGMENT_UNKNOWN: Severity.WARNING}))
    found = generic(one(message("HANMOV", body), terms))
    reference = found.segments[4]
    assert isinstance(reference, GenericGroup)
    assert [s.tag for s in flat([reference])] == ["RFF", "DTM", "QQQ"]
    assert [s.tag for s in flat(found.segments)] == ["UNH", *(row.split("+")[0] for row in body), "UNT"]


def test_a_faulty_message_gives_no_generic_document() -> None:
    document = one(message("HANMOV", HANMOV[1:]))
    assert (document.verdict, document.canonical, document.name) == (Verdict.REJECTED, None, "generic_document")


def test_an_aperak_is_checked_leniently_by_its_table() -> None:
    document = one(message("APERAK", ["BGM+305+A1+9", "QQQ+1", "ERC+1:2:3"]))
    assert document.verdict is not Verdict.REJECTED
    assert {f.code for f in document.findings if f.position.tag == "QQQ"} == {Code.SEGMENT_UNKNOWN}


def test_a_flood_of_separators_gives_no_generic_document() -> None:
    document = one(message("BALETO", ["FTX" + "+" * 600_000]))
    assert Code.DOCUMENT_TOO_LARGE in [f.code for f in document.findings]
    assert (document.verdict, document.canonical) == (Verdict.REJECTED, None)


def test_a_generic_document_survives_its_json() -> None:
    found = generic(one(message("HANMOV", HANMOV)))
    assert GenericDocument.model_validate_json(found.to_json()) == found
