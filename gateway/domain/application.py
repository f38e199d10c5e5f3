"""The systems behind the gateway, as configured: where they are, how fast they may be called, what happens when they fail."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.domain.breaker import BreakerPolicy
from gateway.domain.http_application import HttpConnection
from gateway.domain.http_terms import ClientTls
from gateway.domain.maintenance import ALWAYS_THERE, Maintenance
from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.odoo_tables import Tables
from gateway.domain.retry import RetryPolicy

_WORKERS = 4

Protocol = Literal["json-rpc", "json-2"]
"""How an Odoo is spoken to: all versions understand the first, from 19 on the second as well."""


@dataclass(frozen=True, slots=True)
class OdooConnection:
    """How to reach an Odoo database. `api_key` serves as the password of `login`. Times in seconds.

    `changes` are the terms on which it is watched; None where it is not. `gln_field` is the field of partners that holds their
    GLN, where it is not Odoo's own. What Odoo said of master data is believed for `remember`.
    """

    url: str
    database: str
    login: str
    api_key: str = field(repr=False)
    timeout: float = 30.0
    changes: ChangeTerms | None = None
    protocol: Protocol = "json-rpc"
    tables: Tables = field(default_factory=Tables)
    gln_field: str | None = None
    remember: float = 300.0
    tls: ClientTls = field(default_factory=ClientTls)


@dataclass(frozen=True, slots=True)
class Application:
    """A target of deliveries. `rate` counts calls per second of all processes together; None means as fast as it answers.

    `concurrency` is the number of calls in flight of all processes; None means as many as they have workers. `max_batch` is that
    of documents in one call. `production` applications take test documents only from routes that say so. During `maintenance`
    nothing is asked of it. `owner` answers when it is unavailable; None means the gateway's owner.
    """

    id: str
    type: str
    connection: OdooConnection | HttpConnection
    production: bool = False
    rate: float | None = None
    concurrency: int | None = None
    max_batch: int = 20
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    maintenance: Maintenance = ALWAYS_THERE
    owner: str | None = None

    @property
    def workers(self) -> int:
        """Calls that one process makes at the same time, at most."""
        return self.concurrency or _WORKERS
