"""The ground of all tables of routes.toml, and the kinds of values that several of them have."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Text = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(json_schema_extra={"pattern": r"^(\$\{[^{}]+\})?$"})]
"""A value that is written as a reference, never as itself."""


class Table(BaseModel):
    """Ground of all tables: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
