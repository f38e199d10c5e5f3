-- Service levels: clocks are found in the rows that there are. Those of a period are found by ids, which are ordered by time; those
-- that run by the indexes over what is not finished. Of each: subject, partner, agreement, when it began, ended, and is due.
-- Of a period: $1 and $2 from when to when, $3 and $4 only of these partners and agreements (null: of all).
-- That run: $1 and $2 only of these partners and agreements.

-- name: delivery_clocks
-- From the receipt of a document to its delivery. $5 the canonical document, $6 the target (null: any).
select d.id as subject, d.partner, coalesce(d.agreement, doc.agreement) as agreement, t.received_at as began,
  case when d.state = 'delivered' then d.settled_at end as ended, null::timestamptz as due
from gateway.delivery d
join gateway.transmission t on t.id = d.transmission
left join gateway.document doc on doc.id = d.document
where d.id >= gateway.id_at_v1($1) and d.id < gateway.id_at_v1($2) and not d.test and d.document is not null
  and d.state not in ('voided', 'diverted') and ($3::text[] is null or d.partner = any($3))
  and ($4::text[] is null or coalesce(d.agreement, doc.agreement) = any($4))
  and ($5::text is null or doc.name = $5) and ($6::text is null or d.target = $6);

-- name: delivery_clocks_running
-- Deliveries that are on their way. What was given up has a failure of its own. $3 the canonical document, $4 the target.
select d.id as subject, d.partner, coalesce(d.agreement, doc.agreement) as agreement, t.received_at as began,
  null::timestamptz as ended, null::timestamptz as due
from (
  select w.* from gateway.delivery w where w.state = 'waiting'
  union all select b.* from gateway.delivery b where b.state = 'blocked'
  union all select s.* from gateway.delivery s where s.state = 'sending') as d
join gateway.transmission t on t.id = d.transmission
left join gateway.document doc on doc.id = d.document
where not d.test and d.document is not null and ($1::text[] is null or d.partner = any($1))
  and ($2::text[] is null or coalesce(d.agreement, doc.agreement) = any($2))
  and ($3::text is null or doc.name = $3) and ($4::text is null or d.target = $4);

-- name: answer_clocks
-- From the receipt of an interchange to the delivery of our acknowledgement; one that the partner fetches is there at once.
-- $5 its type.
select a.outbound as subject, o.partner, null::text as agreement, t.received_at as began,
  case when d.id is null then o.created_at when d.state = 'delivered' then d.settled_at end as ended, null::timestamptz as due
from gateway.acknowledgement a
join gateway.transmission t on t.id = a.transmission
join gateway.outbound o on o.id = a.outbound
left join gateway.delivery d on d.outbound = a.outbound and d.state not in ('voided', 'diverted')
where a.outbound >= gateway.id_at_v1($1) and a.outbound < gateway.id_at_v1($2) and not o.test
  and ($3::text[] is null or o.partner = any($3)) and $4::text[] is null and ($5::text is null or a.type = $5);

-- name: answer_clocks_running
-- Acknowledgements of ours that are on their way. $3 their type.
select a.outbound as subject, o.partner, null::text as agreement, t.received_at as began, null::timestamptz as ended,
  null::timestamptz as due
from (
  select w.outbound from gateway.delivery w where w.state = 'waiting' and w.outbound is not null
  union all select b.outbound from gateway.delivery b where b.state = 'blocked' and b.outbound is not null
  union all select s.outbound from gateway.delivery s where s.state = 'sending' and s.outbound is not null) as d
join gateway.acknowledgement a on a.outbound = d.outbound
join gateway.transmission t on t.id = a.transmission
join gateway.outbound o on o.id = a.outbound
where not o.test and ($1::text[] is null or o.partner = any($1)) and $2::text[] is null and ($3::text is null or a.type = $3);

-- name: acknowledgement_clocks
-- From our sending to what the partner owes us. What nobody agreed on, or what was waived, is not measured. $5 the kind.
select e.id as subject, e.partner, e.agreement, e.sent_at as began,
  (select min(r.at) from gateway.received_acknowledgement r where r.expectation = e.id) as ended, e.due_at as due
from gateway.expectation e
where e.id >= gateway.id_at_v1($1) and e.id < gateway.id_at_v1($2) and e.due_at is not null and e.state <> 'waived'
  and ($3::text[] is null or e.partner = any($3)) and ($4::text[] is null or e.agreement = any($4))
  and ($5::text is null or e.kind = $5);

-- name: acknowledgement_clocks_running
-- What partners owe us and is not overdue: what is has a failure of its own. $3 the kind.
select e.id as subject, e.partner, e.agreement, e.sent_at as began, null::timestamptz as ended, e.due_at as due
from gateway.expectation e
where e.state = 'expected' and e.due_at is not null and ($1::text[] is null or e.partner = any($1))
  and ($2::text[] is null or e.agreement = any($2)) and ($3::text is null or e.kind = $3);

-- name: milestone_clocks
-- Orders, and whether they met a deadline ($5). A void one was not to be met.
select o.id as subject, o.partner, null::text as agreement, o.created_at as began, d.met_at as ended, d.due_at as due
from gateway.order_deadline d join gateway.trade_order o on o.id = d.trade_order
where d.trade_order >= gateway.id_at_v1($1) and d.trade_order < gateway.id_at_v1($2) and d.deadline = $5 and d.state <> 'void'
  and not o.test and ($3::text[] is null or o.partner = any($3)) and $4::text[] is null;

