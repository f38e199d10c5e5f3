"""Files that a partner leaves for us on its FTPS server, brought to the intake: whole ones only, each once, whatever breaks.

The rules are those of SFTP, and so is the code that knows them: which names are ours, which files are whole, what recognises one
that comes again. A file is renamed to a name with the id of its transmission, read, stored, and only then taken away. One process
at a time runs this; files come one after the other, the oldest first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog

from gateway.channels.apart import Apart
from gateway.channels.ftps.session import FtpsSession
from gateway.channels.ftps.trouble import FtpRefusal, FtpsTrouble
from gateway.channels.sftp.bringing import key_of
from gateway.channels.sftp.pace import TOO_LARGE_REMEDY, Failing, Memory, Pace
from gateway.channels.sftp.place import Listing, Place, Remote, storable_name
from gateway.channels.sftp.procedures import Print, StillWritten, TooLarge
from gateway.domain.settling import Settling
from gateway.domain.sftp_terms import SftpInbox
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.protocols.sftp import Attributes, Entry

_log = structlog.get_logger(__name__)
_LONGEST_IDLE = 120.0
"""A connection that would rest longer than this is closed: servers and firewalls end it without a word."""


class FtpsInbound:
    """`run` brings files until cancelled; cancelling is safe at any moment. `most_bytes` is the largest file taken.

    A file that still changes, or fails, holds up no other: it comes with a later look.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        inbox: SftpInbox,
        *,
        open_session: Callable[[], FtpsSession],
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        pace: Pace = Pace(),  # noqa: B008 - frozen
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.id = id
        self._inbox, self._place, self._claiming = inbox, Place(inbox), inbox.claim
        self._open_session, self._partner, self._most_bytes = open_session, partner, most_bytes
        self._intake, self._troubles, self._observer = intake, troubles, observer
        self._clock, self._new_id, self._pace, self._wait = clock, new_id, pace, wait
        self._settling, self._memory = Settling[Print](), Memory()
        self._server, self._store = Failing(), Failing()
        self._told: str | None = ""  # the code of the trouble that was told last; empty as long as nothing is known

    async def run(self) -> None:
        """Bring files to the intake until cancelled."""
        while True:
            try:
                pause = await self._session()
            except FtpsTrouble as trouble:
                pause = await self._failed(trouble)
            except StoreUnavailable as error:
                pause = self._store_failed(error)
            await self._wait(pause)

    async def _session(self) -> float:
        """Look again and again over one connection. Returns the seconds until the next look, over a new one."""
        session, apart = self._open_session(), Apart(f"ftps-{self.id}")
        try:
            await apart.call(session.open)
            while True:
                pause = await self._look(session, apart)
                await self._works()
                if pause > _LONGEST_IDLE:
                    return pause
                await self._wait(pause)
        finally:
            session.abandon()
            apart.leave(session.close)

    # ------------------------------------------------------------------------------------------------------- one look

    async def _look(self, session: FtpsSession, apart: Apart) -> float:
        """Take what is ready. Returns the seconds until there may be more."""
        listing = await apart.call(self._list, session)
        self._tell_odd(listing)
        arrivals, ours = listing.arrivals, listing.ours
        there = {remote.file for remote in (*arrivals, *ours)}
        self._settling.keep_only(there)
        self._memory.keep_only(there)
        ready, pause = self._ready([*ours, *arrivals])
        for remote in ready:
            problem = await self._bring(session, apart, remote)
            pause = min(pause, self._note(remote, problem)) if problem is not None else pause
        return 0.0 if listing.overfull and ready else pause

    def _list(self, session: FtpsSession) -> Listing:
        listing = Listing(self._place, most=self._pace.listed)
        try:
            session.list(self._inbox.folder, listing.see, self._concerns)
        except FtpRefusal as refusal:
            raise FtpsTrouble("refused", f"the server refuses to list the folder {self._inbox.folder}: {refusal}") from refusal
        return listing

    def _concerns(self, name: str) -> bool:
        """Whether a file of this name is to be looked at, on servers that list names only."""
        return self._place.is_marker(name) or isinstance(self._place.what_is(Entry(name, Attributes())), Remote)

    def _ready(self, files: Sequence[Remote]) -> tuple[list[Remote], float]:
        """The files to take now, and the seconds until there are more."""
        ready, pause, now = [], self._inbox.poll, self._clock.monotonic()
        for remote in files:
            settle = self._inbox.settle if self._inbox.complete == "stable" and not self._memory.is_ours(remote.file) else 0.0
            left = self._settling.remaining(remote.file, remote.seen, now=now, settle=settle)
            left = max(left, self._memory.rests(remote.file, now))
            if left <= 0:
                ready.append(remote)
            else:
                pause = min(pause, left)
        return ready, pause

    # ------------------------------------------------------------------------------------------------------- one file

    async def _bring(self, session: FtpsSession, apart: Apart, remote: Remote) -> Exception | None:
        """Bring one file. Returns what was wrong with it alone; raises what concerns all."""
        try:
            remote = await apart.call(self._claim, session, remote)
            begun = self._clock.monotonic()
            found = await apart.call(session.read, self._place.path(remote.file), seen=remote.seen, most=self._most_bytes)
            if found is None:
                return None
            body, read = found
            await self._hand_over(remote, body, read, place=session.place)
            self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=self.id)
            await apart.call(self._clear, session, remote, read)
        except (FtpsTrouble, StoreUnavailable):
            raise
        except Exception as problem:  # noqa: BLE001 - one file must not end the channel of all
            return problem
        return None

    def _claim(self, session: FtpsSession, remote: Remote) -> Remote:
        """Rename a file to a name that is ours, and take its marker away, which would vouch for the next file of its name."""
        if remote.claim is None and self._claiming:
            claim = self._new_id()
            file = self._place.claimed(remote.name, claim)
            try:
                if session.rename(self._place.path(remote.file), self._place.path(file)):
                    remote = replace(remote, file=file, claim=claim)
                    self._memory.ours(file)
            except FtpRefusal as refusal:
                self._claiming = False
                remedy = "Files are read as they lie, and compared before and after. Set claim = false to say that this is known."
                _log.warning("ftps_claim_refused", channel=self.id, problem=str(refusal), remedy=remedy)
        if remote.marker is not None and remote.claim is not None:
            session.remove(self._place.path(remote.marker))
        return remote

    async def _hand_over(self, remote: Remote, body: bytes, read: Print, *, place: str) -> None:
        handover = Handover(
            id=remote.claim or self._new_id(),
            channel=self.id,
            partner=self._partner,
            name=storable_name(remote.name),
            body=body,
            idempotency_key=key_of(remote.name, read, body),
            remote=place,
        )
        receipt = await self._intake.receive(handover)
        if receipt.conflict:  # it was stored under this id and written to since: what it holds now is another transmission
            receipt = await self._intake.receive(replace(handover, id=self._new_id()))
        if receipt.repeated:
            _log.info("file_recognised", channel=self.id, transmission=str(receipt.transmission), file=storable_name(remote.file))

    def _clear(self, session: FtpsSession, remote: Remote, read: Print) -> None:
        """Take a stored file away as agreed. What is not ours by its name must still be what was read."""
        path = self._place.path(remote.file)
        if remote.claim is None:
            there = session.look_at(path)
            if there is None:
                return
            if not there.same_as(read):
                raise StillWritten
            if remote.marker is not None:
                session.remove(self._place.path(remote.marker))
        targets = self._place.set_aside(remote, str(remote.claim or self._new_id()))
        free = [target for target in targets if session.look_at(target) is None]
        if free:
            session.rename(path, free[0])
        elif not targets:
            session.remove(path)

    # -------------------------------------------------------------------------------------------------------- trouble

    def _note(self, remote: Remote, problem: Exception) -> float:
        """Tell what went wrong with one file. Returns the seconds until it is tried again."""
        if isinstance(problem, StillWritten):
            return max(self._inbox.settle, 1.0)
        now = self._clock.monotonic()
        large = isinstance(problem, TooLarge)
        message = f"the file is larger than {self._most_bytes} bytes" if large else str(problem) or type(problem).__name__
        remedy = TOO_LARGE_REMEDY if large else getattr(problem, "remedy", "")
        failing = self._memory.failed(remote.file, now, self._pace, message=message, remedy=remedy)
        pause = failing.until - now
        bug = None if isinstance(problem, TooLarge | FtpRefusal | Refused) else problem
        if failing.failures == 1 or bug:
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
        told = {"channel": self.id, "file": storable_name(remote.file), "failures": failing.failures, "again_in": pause}
        _log.error("file_not_taken", **told, problem=message, remedy=remedy, exc_info=bug)
        return pause

    def _tell_odd(self, listing: Listing) -> None:
        """Tell of entries that are not touched, each once."""
        for odd in listing.odd:
            if self._memory.is_news(odd.name):
                self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
                remedy = "Nothing is done with it. Ask the partner what it is; it is their server that lists it."
                _log.error("file_refused", channel=self.id, file=storable_name(odd.name), reason=odd.reason, remedy=remedy)
        for name, marker in listing.outdated().items():
            if self._memory.is_news(f"{name}/{marker}"):
                remedy = "It belonged to an earlier file. The file is taken when its marker is newer than the file itself."
                _log.warning("ftps_marker_outdated", channel=self.id, file=storable_name(name), marker=marker, remedy=remedy)

    async def _works(self) -> None:
        self._server, self._store = Failing(), Failing()
        self._observer.count("edi_polls_total", channel=self.id, outcome="done")
        stuck = self._memory.stuck(self.id, self._partner, patient=self._pace.patient)
        if self._told == (stuck.code if stuck else None):
            return
        if self._told is not None and await self._troubles.over(self.id):
            self._told = None
        if stuck is not None and self._told is None and await self._troubles.begun(stuck):
            self._told = stuck.code

    async def _failed(self, trouble: FtpsTrouble) -> float:
        """The server cannot be used: tell, and leave it alone for a while."""
        pause = self._server.again(self._clock.monotonic(), self._pace, lasting=trouble.lasting)
        self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
        told = {"code": trouble.code, "problem": str(trouble), "remedy": trouble.remedy, "again_in": pause}
        _log.warning("poll_failed", channel=self.id, failures=self._server.failures, **told)
        if trouble.lasting or self._server.failures >= self._pace.patient:
            self._told = trouble.code
            await self._troubles.begun(ChannelTrouble(self.id, self._partner, trouble.code, str(trouble), trouble.remedy))
        return pause

    def _store_failed(self, error: StoreUnavailable) -> float:
        """The store failed for all files: everything pauses; what is claimed stays claimed."""
        outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
        self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
        pause = self._store.again(self._clock.monotonic(), self._pace)
        _log.warning("store_unavailable", channel=self.id, outcome=outcome, again_in=pause, problem=str(error))
        return pause
