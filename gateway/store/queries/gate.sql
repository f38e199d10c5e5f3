-- The gate before warehouses: orders to them wait here until nothing holds them and the goods are there.

-- name: take_release
-- The next order to look at, held: those that wait for the same goods by their rank, then as they came.
select r.id, r.state, r.purpose, r.subject, r.number, r.order_number, r.trade_order, r.customer, r.items, r.rank, r.look_at, r.go_at,
  r.told, r.rounds, r.note, r.wants, r.covered, r.arrived, r.transmission, r.partner, r.test, r.created_at, gateway.now() as now, c.json
from gateway.warehouse_release r left join gateway.canonical_body c on c.document = r.id
where r.look_at <= gateway.now() order by r.rank, r.arrived limit 1 for update of r skip locked;

-- name: earlier_releases
-- What came before $2 under a subject and was not withdrawn, or is covered by other orders; the last first, held. $3 whether they
-- are tests.
select r.id, r.state, r.purpose, r.subject, r.number, r.order_number, r.trade_order, r.customer, r.items, r.rank, r.look_at, r.go_at,
  r.told, r.rounds, r.note, r.wants, r.covered, r.arrived, r.transmission, r.partner, r.test, r.created_at, gateway.now() as now, c.json
from gateway.warehouse_release r left join gateway.canonical_body c on c.document = r.id
where r.subject = $1 and r.arrived < $2 and r.test = $3 and (r.state not in ('withdrawn', 'arrived') or r.covered)
order by r.arrived desc limit 20 for update of r;

-- name: others_of_order
-- What came of other orders to warehouses that serve a customer's order ($1) under other subjects than $3, as they came, held.
-- $2 which one is asking.
select r.id, r.state, r.purpose, r.subject, r.number, r.order_number, r.trade_order, r.customer, r.items, r.rank, r.look_at, r.go_at,
  r.told, r.rounds, r.note, r.wants, r.covered, r.arrived, r.transmission, r.partner, r.test, r.created_at, gateway.now() as now, c.json
from gateway.warehouse_release r left join gateway.canonical_body c on c.document = r.id
where r.trade_order = $1 and r.id <> $2 and r.subject <> $3 and not r.covered and exists (
  select from gateway.release_part p where p.release = r.id and p.state = 'sent')
order by r.arrived for update of r;

-- name: claims_of_others
-- What other orders to warehouses have of a customer's order ($1), by all that they ask for where they came before $3 and are or may
-- be released; else by what was released. $2 which one is asking, $4 its subject: orders under the same take each other's place.
select case when r.state in ('held', 'planned', 'partly_released', 'released') and r.arrived < $3 and not r.covered then r.wants
    else coalesce((select jsonb_agg(l) from gateway.release_part p cross join lateral jsonb_array_elements(p.lines) as l
      where p.release = r.id and p.state = 'sent'), '[]') end as lines, r.number
from gateway.warehouse_release r
where r.trade_order = $1 and r.id <> $2 and r.subject <> $4 and r.purpose <> 'cancel' order by r.arrived;

-- name: shipped_by_warehouses
-- What warehouses have said to have shipped of what was released, since. $1 orders, $2 warehouses, $3 the ids under which they speak.
select p.id as part, e.lines
from gateway.release_part p
join gateway.warehouse_release r on r.id = p.release
join unnest($2::text[], $3::text[]) as w(warehouse, source) on w.warehouse = p.warehouse
join gateway.order_event e on e.trade_order = r.trade_order and e.source = w.source and e.state = 'applied'
  and e.event = 'shipped' and e.heard_at > r.created_at
where p.release = any($1::uuid[]) and p.state = 'sent';

-- name: unseen_before
-- Whether something came before an order that may be about the same, and that nobody has looked at yet.
select exists (
  select from gateway.warehouse_release b join gateway.warehouse_release r on r.id = $1
  where b.state = 'arrived' and b.arrived < r.arrived and b.keys && r.keys and b.test = r.test) as waits;

-- name: orders_served
-- The orders that a number and further names may mean, and by which of them.
select o.id, o.number is not distinct from $1 as numbered, exists (
  select from gateway.order_link l where l.trade_order = o.id and l.kind = 'order' and l.value = any($2::text[])) as named
