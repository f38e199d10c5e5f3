"""The contract as files: `asyncapi.json`, and beside it the schemas that it refers to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.contract.asyncapi import asyncapi
from gateway.contract.schemas import bodies, documents, headers

_WIDTH = 130


def files() -> Mapping[str, bytes]:
    """Each file of the contract by its path below the folder, the same bytes on every machine."""
    content: dict[str, Any] = {"asyncapi.json": asyncapi(tuple(documents()))}
    content |= {f"documents/{_name(schema)}": value for schema, value in documents().items()}
    content |= {f"bodies/{_name(schema)}": value for schema, value in bodies().items()}
    content |= {f"headers/{kind}.json": value for kind, value in headers().items()}
    return {path: f"{text(value)}\n".encode() for path, value in content.items()}


def write(folder: Path) -> None:
    """Write all files. Raises OSError."""
    for path, content in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _name(schema: str) -> str:
    return f"{schema.replace('/', '.')}.json"


def text(value: Any, indent: str = "") -> str:
    """JSON for people: what fits into a line stands in one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(indent) <= _WIDTH or not isinstance(value, (dict, list)):
        return line
    inner = indent + " "
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{inner}{json.dumps(k)}: {text(v, inner)}" for k, v in value.items()) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + text(one, inner) for one in value) + f"\n{indent}]"
