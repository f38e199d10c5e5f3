"""Admission: when there is no room for more, senders are asked to come again later, and we fetch nothing.

No room is: more waits for translation than is worked off soon, a disk is nearly full, the process needs too much memory, or
the database takes nothing. It is looked at every few seconds, never for a request, and what waits is counted no further than
the limit. What this machine lacks is a failure of the gateway's owner until it is over.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from gateway.errors import GatewayError, Refused
from gateway.ports import Handover, Intake, Observer, Receipt, Work
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import rest, resting

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lack:
    """What this machine lacks now. `code` is a machine word: `disk-full`, `memory-full`."""

    code: str
    message: str
    remedy: str
    about: str = ""


Look = Callable[[], Sequence[Lack]]
"""Looks at what this machine has left; does not wait."""


class Admission:
    """Says no while there is no room: more than `most` transmissions wait, or something lacks. `run` must run to find out."""

    def __init__(
        self,
        *,
        work: Work,
        most: int,
        observer: Observer,
        look: Look = tuple,
        troubles: ChannelTroubles | None = None,
        machine: str = "",
        every: float = 2.0,
    ) -> None:
        self._work, self._most, self._observer = work, most, observer
        self._look, self._troubles, self._every = look, troubles, every
        self._side = ChannelSide("gateway", None, f"room on {machine}")
        self._reasons: dict[str, str] = {}
        self._told: frozenset[tuple[str, str]] | None = None  # what a process before us told of this machine may be over
        self._open, self._looked = asyncio.Event(), asyncio.Event()
        self._open.set()

    @property
    def lacking(self) -> str:
        """What this machine lacks, for its readiness: other machines may have room. Empty when it lacks nothing."""
        return " ".join(text for code, text in self._reasons.items() if code != "queue-full")

    def admit(self, _partner: str) -> Refused | None:
        """None, or the refusal to answer with. Whether the database answers is for the intake to find out."""
        if not self._reasons:
            return None
        return Refused(" ".join(self._reasons.values()), status=503, remedy="Send it again after the time in Retry-After.")

    async def opened(self) -> None:
        """Wait until there is room."""
        if not self._open.is_set():
            async with resting():
                await self._open.wait()

    async def memory(self) -> None:
        """Wait until this process has memory for large work."""
        while "memory-full" in self._reasons:
            async with resting():
                await self._looked.wait()

    async def run(self) -> None:
        """Look, until cancelled."""
        while True:
            await self.measure()
            await rest(self._every)

    async def measure(self) -> None:
        """Find out what there is room for now."""
        lacks = self._look()
        found: dict[str, str] = {}
        for lack in lacks:
            found[lack.code] = f"{found.get(lack.code, '')} {lack.message}".strip()
        try:
            if await self._work.count_untranslated(limit=self._most + 1) > self._most:
                found["queue-full"] = f"More than {self._most} transmissions wait to be translated."
        except GatewayError as error:
            log.debug("admission_not_measured", error=str(error))
            if "queue-full" in self._reasons:
                found["queue-full"] = self._reasons["queue-full"]
        self._settle(found)
        await self._tell(lacks)

    async def _tell(self, lacks: Sequence[Lack]) -> None:
        codes = frozenset((lack.code, lack.about) for lack in lacks)
        if self._troubles is not None and codes != self._told:
            troubles = [ChannelTrouble(lack.code, lack.message, lack.remedy, lack.about) for lack in lacks]
            if await self._troubles.keep(self._side, troubles, all_of_them=True):
                self._told = codes

    def _settle(self, found: Mapping[str, str]) -> None:
        if found.keys() != self._reasons.keys():
            log.warning("intake_closed" if found else "intake_opened", reasons=sorted(found) or sorted(self._reasons))
        for code in found.keys() | self._reasons.keys():
            self._observer.gauge("edi_intake_closed", float(code in found), reason=code)
        self._reasons = dict(found)
        self._looked.set()
        self._looked = asyncio.Event()
        if found:
            self._open.clear()
        else:
            self._open.set()


class PacedIntake(Intake):
    """The intake of what we fetch ourselves: it waits for room, and with it whoever fetches."""

    def __init__(self, intake: Intake, admission: Admission) -> None:
        self._intake, self._admission = intake, admission

    async def receive(self, handover: Handover) -> Receipt:
        """Store a transmission as soon as there is room."""
        await self._admission.opened()
        return await self._intake.receive(handover)
