"""Whether a file has stopped changing: it is looked at twice, and looked the same for the agreed time. Pure."""

from collections.abc import Collection

from gateway.channels.folder.place import Fingerprint


class Settling:
    """What files looked like when they last changed, by name, and since when (in seconds of a monotonic clock)."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[Fingerprint, float]] = {}

    def remaining(self, name: str, fingerprint: Fingerprint, *, now: float, settle: float) -> float:
        """The seconds until the file may be taken, if it stays as it is; 0 or less when it may be taken now."""
        known = self._since.get(name)
        if known is None or known[0] != fingerprint:
            known = self._since[name] = (fingerprint, now)
        return known[1] + settle - now

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the files that are no longer there."""
        self._since = {name: known for name, known in self._since.items() if name in names}
