"""What channels are tested against: an intake and records in memory, a clock and a folder that tell when something happened."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from gateway.channels.folder.place import Claim, InboundFolder
from gateway.ports import Handover, Json, Receipt
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble


class Tally:
    """A number that tests wait for. May be raised from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self.value = 0

    def raise_by_one(self) -> None:
        self._loop.call_soon_threadsafe(self._raise)

    def _raise(self) -> None:
        self.value += 1
        self._changed.set()

    async def reach(self, value: int) -> None:
        while self.value < value:
            self._changed.clear()
            await self._changed.wait()


class FakeIntake:
    """Stores what it is given, once per id and per key; raises the troubles first, `after` committing where that is said.

    `begun` is every hand-over there was, in the order in which they began.
    """

    def __init__(self) -> None:
        self.stored: dict[UUID, Handover] = {}
        self.begun: list[Handover] = []
        self.troubles: list[Exception] = []
        self.down: Exception | None = None
        self.commits_then_fails: Exception | None = None
        self.asked = Tally()
        self.commits = Tally()
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_once = self.most_at_once = 0

    async def receive(self, handover: Handover) -> Receipt:
        self.begun.append(handover)
        self.asked.raise_by_one()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            return self._receive(handover)
        finally:
            self.at_once -= 1

    def _receive(self, handover: Handover) -> Receipt:
        if self.troubles:
            raise self.troubles.pop(0)
        if self.down:
            raise self.down
        receipt = self._receipt(handover)
        if not receipt.repeated and not receipt.conflict:
            self.stored[handover.id] = handover
            self.commits.raise_by_one()
        if self.commits_then_fails:
            raise self.commits_then_fails
        return receipt

    def _receipt(self, handover: Handover) -> Receipt:
        for known in self.stored.values():
            same_key = known.idempotency_key is not None and known.idempotency_key == handover.idempotency_key
            if known.id == handover.id or (same_key and known.channel == handover.channel):
                same = known.body == handover.body
                return Receipt(known.id, repeated=same, conflict=not same)
        return Receipt(handover.id)

    @property
    def bodies(self) -> list[bytes]:
        return [handover.body for handover in self.stored.values()]


class FakeRecords:
    """Views by id, acknowledgements by id. `decided` is set when the acknowledgement a test waits for is."""

    def __init__(self) -> None:
        self.views: dict[UUID, Json] = {}
        self.acknowledgements: dict[UUID, tuple[Json, bytes]] = {}
        self.default: dict[str, Any] | None = None
        self.down: Exception | None = None
        self.decided = asyncio.Event()
        self.waits = Tally()
        self.asked_within: list[float] = []

    async def transmission(self, transmission: UUID) -> Json | None:
        if self.down:
            raise self.down
        return self.views.get(transmission)

    def raw(self, transmission: UUID) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def acknowledgement(self, acknowledgement: UUID) -> tuple[Json, bytes] | None:
        return self.acknowledgements.get(acknowledgement)

    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        self.asked_within.append(within)
        self.waits.raise_by_one()
        if self.down:
            raise self.down
        await self.decided.wait()
        return self.default


class Turns:
    """Time that passes only when a test says so. The channel rests in `wait` until the next turn or notice."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._resting = asyncio.Event()
        self._turn = asyncio.Event()
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def wait(self, noticed: asyncio.Event, seconds: float) -> None:
        self.pauses.append(seconds)
        self._turn.clear()
        self._resting.set()
        waiting = [asyncio.create_task(event.wait()) for event in (noticed, self._turn)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._resting.clear()
            for task in waiting:
                task.cancel()

    async def rest(self) -> None:
        """Until the channel has nothing to do."""
        await self._resting.wait()

    async def pass_(self, seconds: float) -> None:
        """Let so many seconds go by: the channel looks again, and rests again."""
        await self._resting.wait()
        self._seconds += seconds
        self._resting.clear()
        self._turn.set()
        await self._resting.wait()

    def skip(self, seconds: float) -> None:
        """Let seconds go by without waking anybody."""
        self._seconds += seconds


class Counts:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, dict[str, str]]] = []
        self.observed: list[str] = []
        self._tally = Tally()

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counted.append((name, labels))
        self._tally.raise_by_one()

    def observe(self, name: str, value: float, **labels: str) -> None:
        self.observed.append(name)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        raise AssertionError(name)

    async def reach(self, number: int) -> None:
        """Wait until so many were counted."""
        await self._tally.reach(number)

    @property
    def outcomes(self) -> list[str]:
        return [labels["outcome"] for _, labels in self.counted]


class Told:
    """Troubles of channels, as a person would see them: those that are open, by what they are about ("" is the channel).

    `begins` and `ends` count those that were opened and that ended. What cannot be stored (`stores` is False) is only asked for.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[ChannelSide, str], ChannelTrouble] = {}
        self.begun: list[tuple[ChannelSide, ChannelTrouble]] = []
        self.begins, self.ends = Tally(), Tally()
        self.asked = 0
        self.stores = True

    @property
    def open(self) -> dict[str, ChannelTrouble]:
        """Those that are open now, of all sides."""
        return {about: trouble for (_, about), trouble in self._open.items()}

    @property
    def codes(self) -> list[str]:
        """The codes of those that were ever opened."""
        return [trouble.code for _, trouble in self.begun]

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        self.asked += 1
        if not self.stores:
            return False
        for trouble in troubles:
            if self._open.get((side, trouble.about)) != trouble:
                self.begun.append((side, trouble))
                self.begins.raise_by_one()
            self._open[side, trouble.about] = trouble
        now = {trouble.about for trouble in troubles}
        for known, about in list(self._open) if all_of_them else ():
            if known == side and about not in now:
                del self._open[known, about]
                self.ends.raise_by_one()
        return True


class ToldFolder(InboundFolder):
    """A real folder that tells when a file was removed or set aside."""

    def __init__(self, path: Path, **patterns: Any) -> None:
        super().__init__(path, **patterns)
        self.removed, self.aside = Tally(), Tally()

    def remove(self, claim: Claim) -> None:
        super().remove(claim)
        self.removed.raise_by_one()

    def set_aside(self, claim: Claim, reason: str) -> Path | None:
        target = super().set_aside(claim, reason)
        self.aside.raise_by_one()
        return target
