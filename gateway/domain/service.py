"""Classes of service: how soon a route's documents are worked on, when, and how many workers they may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.calendar import Calendar


class Service(StrEnum):
    """How soon a route's documents are worked on."""

    REALTIME = "realtime"
    FREQUENT = "frequent"
    BATCH = "batch"

    @property
    def priority(self) -> int:
        """The rank of deliveries waiting for the same target: lower goes first."""
        return _PRIORITIES[self]

    @property
    def lane(self) -> str:
        """The queue of its transmissions that wait for translation: none stands behind those of another class."""
        return "translate" if self is Service.REALTIME else f"translate.{self.value}"


_PRIORITIES: Mapping[Service, int] = {Service.REALTIME: 0, Service.FREQUENT: 1, Service.BATCH: 2}
LOWEST = max(_PRIORITIES.values())


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """When a class is worked on, and how much of it at once.

    Its deliveries are collected and due `every` so often (at full multiples by the clock), and in the open hours of `calendar`;
    None: at once. `share` is the part of a target's workers that it may take.
    """

    every: timedelta | None = None
    calendar: Calendar | None = None
    share: float = 1.0

    def wait(self, now: datetime) -> timedelta:
        """How long a delivery that comes now waits for its turn."""
        seconds = self.every.total_seconds() if self.every else 0.0
        at = now + timedelta(seconds=seconds - now.timestamp() % seconds) if seconds else now
        if self.calendar is not None:
            start, _ = next(self.calendar.open_from(at), (at, at))
            at = max(at, start)
        return at - now

    def is_open(self, now: datetime) -> bool:
        """Whether it is worked on at this moment."""
        if self.calendar is None:
            return True
        start, _ = next(self.calendar.open_from(now), (now, now))
        return start <= now

    def workers(self, slots: int) -> int:
        """How many of a target's workers it may take: at least one, and never the last one where there are several."""
        return max(1, min(int(self.share * slots), slots - 1))


_USUAL: Mapping[Service, ServiceTerms] = {Service.FREQUENT: ServiceTerms(share=0.75), Service.BATCH: ServiceTerms(share=0.5)}


@dataclass(frozen=True, slots=True)
class Services:
    """The terms of all classes. Realtime is worked on at once and may take every worker."""

    terms: Mapping[Service, ServiceTerms] = field(default_factory=lambda: _USUAL)

    def wait(self, service: Service, now: datetime) -> timedelta:
        """How long a delivery of a class that comes now waits for its turn."""
        terms = self.terms.get(service)
        return terms.wait(now) if terms is not None and service is not Service.REALTIME else timedelta()

    def lowest(self, now: datetime, *, slots: int, busy: Mapping[int, int]) -> int:
        """The lowest class that may be given a worker now, by its rank. `busy` are the workers that each rank has.

        What a class may take is shared with those below it, so that a lower one never leaves less to a higher one.
        """
        allowed = Service.REALTIME.priority
        for service in (Service.FREQUENT, Service.BATCH):
            terms = self.terms.get(service, ServiceTerms())
            rank = service.priority
            taken = sum(count for other, count in busy.items() if other >= rank)
            if not terms.is_open(now) or taken >= terms.workers(slots):
                break
            allowed = rank
        return allowed

    def next_turn(self, rank: int, at: datetime) -> datetime:
        """When a class of this rank may be tried that would be due at a moment: then, or when its hours begin."""
        terms = next((terms for service, terms in self.terms.items() if service.priority == rank), ServiceTerms())
        if terms.calendar is None or rank == Service.REALTIME.priority:
            return at
        start, _ = next(terms.calendar.open_from(at), (at, at))
        return max(at, start)
