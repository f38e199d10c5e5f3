"""The kinds of channels, each with its table in routes.toml in a file of its own."""

from typing import Annotated

from pydantic import Field

from gateway.config.channels.folder import FolderTable
from gateway.config.channels.http import HttpTable
from gateway.config.table import Table

CHANNEL_TABLES: dict[str, type[Table]] = {"folder": FolderTable, "http": HttpTable}
"""The table of each type. New kinds are new members here and below."""

AnyChannelTable = FolderTable | HttpTable
ChannelTable = Annotated[AnyChannelTable, Field(discriminator="type")]
"""A way to and from a partner."""
