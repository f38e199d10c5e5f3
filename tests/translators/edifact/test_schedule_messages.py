# ruff: noqa: E501 - segments are read as they stand on the wire
"""DELFOR and DELJIT: what a buyer will want and when."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact.reading import read
from translators.canonical.delivery_schedule import DeliverySchedule
from translators.contract import Terms, Verdict

HEADER = ["BGM+241+DS-12+9", "DTM+137:20261120:102", "DTM+158:20261123:102", "DTM+159:20270131:102", "RFF+CT:C-17", "NAD+BY+5412345000013::9", "NAD+SU+5790000000012::9"]  # fmt: skip
QUANTITIES = ["QTY+48:120:PCE", "DTM+50:20261118:102", "RFF+AAK:DES-3", "QTY+70:4400:PCE"]
POINTED = [
    *HEADER, "UNS+D", "NAD+CN+5412345000020::9++PLANT GENT", "LIN+1++W-100:SA", "IMD+F++:::Bracket", "LOC+11+DOCK 3", "RFF+ON:4500017",
    *QUANTITIES, "QTY+113:500:PCE", "SCC+1++W", "DTM+2:20261130:102", "QTY+113:800:PCE", "SCC+4++M", "DTM+2:2027010120270131:718", "UNS+S",
]  # fmt: skip
PRODUCT_LED = [
    *HEADER, "UNS+D", "LIN+1++W-100:SA", "NAD+CN+5412345000020::9", "QTY+113:500:PCE", "SCC+1", "DTM+2:20261130:102",
    "NAD+CN+5412345000037::9", "QTY+113:200:PCE", "SCC+1", "UNS+S",
]  # fmt: skip
LATER = [
    *HEADER, "GIS+37", "NAD+CN+5412345000020::9++PLANT GENT", "LIN+1++W-100:SA", "IMD+F++:::Bracket", "LOC+11+DOCK 3", "RFF+ON:4500017",
    *QUANTITIES, "SCC+1++W", "QTY+113:500:PCE", "DTM+2:20261130:102", "SCC+4++M", "QTY+113:800:PCE", "DTM+2:2027010120270131:718",
]  # fmt: skip
FORMS = [("D.96A", POINTED), ("D.96A", PRODUCT_LED), ("D.01B", LATER)]


def strict(kind: str, directory: str, rows: list[str]) -> Any:
    """The message read under the usual terms: nothing may be wrong with it."""
    found = drawing.reread("".join(f"{row}'" for row in rows), len(rows), kind, directory, Terms())
    assert [finding.message for finding in found.findings] == []
    assert isinstance(found.canonical, DeliverySchedule)
    return found.canonical


@pytest.mark.parametrize(("directory", "rows"), FORMS, ids=["points", "products", "later"])
def test_a_whole_schedule_is_valid_and_comes_back_as_it_was(directory: str, rows: list[str]) -> None:
    document, written = drawing.again(*rows, kind="DELFOR", directory=directory)
    assert document == strict("DELFOR", directory, rows)
    assert sorted(written) == sorted(rows)


@pytest.mark.parametrize(("directory", "rows"), [FORMS[0], FORMS[2]], ids=["points", "later"])
def test_a_line_says_what_is_wanted_when_and_what_came_before(directory: str, rows: list[str]) -> None:
    schedule = strict("DELFOR", directory, rows)
    assert (schedule.number, schedule.kind) == ("DS-12", "delivery")
    assert schedule.contract is not None
    assert schedule.horizon is not None
    assert (schedule.contract.number, schedule.horizon.end) == ("C-17", date(2027, 1, 31))
    (line,) = schedule.lines
    assert (line.ship_to.name, line.location.identifiers, line.order.number) == (
        "PLANT GENT",
        {"unspecified": "DOCK 3"},
        "4500017",
    )
    firm, forecast = line.schedule
    assert (firm.quantity.value, firm.commitment, firm.interval, firm.requested) == (
        Decimal(500),
        "firm",
        "week",
        date(2026, 11, 30),
    )
    assert (forecast.commitment, forecast.interval, forecast.period.start) == ("forecast", "month", date(2027, 1, 1))
    received, so_far = line.past
    assert (received.kind, received.on, received.references[0].number) == ("received", date(2026, 11, 18), "DES-3")
    assert (so_far.quantity.value, so_far.cumulative) == (Decimal(4400), True)


def test_the_earliest_and_the_latest_day_are_a_period_too() -> None:
    ends = ["DTM+64:20270101:102", "DTM+63:20270131:102"]
    rows = [one for row in POINTED for one in (ends if row.endswith(":718") else [row])]
    assert strict("DELFOR", "D.96A", rows) == strict("DELFOR", "D.96A", POINTED)


def test_a_schedule_led_by_products_names_the_point_of_each_quantity() -> None:
    (line,) = strict("DELFOR", "D.96A", PRODUCT_LED).lines
    assert line.ship_to is None
    assert [(part.ship_to.identifiers["gln"], part.quantity.value) for part in line.schedule] == [
        ("5412345000020", Decimal(500)), ("5412345000037", Decimal(200)),
    ]  # fmt: skip


def test_the_same_schedule_is_said_in_both_directories() -> None:
    schedule = strict("DELFOR", "D.96A", POINTED)
    body, unwritten = drawing.written(schedule, "DELFOR", "D.01B")
    assert unwritten == []
    assert sorted(body.text.removesuffix("'").split("'")) == sorted(LATER)


IN_SEQUENCE = [
    "BGM+242+JIT-3+9", "DTM+137:202611200600:203", "NAD+BY+5412345000013::9", "NAD+SU+5790000000012::9",
    "SEQ+4+1", "LIN+1++W-100:SA", "LOC+11+GATE 2", "QTY+113:4:PCE", "DTM+2:202611200900:203", "SEQ+4+2", "LIN+1++W-200:SA", "QTY+113:2:PCE", "SCC+1",
]  # fmt: skip


@pytest.mark.parametrize("directory", ["D.96A", "D.01B"])
def test_what_is_wanted_just_in_time_stands_in_its_sequence(directory: str) -> None:
    document, written = drawing.again(*IN_SEQUENCE, kind="DELJIT", directory=directory)
    assert document == strict("DELJIT", directory, IN_SEQUENCE)
    assert sorted(written) == sorted(IN_SEQUENCE)
    assert isinstance(document, DeliverySchedule)
    assert (document.kind, [line.attributes["sequence"] for line in document.lines]) == ("just_in_time", ["1", "2"])
    first, second = document.lines
    assert first.location is not None
    assert (first.location.identifiers, second.schedule[0].commitment) == ({"unspecified": "GATE 2"}, "firm")


def test_the_schedule_of_the_corpus_is_refused_for_its_count_and_its_date() -> None:
    (found,) = read(drawing.corpus("DELFOR__indice-co-edi.net__edifact.Issue196.edi")).documents
    assert found.verdict is Verdict.REJECTED
    assert "UNT counts 331 segments; there are 13." in [finding.message for finding in found.findings]
