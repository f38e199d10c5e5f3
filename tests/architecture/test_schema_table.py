"""The reference page's rendering of a JSON schema."""

from typing import Any

import pytest

from tools.schema_table import sections

SCHEMA = {
    "description": "The whole.",
    "properties": {"partner": {"type": "array", "items": {"$ref": "#/$defs/Partner"}}},
    "$defs": {
        "Partner": {
            "description": "Who.",
            "required": ["id"],
            "properties": {"id": {"type": "string", "description": "Name."}, "size": {"type": "integer", "default": 4}},
        },
        "Kind": {"enum": ["a"]},
    },
}


def kind(value: dict[str, Any]) -> str:
    ((_, _, rows),) = sections({"properties": {"key": value}, "$defs": {}})
    return rows[0][1]


def test_each_kind_of_table_is_a_section_with_a_row_for_each_key() -> None:
    assert list(sections(SCHEMA)) == [
        ("routes.toml", "The whole.", [("`partner`", "list of [Partner](#partner)", "", "")]),
        ("Partner", "Who.", [("`id`", "text", "required", "Name."), ("`size`", "integer", "`4`", "")]),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "string"}, "text"),
        ({"type": "boolean"}, "true or false"),
        ({"const": "odoo"}, '`"odoo"`'),
        ({"enum": ["in", "out"]}, '`"in"`, `"out"`'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "text or list of text"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "table of text"),
        ({"type": "object"}, "table"),
        ({}, "anything"),
    ],
)
def test_what_a_value_may_be_is_said_in_a_few_words(value: dict[str, Any], expected: str) -> None:
    assert kind(value) == expected


@pytest.mark.parametrize("default", [None, "", [], {}])
def test_an_empty_default_is_left_out(default: object) -> None:
    ((_, _, rows),) = sections({"properties": {"key": {"type": "string", "default": default}}, "$defs": {}})
    assert not rows[0][2]
