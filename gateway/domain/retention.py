"""What is kept for how long, and what is said of what is gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Class(StrEnum):
    """Kinds of what is kept. What the gateway searches by is the envelope, and outlives the others."""

    PAYLOAD = "payload"
    CANONICAL = "canonical"
    JOURNAL = "journal"
    ENVELOPE = "envelope"
    AUDIT = "audit"


HOLDS: Mapping[Class, str] = {
    Class.PAYLOAD: "bytes received and sent, also as they went over the wire",
    Class.CANONICAL: "canonical documents, as read and as routed",
    Class.JOURNAL: "journal, attempts, findings, receipts",
    Class.ENVELOPE: "transmissions, interchanges, documents, keys, deliveries, expectations, orders: what is searched",
    Class.AUDIT: "who did what",
}


class Walk(StrEnum):
    """What is gone through from its oldest to what is too young to go."""

    RECEIVED = "received"
    SENT = "sent"
    WIRE = "wire"
    CANONICAL = "canonical"
    JOURNAL = "journal"
    TRANSFERS = "transfers"
    ENVELOPES = "envelopes"
    ORDERS = "orders"


WALKS: Mapping[Walk, Class] = {
    Walk.RECEIVED: Class.PAYLOAD,
    Walk.SENT: Class.PAYLOAD,
    Walk.WIRE: Class.PAYLOAD,
    Walk.CANONICAL: Class.CANONICAL,
    Walk.JOURNAL: Class.JOURNAL,
    Walk.TRANSFERS: Class.ENVELOPE,
    Walk.ENVELOPES: Class.ENVELOPE,
    Walk.ORDERS: Class.ENVELOPE,
}


@dataclass(frozen=True, slots=True)
class Period:
    """How long one class is kept: for everybody (None: for ever), and for partners of whom something else is said."""

    usual: timedelta | None = None
    partners: Mapping[str, timedelta] = field(default_factory=dict)

    @property
    def shortest(self) -> timedelta | None:
        """What is younger than this needs no look; None when nothing ever goes."""
        return min((*self.partners.values(), *((self.usual,) if self.usual is not None else ())), default=None)

    @property
    def longest(self) -> timedelta | None:
        """What is older than this goes, whosever it is; None when something is kept for ever."""
        return None if self.usual is None else max((self.usual, *self.partners.values()))


KEPT = Period()


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods by class; what is not in it is kept for ever."""

    periods: Mapping[Class, Period] = field(default_factory=dict)

    def period(self, kind: Class) -> Period:
        """How long a class is kept."""
        return self.periods.get(kind, KEPT)


def in_words(period: timedelta) -> str:
    """A period as people say it: in days, or in hours where it has no whole ones."""
    days, rest = divmod(period, timedelta(days=1))
    if rest:
        hours = period / timedelta(hours=1)
        return f"{hours:g} {'hour' if hours == 1 else 'hours'}"
    return f"{days} {'day' if days == 1 else 'days'}"


_CALLED = {Class.CANONICAL: "canonical document", Class.ENVELOPE: "transmission"}


def purged_text(kind: Class, at: datetime | None, period: timedelta | None) -> str:
    """What is said where something would be shown that was purged; nothing is known of what went without us."""
    called = _CALLED.get(kind, kind.value)
    if at is None or period is None:
        return f"The {called} is gone: purged, or never stored here."
    return f"The {called} was purged on {at:%Y-%m-%d} by retention of {in_words(period)}."
