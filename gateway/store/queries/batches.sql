-- name: store_batch
-- Stores a plan with its frozen items. $1 to $11 the batch, $12 its items.
with batch as (
  insert into gateway.batch (id, action, filter, options, plan, count, try, rate, second_person, planned_by, reason)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  values ($10, 'batch_planned', $1::text, jsonb_strip_nulls(jsonb_build_object('action', $2::text, 'filter', $3::text,
    'count', $6::integer, 'reason', $11::text, 'route', $4::jsonb ->> 'route')))
)
insert into gateway.batch_item (batch, ordinal, subject, transmission, state, outcome, took, settled_at)
select $1, r.ordinal, r.subject, r.transmission, r.state, r.outcome, r.took, case when r.state = 'skipped' then gateway.now() end
from unnest($12::gateway.batch_item_v2[]) as r;

-- name: lock_batch
-- A batch, locked, with how many of its items have begun, and for how many seconds the next one has been due.
select b.id, b.action, b.options, b.state, b.count, b.try as try_first, b.rate, b.second_person, b.allowed, b.planned_by,
  coalesce(b.confirmed_by, '') as by, b.reason,
  extract(epoch from gateway.now() - b.next_start_at)::double precision as waited,
  extract(epoch from gateway.now() - b.planned_at)::double precision as age,
  b.count - (select count(*) from gateway.batch_item i where i.batch = b.id and i.state = 'planned')::integer as begun,
  (select count(*) from gateway.batch_item i where i.batch = b.id and i.state = 'running')::integer as unfinished
from gateway.batch b where b.id = $1 for update of b;

-- name: move_batch
-- Confirms, cancels or ends a batch. $1 batch, $2 and $3 state before and after, $4 who, $5 how many items may have begun.
with moved as (
  update gateway.batch b set state = $3, allowed = $5,
    confirmed_by = case when $3 = 'running' then $4 else b.confirmed_by end,
    confirmed_at = case when $3 = 'running' then gateway.now() else b.confirmed_at end,
    next_start_at = case when $3 = 'running' then gateway.now() else b.next_start_at end,
    settled_by = case when $3 in ('done', 'cancelled') then $4 end,
    settled_at = case when $3 in ('done', 'cancelled') then gateway.now() end
  where b.id = $1 and b.state = $2
  returning b.id, b.action, b.options
), cancelled as (
  update gateway.batch_item i set state = 'cancelled', settled_at = gateway.now()
  from moved where i.batch = moved.id and i.state = 'planned' and $3 = 'cancelled'
  returning i.batch
), dropped as (
  delete from gateway.raw_body r using moved
  where moved.action = 'correct' and $3 = 'cancelled' and r.transmission = (moved.options ->> 'run')::uuid
    and not exists (select from gateway.transmission t where t.id = r.transmission)
)
insert into gateway.audit (actor, action, subject, detail)
select $4, 'batch_' || $3, moved.id::text, jsonb_strip_nulls(jsonb_build_object('before', $2::text, 'allowed', $5::integer,
  'cancelled', (select count(*) from cancelled), 'route', moved.options ->> 'route'))
from moved;

-- name: next_items
-- The next items of a batch that have not begun.
select ordinal, subject, transmission, state, outcome, took from gateway.batch_item
where batch = $1 and state = 'planned' order by ordinal limit $2 for update;

-- name: end_items
-- What became of items: those that ran, and those whose turn came when it was no longer possible.
update gateway.batch_item i set state = r.state, outcome = r.outcome, settled_at = gateway.now()
from unnest($1::gateway.ended_v1[]) as r
where i.batch = r.batch and i.ordinal = r.ordinal
  and ((i.state = 'running' and r.state in ('done', 'failed')) or (i.state = 'planned' and r.state = 'skipped'));

-- name: advance_batch
-- When the next item is due.
update gateway.batch set next_start_at = gateway.now() + $2::interval where id = $1;

-- name: unfinished_batches
-- Batches that something is to be done for: those that run, those with items that still do, and plans that nobody confirmed in
-- time. $1 for how long a plan is good.
select b.id from gateway.batch b
where b.state <> 'done'
  and (b.state = 'running' or b.state = 'planned' and b.planned_at < gateway.now() - $1::interval
    or b.state in ('tried', 'cancelled') and exists (select from gateway.batch_item i where i.batch = b.id and i.state = 'running'))
