"""What must be true inside in the end: every failure has an owner, nothing waits without a time, nothing is left to publish.

These checks read the gateway's database. Whether anything was lost is not theirs to say: the auditor does, from outside.
"""

import asyncpg

from tests.chaos.load import Load, Way
from tests.chaos.record import Followed

OWNERS = ("edi", "sales")

_LEFT = {
    "transmissions not translated": "select count(*) from gateway.transmission where state = 'received'",
    "documents that wait": "select count(*) from gateway.document where state = 'pending'",
    "deliveries not ended": "select count(*) from gateway.delivery where state in ('blocked', 'waiting', 'sending', 'in_doubt')",
    "messages not published": "select count(*) from gateway.outbox",
    "documents not read for what they say of orders": "select count(*) from gateway.order_news",
    "statements not judged": "select count(*) from gateway.order_event where state = 'heard'",
}
"""What there is to do."""

_UNOWNED = (
    "not exists (select from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint "
    "where c.transmission = {transmission} and f.owner = any($1::text[]))"
)
_OF_TRANSMISSION, _OF_OTHERS = _UNOWNED.format(transmission="t.id"), _UNOWNED.format(transmission="t.transmission")

_WRONG = {
    "a failure without an owner of the configuration": "select code || ' ' || owner from gateway.failure "
    "where owner <> all($1::text[])",
    "a transmission that failed and nobody's failure": "select id::text from gateway.transmission t "
    f"where state in ('unreadable', 'failed') and {_OF_TRANSMISSION}",
    "a document that stopped and nobody's failure": "select id::text from gateway.document t "
    f"where state in ('rejected', 'refused', 'conflict', 'unmapped', 'unrouted', 'stopped') and {_OF_OTHERS}",
    "a delivery that was given up and nobody's failure": "select id::text from gateway.delivery t "
    f"where state in ('failed', 'dead', 'in_doubt') and {_OF_OTHERS}",
    "a delivery that waits for no time": "select id::text from gateway.delivery where cardinality($1::text[]) > 0 "
    "and state = 'waiting' and (next_attempt_at is null or next_attempt_at > gateway.now() + interval '1 day')",
    "a claim without an end": "select id::text from gateway.delivery where cardinality($1::text[]) > 0 "
    "and state = 'sending' and claimed_until is null",
}
"""What must not be; $1 are the owners of the configuration."""

_OWNED = f"select count(*) from gateway.transmission t where (name = $2 or idempotency_key = $2) and not {_OF_TRANSMISSION}"


_FOLLOWED = """
select o.number, o.state, (select sum((line->>'ordered')::numeric)::int from jsonb_array_elements(o.lines) as line) as ordered,
  (select coalesce(sum((line->>'shipped')::numeric), 0)::int from jsonb_array_elements(o.lines) as line) as shipped,
  array(select array[e.event, e.source] from gateway.order_event e where e.trade_order = o.id and e.state = 'applied'
    order by e.id) as said
from gateway.trade_order o where o.number like 'WH-%' order by o.number"""


async def followed(url: str) -> tuple[Followed, ...]:
    """What the order process says of the orders that a warehouse ships. Raises OSError or an error of PostgreSQL."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        rows = await connection.fetch(_FOLLOWED)
    finally:
        await connection.close(timeout=5)
    return tuple(map(Followed.of, rows))


async def left_to_do(url: str) -> dict[str, int]:
    """What is unfinished, with counts; nothing when the gateway is idle. Raises OSError or an error of PostgreSQL."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        counts = {name: await connection.fetchval(query) for name, query in _LEFT.items()}
    finally:
        await connection.close(timeout=5)
    return {name: count for name, count in counts.items() if count}


async def wrong(url: str, load: Load) -> list[str]:
    """Everything that must not be."""
    connection = await asyncpg.connect(url, timeout=20)
    try:
        found = [f"{name}: {row[0]}" for name, query in _WRONG.items() for row in await connection.fetch(query, OWNERS)]
        for sending in load.sendings:
            name = f"{sending.id}.edi" if sending.way is Way.FOLDER else sending.id
            if sending.refused and not await connection.fetchval(_OWNED, OWNERS, name):
                found.append(f"{sending.id} was refused and nobody owns it")
    finally:
        await connection.close(timeout=5)
    return found
