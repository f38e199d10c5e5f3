"""Messages by the hundred thousand: one a number, which is its order's, and the size of its transmission.

Every tenth (from 10 on, in steps) is a despatch advice that goes out; some are unlike all others, so that they can be looked for.
"""

import asyncpg

MANY = 100_000
LITTLE = 200
"""No table that is searched holds fewer rows than this, but for those of troubles and of what goes out."""
LARGE = 1_000
"""So many documents stand in one transmission besides."""
DOCUMENTS = MANY - 1 + LARGE

_IDS = """
create function pg_temp.id_of(n bigint, kind int) returns uuid language sql immutable as $$
  select (lpad(to_hex(1795000000000 + n * 1000), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8'
    || lpad(to_hex(n), 15, '0'))::uuid
$$;
"""

_SEED = (
    """
insert into gateway.transmission (id, channel, partner, name, sha256, size, state, received_at, settled_at)
select pg_temp.id_of(n, 1),
  case when n = 12346 then 'rare-channel' when n % 1000 = 500 then 'edi.outbound' when n % 1000 = 700 then 'trigger:x'
    else 'inbox' end,
  case when n = 12345 then 'rare' else 'partner-' || n % 10 end,
  case when n % 2 = 0 then 'file-' || n || '.edi' else 'common.edi' end, '', n,
  case when n = 56789 then 'unreadable' else 'translated' end, to_timestamp(1795000000 + n), to_timestamp(1795000000 + n)
from generate_series(1, $1::bigint) as n
""",
    """
insert into gateway.interchange (id, transmission, ordinal, family, sender, receiver, control_number, test, partner, verdict,
  state, documents, start_offset, end_offset)
select pg_temp.id_of(n, 2), pg_temp.id_of(n, 1), 1, case when n % 1000 = 500 then 'json' else 'x12' end, 'a', 'b',
  case when n % 1000 = 500 then '' else lpad(n::text, 9, '0') end, false,
  case when n = 12345 then 'rare' else 'partner-' || n % 10 end,
  'accepted', 'accepted', 1, 0, n
from generate_series(1, $1::bigint) as n where n <> 56789
""",
    """
insert into gateway.document (id, transmission, interchange, ordinal, type, version, control_number, name, partner, test, verdict,
  state, keys)
select pg_temp.id_of(n, 3), pg_temp.id_of(n, 1), pg_temp.id_of(n, 2), 1,
  case when n = 23456 then 'RARE' when n % 1000 = 500 then 'despatch_advice' else '850' end, '004010', '0001',
  case when n = 23457 then 'rare_document' when n % 1000 = 500 then 'despatch_advice' else 'purchase_order' end,
  case when n = 12345 then 'rare' else 'partner-' || n % 10 end, false, 'accepted',
  case when n = 34567 then 'conflict' else 'routed' end,
  case when n % 1000 = 500 then array['despatch:D-' || n, 'sscc:34' || lpad(n::text, 16, '0'), 'tracking:TR-' || n]
    else array['order:O-' || n, 'contract:C-' || n % 500] end
from generate_series(1, $1::bigint) as n where n <> 56789
""",
    """
insert into gateway.outbound (id, transmission, partner, family, type, sender, receiver, control_number, test, bytes)
select pg_temp.id_of(n, 4), pg_temp.id_of(n, 1), 'partner-' || n % 10, 'x12', '856', 'b', 'a', n::text, false, 'x'
from generate_series(1, $1::bigint) as n where n % 1000 = 500 and n <> 1500
""",
    """
insert into gateway.outbound_document (outbound, ordinal, document, group_id, group_number, control_number, type, version,
  name, partner, keys)
select pg_temp.id_of(n, 4), 1, pg_temp.id_of(n, 3), 'SH', n::text, '0001', '856', '004010', 'despatch_advice',
  'partner-' || n % 10, array['despatch:D-' || n]
from generate_series(1, $1::bigint) as n where n % 1000 = 500 and n <> 1500
""",
    """
insert into gateway.expectation (id, outbound, document, partner, kind, layer, owner, within, sent_at, due_at, state)
select pg_temp.id_of(n, 5), pg_temp.id_of(n, 4), 1, 'partner-' || n % 10, '997', 'functional', 'edi', '1 day', now(), now(),
  'overdue'
from generate_series(1, $1::bigint) as n where n % 1000 = 500 and n <> 1500
""",
    """
insert into gateway.delivery (id, transmission, document, outbound, partner, target, action, idempotency_key, test, options,
  priority, state, reference)
select pg_temp.id_of(n, 6), pg_temp.id_of(n, 1), case when n % 1000 <> 500 then pg_temp.id_of(n, 3) end,
  case when n % 1000 = 500 then pg_temp.id_of(n, 4) end, 'partner-' || n % 10,
  case when n = 67890 then 'rare-target' when n % 1000 = 500 then 'partner-as2' else 'odoo' end, 'x', n::text, false, '{}', 0,
  case n when 45678 then 'in_doubt' when 45679 then 'voided' when 56790 then 'blocked' else 'delivered' end,
  case when n % 1000 <> 500 then 'S' || n end
from generate_series(1, $1::bigint) as n where n <> 56789
""",
    """
insert into gateway.transfer (id, direction, channel, partner, as2_from, as2_to, message_id, subject, sha256, size, algorithms,
  disposition, transmissions, state, receipt_state)
select pg_temp.id_of(n, 7), 'in', 'as2', 'partner-0', 'A', 'B', '<m-' || n || '@as2>', '', '', n, '{}', '',
  array[pg_temp.id_of(n, 1)],
  'processed', 'answered'
from generate_series(100, $1::bigint, 100) as n
""",
    """
insert into gateway.trade_order (id, partner, number, test, state)
select pg_temp.id_of(n, 8), 'partner-0', 'O-' || n, false, case when n = 90 then 'back_ordered' else 'closed' end
from generate_series(10, $1::bigint, 10) as n
""",
    """
insert into gateway.order_event (id, trade_order, source, key, event, test, lines, total, links, document, transmission,
  names, state)
select pg_temp.id_of(n, 9), pg_temp.id_of(n, 8), 'documents', n::text, 'received', false, '[]', false, '[]',
  pg_temp.id_of(n, 3), pg_temp.id_of(n, 1), '{}', 'applied'
from generate_series(10, $1::bigint, 10) as n
""",
    """
insert into gateway.order_link (trade_order, system, kind, value)
select pg_temp.id_of(n, 8), 'odoo', 'delivery', 'WH/OUT/' || lpad(n::text, 5, '0') from generate_series(10, $1::bigint, 10) as n
""",
    """
insert into gateway.failure (id, fingerprint, stage, code, owner, message, remedy, sample, count)
select pg_temp.id_of(n, 10), 'f' || n, 'route', 'x', case when n = 4000 then 'sales' else 'edi' end, '', '',
  pg_temp.id_of(n, 3), 1
from generate_series(1000, $1::bigint, 1000) as n
""",
    """
insert into gateway.failure_case (fingerprint, subject, transmission, message)
select 'f' || n, pg_temp.id_of(n, 3), pg_temp.id_of(n, 1), '' from generate_series(1000, $1::bigint, 1000) as n
""",
)
_ONE_LARGE = """
with sent as (
  insert into gateway.transmission (id, channel, partner, name, sha256, size, state)
  values (pg_temp.id_of(0, 1), 'inbox', 'partner-1', 'large.edi', '', 0, 'translated') returning id
), interchange as (
  insert into gateway.interchange (id, transmission, ordinal, family, sender, receiver, control_number, test, partner, verdict,
    state, documents, start_offset, end_offset)
  select pg_temp.id_of(0, 2), sent.id, 1, 'x12', 'a', 'b', '999999999', false, 'partner-1', 'accepted', 'accepted', $1, 0, 1
  from sent
)
insert into gateway.document (id, transmission, interchange, ordinal, type, version, control_number, name, partner, test, verdict,
  state, keys)
select pg_temp.id_of(0, 100 + n), sent.id, pg_temp.id_of(0, 2), n, '850', '004010', lpad(n::text, 4, '0'), 'purchase_order',
  'partner-1', false, 'accepted', 'routed', array['order:L-' || n]
from sent cross join generate_series(1, $1::int) as n
"""


async def seed(connection: asyncpg.Connection, many: int) -> None:
    """Fill an empty database; its triggers are told nothing."""
    await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
    await connection.execute(_IDS)
    for statement in _SEED:
        await connection.execute(statement, many, timeout=7200)
    await connection.execute(_ONE_LARGE, LARGE)
    await connection.execute("analyze", timeout=7200)