order by b.id;

-- name: ended_runs
-- Items whose run has ended: it was read, its documents are decided, and no delivery of it is on its way.
select i.batch, i.ordinal, i.subject, i.run as transmission, t.state,
  (select coalesce(jsonb_object_agg(d.state, d.n), '{}') from (
     select state, count(*) as n from gateway.document where transmission = t.id group by state) d) as documents,
  (select coalesce(jsonb_object_agg(d.state, d.n), '{}') from (
     select state, count(*) as n from gateway.delivery where transmission = t.id group by state) d) as deliveries
from gateway.batch_item i join gateway.transmission t on t.id = i.run
where i.batch = $1 and i.state = 'running' and t.state not in ('received', 'replaying')
  and not exists (select from gateway.document d where d.transmission = t.id and d.state = 'pending')
  and not exists (select from gateway.delivery d where d.transmission = t.id and d.state in ('waiting', 'sending'))
order by i.ordinal limit $2;

-- name: ended_deliveries
-- Items whose delivery has ended.
select i.batch, i.ordinal, i.subject, d.state, coalesce(d.code, '') as code, coalesce(d.message, '') as message
from gateway.batch_item i join gateway.delivery d on d.id = i.subject
where i.batch = $1 and i.state = 'running' and d.state not in ('blocked', 'waiting', 'sending')
order by i.ordinal limit $2;

-- name: close_cases_of_line
-- Ends what is open about any run of the lines of transmissions that went well in the end. $1 transmissions, $2 who, $3 why.
with line as (
  select r.root from gateway.replay r where r.transmission = any($1::uuid[])
), members as (
  select root as id from line union select r.transmission from gateway.replay r where r.root in (select root from line)
)
select gateway.close_cases_v1(array_agg(distinct c.subject), $2, $3)
from gateway.failure_case c where c.transmission in (select id from members) and c.closed_at is null
  and not exists (select from gateway.delivery d where d.id = c.subject and d.state in ('sending', 'in_doubt', 'failed', 'dead'))
having count(*) > 0;

-- name: close_cases_of
-- Ends what is open about these things. $1 subjects, $2 who, $3 why.
select gateway.close_cases_v1($1::uuid[], $2, $3);

-- name: settle_delivery_by_hand
-- A person's word on a delivery: it is there after all, or it is given up, with what was to come after it; the number of an
-- interchange that is given up is accounted for. Nothing happens in another state than expected.
-- $1 delivery, $2 states before, $3 state after, $4 reference, $5 why, $6 who, $7 the event's name, $8 node.
with recursive held as (
  select id, transmission, outbound, state from gateway.delivery where id = $1 for update
), following as (
  select d.id from gateway.delivery d join held on d.after = held.id
  where $3 = 'voided' and held.state = any($2::text[]) and d.state = 'blocked' and d.blocked_by is null
  union
  select d.id from gateway.delivery d join following f on d.after = f.id where d.state = 'blocked' and d.blocked_by is null
), moved as (
  update gateway.delivery d
  set state = $3, reference = coalesce($4, d.reference), claim = null, claimed_until = null, settled_at = gateway.now(),
    code = $7, message = $5
  from held where d.id = held.id and held.state = any($2::text[])
  returning d.id, d.transmission, d.target, d.outbound
), given_up as (
  update gateway.delivery d
  set state = 'voided', settled_at = gateway.now(), code = $7, message = 'What it was to come after was given up: ' || $5
  from following f where d.id = f.id and d.state = 'blocked'
  returning d.id, d.transmission
), released as (
  update gateway.delivery d set state = 'waiting', blocked_by = null, next_attempt_at = gateway.now()
  from moved where d.after = moved.id and d.state = 'blocked'
    and (d.blocked_by = 'sequence' or d.blocked_by is null and $3 = 'delivered')
  returning d.id, d.transmission
), numbers as (
  insert into gateway.voided_outbound (outbound, reason, actor)
  select moved.outbound, $5, $6 from moved
  where moved.outbound is not null and $3 = 'voided' and not exists (
    select from gateway.delivery x where x.outbound = moved.outbound and x.id <> moved.id and x.state not in ('voided', 'diverted'))
  on conflict (outbound) do nothing
  returning outbound
), documents as (
  update gateway.outbound_document o set state = 'voided' from numbers where o.outbound = numbers.outbound
), waived as (
  update gateway.expectation e set state = 'waived', reason = $5, person = $6, changed_at = gateway.now()
  from numbers where e.outbound = numbers.outbound and e.state in ('expected', 'overdue', 'received')
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select m.transmission, 'deliver', m.id, jsonb_build_array(jsonb_build_object('what', $7::text, 'detail',
    jsonb_build_object('by', $6::text, 'reason', $5::text))), '', $8
  from (select id, transmission from moved union all select id, transmission from given_up) m
  union all
  select r.transmission, 'deliver', r.id, jsonb_build_array(jsonb_build_object('what', 'goes_on', 'detail',
    jsonb_build_object('after', $1::uuid))), '', $8
  from released r
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $6, $7, moved.id::text, jsonb_build_object('reason', $5::text, 'was', held.state,
    'with', (select count(*) from given_up)) from moved join held using (id)
), closed as (
  select gateway.close_cases_v1(array_agg(id), $6, $5) from moved having count(*) > 0
)
select held.state, (select count(*) from closed) as closed from held;

