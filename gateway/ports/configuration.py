"""The configuration in force, as the stages see it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.domain.agreement import Direction, Partnerships
from gateway.domain.calendar import Calendar
from gateway.domain.channel import Channel
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.release.terms import ReleaseTerms
from gateway.domain.route import Context, Route
from gateway.domain.service import Services
from gateway.domain.subscriber import Subscriber
from gateway.ports.json import Json


class Configuration(Protocol):
    """The configuration in force, as the stages see it: immutable, swapped whole when a new one is activated."""

    @property
    def digest(self) -> str:
        """What names it on every message it handled."""

    @property
    def gateway_id(self) -> str:
        """This gateway's name, the `source` of its messages."""

    @property
    def partnerships(self) -> Partnerships:
        """Partners and agreements."""

    @property
    def routes(self) -> Sequence[Route]:
        """Routes in the order they are tried."""

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Channels by id."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Business calendars by id, for due times."""

    @property
    def services(self) -> Services:
        """When each class of service is worked on."""

    @property
    def process(self) -> ProcessTerms:
        """How orders are followed."""

    @property
    def subscribers(self) -> Mapping[str, Subscriber]:
        """Who milestones are posted to, by id."""

    @property
    def release(self) -> ReleaseTerms:
        """How orders are released to warehouses."""

    def owner_of(self, partner: str | None, *, stage: str = "", route: str | None = None, target: str | None = None) -> str:
        """Who owns a failure: by its route, its partner, the target it is about (whose owner is given), or its stage."""

    def context(
        self,
        *,
        document: str,
        partner: str | None,
        agreement: str | None,
        test: bool,
        message: Json,
        direction: Direction = Direction.IN,
    ) -> Context:
        """The context in which a document is routed."""
