-- Failures and what people do about them. Their history and the end of cases are written by the triggers of migration 0008.

-- name: find_failures
-- The failures that people mean: by id, by fingerprint, or by the end of either, as lists show it.
select id from gateway.failure
where fingerprint = $1 or id::text = $1 or (length($1) >= 6 and (fingerprint like '%' || $1 or id::text like '%' || $1))
order by last_at desc limit 2;

-- name: lock_failure
-- One failure, held until the transaction ends.
select id, fingerprint, stage, code, partner, route, owner, state, muted_until, attended_by, gateway.now() as now
from gateway.failure where id = $1 for update;

-- name: move_failure
-- Moves a failure as a person asked, if it still is as it was: $1 failure, $2 state before, $3 after, $4 owner, $5 muted until,
-- $6 who, $7 why, $8 action, $9 detail, $10 owner to be told, $11 digest of the configuration, $12 node, $13 who attends to it, $14 what helped.
-- Another owner begins anew. The end of a failure and of its cases is told by the triggers.
with moved as (
  update gateway.failure f
  set state = $3, owner = $4, muted_until = $5, attended_at = case when $13::text is null then null else gateway.now() end,
    attended_by = $13, level = case when f.owner = $4 then f.level else 0 end,
    opened_at = case when $8 = 'assigned' then gateway.now() else f.opened_at end,
    escalated_at = case when $8 = 'assigned' then null else f.escalated_at end,
    resolved_by = case when $3 = 'resolved' then $6 end, resolved_reason = case when $3 = 'resolved' then $7 end,
    resolved_helped = case when $3 = 'resolved' then $14::text end
  where f.id = $1 and f.state = $2
  returning f.id, f.fingerprint, f.sample, f.code
), history as (
  insert into gateway.failure_event (failure, actor, action, detail, tell)
  select id, $6, $8, $9::jsonb, $10 from moved where $8 <> 'resolved'
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $6, 'failure_' || $8, id::text, $9::jsonb from moved
), journal as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select t.id, 'failures', c.subject, jsonb_build_array(jsonb_build_object('what', 'failure_' || $8, 'detail',
    $9::jsonb || jsonb_build_object('code', moved.code, 'by', $6::text))), $11, $12
  from moved join gateway.failure_case c on c.fingerprint = moved.fingerprint and c.subject = moved.sample
  join gateway.transmission t on t.id = c.transmission
  where $8 <> 'resolved'
)
select id from moved;

-- name: note_failure
-- Adds to the history of a failure what moves nothing. $1 failure, $2 who, $3 detail, $4 digest of the configuration, $5 node.
with noted as (
  insert into gateway.failure_event (failure, actor, action, detail)
  select id, $2, 'noted', $3::jsonb from gateway.failure where id = $1 returning failure
), audited as (
  insert into gateway.audit (actor, action, subject, detail) select $2, 'failure_noted', failure::text, $3::jsonb from noted
), journal as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select t.id, 'failures', c.subject, jsonb_build_array(jsonb_build_object('what', 'failure_noted', 'detail',
    $3::jsonb || jsonb_build_object('code', f.code, 'by', $2::text))), $4, $5
  from noted join gateway.failure f on f.id = noted.failure
  join gateway.failure_case c on c.fingerprint = f.fingerprint and c.subject = f.sample
  join gateway.transmission t on t.id = c.transmission
)
select failure as id from noted;

-- name: list_failures
-- Groups of failures, those that happened last first. $1 states, $2 owners, $3 stages, $4 partners, $5 codes, $6 routes,
-- $7 only those before this moment, or at it with an id below $8, $9 limit, $10 fingerprints. Null means any.
select f.*, (select count(*) from gateway.failure_case c where c.fingerprint = f.fingerprint and c.closed_at is null) as open_cases,
  gateway.now() as now
