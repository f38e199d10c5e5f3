-- name: limit_target
-- What a target may get of all processes together: $2 calls a second, $3 calls in flight. A target without limits has no row.
with unlimited as (
  delete from gateway.target_limit where target = $1 and $2::double precision is null and $3::integer is null
)
insert into gateway.target_limit (target, rate, concurrency)
select $1, $2, $3 where $2 is not null or $3 is not null
on conflict (target) do update set rate = excluded.rate, concurrency = excluded.concurrency
where (target_limit.rate, target_limit.concurrency) is distinct from (excluded.rate, excluded.concurrency);

-- name: hold_deliveries
-- Holds a target or a partner: nothing of it is delivered until it is released. Audited, and told in the journal of what waits.
-- $1 kind, $2 name, $3 reason, $4 who, $5 step of the journal, $6 configuration, $7 node.
with held as (
  insert into gateway.delivery_hold (kind, name, reason, actor) values ($1, $2, $3, $4)
  on conflict (kind, name) do nothing returning kind
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select d.transmission, 'deliver', d.id, $5::jsonb, $6, $7 from held cross join lateral (
    select w.transmission, w.id from gateway.delivery w
    where w.state in ('blocked', 'waiting') and case when $1 = 'target' then w.target else w.partner end = $2 limit 1000) as d
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $4, 'deliveries_held', $1 || ':' || $2, jsonb_build_object('reason', $3::text) from held
)
select kind from held;

-- name: release_deliveries
-- Ends a hold; answers what it was. What was put aside of a held partner is due again as it was.
-- $1 kind, $2 name, $3 reason, $4 who, $5 step of the journal, $6 configuration, $7 node.
with released as (
  delete from gateway.delivery_hold where kind = $1 and name = $2 returning kind, reason, actor, since
), due as (
  update gateway.delivery d set state = 'waiting', blocked_by = null
  from released where released.kind = 'partner' and d.partner = $2 and d.state = 'blocked' and d.blocked_by = 'hold'
  returning d.target, d.transmission, d.id
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select d.transmission, 'deliver', d.id, $5::jsonb, $6, $7 from released cross join lateral (
    select w.transmission, w.id from gateway.delivery w
    where $1 = 'target' and w.state in ('blocked', 'waiting') and w.target = $2 limit 1000) as d
  union all
  select due.transmission, 'deliver', due.id, $5::jsonb, $6, $7 from due
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $4, 'deliveries_released', $1 || ':' || $2,
    jsonb_build_object('reason', $3::text, 'held_by', actor, 'held_because', reason, 'since', since) from released
)
select reason, actor, since, (select count(*) from due) as put_aside from released;

-- name: delivery_holds
-- What staff hold at present.
select kind, name, reason, actor, since from gateway.delivery_hold order by kind, name;

-- name: retry_deliveries_now
-- Brings forward what waits for its next attempt, and the next probe of breakers that are open. One that is named goes before all
-- others. $1 target, $2 partner, $3 deliveries (null means any), $4 who, $5 step of the journal, $6 configuration, $7 node.
with chosen as (
  select d.id from gateway.delivery d
  where d.state = 'waiting' and ($1::text is null or d.target = $1) and ($2::text is null or d.partner = $2)
    and ($3::uuid[] is null or d.id = any($3))
  order by d.id for update
), moved as (
  update gateway.delivery d
  set next_attempt_at = least(d.next_attempt_at, gateway.now()), priority = case when $3 is null then d.priority else 0 end
  from chosen where d.id = chosen.id
  returning d.id, d.transmission, d.target
), probing as (
  update gateway.breaker b set probe_at = least(b.probe_at, gateway.now())
  where b.state = 'open' and b.target in (select target from moved)
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select m.transmission, 'deliver', m.id, $5::jsonb, $6, $7 from moved m limit 1000
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $4, 'deliveries_retried_now', coalesce($1, $2, array_to_string($3, ' ')),
    jsonb_build_object('target', $1, 'partner', $2, 'deliveries', count(*)) from moved having count(*) > 0
)
select target, count(*) as deliveries from moved group by target order by target;

-- name: unblock_deliveries
-- Deliveries that were put aside and wait for nothing any more: what came before was finished (also by hand, or by a process that
-- knows nothing of this), the earlier transmission was read, the agreed time is over, the partner was released.
-- $1 configuration, $2 node.
with free as (
  select d.id, d.blocked_by from gateway.delivery d
  where d.state = 'blocked' and case d.blocked_by
    when 'hold' then not exists (select from gateway.delivery_hold h where h.kind = 'partner' and h.name = d.partner)
    when 'sequence' then not exists (
      select from gateway.delivery p
      where p.id = d.after and p.state in ('blocked', 'waiting', 'sending', 'in_doubt', 'failed', 'dead'))
    when 'translation' then d.created_at + d.sequence_wait <= gateway.now() or not exists (
        select from gateway.transmission t where t.id = d.after and t.state = 'received')
      and not exists (select from gateway.document p where p.partner = d.partner and p.transmission = d.after and p.state = 'pending')
    else exists (select from gateway.delivery p where p.id = d.after and p.state = 'delivered') end
  order by d.id limit 1000 for update skip locked
), moved as (
  update gateway.delivery d set state = 'waiting', blocked_by = null from free where d.id = free.id
  returning d.target, d.transmission, d.id, d.after, free.blocked_by as because
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select transmission, 'deliver', id, jsonb_build_array(jsonb_build_object('what', 'goes_on', 'detail',
    jsonb_build_object('waited_for', coalesce(because, 'another target'), 'after', after))), $1, $2
  from moved
)
select target, count(*) as deliveries from moved group by target;

