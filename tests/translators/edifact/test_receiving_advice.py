# ruff: noqa: E501 - segments are read as they stand on the wire
"""RECADV as receiving advices, both ways."""

from datetime import date
from typing import Any

import pytest

from tests.translators.edifact import drawing
from translators.canonical.receiving_advice import ReceivingAdvice
from translators.contract import Terms, Verdict

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
SEGMENTS = (
    "BGM+632+REC-1+9", "DTM+137:20261123:102", "DTM+50:20261122:102", "RFF+ON:PO-1", "RFF+AAK:DES-9", "DTM+171:20261120:102",
    "NAD+BY+5790000000029::9", "NAD+SU+5790000000012::9", "TDT+20+T-1+30", "EQD+TE+TRAILER1",
    "CPS+1", "CPS+2+1", "PAC+1++201", "PCI+33E", "GIN+BJ+350123450000000016",
    "LIN+1++5701234500018:EN", "PIA+1+A1:SA", "QTY+48:58:PCE", "QTY+194:55:PCE", "QTY+12:60:PCE", "QTY+124:3:PCE", "DTM+36:20280101:102", "GIN+BX+LOT3", "RFF+ON:PO-1:1",
    "LIN+2++A2:SA", "QTY+48:5:PCE", "QVR+-2:12+AF+TIP", "CNT+2:2",
)  # fmt: skip


def complete(value: dict[str, Any]) -> None:
    """What no advice can be without; it has no currency."""
    value.setdefault("issued", date(2026, 11, 20))
    value.pop("currency", None)


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("RECADV", directory, complete)


@BOTH
def test_a_whole_advice_is_valid_and_comes_back(directory: str) -> None:
    read = drawing.reread("".join(f"{s}'" for s in SEGMENTS), len(SEGMENTS), "RECADV", directory, Terms())
    assert [f.message for f in read.findings if f.actual not in ("33E", "TIP")] == []
    assert (read.verdict, read.name) == (Verdict.ACCEPTED_WITH_ERRORS, "receiving_advice")
    advice, written = drawing.again(*SEGMENTS, kind="RECADV", directory=directory)
    assert [s for s in SEGMENTS if s not in written] == []
    assert isinstance(advice, ReceivingAdvice)
    assert advice.extras == []


def test_what_was_found() -> None:
    advice, _ = drawing.again(*SEGMENTS, kind="RECADV", directory="D.96A")
    assert isinstance(advice, ReceivingAdvice)
    assert advice.order is not None
    assert advice.despatch is not None
    assert (advice.number, advice.received, advice.order.number, advice.despatch.number) == (
        "REC-1",
        date(2026, 11, 22),
        "PO-1",
        "DES-9",
    )
    assert advice.packages[0].identifiers == {"sscc": "350123450000000016"}
    first, second = advice.lines
    told = (first.quantity, first.accepted, first.despatched)
    assert [one.value if one else None for one in told] == [58, 55, 60]
    assert [(one.status, one.quantity.value if one.quantity else None) for one in first.conditions] == [("damaged", 3)]
    assert (first.lots[0].number, first.lots[0].expiry) == ("LOT3", date(2028, 1, 1))
    assert [(one.status, one.quantity.value if one.quantity else None, one.reason) for one in second.conditions] == [
        ("damaged", 2, "TIP")
    ]


@pytest.mark.parametrize(
    ("segment", "status"),
    [
        ("QTY+119:2:PCE", "short"), ("QTY+121:2:PCE", "over"), ("QTY+195:2:PCE", "refused"), ("QTY+196:2:PCE", "refused"), ("QVR+-2:21", "short"),
        ("QVR+2:21", "over"), ("QVR+2:21+AE", "not_advised"), ("QVR+-2:21+ZZ", "other"),
    ],
)  # fmt: skip
def test_conditions(segment: str, status: str) -> None:
    advice, written = drawing.again(*SEGMENTS[:2], "CPS+1", "LIN+1++A:SA", segment, kind="RECADV", directory="D.96A")
    assert isinstance(advice, ReceivingAdvice)
    assert advice.lines[0].conditions[0].status == status
    assert segment in written


def test_a_condition_of_another_format_is_written_as_a_quantity_or_with_its_reason() -> None:
    conditions = [
        {"status": "damaged", "quantity": {"value": "2", "unit": "H87"}},
        {"status": "short", "quantity": {"value": "3"}, "reason": "lost on the way"},
    ]
    advice = ReceivingAdvice.model_validate(
        {"number": "R", "issued": "2026-11-20", "lines": [{"number": "1", "item": {}, "conditions": conditions}]}
    )
    body, unwritten = drawing.written(advice, "RECADV", "D.96A")
    assert unwritten == []
    assert body.text.split("'")[4:-1] == ["QTY+124:2:PCE", "QVR+-3:21+CP+:::lost on the way"]


def test_the_advice_of_the_corpus() -> None:
    advice = drawing.first_of("RECADV__smooks-smooks-edi-cartridge__recadv.txt")
    assert isinstance(advice, ReceivingAdvice)
    assert (advice.number, advice.received, len(advice.lines)) == ("20220808112809950", date(2022, 8, 23), 1)
    (line,) = advice.lines
    assert line.quantity is not None
    assert (line.quantity.value, line.lots[0].expiry, line.lots[0].made) == (200, date(2024, 10, 31), date(2021, 11, 15))
