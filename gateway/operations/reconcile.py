"""Reconcile: what two systems hold is compared, and every difference is told, with its age and what to do about it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.domain.reconciliation import Difference, Kind, Terms, compare
from gateway.ports.books import Books, Ledgers
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles

STAGE = "reconcile"
"""The stage of these failures. Their route is the reconciliation's id."""

PROCESSED, ACKNOWLEDGED, NUMBERS = "processed", "acknowledged", "numbers"
"""What the gateway finds by itself: it is told as a failure already where it happens, and only listed here."""

MEANINGS: Mapping[str, str] = {
    PROCESSED: "received against processed",
    ACKNOWLEDGED: "sent against acknowledged",
    NUMBERS: "control numbers that have not come",
    "orders": "orders delivered against those that an application holds",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems that are compared about something: `left` should have told, `right` should know.

    `names` are those of the two for people. `back` is how far it looks back.
    """

    id: str
    what: str
    names: tuple[str, str]
    left: Books
    right: Books
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
    comparison: Comparison, troubles: ChannelTroubles, *, now: datetime, back: timedelta | None = None
) -> Sequence[Found]:
    """Compare, and keep what differs as failures: those of an earlier run that are gone are over.

    With another `back` than agreed, no failure is touched: it does not look at all of them. Raises a GatewayError when a system
    cannot be asked, and changes nothing then.
    """
    since = now - (comparison.back if back is None else back)
    left = await comparison.left.entries((), since=since)
    right = await comparison.right.entries(left, since=since)
    found = [_found(comparison, one) for one in compare(left, right, comparison.terms, now=now)]
    if back is None:
        side = ChannelSide(comparison.id, None, STAGE)
        await troubles.keep(side, [_trouble(comparison, one) for one in found], all_of_them=True)
    return found


async def list_own(ledgers: Ledgers, name: str, *, now: datetime, back: timedelta, settling: timedelta) -> Sequence[Found]:
    """What the gateway knows of itself to be amiss."""
    since = now - back
    reads: Mapping[str, Callable[[], Awaitable[Sequence[Difference]]]] = {
        PROCESSED: lambda: ledgers.unprocessed(since=since, settling=settling),
        ACKNOWLEDGED: lambda: ledgers.unacknowledged(since=since),
        NUMBERS: lambda: ledgers.number_gaps(since=since),
    }
    return [Found(name, one, *_own_words(name, one)) for one in await reads[name]()]


def _found(comparison: Comparison, one: Difference) -> Found:
    return Found(comparison.id, one, *_words(comparison, one))


def _trouble(comparison: Comparison, found: Found) -> ChannelTrouble:
    one = found.difference
    return ChannelTrouble(
        f"{comparison.what}-{one.kind.value}", found.message, found.suggestion, about=one.about, partner=one.partner
    )


def _words(comparison: Comparison, one: Difference) -> tuple[str, str]:
    ours, theirs = comparison.names
    about = f"{one.key} of {one.partner}" if one.partner else one.key
    about += f", {one.line}" if one.line else ""
    see = f"Compare `gateway order {one.key}` with {theirs}"
    match one.kind:
        case Kind.MISSING if one.line is None:
            text = f"{about} ({one.left}) is not in {theirs}."
            return (
                text,
                f"Look for it in {theirs}; if it was deleted by mistake, `gateway redeliver order:{one.key} --delivered`.",
            )
        case Kind.MISSING:
            return f"{about} is not in {theirs}: {ours} has {one.left}.", f"{see}; add the line there, or let the customer know."
        case Kind.UNEXPECTED:
            return f"{about} is in {theirs} ({one.right}) and not in {ours}.", f"{see}; who added it, and does the customer know?"
        case Kind.DOUBLED:
            return f"{about} is in {theirs} more than once: {one.right}.", f"Cancel what is one too many in {theirs}."
    text = f"{about}: {one.what} is {one.left} in {ours} and {one.right} in {theirs}{_by(one)}."
    return text, f"{see}: an event was missed, or somebody changed it by hand."


def _by(one: Difference) -> str:
    """How much more or less, where that is a number."""
    try:
        difference = Decimal(one.right or "") - Decimal(one.left or "")
    except ArithmeticError:
        return ""
    return f" ({difference:+f})"


def _own_words(name: str, one: Difference) -> tuple[str, str]:
    if name == PROCESSED:
        return f"{one.what} {one.left} is {one.right}.", f"gateway trace {one.key}"
    if name == ACKNOWLEDGED:
        return f"The {one.what} for {one.left} is {one.right}.", f"gateway acks show {one.key}"
    return f"Control number {one.line} of {one.key} has not come.", "Ask the partner to send it again, or accept the gap."
