"""Queries in JMESPath and shapes in JSON Schema, as routes.toml has them."""

import pytest

from gateway.config.queries import QueryInvalid, SchemaInvalid, compile_query, compile_shape, parse_schema
from gateway.domain.http_application import QueryFailed

ORDER = '{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "n": {"type": "integer", "minimum": 1}}}'


def test_a_query_reads_a_value_and_none_where_there_is_none() -> None:
    query = compile_query("orders[?state=='open'].id | [0]")
    assert query({"orders": [{"state": "done", "id": 1}, {"state": "open", "id": 2}]}) == 2
    assert query({"orders": []}) is None
    assert query({}) is None
    assert query(None) is None
    assert query("a proxy's page") is None


def test_a_query_of_another_kind_of_value_is_told() -> None:
    with pytest.raises(QueryFailed, match=r"sum\(prices\)"):
        compile_query("sum(prices)")({"prices": ["many"]})


@pytest.mark.parametrize("expression", ["orders[", "a..b", "", "unknown(", "a b"])
def test_what_is_no_jmespath_is_told(expression: str) -> None:
    with pytest.raises(QueryInvalid) as caught:
        compile_query(expression)
    assert "\n" not in str(caught.value)
    assert caught.value.column >= 1


def test_a_shape_says_where_and_how_something_is_unlike_it() -> None:
    shape = compile_shape(parse_schema(ORDER))
    assert not shape({"id": "W-1", "n": 3, "more": "is fine"})
    assert shape({"id": 7}).startswith("$.id: 7 is not of type")
    assert "'id' is a required property" in shape({})
    assert "minimum" in shape({"id": "W-1", "n": 0})
    assert shape(None)
    assert shape("x" * 10_000).count("x") < 400


def test_a_shape_fetches_nothing() -> None:
    shape = compile_shape(parse_schema('{"$ref": "http://schemas.example/order.json"}'))
    assert "does not hold" in shape({"id": "W-1"})


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"type": "sentence"}', '{"properties": 3}'])
def test_what_is_no_schema_is_told(text: str) -> None:
    with pytest.raises(SchemaInvalid):
        parse_schema(text)
