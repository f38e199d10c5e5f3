-- The order process: what documents and applications say of orders, judged order by order.

-- name: take_order_news
-- Documents that nobody has read for what they say of orders; they leave the queue with the transaction. What was made of an order
-- for an application says nothing of it.
with due as (
  select document from gateway.order_news order by document limit $1 for update skip locked
), taken as (
  delete from gateway.order_news n using due where n.document = due.document returning n.document
)
select d.id as document, d.transmission, d.name, d.partner, t.channel = 'edi.outbound' as outgoing, d.state, d.test, d.created_at,
  coalesce(r.json, c.json) as json, r.json is not null as rewritten
from taken join gateway.document d on d.id = taken.document
join gateway.transmission t on t.id = d.transmission and t.channel not like 'trigger:%'
left join gateway.canonical_body c on c.document = d.id
left join gateway.routed_body r on r.document = d.id
order by d.id;

-- name: hear_order_events
-- Milestones as they are heard; those that are there already, by source and key, are left out of the answer.
insert into gateway.order_event (id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
  document, transmission, reason, names, heard_at)
select id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
  document, transmission, reason, names, together.at
from unnest($1::gateway.order_event_v1[]) cross join (select gateway.now() as at offset 0) as together
order by source, key
on conflict (source, key) do nothing
returning id;

-- name: known_order_events
-- Which of these milestones were heard before.
select given.n as place from unnest($1::text[], $2::text[]) with ordinality as given(source, key, n)
join gateway.order_event e on e.source = given.source and e.key = given.key;

-- name: take_heard_events
-- Milestones that have not been judged.
select e.*, gateway.now() as now from gateway.order_event e where e.state = 'heard' order by e.id limit $1 for update skip locked;

-- name: take_waiting_events
-- Milestones that wait and are to be looked at again.
select e.*, gateway.now() as now from gateway.order_event e where e.state = 'waiting' and e.look_at <= gateway.now()
order by e.look_at limit $1 for update skip locked;

-- name: unrelated_events
-- Milestones whose order was not known and that one of these names may lead to.
select e.*, gateway.now() as now from gateway.order_event e
where e.trade_order is null and e.names && $1::text[] and e.state in ('waiting', 'overdue', 'refused')
order by e.id limit 500 for update skip locked;

-- name: find_orders
-- The orders that names may mean: what was asked for (a place), the kind of the name, whose name it is, and the order.
select w.place, w.kind, l.system, o.id, o.partner
from unnest($1::integer[], $2::text[], $3::text[], $4::boolean[]) as w(place, kind, value, test)
join gateway.order_link l on l.value = w.value and l.kind = w.kind
join gateway.trade_order o on o.id = l.trade_order and o.test = w.test
union
select w.place, w.kind, o.partner, o.id, o.partner
from unnest($1::integer[], $2::text[], $3::text[], $4::boolean[]) as w(place, kind, value, test)
join gateway.trade_order o on o.number = w.value and o.test = w.test where w.kind = 'order';

-- name: lock_orders
-- Orders by partner, number and test, and by id, held until the transaction ends.
select o.id, o.partner, o.number, o.test, o.state, o.version, gateway.now() as now from gateway.trade_order o
where o.id = any(array(
  select k.id from gateway.trade_order k join unnest($1::text[], $2::text[], $3::boolean[]) as t(partner, number, test)
    using (partner, number, test)
  union select unnest($4::uuid[])))
order by o.id for update;

-- name: order_events
-- All that was said of orders, and is judged already.
select e.*, gateway.now() as now from gateway.order_event e where e.trade_order = any($1::uuid[]) and e.state <> 'heard' order by e.id;

-- name: order_links
-- The names that are known of orders.
select trade_order, system, kind, value from gateway.order_link where trade_order = any($1::uuid[]);

-- name: order_deadlines
-- The deadlines of orders.
select trade_order, deadline, due_at, state, met_at from gateway.order_deadline where trade_order = any($1::uuid[]) order by due_at;