from gateway.trade_order o
where o.test = $3 and o.id = any(array(
  select n.id from gateway.trade_order n where n.number = $1
  union select l.trade_order from gateway.order_link l where l.kind = 'order' and l.value = any($2::text[])))
limit 20;

-- name: order_served
-- An order as far as it has come, unless somebody judges it at this moment: that is an error, and is tried again.
select id, partner, number, state, steps, lines from gateway.trade_order where id = $1 for share nowait;

-- name: holds_of_release
-- Why an order is or was held.
select id, release, hold, kind, reason, owner, state, due_at, actor, note from gateway.release_hold where release = $1 order by since, id;

-- name: parts_of_release
-- What was released of an order.
select id, release, ordinal, warehouse, partner, number, transmission, lines, state, note from gateway.release_part
where release = $1 order by ordinal;

-- name: refusals_of_release
-- What speaks against parts that were sent: a delivery that was refused for good, or what their warehouse said since, with the
-- document that says so. $2 warehouses and $3 the ids under which they speak.
select p.id as part, d.target as by, coalesce(nullif(d.message, ''), d.code, '') as reason, null::jsonb as lines, null::uuid as document,
  null::bytea as json, 'delivery' as said
from gateway.release_part p join gateway.delivery d on d.transmission = p.transmission and d.document is not null and d.state = 'failed'
where p.release = $1 and p.state = 'sent'
union all
select p.id, e.source, coalesce(e.reason, ''), e.lines, e.document, c.json, e.event
from gateway.release_part p
join gateway.warehouse_release r on r.id = p.release
join unnest($2::text[], $3::text[]) as w(warehouse, source) on w.warehouse = p.warehouse
join gateway.order_event e on e.trade_order = r.trade_order and e.source = w.source and e.state = 'applied'
  and e.event in ('back_ordered', 'shipped') and e.heard_at > p.at
left join gateway.canonical_body c on c.document = e.document
where p.release = $1 and p.state = 'sent';

-- name: lock_stock_levels
-- What warehouses have of items, held until the transaction ends: nobody else promises of it meanwhile.
select warehouse, item, names, unit, on_hand, reserved, inbound, as_of from gateway.stock_level
where warehouse = any($1::text[]) and names && $2::text[] order by warehouse, item for update;

-- name: reserved_by_others
-- What is promised of items to others than $1, by warehouse and item. What was released stays promised.
select warehouse, item, sum(quantity) as quantity from gateway.stock_reservation
where warehouse = any($2::text[]) and item = any($3::text[]) and (release <> all($1::uuid[]) or released)
group by warehouse, item;

-- name: reporting_warehouses
-- The warehouses that have ever told of their stock.
select w.id from unnest($1::text[]) as w(id) where exists (select from gateway.stock_level l where l.warehouse = w.id);

-- name: known_items
-- Which names of items warehouses know: from master data that they were given, or because they tell of stock of them.
select warehouse, name from gateway.warehouse_item where warehouse = any($1::text[]) and name = any($2::text[])
union
select l.warehouse, n.name from gateway.stock_level l cross join lateral unnest(l.names) as n(name)
where l.warehouse = any($1::text[]) and l.names && $2::text[] and n.name = any($2::text[]);

-- name: take_stock_news
-- Documents about stock and items that nobody has read; they leave the queue with the transaction.
with due as (
  select document from gateway.stock_news order by document limit $1 for update skip locked
), taken as (
  delete from gateway.stock_news n using due where n.document = due.document returning n.document
)
select d.id as document, d.name, d.partner, t.channel = 'edi.outbound' as outgoing, d.created_at, coalesce(r.json, c.json) as json,
  r.json is not null as rewritten
from taken join gateway.document d on d.id = taken.document
join gateway.transmission t on t.id = d.transmission
left join gateway.canonical_body c on c.document = d.id
left join gateway.routed_body r on r.document = d.id
order by d.id;

