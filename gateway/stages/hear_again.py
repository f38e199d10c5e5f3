"""Hear again: what an application said and nobody understood is read by the configuration in force, and told on if it is now."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from gateway.ports.hearing import Hearing, Notice

Read = Callable[[str, bytes], Sequence[Notice] | None]
"""What bytes of an application say now; None when nobody can read what it says any more."""


class HearAgain:
    """Called for a transmission that was kept unread."""

    def __init__(self, *, read: Read, hearing: Hearing, body: Callable[[UUID], Awaitable[bytes]]) -> None:
        """`hearing` takes what is understood, as if it had come now: what is known by its key changes nothing."""
        self._read, self._hearing, self._body = read, hearing, body

    async def __call__(self, source: str, transmission: UUID) -> tuple[bool, str]:
        """Whether it is understood now, and what came of it, or why it is not. Raises what `Hearing.take` and the body raise."""
        notices = self._read(source, await self._body(transmission))
        if notices is None:
            return False, f"{source} is no longer configured, or what it says is not read from bytes: let it tell this again"
        for notice in notices:
            if notice.unread is not None:
                return False, f"it is still not understood: {notice.unread.message}"
        await self._hearing.take(source, notices)
        said = Counter(milestones=sum(len(n.milestones) for n in notices), documents=sum(len(n.documents) for n in notices))
        told = ", ".join(f"{count} {what}" for what, count in said.items() if count)
        return True, f"understood: {told or 'it means nothing'}"
