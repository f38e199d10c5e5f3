"""Identifiers of GS1 that end in a check digit."""

CHECKED = frozenset({"gtin", "gln", "upc", "sscc"})
"""Schemes whose identifiers end in one."""


_ZERO = ord("0")
_LENGTHS = (8, 12, 13, 14, 18)


def check_digit_fits(value: str) -> bool:
    """Whether the last digit is the check digit of the others (GS1 General Specifications 7.9); other lengths are not judged."""
    if len(value) not in _LENGTHS or not (value.isascii() and value.isdigit()):
        return True
    codes = value.encode()
    once, thrice = codes[::-2], codes[-2::-2]
    return (sum(once) - _ZERO * len(once) + 3 * (sum(thrice) - _ZERO * len(thrice))) % 10 == 0
