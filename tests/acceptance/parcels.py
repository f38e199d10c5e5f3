"""What the gateway says it handed over to partners, asked of its database in one query: every file, its bytes, its attempts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from gateway.store.embedded import EmbeddedPostgres
from tests.acceptance.site import Site

_DELIVERED = """
select o.partner, d.reference as name, o.bytes as content,
  array(select a.outcome from gateway.attempt a where a.delivery = d.id order by a.attempt) as outcomes
from gateway.delivery d join gateway.outbound o on o.id = d.outbound
where d.state = 'delivered'
"""


@dataclass(frozen=True, slots=True)
class DeliveredParcel:
    """An acknowledgement as stored, the name of its file, and how each attempt to hand it over ended, the last one at the end."""

    partner: str
    name: str
    content: bytes
    outcomes: Sequence[str]


def delivered_parcels(site: Site) -> list[DeliveredParcel]:
    """All of them."""
    return [DeliveredParcel(**row) for row in asyncio.run(ask(database_url(site), _DELIVERED))]


def database_url(site: Site) -> str:
    """Of its database, the embedded one or that of a server."""
    return site.environment["DATABASE_URL"] or EmbeddedPostgres(site.data).url


async def ask(url: str, query: str) -> list[asyncpg.Record]:
    """The rows of a query, asked of a running database."""
    connection = await asyncpg.connect(url, timeout=20)
    try:
        found: list[asyncpg.Record] = await connection.fetch(query)
        return found
    finally:
        await connection.close()
