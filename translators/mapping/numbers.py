"""Numbers as text and back: with a point, with a comma, with implied decimals."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

_LARGEST_EXPONENT = 30
_REMEMBERED = 24
"""Numbers of up to this many characters are read once and remembered: quantities and prices repeat themselves."""
_LONGEST = 60


def number(text: str) -> Decimal | None:
    """A number as sent: plus sign, trailing minus and blanks are read as meant; None when it is none, as with a comma."""
    return _remembered(text) if len(text) <= _REMEMBERED else _number(text)


def number_with_comma(text: str) -> Decimal | None:
    """A number whose decimal mark may be a comma as well as a point (ISO 9735 clause 10)."""
    if "," in text:
        text = text.replace(",", ".")
    return _remembered(text) if len(text) <= _REMEMBERED else _number(text)


def _number(text: str) -> Decimal | None:
    text = text.strip()
    if text.endswith("-"):
        text = f"-{text[:-1]}"
    if len(text) > _LONGEST or "_" in text or not text.isascii():  # Decimal would take marks of Python, and other digits
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= _LARGEST_EXPONENT else None


_remembered = lru_cache(maxsize=8192)(_number)


def implied(text: str, decimals: int) -> Decimal | None:
    """A number of type Nn: its last n digits are decimals, unless the partner wrote a decimal point all the same."""
    value = number(text)
    if value is None or "." in text:
        return value
    return value.scaleb(-decimals)


def plain(value: Decimal, decimal: str = ".") -> str:
    """A number as text without exponent; its trailing zeros stay, they are the sender's precision."""
    text = format(value, "f")
    return text if decimal == "." else text.replace(".", decimal)


def without_point(value: Decimal, decimals: int) -> str | None:
    """A number of type Nn; None when it has more decimals than the type."""
    scaled = value.scaleb(decimals)
    whole = scaled.to_integral_value()
    return format(whole, "f") if whole == scaled else None
