"""How far a list has been read: a time or a growing number, as the system writes it. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.http_application import Query, QueryFailed


def furthest(events: Sequence[Any], query: Query, *, than: str) -> str:
    """The largest position among events and the one before, as it was written. What cannot be read is passed over."""
    return max([than, *_positions(events, query)], key=_rank)


def since(position: str, overlap: float) -> str:
    """A position less so many seconds, where it is a time, written in the same way."""
    moment = _moment(position)
    if not overlap or moment is None:
        return position
    earlier = moment - timedelta(seconds=overlap)
    form = "milliseconds" if "." in position else "seconds"
    text = earlier.isoformat(sep="T" if "T" in position else " ", timespec=form)
    return text.replace("+00:00", "Z") if position.endswith("Z") else text


def _positions(events: Iterable[Any], query: Query) -> Iterable[str]:
    for event in events:
        try:
            found = query(event)
        except QueryFailed:
            continue
        if isinstance(found, str | int | float) and not isinstance(found, bool) and found != "":
            yield str(found)


def _rank(position: str) -> tuple[int, float, str]:
    """Nothing, then texts, then numbers, then times: of one list all are of one kind."""
    if not position:
        return (0, 0.0, "")
    try:
        return (2, float(position), "")
    except ValueError:
        pass
    moment = _moment(position)
    if moment is None:
        return (1, 0.0, position)
    return (3, (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp(), "")


def _moment(text: str) -> datetime | None:
    """Also one without a zone: it is compared with others of its list only."""
    try:
        return datetime.fromisoformat(text) if len(text) > len("20261224") else None
    except ValueError:
        return None
