-- Follow-ups: what is done because milestones of orders hold.

-- name: order_follow_ups
-- What was to be done because of milestones of orders: held, so that nobody does it while it is judged.
select id, trade_order, rule, kind, key, source, statement, event, ordinal, cover, state, due_at, attempts, code, message, reference
from gateway.follow_up where trade_order = any($1::uuid[]) order by trade_order, ordinal, id for update;

-- name: due_follow_ups
-- What is to be done now, with the orders that it is about; held until the transaction ends.
select f.id, f.trade_order, f.rule, f.kind, f.key, f.source, f.statement, f.event, f.ordinal, f.cover, f.state, f.due_at, f.attempts,
  f.code, f.message, f.reference, f.made_at, o.partner, o.number, o.test, o.state as order_state, o.lines, o.steps, gateway.now() as now
from gateway.follow_up f join gateway.trade_order o on o.id = f.trade_order
where f.state in ('waiting', 'failed') and f.due_at <= gateway.now()
order by f.due_at limit $1 for update of f skip locked;

-- name: order_documents
-- The documents that said something of an order, in the order in which they were heard; those that rules changed as they became.
select e.source, e.key, e.event, d.id, d.name, coalesce(r.json, c.json) as json, r.json is not null as rewritten
from gateway.order_event e
join gateway.document d on d.id = e.document
left join gateway.canonical_body c on c.document = d.id
left join gateway.routed_body r on r.document = d.id
where e.trade_order = $1 and e.event = any($2::text[]) and e.state in ('applied', 'repeated')
order by e.heard_at, e.id;

-- name: settle_follow_ups
-- Writes what became of follow-ups that this transaction holds. $1 them, $2 statements to judge, $3 failures.
with moved as (
  update gateway.follow_up f
  set state = n.state, due_at = n.due_at, attempts = n.attempts, code = n.code, message = n.message, reference = n.reference,
    changed_at = gateway.now()
  from unnest($1::gateway.follow_up_v1[]) as n
  where f.id = n.id and f.state in ('waiting', 'failed')
  returning f.id
), said as (
  insert into gateway.order_event (id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
    document, transmission, reason, names, heard_at)
  select id, trade_order, source, key, event, partner, number, test, occurred, version, lines, total, links,
    document, transmission, reason, names, together.at
  from unnest($2::gateway.order_event_v1[]) cross join (select gateway.now() as at offset 0) as together
  on conflict (source, key) do nothing
), failures as (
  select gateway.record_failures_v1(array_agg(r)) from unnest($3::gateway.failure_v1[]) as r
)
select count(*) as moved from moved, failures;

-- name: order_follow_up_view
-- What was to be done because of an order's milestones, and what became of it, for people.
select rule, kind, source, event, ordinal, cover, state, due_at, attempts, code, message, reference, made_at, changed_at
from gateway.follow_up where trade_order = $1 order by made_at, id;

-- name: waiting_follow_ups
-- How many wait, and how many could not be done, by rule.
select rule, state, count(*) as rows, min(due_at) as since from gateway.follow_up
where state in ('waiting', 'failed') group by 1, 2;
