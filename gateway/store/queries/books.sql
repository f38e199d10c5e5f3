-- What the gateway itself holds of something, for reconciliation.

-- name: booked_orders
-- Orders that an application ($1) has taken since ($2), as the order process knows them now, with the name that it gave them.
select distinct on (d.id) o.partner, o.number, o.state, o.lines, d.reference, d.id as delivery, d.settled_at
from gateway.delivery d
join gateway.order_event e on e.document = d.document and e.event = 'received' and e.trade_order is not null
join gateway.trade_order o on o.id = e.trade_order
where d.target = $1 and d.action = 'sale_order' and d.state = 'delivered' and d.settled_at >= $2
order by d.id;

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
