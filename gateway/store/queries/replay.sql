-- name: replay_facts
-- What there is to know of transmissions before they are processed again: their state, the newest run of their line, what became
-- of the documents of all its runs. `taken` are those of this run that a route is asked for, by the route that they took; `made` is
-- what targets have of the line, or may have. $1 transmissions, $2 a batch that does not stand in its own way.
with wanted as (
  select t.id, t.state, t.channel, t.size, coalesce(r.root, t.id) as root, coalesce(r.body, t.id) as body,
    case when t.state = 'failed' and t.idempotency_key like t.channel || ':unread:%' then t.channel end as unread_of
  from gateway.transmission t left join gateway.replay r on r.transmission = t.id
  where t.id = any($1::uuid[])
), line as (
  select id as wanted, root as member from wanted
  union select w.id, r.transmission from wanted w join gateway.replay r on r.root = w.root
), newest as (
  select distinct on (l.wanted) l.wanted, l.member from line l join gateway.transmission m on m.id = l.member
  order by l.wanted, m.received_at desc, m.id desc
), deliveries as (
  select l.wanted, count(*) filter (where d.state = 'delivered') as delivered,
    count(*) filter (where d.state in ('blocked', 'waiting', 'failed', 'dead')) as open,
    count(*) filter (where d.state in ('sending', 'in_doubt')) as kept
  from line l join gateway.delivery d on d.transmission = l.member and d.document is not null group by l.wanted
), made as (
  select wanted, jsonb_agg(jsonb_build_object('target', target, 'delivered', delivered, 'kept', kept) order by target) as targets
  from (
    select l.wanted, coalesce(o.target, d.target) as target, count(*) filter (where d.state = 'delivered') as delivered,
      count(*) filter (where d.state <> 'delivered') as kept
    from line l
    join gateway.delivery d on d.transmission = l.member and d.document is not null
      and d.state in ('delivered', 'sending', 'in_doubt')
    left join gateway.delivery o on o.id = d.fallback_of
    group by l.wanted, coalesce(o.target, d.target)) each
  group by wanted
), taken as (
  select wanted, jsonb_agg(jsonb_build_object('name', name, 'route', route, 'test', test, 'count', n) order by name, route) as documents
  from (
    select w.id as wanted, d.name, d.route, d.test, count(*) as n
    from wanted w join gateway.document d on d.transmission = w.id
    where d.name is not null and (d.state in ('routed', 'unrouted', 'stopped', 'held', 'kept') or d.state = 'rejected'
      and exists (select from gateway.finding f where f.subject = d.id and f.code = 'document-not-routable'))
    group by w.id, d.name, d.route, d.test) each
  group by wanted
), sealed as (
  select l.wanted, count(*) as documents from line l
  join gateway.document d on d.transmission = l.member
  join gateway.outbound_document o on o.document = d.id and o.state = 'sealed' group by l.wanted
), answered as (
  select l.wanted, count(*) as acknowledgements from line l
  join gateway.acknowledgement a on a.transmission = l.member group by l.wanted
)
select w.id, w.state, w.channel, w.size, w.unread_of, newest.member as newest,
  w.size = 0 or exists (select from gateway.raw_body b where b.transmission = w.body) as has_body,
  exists (select from gateway.document d where d.transmission = w.id and d.state = 'pending') as releasing,
  (select coalesce(bool_and(i.state = 'duplicate'), false) from gateway.interchange i where i.transmission = w.id) as repeated,
  (select count(*) from gateway.document d where d.transmission = w.id) as documents,
  (select i.batch from gateway.batch_item i join gateway.batch b on b.id = i.batch and b.state in ('running', 'tried', 'cancelled')
   where i.subject = w.id and i.state in ('planned', 'running') and i.batch is distinct from $2::uuid limit 1) as batch,
  coalesce(d.delivered, 0) as delivered, coalesce(d.open, 0) as open, coalesce(d.kept, 0) as kept,
  coalesce(s.documents, 0) as sealed, coalesce(a.acknowledgements, 0) as acknowledgements,
  coalesce(taken.documents, '[]') as taken, coalesce(made.targets, '[]') as made
from wanted w
join newest on newest.wanted = w.id
left join taken on taken.wanted = w.id
left join made on made.wanted = w.id
left join deliveries d on d.wanted = w.id
left join sealed s on s.wanted = w.id
left join answered a on a.wanted = w.id
order by w.id;

-- name: delivery_facts
-- The same of deliveries, which are locked. $1 deliveries, $2 a batch that does not stand in its own way.
with wanted as (
  select d.id, d.transmission, d.state, d.target, d.document, d.outbound, d.milestone from gateway.delivery d
  where d.id = any($1::uuid[]) order by d.id for update
)
select w.id, w.transmission, w.state, w.target, w.outbound is not null as to_partner,
  case
    when w.document is not null then exists (select from gateway.canonical_body c where c.document = w.document)
    when w.outbound is not null then exists (select from gateway.outbound o where o.id = w.outbound and length(o.bytes) > 0)
    when w.milestone is not null then exists (select from gateway.milestone m where m.id = w.milestone)
    else true end as has_body,
  (select i.batch from gateway.batch_item i join gateway.batch b on b.id = i.batch and b.state in ('running', 'tried', 'cancelled')
   where i.subject = w.id and i.state in ('planned', 'running') and i.batch is distinct from $2::uuid limit 1) as batch,
  coalesce((
    select m.id from gateway.replay own
    join gateway.replay r on r.root = own.root join gateway.transmission m on m.id = r.transmission
    where own.transmission = w.transmission or own.root = w.transmission
    order by m.received_at desc, m.id desc limit 1), w.transmission) as newest
