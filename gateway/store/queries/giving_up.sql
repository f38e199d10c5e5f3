-- Messages that people give up: what is open about them, and the journal of that.

-- name: message_to_give_up
-- A message, or a document of it, by the id of either, or of a delivery; `root` is the first run of its line.
select t.id, t.state, t.channel, found.document as only,
  coalesce((select r.root from gateway.replay r where r.transmission = t.id), t.id) as root
from (
  select id as transmission, null::uuid as document from gateway.transmission where id = $1
  union all select transmission, id from gateway.document where id = $1
  union all select transmission, document from gateway.delivery where id = $1) found
join gateway.transmission t on t.id = found.transmission
limit 1;

-- name: documents_to_give_up
-- The documents of a message, each with the key of its negative answer, with that answer where there is one, and with what else
-- an order was answered with since it came.
-- $1 message, $2 the only document or null, $3 root of its line, $4 the channel of answers.
select d.id, d.name, d.type, d.version, i.family, d.state, coalesce(d.partner, i.partner) as partner, d.keys,
  d.control_number, line.key, a.id as answered, reply.called as replied
from gateway.document d
join gateway.interchange i on i.id = d.interchange
cross join lateral (select 'rejection:' || $3::text || ':' || i.ordinal || ':' || d.ordinal as key) line
left join gateway.transmission a
  on a.channel = $4 and coalesce(a.partner, '') = coalesce(d.partner, i.partner, '') and a.idempotency_key = line.key
left join lateral (
  select o.type || ' ' || o.control_number as called from gateway.outbound_document o
  where d.name = 'purchase_order' and o.name = 'order_response' and o.state = 'sealed' and o.partner = coalesce(d.partner, i.partner)
    and o.keys && array(select key from unnest(d.keys) as key where key like 'order:%') and o.created_at >= d.created_at
  order by o.outbound desc limit 1) reply on true
where d.transmission = $1 and ($2::uuid is null or d.id = $2)
order by i.ordinal, d.ordinal;

-- name: deliveries_to_give_up
-- The deliveries of a message or of one document of it, which are held. $1 message, $2 the only document or null.
select id, document, target, state, reference from gateway.delivery
where transmission = $1 and ($2::uuid is null or document = $2) order by id for update;

-- name: cases_to_give_up
-- What failures are open about in a message, apart from deliveries. $1 message, $2 the only document or null.
select distinct c.subject from gateway.failure_case c
where c.transmission = $1 and c.closed_at is null and ($2::uuid is null or c.subject = $2)
  and (c.subject = $1 or exists (select from gateway.document d where d.id = c.subject)
    or exists (select from gateway.interchange i where i.id = c.subject))
order by 1;

-- name: note_given_up
-- What a person did to a message, in its journal and in the audit. $1 message, $2 what it was done to, $3 what, $4 who, $5 details,
-- $6 configuration, $7 node.
with events as (
  insert into gateway.event (transmission, stage, subject, steps, configuration, node)
  values ($1, 'decide', $2::uuid, jsonb_build_array(jsonb_build_object('what', $3::text, 'detail',
    jsonb_build_object('by', $4::text) || $5::jsonb)), $6, $7)
)
insert into gateway.audit (actor, action, subject, detail) values ($4::text, $3::text, $2::uuid::text, $5::jsonb);
