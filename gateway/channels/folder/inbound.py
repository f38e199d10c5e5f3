"""Files that partners put into a folder, brought to the intake: claimed, read, handed over, and only when stored removed.

Whatever happens in between, the claimed file is still there and its name holds the id of its transmission: handed over again, by
this process or another, it is recognised. Several processes may look at one folder: what a living one has claimed is its own.
"""

import asyncio
from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from gateway.channels.folder.noticing import Notices, Wait, notices, wait
from gateway.channels.folder.place import Claim, Fingerprint, InboundFolder, Seen, StillWritten, storable_name
from gateway.channels.folder.window import Line, Window
from gateway.domain.settling import Settling
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a folder is worked through. Times in seconds, sizes in bytes.

    A file is taken when it has not changed for `settle`; 0 where the partner is known to write under a temporary name and rename.
    `poll` is the time between two looks when nothing is noticed, `at_once` and `bytes_at_once` bound what is in memory, `listed`
    the files looked at in one go. Failures are repeated after `retry_first`, doubled up to `retry_longest`. A file claimed by
    another process is taken over when it has lain there for `orphaned`, counted from when this process first saw it claimed: its
    own times are those of the partner, and say nothing of the claim.
    """

    settle: float = 2.0
    poll: float = 10.0
    at_once: int = 50
    bytes_at_once: int = 64 * 1024 * 1024
    listed: int = 5000
    retry_first: float = 1.0
    retry_longest: float = 60.0
    orphaned: float = 60.0

    def retry_after(self, failures: int) -> float:
        """The pause after so many failures one after the other."""
        return min(self.retry_first * 2.0 ** min(failures - 1, 32), self.retry_longest)


@dataclass(slots=True)
class _Trouble:
    """What failed so far: how often one after the other, and until when to leave it alone."""

    failures: int = 0
    until: float = 0.0


class FolderInbound:
    """`run` brings files until cancelled; cancelling is safe at any moment. `most_bytes` is the largest file taken.

    Of the files that one look finds ready, the hand-overs begin in order: the oldest first, by time of modification and then by
    name, and those claimed before (tried again, or left behind) ahead of the new ones. Up to `Pace.at_once` are under way at one
    time, so they may end in another order. A file that still changes, or fails, holds up no other: it comes with a later look.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        *,
        folder: InboundFolder,
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        pace: Pace = Pace(),
        notices: Notices | None = notices,
        wait: Wait = wait,
    ) -> None:
        self.id = id
        self._folder, self._partner, self._most_bytes = folder, partner, most_bytes
        self._intake, self._observer, self._clock, self._new_id = intake, observer, clock, new_id
        self._pace, self._notices, self._wait = pace, notices, wait
        self._presence = folder.presence()
        self._window = Window(files=pace.at_once, size=pace.bytes_at_once)
        self._line = Line()
        self._settling = Settling[Fingerprint]()
        self._noticed = asyncio.Event()
        self._ours: dict[UUID, _Trouble] = {}
        self._busy: set[UUID] = set()
        self._watching: asyncio.Task[None] | None = None
        self._store = _Trouble()
        self._disk = _Trouble()
        self._alarm = Alarm(id, partner, troubles)
        self._aside = Alarm(id, partner, troubles, side="refused")  # what lies there is the same for all processes

    async def run(self) -> None:
        """Bring files to the intake until cancelled. Files left claimed when no process is at work on the folder are ours."""
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._work(tasks)
        finally:
            self._presence.leave()

    async def _work(self, tasks: asyncio.TaskGroup) -> None:
        begun = False
        while True:
            self._noticed.clear()
            try:
                await to_thread(self._folder.prepare)
                if not begun:
                    await self._begin(tasks)
                pause = await self._look(tasks)
                begun, self._disk = True, _Trouble()
            except OSError as error:
                begun = False  # the folder may come back as another one, where we are not present yet
                pause = self._unusable(error)
            await self._alarm.tell()
            await self._aside.tell()
            if pause > 0:
                await self._wait(self._noticed, pause)

    async def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """Be at work on the folder, and take over what processes before us left claimed."""
        if self._notices is not None and (self._watching is None or self._watching.done()):
            self._watching = tasks.create_task(self._watch(self._notices), name=f"{self.id}: watch")
        left = await to_thread(self._enter)
        self._ours.update((claim.id, _Trouble()) for claim in left if claim.id not in self._ours)

    def _enter(self) -> Sequence[Claim]:
        with self._presence.begin() as alone:
            return self._folder.claims(self._pace.listed) if alone else ()

    # ------------------------------------------------------------------------------------------------------- one look

    async def _look(self, tasks: asyncio.TaskGroup) -> float:
        """Take what is ready. Returns the seconds until there may be more."""
        paused = self._store.until - self._clock.monotonic()
        if paused > 0:
            return paused
        claims = await to_thread(self._folder.claims, self._pace.listed)
        arrivals = await to_thread(self._folder.arrivals, self._pace.listed)
        now = self._clock.monotonic()
        self._settling.keep_only({claim.file for claim in claims} | {_key(seen) for seen in arrivals})
        self._forget_gone(claims)
        self._alarm.works({claim.file for claim in claims})
        self._note_aside(await to_thread(self._folder.refused, self._pace.listed))
        due, pause = self._due(claims, now)
        ready, later = self._ready(arrivals, now)
        await self._start(tasks, due)
        for begin in range(0, len(ready), self._pace.at_once):
            if self._clock.monotonic() < self._store.until:
                break
            await self._take(tasks, ready[begin : begin + self._pace.at_once])
        return 0.0 if len(arrivals) == self._pace.listed and ready else min(pause, later)

    def _forget_gone(self, claims: Sequence[Claim]) -> None:
        if len(claims) < self._pace.listed:
            there = {claim.id for claim in claims} | self._busy
            self._ours = {known: trouble for known, trouble in self._ours.items() if known in there}

    def _note_aside(self, aside: Sequence[tuple[str, str]]) -> None:
        """What was set aside is a person's as long as it lies there."""
        for name, reason in aside:
            message = f"{storable_name(name)} lies in the folder of refused files. {reason}"
            remedy = "Deal with it, and take it away from there, with the note beside it."
            self._aside.failed(ChannelTrouble("file-set-aside", message, remedy, about=name), 1, lasting=True)
        self._aside.works({name for name, _ in aside})

    def _due(self, claims: Sequence[Claim], now: float) -> tuple[list[Claim], float]:
        """The claimed files to hand over (again) now, and the seconds until there are more."""
        due, pause = [], self._pace.poll
        for claim in claims:
            if claim.id in self._busy:
                continue
            trouble = self._ours.get(claim.id)
            settle = self._pace.orphaned if trouble is None else self._pace.settle
            left = self._settling.remaining(claim.file, claim.fingerprint, now=now, settle=settle)
            left = max(left, trouble.until - now if trouble else 0.0)
            if left > 0:
                pause = min(pause, left)
            else:
                due.append(claim)
        return due, pause

    def _ready(self, arrivals: Sequence[Seen], now: float) -> tuple[list[Seen], float]:
        """The new files that have stopped changing, and the seconds until there are more."""
        ready, pause = [], self._pace.poll
        for seen in arrivals:
            left = self._settling.remaining(_key(seen), seen.fingerprint, now=now, settle=self._pace.settle)
            if left > 0:
                pause = min(pause, left)
            else:
                ready.append(seen)
        return ready, pause

    async def _take(self, tasks: asyncio.TaskGroup, files: Sequence[Seen]) -> None:
        """Claim files and start to bring them. One that changed until it was claimed has to settle first, as a claimed file."""
        claims = await to_thread(self._folder.claim, files, self._new_id)
        settled = {seen.fingerprint for seen in files}
        for claim in claims:
            self._ours[claim.id] = _Trouble()
        await self._start(tasks, [claim for claim in claims if claim.fingerprint in settled])

    async def _start(self, tasks: asyncio.TaskGroup, claims: Sequence[Claim]) -> None:
        self._busy.update(claim.id for claim in claims)
        for place, claim in enumerate(claims):
            size = 0 if claim.fingerprint.size > self._most_bytes else claim.fingerprint.size
            await self._window.enter(size)
            if self._clock.monotonic() < self._store.until:
                self._window.leave(size)
                self._busy.difference_update(left.id for left in claims[place:])
                return
            tasks.create_task(self._bring(claim, size), name=f"{self.id}: {claim.id}")

    # ------------------------------------------------------------------------------------------------------- one file

    async def _bring(self, claim: Claim, size: int) -> None:
        """Bring one claimed file; whatever goes wrong, it stays claimed and is tried again."""
        trouble = self._ours.setdefault(claim.id, _Trouble())
        try:
            if claim.fingerprint.size > self._most_bytes:
                await self._set_aside(claim, f"it is larger than {self._most_bytes} bytes")
            else:
                await self._hand_over(claim)
            self._ours.pop(claim.id, None)
            self._alarm.over(claim.file)
        except (StillWritten, FileNotFoundError):
            self._noticed.set()  # not finished, or another process has finished with it: look again
        except StoreUnavailable as error:
            self._store_failed(claim, error)
        except Exception as error:  # noqa: BLE001 - one file must not end the channel of all
            self._file_failed(claim, trouble, error)
        finally:
            self._busy.discard(claim.id)
            self._window.leave(size)

    async def _hand_over(self, claim: Claim) -> None:
        begun = self._clock.monotonic()
        with self._line.joined() as first:  # files are read side by side, and some are read sooner than those before them
            body = await to_thread(self._folder.read, claim)
            await first.wait()
        handover = Handover(
            id=claim.id, channel=self.id, partner=self._partner, name=storable_name(claim.name), body=body, remote=None
        )
        try:
            receipt = await self._intake.receive(handover)
        except Refused as refusal:
            if refusal.status != 413:
                raise
            await self._set_aside(claim, str(refusal))
            return
        self._store.failures = 0
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=self.id)
        if receipt.transmission != claim.id:
            _log.info("file_recognised", channel=self.id, transmission=str(receipt.transmission), claim=str(claim.id))
        await to_thread(self._folder.remove, claim)

    async def _set_aside(self, claim: Claim, reason: str) -> None:
        remedy = "Ask the partner for smaller files, or raise the channel's limit and move this file back without its id."
        target = await to_thread(self._folder.set_aside, claim, f"Not taken: {reason}. {remedy}")
        if target is None:
            return
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="too-large")
        _log.error("file_set_aside", channel=self.id, file=str(target), size=claim.fingerprint.size, reason=reason)
        self._noticed.set()  # the next look tells its owner

    # -------------------------------------------------------------------------------------------------------- trouble

    def _store_failed(self, claim: Claim, error: StoreUnavailable) -> None:
        """The store failed for all files: everything pauses, once for all that were under way."""
        outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
        if self._clock.monotonic() >= self._store.until:
            pause = self._fail(self._store)
            told = {"channel": self.id, "transmission": str(claim.id), "again_in": pause, "problem": str(error)}
            _log.warning("store_unavailable", outcome=outcome, **told)

    def _file_failed(self, claim: Claim, trouble: _Trouble, error: Exception) -> None:
        pause = self._fail(trouble)
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
        told = {"channel": self.id, "transmission": str(claim.id), "failures": trouble.failures, "again_in": pause}
        bug = None if isinstance(error, Refused | OSError) else error
        remedy = getattr(error, "remedy", "") or "See the log for the cause. The file stays claimed, and is tried again."
        _log.error("file_not_taken", **told, problem=str(error), remedy=remedy, exc_info=bug)
        message = f"{storable_name(claim.name)}: {str(error) or type(error).__name__}"
        self._alarm.failed(ChannelTrouble("file-not-taken", message, remedy, about=claim.file), trouble.failures)

    def _unusable(self, error: OSError) -> float:
        """The folder cannot be worked on. Returns the pause."""
        pause = self._fail(self._disk)
        remedy = "check that the folder exists, is mounted, and that the gateway may write to it"
        self._noticed.clear()
        _log.error("folder_unusable", channel=self.id, problem=str(error), remedy=remedy)
        self._alarm.failed(ChannelTrouble("folder-unusable", str(error), remedy), self._disk.failures)
        return pause

    def _fail(self, trouble: _Trouble) -> float:
        """Note a failure. Returns the pause until the next try, which the look takes into account at once."""
        self._noticed.set()
        trouble.failures += 1
        pause = self._pace.retry_after(trouble.failures)
        trouble.until = self._clock.monotonic() + pause
        return pause

    async def _watch(self, noticed: Notices) -> None:
        """Wake the look at each notice. Without notices, polling does it alone."""
        try:
            async for _ in noticed(self._folder.path):
                self._noticed.set()
        except (OSError, RuntimeError) as error:
            remedy = f"files are found every {self._pace.poll:g} s only; on Linux, fs.inotify.max_user_watches may be too low"
            _log.warning("folder_watch_ended", channel=self.id, problem=str(error), remedy=remedy)


def _key(seen: Seen) -> str:
    """Tells a file in the folder from a claimed one of the same name."""
    return f"/{seen.name}"