-- name: divertible_deliveries
-- Deliveries to give to their fallback: known not to have been done, and dead, or their target held or out of reach for longer
-- than agreed. Locked until they are diverted.
select d.id, d.transmission, d.target, d.fallback, d.state, d.attempt, d.code, h.since as held_since, b.since as open_since
from gateway.delivery d
left join gateway.breaker b on b.target = d.target and b.state <> 'closed' and b.since <= gateway.now() - d.fallback_after
left join gateway.delivery_hold h
  on h.kind = 'target' and h.name = d.target and h.since <= gateway.now() - d.fallback_after
where d.fallback is not null and not d.doubtful and d.state in ('blocked', 'waiting', 'dead')
  and (d.state = 'dead' or (b.target is not null or h.name is not null)
    and (d.state = 'waiting' or d.blocked_by in ('sequence', 'translation')))
order by d.arrived, d.place, d.id limit $1 for update of d skip locked;

-- name: divert_deliveries
-- Ends deliveries in favour of others at their fallback, which stand in for them: also for those that come after.
with moved as (
  update gateway.delivery d
  set state = 'diverted', message = r.reason, code = 'diverted', blocked_by = null, settled_at = gateway.now()
  from unnest($1::gateway.diversion_v1[]) as r
  where d.id = r.delivery and d.state in ('blocked', 'waiting', 'dead') and d.fallback is not null and not d.doubtful
  returning d.*, r.substitute
), substitutes as (
  insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, idempotency_key, test, options,
    priority, sequence_key, after, state, agreement, place, sequence_wait, fallback_of, arrived)
  select substitute, transmission, document, outbound, partner, route, fallback, action, idempotency_key, test, options,
    priority, sequence_key, null, 'waiting', agreement, place, sequence_wait, id, arrived
  from moved
), followers as (
  update gateway.delivery d set after = moved.substitute
  from moved where d.after = moved.id and d.state = 'blocked' and d.id not in (select id from moved)
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select e.* from unnest($2::gateway.event_v1[]) as e where e.transmission in (select transmission from moved)
), closed as (
  select gateway.close_cases_v1(array_agg(c.subject), array_agg(c.fingerprint))
  from gateway.failure_case c join moved on moved.id = c.subject where c.closed_at is null
)
select distinct moved.fallback as target, moved.id from moved cross join (select count(*) from closed) as c;

-- name: count_followers
-- How many deliveries wait because of their sequence key until one of these is finished.
select d.id, count(*) as followers
from gateway.delivery d join gateway.delivery f
  on f.sequence_key = d.sequence_key and (f.arrived, f.place, f.id) > (d.arrived, d.place, d.id)
  and f.state in ('blocked', 'waiting')
where d.id = any($1::uuid[]) group by d.id;

-- name: insert_dead_letters
-- Public messages about deliveries that were given up outside of an attempt.
insert into gateway.outbox (id, exchange, routing_key, headers, document)
select o.id, o.exchange, o.routing_key, o.headers, o.document from unnest($1::gateway.outbox_v1[]) as o;

-- name: target_levels
-- What waits at each target, and what keeps it. Of a target that nothing waits at, only what keeps it.
with levels as (
  select target, 'waiting' as state, count(*) as rows, count(*) filter (where next_attempt_at <= gateway.now()) as due,
    min(created_at) as oldest, min(next_attempt_at) as next_at
  from gateway.delivery where state = 'waiting' group by target
  union all
  select target, coalesce('blocked:' || blocked_by, 'blocked'), count(*), 0, min(created_at), null
  from gateway.delivery where state = 'blocked' group by target, blocked_by
  union all
  select target, 'sending', count(*), 0, min(created_at), null from gateway.delivery where state = 'sending' group by target
  union all
  select target, 'dead', count(*), 0, min(created_at), null from gateway.delivery where state = 'dead' group by target
)
select coalesce(l.target, b.target, h.name, t.target) as target,
  coalesce(sum(l.rows) filter (where l.state = 'waiting'), 0)::bigint as waiting,
  coalesce(sum(l.due), 0)::bigint as due,
  coalesce(sum(l.rows) filter (where l.state = 'sending'), 0)::bigint as sending,
  coalesce(sum(l.rows) filter (where l.state = 'blocked:sequence' or l.state = 'blocked:translation'), 0)::bigint as in_sequence,
  coalesce(sum(l.rows) filter (where l.state = 'blocked:hold'), 0)::bigint as put_aside,
  coalesce(sum(l.rows) filter (where l.state = 'blocked'), 0)::bigint as after_others,
  coalesce(sum(l.rows) filter (where l.state = 'dead'), 0)::bigint as dead,
  min(l.oldest) filter (where l.state <> 'dead') as oldest, min(l.next_at) as next_at,
  b.state as breaker, case when b.state <> 'closed' then b.since end as breaker_since,
  case when b.state = 'open' then b.probe_at end as probe_at,
  h.reason as held_because, h.actor as held_by, h.since as held_since, t.rate, t.concurrency
from levels l
full join gateway.breaker b on b.target = l.target
full join (select name, reason, actor, since from gateway.delivery_hold where kind = 'target') as h
  on h.name = coalesce(l.target, b.target)
full join gateway.target_limit t on t.target = coalesce(l.target, b.target, h.name)
group by 1, b.state, b.since, b.probe_at, h.reason, h.actor, h.since, t.rate, t.concurrency
order by 1;