-- name: set_stock_levels
-- What a warehouse says of its stock, unless something later is known. $1 levels, $2 the warehouse, $3 whether there is nothing of
-- what is not named, $4 how long it takes until its reports know of an order, $5 the ids under which it speaks.
-- Promises that the report knows of are over: where it takes off what the warehouse was told to ship, some time after that; where
-- it does not, when the goods have left. Orders that wait for these goods are looked at; those that are looked at already wait for
-- the levels, which are held.
with given as (
  select * from unnest($1::gateway.stock_level_v1[])
), told as (
  insert into gateway.stock_level as l (warehouse, item, names, unit, on_hand, reserved, inbound, as_of, document)
  select warehouse, item, names, unit, on_hand, reserved, inbound, as_of, document from given order by item
  on conflict (warehouse, item) do update set names = excluded.names, unit = excluded.unit, on_hand = excluded.on_hand,
    reserved = excluded.reserved, inbound = excluded.inbound, as_of = excluded.as_of, document = excluded.document
  where l.as_of <= excluded.as_of
  returning l.item, l.names, l.reserved, l.as_of
), gone as (
  update gateway.stock_level l set on_hand = 0, reserved = 0 * l.reserved, inbound = '[]', as_of = g.as_of, document = g.document
  from (select max(as_of) as as_of, max(document::text)::uuid as document from given) as g
  where $3 and l.warehouse = $2 and l.as_of < g.as_of and not exists (select from given where given.item = l.item)
  returning l.item, l.names, l.reserved, l.as_of
), known as (
  select * from told union all select * from gone
), over as (
  delete from gateway.stock_reservation s using known k
  where s.warehouse = $2 and s.released and (s.item = k.item or s.item = any(k.names)) and (
    s.at < k.as_of - interval '7 days'
    or k.reserved is not null and s.at + $4::interval < k.as_of
    or k.reserved is null and exists (
      select from gateway.order_event e join gateway.warehouse_release r on r.trade_order = e.trade_order
      where r.id = s.release and e.event = 'shipped' and e.state = 'applied' and e.source = any($5::text[])
        and coalesce(e.occurred, e.heard_at) <= k.as_of))
), waiting as (
  select r.id from gateway.warehouse_release r
  where r.state in ('held', 'partly_released') and r.items && array(select unnest(k.names) from known k) and exists (
    select from gateway.release_hold h where h.release = r.id and h.state in ('open', 'overdue')
      and h.kind in ('availability', 'master_data'))
  order by r.id for update skip locked
), woken as (
  update gateway.warehouse_release r set look_at = gateway.now() from waiting where r.id = waiting.id
)
select count(*) as levels from known;

-- name: add_warehouse_items
-- A warehouse was given the master data of items; orders that wait for that are looked at.
with given as (
  insert into gateway.warehouse_item (warehouse, name) select $1, n from unnest($2::text[]) as n order by n
  on conflict (warehouse, name) do nothing returning name
), waiting as (
  select r.id from gateway.warehouse_release r
  where r.state in ('held', 'partly_released') and r.items && $2::text[] and exists (
    select from gateway.release_hold h where h.release = r.id and h.state in ('open', 'overdue') and h.kind = 'master_data')
  order by r.id for update skip locked
), woken as (
  update gateway.warehouse_release r set look_at = gateway.now() from waiting where r.id = waiting.id
)
select count(*) as names from given;

-- name: overdue_holds
-- Holds whose time is up, with what they hold.
select h.id, h.release, h.hold, h.kind, h.reason, h.owner, h.state, h.due_at, h.actor, h.note, r.number, r.customer, r.order_number,
  r.transmission
from gateway.release_hold h join gateway.warehouse_release r on r.id = h.release
where h.state = 'open' and h.due_at <= gateway.now() order by h.due_at limit $1 for update of h skip locked;

-- name: forget_kept
-- Goods that are kept for orders, and were not released, are free.
delete from gateway.stock_reservation where release = any($1::uuid[]) and not released;

