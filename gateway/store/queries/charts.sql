-- Figures over time, for charts. Times are divided into steps of $1 that end now: $2 of them.

-- name: volumes
-- What came in by the channels that partners use ($3), what was sent to partners, and how much of what came or was sent in that
-- time had failures.
select step.begins, (
    select count(*) from unnest($3::text[]) as c(channel) join gateway.transmission t on t.channel = c.channel
    where t.id >= gateway.id_at_v1(step.begins) and t.id < gateway.id_at_v1(step.begins + $1::interval)) as received, (
    select count(*) from gateway.outbound o
    where o.id >= gateway.id_at_v1(step.begins) and o.id < gateway.id_at_v1(step.begins + $1)) as sent, (
    select count(distinct c.transmission) from gateway.failure_case c
    where c.transmission >= gateway.id_at_v1(step.begins) and c.transmission < gateway.id_at_v1(step.begins + $1)) as failed
from generate_series(0, $2::integer - 1) as ago(steps)
cross join lateral (select date_bin($1, gateway.now(), 'epoch') - ago.steps * $1::interval as begins) as step
order by step.begins;

-- name: latencies
-- How long it took from receipt to delivery, in seconds: half, 95 and 99 of a hundred were delivered by then. Of each step the last
-- $3 deliveries are measured.
select step.begins, measured.deliveries as measured, measured.seconds[1] as p50, measured.seconds[2] as p95, measured.seconds[3] as p99
from generate_series(0, $2::integer - 1) as ago(steps)
cross join lateral (select date_bin($1, gateway.now(), 'epoch') - ago.steps * $1::interval as begins) as step
cross join lateral (
  select count(*) as deliveries, percentile_cont(array[0.5, 0.95, 0.99]) within group (order by made.seconds) as seconds
  from (
    select greatest(extract(epoch from d.settled_at - t.received_at), 0)::double precision as seconds
    from gateway.delivery d join gateway.transmission t on t.id = d.transmission
    where d.id >= gateway.id_at_v1(step.begins) and d.id < gateway.id_at_v1(step.begins + $1)
      and d.state = 'delivered' and d.settled_at is not null
    order by d.id desc limit $3) as made) as measured
order by step.begins;

-- name: acknowledgement_delays
-- How long partners took to acknowledge (TA1, CONTRL, 997, 999) what was sent in a step, in seconds.
with answered as materialized (
  select date_bin($1::interval, e.sent_at, 'epoch') as begins,
    greatest(extract(epoch from e.changed_at - e.sent_at), 0)::double precision as seconds
  from gateway.expectation e
  where e.sent_at >= date_bin($1, gateway.now(), 'epoch') - ($2::integer - 1) * $1 and e.acknowledgement is not null
    and e.layer in ('technical', 'functional') and e.state not in ('expected', 'waived')
), delays as (
  select a.begins, count(*) as measured, percentile_cont(array[0.5, 0.95, 0.99]) within group (order by a.seconds) as seconds
  from answered a group by a.begins
)
select step.begins, coalesce(d.measured, 0) as measured, d.seconds[1] as p50, d.seconds[2] as p95, d.seconds[3] as p99
from generate_series(0, $2 - 1) as ago(steps)
cross join lateral (select date_bin($1, gateway.now(), 'epoch') - ago.steps * $1::interval as begins) as step
left join delays d on d.begins = step.begins
order by step.begins;

-- name: failures_by_partner
-- How many messages had failures that came or were sent in the whole of the time, by partner, and of how many that is not over.
-- Null: it is not known whose they are. $3 limit.
with found as materialized (
  select c.fingerprint, c.transmission, bool_or(c.closed_at is null) as open from gateway.failure_case c
  where c.transmission >= gateway.id_at_v1(date_bin($1::interval, gateway.now(), 'epoch') - ($2::integer - 1) * $1)
  group by c.fingerprint, c.transmission
)
select f.partner, count(distinct found.transmission) as failed,
  count(distinct found.transmission) filter (where found.open) as open
from found cross join lateral (
  select f.partner from gateway.failure f where f.fingerprint = found.fingerprint limit 1) as f
group by f.partner order by failed desc, f.partner limit $3;
