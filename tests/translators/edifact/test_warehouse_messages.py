# ruff: noqa: E501 - segments are read as they stand on the wire
"""HANMOV and INSDES: what a warehouse is asked to do with goods."""

from datetime import date
from decimal import Decimal

import pytest

from tests.translators.edifact import drawing
from translators import registry
from translators.canonical.warehouse_order import WarehouseOrder
from translators.contract import Family, Terms

PARTIES = ["NAD+CN+5412345000013::9++BIGBOX+DOCK 7+GENT++9000+BE", "NAD+OB+5790000000012::9"]
INSTRUCTION = [
    "BGM+240+WO-7+9", "DTM+137:20261120:102", "DTM+10:20261123:102", "FTX+DIN+++RING AT GATE 2", "RFF+ON:4500017", *PARTIES,
    "TDT+20++30+31+FASTCARR::92", "LIN+1++5701234500018:EN", "PIA+1+W-100:SA", "QTY+21:24:PCE", "LIN+2++5701234500025:EN", "QTY+21:6:PCE", "UNS+S", "CNT+2:2",
]  # fmt: skip
MOVE = [
    "BGM+650+MV-1+9", "DTM+137:20261120:102", "CNT+2:1", "NAD+OB+5790000000012::9", "LIN+1++5701234500018:EN", "QTY+21:24:PCE",
    "RFF+ON:4500017", "LOC+14+A-01-3", "LOC+8+B-12-1",
]  # fmt: skip


def strict(kind: str, directory: str, rows: list[str]) -> WarehouseOrder:
    """The message read under the usual terms: nothing may be wrong with it."""
    found = drawing.reread("".join(f"{row}'" for row in rows), len(rows), kind, directory, Terms())
    assert [finding.message for finding in found.findings] == []
    assert isinstance(found.canonical, WarehouseOrder)
    return found.canonical


def test_a_whole_instruction_is_valid_and_comes_back_as_it_was() -> None:
    document, written = drawing.again(*INSTRUCTION, kind="INSDES", directory="D.01B")
    assert document == strict("INSDES", "D.01B", INSTRUCTION)
    assert sorted(written) == sorted(INSTRUCTION)


def test_an_instruction_says_what_is_to_be_sent_where() -> None:
    order = strict("INSDES", "D.01B", INSTRUCTION)
    assert (order.number, order.action, order.requested_despatch) == ("WO-7", "ship", date(2026, 11, 23))
    assert order.order is not None
    assert order.ship_to is not None
    assert (order.order.number, order.ship_to.name) == ("4500017", "BIGBOX")
    assert [line.quantity.value for line in order.lines if line.quantity] == [Decimal(24), Decimal(6)]


@pytest.mark.parametrize("directory", ["D.96A", "D.01B"])
def test_goods_are_moved_from_one_bin_to_another(directory: str) -> None:
    document, written = drawing.again(*MOVE, kind="HANMOV", directory=directory)
    order = strict("HANMOV", directory, MOVE)
    assert (document, sorted(written)) == (order, sorted(MOVE))
    (line,) = order.lines
    assert line.from_location is not None
    assert line.to_location is not None
    assert (order.action, line.from_location.identifiers, line.to_location.identifiers) == (
        "move",
        {"unspecified": "A-01-3"},
        {"unspecified": "B-12-1"},
    )


def test_what_says_nothing_else_is_to_be_shipped_whichever_message_says_it() -> None:
    order = WarehouseOrder.model_validate({"number": "1", "issued": date(2026, 11, 20), "lines": [{"number": "1"}]})
    written = registry.write(Family.EDIFACT, order, "HANMOV", "D.96A")
    assert written.document.body.startswith("BGM+240+1'")
