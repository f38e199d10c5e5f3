-- What applications said and nobody understood.

-- name: keep_unread
-- Stores it as transmissions that nothing translates, each with its failure and journal. What is known by its key is left as it is.
-- $1 transmissions, $2 to $4 pieces of their bodies, $5 failures, $6 events. Answers those that are new.
with stored as (
  insert into gateway.transmission (id, channel, partner, name, idempotency_key, remote, traceparent, waited, sha256, size, state,
    settled_at)
  select id, channel, partner, name, idempotency_key, remote, traceparent, waited, sha256, size, 'failed', gateway.now()
  from unnest($1::gateway.transmission_v2[]) order by id
  on conflict do nothing
  returning id
), bodies as (
  insert into gateway.raw_body (transmission, ordinal, bytes)
  select body.transmission, body.ordinal, body.bytes
  from unnest($2::uuid[], $3::integer[], $4::bytea[]) as body(transmission, ordinal, bytes)
  join stored on stored.id = body.transmission
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($5::gateway.failure_v1[]) as r join stored on stored.id = r.transmission
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select r.* from unnest($6::gateway.event_v1[]) as r join stored on stored.id = r.transmission
)
select stored.id from stored cross join failures;

-- name: settle_heard
-- What was not understood and is now: it is told on, and nothing of it waits. $1 transmissions, held as `replaying`, $2 what came of
-- each, $3 configuration, $4 node.
with given as (
  select * from unnest($1::uuid[], $2::text[]) as g(id, words)
), moved as (
  update gateway.transmission t set state = 'translated', settled_at = gateway.now()
  from given where t.id = given.id and t.state = 'replaying' returning t.id
)
insert into gateway.event (transmission, stage, subject, steps, configuration, node)
select moved.id, 'process', moved.id, jsonb_build_array(jsonb_build_object('what', 'understood', 'detail',
  jsonb_build_object('message', given.words))), $3, $4
from moved join given using (id);
