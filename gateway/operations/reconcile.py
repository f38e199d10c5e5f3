"""Reconcile: what two systems hold is compared, and every difference is told, with its age and what to do about it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from gateway.domain.reconciliation import Difference, Entry, Pair, Terms, differences, pairs, place_of
from gateway.operations.repairs import own_words, words
from gateway.ports.books import AnyBooks, AsksByEntry, Books, Ledgers, Shelf
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles

STAGE = "reconcile"
"""The stage of these failures. Their route is the reconciliation's id."""

PROCESSED, ACKNOWLEDGED, NUMBERS = "processed", "acknowledged", "numbers"
"""What the gateway finds by itself: it is told as a failure already where it happens, and only listed here."""

MOST = 2_000
"""Differences of one reconciliation that are told one by one. Where there are more, something else is wrong."""

_AT_ONCE = 200
"""Entries that a system is asked for together, and pairs that are compared before others have their turn."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems that are compared about something: `left` should have told, `right` should know.

    `names` are those of the two for people. `back` is how far it looks back.
    """

    id: str
    what: str
    names: tuple[str, str]
    left: Books
    right: AnyBooks
    terms: Terms
    back: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, in words, and what to do."""

    reconciliation: str
    difference: Difference
    message: str
    suggestion: str


async def reconcile(
    comparison: Comparison,
    troubles: ChannelTroubles,
    *,
    now: datetime,
    shelf: Callable[[], Shelf],
    back: timedelta | None = None,
    most: int = MOST,
) -> Sequence[Found]:
    """Compare, and keep what differs as failures: those of an earlier run that are gone are over.

    With another `back` than agreed, no failure is touched: it does not look at all of them. No more than `most` are found, and
    nothing is over then. Raises a GatewayError when a system cannot be asked, and changes nothing then.
    """
    begin = now - (comparison.back if back is None else back)
    found: list[Found] = []
    async with aclosing(_pairs(comparison, begin, shelf)) as all_pairs:
        async for pair in all_pairs:
            told = differences(pair, comparison.terms, now=now, begin=begin)
            found += (Found(comparison.id, one, *words(comparison.what, comparison.names, one)) for one in told)
            if len(found) >= most:
                break
    found = found[:most]
    if back is None:
        side = ChannelSide(comparison.id, None, STAGE)
        await troubles.keep(side, [_trouble(comparison, one) for one in found], all_of_them=len(found) < most)
    return found


async def list_own(ledgers: Ledgers, name: str, *, now: datetime, back: timedelta, settling: timedelta) -> Sequence[Found]:
    """What the gateway knows of itself to be amiss."""
    since = now - back
    reads: Mapping[str, Callable[[], Awaitable[Sequence[Difference]]]] = {
        PROCESSED: lambda: ledgers.unprocessed(since=since, settling=settling),
        ACKNOWLEDGED: lambda: ledgers.unacknowledged(since=since),
        NUMBERS: lambda: ledgers.number_gaps(since=since),
    }
    return [Found(name, one, *own_words(name, one)) for one in await reads[name]()]


async def _pairs(comparison: Comparison, begin: datetime, shelf: Callable[[], Shelf]) -> AsyncGenerator[Pair]:
    """What belongs together, key by key. Both sides are read to their end before anything is compared.

    Books are read a little further back than is told of: what one side had shortly before that time, the other may have had
    shortly after it.
    """
    since = begin - max(comparison.back / 4, timedelta(days=1))
    left, right = shelf(), shelf()
    try:
        await _fill(left, comparison.left, since)
        if isinstance(comparison.right, AsksByEntry):
            async for pair in _asked(left.ordered(), comparison.right, begin):
                yield pair
            return
        await _fill(right, comparison.right, since)
        for number, pair in enumerate(pairs(left.ordered(), right.ordered())):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            yield pair
    finally:
        left.close()
        right.close()


async def _fill(shelf: Shelf, books: Books, since: datetime) -> None:
    async for page in books.pages(since=since):
        await shelf.add(page)


async def _asked(left: Iterator[Entry], right: AsksByEntry, begin: datetime) -> AsyncGenerator[Pair]:
    """The left side, some at a time, with what the right side answers when it is asked for them."""
    wanted = (one for one in left if one.since is None or one.since >= begin)
    for some in _portions(wanted):
        answered = sorted(await right.of(some), key=place_of)
        for pair in pairs(some, answered):
            yield pair


def _portions(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Some at a time; those of one key stay together."""
    some: list[Entry] = []
    for _, same in groupby(entries, key=place_of):
        if len(some) >= _AT_ONCE:
            yield some
            some = []
        some += same
    if some:
        yield some


def _trouble(comparison: Comparison, found: Found) -> ChannelTrouble:
    one = found.difference
    return ChannelTrouble(
        f"{comparison.what}-{one.kind.value}", found.message, found.suggestion, about=one.about, partner=one.partner
    )
