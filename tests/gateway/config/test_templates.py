"""Templates of routes.toml: texts, paths and JSON, filled from documents in a sandbox."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from gateway.config.templates import TemplateInvalid, compile_json, compile_path, compile_text, names_in
from gateway.domain.http_application import TemplateFailed

DOCUMENT: dict[str, Any] = {
    "number": "4711",
    "requested_delivery": "2026-12-24",
    "issued": "2026-03-01T10:00:00",
    "sent": "2026-07-01T10:00:00+02:00",
    "items": "not a method",
    "lines": [
        {"number": "1", "item": {"identifiers": {"seller": ["A", "B"]}}, "quantity": {"value": "2.50"}},
        {"number": "2", "item": {"identifiers": {"seller": "C"}}, "quantity": {"value": "3"}},
        {"number": "3", "item": {"identifiers": {}}},
    ],
}
VALUES = {"document": DOCUMENT, "key": "edi_1"}


def filled(source: Any, **values: Any) -> Any:
    return orjson.loads(orjson.dumps(compile_json(source)({**VALUES, **values})))


def text(source: str, **values: Any) -> str:
    return str(compile_text(source)({**VALUES, **values}))


def test_a_structure_is_filled_leaf_by_leaf() -> None:
    source = {
        "reference": "{{ document.number }}",
        "note": "Order {{ document.number }} of ours",
        "fixed": 7,
        "yes": True,
        "plain": "x",
    }
    assert filled(source) == {"reference": "4711", "note": "Order 4711 of ours", "fixed": 7, "yes": True, "plain": "x"}


def test_one_expression_keeps_the_kind_of_its_value() -> None:
    assert filled({"n": "{{ document.lines | length }}", "all": "{{ document.lines[1] }}"}) == {
        "n": 3,
        "all": DOCUMENT["lines"][1],
    }


def test_a_list_has_a_member_for_each_and_they_are_counted() -> None:
    source = {
        "lines": {
            "each": "document.lines",
            "as": "one",
            "when": "one.quantity",
            "item": {"n": "{{ position }}", "sku": "{{ one.item.identifiers.seller | one }}"},
        }
    }
    assert filled(source) == {"lines": [{"n": 1, "sku": "A"}, {"n": 2, "sku": "C"}]}


@pytest.mark.parametrize("when", ["line.quantity", "line.quantity | optional", "line.quantity.value | default(0) | float > 0"])
def test_a_condition_may_ask_for_what_is_not_there(when: str) -> None:
    assert filled({"each": "document.lines", "when": when, "item": "{{ line.number }}"}) == ["1", "2"]


def test_a_list_that_may_be_missing_is_empty_then() -> None:
    assert filled({"each": "document.packages | optional", "item": "{{ line }}"}) == []


def test_what_is_no_list_is_told() -> None:
    with pytest.raises(TemplateFailed, match=r"document\.number is no list"):
        filled({"each": "document.number", "item": "{{ line }}"})


def test_a_table_with_other_names_is_no_loop() -> None:
    assert filled({"each": "x", "item": "y", "more": "z"}) == {"each": "x", "item": "y", "more": "z"}


def test_what_is_missing_stops_and_is_named() -> None:
    for source in ("{{ document.buyer.name }}", "x {{ document.buyer.name }}", {"deep": ["{{ document.buyer.name }}"]}):
        with pytest.raises(TemplateFailed, match=r"buyer\.name"):
            filled(source)


def test_what_may_be_missing_is_left_out() -> None:
    source = {"name": "{{ document.buyer.name | optional }}", "list": ["{{ document.x | optional }}", "y"]}
    assert filled(source) == {"list": ["y"]}
    assert text("[{{ document.buyer.name | optional }}]") == "[]"
    assert filled({"name": "{{ document.buyer.name | default('nobody') }}"}) == {"name": "nobody"}


def test_members_of_documents_go_before_methods_of_what_holds_them() -> None:
    assert filled("{{ document.items }}") == "not a method"
    with pytest.raises(TemplateFailed, match="keys"):
        filled("{{ document.keys }}")


def test_numbers_are_exact() -> None:
    made = compile_json({"q": "{{ q | number }}"})({"q": "12345678901234567.10"})
    assert orjson.dumps(made) == b'{"q":12345678901234567.10}'
    assert filled("{{ '3.00' | number }}") == 3
    assert text("{{ '2.345' | decimal(2) }} {{ '1E+2' | decimal }}") == "2.35 100"
    with pytest.raises(TemplateFailed, match="no number"):
        filled("{{ 'many' | number }}")
    with pytest.raises(TemplateFailed, match="no number"):
        filled("{{ 'NaN' | number }}")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_a_number_is_what_the_document_says(value: Decimal) -> None:
    made = compile_json("{{ q | number }}")({"q": str(value)})
    assert Decimal(orjson.dumps(made).decode()) == value


def test_dates_and_times() -> None:
    assert text("{{ document.requested_delivery | date }}") == "2026-12-24"
    assert text("{{ document.issued | date('%d.%m.%Y') }}") == "01.03.2026"
    assert text("{{ document.sent | datetime }}") == "2026-07-01T08:00:00Z"
    assert text("{{ document.sent | datetime('%H:%M', 'America/Chicago') }}") == "03:00"
    assert text("{{ document.issued | datetime(zone='America/Chicago') }}") == "2026-03-01T10:00:00-06:00"
    assert text("{{ document.requested_delivery | datetime(zone='Europe/Paris') }}") == "2026-12-24T00:00:00+01:00"
    assert filled({"d": "{{ document.nothing | optional | date }}"}) == {}
    for source in ("{{ document.number | date }}", "{{ document.issued | datetime(zone='Mars/Olympus') }}"):
        with pytest.raises(TemplateFailed, match="is no"):
            text(source)


def test_a_text_that_must_be_json_is() -> None:
    template = compile_text('{"note": {{ note | json }}, "n": {{ n | tojson }}}', json=True)
    note = 'a "quoted" <text> & \n more'
    assert orjson.loads(template({"note": note, "n": None})) == {"note": note, "n": None}
    with pytest.raises(TemplateFailed, match="no JSON"):
        compile_text('{"note": "{{ note }}"}', json=True)({"note": note})


@given(st.text())
def test_whatever_is_put_into_a_path_stays_one_part_of_it(value: str) -> None:
    fill = compile_path("/orders/{{ value }}/lines")
    if value in {"", ".", ".."}:
        with pytest.raises(TemplateFailed, match="part of a path"):
            fill({"value": value})
        return
    try:
        path = fill({"value": value})
    except TemplateFailed:  # a lone surrogate
        return
    url = URL("https://wms.example/api" + path)
    assert url.parts[:3] == ("/", "api", "orders")
    assert (url.parts[-1], len(url.parts), url.query_string, url.fragment) == ("lines", 5, "", "")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ document.__class__ }}",
        "{{ (1).__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ document.update({'number': 1}) }}",
        "{{ document.lines.append(1) }}",
        "{% for x in range(10) %}{% endfor %}",
        "{% include 'x' %}",
    ],
)
def test_the_sandbox_holds(source: str) -> None:
    with pytest.raises((TemplateFailed, TemplateInvalid)):
        text(source)
    assert len(DOCUMENT["lines"]) == 3


@pytest.mark.parametrize(
    ("source", "line"),
    [("{{ document.", 1), ("a\nb {% if %}", 2), ("{{ x | nofilter }}", 1), ({"a": ["{{ ("]}, 1), ({"each": "(", "item": "x"}, 1)],
)
def test_what_does_not_compile_is_told_with_its_line(source: Any, line: int) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        compile_json(source)
    assert (caught.value.line, bool(str(caught.value))) == (line, True)


def test_a_loop_is_what_it_is() -> None:
    for source in ({"each": 3, "item": "x"}, {"each": "document.lines", "as": "two words", "item": "x"}):
        with pytest.raises(TemplateInvalid):
            compile_json(source)


def test_the_variables_that_templates_read() -> None:
    source = {
        "a": "{{ key }}",
        "b": [
            {"each": "document.lines", "as": "one", "when": "one.x and test", "item": "{{ one.y }} {{ position }} {{ partner }}"}
        ],
        "c": 7,
    }
    assert names_in(source) == {"key", "document", "test", "partner"}
