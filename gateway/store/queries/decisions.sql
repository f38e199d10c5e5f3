-- What was decided of stored traffic, read for the replay of decisions: nothing here writes.

-- name: count_decided
-- How many transmissions were read in a time, without the later runs of replays. $1 and $2 bound ids, $3 and $4 the arrival, $5 is
-- a partner or null.
select count(*) as transmissions from gateway.transmission t
where t.id >= $1 and t.id < $2 and t.received_at >= $3 and t.received_at < $4 and t.state in ('translated', 'unreadable')
  and ($5::text is null or t.partner = $5
    or exists (select from gateway.interchange i where i.transmission = t.id and i.partner = $5))
  and not exists (select from gateway.replay r where r.transmission = t.id and r.original <> t.id);

-- name: decided_traffic
-- The same, the newest first: ids below $2 with their sizes, at most $6.
select t.id, t.size from gateway.transmission t
where t.id >= $1 and t.id < $2 and t.received_at >= $3 and t.received_at < $4 and t.state in ('translated', 'unreadable')
  and ($5::text is null or t.partner = $5
    or exists (select from gateway.interchange i where i.transmission = t.id and i.partner = $5))
  and not exists (select from gateway.replay r where r.transmission = t.id and r.original <> t.id)
order by t.id desc limit $6;

-- name: decided_transmissions
-- Transmissions as they came, with the first piece of their bytes.
select t.id, t.channel, t.partner, t.name, t.waited, t.sha256, t.size, t.received_at, t.state, t.release,
  coalesce(r.body, t.id) as body_of, body.bytes
from gateway.transmission t
left join gateway.replay r on r.transmission = t.id
left join gateway.raw_body body on body.transmission = coalesce(r.body, t.id) and body.ordinal = 0
where t.id = any($1::uuid[]) order by t.id desc;

-- name: decided_interchanges
-- What was decided of their interchanges.
select id, transmission, ordinal, partner, state, verdict from gateway.interchange
where transmission = any($1::uuid[]) order by transmission, ordinal;

-- name: decided_documents
-- What was decided of their documents, with their canonical forms as read and as routed.
select d.id, d.interchange, d.ordinal, d.type, d.name, d.agreement, d.route, d.verdict, d.state, d.keys, c.json, r.json as routed
from gateway.document d
left join gateway.canonical_body c on c.document = d.id
left join gateway.routed_body r on r.document = d.id
where d.transmission = any($1::uuid[]) order by d.interchange, d.ordinal;

-- name: decided_findings
-- What was found in them.
select transmission, subject, severity, code, segment, tag, element from gateway.finding
where transmission = any($1::uuid[]) order by transmission, subject, ordinal;

-- name: decided_answers
-- What their senders were answered.
select a.interchange, a.type, a.verdict, o.id, o.family, o.bytes from gateway.acknowledgement a
join gateway.outbound o on o.id = a.outbound where a.interchange = any($1::uuid[]) order by a.interchange, a.outbound;

-- name: decided_sent
-- What documents became for partners: interchanges by the first document that stands in them.
select distinct on (o.id) d.interchange, o.id, o.type, o.family, o.bytes
from gateway.outbound_document s
join gateway.document d on d.id = s.document
join gateway.outbound o on o.id = s.outbound
where s.document = any($1::uuid[]) order by o.id, s.ordinal;

-- name: decided_deliveries
-- Where their documents went; what a fallback took over is told once.
select document, target, action from gateway.delivery
where transmission = any($1::uuid[]) and document is not null and fallback_of is null order by document, id;
