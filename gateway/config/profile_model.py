"""Profiles in routes.toml: what many partners have in common, written once."""

from typing import Any

from pydantic import Field

from gateway.config.fields import Id
from gateway.config.table import Table


class ProfileTable(Table):
    """What partners that name it as their `profile` have in common. In its texts, `{partner}` is the partner's id."""

    id: Id
    partner: dict[str, Any] = Field(default={}, description="Keys of [[partner]] that a partner need not write itself.")
    agreement: list[dict[str, Any]] = Field(
        default=[],
        description='As [[agreement]], without partner. Its id is the end of the agreement\'s: "850" makes "bigbox-850".',
    )
    route: list[dict[str, Any]] = Field(
        default=[],
        description="As [[route]], without partner, named likewise. Tried before the routes for any partner, "
        "behind those that a partner writes itself.",
    )
    table: list[dict[str, Any]] = Field(
        default=[], description='As [[table]], named likewise: file = "tables/{partner}-sku.csv" is a file for each partner.'
    )