from wanted w order by w.id;

-- name: lock_lines
-- Holds the first transmission of each line, so that nobody else begins a run of it before the transaction ends.
select t.id from gateway.transmission t
where t.id in (
  select coalesce((select r.root from gateway.replay r where r.transmission = w.id), w.id) from unnest($1::uuid[]) as w(id))
order by t.id for update;

-- name: begin_replays
-- Makes the runs of items: transmissions of their own that read the same bytes again; what was never read goes on in its place,
-- without what an earlier reading left behind. $1 batch, $2 items, $3 configuration, $4 node.
with batch as (
  select id, options, confirmed_by, reason from gateway.batch where id = $1
), item as (
  select i.*, b.options, coalesce(b.confirmed_by, '') as actor, b.reason, coalesce(r.root, i.subject) as root,
    coalesce(r.body, i.subject) as body
  from unnest($2::gateway.begun_v1[]) as i cross join batch b left join gateway.replay r on r.transmission = i.subject
), runs as (
  insert into gateway.transmission (id, channel, partner, name, remote, traceparent, sha256, size, state, release)
  select item.run, t.channel, t.partner, t.name, t.remote, t.traceparent, t.sha256, t.size, 'replaying', t.release
  from item join gateway.transmission t on t.id = item.subject where not item.in_place
), again as (
  update gateway.transmission t
  set state = 'replaying', claim = null, claimed_until = null, starts = 0, settled_at = null, held_until = null, held_for = null,
    waited = false
  from item where t.id = item.subject and item.in_place and t.state in ('failed', 'unreadable')
), half_read as (
  delete from gateway.document d using item where d.transmission = item.subject and item.in_place returning d.id
), half_written as (
  delete from gateway.canonical_body c using half_read where c.document = half_read.id
), found_before as (
  delete from gateway.finding f using item where f.transmission = item.subject and item.in_place
), replays as (
  insert into gateway.replay as known (
    transmission, original, root, body, corrected, acknowledge, configuration, route, batch, actor, reason)
  select run, subject, root, body, false, in_place or (options ->> 'acknowledge')::boolean, options ->> 'configuration',
    options ->> 'route', $1, actor, reason
  from item
  on conflict (transmission) do update
  set acknowledge = known.acknowledge or (excluded.original <> known.original and (select (options ->> 'acknowledge')::boolean from batch)),
    configuration = excluded.configuration, batch = excluded.batch, actor = excluded.actor, reason = excluded.reason
), items as (
  update gateway.batch_item b set state = 'running', run = item.run, started_at = gateway.now()
  from item where b.batch = $1 and b.ordinal = item.ordinal and b.state = 'planned'
)
insert into gateway.event (transmission, stage, subject, steps, configuration, node)
select item.subject, 'replay', item.subject,
  jsonb_build_array(jsonb_build_object('what', case when in_place then 'read_again' else 'replayed' end, 'detail',
    jsonb_strip_nulls(jsonb_build_object('by', actor, 'reason', reason, 'batch', $1, 'run', case when not in_place then run end,
      'route', options ->> 'route')))),
  $3, $4
from item;

-- name: begin_corrections
-- The same for bytes that a person corrected, which are stored under the run's id. $1 batch, $2 items, $3 configuration, $4 node.
with item as (
  select i.*, b.options, coalesce(b.confirmed_by, '') as actor, b.reason, coalesce(r.root, i.subject) as root
  from unnest($2::gateway.begun_v1[]) as i cross join gateway.batch b left join gateway.replay r on r.transmission = i.subject
  where b.id = $1
), runs as (
  insert into gateway.transmission (id, channel, partner, name, remote, traceparent, sha256, size, state, release)
  select item.run, t.channel, t.partner, t.name, t.remote, t.traceparent, decode(options ->> 'sha256', 'hex'), (options ->> 'size')::bigint, 'replaying',
    t.release
  from item join gateway.transmission t on t.id = item.subject
), replays as (
  insert into gateway.replay (transmission, original, root, body, corrected, acknowledge, batch, actor, reason)
  select run, subject, root, run, true, (options ->> 'acknowledge')::boolean, $1, actor, reason from item
), items as (
  update gateway.batch_item b set state = 'running', run = item.run, started_at = gateway.now()
  from item where b.batch = $1 and b.ordinal = item.ordinal and b.state = 'planned'
)
insert into gateway.event (transmission, stage, subject, steps, configuration, node)
select item.subject, 'replay', item.subject,
  jsonb_build_array(jsonb_build_object('what', 'corrected', 'detail',
    jsonb_build_object('by', actor, 'reason', reason, 'batch', $1, 'run', run))), $3, $4
