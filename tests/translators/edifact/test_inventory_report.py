# ruff: noqa: E501 - segments are read as they stand on the wire
"""INVRPT as inventory reports, both ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from translators.canonical.inventory_report import InventoryReport
from translators.contract import Terms, Verdict

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
HEADER = (
    "BGM+35+STOCK-1+9", "DTM+137:20261120:102", "DTM+366:202611201800:203", "RFF+CT:C-1",
    "NAD+SU+5790000000012::9", "NAD+BY+5790000000029::9", "CUX+2:EUR:9",
)  # fmt: skip
ITEM = ("LIN+1++5701234500018:EN", "PIA+1+A1:SA", "LOC+18+WH1::92", "DTM+366:20261119:102")


def complete(value: dict[str, Any]) -> None:
    """What no report can be without."""
    value.setdefault("issued", date(2026, 11, 20))
    value.setdefault("lines", [{"number": "1", "item": {}}])
    for line in value["lines"]:
        if "location" not in line:
            line.pop("locations", None)
        for stock in line.get("stock", ()):
            stock.setdefault("quantity", {"value": Decimal(1)})
            stock.get("original_codes", {}).pop("inventory.kind", None)


def again(*segments: str, directory: str = "D.96A") -> tuple[InventoryReport, list[str]]:
    """The report of these segments, and the segments it is written with."""
    found, written = drawing.again(*segments, kind="INVRPT", directory=directory)
    assert isinstance(found, InventoryReport)
    return found, written


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("INVRPT", directory, complete)


def test_a_report_of_d96a() -> None:
    segments = (
        *HEADER, *ITEM, "QTY+145:120:PCE", "LOC+14+BIN7", "DTM+366:20261118:102", "QTY+57:40:PCE", "DTM+17:20261201:102", "PRI+AAA:10",
        "QTY+124:3:PCE", "GIN+BX+LOT1", "LIN+2++A2:SA", "QTY+97:0:PCE",
    )  # fmt: skip
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "INVRPT", "D.96A", Terms())
    assert ([f.message for f in read.findings], read.verdict) == ([], Verdict.ACCEPTED)
    report, written = again(*segments)
    assert [s for s in segments if s not in written] == []
    first, second = report.lines
    assert [(one.status, one.quantity.value if one.quantity else None) for one in first.stock] == [
        ("on_hand", 120), ("in_transit", 40), ("damaged", 3),
    ]  # fmt: skip
    hand, transit, damaged = first.stock
    assert (hand.as_of, transit.expected, damaged.lots[0].number) == (date(2026, 11, 18), date(2026, 12, 1), "LOT1")
    assert transit.price is not None
    assert first.location is not None
    assert (transit.price.amount, first.location.kind, first.location.identifiers) == (10, "warehouse", {"buyer": "WH1"})
    assert second.stock[0].status == "minimum"


def test_a_report_of_d01b() -> None:
    segments = (*HEADER, *ITEM, "INV+2+2+1", "QTY+145:120:PCE", "LOC+14+BIN7", "INV++1", "QTY+60:40:PCE")
    read = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "INVRPT", "D.01B", Terms())
    assert ([f.message for f in read.findings], read.verdict) == ([], Verdict.ACCEPTED)
    report, written = again(*segments, directory="D.01B")
    assert [s for s in segments if s not in written] == []
    assert [one.status for one in report.lines[0].stock] == ["damaged", "available"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("145", "on_hand"),
        ("17", "on_hand"),
        ("60", "available"),
        ("248", "reserved"),
        ("198", "in_transit"),
        ("21", "on_order"),
        ("999", "other"),
    ],
)
def test_what_a_quantity_is(code: str, status: str) -> None:
    report, written = again(*HEADER, "LIN+1++A:SA", f"QTY+{code}:5:PCE")
    assert report.lines[0].stock[0].status == status
    assert f"QTY+{code}:5:PCE" in written


def test_the_report_of_the_corpus() -> None:
    report = drawing.first_of("INVRPT__superreal-edi-parser__JCLInvrpt_short.edi")
    assert isinstance(report, InventoryReport)
    assert (report.number, len(report.lines), report.lines[0].stock[0].status) == ("36602", 6, "available")
    assert report.lines[0].item.identifiers == {"gtin": "4042985749709"}
