"""The memory that bodies of all requests share. Who finds none is sent away: waiting could end in a deadlock."""

from types import TracebackType
from typing import Self

from gateway.channels.http.limits import Limits
from gateway.http import problems
from gateway.http.rejected import Rejected


class Room:
    """Room for the bodies that are held at one time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._taken = 0

    def lease(self) -> "Lease":
        """Room for what one request holds; given back at the end."""
        return Lease(self)

    def take(self, size: int) -> None:
        """Take room or raise Rejected with 503."""
        if self._taken + size > self._limits.bytes_in_flight:
            raise Rejected(problems.busy(self._limits.retry_after))
        self._taken += size

    def give_back(self, size: int) -> None:
        """Leave room that was taken."""
        self._taken -= size


class Lease:
    """The part of the room that one request holds."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._room.give_back(self.size)

    def grow(self, size: int) -> None:
        """Take more; raises Rejected when there is none."""
        self._room.take(size)
        self.size += size

    def shrink(self, size: int) -> None:
        """Give back a part."""
        self._room.give_back(size)
        self.size -= size
