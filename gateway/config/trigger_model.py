"""The table of routes.toml about what follows from a milestone: a document for the customer, or one for an application."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.config.condition import compile_condition
from gateway.config.fields import Id, one_or_more, written
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.milestone import Event
from gateway.domain.order.trigger import KIND, Trigger

MadeDocument = Literal["order_response", "despatch_advice", "transport_status", "purchase_order"]


class TriggerTable(Table):
    """What a milestone of an order triggers, once: acceptance the order response, shipment the despatch advice."""

    id: Id
    milestone: Annotated[list[Event], one_or_more(Event)] = Field(
        min_length=1, description="What must have happened to the order; one, or any of several."
    )
    document: MadeDocument = Field(description="What is made of all that is known of the order.")
    to: Id | None = Field(default=None, description="Application that gets it; default: the customer, as agreed.")
    action: Text | None = Field(default=None, alias="as", description='What to make of it there: "invoice_request" …')
    options: dict[str, str | int | float | bool] = Field(default={}, description="Passed on to the application.")
    by: Annotated[list[Id], one_or_more(Id)] = Field(
        default=[], description="Whose word counts: applications, partners, gateway; default: anyone's, but not what we sent."
    )
    after: Duration = written("0s", "Not before so long after it was heard: what is said meanwhile is in it.")
    calendar: Id | None = Field(default=None, description="Business hours that count; default: the clock.")
    partners: list[Id] = Field(default=[], description="The customers whose orders it is about; default: all.")
    when: Text | None = Field(default=None, description="Condition in CEL over the order (also: document) and partner.")
    test: bool = Field(default=False, description="Whether test orders trigger what is for a production application.")
    owner: Id | None = Field(default=None, description="Who answers when it cannot be done; default: the partner's owner.")

    @model_validator(mode="after")
    def _to_and_as(self) -> "TriggerTable":
        if (self.to is None) != (self.action is None):
            raise ValueError("`to` and `as` go together: the application, and what to make of the document there")
        return self

    def rule(self) -> FollowUpRule:
        """When it is carried out."""
        return FollowUpRule(
            id=self.id,
            kind=KIND,
            milestones=frozenset(self.milestone),
            by=frozenset(self.by),
            after=self.after,
            calendar=self.calendar,
            owner=self.owner,
            partners=frozenset(self.partners),
            condition=compile_condition(self.when) if self.when else None,
            when=self.when or "",
        )


def triggers(tables: Iterable[TriggerTable], production: Mapping[str, bool]) -> dict[str, Trigger]:
    """What is made by which rule. `production` says of applications whether they take test documents only when told so."""
    return {
        table.id: Trigger(
            table.id,
            table.document,
            table.to,
            table.action or "",
            dict(table.options),
            production=table.to is not None and production.get(table.to, False) and not table.test,
        )
        for table in tables
    }
