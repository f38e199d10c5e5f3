"""Every X12 document of the permissive corpus, and what must come of it: read in full, or refused for a stated reason."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from translators import registry
from translators.contract import AcknowledgementTerms, DocumentTerms, Interchange, Terms, Verdict, When
from translators.finding import Code
from translators.parsed import ParsedSegment

FIXTURES = Path(__file__).parents[2] / "fixtures" / "x12"
OWING = Terms(acknowledgement=AcknowledgementTerms(functional="997", technical=When.ALWAYS, list_accepted=True, note_errors=True))


@dataclass(frozen=True)
class Expected:
    """An interchange: its marks, number and verdict, findings of envelope and groups, groups, sets with their segments."""

    marks: str
    number: str
    verdict: str
    findings: str
    groups: str
    sets: str
    set_findings: str
    canonical: int


CORPUS: dict[str, tuple[Expected, ...]] = {
    "204__indice-co-edi.net__204-MGCTLYST-SAMPLE.EDI": (
        Expected(
            "*:\n",
            "000018718",
            "rejected",
            "",
            "SM/004010",
            "204:38",
            "segment-count-mismatch",
            0,
        ),
    ),
    "204__kputnam-stupidedi__case-1.edi": (
        Expected(
            "*|~",
            "000013309",
            "accepted",
            "line-breaks",
            "SM/004010",
            "204:61",
            "",
            1,
        ),
    ),
    "210__xlate-staedi__ts210_80char.edi": (
        Expected(
            "*>~",
            "000026003",
            "accepted",
            "line-breaks",
            "IM/004010",
            "210:31",
            "",
            1,
        ),
    ),
    "214__ballerina-platform-module-ballerin__edi-214-message.edi": (
        Expected(
            "*>~",
            "000005215",
            "accepted",
            "",
            "QM/004010",
            "214:21",
            "",
            1,
        ),
    ),
    "214__jf-tech-omniparser__1_canadapost_edi_214.input.txt": (
        Expected(
            "*>\n",
            "000001644",
            "partly_accepted",
            "",
            "QM/004010",
            "214:13 214:13 214:13 214:14 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13 214:13",
            "element-condition trailing-separator",
            10,
        ),
    ),
    "214__xlate-staedi__ts214_ellipses_segterm.edi": (
        Expected(
            "*>…",
            "000075776",
            "rejected",
            "line-breaks terminator-mangled",
            "QM/004010",
            "214:20",
            "",
            1,
        ),
    ),
    "214__yurii1exe-edi-x12-toolkit__214-broken.edi": (
        Expected(
            "*:~^",
            "000000001",
            "rejected",
            "group-count-mismatch interchange-reference-mismatch line-breaks",
            "QM/005010",
            "214:7",
            "segment-count-mismatch",
            0,
        ),
    ),
    "214__yurii1exe-edi-x12-toolkit__214-pipe-delimited.edi": (
        Expected(
            "|>\n!",
            "000000001",
            "accepted",
            "",
            "QM/005010",
            "214:7",
            "",
            1,
        ),
    ),
    "810-850__xlate-staedi__invoice810_po850_dual.edi": (
        Expected(
            "*>~",
            "000000020",
            "accepted",
            "line-breaks",
            "IN/004010 PO/003010",
            "810:32 810:22 850:17",
            "control-total element-condition element-too-short version-nearest",
            3,
        ),
    ),
    "810__indice-co-edi.net__x12.810a.edi": (
        Expected(
            "*>~",
            "000000001",
            "rejected",
            "header-malformed line-breaks",
            "IN/004010",
            "810:64",
            "",
            1,
        ),
    ),
    "810__kputnam-stupidedi__pass-1.edi": (
        Expected(
            "|>~",
            "005639689",
            "rejected",
            "line-breaks",
            "IN/004010",
            "810:13",
            "element-condition",
            0,
        ),
    ),
    "810__xlate-staedi__simple810.edi": (
        Expected(
            "*>~",
            "000000020",
            "accepted",
            "line-breaks",
            "IN/004010",
            "810:32 810:22",
            "control-total",
            2,
        ),
    ),
    "820__kputnam-stupidedi__pass-1.edi": (
        Expected(
            "*@\n",
            "000000001",
            "rejected",
            "header-malformed",
            "RA/003010",
            "820:48",
            "canonical-invalid element-too-short not-mapped segment-missing segment-not-in-definition segment-unknown version-nearest",
            0,
        ),
    ),
    "832__kputnam-stupidedi__fail-1.edi": (
        Expected(
            "*>~",
            "000062996",
            "rejected",
            "header-malformed interchange-time-invalid line-breaks",
            "SC/004010",
            "832:17",
            "segment-count-mismatch",
            0,
        ),
    ),
    "846__eskrano-php-edi-coedition__846-sample.edi": (
        Expected(
            "|>\n",
            "000037153",
            "accepted",
            "",
            "IB/004010",
            "846:76",
            "",
            1,
        ),
    ),
    "850-864__hellooops-vscode-edi-support__X12-interchanges.x12": (
        Expected(
            "*:~",
            "000000001",
            "partly_accepted",
            "line-breaks",
            "PO/004010 PO/004010",
            "850:3 864:3 850:3",
            "definition-missing segment-missing",
            1,
        ),
    ),
    "850__aaronhuggins-node-x12__850_2.edi": (
        Expected(
            "*>\n",
            "000003438",
            "accepted",
            "",
            "PO/004010VICS",
            "850:33",
            "",
            1,
        ),
    ),
    "850__aaronhuggins-node-x12__850_fat.edi": (
        Expected(
            "*>~",
            "000003438",
            "accepted",
            "line-breaks",
            "PO/004010VICS",
            "850:33",
            "",
            1,
        ),
        Expected(
            "*>~",
            "000003438",
            "accepted",
            "line-breaks",
            "PO/004010VICS",
            "850:33",
            "",
            1,
        ),
    ),
    "850__hellooops-vscode-edi-support__850-lineBreak-LF.x12": (
        Expected(
            "*>\n",
            "000007080",
            "rejected",
            "",
            "PO/004010",
            "850:6",
            "segment-missing",
            0,
        ),
    ),
    "850__hellooops-vscode-edi-support__850-loop.edi": (
        Expected(
            "*>~",
            "000007080",
            "rejected",
            "line-breaks",
            "PO/004010",
            "850:32",
            "element-condition",
            0,
        ),
    ),
    "850__indice-co-edi.net__x12.850a.edi": (
        Expected(
            "*>~",
            "000000055",
            "rejected",
            "header-malformed interchange-reference-mismatch line-breaks",
            "PO/004010",
            "850:50",
            "element-too-long",
            0,
        ),
    ),
    "850__olmelabs-ediengine__850.SyntaxNotes.ERR.edi": (
        Expected(
            "*>\n",
            "000003438",
            "rejected",
            "",
            "PO/004010",
            "850:33",
            "element-condition",
            0,
        ),
    ),
    "855__aaronhuggins-node-x12__855.edi": (
        Expected(
            "*>~",
            "000000005",
            "accepted",
            "line-breaks",
            "PR/004010",
            "855:26",
            "element-code",
            1,
        ),
    ),
    "855__eskrano-php-edi-coedition__855-sample2.edi": (
        Expected(
            "|>\n",
            "000001117",
            "rejected",
            "header-malformed",
            "PR/004010",
            "855:6",
            "",
            1,
        ),
    ),
    "855__kputnam-stupidedi__pass-1.edi": (
        Expected(
            "*{~",
            "000002419",
            "accepted",
            "line-breaks",
            "PR/004010",
            "855:7",
            "",
            1,
        ),
    ),
    "855__kputnam-stupidedi__po-ack-minor-changes.edi": (
        Expected(
            "*:~",
            "000010216",
            "rejected",
            "line-breaks",
            "SC/004010X358",
            "855:15",
            "document-type-unsupported element-condition",
            0,
        ),
    ),
    "855__stedi-demos-bootstrap__855-inbound.edi": (
        Expected(
            "*>~",
            "000001746",
            "accepted",
            "line-breaks",
            "PR/005010",
            "855:17",
            "",
            1,
        ),
    ),
    "856__eskrano-php-edi-coedition__856-sample.edi": (
        Expected(
            "|>\n",
            "000046808",
            "accepted",
            "",
            "SH/004010",
            "856:24 856:24 856:24",
            "element-code",
            3,
        ),
    ),
    "856__olmelabs-ediengine__856.Crossdock.OK.edi": (
        Expected(
            "*>\n",
            "000000091",
            "accepted",
            "",
            "SH/004010",
            "856:57",
            "identifier-check-digit",
            1,
        ),
    ),
    "856__silvenga-vscode-edi-x12-support__old.edi": (
        Expected(
            "|>~",
            "990000002",
            "accepted",
            "",
            "SH/004010",
            "856:39",
            "identifier-check-digit",
            1,
        ),
    ),
    "856__walmartlabs-gozer__asn856.txt": (
        Expected(
            "*>\n",
            "000003438",
            "rejected",
            "interchange-reference-mismatch truncated",
            "SH/004060",
            "856:31",
            "identifier-check-digit version-nearest",
            1,
        ),
    ),
    "860__hellooops-vscode-edi-support__multiple_transactions.x12": (
        Expected(
            "*>~",
            "000000089",
            "accepted",
            "line-breaks",
            "PC/004010",
            "860:4 860:4",
            "",
            2,
        ),
    ),
    "862__david-blackwood-edifact-rails__ansix12.edi": (
        Expected(
            "*>~",
            "000000001",
            "rejected",
            "line-breaks",
            "SS/004010",
            "862:19",
            "element-condition",
            0,
        ),
    ),
    "864__hellooops-vscode-edi-support__864.x12": (
        Expected(
            "*>~",
            "000007080",
            "accepted",
            "line-breaks",
            "TX/004010",
            "864:20",
            "definition-missing",
            1,
        ),
    ),
    "940__olmelabs-ediengine__940.OK.edi": (
        Expected(
            "*>\n",
            "000003438",
            "accepted",
            "truncated",
            "OW/004010",
            "940:29",
            "",
            1,
        ),
    ),
    "940__olmelabs-ediengine__ControlNumbersMismatch.edi": (
        Expected(
            "*>\n",
            "000003438",
            "rejected",
            "group-reference-mismatch interchange-reference-mismatch",
            "OW/004010",
            "940:5",
            "document-reference-mismatch",
            0,
        ),
    ),
    "940__olmelabs-ediengine__MultipleInterchangesAndGroups.edi": (
        Expected(
            "*>\n",
            "000003438",
            "accepted",
            "interchange-reference-mismatch",
            "OW/004010 OW/004010",
            "940:5 940:5 940:5",
            "",
            3,
        ),
        Expected(
            "*>\n",
            "000003439",
            "accepted",
            "interchange-reference-mismatch truncated",
            "OW/004010 OW/004010",
            "940:5 940:5 940:5",
            "",
            3,
        ),
    ),
    "943__kputnam-stupidedi__pass-1.edi": (
        Expected(
            "*>~",
            "000000001",
            "accepted",
            "line-breaks",
            "AR/004010",
            "943:9",
            "",
            1,
        ),
    ),
    "944__mvogttech-node-x12-edi__944.edi": (
        Expected(
            "*>\n",
            "000000015",
            "rejected",
            "truncated",
            "RE/004010",
            "944:21",
            "element-condition",
            0,
        ),
    ),
    "990__indice-co-edi.net__990-MGCTLYST-SAMPLE.EDI": (
        Expected(
            "*>\n",
            "000002356",
            "accepted",
            "",
            "GF/004010",
            "990:3",
            "",
            1,
        ),
    ),
    "997__kputnam-stupidedi__pass-1.edi": (
        Expected(
            "*`\n",
            "300044350",
            "rejected",
            "header-malformed",
            "FA/004010",
            "997:6",
            "",
            1,
        ),
    ),
    "997__xlate-staedi__extraDelimiter997.edi": (
        Expected(
            "*:~^",
            "508121953",
            "accepted",
            "line-breaks",
            "FA/005010X230",
            "997:8",
            "component-surplus element-not-numeric element-too-long repetition-surplus",
            1,
        ),
    ),
    "997__xlate-staedi__invalid997.edi": (
        Expected(
            "*:~^",
            "508121953",
            "accepted",
            "line-breaks",
            "FA/005010X230",
            "997:8",
            "element-not-numeric element-too-long",
            1,
        ),
    ),
    "997__xlate-staedi__simple997-multiple-interchanges.edi": (
        Expected(
            "*:~^",
            "000000001",
            "accepted",
            "line-breaks",
            "FA/005010X230",
            "997:8",
            "",
            1,
        ),
        Expected(
            "*:~^",
            "000000002",
            "accepted",
            "line-breaks",
            "FA/005010X230",
            "997:8",
            "",
            1,
        ),
        Expected(
            "*:~^",
            "000000003",
            "accepted",
            "line-breaks",
            "FA/005010X230",
            "997:8",
            "",
            1,
        ),
    ),
    "999__xlate-staedi__invalid999.edi": (
        Expected(
            "*:~^",
            "000000286",
            "accepted",
            "line-breaks",
            "FA/005010X231",
            "999:18",
            "element-code element-not-numeric element-surplus element-too-long "
            "segment-count-mismatch segment-missing segment-out-of-order segment-repeats",
            1,
        ),
    ),
    "999__xlate-staedi__simple999.edi": (
        Expected(
            "*:~^",
            "000000286",
            "accepted",
            "line-breaks",
            "FA/005010X231",
            "999:16",
            "",
            1,
        ),
    ),
    "AAA-BBB-YYZ__walmartlabs-gozer__x12.base.no.line.breaks.empty.line.txt": (
        Expected(
            "*>~",
            "000000049",
            "rejected",
            "group-count-mismatch",
            "SH/004060 SH/004060",
            "AAA:3 BBB:3 YYZ:3 AAA:3",
            "definition-missing segment-count-mismatch",
            0,
        ),
    ),
}


def words(codes: set[Code]) -> str:
    return " ".join(sorted(code.value for code in codes))


def described(one: Interchange) -> Expected:
    marks = one.envelope.separators
    own = {f.code for f in one.findings} | {f.code for group in one.groups for f in group.findings}
    return Expected(
        marks.element + marks.component + marks.segment + marks.repetition,
        one.envelope.control_number,
        one.verdict.value,
        words(own),
        " ".join(f"{group.functional_id}/{group.version}" for group in one.groups),
        " ".join(f"{document.type}:{document.segments}" for document in one.documents),
        words({f.code for document in one.documents for f in document.findings}),
        sum(document.canonical is not None for document in one.documents),
    )


def test_every_file_of_the_folder_has_its_expectation() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(CORPUS)


@pytest.mark.parametrize("name", CORPUS)
def test_a_document_of_the_corpus_gives_what_it_must(name: str) -> None:
    translation = registry.translate((FIXTURES / name).read_bytes())
    assert tuple(map(described, translation.interchanges)) == CORPUS[name]


@pytest.mark.parametrize("name", CORPUS)
def test_findings_of_the_corpus_stand_inside_of_the_file_and_speak_in_sentences(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    for one in registry.translate(data).interchanges:
        for finding in (*one.findings, *(f for d in one.documents for f in d.findings)):
            assert 0 <= finding.position.offset <= len(data)
            assert finding.message.endswith(".")
            assert finding.remedy


@pytest.mark.parametrize("name", CORPUS)
def test_a_tag_that_a_finding_names_stands_at_its_segment(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    for one in registry.translate(data).interchanges:
        for document in one.documents:
            for finding in document.findings:
                present = finding.code not in (Code.SEGMENT_MISSING, Code.DOCUMENT_TRAILER_MISSING)
                if present and finding.position.element is None and finding.position.tag:
                    assert data[finding.position.offset :].startswith(finding.position.tag.encode())


@pytest.mark.parametrize("name", CORPUS)
def test_what_we_answer_to_the_corpus_is_clean_for_our_own_reader(name: str) -> None:
    for one in registry.translate((FIXTURES / name).read_bytes(), lambda _envelope: OWING).interchanges:
        for owed in registry.acknowledge(one):
            numbers = list(range(1, len(owed.outbound.groups) + 1))
            sealed = registry.seal(
                owed.outbound, control_number=9, group_numbers=numbers, prepared=datetime(2026, 3, 2, tzinfo=UTC)
            )
            (back,) = registry.translate(sealed).interchanges
            assert back.verdict is Verdict.ACCEPTED
            assert [f.message for f in back.findings] == []
            codes = {f.code for document in back.documents for f in document.findings}
            assert codes <= {Code.ELEMENT_CODE}  # a set type that no list knows is quoted as it came


@pytest.mark.parametrize("name", CORPUS)
def test_no_segment_of_the_corpus_is_lost_in_parsing(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    parsed = [item for item in registry.parse(data) if isinstance(item, ParsedSegment)]
    sets = sum(len(one.documents) for one in registry.translate(data).interchanges)
    assert sum(segment.tag == "ST" for segment in parsed) == sets
    assert sum(segment.tag == "ISA" for segment in parsed) == len(CORPUS[name])
    for segment in parsed:
        assert data[segment.offset :].startswith(segment.tag.encode())


def test_bytes_before_a_header_are_the_only_findings_outside_of_interchanges() -> None:
    outside = {
        path.name: [f.code for f in registry.translate(path.read_bytes()).findings]
        for path in FIXTURES.iterdir()
        if registry.translate(path.read_bytes()).findings
    }
    assert outside == {
        "810__indice-co-edi.net__x12.810a.edi": [Code.BYTE_ORDER_MARK],
        "850__indice-co-edi.net__x12.850a.edi": [Code.BYTE_ORDER_MARK],
    }


def test_a_set_that_is_not_supported_gets_a_rejection_with_code_1() -> None:
    data = (FIXTURES / "864__hellooops-vscode-edi-support__864.x12").read_bytes()
    terms = Terms(documents={"850": DocumentTerms()}, acknowledgement=AcknowledgementTerms(functional="997"))
    (one,) = registry.translate(data, lambda _envelope: terms).interchanges
    (owed,) = registry.acknowledge(one)
    body = owed.outbound.groups[0].documents[0].body.split("~")
    assert [segment for segment in body if segment.startswith(("AK5", "AK9"))] == ["AK5*R*1", "AK9*R*1*1*0"]
