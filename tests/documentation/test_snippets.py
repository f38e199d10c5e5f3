"""What pages show beside commands: configuration, JSON and Python are what they say they are."""

import json
import tomllib
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from datetime import date, time
from typing import Any

import jsonschema
import pytest

from gateway.config.json_schema import json_schema
from gateway.config.route_test_model import RouteTestFile
from tests.documentation.pages import Block, blocks
from translators.flatfile import layout

SCHEMA = json.loads(json_schema())
TABLES = SCHEMA["properties"]


def of_parts(schema: Any) -> Any:
    """A schema that takes a part of what it describes: a page shows the keys that it is about."""
    if isinstance(schema, list):
        return [of_parts(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    return {"anyOf" if name == "oneOf" else name: of_parts(value) for name, value in schema.items() if name != "required"}


PARTS = of_parts(SCHEMA)
WHOLE = jsonschema.Draft202012Validator(PARTS)
INNER = {name: jsonschema.Draft202012Validator({**table, "$defs": PARTS["$defs"]}) for name, table in PARTS["$defs"].items()}


def as_text(value: Any) -> Any:
    """Dates as the schema sees them."""
    if isinstance(value, dict):
        return {name: as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    return value.isoformat() if isinstance(value, date | time) else value


def as_in_a_file(shown: dict[str, Any]) -> Any:
    """`[application.changes]` belongs to the application before it: alone, it is that of the only one."""
    lists = {name for name, table in TABLES.items() if table.get("type") == "array"}
    return as_text({name: [value] if isinstance(value, dict) and name in lists else value for name, value in shown.items()})


def complaints(validator: Any, shown: Any) -> list[str]:
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(shown)]


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_a_piece_of_configuration_is_one(block: Block) -> None:
    """It fits the schema that editors use: as a file, or the inside of one of its tables; or it is a layout, or route tests."""
    shown = tomllib.loads(block.text)
    if shown.keys() <= TABLES.keys():
        assert complaints(WHOLE, as_in_a_file(shown)) == []
    elif "record" in shown:
        layout(shown)  # raises where it is none
    elif "test" in shown:
        assert RouteTestFile.model_validate(shown).test
    else:
        fitting = [name for name, table in PARTS["$defs"].items() if shown.keys() <= table.get("properties", {}).keys()]
        assert fitting, f"no table has all of these: {', '.join(shown)}"
        assert [] in [complaints(INNER[name], as_text(shown)) for name in fitting]


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_is_python(block: Block) -> None:
    compile(block.text, str(block), "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
