"""Which processes are at work on a folder: each is present while it runs, so that one that begins knows whether it is alone.

Presence is a shared lock on a folder: the kernel lets go of it when the process dies, however it dies. No file is written, and no
clocks are compared. Where a file system has no such locks (some network shares), nobody is ever known to be alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Presence:
    """One process at work on `folder`. Those that begin pass through `door`, a folder too, one after the other."""

    def __init__(self, folder: Path, *, door: Path) -> None:
        self._folder, self._door = folder, door
        self._held: int | None = None

    @contextmanager
    def begin(self) -> Iterator[bool]:
        """Be present until `leave`; yields whether nobody else is. While the body runs, nobody else begins.

        Blocks while another process begins. Raises OSError when a folder is not there.
        """
        self.leave()
        door = os.open(self._door, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._held = held = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            # The lock is asked for alone, then shared, which is two steps: behind the door nobody gets in between.
            alone = _locked(door, fcntl.LOCK_EX) and _locked(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield _locked(held, fcntl.LOCK_SH) and alone
        finally:
            os.close(door)

    def leave(self) -> None:
        """No longer be present."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True
