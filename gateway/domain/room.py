"""How much room there must be for more work to be taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """`disk` is what must be free, `memory` what this process may hold, in bytes; None: what its container
    allows, less a fifth.
    """

    disk: int = 512 << 20
    memory: int | None = None