-- name: settle_orders
-- Writes what was judged in one statement: orders, events (new ones, and those whose verdict has changed), links, deadlines, clocks
-- of sources, failures, messages and follow-ups. Orders that were there are held, so that nobody else judges them; one that
-- somebody else made at the same moment breaks the unique key of partner and number, and the batch is made again.
-- $1 orders, $2 events, $3 links, $4 deadlines, $5 and $6 sources and how far their events lie in the future, $7 failures,
-- $8 messages, which are kept, $9 follow-ups, $10 which messages subscribers get.
with orders as (
  insert into gateway.trade_order (id, partner, number, test, state, version, lines, steps)
  select n.* from unnest($1::gateway.trade_order_v1[]) as n order by n.partner, n.number, n.test
  on conflict (id) do update set state = excluded.state, version = excluded.version, lines = excluded.lines,
    steps = excluded.steps, changed_at = gateway.now()
), events as (
  insert into gateway.order_event (id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total,
    links, document, transmission, reason, names, heard_at, state, code, message, needs, flags, look_at, due_at)
  select n.* from unnest($2::gateway.order_event_v1[]) as n
  on conflict (id) do update set trade_order = excluded.trade_order, state = excluded.state, code = excluded.code,
    message = excluded.message, needs = excluded.needs, flags = excluded.flags, look_at = excluded.look_at, due_at = excluded.due_at
), links as (
  insert into gateway.order_link (trade_order, system, kind, value)
  select distinct n.trade_order, n.system, n.kind, n.value from unnest($3::gateway.order_link_v1[]) as n
  on conflict do nothing
), deadlines as (
  insert into gateway.order_deadline (trade_order, deadline, due_at, state, met_at)
  select n.* from unnest($4::gateway.order_deadline_v1[]) as n
  on conflict (trade_order, deadline) do update set due_at = excluded.due_at, state = excluded.state, met_at = excluded.met_at
), clocks as (
  insert into gateway.source_clock (source, ahead)
  select n.source, max(n.ahead) from unnest($5::text[], $6::interval[]) as n(source, ahead) group by n.source order by n.source
  on conflict (source) do update
  set ahead = case when source_clock.at < gateway.now() - interval '1 day' then excluded.ahead
      else greatest(source_clock.ahead, excluded.ahead) end,
    at = gateway.now()
  where source_clock.at < gateway.now() - interval '1 day' or excluded.ahead > source_clock.ahead
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($7::gateway.failure_v1[]) as r
), outbox as (
  insert into gateway.outbox (id, exchange, routing_key, headers, body)
  select n.id, n.exchange, n.routing_key, n.headers, n.body from unnest($8::gateway.order_message_v1[]) as n
), kept as (
  insert into gateway.milestone (id, trade_order, type, partner, number, headers, body)
  select n.id, (n.headers ->> 'correlationid')::uuid, n.headers ->> 'type', n.headers ->> 'partner', n.headers ->> 'subject', n.headers, n.body
  from unnest($8::gateway.order_message_v1[]) as n
), notices as (
  insert into gateway.delivery (id, transmission, milestone, partner, target, action, idempotency_key, test, options, priority,
    sequence_key, place, state)
  select n.id, n.milestone, n.milestone, n.partner, n.target, 'notify', n.milestone::text, n.test, '{}', 0,
    'notice:' || n.target || ':' || n.trade_order, n.version, 'waiting'
  from unnest($10::gateway.notice_v1[]) as n
), follow_ups as (
  insert into gateway.follow_up (id, trade_order, rule, kind, key, source, statement, event, ordinal, cover, state, due_at, attempts,
    code, message, reference)
  select n.* from unnest($9::gateway.follow_up_v1[]) as n
  on conflict (id) do update set state = excluded.state, cover = excluded.cover, due_at = excluded.due_at, code = excluded.code,
    message = excluded.message, changed_at = gateway.now()
)
select 1 from failures;

-- name: due_order_deadlines
-- Deadlines that nothing met in time, with their orders, held until the transaction ends.
select d.trade_order, d.deadline, d.due_at, d.state, d.met_at, o.partner, o.number, o.state as order_state
from gateway.order_deadline d join gateway.trade_order o on o.id = d.trade_order
where d.state = 'open' and d.due_at <= gateway.now() order by d.due_at limit $1 for update of d skip locked;

-- name: source_clocks
-- How far events of sources lay in the future, in seconds; negative is in the past.
select source, extract(epoch from ahead)::double precision as ahead from gateway.source_clock where at > gateway.now() - interval '1 day';

-- name: orders_by_number
-- The orders that a number may mean: their own, or any name that a system has for one or something of it.
select id from gateway.trade_order where number = $1 and ($2::text is null or partner = $2)
union
select l.trade_order from gateway.order_link l join gateway.trade_order o on o.id = l.trade_order
where l.value = $1 and ($2::text is null or o.partner = $2)
order by id desc limit 20;

-- name: order_view
-- An order for people.
select id, partner, number, test, state, version, lines, steps, created_at, changed_at from gateway.trade_order where id = any($1::uuid[])
order by id;

-- name: order_history
-- All that was said of an order, in the order in which it was heard.
select id, source, key, event, occurred, version, lines, total, links, document, transmission, reason, heard_at, state, code,
  message, needs, flags, due_at
