"""Text made fit for the database: what partners send may hold what no text column takes."""

import hashlib
import re
from typing import Any

import orjson

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_KEY = 200


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD; the bytes as received keep the truth."""
    return text if text.isprintable() else _UNSTORABLE.sub("\ufffd", text)


def storable_key(text: str) -> str:
    """A key for an index: at most 200 characters; a longer one is cut and made unique by a hash of the whole."""
    text = text if text.isprintable() else storable(text)
    if len(text) <= _LONGEST_KEY:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: _LONGEST_KEY - 17]}#{digest}"


def storable_json(value: Any) -> str:
    """A JSON value as text that a jsonb column takes: no escaped NUL, no lone surrogates. Unknown types become their text."""
    try:
        text = orjson.dumps(value, default=str).decode()
    except TypeError:  # a lone surrogate
        text = "\\u0000"
    if "\\u0000" in text:
        text = orjson.dumps(_cleaned(value), default=str).decode()
    return text


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(name)): _cleaned(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_cleaned(inner) for inner in value]
    return value
