"""Canonical documents in their JSON form, read without knowing whether they are whole. Pure."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.domain.storable import storable_key


def map_in(value: object) -> dict[str, Any]:
    """The members of an object; none where there is no object."""
    return value if isinstance(value, dict) else {}


def list_in(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where there is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def number_in(value: object) -> Decimal | None:
    """A decimal number; None where there is none."""
    try:
        number = Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def names_in(item: object) -> Iterator[str]:
    """The identifiers of an item as `scheme:value`."""
    for scheme, values in map_in(map_in(item).get("identifiers")).items():
        yield from (storable_key(f"{scheme}:{value}") for value in (values if isinstance(values, list) else [values]))