-- name: approve_delivery
-- A person approves what a delivery asks for: it is made again at once, with the name of who approved it among its options, and
-- its failure ends. Nothing happens where nothing waits for that. $1 delivery, $2 who, $3 why, $4 node, $5 the code by which a
-- delivery waits for it, $6 the name of the option.
with held as (
  select id, transmission, target, state, code, message from gateway.delivery where id = $1 for update
), moved as (
  update gateway.delivery d
  set state = 'waiting', options = d.options || jsonb_build_object($6::text, $2::text), next_attempt_at = gateway.now(),
    first_attempt_at = null, probes = d.attempt, paused = null, lost = 0, settled_at = null, code = null, message = null
  from held where d.id = held.id and held.state = 'failed' and held.code = $5
  returning d.id, d.transmission
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select transmission, 'deliver', id, jsonb_build_array(jsonb_build_object('what', 'approved', 'detail',
    jsonb_build_object('by', $2::text, 'reason', $3::text))), '', $4
  from moved
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'approved', moved.id::text, jsonb_build_object('reason', $3::text, 'what', held.message)
  from moved join held using (id)
), closed as (
  select gateway.close_cases_v1(array_agg(id), $2, $3) from moved having count(*) > 0
)
select held.state, coalesce(held.code, '') as code, held.target, (select count(*) from moved) = 1 as approved,
  (select count(*) from closed) as closed
from held;

-- name: audit_batch_action
-- What a person did.
insert into gateway.audit (actor, action, subject, detail) values ($1, $2, $3, $4);

-- name: batches
-- The list of batches, the newest first, with how far they are. $1 states or null, $2 before this one, $3 limit.
select b.*, (select jsonb_object_agg(c.state, c.n) from (
    select i.state, count(*) as n from gateway.batch_item i where i.batch = b.id group by i.state) c) as items
from gateway.batch b where ($1::text[] is null or b.state = any($1)) and ($2::uuid is null or b.id < $2) order by b.id desc limit $3;

-- name: batch
-- One batch with how far it is.
select b.*, (select jsonb_object_agg(c.state, c.n) from (
    select i.state, count(*) as n from gateway.batch_item i where i.batch = b.id group by i.state) c) as items
from gateway.batch b where b.id = $1;

-- name: batch_items
-- The items of a batch in their order, with the numbers of the first few documents in each. $1 batch, $2 states or null, $3 after
-- this ordinal, $4 limit.
select i.*, t.partner, t.name, d.target, d.state as delivery_state, r.state as run_state, coalesce(few.keys, '{}') as keys
from gateway.batch_item i
left join gateway.transmission t on t.id = i.transmission
left join gateway.transmission r on r.id = i.run
left join gateway.delivery d on d.id = i.subject
left join lateral (
  select array_agg(key order by place) as keys from (
    select doc.keys from gateway.document doc
    where doc.transmission = i.transmission and doc.id = coalesce(d.document, doc.id) order by doc.id limit 3) first
  cross join lateral unnest(first.keys) with ordinality as k(key, place)) few on true
where i.batch = $1 and ($2::text[] is null or i.state = any($2)) and i.ordinal > $3 order by i.ordinal limit $4;

