"""Conditions in CEL: what they see, when they hold, and what is said when they do not."""

import timeit
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.condition import ConditionInvalid, compile_condition, problems
from tests.gateway.domain.test_document_path import json_values

ORDER: dict[str, Any] = {
    "schema": "purchase_order/1",
    "number": "4711",
    "kind": "rush",
    "ship_to": {"identifiers": {"gln": "579"}, "address": {"country": "US"}},
    "totals": {"payable": {"amount": "12000.50", "currency": "USD"}, "line_count": 2},
    "lines": [
        {"item": {"identifiers": {"buyer": "A"}}, "quantity": {"value": "9", "unit": "EA"}},
        {"item": {"identifiers": {"buyer": "B"}}, "quantity": {"value": "10.5", "unit": "EA"}},
    ],
    "texts": [{"lines": ["call before delivery"]}],
    "extras": [{"path": "REF", "value": "12"}],
}
VARIABLES = {"document": ORDER, "order": ORDER, "partner": {"id": "bigbox"}, "message": {"channel": "web", "test": False}}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ('order.ship_to.address.country == "US" && order.totals.payable.amount < 50000', True),
        ("order.totals.payable.amount > 12000.5", False),
        ("order.totals.payable.amount >= 12000.5", True),
        ("document.number == order.number", True),
        ("order.lines.exists(line, line.quantity.value > 10)", True),
        ("order.lines.all(line, line.quantity.value > 10)", False),
        ("order.lines[0].quantity.value == 9", True),
        ("size(order.lines) == 2", True),
        ("order.lines.size() > order.totals.line_count", False),
        ("order.totals.payable.amount * 2.0 > 24000.0", True),
        ('order["number"] == "4711"', True),
        ('order.number.startsWith("47")', True),
        ('order.number in ["4711", "4712"]', True),
        ('"gln" in order.ship_to.identifiers', True),
        ("has(order.ship_to.address)", True),
        ("has(order.warehouse)", False),
        ("!has(order.warehouse)", True),
        ('has(order.warehouse) && order.warehouse.name == "east"', False),
        ('order.texts.exists(t, t.lines.exists(l, l.contains("call")))', True),
        ('order.extras.exists(e, e.value == "12")', True),
        ('partner.id == "bigbox" && message.channel == "web" && !message.test', True),
        ('order.number == "order.warehouse"', False),
        ("true", True),
    ],
)
def test_conditions_hold_or_not(expression: str, holds: bool) -> None:
    reason = compile_condition(expression)(VARIABLES)
    assert reason == (None if holds else "when is false")
    assert problems(expression, "purchase_order") == []


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ('order.warehouse.name == "x"', "when: warehouse is not in the document"),
        ('order.ship_to.identifiers.duns == "x"', "when: duns is not in the document"),
        ('!(order.warehouse.name == "x")', "when: warehouse is not in the document"),
        ("order.lines[7].quantity.value > 1", "when: a list has fewer elements"),
        ("order.number > 5", "when: No such overload"),
        ("order.number", "when is neither true nor false"),
        ("nobody == 1", "when: Undefined variable or function: 'nobody'"),
        ("1 / 0 == 1", "when: "),
    ],
)
def test_what_cannot_be_decided_does_not_hold_and_says_why(expression: str, reason: str) -> None:
    assert (compile_condition(expression)(VARIABLES) or "").startswith(reason)


def test_a_null_is_a_missing_field() -> None:
    condition = compile_condition('order.currency == "USD"')
    assert condition({"document": {"currency": None}, "order": {"currency": None}}) == "when: currency is not in the document"


def test_a_field_that_was_not_set_has_its_default() -> None:
    variables = {"document": {"schema": "purchase_order/1"}, "order": {"schema": "purchase_order/1"}}
    assert compile_condition('order.kind == "stand_alone" && order.purpose == "original"')(variables) is None


def test_an_expression_that_does_not_compile_says_where() -> None:
    with pytest.raises(ConditionInvalid) as invalid:
        compile_condition("order.number ==")
    assert (invalid.value.line, invalid.value.column) == (1, 16)


@pytest.mark.parametrize(
    ("expression", "code", "suggestion"),
    [
        ('order.nubmer == ""', "R051", "order.number"),
        ('order.ship_to.adress.country == ""', "R051", "order.ship_to.address"),
        ('ordr.number == ""', "R051", "order"),
        ('message.tset == ""', "R051", "test"),
        ("fooo(order.number)", "R051", None),
        ("order.number > 1", "R052", None),
        ("order.totals.payable.amount * 2 > 1", "R052", None),
        ("order.totals.payable.amount", "R052", None),
    ],
)
def test_mistakes_are_found_before_a_document_comes(expression: str, code: str, suggestion: str | None) -> None:
    (problem,) = problems(expression, "purchase_order")
    assert (problem.code, problem.suggestion) == (code, suggestion)


def test_without_a_document_only_names_are_judged() -> None:
    assert problems('order.anything == ""', None) == []
    assert [problem.code for problem in problems('ordr.anything == ""', None)] == ["R051"]


_ANY = [
    compile_condition(text)
    for text in ("order.a.b > 1", "order.lines.exists(l, l.a == 1)", "order == document", 'order["a"][0] == 1')
]


@given(st.dictionaries(st.sampled_from(["a", "b", "lines", "schema"]), json_values), st.sampled_from(_ANY))
def test_no_document_makes_a_condition_raise(document: dict[str, Any], condition: Any) -> None:
    reason = condition({"document": document, "order": document})
    assert reason is None or reason.startswith("when")


def test_only_what_is_named_is_handed_over() -> None:
    long = ORDER | {"lines": ORDER["lines"] * 500}
    condition = compile_condition('order.ship_to.address.country == "US"')
    best = min(timeit.repeat(lambda: condition({"document": long, "order": long}), number=50, repeat=5)) / 50
    assert best < 0.0005
