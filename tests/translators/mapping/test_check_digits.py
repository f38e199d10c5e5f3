"""Numbers of GS1: what is wrong with one of a wrong length or check digit, the same in every family."""

import json

import pytest

from tests.translators.edifact.drawing import reread
from tests.translators.flatfile import samples as flat
from tests.translators.x12.sets import read_set
from tests.translators.xml import samples as xml
from translators import registry
from translators.contract import Document
from translators.finding import Code, Finding
from translators.mapping.check_digits import check_digit_fits, fault_of, faults_in

GTIN, GLN, SSCC = "4012345000009", "5790000000012", "350123450000000016"


@pytest.mark.parametrize("number", ["036000291452", "96385074", "00012345600012", GTIN, GLN, SSCC])
def test_the_last_digit_is_the_check_digit_of_the_others(number: str) -> None:
    assert check_digit_fits(number)
    assert not check_digit_fits(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        *(("gtin", number) for number in ("96385074", "036000291452", GTIN, "00012345600012")),
        ("gln", GLN),
        ("gln", "WAREHOUSE"),  # an agency's own code where a GLN may stand
        ("sscc", SSCC),
        ("sscc", f"00{SSCC}"),
        ("upc", "036000291452"),
        ("upc", "03600029145"),  # UI: without its check digit
        ("seller", "1"),
    ],
)
def test_a_sound_number_is_no_fault(scheme: str, number: str) -> None:
    assert fault_of(scheme, number) is None


@pytest.mark.parametrize(
    ("scheme", "number", "words"),
    [
        ("gtin", "4012345000008", "check digit"),
        ("gtin", "401234500000", "check digit"),
        ("gtin", "40123450000", "wrong length"),
        ("gtin", "40123450000X9", "no number"),
        ("gtin", "٤٠١٢٣٤٥٠", "no number"),
        ("gtin", SSCC, "wrong length"),
        ("gln", "57900000000", "wrong length"),
        ("gln", "5790000000011", "check digit"),
        ("sscc", "35012345000000001", "wrong length"),
        ("sscc", f"01{SSCC}", "wrong length"),
        ("sscc", "PALLET", "no number"),
        ("upc", "036000291453", "check digit"),
    ],
)
def test_a_number_of_a_wrong_length_is_told_like_one_with_a_wrong_check_digit(scheme: str, number: str, words: str) -> None:
    assert words in (fault_of(scheme, number) or "")


def test_the_faults_of_a_document_are_found_where_they_are() -> None:
    lines = [{"item": {"identifiers": {"gtin": [GTIN, "1"], "seller": "1"}}}]
    found = list(faults_in({"buyer": {"identifiers": {"gln": "123"}}, "lines": lines, "number": 1}))
    assert [(way, number) for way, _, number in found] == [
        (("buyer", "identifiers", "gln"), "123"),
        (("lines", 0, "item", "identifiers", "gtin", 1), "1"),
    ]


def noted(document: Document) -> list[Finding]:
    assert document.canonical is not None
    return [one for one in document.findings if one.code is Code.IDENTIFIER_CHECK_DIGIT]


ADVICE = ("BSN*00*D1*20260302*1200", "HL*1**S", "HL*2*1*O", "PRF*PO1", "HL*3*2*P")


@pytest.mark.parametrize(
    ("kind", "group", "segments", "place"),
    [
        ("850", "PO", ("BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**EN*40123450000"), (3, "PO1", 7)),
        ("850", "PO", ("BEG*00*SA*PO1**20260302", "N1*BY*B*UL*57900000000", "PO1*1*2*EA*3.5**VN*A"), (3, "N1", 4)),
        ("856", "SH", (*ADVICE, "MAN*GM*0035012345000000001", "HL*4*3*I", "LIN**VN*A", "SN1**1*EA"), (7, "MAN", 2)),
        ("856", "SH", (*ADVICE, "MAN*AA*35012345000000001", "HL*4*3*I", "LIN**VN*A", "SN1**1*EA"), (7, "MAN", 2)),
    ],
)
def test_x12(kind: str, group: str, segments: tuple[str, ...], place: tuple[int, str, int]) -> None:
    (finding,) = noted(read_set(*segments, kind=kind, group=group))
    assert (finding.position.segment, finding.position.tag, finding.position.element) == place


PACKAGE = ("BGM+351+D1+9", "DTM+137:20260302:102", "CPS+1", "PAC+1++201", "PCI+33E")


@pytest.mark.parametrize(
    ("kind", "segments"),
    [
        ("ORDERS", ("BGM+220+1+9", "DTM+137:20260302:102", "NAD+BY+57900000000::9", "LIN+1++A:SA", "QTY+21:1", "UNS+S")),
        ("ORDERS", ("BGM+220+1+9", "DTM+137:20260302:102", "LIN+1++40123450000:EN", "QTY+21:1", "UNS+S")),
        ("DESADV", (*PACKAGE, "GIN+BJ+35012345000000001", "LIN+1", "QTY+12:1")),
        ("DESADV", (*PACKAGE, f"GIN+BJ+{SSCC}+35012345000000001", "LIN+1", "QTY+12:1")),
        ("DESADV", (*PACKAGE, "GIN+BJ+350123450000000017", "LIN+1", "QTY+12:1")),
    ],
)
def test_edifact(kind: str, segments: tuple[str, ...]) -> None:
    every = [noted(reread("".join(f"{one}'" for one in segments), len(segments), kind, "D.96A")) for _ in range(20)]
    assert all(found == every[0] for found in every)  # the short way, which is taken after a while, says the same
    (finding,) = every[0]
    assert finding.actual in {"57900000000", "40123450000", "35012345000000001", "350123450000000017"}


def test_sound_numbers_in_edifact_are_not_told() -> None:
    segments = (*PACKAGE, f"GIN+BJ+{SSCC}", "LIN+1", "QTY+12:1")
    assert noted(reread("".join(f"{one}'" for one in segments), len(segments), "DESADV", "D.96A")) == []


@pytest.mark.parametrize("number", ["57900000000", "5790000000011"])
def test_xml(number: str) -> None:
    named = f'<cac:PartyIdentification><cbc:ID schemeID="0088">{number}</cbc:ID></cac:PartyIdentification><cac:PartyName>'
    (interchange,) = registry.translate(xml.order(parties=xml.ORDER_PARTIES.replace("<cac:PartyName>", named, 1))).interchanges
    (finding,) = noted(interchange.documents[0])
    assert (finding.position.tag, finding.actual) == ("PartyIdentification", number)


@pytest.mark.parametrize("number", ["57900000000", "5790000000011"])
def test_json(number: str) -> None:
    order = {
        "schema": "purchase_order/1",
        "number": "1",
        "issued": "2026-03-02",
        "buyer": {"identifiers": {"gln": number}},
        "lines": [{"number": "1", "item": {"identifiers": {"gtin": GTIN}}, "quantity": {"value": "1"}}],
    }
    data = json.dumps(order).encode()
    (interchange,) = registry.translate(data).interchanges
    (finding,) = noted(interchange.documents[0])
    assert data[finding.position.offset :].startswith(f'"{number}"'.encode())


@pytest.mark.parametrize("number", ["40123450000", "4012345000008"])
def test_flat_files(number: str) -> None:
    (document,) = flat.read(flat.csv(flat.order_row(GTIN=number)), flat.orders()).documents
    (finding,) = noted(document)
    assert finding.actual == number
