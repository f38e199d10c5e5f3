"""What a failure means for the business: what waits because of it, whose it is, for how long, and until when it may. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.domain.calendar import instant_of
from gateway.domain.release.window import Window
from gateway.domain.service_level_words import plural, span

_MOST_NAMED = 3


class Waiting(NamedTuple):
    """Deliveries that wait because of a failure: so many of a document and a partner for a target, the oldest since `oldest`."""

    failure: UUID
    target: str
    partner: str | None
    document: str | None
    number: int
    oldest: datetime


def counted(number: int, document: str | None) -> str:
    """`1 purchase order`, `14 purchase orders`; what is no document is an interchange."""
    return f"{number} {plural(document or 'interchange', number)}"


def effect_of(
    waiting: Sequence[Waiting],
    now: datetime,
    *,
    name_of: Callable[[str], str] = str,
    cut_offs: Mapping[str, Window] | None = None,
) -> str:
    """One sentence: `14 purchase orders of BigBox wait for wms-east, the oldest for 22 min; cut-off 16:00 CET`. Empty where
    nothing waits. `cut_offs` are by target.
    """
    if not waiting:
        return ""
    most = sorted(waiting, key=lambda one: (-one.number, one.partner or "", one.document or ""))
    named = [
        counted(one.number, one.document) + (f" of {name_of(one.partner)}" if one.partner else "") for one in most[:_MOST_NAMED]
    ]
    rest = sum(one.number for one in most[_MOST_NAMED:])
    if rest:
        named.append(f"{rest} more")
    subject = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    targets = sorted({one.target for one in waiting})
    waits = "waits" if sum(one.number for one in waiting) == 1 else "wait"
    oldest = span(now - min(one.oldest for one in waiting))
    until = _cut_off(targets, cut_offs or {}, now)
    return f"{subject} {waits} for {', '.join(targets[:_MOST_NAMED])}, the oldest for {oldest}{until}"


def _cut_off(targets: Sequence[str], cut_offs: Mapping[str, Window], now: datetime) -> str:
    """The first cut-off of today that is not over."""
    coming = [
        (instant, window.zone)
        for target in targets
        if (window := cut_offs.get(target)) is not None
        and window.cut_off is not None
        and (instant := _at(now, window.cut_off, window.zone)) > now
    ]
    if not coming:
        return ""
    instant, zone = min(coming, key=lambda one: one[0])
    return f"; cut-off {instant.astimezone(zone):%H:%M %Z}"


def _at(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    day: date = now.astimezone(zone).date()
    return instant_of(day, at, zone)
