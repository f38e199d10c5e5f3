"""Sequence: interchanges whose control number is not the next one are processed, flagged, held or refused, as agreed.

Runs in the transaction that settles them, after duplicates were decided, with the last number of each pair of partners locked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from gateway.domain.agreement import Direction
from gateway.domain.control_number import LARGEST
from gateway.domain.failure import fingerprint
from gateway.domain.history import is_history
from gateway.domain.record import FailureRow, MissingNumberRow, ReceivedNumberRow
from gateway.domain.sequence import Arrived, OutOfSequence, Place, arrive, counted
from gateway.domain.storable import storable_key
from gateway.ports import SettlementSession
from gateway.stages.duplicates import Fate
from gateway.stages.judgement import Judged, JudgedInterchange

_Pair = tuple[str, str, str, bool]
_NAMED = 20
"""So many missing numbers are named in a message."""


@dataclass(frozen=True, slots=True)
class Held:
    """A transmission that waits: for which pair of partners, until which number has come, and for how long."""

    judged: Judged
    interchange: JudgedInterchange
    pair: ReceivedNumberRow
    missing: Sequence[int]
    wait: timedelta


class TooEarly(Exception):
    """Some of the batch must wait for earlier numbers; the transaction is rolled back and the rest written again."""

    def __init__(self, held: Sequence[Held]) -> None:
        super().__init__()
        self.held = held


@dataclass(slots=True)
class Numbers:
    """What the numbers of a batch come to. `known` are the last numbers before it, `fates` those of its interchanges."""

    known: Mapping[_Pair, int | None]
    fates: dict[UUID, Fate]
    new_id: Callable[[], UUID]
    last: dict[_Pair, ReceivedNumberRow] = field(default_factory=dict)
    missing: list[MissingNumberRow] = field(default_factory=list)
    late: list[ReceivedNumberRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    refused: list[UUID] = field(default_factory=list)
    waited: list[UUID] = field(default_factory=list)

    def judge(self, judged: Judged, interchange: JudgedInterchange, number: int) -> Held | None:
        """Note a number; answers what must wait."""
        family, pair = interchange.interchange.envelope.family, _pair(interchange)
        before = self.last[pair].last if pair in self.last else self.known.get(pair)
        arrived = arrive(before, number, largest=LARGEST[family])
        terms = judged.configuration.partnerships.sequence(interchange.partner.id if interchange.partner else "", family)
        if terms.policy is OutOfSequence.HOLD and arrived.place is Place.AHEAD and not judged.transmission.waited_out:
            return Held(judged, interchange, _row(interchange, arrived.missing[-1]), arrived.missing, terms.wait)
        if terms.policy is OutOfSequence.REJECT and arrived.place is not Place.NEXT:
            expected = "1" if before is None else str(before + 1)
            self.fates[interchange.id] = Fate("refused", interchange.as_out_of_sequence(expected))
            self.refused.append(interchange.id)
        elif arrived.place is Place.BEHIND:
            self.late.append(_row(interchange, number))
        else:
            self.last[pair] = _row(interchange, arrived.last)
            if arrived.place is not Place.NEXT:
                self._tell(judged, interchange, before, arrived)
        return None

    def _tell(self, judged: Judged, interchange: JudgedInterchange, before: int | None, arrived: Arrived) -> None:
        """The failure of a gap, closed when all that is missing has come; or of numbers that begin anew."""
        number = interchange.interchange.envelope.control_number
        if arrived.place is Place.RESTART:
            message = f"Interchange {number} follows {before}: the partner seems to have begun to count anew."
            code = "control-numbers-restarted"
            self.failures.append(_failure(judged, interchange, interchange.id, code, message, self.new_id()))
            return
        message = f"Interchange {number} came and {_named(arrived.missing)} did not."
        failure = _failure(judged, interchange, interchange.id, "control-number-gap", message, self.new_id())
        self.failures.append(failure)
        pair = _pair(interchange)
        self.missing += [MissingNumberRow(*pair, missing, interchange.id, failure.fingerprint) for missing in arrived.missing]


async def in_sequence(
    session: SettlementSession, batch: Sequence[Judged], fates: dict[UUID, Fate], new_id: Callable[[], UUID]
) -> Numbers:
    """Judge the order of accepted interchanges; those that are refused for it get another fate. Raises TooEarly."""
    asked = [
        (judged, interchange, number)
        for judged in batch
        for interchange in judged.interchanges
        if (number := _asked(judged, interchange, fates[interchange.id])) is not None
    ]
    pairs = {_pair(interchange): _row(interchange, 0) for _, interchange, _ in asked}
    known = await session.lock_received_numbers(list(pairs.values())) if asked else {}
    numbers = Numbers(known, fates, new_id)
    held: dict[UUID, Held] = {}
    for judged, interchange, number in asked:
        if judged.transmission.id not in held:
            too_early = numbers.judge(judged, interchange, number)
            if too_early is not None:
                held[judged.transmission.id] = too_early
    if held:
        raise TooEarly(list(held.values()))
    if numbers.refused:
        await session.release_interchange_keys(numbers.refused)
    numbers.waited = [judged.transmission.id for judged in batch if judged.transmission.held]
    return numbers


async def remember(session: SettlementSession, numbers: Numbers) -> Sequence[UUID]:
    """Write what the numbers of a batch come to; answers the transmissions that may go on by it."""
    if numbers.waited:
        await session.close_held_cases(numbers.waited)
    if not numbers.last and not numbers.late:
        return ()
    waited_for = {held_for(row) for row in (*numbers.last.values(), *numbers.late)}
    return await session.advance_received_numbers(
        list(numbers.last.values()), numbers.missing, numbers.late, waited_for=sorted(waited_for)
    )


def held_for(row: ReceivedNumberRow) -> str:
    """The pair of partners, as a waiting transmission names it."""
    return "|".join((row.family, row.sender, row.receiver, "T" if row.test else "P"))


def hold_failure(held: Held, new_id: Callable[[], UUID]) -> FailureRow:
    """What the owner is told while a transmission waits."""
    number = held.interchange.interchange.envelope.control_number
    message = f"Interchange {number} of {held.pair.sender} waits for {_named(held.missing)}, at most {held.wait}."
    return _failure(held.judged, held.interchange, held.judged.transmission.id, "control-number-awaited", message, new_id())


def _asked(judged: Judged, interchange: JudgedInterchange, fate: Fate) -> int | None:
    """The number of an interchange whose order matters; None for all others."""
    if fate.state != "accepted" or interchange.partner is None or interchange.direction is Direction.OUT:
        return None
    if is_history(judged.transmission.channel):
        return None  # it comes in whatever order it was found in
    replay = judged.transmission.replay
    if replay is not None and replay.root != judged.transmission.id:
        return None  # its number came with the first of its line
    terms = judged.configuration.partnerships.sequence(interchange.partner.id, interchange.interchange.envelope.family)
    if terms.policy is OutOfSequence.ACCEPT:
        return None
    return counted(interchange.interchange.envelope.control_number)


def _failure(
    judged: Judged, interchange: JudgedInterchange, subject: UUID, code: str, message: str, identifier: UUID
) -> FailureRow:
    partner = interchange.partner.id if interchange.partner else None
    owner = judged.configuration.owner_of(partner, stage="translate")
    return FailureRow(
        id=identifier,
        fingerprint=fingerprint(stage="translate", code=code, partner=partner, route=None),
        stage="translate",
        code=code,
        partner=partner,
        route=None,
        owner=owner,
        message=message,
        remedy="Ask the partner whether something was not sent; what it sends late is processed, and closes this.",
        sample=subject,
        transmission=judged.transmission.id,
    )


def _named(missing: Sequence[int]) -> str:
    shown = ", ".join(map(str, missing[:_NAMED]))
    return f"{shown} and {len(missing) - _NAMED} more" if len(missing) > _NAMED else shown


def _pair(interchange: JudgedInterchange) -> _Pair:
    envelope = interchange.interchange.envelope
    sender, receiver = storable_key(str(envelope.sender)), storable_key(str(envelope.receiver))
    return (envelope.family.value, sender, receiver, envelope.test)


def _row(interchange: JudgedInterchange, last: int) -> ReceivedNumberRow:
    return ReceivedNumberRow(*_pair(interchange), last, interchange.id)