-- name: move_promises
-- Changes have made promises less, or other orders answer for them. Several parts of an order may share one promise.
with given as (
  select release, warehouse, place, successor, max(successor_place) filter (where quantity > 0) as successor_place, sum(quantity) as quantity
  from unnest($1::gateway.stock_promise_v1[]) group by release, warehouse, place, successor
), lowered as (
  update gateway.stock_reservation s set quantity = g.quantity from given g
  where s.released and s.release = g.release and s.warehouse = g.warehouse and s.place = g.place and g.quantity > 0 and g.successor = g.release
), gone as (
  delete from gateway.stock_reservation s using given g
  where s.released and s.release = g.release and s.warehouse = g.warehouse and s.place = g.place
    and (g.quantity = 0 or g.successor <> g.release)
  returning g.successor, s.warehouse, s.item, g.successor_place, g.quantity, s.at
)
insert into gateway.stock_reservation as s (release, warehouse, item, place, quantity, released, at)
select successor, warehouse, item, successor_place, sum(quantity), true, max(at) from gone where quantity > 0
group by successor, warehouse, item, successor_place
on conflict (release, warehouse, item, place, released) do update set quantity = s.quantity + excluded.quantity;

-- name: settle_release_gate
-- Writes what was decided about orders that this transaction holds. $1 orders, $2 holds, $3 parts, $4 reservations,
-- $5 transmissions for warehouses, $6 and $7 their bodies, $8 what is said of the customers' orders, $9 journal, $10 failures.
with orders as (
  update gateway.warehouse_release r
  set state = n.state, purpose = n.purpose, subject = n.subject, number = n.number, order_number = n.order_number,
    trade_order = n.trade_order, customer = n.customer, items = n.items, rank = n.rank, look_at = n.look_at, go_at = n.go_at,
    told = n.told, rounds = n.rounds, note = n.note, wants = n.wants, covered = n.covered, changed_at = gateway.now()
  from unnest($1::gateway.warehouse_release_v1[]) as n where r.id = n.id
  returning r.id, r.state
), documents as (
  update gateway.document d set state = case when o.state = 'released' then 'released' else 'withdrawn' end
  from orders o where d.id = o.id and d.state = 'held' and o.state in ('released', 'refused', 'withdrawn')
), holds as (
  insert into gateway.release_hold as h (id, release, hold, kind, reason, owner, state, due_at, actor, note)
  select n.id, n.release, n.hold, n.kind, n.reason, n.owner, n.state, n.due_at, n.actor, n.note
  from unnest($2::gateway.release_hold_v1[]) as n
  on conflict (release, hold) do update set reason = excluded.reason, owner = excluded.owner, state = excluded.state,
    due_at = excluded.due_at, actor = excluded.actor, note = excluded.note,
    since = case when h.state in ('cleared', 'withdrawn') and excluded.state = 'open' then gateway.now() else h.since end,
    ended_at = case when excluded.state in ('open', 'overdue') then null else coalesce(h.ended_at, gateway.now()) end
), parts as (
  insert into gateway.release_part as p (id, release, ordinal, warehouse, partner, number, transmission, lines, state, note)
  select n.* from unnest($3::gateway.release_part_v1[]) as n
  on conflict (id) do update set lines = excluded.lines, state = excluded.state, note = excluded.note
), reservations as (
  insert into gateway.stock_reservation as s (release, warehouse, item, place, quantity, released)
  select n.* from unnest($4::gateway.stock_reservation_v1[]) as n
  on conflict (release, warehouse, item, place, released) do update set quantity = s.quantity + excluded.quantity, at = gateway.now()
), transmissions as (
  insert into gateway.transmission (id, channel, partner, name, idempotency_key, sha256, size, release)
  select n.id, 'edi.outbound', n.partner, n.name, n.idempotency_key, n.sha256, n.size, n.release
  from unnest($5::gateway.released_transmission_v1[]) as n
), bodies as (
  insert into gateway.raw_body (transmission, ordinal, bytes)
  select b.transmission, 0, b.bytes from unnest($6::uuid[], $7::bytea[]) as b(transmission, bytes)
), said as (
  insert into gateway.order_event (id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
    document, transmission, reason, names, heard_at)
  select id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
    document, transmission, reason, names, gateway.now()
  from unnest($8::gateway.order_event_v1[])
  on conflict (source, key) do nothing
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select n.* from unnest($9::gateway.event_v1[]) as n
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($10::gateway.failure_v1[]) as r
)
select 1 from failures;

