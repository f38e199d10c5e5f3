"""The search language of messages: `partner:bigbox type:850 state:failed after:2026-11-20 po:4711 "loose words"`.

The same string works on the command line, in the console and in the API. Bare words search business keys and ids; blanks
in numbers do not matter.
"""

import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed

FIELDS: Mapping[str, str] = {
    "partner": "partner",
    "channel": "channel",
    "direction": "direction",
    "type": "type",
    "document": "name",
    "state": "state",
    "status": "state",
    "number": "control_number",
    "after": "after",
    "before": "before",
    "target": "target",
    "owner": "owner",
}
"""What a key means, for keys that name a column; the others search business keys of that kind."""

KEYS: Mapping[str, str] = {
    "order": "order",
    "po": "order",
    "invoice": "invoice",
    "despatch": "despatch",
    "contract": "contract",
    "quote": "quote",
    "sscc": "sscc",
    "container": "container",
}
"""Business keys that can be searched by kind."""


def parse(text: str) -> dict[str, Any]:
    """The query as a mapping: columns to values, `keys` to (kind, value) pairs, `words` to the loose ones.

    The same column twice means either. Raises CommandFailed with what was meant for an unknown key.
    """
    try:
        tokens = shlex.split(text)
    except ValueError as error:
        raise _unclear("a quotation mark is not closed", text) from error
    query: dict[str, Any] = {}
    for token in tokens:
        written, colon, value = token.partition(":")
        key = written.lower()
        if not colon or not key.isalpha():
            query.setdefault("words", []).append(token)
        elif key in FIELDS:
            query.setdefault(FIELDS[key], []).append(_valued(key, value))
        elif key in KEYS:
            query.setdefault("keys", []).append((KEYS[key], _valued(key, value).replace(" ", "")))
        else:
            raise _unclear(f"{written!r} is nothing to search by{_meant(key)}", token)
    return query


def _valued(key: str, value: str) -> str:
    if not value.strip():
        raise _unclear(f"{key}: has no value", f"{key}:")
    return value.strip()


def _meant(key: str) -> str:
    close = get_close_matches(key, [*FIELDS, *KEYS], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _unclear(what: str, where: str) -> CommandFailed:
    known = ", ".join([*FIELDS, *KEYS])
    remedy = f"Search by {known}, or write words without a colon."
    return CommandFailed(what, where=where, remedy=remedy, status=ExitStatus.USAGE)
