"""Identifiers of GS1 that end in a check digit."""

from functools import lru_cache

CHECKED = frozenset({"gtin", "gln", "upc", "sscc"})
"""Schemes whose identifiers end in one."""


@lru_cache(maxsize=4096)
def check_digit_fits(value: str) -> bool:
    """Whether the last digit is the check digit of the others (GS1 General Specifications 7.9); other lengths are not judged."""
    if len(value) not in (8, 12, 13, 14, 18) or not (value.isascii() and value.isdigit()):
        return True
    digits = [int(digit) for digit in reversed(value)]
    return (digits[0] + sum(digits[2::2]) + 3 * sum(digits[1::2])) % 10 == 0
