"""What a gateway that runs serves for people and programs: all that stands above the wiring."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.bootstrap.fronts import Front


def fronts() -> "Sequence[Front]":
    """The API and the console."""
    from gateway.api.front import open_api
    from gateway.console.front import open_console

    return (open_api, open_console)
