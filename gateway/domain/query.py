"""The search language of messages: `partner:bigbox type:850 -state:delivered after:2026-11-20 po:4711 "loose words"`. Pure.

The same string works on the command line, in the console and in the API. Every word has to be met; several values of one key mean
either; `-key:value` leaves out; `after:24h` is that long ago. Words without a key search business keys, control numbers, ids,
file names, Message-IDs and the references that applications gave. Blanks and leading zeros of control numbers do not matter.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from gateway.errors import QueryInvalid

FIELDS: Final[Mapping[str, str]] = {
    "partner": "partner",
    "channel": "channel",
    "direction": "direction",
    "type": "type",
    "document": "name",
    "state": "state",
    "status": "state",
    "number": "control_number",
    "control": "control_number",
    "after": "after",
    "before": "before",
    "target": "target",
    "owner": "owner",
    "file": "file",
    "messageid": "message_id",
    "mid": "message_id",
    "reference": "reference",
    "odoo": "reference",
    "progress": "progress",
}
"""What a key means, for keys that name something of the message; the others search business keys of that kind."""

KEYS: Final[Mapping[str, str]] = {
    "order": "order",
    "po": "order",
    "invoice": "invoice",
    "despatch": "despatch",
    "asn": "despatch",
    "sscc": "sscc",
    "tracking": "tracking",
    "container": "container",
    "shipment": "shipment",
    "load": "load",
    "bill_of_lading": "bill_of_lading",
    "bol": "bill_of_lading",
    "master_bill_of_lading": "master_bill_of_lading",
    "carrier_reference": "carrier_reference",
    "contract": "contract",
    "quote": "quote",
    "receipt": "receipt",
    "delivery_note": "delivery_note",
    "payment": "payment",
    "return_authorisation": "return_authorisation",
    "rma": "return_authorisation",
    "customer_order": "customer_order",
    "seller_order": "seller_order",
    "previous_order": "previous_order",
}
"""Business keys that can be searched by kind."""

KINDS: Final = tuple(dict.fromkeys(KEYS.values()))
"""The kinds of business keys that a word without a key is looked for in."""

MAY_BE_LEFT_OUT: Final = frozenset({"partner", "channel", "direction", "type", "name", "state", "target", "owner"})
"""Fields that `-key:value` may leave out. Of numbers one knows what one looks for."""

OF_PARTNERS: Final = frozenset(
    {"partner", "direction", "type", "name", "state", "control_number", "after", "before", "file", "message_id"}
)
"""Fields that accounts of partners may search by: what lies behind the gateway is no business of theirs."""

NOT: Final = "not"
"""The member of a query that holds what is left out."""

_KEY = re.compile(r"-?[A-Za-z_]+")
_PLAIN = re.compile(r"[\w.:@/+=,#-]+")
_QUOTES = "\"'"
_MOST_COMPLETIONS = 20


def parse(text: str, *, partners: bool = False) -> dict[str, Any]:
    """The query as a mapping: fields to lists of values, `keys` to (kind, value) pairs, `words` to the loose ones, and what is
    left out, fields to lists of values, under `not`. `partners`: only what accounts of partners may search by.

    Raises QueryInvalid with what was meant for an unknown key.
    """
    query: dict[str, Any] = {}
    for token in _tokens(text):
        written, colon, value = token.partition(":")
        if not colon or not _KEY.fullmatch(written):
            query.setdefault("words", []).append(token)
            continue
        key, out = written.lower().removeprefix("-"), written.startswith("-")
        field = FIELDS.get(key)
        if (field is None and key not in KEYS) or (partners and field is not None and field not in OF_PARTNERS):
            raise _unclear(f"{written!r} is nothing to search by{_meant(key)}", token)
        if out and field not in MAY_BE_LEFT_OUT:
            raise _unclear(f"{key} cannot be left out", token)
        into = query.setdefault(NOT, {}) if out else query
        if field is None:
            query.setdefault("keys", []).append((KEYS[key], _number(_valued(key, value), KEYS[key])))
        else:
            into.setdefault(field, []).append(_valued(key, value))
    return query


def forms(word: str) -> tuple[str, ...]:
    """The ways in which a number may be stored: as said, without leading zeros, an SSCC without its application identifier."""
    bare = "".join(word.split())
    said = [word, bare, bare.lstrip("0")]
    if len(bare) == 20 and bare.isdigit() and bare.startswith("00"):
        said.append(bare[2:])
    return tuple(dict.fromkeys(form for form in said if form))


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand instead of the characters from `start` to `end`, and what it is."""

    start: int
    end: int
    text: str
    what: str


def completions(text: str, cursor: int, known: Mapping[str, Sequence[str]], *, partners: bool = False) -> tuple[Completion, ...]:
    """What the word at the cursor may become: keys, or values of its key. `known` maps fields to the values there are;
    `partners` as for `parse`.

    Never raises, whatever the text; at most twenty, those that begin as the word does before those that hold it.
    """
    cursor = min(max(cursor, 0), len(text))
    start = _start_of_word(text, cursor)
    word = text[start:cursor]
    sign = "-" if word.startswith("-") else ""
    key, colon, value = word.removeprefix("-").partition(":")
    end = cursor + len(re.match(r"\S*", text[cursor:])[0])  # type: ignore[index]  # it matches everything
    if not colon:
        fields = [one for one in FIELDS if not partners or FIELDS[one] in OF_PARTNERS]
        keys = [one for one in (*fields, *KEYS) if not sign or FIELDS.get(one) in MAY_BE_LEFT_OUT]
        return tuple(Completion(start, end, f"{sign}{one}:", "key") for one in _like(key, keys) if word)
    field = FIELDS.get(key.lower(), "")
    values = _like(value.strip(_QUOTES), known.get(field, ()))
    return tuple(Completion(start, end, f"{sign}{key.lower()}:{_quoted(one)}", key.lower()) for one in values)


def _like(begun: str, among: Sequence[str]) -> list[str]:
    begun = begun.lower()
    holding = [one for one in among if begun in one.lower()]
    return sorted(holding, key=lambda one: not one.lower().startswith(begun))[:_MOST_COMPLETIONS]


def _start_of_word(text: str, cursor: int) -> int:
    """Where the word at the cursor begins; blanks between quotation marks do not end it."""
    start, quote = 0, ""
    for place, character in enumerate(text[:cursor]):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character.isspace():
            start = place + 1
    return start


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _tokens(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise _unclear("a quotation mark is not closed", text) from error


def _number(value: str, kind: str) -> str:
    """A business key as it is stored: without blanks, an SSCC without its application identifier."""
    bare = "".join(value.split())
    return bare[2:] if kind == "sscc" and len(bare) == 20 and bare.startswith("00") else bare


def _valued(key: str, value: str) -> str:
    if not value.strip():
        raise _unclear(f"{key}: has no value", f"{key}:")
    return value.strip()


def _meant(key: str) -> str:
    close = get_close_matches(key, [*FIELDS, *KEYS], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _unclear(what: str, where: str) -> QueryInvalid:
    known = ", ".join([*FIELDS, *KEYS])
    return QueryInvalid(what, where=where, remedy=f"Search by {known}, or write words without a colon.")
