"""A partner at work: sends what it has, takes what comes, answers it, and tells what it does as it does it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.simulators.partner.answering import Agreed, Reply, answers_to
from gateway.simulators.partner.line import Line, NotTaken
from gateway.simulators.partner.manners import Answering, Manners
from gateway.simulators.partner.sending import Consignment
from gateway.simulators.partner.side import TradingPartner
from translators.contract import Interchange
from translators.errors import TranslatorError


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that it did or that was done to it: `sent`, `received`, `answered`, `refused`, `withheld`."""

    did: str
    what: str
    name: str = ""
    number: str = ""
    size: int = 0
    said: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class SimulatedPartner:
    """One partner on one line. `acts` is all that happened; `tell` hears of each. `finish` ends what is half written.

    `got` is what it was sent, `news` is set with everything that happens.
    """

    def __init__(
        self,
        side: TradingPartner,
        agreed: Agreed,
        manners: Manners,
        *,
        tell: Callable[[Act], None] = lambda _act: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.side, self.manners, self.finish = side, manners, asyncio.Event()
        self.acts: list[Act] = []
        self.got: list[Interchange] = []
        self.news = asyncio.Event()
        self._agreed, self._tell, self._clock, self._pause = agreed, tell, clock, pause
        self._line: Line | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: list[Reply] = []

    def by(self, line: Line) -> None:
        """Use this line, which takes by `take`."""
        self._line = line

    async def send(self, leaving: Sequence[Consignment]) -> None:
        """Send, one after the other; what the other side does not take is told, and the next one goes."""
        await self._pause(self.manners.sends_after)
        for one in leaving:
            await self._sent("sent", one.name, one.contents, number=one.number, half=one.half)

    async def take(self, body: bytes, name: str) -> None:
        """Read what came, and answer it."""
        for interchange in self.side.interchanges(body):
            self.got.append(interchange)
            types = " ".join(document.type for document in interchange.documents)
            said = _said_by(interchange)
            self._did(Act("received", types, name, interchange.envelope.control_number, len(body), said))
            if Answering.MISSING in self.manners.answering and not _only_acknowledges(interchange):
                self._did(Act("withheld", "the answer", name, interchange.envelope.control_number))
            self._answer_soon(self._replies(interchange, name))

    async def until(self, condition: Callable[["SimulatedPartner"], bool], *, within: float = 20.0) -> None:
        """Wait for something to have happened. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not condition(self):
                self.news.clear()
                await self.news.wait()

    def documents(self, kind: str) -> list[str]:
        """The control numbers of the documents of a type that it got."""
        return [document.control_number for one in self.got for document in one.documents if document.type == kind]

    async def rest(self) -> None:
        """Wait until all answers that are under way have left."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """Answer nothing more."""
        for task in self._tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _replies(self, interchange: Interchange, name: str) -> Sequence[Reply]:
        try:
            return answers_to(self.side, interchange, self._agreed, self.manners.answering, prepared=self._clock())
        except (ValueError, TranslatorError) as error:
            self._did(Act("failed", "the answer", name, interchange.envelope.control_number, said=str(error)))
            return []

    def _answer_soon(self, replies: Sequence[Reply]) -> None:
        if Answering.OUT_OF_ORDER in self.manners.answering and replies:
            self._kept[:0] = replies
            if len(self._kept) == len(replies):
                return  # the answers to the next one go before these
            replies, self._kept = self._kept, []
        if replies:
            task = asyncio.create_task(self._answer(replies))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, replies: Sequence[Reply]) -> None:
        await self._pause(self.manners.answers_after)
        for place, reply in enumerate(replies):
            name = f"{reply.kind}-{self._clock():%Y%m%d%H%M%S%f}-{place}.edi"
            await self._sent("answered", name, reply.contents, kind=reply.kind)

    async def _sent(self, did: str, name: str, contents: bytes, *, number: str = "", kind: str = "", half: bool = False) -> None:
        if self._line is None:
            raise RuntimeError("there is no line")
        if half and not self.finish.is_set():
            self._did(Act("withheld", "the end of the file", name, number, len(contents)))
        try:
            said, answer = await self._line.send(name, contents, finish=self.finish if half else None)
        except NotTaken as refusal:
            self._did(Act("refused", kind or "interchange", name, number, len(contents), str(refusal)))
            return
        self._did(Act(did, kind or "interchange", name, number, len(contents), said))
        if answer:
            await self.take(answer, f"answer to {name}")

    def _did(self, act: Act) -> None:
        self.acts.append(act)
        self._tell(act)
        self.news.set()


def _only_acknowledges(interchange: Interchange) -> bool:
    return all(document.name == "functional_acknowledgement" for document in interchange.documents)


def _said_by(interchange: Interchange) -> str:
    """What an acknowledgement says, by its verdict; empty for everything else."""
    verdicts = [
        str(getattr(document.canonical, "verdict", "") or getattr(document.canonical, "status", ""))
        for document in interchange.documents
        if document.name in ("functional_acknowledgement", "application_response", "order_response")
    ]
    return " ".join(verdicts)
