"""Reads `queries.sql`: every query by its name."""

import re
from functools import cache
from importlib.resources import files

_HEADER = re.compile(r"^-- name: (\w+)\n((?:-- .*\n)*)", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """The text of each query by name. Raises ValueError for a name used twice or a query without an explanation."""
    text = files("gateway.store").joinpath("queries.sql").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    headers = list(_HEADER.finditer(text))
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        name = header[1]
        if name in found or not header[2]:
            raise ValueError(f"query {name} is there twice or lacks its explanation")
        found[name] = text[header.end() : following.start() if following else None].strip().rstrip(";")
    return found