from gateway.order_event where trade_order = $1 order by heard_at, id;

-- name: list_orders
-- Orders, the newest first, after the one with the id $5. $1 states, $2 partners, $3 only late ones, $4 limit, $6 only these, $7 only
-- those held before a warehouse, $8 only those that any of these steps was done of, and none of $9, and are in none of the states $10.
select o.id, o.partner, o.number, o.test, o.state, o.version, o.steps, o.created_at, o.changed_at,
  (select count(*) from gateway.order_event e where e.trade_order = o.id and e.state in ('waiting', 'overdue')) as waiting,
  (select count(*) from gateway.order_event e where e.trade_order = o.id and e.state = 'refused') as refused,
  (select count(*) from gateway.release_hold h join gateway.warehouse_release r on r.id = h.release
   where r.trade_order = o.id and h.state in ('open', 'overdue')) as held,
  array(select d.deadline from gateway.order_deadline d where d.trade_order = o.id
    and (d.state = 'missed' or (d.state = 'open' and d.due_at < gateway.now())) order by d.due_at) as late
from gateway.trade_order o
where ($1::text[] is null or o.state = any($1)) and ($2::text[] is null or o.partner = any($2))
  and (not $3 or o.id = any(array(
    select d.trade_order from gateway.order_deadline d where d.state = 'missed'
    union select d.trade_order from gateway.order_deadline d where d.state = 'open' and d.due_at < gateway.now())))
  and (not $7 or o.id = any(array(
    select r.trade_order from gateway.release_hold h join gateway.warehouse_release r on r.id = h.release
    where h.state in ('open', 'overdue'))))
  and ($8::text[] is null or (o.steps ?| $8 and not o.steps ?| $9 and o.state <> all($10)))
  and ($5::uuid is null or o.id < $5) and ($6::uuid[] is null or o.id = any($6))
order by o.id desc limit $4;

-- name: database_time
-- The clock that all times are compared with.
select gateway.now() as now;

-- name: order_durations
-- Orders that were shipped, the newest first, with the times of their steps and the warehouse that shipped first: what is usual is
-- told from them. $1 limit, $2 only these partners.
select o.partner, o.steps, coalesce(part.warehouse, said.source) as place
from (
  select id, partner, steps from gateway.trade_order
  where steps ? 'shipped' and not test and ($2::text[] is null or partner = any($2)) order by id desc limit $1) o
left join lateral (
  select p.warehouse from gateway.warehouse_release r join gateway.release_part p on p.release = r.id
  where r.trade_order = o.id and p.state = 'sent' order by p.at limit 1) part on true
left join lateral (
  select e.source from gateway.order_event e
  where part.warehouse is null and e.trade_order = o.id and e.state = 'applied' and e.event in ('picking', 'picked', 'packed', 'shipped')
  order by e.heard_at limit 1) said on true;

-- name: orders_underway
-- Orders that are not there yet, the oldest first: what must happen by when, and the documents that said what was ordered. $1 only
-- these, $2 only these partners, $3 how old at most, $4 limit.
select o.id, o.partner, o.number, o.state, o.steps, coalesce(part.warehouse, said.source) as place, gateway.now() as now,
  array(select e.document from gateway.order_event e
    where e.trade_order = o.id and e.event in ('received', 'changed') and e.document is not null and e.state in ('applied', 'repeated')
    order by e.heard_at) as documents,
  array(select d.deadline from gateway.order_deadline d where d.trade_order = o.id and d.state = 'open' order by d.due_at) as deadlines,
  array(select d.due_at from gateway.order_deadline d where d.trade_order = o.id and d.state = 'open' order by d.due_at) as due
from gateway.trade_order o
left join lateral (
  select p.warehouse from gateway.warehouse_release r join gateway.release_part p on p.release = r.id
  where r.trade_order = o.id and p.state = 'sent' order by p.at limit 1) part on true
left join lateral (
  select e.source from gateway.order_event e
  where part.warehouse is null and e.trade_order = o.id and e.state = 'applied' and e.event in ('picking', 'picked', 'packed', 'shipped')
  order by e.heard_at limit 1) said on true
where o.state not in ('expected', 'rejected', 'cancelled', 'delivered', 'partly_returned', 'returned', 'invoiced', 'paid', 'refunded',
    'closed') and not o.test and not o.steps ? 'delivered' and o.created_at > gateway.now() - $3::interval
  and ($1::uuid[] is null or o.id = any($1)) and ($2::text[] is null or o.partner = any($2))
order by o.id limit $4;

-- name: canonical_bodies
-- Documents as they were read.
select document, json from gateway.canonical_body where document = any($1::uuid[]);
