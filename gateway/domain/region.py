"""Regions: what a partner of one sends and gets is stored in the database of that region alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.channel import Channel


@dataclass(frozen=True, slots=True)
class Region:
    """A region. `url` is where its partners reach it, `backup` the folder of its dumps; empty where that is not said.

    The one without an id is that of all partners who name none: the gateway's own database.
    """

    id: str = ""
    url: str = ""
    backup: str = ""

    def __str__(self) -> str:
        """Its name in sentences."""
        named = f'the region "{self.id}"' if self.id else "the gateway without a region"
        return f"{named}, at {self.url}" if self.url else named


OWN = Region()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who is served by other regions: partners with their region, and their channels, at which they are known before anything
    is stored. Both by id; empty where there are no regions.
    """

    partners: Mapping[str, Region] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
