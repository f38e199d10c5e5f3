"""Files that we leave on a partner's server: written under a temporary name, their size compared, then renamed.

The partner may take a file as soon as it has its name, and gets it again when the process dies before the result is stored.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog

from gateway.channels.remote_folder.pool import Sessions
from gateway.channels.remote_folder.server import Files, Print, ServerTrouble, Session, Steps, StillWritten, TooLarge
from gateway.domain.file_name import FileFacts, FileNameTemplate, TemplateInvalid
from gateway.domain.remote_folder_terms import RemoteOutbox
from gateway.errors import ServerRefused
from gateway.ports import Outcome, OutcomeKind, Parcel
from gateway.ports.channel_trouble import ChannelTrouble, ChannelTroubles
from gateway.stages.alarm import Alarm

_log = structlog.get_logger(__name__)


class NameTaken(Exception):
    """Another file lies there under this name."""


class RemoteOutbound:
    """A partner's folder for what we send.

    `idempotent`: a parcel whose file lies there with the same content is not written again. Once the partner has taken the file
    away, a repeat leaves the same bytes under the same name again.
    """

    idempotent = True

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        outbox: RemoteOutbox,
        *,
        sessions: Sessions,
        troubles: ChannelTroubles,
        partner: str | None = None,
    ) -> None:
        self.id = id
        self._outbox, self._sessions, self._partner = outbox, sessions, partner
        self._alarm = Alarm(id, partner, troubles, side="out")
        self._template = FileNameTemplate.parse(outbox.name)
        self._folder = outbox.folder.rstrip("/")

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over; one outcome per parcel, in their order."""
        names = [self._name(parcel) for parcel in parcels]
        outcomes: dict[UUID, Outcome] = {}
        for parcel, name in zip(parcels, names, strict=True):
            if isinstance(name, ValueError):
                outcomes[parcel.delivery] = _failed(parcel, "name-unsafe", f"{name}; change the naming in the agreement")
        for turn in _turns((parcel, name) for parcel, name in zip(parcels, names, strict=True) if isinstance(name, str)):
            outcomes |= {outcome.delivery: outcome for outcome in await self._send(turn)}
        return [outcomes[parcel.delivery] for parcel in parcels]

    async def _send(self, turn: Sequence[tuple[Parcel, str]]) -> list[Outcome]:
        def put(session: Session) -> list[Exception | None]:
            return session.run_all(self._put(session.files, parcel, name) for parcel, name in turn)

        try:
            results = await self._sessions.use(put)
        except ServerTrouble as trouble:
            # What may pass by itself is the breaker's: deliveries wait, and theirs is the failure if it does not pass.
            self._alarm.failed(ChannelTrouble(trouble.code, str(trouble), trouble.remedy), 0, lasting=trouble.lasting)
            outcomes = [self._unusable(parcel, trouble) for parcel, _ in turn]
        else:
            self._alarm.works(())
            outcomes = [self._outcome(parcel, name, result) for (parcel, name), result in zip(turn, results, strict=True)]
        await self._alarm.tell()
        return outcomes

    # --------------------------------------------------------------------------------------------------------- names

    def _name(self, parcel: Parcel) -> str | ValueError:
        """The file's name, the same for each repeat; or why there is none."""
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
        try:
            return self._template.render(facts)
        except (TemplateInvalid, ValueError) as error:
            return ValueError(str(error))

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    # ------------------------------------------------------------------------------------------------ in the threads

    def _put(self, files: Files, parcel: Parcel, name: str) -> Steps[None]:
        path = self._path(name)
        there = yield from files.look_at(path)
        if there is None:
            yield from self._write(files, path, name, parcel.content)
        elif not (yield from _holds(files, path, there, parcel.content)):
            raise NameTaken
        if self._outbox.marker is not None:
            yield from files.write(self._path(self._outbox.marker.replace("{name}", name)), b"")

    def _write(self, files: Files, path: str, name: str, content: bytes) -> Steps[None]:
        if self._outbox.temporary is None:
            yield from files.write(path, content)
            return
        temporary = self._path(self._outbox.temporary.replace("{name}", name))
        yield from files.write(temporary, content)
        there = yield from files.rename(temporary, path, unique=False)
        if not there and (yield from files.look_at(path)) is None:
            raise ServerRefused(f"{temporary} was taken away before it had its name")

    # ------------------------------------------------------------------------------------------------------ outcomes

    def _outcome(self, parcel: Parcel, name: str, result: Exception | None) -> Outcome:
        if result is None:
            return Outcome(parcel.delivery, OutcomeKind.DELIVERED, reference=name)
        if isinstance(result, NameTaken | StillWritten | TooLarge):
            message = (
                f"{name} lies in the folder with other content: ask the partner to fetch it, or change the naming; then redeliver"
            )
            return _failed(parcel, "name-taken", message)
        if isinstance(result, ServerTrouble):
            return self._unusable(parcel, result)
        if isinstance(result, ServerRefused):
            trouble = self._sessions.in_words(result, f"let us write {name} into {self._outbox.folder}")
            message = f"{trouble}. {trouble.remedy}"
            return Outcome(parcel.delivery, OutcomeKind.RETRY, code=trouble.code, message=message)
        raise result

    def _unusable(self, parcel: Parcel, trouble: ServerTrouble) -> Outcome:
        told = {"code": trouble.code, "problem": str(trouble)}
        _log.warning("server_unusable", channel=self.id, delivery=str(parcel.delivery), **told)
        message = f"{trouble}. {trouble.remedy}"
        return Outcome(parcel.delivery, OutcomeKind.RETRY, code=trouble.code, message=message, unavailable=trouble.connecting)


def _failed(parcel: Parcel, code: str, message: str) -> Outcome:
    return Outcome(parcel.delivery, OutcomeKind.FAILED, code=code, message=message)


def _holds(files: Files, path: str, there: Print, content: bytes) -> Steps[bool]:
    """Whether the file that lies there is the one we would write."""
    if there.size is not None and there.size != len(content):
        return False
    found = yield from files.read(path, seen=there, most=len(content))
    return found is not None and found[0] == content


def _turns(files: Iterable[tuple[Parcel, str]]) -> list[list[tuple[Parcel, str]]]:
    """Files grouped so that those of one group have different names: they are written side by side."""
    turns: list[dict[str, tuple[Parcel, str]]] = []
    for parcel, name in files:
        turn = next((turn for turn in turns if name not in turn), None)
        if turn is None:
            turns.append(turn := {})
        turn[name] = (parcel, name)
    return [list(turn.values()) for turn in turns]
