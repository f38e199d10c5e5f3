"""830 and 862 as canonical delivery schedules, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.delivery_schedule import DeliverySchedule
from translators.contract import Document
from translators.finding import Code


def pieces(count: int) -> dict[str, Any]:
    return {"value": Decimal(count), "unit": "EA"}


SCHEDULE: dict[str, Any] = {
    "number": "F-1",
    "release": "12",
    "purpose": "replace",
    "basis": "delivery",
    "issued": date(2026, 3, 2),
    "horizon": {"start": date(2026, 3, 2), "end": date(2026, 6, 30)},
    "contract": {"number": "C-1"},
    "order": {"number": "PO-1"},
    "seller": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"buyer": "M-1", "seller": "W-1"}},
            "schedule": [
                {"quantity": pieces(13), "commitment": "firm", "interval": "discrete", "requested": date(2026, 3, 9)},
                {
                    "quantity": pieces(77), "commitment": "planned", "interval": "week",
                    "period": {"start": date(2026, 4, 1), "end": date(2026, 4, 7)},
                    "references": [{"kind": "release", "number": "12345-2"}],
                },
            ],
            "past": [
                {
                    "kind": "despatched", "quantity": pieces(927), "cumulative": False, "on": date(2026, 2, 20),
                    "references": [{"kind": "bill_of_lading", "number": "BOL-1"}],
                },
                {
                    "kind": "received", "quantity": pieces(8557), "cumulative": True,
                    "period": {"start": date(2026, 1, 1), "end": date(2026, 3, 1)},
                },
            ],
        }
    ],
    "totals": {"line_count": 1, "quantity": Decimal(90)},
}  # fmt: skip
FORECAST: dict[str, Any] = {
    **SCHEDULE,
    "currency": "USD",
    "lines": [
        {
            **SCHEDULE["lines"][0],
            "ship_to": {"name": "BIGBOX DC 12", "identifiers": {"buyer": "0012"}},
            "authorisations": [
                {"kind": "finished", "quantity": pieces(100), "until": date(2026, 4, 1), "since": date(2026, 1, 1)},
                {
                    "kind": "material",
                    "quantity": pieces(200),
                    "maximum": pieces(300),
                    "until": date(2026, 5, 1),
                    "since": date(2026, 1, 1),
                },
            ],
        }
    ],
}


def schedule(*line: str, kind: str = "830") -> Document:
    head = "BFR*00*F1**DL*A*20260302*20260630*20260302" if kind == "830" else "BSS*00*F1*20260302*DL*20260302*20260630*1"
    return read_set(head, "LIN**BP*A", *line, kind=kind, group="PS" if kind == "830" else "SS")


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("kind", ["830", "862"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(kind: str, version: str) -> None:
    value = FORECAST if kind == "830" else {**SCHEDULE, "kind": "shipping"}
    found = judged(DeliverySchedule.model_validate(value), kind, version)
    assert [one.code for one in found] == ([] if version == "004010" else [Code.VERSION_NEAREST])


def test_a_forecast_is_written_in_the_order_of_the_standard() -> None:
    rows = written(DeliverySchedule.model_validate(FORECAST), "830")
    assert rows[0] == "BFR*05*F-1*12*DL*A*20260302*20260630*20260302**C-1*PO-1"
    assert rows.index("UIT*EA") == rows.index("LIN*1*BP*M-1*VN*W-1") + 1
    assert "FST*13*C*D*20260309" in rows
    assert "FST*77*D*W*20260401*20260407***RE*12345-2" in rows
    assert rows[-4:] == ["SHP*01*927*011*20260220", "REF*BM*BOL-1", "SHP*02*8557*050*20260101**20260301", "CTT*1*90"]


def test_the_unit_of_a_line_is_that_of_its_quantities() -> None:
    found = schedule("UIT*DZ", "FST*13*C*D*20260309", "SHP*01*9*011*20260220").canonical
    assert isinstance(found, DeliverySchedule)
    line = found.lines[0]
    quantities = [*(one.quantity for one in line.schedule), *(one.quantity for one in line.past)]
    assert [quantity.unit for quantity in quantities if quantity] == ["DZN", "DZN"]
    assert written(found, "830")[2:] == ["UIT*DZ", "FST*13*C*D*20260309", "SHP*01*9*011*20260220"]


def test_a_unit_without_quantities_is_kept() -> None:
    found = schedule("UIT*DZ").canonical
    assert isinstance(found, DeliverySchedule)
    assert found.lines[0].attributes == {"unit": "DZN"}
    assert written(found, "830")[-1] == "UIT*DZ"


def test_quantities_behind_a_delivery_pattern_are_read() -> None:
    found = schedule("UIT*EA", "SDP*Y*Y", "FST*13*C*W*20260309", "FST*14*C*W*20260316").canonical
    assert isinstance(found, DeliverySchedule)
    assert [one.quantity.value for one in found.lines[0].schedule if one.quantity] == [13, 14]
    rows = written(found, "830")
    assert {"FST*13*C*W*20260309", "FST*14*C*W*20260316", "SDP*Y*Y"} <= set(rows)


def test_a_hash_total_counts_what_is_wanted() -> None:
    wrong = read_set(
        "BSS*00*F1*20260302*DL*20260302*20260630*1",
        "LIN**BP*A",
        "UIT*EA",
        "FST*13*C*D*20260309",
        "CTT*1*14",
        kind="862",
        group="SS",
    )
    assert [(one.code, one.expected, one.actual) for one in wrong.findings] == [(Code.CONTROL_TOTAL, "13", "14")]


def test_a_shipping_schedule_says_what_it_is() -> None:
    found = schedule("UIT*EA", "FST*13*C*D*20260309", kind="862").canonical
    assert isinstance(found, DeliverySchedule)
    assert found.kind == "shipping"


def test_a_shipping_schedule_of_a_car_maker_comes_back_segment_by_segment() -> None:
    data = corpus("862__david-blackwood-edifact-rails__ansix12.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, DeliverySchedule)
    assert (found.number, found.purpose, found.order.number if found.order else None) == ("12345", "replace", "ORDER1")
    line = found.lines[0]
    assert [(one.quantity.value, one.requested) for one in line.schedule if one.quantity] == [
        (13, date(2023, 10, 29)),
        (77, date(2023, 11, 19)),
        (68, date(2023, 12, 3)),
    ]
    assert [(one.kind, one.cumulative, one.quantity.value) for one in line.past if one.quantity] == [
        ("despatched", False, 927),
        ("despatched", True, 8557),
    ]
    assert line.past[0].on == date(2023, 10, 14)
    assert line.past[1].period is not None
    assert line.past[1].period.end == date(2023, 12, 3)
    assert missing(segments(data), written(found, "862")) == ["LIN**BP*MATERIAL1*EC*ENGINEERING1*DR*001"]
    assert found.lines[0].extras == []
