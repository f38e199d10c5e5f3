-- Figures for people: how it stands with partners, and with everything.

-- name: partner_figures
-- Of partners ($1), by the channels that partners use ($2): when something came and went last, in the last 90 days; how many
-- interchanges did in a day and in a week; what is open about them, how many deliveries are not made, and whether they are held.
with came as materialized (
  select t.id from unnest($2::text[]) as c(channel)
  join gateway.transmission t on t.channel = c.channel and t.id >= gateway.id_at_v1(gateway.now() - interval '7 days')
), received as (
  select i.partner, count(*) as week,
    count(*) filter (where i.transmission >= gateway.id_at_v1(gateway.now() - interval '1 day')) as day
  from gateway.interchange i join came on came.id = i.transmission
  where i.partner = any($1::text[]) and i.transmission >= gateway.id_at_v1(gateway.now() - interval '7 days')
  group by i.partner
), sent as (
  select o.partner, count(*) as week, count(*) filter (where o.id >= gateway.id_at_v1(gateway.now() - interval '1 day')) as day
  from gateway.outbound o
  where o.partner = any($1::text[]) and o.id >= gateway.id_at_v1(gateway.now() - interval '7 days')
  group by o.partner
), failing as (
  select f.partner, count(*) as failures from gateway.failure f
  where f.state in ('open', 'acknowledged') and f.partner = any($1::text[]) group by f.partner
), overdue as (
  select e.partner, count(*) filter (where e.state = 'overdue') as overdue, count(*) filter (where e.state <> 'overdue') as rejected
  from gateway.expectation e
  where e.state in ('overdue', 'rejected', 'partially_accepted', 'contradicted') and e.partner = any($1::text[]) group by e.partner
), waiting as (
  select d.partner, count(*) as deliveries from (
    select w.partner from gateway.delivery w where w.state = 'waiting'
    union all select b.partner from gateway.delivery b where b.state = 'blocked'
    union all select s.partner from gateway.delivery s where s.state = 'sending') as d
  where d.partner = any($1::text[]) group by d.partner
)
select p.id as partner,
  (select t.received_at from gateway.interchange i join gateway.transmission t on t.id = i.transmission
   where i.partner = p.id and i.transmission >= gateway.id_at_v1(gateway.now() - interval '90 days') and t.channel = any($2)
   order by i.transmission desc limit 1) as last_received,
  (select o.created_at from gateway.outbound o where o.partner = p.id order by o.id desc limit 1) as last_sent,
  coalesce(received.day, 0) as received_day, coalesce(received.week, 0) as received_week,
  coalesce(sent.day, 0) as sent_day, coalesce(sent.week, 0) as sent_week,
  coalesce(failing.failures, 0) as failures, coalesce(overdue.overdue, 0) as overdue, coalesce(overdue.rejected, 0) as rejected,
  coalesce(waiting.deliveries, 0) as waiting,
  h.actor as held_by, h.reason as held_because, h.since as held_since
from unnest($1::text[]) as p(id)
left join received on received.partner = p.id
left join sent on sent.partner = p.id
left join failing on failing.partner = p.id
left join overdue on overdue.partner = p.id
left join waiting on waiting.partner = p.id
left join gateway.delivery_hold h on h.kind = 'partner' and h.name = p.id
order by p.id;

-- name: partners_with_history
-- Those of partners ($1) of whom an interchange is kept, from them or for them.
select p.id as partner from unnest($1::text[]) as p(id)
where exists (select from gateway.interchange i where i.partner = p.id)
  or exists (select from gateway.outbound o where o.partner = p.id)
order by p.id;