-- name: give_up_refused
-- Deliveries to warehouses that refused them are not made any more, whoever asks: somebody else ships it. $2 configuration, $3 node.
with parts as (
  select p.transmission from gateway.release_part p where p.id = any($1::uuid[])
), voided as (
  update gateway.delivery d set state = 'voided', message = 'Refused; released to somebody else.', settled_at = gateway.now()
  from parts where d.transmission = parts.transmission and d.document is not null and d.state = 'failed'
  returning d.id, d.transmission
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select v.transmission, 'deliver', v.id, '[{"what": "voided", "detail": {"reason": "refused there: it is looked for elsewhere"}}]', $2, $3
  from voided v
)
select gateway.close_cases_v1(array_agg(id), 'gateway', 'it was refused there, and is looked for elsewhere') from voided having count(*) > 0;

-- name: put_off_release
-- An order that cannot be decided about is looked at later, and its owner is told.
with later as (
  update gateway.warehouse_release set look_at = gateway.now() + $2::interval where id = $1 and look_at <= gateway.now() returning id
)
select gateway.record_failures_v1(array_agg(f)) from unnest($3::gateway.failure_v1[]) as f cross join later;

-- name: standing_holds
-- How many orders to warehouses are held, by why.
select kind, count(*) as rows from gateway.release_hold where state in ('open', 'overdue') group by kind;

-- name: list_holds
-- Holds for people, those due first: $1 only standing ones, $2 kinds, $3 owners, $4 customers, $5 numbers,
-- $6 and $7 after this due time and id, $8 limit, $9 only these.
select h.id, h.release, h.hold, h.kind, h.reason, h.owner, h.state, h.since, h.due_at, h.ended_at, h.actor, h.note,
  r.number, r.order_number, r.customer, r.partner as warehouse, r.state as release_state, r.go_at, r.test, r.transmission
from gateway.release_hold h join gateway.warehouse_release r on r.id = h.release
where (not $1 or h.state in ('open', 'overdue')) and ($2::text[] is null or h.kind = any($2)) and ($3::text[] is null or h.owner = any($3))
  and ($4::text[] is null or r.customer = any($4)) and ($5::text[] is null or r.number = any($5) or r.order_number = any($5))
  and ($6::timestamptz is null or (h.due_at, h.id) > ($6, $7::uuid)) and ($9::uuid[] is null or h.id = any($9))
order by h.due_at, h.id limit $8;

-- name: find_hold
-- The hold that somebody means: its id, or the end of it.
select id from gateway.release_hold where id::text = $1 or length($1) >= 6 and id::text like '%' || replace($1, '%', '') limit 2;

-- name: hold_for_decision
-- A hold and its order, held until the transaction ends: the order first, as whoever looks at it does.
select r.id, r.state, r.purpose, r.subject, r.number, r.order_number, r.trade_order, r.customer, r.items, r.rank, r.look_at, r.go_at,
  r.told, r.rounds, r.note, r.wants, r.covered, r.arrived, r.transmission, r.partner, r.test, r.created_at, gateway.now() as now, null::bytea as json
from gateway.warehouse_release r where r.id = (select h.release from gateway.release_hold h where h.id = $1) for update;

-- name: look_at_release
-- Somebody has decided something about an order: it is looked at now.
update gateway.warehouse_release set look_at = gateway.now() where id = $1 and state in ('held', 'planned', 'partly_released');

-- name: releases_of_orders
-- What warehouses were or are to be told of orders, with why it is held and to whom it went.
select r.id, r.trade_order, r.number, r.state, r.partner, r.created_at, r.go_at, r.note,
  (select jsonb_agg(jsonb_build_object('id', h.id, 'hold', h.hold, 'kind', h.kind, 'reason', h.reason, 'owner', h.owner, 'state', h.state,
     'since', h.since, 'due_at', h.due_at, 'ended_at', h.ended_at, 'actor', h.actor, 'note', h.note) order by h.since, h.id)
   from gateway.release_hold h where h.release = r.id) as holds,
  (select jsonb_agg(jsonb_build_object('warehouse', p.warehouse, 'number', p.number, 'state', p.state, 'at', p.at, 'note', p.note,
     'transmission', p.transmission) order by p.ordinal)
   from gateway.release_part p where p.release = r.id) as parts
from gateway.warehouse_release r where r.trade_order = any($1::uuid[]) order by r.arrived;
