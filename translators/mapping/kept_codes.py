"""Codes of a format that a canonical document keeps beside its words: they say nothing in any other family of formats.

A document says whose they are (`code_family`). Written in another family, it is written without them: a code that happens to be
one there too would mean something else.
"""

import re
from collections.abc import Iterator
from typing import Any

from translators.mapping.value import Value

_KEPT = ("original", "original_codes")
_WORDS = frozenset({"role", "function", "purpose", "basis", "mode", "event", "payment"})
"""Members that hold a word of ours, or where there is none, the code itself."""
_CODED = _WORDS | {
    "kind",
    "code",
    "settlement",
    "sequence",
    "package_kind",
    "status",
    "reason",
    "means",
    "method",
    "stage",
    "action",
}
"""These, and members that hold a code as it was sent in some documents."""
_FREE = "errors[]"
"""Errors, whose codes each application makes its own."""
_NUMBERED = frozenset({"identifiers", "other"})
"""Maps by scheme, or by means."""
_MADE = re.compile(r"(?:date|status|charge|place|location)_[a-z0-9]{1,3}|[A-Z0-9]{1,3}")
"""Words, and names in maps, that were made of a code."""
_SCHEME = re.compile(r"[a-z0-9]{1,2}|(?:agency|location)_[a-z0-9]{1,3}")
"""Schemes of identifiers, and means of communication, that were made of a code."""
_SHARED = frozenset({"VAT", "GST"})
"""Words in capitals that all families have."""


def in_family(value: Value, family: str) -> list[str]:
    """Make a document ready for being written in a family; the paths of what it had to leave out as it has no word for it.

    Where it keeps codes of another one they are taken away, and so are members that are nothing but such a code.
    """
    other = value.pop("code_family", None)
    return [] if other in (None, family) else list(_taken(value, ""))


def _taken(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _taken(inner, f"{path}[]")
        return
    if not isinstance(value, dict):
        return
    for name in _KEPT:
        value.pop(name, None)
    made = _SCHEME if path.rpartition(".")[2] in _NUMBERED else _MADE
    for name, inner in list(value.items()):
        here = f"{path}.{name}" if path else name
        code = isinstance(inner, str) and name in _CODED and not path.endswith(_FREE) and _is_code(inner)
        if code or made.fullmatch(name):
            del value[name]
            yield here
        else:
            yield from _taken(inner, here)


def _is_code(text: str) -> bool:
    """Whether a word is a code as it was sent, or made of one: our words are in small letters."""
    return text not in _SHARED and (not any(map(str.islower, text)) or _MADE.fullmatch(text) is not None)
