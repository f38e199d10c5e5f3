"""The tables of routes.toml about orders: what may be invoiced, who may say what, what is due when."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Table
from gateway.domain.order.authority import GATEWAY, Authority
from gateway.domain.order.deadline import Deadline
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.milestone import Event
from gateway.domain.order.order import Rules
from gateway.domain.order.quantities import Basis
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.order.trigger import Trigger

OneOrMore = str | list[str]


class ProcessTable(Table):
    """How orders are followed."""

    invoice: Literal["shipped", "ordered"] = Field(
        default="shipped", description="What may be invoiced: what was shipped, or what was ordered (paid in advance)."
    )
    wait: Duration = written(
        "24h", "For how long an event that came too early waits for what it needs, before its owner is told.", gt=timedelta()
    )


Sources = Annotated[OneOrMore | None, Field(description="Ids of applications or partners, or gateway; default: anyone's word.")]


class AuthorityTable(Table):
    """Who may say which milestone of an order; gateway is what documents say that we sent.

    Several share the work, and what they say adds up: shipped = ["wms-east", "wms-west"].
    """

    received: Sources = None
    validated: Sources = None
    accepted: Sources = None
    rejected: Sources = None
    changed: Sources = None
    cancelled: Sources = None
    allocated: Sources = None
    back_ordered: Sources = None
    held: Sources = None
    released: Sources = None
    picking: Sources = None
    picked: Sources = None
    packed: Sources = None
    shipped: Sources = None
    in_transit: Sources = None
    delivery_exception: Sources = None
    delivered: Sources = None
    invoiced: Sources = None
    payment_authorised: Sources = None
    paid: Sources = None
    refunded: Sources = None
    returned: Sources = None
    closed: Sources = None

    def sources(self) -> dict[Event, list[str]]:
        """The sources of each event that is not anyone's."""
        stated = {event: getattr(self, event.value) for event in Event}
        return {event: [named] if isinstance(named, str) else named for event, named in stated.items() if named is not None}


class DeadlineTable(Table):
    """A milestone that must come in time: order released within 5 minutes after it was accepted."""

    id: Id
    milestone: Event = Field(description="What must happen to the order.")
    after: Event = Field(description="From when the time runs.")
    within: Duration = Field(description='How long it may take, in time of the clock or in open hours: "5m"; "0s": not later.')
    by: Id | None = Field(
        default=None,
        description="Whose word counts: an application, a partner, or gateway (a document that we sent); default: anyone's.",
    )
    calendar: Id | None = Field(default=None, description="Business hours that count; default: the clock.")
    owner: Id | None = Field(default=None, description="Who answers when it is missed; default: the partner's owner.")
    partners: list[Id] = Field(default=[], description="The customers whose orders it is about; default: all.")

    @model_validator(mode="after")
    def _two_events(self) -> "DeadlineTable":
        if self.milestone is self.after and self.by is None:
            raise ValueError(f"{self.milestone.value} cannot be due after itself: let `after` name an earlier milestone")
        return self


def process_terms(
    process: ProcessTable,
    authority: AuthorityTable,
    deadlines: Iterable[DeadlineTable],
    *,
    follow_ups: Iterable[FollowUpRule] = (),
    triggers: Mapping[str, Trigger] = MappingProxyType({}),
    known: Iterable[str],
) -> ProcessTerms:
    """The terms of the order process. `known` are the ids of applications and partners."""
    sources = {event: frozenset(named) for event, named in authority.sources().items()}
    return ProcessTerms(
        Rules(Authority(sources, frozenset({GATEWAY, *known})), Basis(process.invoice)),
        process.wait,
        tuple(
            Deadline(d.id, d.milestone, d.after, d.within, d.by, d.calendar, d.owner, frozenset(d.partners)) for d in deadlines
        ),
        tuple(follow_ups),
        triggers,
    )
