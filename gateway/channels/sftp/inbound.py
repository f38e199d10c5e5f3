"""Files that a partner leaves for us on its server, brought to the intake: whole ones only, each once, whatever breaks meanwhile.

A file is renamed so that its name holds the id of its transmission, read, stored, and only then taken away. Left behind by a
crash it is recognised by that id; on servers that refuse the renaming, by name, time, size and content. One process at a time
runs this.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from uuid import UUID

import structlog

from gateway.channels.sftp import procedures
from gateway.channels.sftp.bringing import Bringing, Brought, ClaimRefused
from gateway.channels.sftp.pace import TOO_LARGE_REMEDY, Failing, Memory, Pace
from gateway.channels.sftp.place import Listing, Place, Remote, storable_name
from gateway.channels.sftp.pool import Sessions
from gateway.channels.sftp.procedures import StillWritten, TooLarge
from gateway.channels.sftp.trouble import SftpTrouble, refused
from gateway.domain.settling import Settling
from gateway.domain.sftp_terms import SftpInbox
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Clock, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.protocols.sftp import Refusal

_log = structlog.get_logger(__name__)

_USUAL = Pace()

Wait = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""


class SftpInbound:
    """`run` brings files until cancelled; cancelling is safe at any moment. `most_bytes` is the largest file taken.

    Of the files that one look finds ready, hand-overs begin in order, the oldest first, those claimed before ahead of new ones;
    several batches are under way at one time. A file that still changes, or fails, holds up no other: it comes with a later look.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        inbox: SftpInbox,
        *,
        sessions: Sessions,
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        pace: Pace = _USUAL,
        batches: int = 2,
        wait: Wait = asyncio.sleep,
    ) -> None:
        self.id = id
        self._inbox, self._place = inbox, Place(inbox)
        self._sessions, self._partner, self._most_bytes = sessions, partner, most_bytes
        self._troubles, self._observer, self._clock = troubles, observer, clock
        self._pace, self._batches, self._wait = pace, batches, wait
        self._bringing = Bringing(
            id, place=self._place, sessions=sessions, partner=partner, most_bytes=most_bytes,
            intake=intake, observer=observer, clock=clock, new_id=new_id,
        )  # fmt: skip
        self._claiming, self._claimed = inbox.claim, False  # whether we try it, and whether it ever went well
        self._settling = Settling[procedures.Print]()
        self._memory = Memory()
        self._server, self._store = Failing(), Failing()
        self._told: str | None = ""  # the code of the trouble that was told last; empty as long as nothing is known
        self._soon = inbox.poll

    async def run(self) -> None:
        """Bring files to the intake until cancelled."""
        while True:
            await self._wait(await self._look())

    # ------------------------------------------------------------------------------------------------------- one look

    async def _look(self) -> float:
        """Take what is ready. Returns the seconds until there may be more."""
        try:
            pause = await self._take_what_is_ready()
        except SftpTrouble as trouble:
            return await self._failed(trouble)
        except StoreUnavailable as error:
            return self._store_failed(error)
        self._server, self._store = Failing(), Failing()
        self._observer.count("edi_polls_total", channel=self.id, outcome="done")
        await self._tell_stuck()
        return pause

    async def _tell_stuck(self) -> None:
        """The server works: what was told of it is over. Files that cannot be taken, though, are told to their owner, once."""
        stuck = self._memory.stuck(self.id, self._partner, patient=self._pace.patient)
        if self._told == (stuck.code if stuck else None):
            return
        if self._told is not None and await self._troubles.over(self.id):
            self._told = None
        if stuck is not None and self._told is None and await self._troubles.begun(stuck):
            self._told = stuck.code

    async def _take_what_is_ready(self) -> float:
        listing = await self._list()
        self._tell_odd(listing)
        now, arrivals, ours, self._soon = self._clock.monotonic(), listing.arrivals, listing.ours, self._inbox.poll
        self._forget_gone(arrivals, ours)
        ready, pause = self._ready(ours, arrivals, now)
        await self._bring_all(ready)
        return 0.0 if listing.overfull and ready else min(pause, self._soon)

    async def _list(self) -> Listing:
        listing = Listing(self._place, most=self._pace.listed)
        try:
            await self._sessions.use(lambda session: session.run(procedures.list_folder(self._place.folder, listing.see)))
        except Refusal as refusal:
            raise refused(refusal, f"list the folder {self._place.folder}") from refusal
        return listing

    def _forget_gone(self, arrivals: Sequence[Remote], ours: Sequence[Remote]) -> None:
        there = {remote.file for remote in (*arrivals, *ours)}
        self._settling.keep_only(there)
        self._memory.keep_only(there)

    def _ready(self, ours: Sequence[Remote], arrivals: Sequence[Remote], now: float) -> tuple[list[Remote], float]:
        """The files to take now, and the seconds until there are more."""
        ready, pause = [], self._inbox.poll
        for remote in (*ours, *arrivals):
            left = self._settling.remaining(remote.file, remote.seen, now=now, settle=self._settle(remote))
            left = max(left, self._memory.rests(remote.file, now))
            if left <= 0:
                ready.append(remote)
            else:
                pause = min(pause, left)
        return ready, pause

    def _settle(self, remote: Remote) -> float:
        """Seconds a file has to stay as it is. One that we claimed ourselves has done so before."""
        return self._inbox.settle if self._inbox.complete == "stable" and not self._memory.is_ours(remote.file) else 0.0

    async def _bring_all(self, ready: Sequence[Remote]) -> None:
        """Bring files, batch after batch, several batches at one time. Raises the first trouble that concerns all of them."""
        batches = self._in_batches(ready)

        async def work() -> None:
            try:
                for batch in batches:  # all workers take from one iterator
                    await self._bring(batch)
            except Exception:
                batches.close()  # the others end with what they have under way
                raise

        for ended in await asyncio.gather(*(work() for _ in range(self._batches)), return_exceptions=True):
            if ended is not None:
                raise ended

    def _in_batches(self, files: Sequence[Remote]) -> Generator[list[Remote], None, None]:
        batch: list[Remote] = []
        size = 0
        for remote in files:
            weight = min(remote.seen.size or 0, self._most_bytes)
            if batch and (len(batch) >= self._pace.at_once or size + weight > self._pace.bytes_at_once):
                yield batch
                batch, size = [], 0
            batch.append(remote)
            size += weight
        if batch:
            yield batch

    async def _bring(self, batch: Sequence[Remote]) -> None:
        """Bring one batch. Raises what concerns more than single files of it."""
        known = [(remote, self._memory.as_stored(remote.file, remote.seen)) for remote in batch]
        results: list[Brought] = []
        if left := [(remote, read) for remote, read in known if read is not None]:
            results += await self._bringing.clear(left)
        if fresh := [remote for remote, read in known if read is None]:
            brought = await self._bringing.bring(fresh, claiming=self._claiming)
            self._claimed |= any(after.remote.claim != before.claim for before, after in zip(fresh, brought, strict=True))
            results += brought
        self._note_all(results)

    def _note_all(self, results: Sequence[Brought]) -> None:
        general: Exception | None = None
        for brought in results:
            if brought.stored is not None and not isinstance(brought.problem, StillWritten | None):
                self._memory.stored(brought.remote.file, brought.stored)
            if brought.problem is not None:
                general = self._note(brought.remote, brought.problem) or general
        if general is not None:
            raise general

    # -------------------------------------------------------------------------------------------------------- trouble

    def _note(self, remote: Remote, problem: Exception) -> Exception | None:
        """Remember and tell what went wrong with one file. Returns what concerns all files."""
        if remote.claim is not None and not isinstance(problem, StillWritten):
            self._memory.ours(remote.file)
        if isinstance(problem, StoreUnavailable | SftpTrouble):
            return problem
        if isinstance(problem, ClaimRefused) and not self._claimed:
            self._do_without_claims(problem)
        elif isinstance(problem, StillWritten):
            self._soon = min(self._soon, max(self._inbox.settle, 1.0))
        else:
            self._file_failed(remote, problem)
        return None

    def _do_without_claims(self, problem: ClaimRefused) -> None:
        self._soon = 0.0
        if self._claiming:
            self._claiming = False
            remedy = "Files are read as they lie, and compared before and after. Set claim = false to say that this is known."
            _log.warning("sftp_claim_refused", channel=self.id, problem=str(problem), remedy=remedy)

    def _file_failed(self, remote: Remote, problem: Exception) -> None:
        now = self._clock.monotonic()
        message, remedy, bug = self._in_words(problem)
        failing = self._memory.failed(remote.file, now, self._pace, message=message, remedy=remedy)
        pause = failing.until - now
        self._soon = min(self._soon, pause)
        if failing.failures == 1 or bug:
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
        told = {"channel": self.id, "file": storable_name(remote.file), "failures": failing.failures, "again_in": pause}
        _log.error("file_not_taken", **told, problem=message, remedy=remedy, exc_info=bug)

    def _in_words(self, problem: Exception) -> tuple[str, str, Exception | None]:
        """The message, the remedy, and the exception itself where it is a fault of ours."""
        if isinstance(problem, ClaimRefused):  # while others can be claimed: its writer may have it open
            return str(problem), "It is tried again. If it stays, ask the partner what holds the file.", None
        if isinstance(problem, Refusal):
            trouble = refused(problem, "let us read the file or take it away")
            return str(trouble), trouble.remedy, None
        if isinstance(problem, TooLarge):
            message = f"the file is larger than {self._most_bytes} bytes"
            return message, TOO_LARGE_REMEDY, None
        if isinstance(problem, Refused):
            return str(problem), problem.remedy, None
        return str(problem) or type(problem).__name__, "", problem

    def _tell_odd(self, listing: Listing) -> None:
        """Tell of entries that are not touched, each once."""
        for odd in listing.odd:
            if self._memory.is_news(odd.name):
                self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
                remedy = "Nothing is done with it. Ask the partner what it is; it is their server that lists it."
                told = {"channel": self.id, "file": storable_name(odd.name), "reason": odd.reason}
                _log.error("file_refused", **told, remedy=remedy)
        for name, marker in listing.outdated().items():
            if self._memory.is_news(f"{name}/{marker}"):
                remedy = "It belonged to an earlier file. The file is taken when its marker is newer than the file itself."
                _log.warning("sftp_marker_outdated", channel=self.id, file=storable_name(name), marker=marker, remedy=remedy)

    async def _failed(self, trouble: SftpTrouble) -> float:
        """The server cannot be used: tell, once for each kind of trouble, and leave it alone for a while."""
        pause = self._server.again(self._clock.monotonic(), self._pace, lasting=trouble.lasting)
        self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
        told = {"code": trouble.code, "problem": str(trouble), "remedy": trouble.remedy, "again_in": pause}
        _log.warning("poll_failed", channel=self.id, failures=self._server.failures, **told)
        if trouble.code != self._told and (trouble.lasting or self._server.failures >= self._pace.patient):
            known = ChannelTrouble(self.id, self._partner, trouble.code, str(trouble), trouble.remedy)
            if await self._troubles.begun(known):
                self._told = trouble.code
        return pause

    def _store_failed(self, error: StoreUnavailable) -> float:
        """The store failed for all files: everything pauses; what is claimed stays claimed."""
        outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
        pause = self._store.again(self._clock.monotonic(), self._pace)
        _log.warning("store_unavailable", channel=self.id, outcome=outcome, again_in=pause, problem=str(error))
        return pause