-- name: batches_like
-- Resolves an id, or the end of one as lists show it, to batches.
select id from gateway.batch where id::text = $1 or ($1 ~ '^[0-9a-f]{6,}$' and id::text like '%' || $1) limit 2;

-- name: group_subjects
-- What a failure is open about: its cases by its id, its fingerprint, or the end of either. $1 which, $2 limit.
select f.id as failure, f.code, c.subject, c.transmission, d.id is not null as is_delivery
from gateway.failure f join gateway.failure_case c on c.fingerprint = f.fingerprint
left join gateway.delivery d on d.id = c.subject
where c.closed_at is null
  and (f.fingerprint = $1 or f.id::text = $1 or (length($1) >= 6 and (f.fingerprint like '%' || $1 or f.id::text like '%' || $1)))
order by c.at, c.subject limit $2;

-- name: deliveries_of
-- Deliveries by their own ids, or those of documents, of interchanges for partners or of transmissions.
-- $1 ids, $2 targets or null.
select d.id, d.transmission, d.state from gateway.delivery d
where (d.id = any($1::uuid[]) or d.document = any($1::uuid[]) or d.outbound = any($1::uuid[]) or d.transmission = any($1::uuid[]))
  and ($2::text[] is null or d.target = any($2))
order by d.id;

-- name: transmissions_of
-- Transmissions by their own ids, or by those of something in them.
select id from gateway.transmission where id = any($1::uuid[])
union select transmission from gateway.document where id = any($1::uuid[])
union select transmission from gateway.interchange where id = any($1::uuid[])
union select transmission from gateway.delivery where id = any($1::uuid[])
order by 1;

-- name: dead_letters
-- What somebody must look after before it goes on: deliveries that failed, died or are in doubt, and transmissions that could not
-- be read while that is nobody's settled matter. `need` says what for. $1 partners, $2 targets, $3 states, $4 codes, $5 needs
-- (null: any), $6 and $7 before this moment and id, $8 limit, $9 the code by which a delivery waits for an approval, $10 ids (null:
-- any).
select * from (
  select d.id, 'delivery' as kind, d.transmission, d.state, d.target, d.partner, coalesce(d.code, '') as code,
    coalesce(d.message, '') as message, d.attempt, coalesce(d.settled_at, d.created_at) as since,
    coalesce(doc.keys, '{}') as keys, coalesce(doc.type, o.type, '') as type,
    coalesce(c.fingerprint, d.target || '|' || coalesce(d.code, '')) as fingerprint, coalesce(c.owner, '') as owner, c.failure,
    case when d.code = $9 then 'approval' when d.state = 'failed' then 'refused' else d.state end as need
  from gateway.delivery d
  left join gateway.document doc on doc.id = d.document
  left join gateway.outbound o on o.id = d.outbound
  left join lateral (
    select f.fingerprint, f.owner, f.id as failure from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
    where c.subject = d.id and c.closed_at is null order by c.at desc limit 1) c on true
  where d.state in ('failed', 'dead', 'in_doubt')
  union all
  select t.id, 'transmission', t.id, t.state, '', t.partner, f.code, c.message, 0, coalesce(t.settled_at, t.received_at),
    '{}', '', f.fingerprint, f.owner, f.id, 'unreadable'
  from gateway.transmission t
  join gateway.failure_case c on c.subject = t.id and c.closed_at is null
  join gateway.failure f on f.fingerprint = c.fingerprint
  where t.state in ('failed', 'unreadable')
) letters
where ($1::text[] is null or partner = any($1)) and ($2::text[] is null or target = any($2))
  and ($3::text[] is null or state = any($3)) and ($4::text[] is null or code = any($4))
  and ($5::text[] is null or need = any($5)) and ($10::uuid[] is null or id = any($10))
  and ($6::timestamptz is null or (since, id) < ($6, $7::uuid))
order by since desc, id desc limit $8;

-- name: dead_letter_needs
-- How many dead letters there are, by what they need. $1 the code by which a delivery waits for an approval.
select need, count(*) as letters from (
  select case when d.code = $1 then 'approval' when d.state = 'failed' then 'refused' else d.state end as need
  from gateway.delivery d where d.state in ('failed', 'dead', 'in_doubt')
  union all
  select 'unreadable' from gateway.transmission t
  join gateway.failure_case c on c.subject = t.id and c.closed_at is null
  where t.state in ('failed', 'unreadable')) letters
group by need;