from item;

-- name: begin_redeliveries
-- Puts deliveries to be made again at once. Attempts made before no longer count: its retries begin anew.
-- $1 batch, $2 items, $3 configuration, $4 node.
with item as (
  select i.*, coalesce(b.confirmed_by, '') as actor, b.reason
  from unnest($2::gateway.begun_v1[]) as i cross join gateway.batch b where b.id = $1
), moved as (
  update gateway.delivery d
  set state = 'waiting', next_attempt_at = gateway.now(), first_attempt_at = null, probes = d.attempt, paused = null, lost = 0,
    settled_at = null
  from item where d.id = item.subject and d.state in ('failed', 'dead', 'in_doubt', 'delivered')
  returning d.id, d.transmission, d.target
), items as (
  update gateway.batch_item b set state = 'running', run = item.subject, started_at = gateway.now()
  from item where b.batch = $1 and b.ordinal = item.ordinal and b.state = 'planned'
), events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  select moved.transmission, 'redeliver', moved.id, jsonb_build_array(jsonb_build_object('what', 'redelivered', 'detail',
    jsonb_build_object('by', item.actor, 'reason', item.reason, 'batch', $1))), $3, $4
  from moved join item on item.subject = moved.id
)
select distinct target from moved;

-- name: interchanges_in_lines
-- Those of the given interchanges that belong to a run of the line beside them.
select i.id from unnest($1::uuid[], $2::uuid[]) as given(id, root)
join gateway.interchange i on i.id = given.id
where i.transmission = given.root
  or exists (select from gateway.replay r where r.transmission = i.transmission and r.root = given.root);

-- name: documents_in_lines
-- The same for documents.
select d.id from unnest($1::uuid[], $2::uuid[]) as given(id, root)
join gateway.document d on d.id = given.id
where d.transmission = given.root
  or exists (select from gateway.replay r where r.transmission = d.transmission and r.root = given.root);

-- name: take_over_document_keys
-- Lets the business keys that these documents hold name others from now on: those of a newer run of their line.
update gateway.document_key k set digest = r.digest, document = r.document
from unnest($1::gateway.document_key_v1[]) as r
where k.partner = r.partner and k.name = r.name and k.test = r.test and k.identity = r.identity and k.document = any($2::uuid[]);

-- name: lock_line_deliveries
-- The deliveries of documents of a line, all or those with these idempotency keys. $1 root, $2 keys or null.
select d.id, d.transmission, d.target, d.idempotency_key, d.state, d.reference, d.fallback_of from gateway.delivery d
where d.transmission in (select $1::uuid union select r.transmission from gateway.replay r where r.root = $1)
  and d.document is not null and ($2::text[] is null or d.idempotency_key = any($2))
order by d.id for update;

-- name: sealed_in_line
-- Documents of a line that stand in interchanges for partners, and were neither voided, withheld in shadow, nor rejected by them.
select o.name, o.keys, b.control_number
from gateway.document d
join gateway.outbound_document o on o.document = d.id and o.state = 'sealed'
join gateway.outbound b on b.id = o.outbound
where d.transmission in (select $1::uuid union select r.transmission from gateway.replay r where r.root = $1)
  and not exists (select from gateway.delivery w where w.outbound = o.outbound and w.state = 'withheld');

-- name: void_superseded
-- Gives up deliveries of earlier runs; the journal of each tells it. $1 deliveries, $2 by which run, $3 configuration, $4 node.
with held as (
  select id, state from gateway.delivery where id = any($1::uuid[]) for update
), moved as (
  update gateway.delivery d
  set state = 'voided', blocked_by = null, claim = null, claimed_until = null, settled_at = gateway.now(), code = 'superseded',
    message = 'Superseded by the replay ' || $2::uuid || '.'
  from held where d.id = held.id and held.state in ('blocked', 'waiting', 'failed', 'dead')
  returning d.id, d.transmission, held.state as before
)
insert into gateway.event (transmission, stage, subject, steps, configuration, node)
select transmission, 'replay', id, jsonb_build_array(jsonb_build_object('what', 'superseded', 'detail',
  jsonb_build_object('by', $2::uuid, 'was', before))), $3, $4
from moved;

-- name: unread_runs
-- Transmissions that are to be read again and that nobody holds: to be announced.
select id from gateway.transmission
where state = 'replaying' and (claimed_until is null or claimed_until < gateway.now()) order by id limit $1;

-- name: transmission_line
-- The runs of a transmission's line: what it repeats, and what repeats it.
select r.transmission, r.original, r.corrected, r.acknowledge, r.configuration, r.route, r.batch, r.actor, r.reason, r.created_at,
  t.state
from gateway.replay r join gateway.transmission t on t.id = r.transmission
where r.transmission = $1 or r.original = $1 order by r.created_at, r.transmission;