-- name: what_is_stuck
-- What needs somebody now: failures, what waits to be delivered, answers that did not come, breakers, holds, dead letters.
select
  (select count(*) from gateway.failure f where f.state in ('open', 'acknowledged')) as failures,
  (select count(*) from gateway.failure f where f.state = 'open') as unattended,
  (select min(f.opened_at) from gateway.failure f where f.state = 'open') as unattended_since,
  (select count(*) from gateway.failure f where f.state = 'open' and f.regressions > 0) as regressions,
  (select count(*) from gateway.expectation e where e.state = 'overdue') as overdue,
  (select count(*) from gateway.expectation e where e.state in ('rejected', 'partially_accepted', 'contradicted')) as rejected,
  (select count(*) from gateway.unmatched_acknowledgement u where u.state = 'waiting') as unmatched,
  (select array_agg(b.target order by b.target) from gateway.breaker b where b.state <> 'closed') as breakers,
  (select array_agg(h.kind || ':' || h.name order by h.kind, h.name) from gateway.delivery_hold h) as held,
  (select count(*) from gateway.release_hold h where h.state in ('open', 'overdue')) as orders_held,
  (select count(*) from gateway.delivery d where d.state in ('failed', 'dead', 'in_doubt'))
    + (select count(*) from gateway.transmission t where t.state in ('failed', 'unreadable') and exists (
        select from gateway.failure_case c where c.subject = t.id and c.closed_at is null)) as dead_letters,
  (select count(distinct d.trade_order) from gateway.order_deadline d
   where d.state = 'missed' or d.state = 'open' and d.due_at < gateway.now()) as orders_late,
  gateway.now() as now;

-- name: affected_partners
-- Whom it is about: partners with failures that are not over, and answers that did not come or refused something. $1 limit.
select told.partner, sum(told.failures)::bigint as failures, sum(told.overdue)::bigint as overdue, sum(told.rejected)::bigint as rejected
from (
  select f.partner, count(*) as failures, 0 as overdue, 0 as rejected from gateway.failure f
  where f.state in ('open', 'acknowledged') and f.partner is not null group by f.partner
  union all
  select e.partner, 0, count(*) filter (where e.state = 'overdue'), count(*) filter (where e.state <> 'overdue')
  from gateway.expectation e
  where e.state in ('overdue', 'rejected', 'partially_accepted', 'contradicted') and e.partner is not null group by e.partner) as told
group by told.partner order by sum(told.failures) + sum(told.overdue) + sum(told.rejected) desc, told.partner limit $1;

-- name: configuration_since
-- Since when a configuration ($1, its digest) is in force; of one from before activations were kept, since when it is known.
select coalesce((select max(a.activated_at) from gateway.activation a where a.digest = $1), c.activated_at) as activated_at
from gateway.configuration c where c.digest = $1;

-- name: what_waits
-- What is on its way: transmissions that are not read yet, deliveries that are not made, messages that are not published; counted
-- up to $1 of each, with the oldest.
select
  (select count(*) from (select from gateway.transmission t where t.state = 'received' limit $1) as counted) as to_read,
  (select min(t.received_at) from gateway.transmission t where t.state = 'received') as to_read_since,
  (select count(*) from (select from gateway.delivery d where d.state = 'waiting' limit $1) as counted)
    + (select count(*) from (select from gateway.delivery d where d.state = 'sending' limit $1) as counted)
    + (select count(*) from (select from gateway.delivery d where d.state = 'blocked' limit $1) as counted) as to_deliver,
  least((select min(d.created_at) from gateway.delivery d where d.state = 'waiting'),
    (select min(d.created_at) from gateway.delivery d where d.state = 'sending'),
    (select min(d.created_at) from gateway.delivery d where d.state = 'blocked')) as to_deliver_since,
  (select count(*) from (select from gateway.outbox limit $1) as counted) as to_publish,
  (select min(o.created_at) from gateway.outbox o) as to_publish_since;

-- name: difference_counts
-- How much was found to differ and is not over, by reconciliation. $1 the stage of such failures, $2 the reconciliations: answers
-- of partners have their failures in the same stage.
select f.route as reconciliation, count(*) as differences
from gateway.failure f join gateway.failure_case c on c.fingerprint = f.fingerprint
where f.stage = $1 and f.route = any($2::text[]) and f.state <> 'resolved' and c.closed_at is null group by f.route;

-- name: open_differences
-- What was found to differ and is not over yet, the newest first. $1 the stage of such failures, $2 reconciliations, $3 and $4 before
-- this moment and subject, $5 limit, $6 only what came back so often at least.
select c.subject as id, f.id as failure, f.route as reconciliation, f.code, f.partner, f.owner, f.state, f.remedy, c.message, c.at as since,
  c.recurred
from gateway.failure f join gateway.failure_case c on c.fingerprint = f.fingerprint
where f.stage = $1 and f.route = any($2::text[]) and f.state <> 'resolved' and c.closed_at is null
  and c.recurred >= $6 and ($3::timestamptz is null or (c.at, c.subject) < ($3, $4::uuid))
order by c.at desc, c.subject desc limit $5;
