"""What is expected of a document, held against what becomes of it: only what is named is looked at."""

from typing import Any

import pytest

from gateway.domain.route_test import Deviation, deviations, same, value_at

DOCUMENT: dict[str, Any] = {
    "name": "purchase_order", "state": "routed", "verdict": "accepted", "agreement": "bigbox-850", "route": "orders",
    "findings": ["info b", "info a"], "failures": [], "deliver": ["odoo as sale_order"],
    "canonical": {"number": "4711", "lines": [{"quantity": "10"}, {"quantity": "2.50"}]},
    "routed": {"number": "4711", "warehouse": "east"},
    "requests": {"wms": {"method": "POST", "body": {"order": "4711"}}},
}  # fmt: skip
ANSWER = {"type": "997", "family": "x12", "verdict": "accepted", "channel": "folder", "content": "AK1*PO*1~AK9*A*1*1*1~"}
OUTCOME: dict[str, Any] = {
    "state": "translated",
    "findings": ["info line-breaks"],
    "interchanges": [{"partner": "bigbox", "findings": [], "documents": [DOCUMENT], "acknowledgements": [ANSWER], "written": []}],
}


def found(**expected: Any) -> list[tuple[str, Any, Any]]:
    return [(one.what, one.expected, one.actual) for one in deviations(expected, OUTCOME)]


def test_nothing_is_expected() -> None:
    assert found() == []


def test_all_that_is_expected_is_so() -> None:
    document = {
        "document": "purchase_order", "state": "routed", "route": "orders", "agreement": "bigbox-850", "verdict": "accepted",
        "findings": ["info a", "info b"], "failures": [], "deliver": ["odoo as sale_order"],
        "fields": {"number": "4711", "lines[].quantity": [10, 2.5], "lines[1].quantity": 2.5, "lines[7].quantity": None},
        "routed": {"warehouse": "east"}, "request": {"wms": {"method": "POST", "body.order": "4711"}},
    }  # fmt: skip
    answer = {"type": "997", "verdict": "accepted", "channel": "folder", "content": "AK1*PO*1~\nAK9*A*1*1*1~\n"}
    whole = {"state": "translated", "partner": "bigbox", "findings": ["info line-breaks"]}
    assert found(**whole, document=[document], acknowledgement=[answer], written=[]) == []


@pytest.mark.parametrize(
    ("expected", "deviation"),
    [
        ({"route": "rush"}, ("document 1: route", "rush", "orders")),
        ({"findings": []}, ("document 1: findings", [], ["info b", "info a"])),
        ({"deliver": []}, ("document 1: deliver", [], ["odoo as sale_order"])),
        ({"fields": {"number": "1"}}, ("document 1: fields number", "1", "4711")),
        ({"fields": {"lines[0].quantity": 11}}, ("document 1: fields lines[0].quantity", 11, "10")),
        ({"routed": {"warehouse": "west"}}, ("document 1: routed warehouse", "west", "east")),
        ({"request": {"wms": {"body.order": "1"}}}, ("document 1: request to wms: body.order", "1", "4711")),
        ({"request": {"tms": {"method": "POST"}}}, ("document 1: request to tms: method", "POST", None)),
    ],
)
def test_what_is_otherwise_in_a_document(expected: dict[str, Any], deviation: tuple[str, Any, Any]) -> None:
    assert found(document=[expected]) == [deviation]


def test_how_many_there_are() -> None:
    assert found(document=[]) == [("number of documents", 0, 1)]
    assert found(acknowledgement=[{"type": "TA1"}, {"type": "997"}]) == [
        ("number of acknowledgements", 2, 1),
        ("acknowledgement 1: type", "TA1", "997"),
    ]


def test_bytes_are_compared_by_lines() -> None:
    assert found(acknowledgement=[{"content": "AK1*PO*1~\nAK9*R*1*1*0~"}]) == [
        ("acknowledgement 1: line 2", "AK9*R*1*1*0~", "AK9*A*1*1*1~")
    ]
    assert found(acknowledgement=[{"content": "AK1*PO*1~"}]) == [("acknowledgement 1: line 2", None, "AK9*A*1*1*1~")]


def test_several_senders_are_named_together() -> None:
    outcome = {**OUTCOME, "interchanges": [*OUTCOME["interchanges"], {**OUTCOME["interchanges"][0], "partner": None}]}
    assert deviations({"partner": "bigbox"}, outcome) == [Deviation("partner", "bigbox", ["bigbox", None])]


@pytest.mark.parametrize(
    ("path", "value"),
    [("number", "4711"), ("lines[0].quantity", "10"), ("lines[].quantity", ["10", "2.50"]), ("lines[9]", None),
     ("number.x", None),
     ("number[0]", None), ("nothing", None)],
)  # fmt: skip
def test_values_by_their_paths(path: str, value: object) -> None:
    assert value_at(DOCUMENT["canonical"], path) == value


@pytest.mark.parametrize(
    ("expected", "actual", "alike"),
    [("10", "10", True), (10, "10.00", True), (10, "11", False), (10, "ten", False), (True, "True", False), (10, 10, True),
     ([1], ["1"], True), ([1], ["1", "2"], False), (None, None, True), ({"a": 1}, {"a": 1}, True)],
)  # fmt: skip
def test_decimals_may_be_written_as_numbers(expected: object, actual: object, alike: bool) -> None:
    assert same(expected, actual) is alike
