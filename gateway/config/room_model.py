"""Limits of the gateway as a whole in routes.toml."""

from pydantic import Field

from gateway.config.fields import written
from gateway.config.quantities import Size
from gateway.config.table import Table
from gateway.domain.room import Room


class RoomTable(Table):
    """How much room there must be for more to be taken. Below it, posts are answered with 503 and nothing is fetched."""

    disk: Size = written("512MiB", "Bytes that must be free in the data folder and in the folder for temporary files.")
    memory: Size | None = Field(
        default=None, description="Memory that a process may hold; default: four fifths of what its container allows, if it does."
    )

    def room(self) -> Room:
        """As the gateway wants it."""
        return Room(self.disk, self.memory)
