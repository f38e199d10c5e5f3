"""The table [[subscriber]]: an address that milestones are posted to."""

import base64
from pathlib import Path

from pydantic import Field, field_validator

from gateway.config.applications.http import Query
from gateway.config.channels.http_client import HttpClientTable, HttpUrl
from gateway.config.compiled import goes_as_text
from gateway.config.delivery import breaker_policy, maintenance, retry_policy
from gateway.config.delivery_model import Breaker, Retry, TargetTerms
from gateway.config.fields import Id
from gateway.config.queries import compile_query
from gateway.config.table import Secret, Text
from gateway.domain.http_application import QueryFailed
from gateway.domain.order.milestone import Event
from gateway.domain.subscriber import Condition, Json, Subscriber

_SHORTEST = 16


def _patient() -> Retry:
    """Three days, as receivers of webhooks may expect."""
    return Retry.model_validate({"longest": "6h", "attempts": 1000, "total": "3d"})


class SubscriberTable(TargetTerms, HttpClientTable):
    """An address that milestones of orders are posted to, signed, until each was answered with a status of 200 to 299."""

    id: Id
    url: HttpUrl = Field(description="Where they are posted to.")
    secrets: list[Secret] = Field(
        min_length=1,
        max_length=4,
        description="What posts are signed with (Standard Webhooks), by reference: whsec_ and base64, or a text of 16 characters "
        "or more. Several while one is changed.",
    )
    events: list[Event] | None = Field(default=None, min_length=1, description="Which milestones; default: all.")
    partners: list[Id] | None = Field(default=None, min_length=1, description="Of whose orders; default: everybody's.")
    when: Query | None = Field(
        default=None, description="JMESPath over the event that must be true: \"order.state == 'delivered'\"."
    )
    test: bool = Field(default=False, description="Also milestones of test orders.")
    fields: list[Text] | None = Field(
        default=None,
        min_length=1,
        description='What it is told, and nothing else: ["order.number", "lines.item", "lines.quantity"]; default: everything. '
        "Ids, the time and what happened are always there.",
    )
    retry: Retry = Field(default_factory=_patient)
    breaker: Breaker = Field(default_factory=Breaker)
    owner: Id | None = Field(default=None, description="Who answers when it takes nothing; default: the gateway's owner.")

    @field_validator("secrets")
    @classmethod
    def _long_enough(cls, value: list[Secret]) -> list[Secret]:
        if any(len(signing_key(secret.get_secret_value())) < _SHORTEST for secret in value):
            raise ValueError(f"a secret is shorter than {_SHORTEST} bytes: make one by `openssl rand -hex 32`")
        return value

    def subscriber(self, folder: Path) -> Subscriber:
        """The subscriber, as the gateway knows it."""
        return Subscriber(
            id=self.id,
            url=self.url,
            secrets=tuple(signing_key(secret.get_secret_value()) for secret in self.secrets),
            events=frozenset(self.events) if self.events is not None else None,
            partners=frozenset(self.partners) if self.partners is not None else None,
            condition=_condition(self.when) if self.when is not None else None,
            test=self.test,
            fields=tuple(self.fields) if self.fields is not None else None,
            client=self.client(folder),
            rate=self.rate,
            concurrency=self.concurrency,
            retry=retry_policy(self.retry),
            breaker=breaker_policy(self.breaker),
            maintenance=maintenance(self.maintenance),
            owner=self.owner,
        )


def signing_key(text: str) -> bytes:
    """The key of a secret: what Standard Webhooks writes behind `whsec_` is base64. Raises ValueError."""
    if not text.startswith("whsec_"):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        raise ValueError("behind whsec_ stands no base64") from None


@goes_as_text
def _condition(expression: str) -> Condition:
    """A query that is true or not."""
    query = compile_query(expression)

    def condition(data: Json) -> bool:
        try:
            return bool(query(data))
        except QueryFailed:
            return True  # one too many is seen, one too few is missed

    return condition
