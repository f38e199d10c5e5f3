"""Whether a file has stopped changing: it is looked at twice, and looked the same for the agreed time. Pure."""

from collections.abc import Collection
from typing import Generic, TypeVar

_Look = TypeVar("_Look")


class Settling(Generic[_Look]):
    """What files looked like when they last changed, by name, and since when (in seconds of a monotonic clock).

    A look is whatever changes with the file: size, time, number of the inode. Two are the same when they are equal.
    """

    def __init__(self) -> None:
        self._since: dict[str, tuple[_Look, float]] = {}

    def remaining(self, name: str, look: _Look, *, now: float, settle: float) -> float:
        """The seconds until the file may be taken, if it stays as it is; 0 or less when it may be taken now."""
        known = self._since.get(name)
        if known is None or known[0] != look:
            known = self._since[name] = (look, now)
        return known[1] + settle - now

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the files that are no longer there."""
        self._since = {name: known for name, known in self._since.items() if name in names}
