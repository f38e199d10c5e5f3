-- Expectations: the ledger of what partners owe us. The rules of flow.sql hold here as well.

-- name: expect
-- Writes what is expected for interchanges in the transaction that seals them. What waits for something to match is tried again.
with expected as (
  insert into gateway.expectation (id, outbound, document, partner, agreement, kind, layer, owner, within, calendar, sent_at,
    due_at, state, said, acknowledgement)
  select r.* from unnest($1::gateway.expectation_v1[]) as r
  on conflict do nothing
  returning id, partner
), again as (
  update gateway.unmatched_acknowledgement u set next_try_at = gateway.now()
  where u.state = 'waiting' and u.partner in (select partner from expected)
)
select id from expected;

-- name: sent_by_interchange
-- Interchanges of ours that claims mean by their control numbers, the newest first.
select c.ordinal, o.* from unnest($1::gateway.claim_v1[]) as c
cross join lateral (
  select o.id, o.sender, o.receiver, o.test, o.created_at,
    case when o.family = 'x12' then
      case when gateway.body_key_of_v1(o.bytes) is null then substring(o.bytes for 81) else o.bytes end end as head
  from gateway.outbound o
  where ltrim(o.control_number, '0') = c.interchange and o.partner = c.partner
  order by o.created_at desc limit 20
) as o;

-- name: sent_by_group
-- The same for claims that name a group, or a document in a group.
select c.ordinal, o.* from unnest($1::gateway.claim_v1[]) as c
cross join lateral (
  select o.id, o.sender, o.receiver, o.test, o.created_at
  from gateway.outbound o
  where o.partner = c.partner and o.id in (
    select d.outbound from gateway.outbound_document d
    where ltrim(d.group_number, '0') = c.group and d.partner = c.partner and (c.functional_id = '' or d.group_id = c.functional_id)
      and (c.document = '' or ltrim(d.control_number, '0') = c.document))
  order by o.created_at desc limit 20
) as o;

-- name: sent_by_keys
-- The same for claims that name documents by business keys. Where a kind is given only those of which one is expected.
select c.ordinal, d.* from unnest($1::gateway.claim_v1[]) as c
cross join lateral (
  select o.id, o.sender, o.receiver, o.test, o.created_at, d.ordinal as document, d.name, d.keys
  from gateway.outbound_document d join gateway.outbound o on o.id = d.outbound
  where d.keys && c.keys and o.partner = c.partner and (c.kind = '' or exists (
    select from gateway.expectation e where e.outbound = d.outbound and e.document = d.ordinal and e.kind = c.kind))
  order by o.created_at desc limit 100
) as d;

-- name: sent_documents
-- The documents of interchanges of ours.
select d.outbound, d.ordinal, d.group_number, d.control_number, d.type, d.document, d.name, d.agreement, d.keys
from gateway.outbound_document d where d.outbound = any($1::uuid[]) order by d.outbound, d.ordinal;

-- name: sent_interchanges
-- Interchanges of ours, without their bytes. Held: what several acknowledgements say of one is settled one after the other.
select o.id, o.transmission, o.partner, o.control_number, o.type, o.created_at
from gateway.outbound o where o.id = any($1::uuid[]) order by o.id for no key update;

-- name: lock_expectations
-- What is expected for interchanges, held until the transaction ends.
select e.*, coalesce(e.due_at <= gateway.now(), false) as due from gateway.expectation e
where e.outbound = any($1::uuid[]) order by e.id for update;

-- name: lock_expectation
-- One expectation, held until the transaction ends.
select e.*, coalesce(e.due_at <= gateway.now(), false) as due from gateway.expectation e where e.id = $1 for update;

-- name: matched_before
-- Which expectations acknowledgements were matched with before.
select acknowledgement, expectation from gateway.received_acknowledgement where expectation = any($1::uuid[]);

-- name: outbound_of_delivery
-- The interchange that a delivery sends.
select outbound from gateway.delivery where id = $1 and outbound is not null;

-- name: outbound_bytes
-- An interchange of ours as it was sealed.
select bytes from gateway.outbound where id = $1;

