"""Files that a partner leaves for us on its server, brought to the intake: whole ones only, each once, whatever breaks meanwhile.

A file is renamed so that its name holds the id of its transmission, read, stored, and only then taken away. Left behind by a
crash it is recognised by that id; on servers that refuse the renaming, by name, time, size and content. One process at a time
runs this.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from uuid import UUID

import structlog

from gateway.channels.remote_folder.bringing import Bringing, Brought, ClaimRefused
from gateway.channels.remote_folder.memory import Memory
from gateway.channels.remote_folder.pace import Failing, Pace
from gateway.channels.remote_folder.place import Listing, Place, Remote, storable_name
from gateway.channels.remote_folder.pool import Sessions
from gateway.channels.remote_folder.server import Print, ServerTrouble, StillWritten, TooLarge, run
from gateway.domain.remote_folder_terms import RemoteInbox
from gateway.domain.settling import Settling
from gateway.errors import CommitUnknown, Refused, ServerRefused, StoreUnavailable
from gateway.ports import Clock, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import beat, rest
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)

_USUAL = Pace()

Wait = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""


class RemoteInbound:
    """`run` brings files until cancelled; cancelling is safe at any moment. `most_bytes` is the largest file taken.

    Of the files that one look finds ready, hand-overs begin in order, the oldest first, those claimed before ahead of new ones;
    several batches are under way at one time. A file that still changes, or fails, holds up no other: it comes with a later look.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        inbox: RemoteInbox,
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
        wait: Wait = rest,
    ) -> None:
        self.id = id
        self._inbox, self._place = inbox, Place(inbox)
        self._sessions, self._most_bytes = sessions, most_bytes
        self._observer, self._clock = observer, clock
        self._pace, self._batches, self._wait = pace, batches, wait
        self._bringing = Bringing(
            id, place=self._place, sessions=sessions, partner=partner, most_bytes=most_bytes,
            intake=intake, observer=observer, clock=clock, new_id=new_id,
        )  # fmt: skip
        self._claiming, self._claimed = inbox.claim, False  # whether we try it, and whether it ever went well
        self._settling, self._memory = Settling[Print](), Memory()
        self._alarm = Alarm(id, partner, troubles, patient=pace.patient)
        self._server, self._store = Failing(), Failing()
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
        except ServerTrouble as trouble:
            pause = self._failed(trouble)
        except StoreUnavailable as error:
            return self._store_failed(error)
        else:
            self._server, self._store = Failing(), Failing()
            self._observer.count("edi_polls_total", channel=self.id, outcome="done")
        await self._alarm.tell()
        return pause

    async def _take_what_is_ready(self) -> float:
        listing = await self._list()
        now, arrivals, ours, self._soon = self._clock.monotonic(), listing.arrivals, listing.ours, self._inbox.poll
        there = {remote.file for remote in (*arrivals, *ours)}
        self._settling.keep_only(there)
        self._memory.keep_only(there)
        self._alarm.works(there)
        self._tell_odd(listing)
        ready, pause = self._ready(ours, arrivals, now)
        await self._bring_all(ready)
        return 0.0 if listing.overfull and ready else min(pause, self._soon)

    async def _list(self) -> Listing:
        listing, place = Listing(self._place, most=self._pace.listed), self._place
        try:
            await self._sessions.use(lambda session: run(session, session.files.list(place.folder, listing.see, place.concerns)))
        except ServerRefused as refusal:
            raise self._sessions.in_words(refusal, f"list the folder {self._place.folder}") from refusal
        return listing

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
        beat()
        self._note_all(results)

    def _note_all(self, results: Sequence[Brought]) -> None:
        general: Exception | None = None
        for brought in results:
            if brought.stored is not None and not isinstance(brought.problem, StillWritten | None):
                self._memory.stored(brought.remote.file, brought.stored)
            if brought.problem is None:
                self._alarm.over(brought.remote.file)
            else:
                general = self._note(brought.remote, brought.problem) or general
        if general is not None:
            raise general

    # -------------------------------------------------------------------------------------------------------- trouble

    def _note(self, remote: Remote, problem: Exception) -> Exception | None:
        """Remember and tell what went wrong with one file. Returns what concerns all files."""
        if remote.claim is not None and not isinstance(problem, StillWritten):
            self._memory.ours(remote.file)
        if isinstance(problem, StoreUnavailable | ServerTrouble):
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
            _log.warning("claim_refused", channel=self.id, problem=str(problem), remedy=remedy)

    def _file_failed(self, remote: Remote, problem: Exception) -> None:
        now = self._clock.monotonic()
        failing, (message, remedy) = self._memory.failed(remote.file, now, self._pace), self._in_words(problem)
        pause, name = failing.until - now, storable_name(remote.file)
        self._soon = min(self._soon, pause)
        bug = None if isinstance(problem, ClaimRefused | ServerRefused | TooLarge | Refused) else problem
        if failing.failures == 1 or bug:
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
        told = {"channel": self.id, "file": name, "failures": failing.failures, "again_in": pause}
        _log.error("file_not_taken", **told, problem=message, remedy=remedy, exc_info=bug)
        trouble = ChannelTrouble("file-not-taken", f"{name}: {message}", remedy, about=remote.file)
        self._alarm.failed(trouble, failing.failures, lasting=isinstance(problem, TooLarge))

    def _in_words(self, problem: Exception) -> tuple[str, str]:
        """What is wrong with a file, and what to do."""
        if isinstance(problem, ClaimRefused):  # while others can be claimed: its writer may have it open
            return str(problem), "It is tried again. If it stays, ask the partner what holds the file."
        if isinstance(problem, ServerRefused):
            trouble = self._sessions.in_words(problem, "let us read the file or take it away")
            return str(trouble), trouble.remedy
        if isinstance(problem, TooLarge):
            message = f"the file is larger than {self._most_bytes} bytes"
            return message, "Ask the partner for smaller files, or raise max_transmission."
        if isinstance(problem, Refused) and problem.remedy:
            return str(problem), problem.remedy
        remedy = "See the log for the cause; the file stays where it is, and is tried again and again."
        return str(problem) or type(problem).__name__, remedy

    def _tell_odd(self, listing: Listing) -> None:
        """Tell of entries that are not touched: the log once each, and their owner as long as they are there."""
        for odd in listing.odd:
            name, remedy = storable_name(odd.name), "Nothing is done with it. Ask the partner what it is, and to take it away."
            if self._memory.is_news(odd.name):
                self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
                _log.error("file_refused", channel=self.id, file=name, reason=odd.reason, remedy=remedy)
            self._alarm.failed(ChannelTrouble("file-refused", f"{name!r}: {odd.reason}", remedy, odd.name), 1, lasting=True)
        for name, marker in listing.outdated().items():
            if self._memory.is_news(f"{name}/{marker}"):
                remedy = "It belonged to an earlier file. The file is taken when its marker is newer than the file itself."
                _log.warning("marker_outdated", channel=self.id, file=storable_name(name), marker=marker, remedy=remedy)

    def _failed(self, trouble: ServerTrouble) -> float:
        """The server cannot be used: leave it alone for a while."""
        pause = self._server.again(self._clock.monotonic(), self._pace, lasting=trouble.lasting)
        self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
        told = {"code": trouble.code, "problem": str(trouble), "remedy": trouble.remedy, "again_in": pause}
        _log.warning("poll_failed", channel=self.id, failures=self._server.failures, **told)
        known = ChannelTrouble(trouble.code, str(trouble), trouble.remedy)
        self._alarm.failed(known, self._server.failures, lasting=trouble.lasting)
        return pause

    def _store_failed(self, error: StoreUnavailable) -> float:
        """The store failed for all files: everything pauses; what is claimed stays claimed."""
        outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
        pause = self._store.again(self._clock.monotonic(), self._pace)
        _log.warning("store_unavailable", channel=self.id, outcome=outcome, again_in=pause, problem=str(error))
        return pause
