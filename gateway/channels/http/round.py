"""What a poller remembers of items, so as not to ask twice. Nothing depends on it: it is lost with the process."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from gateway.channels.http.fetched import Fetched
from gateway.channels.http.listing import Item


@dataclass(slots=True)
class Progress:
    """One round: whether everything that was listed is done with, and the marks of all that was listed."""

    whole: bool = True
    marks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Known:
    """An item: as it was fetched, whether it needs nothing more, and how often it failed."""

    tag: str = ""
    changed: str = ""
    stored: bool = False
    done: bool = False
    failures: int = 0
    until: float = 0.0


class ItemMemory:
    """By the marks of items. An item without a version may change under its mark: it is asked for again, with its tag."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def is_done(self, item: Item) -> bool:
        """Whether nothing is left to do about it."""
        known = self._known.get(item.mark)
        return known is not None and known.done and _fixed(item)

    def waits(self, mark: str, now: float) -> bool:
        """Whether it failed, and its time has not come again."""
        known = self._known.get(mark)
        return known is not None and now < known.until

    def tag_if_stored(self, item: Item) -> str | None:
        """The tag with which it was stored, when only its confirmation is missing."""
        known = self._known.get(item.mark)
        return known.tag if known is not None and known.stored and not known.done and _fixed(item) else None

    def as_fetched(self, item: Item) -> dict[str, str]:
        """The tag and time of what was stored and stays on the list."""
        known = self._known.get(item.mark)
        return {"tag": known.tag, "changed": known.changed} if known is not None and known.done else {}

    def stored(self, fetched: Fetched) -> None:
        """It is stored: what is left is to confirm it."""
        self._known[fetched.item.mark] = _Known(fetched.tag, fetched.changed, stored=True)

    def confirmed(self, item: Item, *, done: bool, stays: bool) -> None:
        """It was confirmed, or must be fetched again. What `stays` on the list is remembered."""
        if done and stays:
            self._known[item.mark].done = True
        else:
            self._known.pop(item.mark, None)

    def failed(self, mark: str, now: float, pause: Callable[[int], float]) -> int:
        """Note a failure; returns how many there were one after the other."""
        known = self._known.setdefault(mark, _Known())
        known.failures += 1
        known.until = now + pause(known.failures)
        return known.failures

    def keep_only(self, marks: Collection[str]) -> None:
        """Forget what is no longer listed."""
        self._known = {mark: known for mark, known in self._known.items() if mark in marks}


def _fixed(item: Item) -> bool:
    """Whether the same mark means the same content."""
    return item.lasting or bool(item.version) or item.content is not None
