"""Files that we leave on a partner's FTPS server: written under a temporary name, their size compared, then renamed.

The partner may take a file as soon as it has its name, and gets it again when the process dies before the result is stored.
"""

from collections.abc import Callable, Sequence

import structlog

from gateway.channels.apart import Apart
from gateway.channels.ftps.session import FtpsSession
from gateway.channels.ftps.trouble import REMEDIES, FtpRefusal, FtpsTrouble
from gateway.channels.sftp.procedures import StillWritten, TooLarge
from gateway.domain.file_name import FileFacts, FileNameTemplate
from gateway.domain.sftp_terms import SftpOutbox
from gateway.ports import Outcome, OutcomeKind, Parcel

_log = structlog.get_logger(__name__)


class NameTaken(Exception):
    """Another file lies there under this name."""


class FtpsOutbound:
    """A partner's folder for what we send.

    `idempotent`: a parcel whose file lies there with the same content is not written again. Once the partner has taken the file
    away, a repeat leaves the same bytes under the same name again.
    """

    idempotent = True

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        outbox: SftpOutbox,
        *,
        open_session: Callable[[], FtpsSession],
        partner: str | None = None,
    ) -> None:
        self.id = id
        self._outbox, self._open_session, self._partner = outbox, open_session, partner
        self._template = FileNameTemplate.parse(outbox.name)
        self._folder = outbox.folder.rstrip("/")

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over, over one connection; one outcome per parcel, in their order."""
        if not parcels:
            return []
        session, apart = self._open_session(), Apart(f"ftps-{self.id}")
        outcomes: list[Outcome] = []
        try:
            await apart.call(session.open)
            for parcel in parcels:
                outcomes.append(await apart.call(self._send, session, parcel))  # noqa: PERF401 - those before a break count
        except FtpsTrouble as trouble:
            told = {"code": trouble.code, "problem": str(trouble)}
            _log.warning("ftps_unusable", channel=self.id, **told)
            outcomes += [_unusable(parcel, trouble) for parcel in parcels[len(outcomes) :]]
        finally:
            session.abandon()
            apart.leave(session.close)
        return outcomes

    def _send(self, session: FtpsSession, parcel: Parcel) -> Outcome:
        try:
            name = self._name(parcel)
        except ValueError as fault:
            return _failed(parcel, "name-unsafe", f"{fault}; change the naming in the channel, and redeliver")
        try:
            self._put(session, name, parcel.content)
        except (NameTaken, StillWritten, TooLarge):
            remedy = "ask the partner to fetch it, or change the naming; then redeliver"
            return _failed(parcel, "name-taken", f"{name} lies in the folder with other content: {remedy}")
        except FtpRefusal as refusal:
            message = f"the server refuses to let us write {name} into {self._folder}: {refusal}. {REMEDIES['refused']}"
            return Outcome(parcel.delivery, OutcomeKind.RETRY, code=f"ftp-{refusal.code}", message=message)
        return Outcome(parcel.delivery, OutcomeKind.DELIVERED, reference=name)

    def _name(self, parcel: Parcel) -> str:
        """The file's name, the same for each repeat. Raises ValueError when there is none that can be used."""
        number = parcel.control_number
        sequence = parcel.options.get("sequence", int(number) if number.isdecimal() else None)
        facts = FileFacts(
            name=parcel.name,
            created=parcel.created,
            sequence=sequence if isinstance(sequence, int) else None,
            control_number=number or None,
            document=parcel.type or None,
            partner=self._partner,
            id=parcel.delivery.hex,
        )
        return self._template.render(facts)

    def _put(self, session: FtpsSession, name: str, content: bytes) -> None:
        path = f"{self._folder}/{name}"
        there = session.look_at(path)
        if there is None:
            self._write(session, path, name, content)
        elif there.size not in {None, len(content)}:
            raise NameTaken
        else:
            found = session.read(path, seen=there, most=len(content))
            if found is None or found[0] != content:
                raise NameTaken
        if self._outbox.marker is not None:
            session.write(f"{self._folder}/{self._outbox.marker.replace('{name}', name)}", b"")

    def _write(self, session: FtpsSession, path: str, name: str, content: bytes) -> None:
        if self._outbox.temporary is None:
            session.write(path, content)
            return
        temporary = f"{self._folder}/{self._outbox.temporary.replace('{name}', name)}"
        session.write(temporary, content)
        session.rename(temporary, path)


def _failed(parcel: Parcel, code: str, message: str) -> Outcome:
    return Outcome(parcel.delivery, OutcomeKind.FAILED, code=code, message=message)


def _unusable(parcel: Parcel, trouble: FtpsTrouble) -> Outcome:
    message = f"{trouble}. {trouble.remedy}"
    return Outcome(parcel.delivery, OutcomeKind.RETRY, code=trouble.code, message=message, unavailable=True)