-- name: settle_expectations
-- Writes what acknowledgements said. $1 moves, $2 expectations that nobody had, $3 acknowledgements, $4 failures, $5 events,
-- $6 interchanges that have arrived: deliveries of them that were in doubt are delivered, and what waited for them goes on.
-- $7 and $8 interchanges and ordinals of documents that the partner rejected; null stands for all of them.
with moved as (
  update gateway.expectation e
  set state = m.after, said = coalesce(m.said, e.said), acknowledgement = coalesce(m.acknowledgement, e.acknowledgement),
    reason = coalesce(m.reason, e.reason), person = coalesce(m.person, e.person), failure = m.failure,
    sent_at = coalesce(m.sent_at, e.sent_at), due_at = coalesce(m.due_at, e.due_at), changed_at = gateway.now()
  from unnest($1::gateway.expectation_move_v1[]) as m where e.id = m.id and e.state = m.before
  returning e.id
), added as (
  insert into gateway.expectation (id, outbound, document, partner, agreement, kind, layer, owner, within, calendar, sent_at,
    due_at, state, said, acknowledgement, failure, changed_at)
  select r.*, (select m.failure from unnest($1::gateway.expectation_move_v1[]) as m where m.id = r.id), gateway.now()
  from unnest($2::gateway.expectation_v1[]) as r
  on conflict do nothing
), received as (
  insert into gateway.received_acknowledgement (acknowledgement, expectation, transmission, type, said, before, after, explanation)
  select r.* from unnest($3::gateway.received_acknowledgement_v1[]) as r
  on conflict do nothing
), failures as (
  select gateway.record_failures_v1(array_agg(f)) from unnest($4::gateway.failure_v1[]) as f
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select e.* from unnest($5::gateway.event_v1[]) as e
), rejected as (
  update gateway.outbound_document d set state = 'rejected_by_partner'
  from unnest($7::uuid[], $8::integer[]) as r(outbound, ordinal)
  where d.outbound = r.outbound and (r.ordinal is null or d.ordinal = r.ordinal) and d.state = 'sealed'
), arrived as (
  update gateway.delivery d
  set state = 'delivered', claim = null, claimed_until = null, settled_at = gateway.now(), code = 'acknowledged',
    message = 'The partner acknowledged it.'
  where d.outbound = any($6::uuid[]) and d.state = 'in_doubt'
  returning d.id, d.transmission
), told as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select a.transmission, 'reconcile', a.id, '[{"what": "delivered", "detail": {"code": "acknowledged"}}]',
    coalesce(e.configuration, ''), coalesce(e.node, '')
  from arrived a left join lateral (select w.configuration, w.node from unnest($5::gateway.event_v1[]) as w limit 1) as e on true
), released as (
  update gateway.delivery d set state = 'waiting', next_attempt_at = gateway.now()
  from arrived where d.after = arrived.id and d.state = 'blocked'
  returning d.target
)
select 'delivered' as kind, arrived.id, null as target from arrived cross join failures
union all
select 'released', null, released.target from released
union all
select 'written', null, null from failures;

-- name: close_each_case
-- Ends cases, each by its subject and its failure; a failure whose last open case ends is resolved.
select gateway.close_cases_v2($1, $2, $3, $4);

-- name: close_cases
-- Ends all cases of subjects.
select gateway.close_cases_v1($1::uuid[], $2, $3);

-- name: keep_unmatched
-- Puts acknowledgements into the queue of those that match nothing; one that is tried again waits longer each time.
insert into gateway.unmatched_acknowledgement as u (acknowledgement, transmission, partner, type, names, failure, tries, next_try_at)
select r.acknowledgement, r.transmission, r.partner, r.type, r.names, r.failure, 1, gateway.now() + interval '5 seconds'
from unnest($1::gateway.unmatched_acknowledgement_v1[]) as r
on conflict (acknowledgement) do update
set names = excluded.names, failure = excluded.failure, tries = u.tries + 1,
  next_try_at = gateway.now() + least(greatest((gateway.now() - u.created_at) / 10, interval '5 seconds'), interval '10 minutes')
where u.state = 'waiting';

-- name: queue_held
-- Puts the acknowledgements of a large interchange, which are not in memory, into the queue to be matched at once.
insert into gateway.unmatched_acknowledgement (acknowledgement, transmission, partner, type, names)
select d.id, d.transmission, d.partner, d.type, '{}' from gateway.document d where d.interchange = $1 and d.state = 'consumed'
on conflict do nothing;

-- name: take_unmatched
-- Acknowledgements in the queue whose time to be tried again has come, or those asked for, with what they say.
select u.acknowledgement, u.transmission, u.partner, u.type, u.failure, u.tries, d.name, i.sender, i.receiver, i.test,
  c.json
from gateway.unmatched_acknowledgement u
join gateway.document d on d.id = u.acknowledgement
join gateway.interchange i on i.id = d.interchange
join gateway.canonical_body c on c.document = d.id
where u.state = 'waiting' and (($1::uuid[] is null and u.next_try_at <= gateway.now()) or u.acknowledgement = any($1))
order by u.next_try_at limit $2 for update of u skip locked;

-- name: settle_unmatched
-- Ends the waiting of acknowledgements in the queue: matched, or dismissed by a person with a reason.
update gateway.unmatched_acknowledgement
set state = $2, reason = $3, person = $4, settled_at = gateway.now()
where acknowledgement = any($1::uuid[]) and state = 'waiting'
returning acknowledgement, transmission, failure;

-- name: due_expectations
-- What is still expected though its time is up, with what became of its delivery.
select e.*, true as due, gateway.now() as now, d.delivered_at, coalesce(d.unfinished, false) as unfinished
from gateway.expectation e
left join lateral (
  select max(x.settled_at) filter (where x.state = 'delivered') as delivered_at,
    bool_or(x.state in ('blocked', 'waiting', 'sending', 'failed', 'dead')) as unfinished
  from gateway.delivery x where x.outbound = e.outbound) as d on true
