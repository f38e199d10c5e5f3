"""What partners find in their out folder: files that lie there, and those that a partner takes away as real ones do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.acceptance.site import Site

_BETWEEN_LOOKS = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    """A file of an out folder."""

    name: str
    content: bytes


def listed(outbox: Path) -> list[Path]:
    """What a partner sees in it. Names that begin with a dot are hidden, by the custom of those who list folders."""
    return [file for file in sorted(outbox.iterdir()) if not file.name.startswith(".")] if outbox.exists() else []


def found_in(outbox: Path) -> list[Found]:
    """All that lies there."""
    return [Found(file.name, file.read_bytes()) for file in listed(outbox)]


class Collector:
    """A partner that lists his out folder again and again, reads what is there, and deletes it once he has it."""

    def __init__(self, site: Site, partner: str) -> None:
        self.partner = partner
        self.taken: list[Found] = []
        self._outbox = site.box(partner, "outbox")
        self._end = Event()

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """He does so while the block runs."""
        with ThreadPoolExecutor(1) as threads:
            rounds = threads.submit(self._collect)
            try:
                yield
            finally:
                self._end.set()
            rounds.result()

    def _collect(self) -> None:
        while not self._end.wait(_BETWEEN_LOOKS):
            for file in listed(self._outbox):
                self.taken.append(Found(file.name, file.read_bytes()))
                file.unlink()
