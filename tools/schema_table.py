"""A JSON schema as tables for people: one section for each kind of table in routes.toml."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


def sections(schema: Schema) -> Iterator[tuple[str, str, list[Sequence[str]]]]:
    """For the schema and each definition with properties: title, description, and rows of (key, value, default, meaning)."""
    schema = _with_words(schema, {name: one for name, one in schema["$defs"].items() if "properties" not in one})
    yield "routes.toml", schema.get("description", ""), _rows(schema)
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            yield name, definition.get("description", ""), _rows(definition)


def _with_words(node: Any, words: Mapping[str, Schema]) -> Any:
    """The schema with lists of words where it refers to them: they have no section of their own."""
    if isinstance(node, list):
        return [_with_words(member, words) for member in node]
    if not isinstance(node, dict):
        return node
    named = words.get(str(node.get("$ref", "")).rsplit("/", 1)[-1])
    if named is not None:
        return {"enum": named["enum"], **{name: value for name, value in node.items() if name != "$ref"}}
    return {name: _with_words(member, words) for name, member in node.items()}


def _rows(definition: Schema) -> list[Sequence[str]]:
    required = set(definition.get("required", ()))
    return [
        (f"`{key}`", _kind(value), "required" if key in required else _default(value), value.get("description", ""))
        for key, value in definition["properties"].items()
    ]


def _default(value: Schema) -> str:
    default = value.get("default")
    return "" if default in (None, "", [], {}) else f"`{json.dumps(default, ensure_ascii=False)}`"


def _kind(value: Schema) -> str:
    """What a value may be, in a few words; definitions are linked to their section."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in value:
        return f'`"{value["const"]}"`'
    if "enum" in value:
        return ", ".join(f'`"{choice}"`' for choice in value["enum"])
    for combination in ("anyOf", "oneOf", "allOf"):
        if combination in value:
            return " or ".join(dict.fromkeys(_kind(one) for one in value[combination] if one.get("type") != "null"))
    return _plain_kind(value)


def _plain_kind(value: Schema) -> str:
    match value.get("type"):
        case "array":
            return f"list of {_kind(value['items'])}"
        case "object":
            inner = value.get("additionalProperties")
            return f"table of {_kind(inner)}" if isinstance(inner, dict) else "table"
        case "string":
            return "text"
        case "boolean":
            return "true or false"
        case str(name):
            return name
    return "anything"
