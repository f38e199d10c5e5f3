# ruff: noqa: E501 - segments are read as they stand on the wire
"""DESADV as despatch advices, both ways: lines, and the packages they are in."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from translators.canonical.despatch_advice import DespatchAdvice
from translators.contract import Terms, Verdict
from translators.finding import Code

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
HEADER = (
    "BGM+351+DES-9+9", "DTM+137:20261120:102", "DTM+11:20261120:102", "DTM+17:20261122:102", "MEA+PD+AAB+KGM:820", "RFF+ON:PO-1", "DTM+171:20261101:102", "RFF+BM:BOL-7", "RFF+DQ:DN-3",
    "NAD+BY+5790000000029::9", "NAD+SU+5790000000012::9", "NAD+DP+5790000000036::9++BIGBOX DC NORTH+7 DOCK ROAD+HULL++HU9 5PQ+GB", "TOD+3+PP", "TDT+20+T-1+30+31+CAR1::92:FAST CARRIERS", "EQD+TE+TRAILER1", "SEL+SEAL1",
)  # fmt: skip
PALLETS = (
    "CPS+1", "PAC+2++201",
    "CPS+2+1", "PAC+1++201", "MEA+PD+AAB+KGM:410", "PCI+33E", "GIN+BJ+350123450000000016",
    "LIN+1++5701234500018:EN", "PIA+1+A1:SA", "QTY+12:60:PCE", "QTY+21:100:PCE", "RFF+ON:PO-1:1", "PCI+36E", "DTM+361:20270101:102", "QTY+12:20:PCE", "GIN+BX+LOT1", "PCI+36E", "QTY+12:40:PCE", "GIN+BX+LOT2",
    "CPS+3+1", "PAC+1++201", "PCI+33E", "GIN+BJ+350123450000000023",
    "CPS+4+3", "PAC+4++CT", "PCI+33E", "GIN+BJ+350123450000000030+350123450000000047",
    "LIN+2++5701234500025:EN", "QTY+12:40:PCE", "ALI+DE", "GIN+BX+LOT3", "DTM+36:20280101:102",
)  # fmt: skip


def complete(value: dict[str, Any]) -> None:
    """What no despatch advice can be without; amounts say their own currency."""
    value.setdefault("issued", date(2026, 11, 20))
    value.pop("currency", None)


def one(*segments: str, directory: str = "D.96A") -> DespatchAdvice:
    """The advice of these segments."""
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "DESADV", directory, Terms())
    assert isinstance(read.canonical, DespatchAdvice), read.findings
    return read.canonical


def again(*segments: str, directory: str = "D.96A") -> tuple[DespatchAdvice, list[str]]:
    """The advice of these segments, and the segments it is written with."""
    found, written = drawing.again(*segments, kind="DESADV", directory=directory)
    assert isinstance(found, DespatchAdvice)
    return found, written


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("DESADV", directory, complete)


@BOTH
def test_a_whole_advice_is_valid_and_comes_back(directory: str) -> None:
    segments = (*HEADER, *PALLETS, "CNT+2:2")
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "DESADV", directory, Terms())
    assert [f.message for f in read.findings if f.actual not in ("33E", "36E")] == []  # codes of GS1, not of the UN
    assert (read.verdict, read.name) == (Verdict.ACCEPTED_WITH_ERRORS, "despatch_advice")
    advice, written = again(*segments, directory=directory)
    assert [s for s in segments if s not in written] == []
    assert advice.extras == []


def test_the_header_says_what_is_on_its_way() -> None:
    advice = one(*HEADER, *PALLETS)
    assert (advice.number, advice.despatched, advice.expected_delivery) == ("DES-9", date(2026, 11, 20), date(2026, 11, 22))
    assert advice.order is not None
    assert advice.shipment is not None
    assert (advice.order.number, advice.shipment.bill_of_lading) == ("PO-1", "BOL-7")
    assert advice.shipment.measures["gross_weight"].value == 820
    (trailer,) = advice.shipment.equipment
    assert (trailer.kind, trailer.number, trailer.seals) == ("trailer", "TRAILER1", ["SEAL1"])
    assert [(one.packages, one.kind) for one in advice.packaging] == [(2, "201")]
    assert ("sscc", "350123450000000023") in advice.business_keys


def test_packages_hold_packages_and_lines() -> None:
    advice = one(*HEADER, *PALLETS)
    first, second = advice.packages
    assert (first.identifiers, first.kind, first.measures["gross_weight"].value) == ({"sscc": "350123450000000016"}, "201", 410)
    assert [(c.line, c.quantity.value if c.quantity else None) for c in first.contents] == [("1", 60)]
    (cartons,) = second.packages
    assert (cartons.count, cartons.identifiers["sscc"]) == (4, ["350123450000000030", "350123450000000047"])
    assert [c.line for c in cartons.contents] == ["2"]


def test_lines_with_lots() -> None:
    first, second = one(*HEADER, *PALLETS).lines
    assert first.quantity is not None
    assert first.ordered is not None
    assert first.order is not None
    assert (first.quantity.value, first.ordered.value, first.order.line) == (60, 100, "1")
    assert [(lot.number, lot.quantity.value if lot.quantity else None, lot.best_before) for lot in first.lots] == [
        ("LOT1", 20, date(2027, 1, 1)),
        ("LOT2", 40, None),
    ]
    assert (second.lots[0].number, second.lots[0].expiry, second.item.origin_country) == ("LOT3", date(2028, 1, 1), "DE")


def test_a_line_in_two_packages_is_one_line() -> None:
    segments = (
        "BGM+351+D1+9", "DTM+137:20261120:102", "CPS+1", "CPS+2+1", "PAC+1++CT", "LIN+1++A:SA", "QTY+12:6", "CPS+3+1", "PAC+1++CT", "LIN+1++A:SA", "QTY+12:4",
    )  # fmt: skip
    advice, written = again(*segments)
    (line,) = advice.lines
    assert line.quantity is not None
    assert line.quantity.value == 10
    assert [package.contents[0].quantity.value for package in advice.packages if package.contents[0].quantity] == [6, 4]
    assert written == list(segments)


def test_lines_of_one_number_that_differ_get_numbers_of_their_own() -> None:
    segments = (
        "BGM+351+D1+9",
        "DTM+137:20261120:102",
        "CPS+1",
        "LIN+1++A:SA",
        "QTY+12:6",
        "LIN+1++B:SA",
        "QTY+12:4",
        "LIN",
        "QTY+12:1",
    )
    advice, written = again(*segments)
    assert [line.number for line in advice.lines] == ["1", "2", "3"]
    assert written == list(segments)


def test_goods_without_packages() -> None:
    advice, written = again("BGM+351+D1+9", "DTM+137:20261120:102", "CPS+1", "LIN+1++A:SA", "QTY+12:6")
    assert (advice.packages, len(advice.lines)) == ([], 1)
    assert written[2:4] == ["CPS+1", "LIN+1++A:SA"]


def test_packages_without_a_shipment_above_come_back_without_one() -> None:
    segments = (
        "BGM+351+D1+9",
        "DTM+137:20261120:102",
        "CPS+1++3",
        "PAC+1++PX",
        "PCI+33E",
        "GIN+BJ+350123450000000016",
        "LIN+1++A:SA",
        "QTY+12:6",
    )
    assert again(*segments)[1] == list(segments)


def test_several_orders_of_a_shipment() -> None:
    advice, written = again("BGM+351+D1+9", "DTM+137:20261120:102", "RFF+ON:PO-1", "RFF+ON:PO-2", "CPS+1")
    assert (advice.order, [one.order.number for one in advice.orders]) == (None, ["PO-1", "PO-2"])
    assert ("order", "PO-2") in advice.business_keys
    assert {"RFF+ON:PO-1", "RFF+ON:PO-2"} <= set(written)


def test_what_differs_from_the_order() -> None:
    advice, written = again("BGM+351+D1+9", "DTM+137:20261120:102", "CPS+1", "LIN+1++A:SA", "QTY+12:6", "QVR+-4:21+BP+OS")
    (line,) = advice.lines
    assert (line.status, line.reason, line.attributes) == ("partial", "OS", {"variance": "-4"})
    assert any(segment.startswith("QVR+-4") for segment in written)


def test_a_package_below_one_that_did_not_come_is_noted() -> None:
    segments = ("BGM+351+D1+9", "DTM+137:20261120:102", "CPS+1", "CPS+3+7", "PAC+1++CT")
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "DESADV", "D.96A", Terms())
    assert Code.HIERARCHY in {f.code for f in read.findings}


def test_a_wrong_count_is_found() -> None:
    segments = ("BGM+351+D1+9", "DTM+137:20261120:102", "CPS+1", "LIN+1++A:SA", "QTY+12:6", "CNT+1:7", "CNT+2:1")
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "DESADV", "D.96A", Terms())
    assert [f.message for f in read.findings if f.code is Code.CONTROL_TOTAL] == ["CNT claims 7 units; there are 6."]


def test_an_advice_of_another_format_is_written_with_its_shipment() -> None:
    advice = DespatchAdvice.model_validate(
        {
            "number": "D1", "issued": "2026-11-20", "lines": [{"number": "1", "item": {}, "quantity": {"value": "10", "unit": "H87"}}],
            "packages": [{"identifiers": {"sscc": "350123450000000016"}, "contents": [{"line": "1", "quantity": {"value": "4", "unit": "H87"}}]},
                         {"identifiers": {"sscc": "350123450000000023"}, "contents": [{"line": "1", "quantity": {"value": "6", "unit": "H87"}}]}],
        }
    )  # fmt: skip
    body, unwritten = drawing.written(advice, "DESADV", "D.96A")
    assert unwritten == []
    assert body.text.split("'")[2:-1] == [
        "CPS+1", "CPS+2+1", "PAC+1", "PCI+33E", "GIN+BJ+350123450000000016", "LIN+1", "QTY+12:4:PCE",
        "CPS+3+1", "PAC+1", "PCI+33E", "GIN+BJ+350123450000000023", "LIN+1", "QTY+12:6:PCE",
    ]  # fmt: skip


CORPUS = [
    ("DESADV-ORDERS__hellooops-vscode-edi-support__EDIFACT-interchanges.edifact", None, None, 0, 0),
    ("DESADV__bots-edi-bots-plugins__desadv1.edi", "1923", "ref1234", 2, 1),
    ("DESADV__hellooops-vscode-edi-support__DESADV.edifact", "20171229", None, 6, 8),
    ("DESADV__php-edifact-edifact__D96ADESADV.edi", "Y02197250", "6877871", 2, 0),
    ("DESADV__php-edifact-edifact__example_utf8.edi", "Y02197250", "6877871", 2, 0),
]


@pytest.mark.parametrize(("name", "number", "order", "lines", "packages"), CORPUS)
def test_advices_of_the_corpus(name: str, number: str | None, order: str | None, lines: int, packages: int) -> None:
    advice = drawing.first_of(name, "DESADV")
    assert isinstance(advice, DespatchAdvice)
    assert number is None or advice.number == number
    assert (advice.order.number if advice.order else None, len(advice.lines), len(advice.packages)) == (order, lines, packages)
    quantities = [line.quantity.value for line in advice.lines if line.quantity]
    assert all(quantity > Decimal(0) for quantity in quantities)
