"""The tables of routes.toml about who answers for failures."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table, Text
from gateway.domain.owner import Owner, parse_address

Stage = Literal[
    "receive",
    "translate",
    "route",
    "deliver",
    "acknowledge",
    "reconcile",
    "channel",
    "certificates",
    "notify",
    "process",
    "follow_up",
    "schedule",
    "configuration",
    "service_level",
    "silence",
]
"""Where failures happen."""


def _usable(value: str) -> str:
    parse_address(value)
    return value


NotifyAddress = Annotated[str, Field(min_length=1), AfterValidator(_usable)]
"""An address with its means: `mail:…`, `webhook:https://…`, `exec:/program argument`."""


class OwnerTable(Table):
    """Who answers for failures, and how it is told of them."""

    id: Id
    notify: list[NotifyAddress] = Field(
        default=[],
        description='Addresses with their means: "mail:edi@nordic.example", "webhook:${CHAT_URL}", "exec:/opt/edi/page night".',
    )
    next: Id | None = Field(default=None, description="Owner to escalate to: what nobody attends to, and what is given up.")
    attend: Duration = written("4h", "Time to take a failure on; then the next owner is told as well.", gt=timedelta())
    hours: Id | None = Field(
        default=None,
        description="Calendar of its hours: only in them it is told, and only they count for attend. Default: always.",
    )
    every: Duration = written(
        "15m", "No more than one message in this time; it tells of everything that came since the last one."
    )
    urgent: list[Text] = Field(
        default=[], description='Codes of failures that wait neither for its hours nor for others: ["target-unavailable"].'
    )
    secret: Secret = Field(default=SecretStr(""), description="What posts to its webhooks are signed with, by reference.")

    def owner(self) -> Owner:
        """What the gateway is told."""
        return Owner(
            self.id,
            tuple(parse_address(address) for address in self.notify),
            self.next,
            self.hours,
            self.attend,
            self.every,
            frozenset(self.urgent),
            self.secret.get_secret_value(),
        )
