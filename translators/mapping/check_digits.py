"""Identifiers of GS1: of a length that they have, and ending in a check digit."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

CHECKED = frozenset({"gtin", "gln", "upc", "sscc"})
"""Schemes whose identifiers end in one."""


_ZERO = ord("0")
_LENGTHS = {"gtin": (8, 12, 13, 14), "gln": (13,), "upc": (8, 12, 13, 14), "sscc": (18, 20)}
_WITH_APPLICATION = 20
"""An SSCC with its application identifier, 00, in front, which changes nothing about its check digit."""
_LOOSE = frozenset({"gln", "upc"})
"""Where something else may stand: letters in place of a GLN (codes of an agency's own), or a UPC without its last digit."""


def fault_of(scheme: str, value: str) -> str | None:
    """What is wrong with an identifier of a scheme, as a sentence; None for nothing, and for schemes without a check digit."""
    if scheme not in CHECKED or is_sound(scheme, value):
        return None
    if value.isascii() and value.isdigit() and _has_length(scheme, value):
        return f"The check digit of {scheme.upper()} {value[:35]} does not fit."
    return f"The {scheme.upper()} {value[:35]} has a wrong length, or is no number."


def faults_in(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What is wrong with the identifiers of a document as JSON has it: the way to each, a sentence, the identifier."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults_in(item, (*steps, index))
    elif isinstance(value, dict):
        for key, inner in value.items():
            if steps[-1:] != ("identifiers",):
                yield from faults_in(inner, (*steps, key))
                continue
            for index, number in enumerate(inner if isinstance(inner, list) else [inner]):
                if isinstance(number, str) and (text := fault_of(key, number)) is not None:
                    yield (*steps, key, *([index] if isinstance(inner, list) else ())), text, number


@lru_cache(maxsize=8192)
def is_sound(scheme: str, value: str) -> bool:
    """Whether there is nothing to say about an identifier of one of the schemes that are checked.

    What partners call themselves and their goods repeats itself from document to document: it is remembered.
    """
    if not (value.isascii() and value.isdigit()):
        return scheme in _LOOSE
    return check_digit_fits(value) if _has_length(scheme, value) else scheme == "upc"


def _has_length(scheme: str, value: str) -> bool:
    return len(value) in _LENGTHS[scheme] and (len(value) != _WITH_APPLICATION or value.startswith("00"))


def check_digit_fits(value: str) -> bool:
    """Whether the last of some digits is the check digit of the others (GS1 General Specifications 7.9)."""
    codes = value.encode()
    once, thrice = codes[::-2], codes[-2::-2]
    return (sum(once) - _ZERO * len(once) + 3 * (sum(thrice) - _ZERO * len(thrice))) % 10 == 0
