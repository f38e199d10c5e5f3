"""Attachments of a mailbox, brought to the intake: read, handed over one by one, and only when all are stored put away.

A crash in between leaves the mail where it was. Read again, its attachments are recognised by its Message-ID, their place in it
and their content (or, without Message-ID, by mailbox, UIDVALIDITY and UID): also when the server numbers its mails anew, or when
the same mail was delivered twice. A reused Message-ID with other content is another transmission.

No mail is lost. One of a listed sender that holds nothing for us, or something that cannot be read, is stored as a transmission
with the reason, has an owner, and lies in the folder of refused mails. One of anybody else is moved there, counted and logged,
but not stored: who may write to the mailbox is half the world.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from uuid import UUID

import structlog

from gateway.channels.apart import Apart
from gateway.channels.mail.letter import Letter, Selection, message_id_of, parse, read_letter
from gateway.channels.mail.mailbox import Arrived, Mailbox, MailboxUnusable
from gateway.channels.mail.refusal import refusal
from gateway.channels.mail.senders import SenderTerms, sender_fault, sender_of
from gateway.domain.mail_terms import ImapOptions
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Intake, Observer
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import beat, rest, resting
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)

_LISTED = 200
_RETRY_FIRST, _RETRY_LONGEST = 2.0, 60.0
_LASTING_FIRST, _LASTING_LONGEST = 60.0, 1800.0
"""A refused login locks accounts when it is repeated often."""
_REMEDY = "Check the channel's host, port, login, certificates and folders. Nothing is lost: mails wait in the mailbox."
_WAITS = "See the log for the cause. The mail waits in the mailbox, and is tried again and again."
_HEADER = 262_144
"""A header is looked for in so many of a mail's first bytes."""
_REST = 4096
"""Bytes that a refused mail's transmission has besides that mail in base64."""