-- name: milestone_clocks_running
-- Orders whose deadline ($3) runs. One that was missed has a failure of its own.
select o.id as subject, o.partner, null::text as agreement, o.created_at as began, null::timestamptz as ended, d.due_at as due
from gateway.order_deadline d join gateway.trade_order o on o.id = d.trade_order
where d.state = 'open' and d.deadline = $3 and d.due_at > gateway.now() and not o.test
  and ($1::text[] is null or o.partner = any($1)) and $2::text[] is null;

-- name: exception_clocks
-- Failures, from each opening to the end that follows it. $5 the stage, $6 the stage of failures about service levels themselves.
select f.id as subject, f.partner, null::text as agreement, e.at as began, (
    select min(x.at) from gateway.failure_event x where x.failure = f.id and x.action = 'resolved' and x.at >= e.at) as ended,
  null::timestamptz as due
from gateway.failure_event e join gateway.failure f on f.id = e.failure
where e.at >= $1::timestamptz and e.at < $2::timestamptz and e.action in ('opened', 'came_back')
  and ($3::text[] is null or f.partner = any($3)) and $4::text[] is null and ($5::text is null or f.stage = $5) and f.stage <> $6;

-- name: exception_clocks_running
-- Failures that are open, and that nobody silenced. $3 the stage, $4 the stage of failures about service levels themselves.
select f.id as subject, f.partner, null::text as agreement, f.opened_at as began, null::timestamptz as ended,
  null::timestamptz as due
from gateway.failure f
where f.state in ('open', 'acknowledged') and ($1::text[] is null or f.partner = any($1)) and $2::text[] is null
  and ($3::text is null or f.stage = $3) and f.stage <> $4;

-- name: advice_clocks
-- Orders that were delivered, and when what announces the shipment was sent (what we say of it), if it was. Where it is said how
-- long goods travel at least ($5), those that were shipped, from then on.
select o.id as subject, o.partner, null::text as agreement,
  coalesce((o.steps ->> 'shipped')::timestamptz, o.created_at) as began, (
    select min(e.heard_at) from gateway.order_event e
    where e.trade_order = o.id and e.event = 'shipped' and e.source = 'gateway' and e.state in ('applied', 'repeated')) as ended,
  (o.steps ->> 'delivered')::timestamptz as due
from gateway.trade_order o
where o.id >= gateway.id_at_v1($1) and o.id < gateway.id_at_v1($2)
  and (o.steps ? 'delivered' or ($5::interval is not null and o.steps ? 'shipped')) and not o.test
  and ($3::text[] is null or o.partner = any($3)) and $4::text[] is null;

-- name: advice_clocks_running
-- Orders that were shipped, whose goods may arrive after $3, and that nothing announces yet; for a week after that, no longer.
select o.id as subject, o.partner, null::text as agreement, (o.steps ->> 'shipped')::timestamptz as began,
  null::timestamptz as ended, null::timestamptz as due
from gateway.trade_order o
where o.state in ('partly_shipped', 'shipped', 'in_transit', 'delivery_exception') and not o.test
  and (o.steps ->> 'shipped')::timestamptz > gateway.now() - $3::interval - interval '7 days'
  and ($1::text[] is null or o.partner = any($1)) and $2::text[] is null
  and not exists (
    select from gateway.order_event e
    where e.trade_order = o.id and e.event = 'shipped' and e.source = 'gateway' and e.state in ('applied', 'repeated'));

-- name: keep_service_level_day
-- Takes the sums of one day of a level ($1 level, $2 day) in the place of those that were there. $3 partners, $4 agreements,
-- $5 met, $6 missed, $7 running.
with given as materialized (
  select * from unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[]) as n(partner, agreement, met, missed, running)
), gone as (
  delete from gateway.service_level_day s where s.level = $1 and s.day = $2::date and not exists (
    select from given g where g.partner = s.partner and g.agreement = s.agreement)
)
insert into gateway.service_level_day (level, day, partner, agreement, met, missed, running)
select $1, $2, g.* from given g
on conflict (level, day, partner, agreement) do update
set met = excluded.met, missed = excluded.missed, running = excluded.running, measured_at = gateway.now();

-- name: unfinished_service_level_days
-- Days whose sums may still change: those with clocks that run. $1 levels, $2 no older than this day.
select s.level, s.day from gateway.service_level_day s
where s.level = any($1::text[]) and s.running > 0 and s.day >= $2::date group by s.level, s.day;

-- name: measured_service_levels
-- Since which day levels ($1) are measured.
select s.level, min(s.day) as first from gateway.service_level_day s where s.level = any($1::text[]) group by s.level;

-- name: service_level_days
-- The sums of levels by day, partner and agreement, $1 days back.
select s.level, s.day, s.partner, s.agreement, s.met, s.missed, s.running, s.measured_at from gateway.service_level_day s
where s.day > (gateway.now() at time zone 'UTC')::date - $1::integer order by s.level, s.partner, s.agreement, s.day;

-- name: forget_service_level_days
-- Removes sums that are older than so many days ($1).
delete from gateway.service_level_day s where s.day < (gateway.now() at time zone 'UTC')::date - $1::integer;
