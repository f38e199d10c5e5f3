"""Values of canonical documents in their JSON form, read alike by all mappings. Pure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]


def decimal(value: object) -> Decimal | None:
    """A finite number, or None."""
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def unit_of(quantity: Json) -> str | None:
    """The unit of a quantity, as its code or as the partner sent it."""
    unit = quantity.get("unit") or quantity.get("original")
    return str(unit) if unit else None


def label_of(line: Json, ordinal: int) -> str:
    """How a person names a line: by its number, else by its place."""
    return str(line.get("number") or ordinal)


def plain(value: Decimal) -> float:
    """A number as JSON-RPC takes it."""
    return float(value)