from gateway.failure f
where ($1::text[] is null or f.state = any($1)) and ($2::text[] is null or f.owner = any($2))
  and ($3::text[] is null or f.stage = any($3)) and ($4::text[] is null or f.partner = any($4))
  and ($5::text[] is null or f.code = any($5)) and ($6::text[] is null or f.route = any($6))
  and ($10::text[] is null or f.fingerprint = any($10))
  and ($7::timestamptz is null or f.last_at < $7 or f.last_at = $7 and f.id < $8::uuid)
order by f.last_at desc, f.id desc limit $9;

-- name: show_failure
-- One failure by its id, with what its open cases are about: deliveries that can be made again, messages that can be read again.
select f.*, o.cases as open_cases, o.deliveries as open_deliveries, o.messages as open_messages, gateway.now() as now
from gateway.failure f
cross join lateral (
  select count(*) as cases, count(d.id) as deliveries, count(distinct t.id) as messages
  from gateway.failure_case c
  left join gateway.delivery d on d.id = c.subject
  left join gateway.transmission t on t.id = c.transmission
  where c.fingerprint = f.fingerprint and c.closed_at is null) o
where f.id = $1;

-- name: failure_choices
-- By what the groups that are not resolved can be told apart, with how many there are of each; of states all, the resolved one too.
select 'state' as kind, state as value, count(*) as groups from gateway.failure group by state
union all
select k.kind, k.value, count(*) from gateway.failure f cross join lateral (
  values ('owner', f.owner), ('stage', f.stage), ('partner', f.partner), ('code', f.code), ('route', f.route)) as k(kind, value)
where f.state <> 'resolved' and k.value is not null
group by k.kind, k.value order by kind, value;

-- name: failure_solutions
-- How people resolved failures, the newest first: with a word for what they did, with a replay or redelivery that went well, or with
-- a reason alone. $1 limit.
select f.fingerprint, f.stage, f.code, f.partner, f.route, f.message, e.at, coalesce(b.confirmed_by, e.actor) as actor,
  coalesce(nullif(b.reason, ''), e.detail ->> 'reason', '') as reason,
  coalesce(e.detail ->> 'helped', case b.action when 'replay' then 'replayed' when 'redeliver' then 'redelivered'
    when 'correct' then 'corrected' end, '') as helped
from (
  select id, failure, at, actor, detail from gateway.failure_event
  where action = 'resolved' and actor <> 'gateway' order by id desc limit $1) e
join gateway.failure f on f.id = e.failure
left join gateway.batch b on b.id = case when e.actor ~ '^batch [0-9a-f-]{36}$' then substr(e.actor, 7)::uuid end
order by e.id desc;

-- name: failure_history
-- What happened to a failure, and by whom, the newest last.
select * from (
  select id, at, actor, action, detail, tell, told_at from gateway.failure_event where failure = $1 order by id desc limit $2
) as newest order by id;

-- name: failure_cases
-- The cases of a failure, open ones and then the newest first: of which document, for which target, and whether the message is
-- stored here.
select c.subject, c.transmission, c.message, c.at, c.closed_at, c.closed_by, c.closed_reason, c.recurred, coalesce(doc.keys, '{}') as keys,
  d.target, t.id is not null as stored
from (
  select * from gateway.failure_case where fingerprint = (select fingerprint from gateway.failure where id = $1)
  order by closed_at is not null, at desc limit $2) c
left join gateway.delivery d on d.id = c.subject
left join gateway.document doc on doc.id = coalesce(d.document, c.subject)
left join gateway.transmission t on t.id = c.transmission
order by c.closed_at is not null, c.at desc;

-- name: still_failing
-- Deliveries that were tried for half of their time, and whose owner was not told. $1 targets, $2 half of their time, $3 and $4 the
-- same for agreements, which go before, $5 the shortest of all, $6 limit. Time that was not theirs does not count.
select d.id, d.transmission, d.partner, d.route, d.target, d.attempt, d.code, d.message, d.first_attempt_at, gateway.now() as now
from unnest($1::text[], $2::interval[]) as usual(target, half)
join gateway.delivery d on d.target = usual.target and d.state = 'waiting' and d.first_attempt_at <= gateway.now() - $5::interval
left join unnest($3::text[], $4::interval[]) as agreed(agreement, half) on agreed.agreement = d.agreement
where d.first_attempt_at + coalesce(d.paused, '0') <= gateway.now() - coalesce(agreed.half, usual.half)
  and not exists (
    select from gateway.failure_case c join gateway.failure f using (fingerprint)
    where c.subject = d.id and f.code = 'still-failing' and c.at >= d.first_attempt_at)
