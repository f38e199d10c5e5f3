# ruff: noqa: E501 - segments are read as they stand on the wire
"""Orders, their changes and their responses written again: what was read comes back, wherever it stood."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.translators.edifact.reading import read
from translators.canonical.base import CanonicalDocument
from translators.canonical.order_response import OrderResponse
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.contract import Document
from translators.edifact import directories, writing
from translators.edifact.grammar import grammar
from translators.edifact.messages import meaning, order_response, purchase_order, purchase_order_change
from translators.edifact.service_characters import ServiceCharacters
from translators.errors import NotWritable
from translators.mapping.context import Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.tree import COMPONENT

FIXTURES = Path(__file__).parents[2] / "fixtures" / "edifact"
MAPPINGS: dict[str, DocumentMapping] = {
    "ORDCHG": purchase_order_change.MAPPING,
    "ORDERS": purchase_order.MAPPING,
    "ORDRSP": order_response.MAPPING,
}
BGM, ISSUED, LIN = "BGM+220+PO-1+9", "DTM+137:20261120:102", "LIN+1++5701234500018:EN"
BOTH = pytest.mark.parametrize("version", ["D:96A", "D:01B"])


def message(*segments: str, kind: str = "ORDERS", version: str = "D:96A") -> Document:
    """The message of these segments, read."""
    return reread("".join(f"{segment}'" for segment in segments), len(segments), kind=kind, version=version)


def reread(body: str, count: int, *, kind: str = "ORDERS", version: str = "D:96A") -> Document:
    """The message of a body of so many segments, read."""
    text = f"UNH+1+{kind}:{version}:UN'{body}UNT+{count + 2}+1'"
    (found,) = read(f"UNB+UNOY:3+A:14+B:14+261120:0930+1'{text}UNZ+1+1'".encode()).documents
    return found


def written(document: CanonicalDocument, *, kind: str = "ORDERS", version: str = "D.96A") -> tuple[writing.Body, Writing]:
    """The segments that say a document, in the default characters."""
    context = Writing()
    rows = meaning.rows(MAPPINGS[kind], document, grammar(kind, version), context)
    body = writing.body(rows, version, "UNOY", ServiceCharacters())
    assert body.segments == len(rows)
    return body, context


def as_json(document: Document) -> Any:
    """The canonical form as its public JSON."""
    assert document.canonical is not None, document.findings
    return json.loads(document.canonical.to_json())


def again(*segments: str, kind: str = "ORDERS", version: str = "D:96A") -> list[str]:
    """Segments read, written, and read once more: the document must be the same; answered is what was written."""
    first = message(*segments, kind=kind, version=version)
    assert first.canonical is not None, first.findings
    body, context = written(first.canonical, kind=kind, version=version.replace(":", "."))
    assert context.unwritten == []
    assert as_json(reread(body.text, body.segments, kind=kind, version=version)) == as_json(first)
    return body.text.removesuffix("'").split("'")


HEADER = [
    "BGM+220+PO-1+9", "BGM+50E::9+PO-1+46+AB", "DTM+2:202611271500:203", "DTM+63:20261130:102",
    "DTM+61:20261205:102", "DTM+4:20261101:102", "DTM+2:202648:616", "PAI+::42", "ALI+DE", "FTX+PUR+1++ONE:TWO+EN",
    "RFF+CT:C-17:3", "RFF+QQQ:9", "NAD+BY+5790000000029::9++BIGBOX RETAIL LIMITED, A COMPANY OF:THE BIGBOX GROUP+1 MARKET STREET:FLOOR 2+LEEDS+WY+LS1 4AP+GB",
    "NAD+SE+1::92", "NAD+AB+3::87", "CUX+2:EUR:9", "CUX+2:EUR:4+3:USD:4+1.17", "TDT+20+T-1+30+31+CAR1::92:FAST CARRIERS",
    "TOD+3+PP+CPT:::HULL DOCKS", "TOD+6+NC+02E", "PAT+22++5:3:D:14", "PAT+1++66:3:M:2", "TAX+7+VAT+++:::19+S", "TAX+7+VAT++++E",
]  # fmt: skip


@pytest.mark.parametrize("segment", HEADER)
def test_a_header_segment_comes_back_as_it_was(segment: str) -> None:
    header = [segment] if segment.startswith("BGM") else [BGM, ISSUED, segment]
    issued = [ISSUED] if segment.startswith("BGM") else []
    assert segment in again(*header, *issued, LIN, "UNS+S")


LINE = [
    "PIA+1+A1:SA+B1:BP+M1:MF", "PIA+5+A1:VP::91", "PIA+3+OTHER:SA", "IMD+F++:::BLUE WIDGET OF THE SMALLEST KIND TH:AT FITS",
    "IMD+F+35+:::NAVY", "IMD+F+98+XL", "IMD+C+25+7::9", "QTY+21:12.5:PCE", "QTY+1:3:KGM", "QTY+192:1:KGM", "DTM+2:20261130:102",
    "DTM+69:20261202:102", "MOA+203:100.50", "FTX+AAI+++SEEN", "MEA+PD+AAB+KGM:12.5", "MEA+WT+G+KGM:12.5", "MEA+AAE++KGM:3",
    "GIN+BN+123", "PRI+AAA:24.1:::100:PCE", "PRI+INV:50::SRP", "PRI+XYZ:9.99:CA", "RFF+LI:7:2", "PAC+3++CT", "LOC+7+STORE1::92",
    "NAD+DP+9::92", "ALC+C++2+1+FC:::FREIGHT", "QVR+3", "PAT+22++5:3:D:14", "TDT+20", "CCI+1",
]  # fmt: skip


@pytest.mark.parametrize("segment", LINE)
def test_a_line_segment_comes_back_as_it_was(segment: str) -> None:
    assert segment in again(BGM, ISSUED, LIN, segment, "UNS+S")


@pytest.mark.parametrize(
    "line",
    ["LIN+1++5701234500018:EN", "LIN+1++A1:SA", "LIN+7+2+B1:IN++2", "LIN+1", "LIN+1++X:ZZZ::91", "LIN+1++5701234500018:SRV"],
)
def test_a_line_comes_back_as_it_was(line: str) -> None:
    assert line in again(BGM, ISSUED, line, "UNS+S", version="D:01B")


GROUPS = [
    ("NAD+BY+1::92", "LOC+7+DOCK 3", "RFF+VA:GB123", "RFF+IA:77", "DTM+171:20260101:102", "CTA+OC+:J. SMITH", "COM+0044 1:TE", "COM+a@b.example:EM", "COM+0044 2:TE"),
    ("TAX+7+VAT+++:::21.5+S+GB1", "MOA+124:21.5", "LOC+60+DE"),
    ("PAT+3", "DTM+13:20261231:102"),
    ("PAT+22", "DTM+12:20261210:102", "PCD+12:2", "MOA+21:9"),
    ("TDT+20++30", "LOC+7+:::HULL", "DTM+132:20261210:102"),
    ("PAC+3++CT", "MEA+PD+AAB+KGM:12.5", "PCI+33E+MARK 1:MARK 2"),
    ("ALC+A++2+1+FC:::FREIGHT", "QTY+1:10:PCE", "PCD+3:5", "MOA+25:100", "RTE+1:0.25"),
    ("ALC+C++++FC", "MOA+8:5", "MOA+236:7"),
    ("SCC+1", "FTX+AAI+++KEPT", "QTY+11:10", "DTM+2:20261201:102"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_a_group_of_the_header_comes_back_whole(group: tuple[str, ...], version: str) -> None:
    result = again(BGM, ISSUED, *group, LIN, "UNS+S", version=version)
    assert [segment for segment in group if segment not in result] == []


@pytest.mark.parametrize(
    "group",
    [
        ("PRI+AAB:30", "PRI+AAA:24.1", "CUX+2:USD:9", "PRI+INV:50::SRP", "APR+WS+1.5"),
        ("LOC+7+STORE1::92:STORE ONE", "QTY+11:10", "DTM+2:20261201:102"),
        ("LOC+11", "QTY+2:5", "DTM+2:2026120120261203:718"),
        ("SCC+1", "QTY+11:10", "DTM+2:20261201:102", "QTY+11:20", "DTM+2:20261208:102", "SCC+4", "QTY+11:30"),
    ],
    ids=lambda group: group[0],
)
def test_a_group_of_a_line_comes_back_whole(group: tuple[str, ...]) -> None:
    result = again(BGM, ISSUED, LIN, *group, "UNS+S")
    assert [segment for segment in group if segment not in result] == []


def test_the_number_of_a_release_comes_back() -> None:
    assert "BGM+226+PO-1::R7+1" in again("BGM+226+PO-1::R7+1", ISSUED, LIN, "UNS+S", version="D:01B")


def test_segments_stand_in_the_order_of_the_message() -> None:
    result = again(
        BGM,
        ISSUED,
        "RFF+CT:1",
        "NAD+BY+1::92",
        "CUX+2:EUR:9",
        LIN,
        "PIA+1+A:SA",
        "QTY+21:1",
        "PRI+AAA:1",
        "LIN+2++B:SA",
        "QTY+21:2",
        "UNS+S",
        "MOA+86:3",
        "CNT+2:2",
    )
    assert [segment[:3] for segment in result] == [
        "BGM",
        "DTM",
        "RFF",
        "NAD",
        "CUX",
        "LIN",
        "PIA",
        "QTY",
        "PRI",
        "LIN",
        "QTY",
        "UNS",
        "MOA",
        "CNT",
    ]


def test_sub_lines_name_their_line_again() -> None:
    result = again(BGM, ISSUED, "LIN+1++A:SA", "LIN+2++B:SA+1:1", "LIN+3++C:SA", "LIN+4++D:SA+1:9", "UNS+S")
    assert [segment for segment in result if segment.startswith("LIN")] == [
        "LIN+1++A:SA",
        "LIN+2++B:SA+1:1",
        "LIN+3++C:SA",
        "LIN+4++D:SA+1:9",
    ]


def test_a_period_is_written_as_the_two_dates_it_means() -> None:
    result = again(BGM, ISSUED, "DTM+2:2026112720261129:718", LIN, "UNS+S")
    assert {"DTM+2:20261127:102", "DTM+63:20261129:102"} <= set(result)


def test_text_of_many_lines_is_one_text_and_five_lines_a_segment() -> None:
    result = again(BGM, ISSUED, "FTX+PUR+++A:B:C", "FTX+PUR+++D:E:F", LIN, "UNS+S")
    assert [segment for segment in result if segment.startswith("FTX")] == ["FTX+PUR+++A:B:C:D:E", "FTX+PUR+++F"]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*ORDERS*")), ids=lambda path: path.name)
def test_every_order_of_the_corpus_is_the_same_when_written_and_read_again(path: Path) -> None:
    for document in read(path.read_bytes()).documents:
        if isinstance(document.canonical, PurchaseOrder):
            choice = directories.choose("ORDERS", document.version)
            assert choice is not None
            body, context = written(document.canonical, version=choice.directory)
            assert context.unwritten == []
            second = reread(body.text, body.segments, version=document.version.replace(".", ":"))
            assert as_json(second) == as_json(document)


def order(**members: Any) -> PurchaseOrder:
    """An order as a program makes one."""
    return PurchaseOrder.model_validate({"number": "1", "lines": [], **members})


def test_what_has_no_place_in_the_message_is_named() -> None:
    _body, context = written(order(attributes={"colour": "red"}))
    assert context.unwritten == ["attributes.colour"]


def test_a_value_that_is_too_long_is_refused_with_its_place() -> None:
    with pytest.raises(NotWritable, match="BGM 2"):
        written(order(number="N" * 36))


def test_characters_of_another_set_are_replaced_and_named() -> None:
    rows = [["FTX", "AAI", "", "", "Größe"], ["NAD", "BY", f"1{COMPONENT}{COMPONENT}9", "", "A+B"]]
    body = writing.body(rows, "D.96A", "UNOA", ServiceCharacters())
    assert body.text == "FTX+AAI+++GROSSE'NAD+BY+1::9++A?+B'"
    assert body.replaced == frozenset("Ö")


def test_numbers_are_written_with_the_partner_s_decimal_mark() -> None:
    document = order(lines=[{"item": {}, "quantity": {"value": Decimal("12.5"), "unit": "KGM"}}])
    rows = meaning.rows(purchase_order.MAPPING, document, grammar("ORDERS", "D.96A"), Writing(decimal=","))
    assert ["QTY", f"21{COMPONENT}12,5{COMPONENT}KGM"] in rows


# --- changes and responses ---------------------------------------------------------------------------------------------


@BOTH
def test_a_change_names_the_order_it_changes(version: str) -> None:
    segments = (
        "BGM+230+CHG-7+4",
        ISSUED,
        "RFF+ON:PO-1",
        "DTM+171:20261101:102",
        "LIN+1+2+A:SA",
        "LIN+2+3+B:SA",
        "QTY+21:5",
        "UNS+S",
    )
    assert again(*segments, kind="ORDCHG", version=version) == list(segments)
    change = message(*segments, kind="ORDCHG", version=version).canonical
    assert isinstance(change, PurchaseOrderChange)
    assert (change.number, change.change_number, change.purpose, str(change.ordered)) == ("PO-1", "CHG-7", "change", "2026-11-01")
    assert [line.action for line in change.lines] == ["delete", "change"]


def test_a_change_without_a_reference_means_the_order_of_its_own_number() -> None:
    segments = ("BGM+230+PO-1+1", ISSUED, "LIN+1+2+A:SA", "UNS+S")
    assert again(*segments, kind="ORDCHG") == list(segments)
    change = message(*segments, kind="ORDCHG").canonical
    assert isinstance(change, PurchaseOrderChange)
    assert (change.number, change.change_number, change.purpose) == ("PO-1", None, "cancel")


@BOTH
@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ("29", "accepted"),
        ("4", "with_changes"),
        ("27", "rejected"),
        ("9", "other"),
        ("+AB", "acknowledged"),
        ("9+AP", "accepted"),
        ("9+NA", "other"),
    ],
)
def test_a_response_says_what_became_of_the_order(codes: str, status: str, version: str) -> None:
    segments = (f"BGM+231+R-1+{codes}", ISSUED, "RFF+ON:PO-1", "RFF+VN:SO-9", "LIN+1+5+A:SA", "LIN+2+6+B:SA", "QTY+21:5", "UNS+S")
    assert again(*segments, kind="ORDRSP", version=version) == list(segments)
    response = message(*segments, kind="ORDRSP", version=version).canonical
    assert isinstance(response, OrderResponse)
    assert (response.number, response.status, response.seller_order) == ("R-1", status, "SO-9")
    assert response.order is not None
    assert response.order.number == "PO-1"
    assert [one.status for line in response.lines for one in line.responses] == ["accepted", "changed"]


def test_promised_days_of_a_response_are_members() -> None:
    segments = ("BGM+231+R-1+29", ISSUED, "DTM+69:20261201:102", "DTM+79:20261130:102", "LIN+1+5+A:SA", "UNS+S")
    response = message(*segments, kind="ORDRSP").canonical
    assert isinstance(response, OrderResponse)
    assert (str(response.delivery), str(response.despatch)) == ("2026-12-01", "2026-11-30")
    assert set(again(*segments, kind="ORDRSP")) == set(segments)


SUBSTITUTED = (BGM.replace("220", "231"), ISSUED, "RFF+ON:PO-1", "LIN+1+3+5701234500018:EN", "PIA+1+MAGNET:SA", "PIA+3+SPRING:SA+5701234500025:EN", "QTY+21:3", "UNS+S")  # fmt: skip


@BOTH
def test_what_comes_instead_is_the_item_of_the_response(version: str) -> None:
    response = message(*SUBSTITUTED, kind="ORDRSP", version=version).canonical
    assert isinstance(response, OrderResponse)
    (line,) = response.lines
    assert line.item is not None
    assert line.item.identifiers == {"gtin": "5701234500018", "seller": "MAGNET"}
    (answer,) = line.responses
    assert answer.status == "substituted"
    assert answer.item is not None
    assert answer.item.identifiers == {"seller": "SPRING", "gtin": "5701234500025"}
    assert again(*SUBSTITUTED, kind="ORDRSP", version=version) == list(SUBSTITUTED)


def test_an_item_that_stands_for_another_one_is_what_comes() -> None:
    segments = (*SUBSTITUTED[:3], "LIN+1+3+SPRING:SA", "PIA+4+MAGNET:SA", "QTY+21:3", "UNS+S")
    response = message(*segments, kind="ORDRSP").canonical
    assert isinstance(response, OrderResponse)
    (line,) = response.lines
    assert line.item is not None
    assert line.item.identifiers == {"seller": "MAGNET"}
    assert [(one.status, one.item and one.item.identifiers) for one in line.responses] == [("substituted", {"seller": "SPRING"})]
    assert "PIA+3+SPRING:SA" in again(*segments, kind="ORDRSP")


def test_a_substitution_without_an_action_is_one_all_the_same() -> None:
    segments = (*SUBSTITUTED[:3], "LIN+1++5701234500018:EN", "PIA+3+SPRING:SA", "UNS+S")
    assert "LIN+1+6+5701234500018:EN" in again(*segments, kind="ORDRSP")


def test_an_accepted_substitution_stays_accepted() -> None:
    segments = tuple(one.replace("LIN+1+3", "LIN+1+5") for one in SUBSTITUTED)
    response = message(*segments, kind="ORDRSP").canonical
    assert isinstance(response, OrderResponse)
    assert [one.status for one in response.lines[0].responses] == ["accepted"]
    assert again(*segments, kind="ORDRSP") == list(segments)


def test_what_else_is_said_of_a_substitute_is_noted() -> None:
    first = message(*SUBSTITUTED, kind="ORDRSP").canonical
    assert isinstance(first, OrderResponse)
    (line,) = first.lines
    answer = line.responses[0]
    assert answer.item is not None
    named = answer.model_copy(update={"item": answer.item.model_copy(update={"name": "Spring"})})
    changed = first.model_copy(update={"lines": [line.model_copy(update={"responses": [named]})]})
    body, context = written(changed, kind="ORDRSP")
    assert "PIA+3+SPRING:SA+5701234500025:EN'" in body.text
    assert [str(one) for one in context.unwritten] != []
