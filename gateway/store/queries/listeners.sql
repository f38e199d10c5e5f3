-- What listeners got and may have again: messages as they were published, and what was delivered to subscribers.

-- name: published_messages
-- Messages that were published, in their order. $1 types as patterns of LIKE, $2 since, $3 before, $4 partners, $5 numbers of orders
-- (null: any), $6 limit. Ids are made by clocks that may differ from the database's by less than an hour. A document was published when it was routed; `reason` says why one cannot be published again.
with milestones as (
  select m.id as subject, m.id as transmission, m.type, '' as reason
  from gateway.milestone m
  where m.type like any($1::text[])
    and ($2::timestamptz is null or m.id >= gateway.id_at_v1($2 - interval '1 hour') and m.at >= $2) and ($3::timestamptz is null or m.at < $3)
    and ($4::text[] is null or m.partner = any($4)) and ($5::text[] is null or m.number = any($5))
  order by m.id limit $6
), documents as (
  select d.id as subject, d.transmission, gateway.document_type_v1(d.name, t.channel) as type,
    case when c.document is null then 'its document was purged'
      when c.published is null then 'it was published by an earlier release, which kept no headers: replay the message instead'
      else '' end as reason
  from gateway.document d
  join gateway.transmission t on t.id = d.transmission
  left join gateway.canonical_body c on c.document = d.id
  where exists (select from unnest($1::text[]) as wanted where wanted not like 'order.%')
    and d.state in ('routed', 'unrouted', 'stopped') and gateway.document_type_v1(d.name, t.channel) like any($1)
    and ($2::timestamptz is null or d.id >= gateway.id_at_v1($2 - interval '1 hour') and d.created_at >= $2)
    and ($3::timestamptz is null or d.created_at < $3)
    and ($4::text[] is null or d.partner = any($4))
    and ($5::text[] is null or d.keys && (select array_agg('order:' || number) from unnest($5) as number))
  order by d.id limit $6
)
select * from milestones union all select * from documents order by subject limit $6;

-- name: kept_messages
-- Messages as they were published, by the ids of milestones and documents.
select m.id as subject, m.headers, m.body, null::bytea as json from gateway.milestone m where m.id = any($1::uuid[])
union all
select c.document, c.published, null, c.json from gateway.canonical_body c where c.document = any($1::uuid[]);

-- name: begin_publications
-- Items of a batch whose messages were published again. $1 batch, $2 ordinals.
update gateway.batch_item set state = 'running', run = subject, started_at = gateway.now()
where batch = $1 and ordinal = any($2::integer[]) and state = 'planned';

-- name: subscriber_levels
-- How it stands with each subscriber that was given anything: $1 for how long back what arrived and what did not is counted.
select d.target, count(*) filter (where d.state in ('waiting', 'sending', 'blocked')) as waiting,
  count(*) filter (where d.state = 'delivered' and d.settled_at >= gateway.now() - $1::interval) as delivered,
  count(*) filter (where d.state in ('failed', 'dead')) as failed,
  min(d.created_at) filter (where d.state in ('waiting', 'sending', 'blocked')) as oldest,
  max(d.settled_at) filter (where d.state = 'delivered') as last_delivered,
  (select b.state from gateway.breaker b where b.target = d.target) as breaker,
  (select h.actor from gateway.delivery_hold h where h.kind = 'target' and h.name = d.target) as held_by
from gateway.delivery d
where d.milestone is not null
  and (d.state in ('blocked', 'waiting', 'sending', 'failed', 'dead') or d.created_at >= gateway.now() - $1::interval)
group by d.target;

-- name: notices
-- What a subscriber was given, the newest first, with each attempt. $1 subscriber, $2 states, $3 numbers of orders, $4 since,
-- $5 before (null: any), $6 before this id, $7 limit.
select d.id, d.milestone, m.type, m.number as "order", m.partner, d.place as version, d.state, d.attempt as attempts, d.code, d.message,
  d.created_at as at, d.settled_at, case when d.state = 'waiting' then d.next_attempt_at end as next_at, d.test,
  (select coalesce(jsonb_agg(jsonb_build_object('attempt', a.attempt, 'outcome', a.outcome, 'code', a.code, 'message', a.message,
     'status', a.response -> 'status', 'started_at', a.started_at, 'ended_at', a.ended_at, 'node', a.node) order by a.attempt), '[]')
   from gateway.attempt a where a.delivery = d.id) as tries
from gateway.delivery d left join gateway.milestone m on m.id = d.milestone
where d.target = $1 and d.milestone is not null
  and ($2::text[] is null or d.state = any($2)) and ($3::text[] is null or m.number = any($3))
  and ($4::timestamptz is null or d.created_at >= $4) and ($5::timestamptz is null or d.created_at < $5)
  and ($6::uuid is null or d.id < $6)
order by d.id desc limit $7;
