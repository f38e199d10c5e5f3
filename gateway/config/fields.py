"""Kinds of fields that several tables of routes.toml have."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

Id = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=63, description="Name of this thing: lower-case letters, digits, - and _."
    ),
]


def written(default: Any, description: str, **constraints: Any) -> Any:
    """A field whose default is written as in the file (`"15m"`) and read like one."""
    return Field(default=default, description=description, validate_default=True, **constraints)


def one_or_more(kind: Any) -> BeforeValidator:
    """A list that is written as its only element where there is one alone, in the schema for editors as well."""
    return BeforeValidator(lambda value: [value] if isinstance(value, str) else value, json_schema_input_type=kind | list[kind])


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f'"{value}" is no time zone: write one like "Europe/Copenhagen"') from None
    return value


ZoneName = Annotated[str, AfterValidator(_zone)]
"""The name of a time zone."""
