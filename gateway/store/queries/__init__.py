"""Every query by its name, from the SQL files beside this one: one for each part of the store."""

import re
from functools import cache
from importlib.resources import files

_HEADER = re.compile(r"^-- name: (\w+)\n((?:-- .*\n)*)", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """The text of each query by name. Raises ValueError for a name used twice or a query without an explanation."""
    found: dict[str, str] = {}
    for file in sorted(files("gateway.store.queries").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            _read(file.read_text(encoding="utf-8"), found)
    return found


def _read(text: str, found: dict[str, str]) -> None:
    headers = list(_HEADER.finditer(text))
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        name = header[1]
        if name in found or not header[2]:
            raise ValueError(f"query {name} is there twice or lacks its explanation")
        found[name] = text[header.end() : following.start() if following else None].strip().rstrip(";")
