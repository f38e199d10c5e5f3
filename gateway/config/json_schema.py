"""The JSON schema of routes.toml, which lets editors complete keys and mark mistakes while one writes."""

import json
from typing import Any

from gateway.config.model import Configuration

_REFERENCE = r"\$\{"
_NUMBERS = {"integer", "number", "boolean"}


def json_schema() -> str:
    """The schema as text, the same on every run: `routes.schema.json` is this, byte for byte."""
    schema = Configuration.model_json_schema(by_alias=True)
    for definition in (schema, *schema["$defs"].values()):
        if "properties" in definition:  # a list of words has none
            definition["properties"] = {name: _or_reference(value) for name, value in definition["properties"].items()}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "routes.toml"}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _or_reference(node: dict[str, Any]) -> dict[str, Any]:
    """A property whose value may also be written as `${NAME}`: editors see the text, the gateway what it stands for."""
    if "const" in node:
        return node
    if _REFERENCE in node.get("pattern", _REFERENCE) and node.get("type") == "string" and "enum" not in node:
        return node
    if node.get("type") == "string" and "pattern" in node:
        return {**node, "pattern": f"{node['pattern']}|{_REFERENCE}"}
    kinds = {member.get("type") for member in node.get("anyOf", ())}
    if kinds & _NUMBERS and "string" not in kinds:
        return {**node, "anyOf": [*node["anyOf"], {"type": "string", "pattern": _REFERENCE}]}
    if node.get("type") in _NUMBERS or "enum" in node:
        outer: dict[str, Any] = {name: node.pop(name) for name in ("default", "description", "title") if name in node}
        return {**outer, "anyOf": [node, {"type": "string", "pattern": _REFERENCE}]}
    return node
