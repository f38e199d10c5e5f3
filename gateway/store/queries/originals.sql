-- Documents behind what applications made of them.

-- name: originals
-- By idempotency key, the document that was delivered to an application: looked for by the name that the application gave to what
-- it made ($3), and by the number of the order ($4), also without its release; the key ($2) decides. The latest where it was replayed.
with asked as (
  select distinct on (a.key) a.key, a.reference, array['order:' || a.number, 'order:' || regexp_replace(a.number, '/[^/]*$', '')] as keys
  from unnest($2::text[], $3::text[], $4::text[]) as a(key, reference, number)
), made as (
  select a.key, d.document, d.id, d.options
  from asked a join gateway.delivery d on d.reference = a.reference and d.idempotency_key = a.key and d.target = $1
  where d.document is not null
  union
  select a.key, d.document, d.id, d.options
  from asked a
  join gateway.document o on o.keys && a.keys
  join gateway.delivery d on d.transmission = o.transmission and d.document = o.id and d.idempotency_key = a.key and d.target = $1
)
select distinct on (made.key) made.key, made.options, o.id, o.partner, o.test, c.json as received, r.json as routed
from made
join gateway.document o on o.id = made.document
left join gateway.canonical_body c on c.document = o.id
left join gateway.routed_body r on r.document = o.id
where o.partner is not null
order by made.key, made.id desc;

-- name: order_changes
-- Documents of customers that change orders and were for an application, by the key ($2) of the order: customer, number, test.
with asked as (
  select a.key, a.partner, a.number, a.test from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) as a(key, partner, number, test)
)
select a.key, d.idempotency_key as own, o.id, c.json as received, r.json as routed
from asked a
join gateway.document o on o.keys && array[a.number] and o.partner = a.partner and o.test = a.test
  and o.name in ('purchase_order', 'purchase_order_change')
join gateway.delivery d on d.transmission = o.transmission and d.document = o.id and d.target = $1 and d.idempotency_key <> a.key
left join gateway.canonical_body c on c.document = o.id
left join gateway.routed_body r on r.document = o.id
order by a.key, o.id;

-- name: last_statements
-- What was said last of each of these subjects.
select subject, key from gateway.statement where source = $1 and subject = any($2::text[]);

-- name: keep_statements
-- What was said of subjects now. What nobody has spoken of for more than 400 days is forgotten, a little each time.
with old as (
  select source, subject from gateway.statement where at < gateway.now() - interval '400 days' limit 100 for update skip locked
), forgotten as (
  delete from gateway.statement s using old where s.source = old.source and s.subject = old.subject
)
insert into gateway.statement as s (source, subject, key)
select $1, n.subject, n.key from unnest($2::text[], $3::text[]) as n(subject, key) order by n.subject
on conflict (source, subject) do update set key = excluded.key, at = gateway.now();
