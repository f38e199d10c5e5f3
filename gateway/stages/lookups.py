"""Lookups: what waiting documents have to know is asked of applications, all of a batch at once, outside of any transaction.

An application that cannot be asked makes documents wait, longer each time, and its owner is told. Nothing goes on unenriched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from gateway.domain.lookup import Answer, Question
from gateway.errors import GatewayError
from gateway.ports.channel_trouble import ChannelTrouble
from gateway.ports.pulse import beat
from gateway.ports.reference import Reference
from gateway.stages.alarm import Alarm

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
"""Documents that are remembered as waiting for an application; above it, everything waits until it is asked again."""
_LONGEST_PAUSE = 60.0
_MOST_KNOWN = 50_000
"""Answers that are kept while documents that want more come after each other without a pause."""


@dataclass(slots=True)
class Asked:
    """One application: how it is asked, who is told when it does not answer, and when it may be asked again."""

    reference: Reference
    alarm: Alarm
    failures: int = 0
    again: float = 0.0


@dataclass(slots=True)
class Lookups:
    """What is known, and which documents wait because it could not be asked. `clock` is monotonic."""

    asked: Mapping[str, Asked]
    clock: Callable[[], float]
    known: dict[Question, Answer] = field(default_factory=dict)
    _waiting: dict[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def waiting(self) -> Sequence[UUID]:
        """Documents that need an application which did not answer and is not asked yet."""
        now = self.clock()
        silent = {name for name, one in self.asked.items() if one.again > now}
        self._waiting = {document: needs for document, needs in self._waiting.items() if needs & silent}
        return list(self._waiting)

    @property
    def full(self) -> bool:
        """Whether so many wait that no more are taken up."""
        return len(self.waiting) >= MOST_WAITING

    async def ask(self, wanted: Mapping[UUID, Sequence[Question]]) -> None:
        """Get the answers that documents want; they serve until these are decided."""
        if len(self.known) > _MOST_KNOWN:
            self.forget()
        questions = dict.fromkeys(question for some in wanted.values() for question in some)
        by_application: dict[str, list[Question]] = {}
        for question in questions:
            by_application.setdefault(question.application, []).append(question)
        for application, some in by_application.items():
            if not await self._ask(application, some):
                lacking = {document: frozenset({application}) for document, mine in wanted.items() if set(mine) & set(some)}
                self._waiting |= lacking

    def forget(self) -> None:
        """All are decided: whoever comes later asks anew."""
        self.known.clear()

    async def close(self) -> None:
        """End the connections."""
        for one in self.asked.values():
            await one.reference.close()

    async def _ask(self, application: str, questions: Sequence[Question]) -> bool:
        one = self.asked[application]
        if one.again > self.clock():
            return False
        beat()
        try:
            self.known |= await one.reference.answers(questions)
        except GatewayError as error:
            one.failures += 1
            pause = min(2.0 ** min(one.failures - 1, 10), _LONGEST_PAUSE)
            one.again = self.clock() + pause
            log.warning("lookups_not_answered", application=application, questions=len(questions), problem=str(error))
            message = f"routes look things up in {application}, and their documents wait: {error}"
            remedy = error.remedy or "They go on by themselves when it answers. See with: gateway doctor"
            one.alarm.failed(ChannelTrouble("lookup-unanswered", message, remedy), one.failures)
            await one.alarm.tell()
            return False
        one.failures, one.again = 0, 0.0
        one.alarm.works(())
        await one.alarm.tell()
        return True