where e.state = 'expected' and e.due_at <= gateway.now()
order by e.due_at limit $1 for update of e skip locked;

-- name: postpone_expectations
-- Lets the time run from later on: the delivery took a while.
update gateway.expectation e set sent_at = p.sent_at, due_at = p.due_at
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as p(id, sent_at, due_at)
where e.id = p.id and e.state = 'expected';

-- name: expectation_levels
-- How many expectations are open or troubled, by kind and state, for metrics.
select kind, state, count(*) as rows from gateway.expectation
where state in ('expected', 'overdue') and due_at is not null group by kind, state
union all
select type, 'unmatched', count(*) from gateway.unmatched_acknowledgement where state = 'waiting' group by type;

-- name: expectations_about
-- What is expected for what people mean: $1 a control number, $2 the id of an expectation, an interchange or a document,
-- $3 business keys. With a document comes what is expected for its interchange.
select e.id from gateway.expectation e where e.id = $2 or e.outbound = $2
union
select e.id from gateway.outbound o join gateway.expectation e on e.outbound = o.id where ltrim(o.control_number, '0') = ltrim($1, '0')
union
select e.id from gateway.outbound_document d
join gateway.expectation e on e.outbound = d.outbound and (e.document = d.ordinal or e.document is null)
where d.keys && $3::text[] or d.document = $2;

-- name: list_expectations
-- The ledger for people, newest first. $1 states, $2 partners, $3 kinds, $4 only these, $5 continue after this id, $6 limit.
select e.*, o.control_number, o.type as outbound_type, o.sender, o.receiver, o.transmission, d.type, d.name, d.keys,
  d.control_number as document_number, d.document as sent_document,
  (select r.explanation from gateway.received_acknowledgement r
   where r.expectation = e.id and r.acknowledgement = e.acknowledgement) as explanation
from gateway.expectation e
join gateway.outbound o on o.id = e.outbound
left join gateway.outbound_document d on d.outbound = e.outbound and d.ordinal = e.document
where ($1::text[] is null or e.state = any($1))
  and ($2::text[] is null or e.partner = any($2))
  and ($3::text[] is null or e.kind = any($3))
  and ($4::uuid[] is null or e.id = any($4))
  and ($5::uuid is null or e.id < $5)
order by e.id desc limit $6;

-- name: list_unmatched
-- The queue of acknowledgements that match nothing, newest first. $1 partners or null, $2 before this one, $3 limit.
select u.*, i.control_number, i.sender from gateway.unmatched_acknowledgement u
join gateway.document d on d.id = u.acknowledgement
join gateway.interchange i on i.id = d.interchange
where u.state = 'waiting' and ($1::text[] is null or u.partner = any($1)) and ($2::uuid is null or u.acknowledgement < $2)
order by u.acknowledgement desc limit $3;

-- name: given_acknowledgements
-- What we answered to partners, newest first, and how far it has gone to them. $1 partners, $2 types, $3 verdicts (null: any),
-- $4 only this one, $5 before this one, $6 limit.
select a.outbound as id, o.partner, a.type, a.verdict, a.explanation, a.transmission, a.interchange, o.control_number, o.created_at,
  i.control_number as answers, i.family, coalesce(d.state, 'stored') as state, d.settled_at, d.target
from gateway.acknowledgement a
join gateway.outbound o on o.id = a.outbound
left join gateway.interchange i on i.id = a.interchange
left join lateral (
  select y.state, y.settled_at, y.target from gateway.delivery y where y.outbound = a.outbound order by y.id desc limit 1) d on true
where ($1::text[] is null or o.partner = any($1)) and ($2::text[] is null or a.type = any($2))
  and ($3::text[] is null or a.verdict = any($3)) and ($4::uuid is null or a.outbound = $4) and ($5::uuid is null or a.outbound < $5)
order by a.outbound desc limit $6;

-- name: transmission_expectations
-- What is expected for the interchanges of ours that belong to a transmission, and what its own acknowledgements said of others.
select e.*, o.control_number, o.type as outbound_type, o.transmission, d.type, d.name, d.keys, d.control_number as document_number,
  d.document as sent_document, r.explanation, r.transmission as matched_transmission
from gateway.expectation e
join gateway.outbound o on o.id = e.outbound
left join gateway.outbound_document d on d.outbound = e.outbound and d.ordinal = e.document
left join gateway.received_acknowledgement r on r.expectation = e.id
  and (r.transmission = $1 or r.acknowledgement = e.acknowledgement)
where o.transmission = $1
  or e.id in (select x.expectation from gateway.received_acknowledgement x where x.transmission = $1)
order by e.id, r.transmission = $1 desc nulls last, r.at desc limit 1000;

-- name: write_audit
-- Who did what to what.
insert into gateway.audit (actor, action, subject, detail) values ($1, $2, $3, $4);
