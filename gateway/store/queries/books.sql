-- What the gateway itself holds of something, for reconciliation. Long ones are read some at a time: after what was read last.

-- name: booked_orders
-- Orders that an application ($1) has taken since ($2), as the order process knows them now, with the name that it gave them; of
-- those after a delivery ($3) so many ($4).
select distinct on (d.id) d.id as after, o.partner, o.number, o.state, o.lines, d.reference, d.settled_at, o.changed_at
from gateway.delivery d
join gateway.order_event e on e.document = d.document and e.event = 'received' and e.trade_order is not null
join gateway.trade_order o on o.id = e.trade_order
where d.target = $1 and d.action = 'sale_order' and d.state = 'delivered' and d.settled_at >= $2 and d.id > $3
order by d.id limit $4;

-- name: booked_parcels
-- Parcels that these ($1, or anybody) named since ($2), with what was said last of each, not counting what one source ($3) named or
-- said; of those after an order ($4) and a number ($5) so many ($6).
select l.trade_order as after, l.value, o.number, l.at, last.event, last.heard_at
from gateway.order_link l
join gateway.trade_order o on o.id = l.trade_order and not o.test
left join lateral (
  select e.event, e.heard_at from gateway.order_event e
  where e.trade_order = l.trade_order and e.event in ('in_transit', 'delivery_exception', 'delivered') and e.state = 'applied'
    and e.source <> $3 and e.links @> jsonb_build_array(jsonb_build_array('tracking', l.value))
  order by coalesce(e.occurred, e.heard_at) desc, e.id desc limit 1) last on true
where l.kind = 'tracking' and ($1::text[] is null or l.system = any($1)) and l.system <> $3 and l.at >= $2 and (l.trade_order, l.value) > ($4, $5)
order by l.trade_order, l.value limit $6;

-- name: told_parcels
-- What a source ($1) said of parcels since ($2), in the order in which it happened to be heard; after an event ($3) so many ($4).
select e.id as after, e.event, e.links, e.heard_at from gateway.order_event e
where e.source = $1 and e.event in ('in_transit', 'delivery_exception', 'delivered') and e.heard_at >= $2 and not e.test and e.id > $3
order by e.id limit $4;

-- name: shipped_orders
-- Orders of which something was shipped or invoiced since ($1), each at the last such event, with the document that ordered it;
-- after an event ($2) so many ($3).
select e.id as after, o.partner, o.number, o.lines, o.steps, e.heard_at, c.document, c.json
from gateway.order_event e
join gateway.trade_order o on o.id = e.trade_order and not o.test
left join lateral (
  select r.document from gateway.order_event r
  where r.trade_order = o.id and r.event = 'received' and r.document is not null order by r.id limit 1) ordered on true
left join gateway.canonical_body c on c.document = ordered.document
where e.event in ('shipped', 'invoiced') and e.heard_at >= $1 and e.id > $2 and not exists (
  select from gateway.order_event x
  where x.trade_order = e.trade_order and x.event in ('shipped', 'invoiced') and x.id > e.id)
order by e.id limit $3;

-- name: billed_orders
-- Invoices and credit notes about orders: $1 partners, $2 order numbers.
select w.partner, w.number, d.id, d.name, d.created_at, c.json
from (select distinct * from unnest($1::text[], $2::text[])) as w(partner, number)
join gateway.document d on d.keys @> array['order:' || w.number] and d.name in ('invoice', 'credit_note') and d.partner = w.partner
  and not d.test and d.state in ('routed', 'unrouted', 'stopped')
join gateway.canonical_body c on c.document = d.id
order by d.id;

-- name: booked_documents
-- Documents by name ($1) since ($2): of one partner ($3), or of all but one ($4); after a document ($5) so many ($6).
select d.id as after, d.name, d.partner, d.created_at, c.json
from gateway.document d join gateway.canonical_body c on c.document = d.id
where d.name in ('invoice', 'credit_note', 'warehouse_shipment', 'inventory_report') and d.name = any($1::text[])
  and d.created_at >= $2 and ($3::text is null or d.partner = $3) and d.partner is distinct from $4
  and not d.test and d.state in ('routed', 'unrouted', 'stopped') and d.id > $5
order by d.id limit $6;

-- name: last_document
-- The last document of a name ($1) from a partner ($2) since ($3).
select d.id, d.created_at, c.json
from gateway.document d join gateway.canonical_body c on c.document = d.id
where d.name in ('invoice', 'credit_note', 'warehouse_shipment', 'inventory_report') and d.name = $1 and d.partner = $2
  and d.created_at >= $3 and not d.test and d.state in ('routed', 'unrouted', 'stopped')
order by d.id desc limit 1;

-- name: acknowledged_invoices
-- What partners owe us for invoices sent since ($1); after an expectation ($2) so many ($3).
select e.id as after, x.partner, x.keys[1] as name, e.kind, e.document is null as whole, e.state, e.sent_at,
  coalesce(e.due_at <= gateway.now(), false) as due
from gateway.expectation e
join gateway.outbound_document x on x.outbound = e.outbound and (e.document = x.ordinal or e.document is null)
  and x.name in ('invoice', 'credit_note')
where e.sent_at >= $1 and e.layer in ('technical', 'functional', 'application') and e.id > $2
order by e.id limit $3;

-- name: unprocessed
-- What was received since ($1) and has not come to an end in the time that it is given ($2): transmissions, documents, deliveries.
select 'transmission' as what, t.id, t.partner, t.name, t.state, t.received_at as since
from gateway.transmission t
where t.received_at >= $1 and t.received_at < gateway.now() - $2::interval and t.state in ('received', 'failed', 'unreadable')
union all
select 'document', d.id, d.partner, coalesce(d.keys[1], d.type || ' ' || d.control_number), d.state, d.created_at
from gateway.document d
where d.created_at >= $1 and d.created_at < gateway.now() - $2::interval and d.state in ('pending', 'unrouted', 'stopped')
union all
select 'delivery', d.id, d.partner, coalesce(k.keys[1], d.target), d.state, d.created_at
from gateway.delivery d left join gateway.document k on k.id = d.document
where d.created_at >= $1 and d.created_at < gateway.now() - $2::interval
  and d.state in ('blocked', 'waiting', 'sending', 'in_doubt', 'failed', 'dead')
order by 6;

-- name: unacknowledged
-- What we sent since ($1) and partners have not accepted in time.
select e.id, e.partner, e.kind, e.state, e.sent_at as since, e.due_at, o.control_number, o.type
from gateway.expectation e join gateway.outbound o on o.id = e.outbound
where e.sent_at >= $1 and e.state in ('overdue', 'rejected', 'partially_accepted', 'contradicted')
order by e.id;

-- name: number_gaps
-- Control numbers of partners that have not come.
select m.family, m.sender, m.receiver, m.number, m.since, i.partner
from gateway.missing_number m left join gateway.interchange i on i.id = m.interchange
where m.since >= $1 order by m.since, m.number;