@dataclass(frozen=True, slots=True)
class MailTerms:
    """What was agreed on mails that come in. `most_bytes` is the largest mail that is read; `poll` in seconds."""

    senders: SenderTerms
    selection: Selection
    most_bytes: int
    poll: float

    @classmethod
    def of(cls, options: ImapOptions) -> "MailTerms":
        """The terms in a channel's options."""
        senders = SenderTerms(options.senders, options.authenticated_by, options.domains)
        return cls(senders, Selection(options.names, options.body), options.most_bytes, options.poll)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that was read. `raw` is all of it if `whole`, else its header; `stranger` says why its sender is not believed."""

    uid: int
    raw: bytes
    whole: bool
    sender: str
    stranger: str
    letter: Letter
    identity: str


class MailInbound:
    """`run` brings mails until cancelled, one after the other in the order in which they came; cancelling is safe anywhere.

    A mail that the intake refuses for now holds up no other. `most_bytes` is the largest transmission that the intake takes.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        *,
        open_mailbox: Callable[[], Mailbox],
        terms: MailTerms,
        partner: str | None,
        most_bytes: int,
        intake: Intake,
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        wait: Callable[[float], Awaitable[None]] = rest,
    ) -> None:
        self.id = id
        self._open_mailbox, self._terms, self._partner, self._most_bytes = open_mailbox, terms, partner, most_bytes
        self._intake, self._observer, self._clock = intake, observer, clock
        self._new_id, self._wait = new_id, wait
        self._failures = 0
        self._refused: dict[str, int] = {}  # how often the intake refused a mail, by its UID
        self._alarm = Alarm(id, partner, troubles)

    async def run(self) -> None:
        """Bring mails to the intake until cancelled."""
        while True:
            pause = 0.0
            try:
                await self._session()
            except MailboxUnusable as error:
                pause = await self._mailbox_failed(error)
            except StoreUnavailable as error:
                outcome = "commit-unknown" if isinstance(error, CommitUnknown) else "store-unavailable"
                self._observer.count("edi_transmissions_received_total", channel=self.id, outcome=outcome)
                pause = self._fail()
                _log.warning("store_unavailable", channel=self.id, outcome=outcome, again_in=pause, problem=str(error))
            except Exception:  # noqa: BLE001 - a bug must not end the channel: the mail that met it is tried again
                pause = self._fail()
                _log.exception("mailbox_failed_unexpectedly", channel=self.id, again_in=pause)
            await self._wait(pause)

    async def _mailbox_failed(self, error: MailboxUnusable) -> float:
        pause = self._fail(lasting=error.lasting)
        self._observer.count("edi_polls_total", channel=self.id, outcome="failed")
        _log.error("mailbox_unusable", channel=self.id, again_in=pause, problem=str(error))
        self._alarm.failed(ChannelTrouble("mailbox-unusable", str(error), _REMEDY), self._failures, lasting=error.lasting)
        await self._alarm.tell()
        return pause

    async def _works(self, waiting: Collection[str]) -> None:
        self._failures = 0
        self._observer.count("edi_polls_total", channel=self.id, outcome="done")
        self._refused = {uid: times for uid, times in self._refused.items() if uid in waiting}
        self._alarm.works(waiting)
        await self._alarm.tell()

    def _fail(self, *, lasting: bool = False) -> float:
        self._failures += 1
        first, longest = (_LASTING_FIRST, _LASTING_LONGEST) if lasting else (_RETRY_FIRST, _RETRY_LONGEST)
        return min(first * 2.0 ** min(self._failures - 1, 16), longest)

    async def _session(self) -> None:
        """Bring mails over one connection until it fails."""
        mailbox, apart = self._open_mailbox(), Apart(f"mail-{self.id}")
        try:
            await apart.call(mailbox.open)
            away: set[int] = set()
            while True:
                arrivals = await apart.call(mailbox.arrivals, _LISTED)
                if away & {arrived.uid for arrived in arrivals}:
                    raise MailboxUnusable(f"mails stay in {mailbox.name} although they were put away", lasting=True)
                away = {arrived.uid for arrived in arrivals if await self._bring(mailbox, apart, arrived)}
                await self._works({str(arrived.uid) for arrived in arrivals} - {str(uid) for uid in away})
                if away:
                    continue  # what came meanwhile may have been told of already
                if await apart.call(mailbox.tells):
                    async with resting():
                        await apart.call(mailbox.await_news, self._terms.poll)
                else:
                    await self._wait(self._terms.poll)
        finally:
            mailbox.abandon()
            apart.leave(mailbox.close)

    # ------------------------------------------------------------------------------------------------------- one mail

    async def _bring(self, mailbox: Mailbox, apart: Apart, arrived: Arrived) -> bool:
        """Bring one mail. Returns whether it was put away or aside; otherwise it is tried again with the next look."""
        beat()
        mail = await apart.call(self._read, mailbox, arrived)
        if mail is None:
            return False  # somebody else took it away
        if mail.stranger:
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="sender-refused")
            _log.warning("mail_of_a_stranger", channel=self.id, uid=mail.uid, mail=mail.letter.message_id, reason=mail.stranger)
            await apart.call(mailbox.set_aside, mail.uid)
            return True
        try:
            faults = await self._hand_over(mail)
        except Refused as refused:
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="refused")
            _log.error("mail_not_taken", channel=self.id, uid=mail.uid, problem=str(refused), remedy=refused.remedy)
            uid = str(mail.uid)
            self._refused[uid] = self._refused.get(uid, 0) + 1
            message = f"the mail {mail.letter.message_id or uid} of {mail.sender} is not taken: {refused}"
            self._alarm.failed(ChannelTrouble("mail-not-taken", message, refused.remedy or _WAITS, uid), self._refused[uid])
            return False
        await apart.call(mailbox.set_aside if faults else mailbox.put_away, mail.uid)
        return True

    def _read(self, mailbox: Mailbox, arrived: Arrived) -> _Mail | None:
        """Fetch and read a mail, in the mailbox's thread."""
        whole = arrived.size <= self._terms.most_bytes
        raw = mailbox.read(arrived.uid) if whole else mailbox.read_header(arrived.uid)
        if raw is None:
            return None
        header = BytesHeaderParser().parsebytes(raw[:_HEADER])
        if whole:
            letter = _letter(raw, self._terms.selection)
        else:
            limit = f"it has {arrived.size} bytes, and this channel takes mails of at most {self._terms.most_bytes}"
            letter = Letter(message_id_of(header), (), (limit,))
        identity = letter.message_id or f"{mailbox.name} {mailbox.validity} {arrived.uid}"
        fault = sender_fault(header, self._terms.senders)
        return _Mail(arrived.uid, raw, whole, sender_of(header), fault, letter, identity)

    async def _hand_over(self, mail: _Mail) -> tuple[str, ...]:
        """Hand over what the mail holds, and the mail itself if anything is wrong with it. Returns what is."""
        faults = list(mail.letter.faults)
        for attachment in mail.letter.attachments:
            fault = await self._store(mail, attachment.content, attachment.name, part=str(attachment.part))
            if fault:
                faults.append(f"its attachment {attachment.name} was refused: {fault}")
        if faults:
            _log.error("mail_refused", channel=self.id, uid=mail.uid, mail=mail.letter.message_id, reasons=faults)
            told = self._refusal(mail, tuple(faults))
            fault = await self._store(mail, told, f"refused mail, because {faults[0]}", part="refusal")
            if fault:
                _log.error("refused_mail_not_stored", channel=self.id, uid=mail.uid, problem=fault)
        return tuple(faults)

    def _refusal(self, mail: _Mail, faults: tuple[str, ...]) -> bytes:
        whole = mail.whole and len(mail.raw) * 1.4 + _REST < self._most_bytes
        raw = mail.raw if whole or not mail.whole else mail.raw[: self._most_bytes // 2].partition(b"\r\n\r\n")[0]
        return refusal(raw, sender=mail.sender, message_id=mail.letter.message_id, reasons=faults, whole=whole)

    async def _store(self, mail: _Mail, content: bytes, name: str, *, part: str) -> str:
        """Hand one transmission over. Returns why it can never be stored; empty when it is. Raises Refused for other reasons."""
        begun = self._clock.monotonic()
        handover = Handover(
            id=self._new_id(),
            channel=self.id,
            partner=self._partner,
            name=name,
            body=content,
            idempotency_key=_key(mail.identity, part, content),
            remote=f"{mail.sender} {mail.letter.message_id}".strip(),
        )
        try:
            receipt = await self._intake.receive(handover)
        except Refused as refused:
            if refused.status != 413:
                raise
            self._observer.count("edi_transmissions_received_total", channel=self.id, outcome="too-large")
            return str(refused)
        if receipt.conflict:
            return "it came before with other content"
        self._observer.observe("edi_receive_seconds", self._clock.monotonic() - begun, channel=self.id)
        if receipt.repeated:
            _log.info("mail_recognised", channel=self.id, transmission=str(receipt.transmission), mail=mail.identity)
        return ""


def _letter(raw: bytes, selection: Selection) -> Letter:
    try:
        return read_letter(parse(raw), selection)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's mail does to the library, it comes before a person
        return Letter(message_id_of(BytesHeaderParser().parsebytes(raw[:_HEADER])), (), (f"it cannot be read: {error}",))


def _key(identity: str, part: str, content: bytes) -> str:
    """What recognises this part of this mail for ever."""
    words = (identity, part, hashlib.sha256(content).hexdigest())
    return "mail:" + hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()
