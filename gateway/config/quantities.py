"""Durations, sizes and rates as people write them: "15m", "10MiB", "50/s"."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_DURATION_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_RATE_UNITS = {"s": 1, "m": 60, "h": 3600}
_LONGEST = 100 * 365.25 * 86400
_LARGEST = 1e15
_NUMBER = r"\d+(?:\.\d+)?"
_DURATION = rf"(?:{_NUMBER}(?:ms|s|m|h|d))+"
_SIZE = rf"{_NUMBER}(?:{'|'.join(_SIZE_UNITS)})"
_RATE = rf"{_NUMBER}/(?:s|m|h)"


def duration(value: Any) -> Any:
    """A length of time as it is written: "15m", "1h30m". Raises ValueError, saying how to write one."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(_DURATION, value):
        raise ValueError('write a duration with its unit, as in "500ms", "15m" or "1h30m"')
    parts = re.findall(rf"({_NUMBER})(ms|s|m|h|d)", value)
    seconds = sum(float(number) * _DURATION_UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST:
        raise ValueError("a duration is at most a hundred years")
    return timedelta(seconds=seconds)


def duration_text(length: timedelta) -> str:
    """A length of time as `duration` reads it, in its largest units: "1d12h"; to the millisecond."""
    left = round(length.total_seconds() * 1000)
    parts = []
    for unit, seconds in reversed(_DURATION_UNITS.items()):
        count, left = divmod(left, int(seconds * 1000))
        parts.extend([f"{count}{unit}"] if count else [])
    return "".join(parts) or "0s"


def _size(value: Any) -> Any:
    match = re.fullmatch(rf"({_NUMBER})({'|'.join(_SIZE_UNITS)})", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a size with its unit, as in "512KiB" or "10MiB"')
    if float(match[1]) > _LARGEST:
        raise ValueError("this size is out of all bounds")
    return int(float(match[1]) * _SIZE_UNITS[match[2]])


def _rate(value: Any) -> Any:
    match = re.fullmatch(rf"({_NUMBER})/(s|m|h)", value) if isinstance(value, str) else None
    if match is None or not 0 < float(match[1]) < _LARGEST:
        raise ValueError('write a rate per second, minute or hour, as in "50/s"')
    return float(match[1]) / _RATE_UNITS[match[2]]


def _written(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$|\\$\\{{", "examples": [example]})


Duration = Annotated[timedelta, BeforeValidator(duration), _written(_DURATION, "15m")]
"""A length of time."""
Size = Annotated[int, BeforeValidator(_size), _written(_SIZE, "10MiB")]
"""A number of bytes."""
Rate = Annotated[float, BeforeValidator(_rate), _written(_RATE, "50/s")]
"""How often in a second."""