order by d.first_attempt_at limit $6;

-- name: unattended_failures
-- What somebody has to be told of, perhaps: failures that nobody resolved or silenced, the longest open first; whether deliveries
-- of theirs died in the last day.
select f.id, f.owner, f.state, f.level, coalesce(f.escalated_at, f.opened_at) as since, gateway.now() as now,
  f.level = 0 and f.stage = 'deliver' and exists (
    select from gateway.delivery d join gateway.failure_case c on c.subject = d.id
    where d.state = 'dead' and d.settled_at > gateway.now() - interval '1 day'
      and c.fingerprint = f.fingerprint and c.closed_at is null) as dead
from gateway.failure f where f.state in ('open', 'acknowledged') order by f.opened_at limit $1;

-- name: escalate_failures
-- Lets further owners be told, where nobody was quicker. $1 failures, $2 levels before, $3 owners, $4 reasons.
with moved as (
  update gateway.failure f set level = e.level + 1, escalated_at = gateway.now()
  from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) as e(id, level, owner, reason)
  where f.id = e.id and f.level = e.level and f.state in ('open', 'acknowledged')
  returning f.id, e.owner, e.reason, f.level
), history as (
  insert into gateway.failure_event (failure, actor, action, detail, tell)
  select id, 'gateway', 'escalated', jsonb_build_object('to', owner, 'reason', reason, 'level', level), owner from moved
)
select id, owner from moved;

-- name: unmute_failures
-- Opens what was muted until now.
with moved as (
  update gateway.failure set state = 'open', muted_until = null, opened_at = gateway.now(), level = 0, escalated_at = null
  where state = 'muted' and muted_until <= gateway.now()
  returning id, owner
), history as (
  insert into gateway.failure_event (failure, actor, action, tell) select id, 'gateway', 'unmuted', owner from moved
)
select id from moved;

-- name: failure_levels
-- How many failures owners have, by stage, and for how long the oldest waits that nobody attended to.
select owner, stage, count(*) as rows,
  coalesce(extract(epoch from gateway.now() - min(opened_at) filter (where state = 'open')), 0)::double precision as oldest
from gateway.failure where state in ('open', 'acknowledged') group by owner, stage;

-- name: failure_effects
-- What waits because of failures ($1), by target, partner and document, of each the oldest: of a target that is unavailable all that
-- is to be delivered to it, of others the deliveries among their open cases. Ten thousand of each failure are looked at.
select f.id as failure, w.target, w.partner, w.document, count(*)::integer as number, min(w.received_at) as oldest
from gateway.failure f
cross join lateral (
  select d.target, d.partner, doc.name as document, t.received_at
  from (
    (select a.* from gateway.delivery s join gateway.delivery a on a.target = s.target and a.state = 'waiting'
     where s.id = f.sample and f.code = 'target-unavailable' limit 10000)
    union all
    (select b.* from gateway.delivery s join gateway.delivery b on b.target = s.target and b.state = 'blocked'
     where s.id = f.sample and f.code = 'target-unavailable' limit 10000)
    union all
    (select g.* from gateway.delivery s join gateway.delivery g on g.target = s.target and g.state = 'sending'
     where s.id = f.sample and f.code = 'target-unavailable' limit 10000)
    union all
    (select o.* from gateway.failure_case c join gateway.delivery o on o.id = c.subject
     where c.fingerprint = f.fingerprint and c.closed_at is null and f.code <> 'target-unavailable'
       and o.state not in ('delivered', 'voided', 'diverted') limit 10000)) as d
  join gateway.transmission t on t.id = d.transmission
  left join gateway.document doc on doc.id = d.document) as w
where f.id = any($1::uuid[])
group by f.id, w.target, w.partner, w.document;
