"""The API for people: pages of the reference, made of the table."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

from gateway.api.openapi import openapi
from gateway.api.operation import Operation
from gateway.protocols.problem_codes import CODES

Json = Mapping[str, Any]
Row = Sequence[str]
_MEMBERS = ("member", "in", "type", "what it is")


def operations_page(operations: Sequence[Operation]) -> Iterable[str]:
    """The sections of a page with all operations, by subject."""
    document = openapi(operations)
    schemas: Json = document["components"]["schemas"]
    for subject, rows in groupby(operations, key=lambda one: one.name.partition(".")[0]):
        yield f"## {subject}"
        for operation in rows:
            yield _operation(operation, document["paths"][f"/v1{operation.path}"][operation.method.lower()], schemas)


def problems_page() -> Iterable[str]:
    """The sections of a page with the codes of all problems: their headings are the last word of `type`."""
    for code, (status, meaning) in sorted(CODES.items()):
        yield f"## {code}\n\n{status} {HTTPStatus(status).phrase}. {meaning}"


def _operation(operation: Operation, described: Json, schemas: Json) -> str:
    heading = (
        f"### {operation.name}\n\n`{operation.method} /v1{operation.path}`\n\n{operation.summary} {described['description']}"
    )
    asked = [*_asked(described)]
    parts = [heading, *([_table(_MEMBERS, asked)] if asked else []), _answer(operation, schemas)]
    return "\n\n".join(part for part in parts if part)


def _asked(described: Json) -> Iterable[Row]:
    for one in described.get("parameters", ()):
        if "name" in one:
            yield _member(one["name"], one["in"], one["schema"], required=one["required"])
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for name, schema in body.get("properties", {}).items():
        yield _member(name, "body", schema, required=name in body.get("required", ()))


def _member(name: str, place: str, schema: Json, *, required: bool) -> Row:
    default = schema.get("default")
    usual = f"Default: `{default}`." if default not in (None, [], "") and not required else ""
    text = " ".join(part for part in (str(schema.get("description", "")), usual) if part)
    return f"`{name}`" + (" *" if required else ""), place, _kind(schema), " ".join(text.split())


def _answer(operation: Operation, schemas: Json) -> str:
    if operation.streams:
        return "Answers a stream of server-sent events."
    if operation.file:
        return "Answers a file."
    if operation.answers is None:
        return "Answers nothing (204)."
    schema: Json = next((one for name, one in schemas.items() if name.partition("-")[0] == operation.answers.__name__), {})
    members: Json = schema.get("properties", {})
    rows = [(f"`{name}`", _kind(one), " ".join(str(one.get("description", "")).split())) for name, one in members.items()]
    what = "a page of `items`, each with" if operation.pages else ""
    return f"Answers {what}:\n\n{_table(('member', 'type', 'what it is'), rows)}".replace(" :", ":")


def _kind(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", (schema.get("const"),)))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
