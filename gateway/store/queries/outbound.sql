-- name: insert_outbound_documents
-- Remembers what stands in interchanges that were sealed in this transaction.
insert into gateway.outbound_document (outbound, ordinal, document, group_id, group_number, control_number, type, version, name,
  partner, agreement, keys)
select r.* from unnest($1::gateway.outbound_document_v1[]) as r;

-- name: control_numbers
-- Every counter with the last number taken, those of one text in them or all.
select scope, value from gateway.control_number where position($1 in scope) > 0 order by scope;

-- name: seed_control_number
-- Puts a counter forward, so that the next number is the one after; to put it back needs $3. What was done is audited.
-- $1 scope, $2 last number taken, $3 whether numbers may come again, $4 who, $5 why.
with before as (
  select value from gateway.control_number where scope = $1 for update
), seeded as (
  insert into gateway.control_number (scope, value)
  select $1, $2 where $3 or not exists (select from before where value > $2)
  on conflict (scope) do update set value = excluded.value where $3 or control_number.value <= excluded.value
  returning value
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $4, 'control_number_seeded', $1, jsonb_build_object('before', (select value from before), 'after', value, 'reason', $5::text)
  from seeded
)
select (select value from before) as before, (select value from seeded) as after;

-- name: skip_control_numbers
-- Moves all counters on: after a restore the partners know numbers that the database has forgotten. $1 by how much, $2 who.
with moved as (
  update gateway.control_number set value = value + $1 returning scope
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'control_numbers_skipped', 'all', jsonb_build_object('by', $1::bigint, 'counters', (select count(*) from moved))
)
select count(*) as counters from moved;

-- name: void_outbound
-- Gives up an interchange that was sealed and never sent, with a reason: its number is accounted for. Nothing is sent of it any
-- more, and nothing is awaited. What was delivered or is on its way now cannot be voided.
-- $1 outbound, $2 reason, $3 who.
with outbound as (
  select o.id, o.control_number from gateway.outbound o where o.id = $1
), deliveries as (
  select d.id, d.state from gateway.delivery d where d.outbound = $1 order by d.id for update
), voided as (
  insert into gateway.voided_outbound (outbound, reason, actor)
  select id, $2, $3 from outbound where not exists (select from deliveries where state in ('delivered', 'sending'))
  on conflict (outbound) do nothing
  returning outbound
), stopped as (
  update gateway.delivery d set state = 'voided', claim = null, claimed_until = null, settled_at = gateway.now(), message = $2
  from deliveries, voided where d.id = deliveries.id and d.state in ('blocked', 'waiting', 'in_doubt', 'failed', 'dead')
), documents as (
  update gateway.outbound_document d set state = 'voided' from voided where d.outbound = voided.outbound
), waived as (
  update gateway.expectation e set state = 'waived', reason = $2, person = $3, changed_at = gateway.now()
  from voided where e.outbound = voided.outbound and e.state in ('expected', 'overdue', 'received')
), closed as (
  select gateway.close_cases_v1(array_agg(id), $3, $2) from deliveries where exists (select from voided)
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $3, 'outbound_voided', $1::text, jsonb_build_object('reason', $2::text) from voided
)
select o.control_number, exists (select from voided) as voided,
  exists (select from gateway.voided_outbound v where v.outbound = $1) as before,
  (select string_agg(distinct state, ', ') from deliveries where state in ('delivered', 'sending')) as hindered
from outbound o cross join (select count(*) from closed) as c;
