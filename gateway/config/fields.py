"""Kinds of fields that several tables of routes.toml have."""

from typing import Annotated, Any

from pydantic import Field

Id = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=63, description="Name of this thing: lower-case letters, digits, - and _."
    ),
]


def written(default: Any, description: str, **constraints: Any) -> Any:
    """A field whose default is written as in the file (`"15m"`) and read like one."""
    return Field(default=default, description=description, validate_default=True, **constraints)
