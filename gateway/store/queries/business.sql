-- How the business stands: orders, shipments, receipts and stock as they are now, and how they went lately.

-- name: business_standing
-- What is not done, with the oldest of each. $1 the applications that keep orders (Odoo), $2 the reconciliations of stock, $3 the
-- stage of their failures, $4 all applications.
with orders as materialized (
  select o.state, o.created_at, o.changed_at, o.steps from gateway.trade_order o
  where not o.test and o.state = any(array['received', 'validated', 'accepted', 'back_ordered', 'allocated', 'held', 'released',
    'picking', 'picked', 'packed', 'partly_shipped', 'shipped'])
)
select
  (select count(*) from orders) as orders_open,
  (select min(o.created_at) from orders o) as orders_open_since,
  (select count(*) from orders o where o.state in ('received', 'validated', 'accepted', 'allocated', 'held', 'back_ordered')
    and not o.steps ? 'released') as orders_unreleased,
  (select min(o.created_at) from orders o where o.state in ('received', 'validated', 'accepted', 'allocated', 'held', 'back_ordered')
    and not o.steps ? 'released') as orders_unreleased_since,
  (select count(*) from orders o where o.state in ('accepted', 'back_ordered') and not o.steps ? 'allocated') as orders_unallocated,
  (select min(o.created_at) from orders o where o.state in ('accepted', 'back_ordered') and not o.steps ? 'allocated') as orders_unallocated_since,
  (select count(*) from orders o where o.state = 'released') as orders_unacknowledged,
  (select min((o.steps ->> 'released')::timestamptz) from orders o where o.state = 'released') as orders_unacknowledged_since,
  (select count(*) from orders o where o.state in ('shipped', 'partly_shipped') and not o.steps ?| array['in_transit', 'delivered'])
    as shipments_unconfirmed,
  (select min((o.steps ->> 'shipped')::timestamptz) from orders o where o.state in ('shipped', 'partly_shipped')
    and not o.steps ?| array['in_transit', 'delivered']) as shipments_unconfirmed_since,
  shipments.number as shipments_unbooked, shipments.since as shipments_unbooked_since,
  (select count(*) from gateway.delivery d join gateway.document doc on doc.id = d.document
    where d.state in ('failed', 'dead', 'in_doubt') and doc.name in ('warehouse_receipt', 'receiving_advice')) as receipts_failed,
  (select count(*) from gateway.delivery d where d.state in ('failed', 'dead', 'in_doubt') and d.milestone is not null)
    + (select count(*) from gateway.transmission t where t.state = 'failed' and t.channel = any($4::text[]) and exists (
        select from gateway.failure_case c where c.subject = t.id and c.closed_at is null)) as webhooks_failed,
  (select count(*) from gateway.failure f join gateway.failure_case c on c.fingerprint = f.fingerprint
    where f.stage = $3 and f.route = any($2::text[]) and f.state <> 'resolved' and c.closed_at is null) as stock_differences,
  (select count(*) from gateway.stock_level) as stock_items,
  gateway.now() as now
from (
  select count(*) as number, min(t.received_at) as since
  from (
    select w.document, w.transmission from gateway.delivery w where w.state = 'waiting' and w.target = any($1::text[])
    union all select b.document, b.transmission from gateway.delivery b where b.state = 'blocked' and b.target = any($1)
    union all select s.document, s.transmission from gateway.delivery s where s.state = 'sending' and s.target = any($1)
    union all select u.document, u.transmission from gateway.delivery u
      where u.state in ('failed', 'dead', 'in_doubt') and u.target = any($1)) as d
  join gateway.document doc on doc.id = d.document
  join gateway.transmission t on t.id = d.transmission
  where doc.name in ('warehouse_shipment', 'despatch_advice')) as shipments;

-- name: business_course
-- How it went in the last day ($1) and week ($2): seconds from the receipt of an order to its release to a warehouse (half, and 95
-- of a hundred), seconds until suppliers answered our orders, replays that people began, orders, and those of them that a person
-- had to do something about: of its failures, holds or messages.
with orders as materialized (
  select o.id, o.steps, o.created_at from gateway.trade_order o
  where o.id >= gateway.id_at_v1(gateway.now() - $2::interval) and not o.test
), replayed as materialized (
  select i.transmission, i.started_at from gateway.batch b join gateway.batch_item i on i.batch = b.id
  where b.planned_at >= gateway.now() - $2 and i.started_at is not null
), touched as materialized (
  select o.id from orders o
  where exists (
      select from gateway.warehouse_release r join gateway.release_hold h on h.release = r.id
      where r.trade_order = o.id and h.actor is not null)
    or exists (
      select from gateway.order_event e join replayed r on r.transmission = e.transmission
      where e.trade_order = o.id and e.transmission is not null)
    or exists (
      select from gateway.order_event e join gateway.failure_case c on c.transmission = e.transmission
      join gateway.failure f on f.fingerprint = c.fingerprint
      where e.trade_order = o.id and e.transmission is not null and (f.attended_by is not null
        or c.closed_by is not null and c.closed_by <> 'gateway'))
), to_warehouse as (
  select percentile_cont(array[0.5, 0.95]) within group (order by greatest(extract(epoch from
    (o.steps ->> 'released')::timestamptz - coalesce((o.steps ->> 'received')::timestamptz, o.created_at)), 0)) as seconds
  from orders o where o.created_at >= gateway.now() - $1::interval and o.steps ? 'released'
), suppliers as (
  select percentile_cont(0.5) within group (order by extract(epoch from answered.at - e.sent_at)) as seconds
  from gateway.expectation e
  cross join lateral (select min(r.at) as at from gateway.received_acknowledgement r where r.expectation = e.id) as answered
  where e.sent_at >= gateway.now() - $2 and e.layer = 'answer' and e.kind = 'order_response' and answered.at is not null
)
select w.seconds[1]::double precision as order_to_warehouse_p50, w.seconds[2]::double precision as order_to_warehouse_p95,
  s.seconds::double precision as supplier_answer_p50,
  (select count(*) from replayed r where r.started_at >= gateway.now() - $1) as replayed,
  (select count(*) from orders) as orders, (select count(*) from touched) as orders_touched
from to_warehouse w cross join suppliers s;

-- name: failure_ages
-- Since when the oldest failure of each stage is open.
select f.stage, extract(epoch from gateway.now() - min(f.opened_at))::double precision as oldest
from gateway.failure f where f.state in ('open', 'acknowledged') group by f.stage;
