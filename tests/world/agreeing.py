"""The same day under a configuration that agrees more."""

from dataclasses import replace
from pathlib import Path

from tests.world.day import World, configured

BY_RESPONSE = """
[[agreement]]
id = "bigbox-855"
partner = "bigbox"
direction = "out"
document = "order_response"
format = "x12/004010/855"
channel = "bigbox-folder"
expect = []
"""


def with_more(world: World, folder: Path, more: str) -> World:
    """The world with further lines of routes.toml. The database remains that of the day."""
    return replace(world, office=replace(world.office, settings=configured(folder, more)))
