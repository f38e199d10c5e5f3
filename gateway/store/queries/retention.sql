-- Retention: what may go, what is still needed, what is gone. What is asked for is bounded: $5 continue after this id, $6 so many.
-- $1 how long it is kept (null: for ever), $2 and $3 partners of whom something else is said and what, $4 the shortest of all these.
-- Ids are ordered by time: what has a younger one is not looked at.

-- name: expired_received
-- Transmissions whose bytes are older than is said.
with seen as (
  select distinct b.transmission as id from gateway.raw_body b
  where b.transmission > $5 and b.transmission < gateway.id_at_v1(gateway.now() - $4::interval) order by 1 limit $6
)
select seen.id, seen.id as last, case when t.received_at < gateway.now() - k.period then k.period end as period
from seen
join gateway.kept_for_v1(array(select id from seen), $1, $2, $3) as k on k.transmission = seen.id
left join gateway.transmission t on t.id = seen.id
order by seen.id;

-- name: expired_sent
-- Interchanges of ours whose bytes are older than is said.
select o.id, o.id as last, case when o.created_at < gateway.now() - p.period then p.period end as period
from gateway.outbound o
cross join lateral (select case when o.partner = any($2::text[])
  then (select x.period from unnest($2::text[], $3::interval[]) as x(partner, period) where x.partner = o.partner) else $1::interval end as period) as p
where octet_length(o.bytes) > 0 and o.id > $5 and o.id < gateway.id_at_v1(gateway.now() - $4::interval)
order by o.id limit $6;

-- name: expired_wire
-- Messages whose bytes, as they went over the wire, are older than is said.
with seen as (
  select distinct b.transfer as id from gateway.transfer_body b
  where b.transfer > $5 and b.transfer < gateway.id_at_v1(gateway.now() - $4::interval) order by 1 limit $6
)
select seen.id, seen.id as last, case when t.at < gateway.now() - p.period then p.period end as period
from seen left join gateway.transfer t on t.id = seen.id
cross join lateral (select case when t.partner = any($2::text[])
  then (select x.period from unnest($2::text[], $3::interval[]) as x(partner, period) where x.partner = t.partner) else $1::interval end as period) as p
order by seen.id;

-- name: expired_canonical
-- Transmissions with documents that are older than is said; a batch is counted in documents.
with seen as (
  select b.document as id from gateway.canonical_body b
  where b.document > $5 and b.document < gateway.id_at_v1(gateway.now() - $4::interval) order by 1 limit $6
), of_them as (
  select d.transmission, (array_agg(seen.id order by seen.id desc))[1] as last
  from seen left join gateway.document d on d.id = seen.id group by 1
)
select coalesce(o.transmission, o.last) as id, o.last, case when t.received_at < gateway.now() - k.period then k.period end as period
from of_them o
left join gateway.kept_for_v1(array(select transmission from of_them), $1, $2, $3) as k on k.transmission = o.transmission
left join gateway.transmission t on t.id = o.transmission
order by o.last;

-- name: expired_journal
-- Transmissions of which nothing was written down for longer than is said.
with seen as (
  select distinct e.transmission as id from gateway.event e
  where e.transmission > $5 and e.transmission < gateway.id_at_v1(gateway.now() - $4::interval) order by 1 limit $6
)
select seen.id, seen.id as last, case when t.received_at < gateway.now() - k.period and not exists (
    select from gateway.event e where e.transmission = seen.id and e.at >= gateway.now() - k.period) then k.period end as period
from seen
join gateway.kept_for_v1(array(select id from seen), $1, $2, $3) as k on k.transmission = seen.id
left join gateway.transmission t on t.id = seen.id
order by seen.id;

-- name: expired_envelopes
-- Transmissions that are older than is said, with all that belongs to them.
with seen as (
  select t.id, t.received_at from gateway.transmission t
  where t.id > $5 and t.id < gateway.id_at_v1(gateway.now() - $4::interval) order by t.id limit $6
)
select seen.id, seen.id as last, case when seen.received_at < gateway.now() - k.period then k.period end as period
from seen join gateway.kept_for_v1(array(select id from seen), $1, $2, $3) as k on k.transmission = seen.id
order by seen.id;

-- name: expired_transfers
-- Messages that are older than is said, with their receipts.
select t.id, t.id as last, case when t.at < gateway.now() - p.period then p.period end as period
from gateway.transfer t
cross join lateral (select case when t.partner = any($2::text[])
  then (select x.period from unnest($2::text[], $3::interval[]) as x(partner, period) where x.partner = t.partner) else $1::interval end as period) as p
where t.id > $5 and t.id < gateway.id_at_v1(gateway.now() - $4::interval)
order by t.id limit $6;

-- name: lock_for_purge
-- Holds transmissions while they are judged: whoever begins to replay one of them waits, or is left alone.
select id from gateway.transmission where id = any($1::uuid[]) order by id for update skip locked;

-- name: needed_transmissions
-- Which of them are still needed, and why.
select transmission as id, min(why) as why from gateway.needed_v1 where transmission = any($1::uuid[]) group by 1;

-- name: needed_outbounds
-- The same for interchanges of ours.
select outbound as id, min(why) as why from gateway.outbound_needed_v1($1::uuid[]) group by 1;

-- name: needed_transfers
-- The same for messages.
select transfer as id, min(why) as why from gateway.transfer_needed_v1($1::uuid[]) group by 1;

-- name: purge_received
-- Removes bytes of transmissions, and says so. $1 which, $2 by which period each.
with gone as (
  delete from gateway.raw_body where transmission = any($1::uuid[])
)
insert into gateway.purged (class, first, last, period)
select 'payload', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_sent
-- Removes bytes of interchanges of ours; their envelopes stay.
with gone as (
  update gateway.outbound set bytes = '' where id = any($1::uuid[])
)
insert into gateway.purged (class, first, last, period)
select 'payload', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_wire
-- Removes bytes of messages; what proves them stays.
with gone as (
  delete from gateway.transfer_body where transfer = any($1::uuid[])
)
insert into gateway.purged (class, first, last, period)
select 'payload', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_canonical
-- Removes canonical documents of transmissions, as read and as routed, and what was found to differ from them in shadow.
with documents as (
  select d.id from gateway.document d where d.transmission = any($1::uuid[])
), gone_compared as (
  delete from gateway.shadow_comparison where ours = any(array(
    select d.id from gateway.delivery d where d.transmission = any($1::uuid[]) and d.state = 'withheld'))
), gone as (
  delete from gateway.canonical_body where document = any(array(select id from documents))
), gone_routed as (
  delete from gateway.routed_body where document = any(array(select id from documents))
)
insert into gateway.purged (class, first, last, period)
select 'canonical', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_journal
-- Removes the story of transmissions: journal, findings, attempts.
with events as (
  delete from gateway.event where transmission = any($1::uuid[])
), findings as (
  delete from gateway.finding where transmission = any($1::uuid[])
), attempts as (
  delete from gateway.attempt where delivery = any(array(select d.id from gateway.delivery d where d.transmission = any($1::uuid[])))
)
insert into gateway.purged (class, first, last, period)
select 'journal', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_envelopes
-- Removes transmissions with everything that belongs to them; what stays is that there was one. $2 by which period each.
with documents as (
  select d.id from gateway.document d where d.transmission = any($1::uuid[])
), outbounds as (
  select o.id from gateway.outbound o where o.transmission = any($1::uuid[])
), deliveries as (
  select d.id from gateway.delivery d where d.transmission = any($1::uuid[])
), expectations as (
  delete from gateway.expectation where outbound = any(array(select id from outbounds)) returning id
), received as (
  delete from gateway.received_acknowledgement where expectation = any(array(select id from expectations))
), unmatched as (
  delete from gateway.unmatched_acknowledgement where acknowledgement = any(array(select id from documents))
), outbound_documents as (
  delete from gateway.outbound_document where outbound = any(array(select id from outbounds))
), voided as (
  delete from gateway.voided_outbound where outbound = any(array(select id from outbounds))
), acknowledgements as (
  delete from gateway.acknowledgement where outbound = any(array(select id from outbounds))
), sealed as (
  delete from gateway.outbound where id = any(array(select id from outbounds))
), canonical as (
  delete from gateway.canonical_body where document = any(array(select id from documents))
), routed as (
  delete from gateway.routed_body where document = any(array(select id from documents))
), attempts as (
  delete from gateway.attempt where delivery = any(array(select id from deliveries))
), delivered as (
  delete from gateway.delivery where id = any(array(select id from deliveries))
), cases as (
  delete from gateway.failure_case where transmission = any($1::uuid[])
), events as (
  delete from gateway.event where transmission = any($1::uuid[])
), findings as (
  delete from gateway.finding where transmission = any($1::uuid[])
), raw as (
  delete from gateway.raw_body where transmission = any($1::uuid[])
), replays as (
  delete from gateway.replay where transmission = any($1::uuid[])
), read as (
  delete from gateway.document where id = any(array(select id from documents))
), interchanges as (
  delete from gateway.interchange where transmission = any($1::uuid[])
), holds as (
  delete from gateway.legal_hold_item where transmission = any($1::uuid[])
), transmissions as (
  delete from gateway.transmission where id = any($1::uuid[])
), earlier as (
  delete from gateway.purged where first = any($1::uuid[]) and first = last and class <> 'envelope'
)
insert into gateway.purged (class, first, last, period)
select 'envelope', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_transfers
-- Removes messages with their bytes and receipts.
with receipts as (
  delete from gateway.transfer_receipt where transfer = any($1::uuid[])
), bodies as (
  delete from gateway.transfer_body where transfer = any($1::uuid[])
), transfers as (
  delete from gateway.transfer where id = any($1::uuid[])
)
insert into gateway.purged (class, first, last, period)
select 'envelope', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_audit
-- Removes what is older in the audit, so many at once; and of the history of failures, and of messages to owners, what is over.
with told as (
  delete from gateway.failure_event where id = any(array(
    select e.id from gateway.failure_event e join gateway.failure f on f.id = e.failure and f.state = 'resolved'
    where e.at < gateway.now() - $1::interval and (e.tell is null or e.told_at is not null) order by e.id limit $2))
), sent as (
  delete from gateway.notification where id = any(array(
    select n.id from gateway.notification n
    where n.state in ('sent', 'given_up') and n.settled_at < gateway.now() - $1::interval order by n.id limit $2))
)
select gateway.purge_audit_v1($1, $2::integer) as gone;

-- name: purge_interchange_keys
-- Forgets control numbers whose agreed period is over: whoever comes next would take them anyway.
delete from gateway.interchange_key where ctid = any(array(
  select ctid from gateway.interchange_key where expires_at < gateway.now() limit $1)) returning interchange;

-- name: purge_shadow_comparisons
-- Forgets comparisons that were made so long ago. $1 how long, $2 so many at once.
delete from gateway.shadow_comparison where ctid = any(array(
  select ctid from gateway.shadow_comparison where compared_at < gateway.now() - $1::interval limit $2)) returning identity;

-- name: purge_document_keys
-- Forgets business keys of documents whose envelopes are not kept any more. $4 the shortest of the periods, $5 so many at once.
delete from gateway.document_key where ctid = any(array(
  select k.ctid from gateway.document_key k
  where k.at < gateway.now() - $4::interval and k.at < gateway.now() - case when k.partner = any($2::text[])
    then (select x.period from unnest($2::text[], $3::interval[]) as x(partner, period) where x.partner = k.partner) else $1::interval end
  limit $5)) returning document;

-- name: purged_of
-- When something was purged, and by which period: itself, or with its month.
(select at, period from gateway.purged where class = $1 and first = $2::uuid and last = $2)
union all
(select at, period from gateway.purged where class = $1 and first <> last and first <= $2 and last >= $2 order by at limit 1)
limit 1;

-- name: purged_classes
-- What is gone of something: for the views of it.
select class, min(at) as at, min(period) as period from gateway.purged
where first = $1::uuid and last = $1 or first <> last and first <= $1 and last >= $1 group by class order by class;

-- name: record_purge
-- Who purged how much, for the audit.
insert into gateway.audit (actor, action, subject, detail) values ($1, 'purged', $2, $3);

-- name: partitioned_tables
-- The tables that have months.
select name from gateway.partitioned order by name;

-- name: add_months
-- Gives a table the months that it lacks, up to $2 ahead; answers what was made.
select unnest(gateway.add_months_v1($1, $2)) as made;

-- name: stray_rows
-- Whether rows lie in the default partition of a table, because their month was not there in time.
select p.name, coalesce(s.n_live_tup, 0) as rows from gateway.partitioned p
left join pg_stat_user_tables s on s.schemaname = 'gateway' and s.relname = p.name || '_default' order by p.name;

-- name: expired_months
-- Some months of tables of a class ($1) all of whose ids are older than $2; others at another time, so that none is in the way.
select p.name, c.relname as child, b.first, b.until
from gateway.partitioned p
join pg_inherits i on i.inhparent = format('gateway.%I', p.name)::regclass
join pg_class c on c.oid = i.inhrelid
cross join lateral (select regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \((?:MINVALUE|''([^'']+)'')\) TO \(''([^'']+)''\)') as m) as e
cross join lateral (select coalesce(e.m[1], '00000000-0000-0000-0000-000000000000')::uuid as first, e.m[2]::uuid as until) as b
where p.class = $1 and e.m is not null and b.until <= gateway.id_at_v1(gateway.now() - $2::interval)
order by random() limit 2;

-- name: month_needed_raw_body
-- Whether anything of a month is still needed. $1 its first id, $2 the first one after it, $3 the age of what is too young.
select exists (select from gateway.needed_v1 n where n.transmission >= $1 and n.transmission < $2) or $3::interval is null as needed;

-- name: month_needed_transfer_body
-- The same for messages.
select exists (select from gateway.transfer_needed_v1(
  array(select id from gateway.transfer where id >= $1::uuid and id < $2::uuid))) or $3::interval is null as needed;

-- name: month_needed_canonical_body
-- The same for canonical documents, whose transmissions may be older.
select exists (select from gateway.needed_v1 n join gateway.document d on d.transmission = n.transmission
  where d.id >= $1 and d.id < $2) or $3::interval is null as needed;

-- name: month_needed_routed_body
-- The same for what routes made of them.
select exists (select from gateway.needed_v1 n join gateway.document d on d.transmission = n.transmission
  where d.id >= $1 and d.id < $2) or $3::interval is null as needed;

-- name: month_needed_event
-- The same for the journal: what was written down later about old things is young.
select exists (select from gateway.needed_v1 n where n.transmission >= $1 and n.transmission < $2)
  or exists (select from gateway.event e where e.transmission >= $1 and e.transmission < $2 and e.at >= gateway.now() - $3::interval) as needed;

-- name: month_needed_finding
-- The same for findings.
select exists (select from gateway.needed_v1 n where n.transmission >= $1 and n.transmission < $2) or $3::interval is null as needed;

-- name: month_needed_attempt
-- The same for attempts.
select exists (select from gateway.needed_v1 n join gateway.delivery d on d.transmission = n.transmission
  where d.id >= $1 and d.id < $2) or exists (
  select from gateway.attempt a where a.delivery >= $1 and a.delivery < $2 and a.ended_at >= gateway.now() - $3::interval) as needed;

-- name: month_needed_milestone
-- The same for milestones, which are their own transmissions; those that are to be published again are needed as well.
select exists (select from gateway.needed_v1 n where n.transmission >= $1 and n.transmission < $2) or $3::interval is null as needed;

-- name: drop_notices
-- Removes deliveries of milestones that go, and cases of them; how many are left to the next time is told by how many went.
with gone as (
  delete from gateway.delivery where id = any(array(
    select d.id from gateway.delivery d where d.milestone >= $1 and d.milestone < $2 limit 5000))
  returning id, milestone
), cases as (
  delete from gateway.failure_case c using gone where c.subject = gone.id
)
select id from gone;

-- name: drop_month
-- Drops a month that nothing needs, and remembers it for those tables whose rows are asked for by their ids: $6 the table.
-- $1 the month, $2 its class, $3 and $4 its ids, $5 the period.
with gone as materialized (
  select gateway.drop_month_v1($1) as done
), remembered as (
  insert into gateway.purged (class, first, last, period) select $2, $3, $4, $5
  where $6::text in ('raw_body', 'canonical_body', 'event') on conflict do nothing
)
select done from gone;

-- name: place_hold
-- Holds what is a partner's ($2, between $3 and $4), or chosen transmissions ($5, found by $6). $1 id, $7 why, $8 who. Answers how many.
with hold as (
  insert into gateway.legal_hold (id, partner, after, before, query, reason, actor) values ($1, $2, $3, $4, $6, $7, $8) returning id
), items as (
  insert into gateway.legal_hold_item (transmission, hold)
  select distinct u.id, hold.id from hold cross join unnest($5::uuid[]) as u(id) join gateway.transmission t on t.id = u.id
  returning transmission
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $8, 'legal_hold_placed', $1::uuid::text, jsonb_build_object('partner', $2::text, 'after', $3::timestamptz, 'before', $4::timestamptz,
    'query', $6::text, 'transmissions', (select count(*) from items), 'reason', $7::text) from hold
)
select count(*) as held from items;

-- name: release_hold
-- Ends a hold. $1 id, $2 who, $3 why.
with released as (
  update gateway.legal_hold set released_at = gateway.now(), released_by = $2, release_reason = $3
  where id = $1 and released_at is null returning id
), audited as (
  insert into gateway.audit (actor, action, subject, detail)
  select $2, 'legal_hold_released', id::text, jsonb_build_object('reason', $3::text) from released
)
select id from released;

-- name: legal_holds
-- The holds, open ones first.
select h.*, (select count(*) from gateway.legal_hold_item i where i.hold = h.id) as transmissions
from gateway.legal_hold h where $1 or h.released_at is null order by h.released_at is not null, h.at desc limit 1000;

-- name: kept_since
-- The oldest of what is kept, by class, and what went in the last 30 days.
select c.class, case c.class
    when 'payload' then (select transmission from gateway.raw_body order by transmission limit 1)
    when 'canonical' then (select document from gateway.canonical_body order by document limit 1)
    when 'journal' then (select transmission from gateway.event order by transmission limit 1)
    when 'envelope' then (select id from gateway.transmission order by id limit 1) end as oldest,
  (select min(at) from gateway.audit where c.class = 'audit') as oldest_at,
  (select count(*) from gateway.purged p where p.class = c.class and p.at > gateway.now() - interval '30 days') as purged
from unnest(array['payload', 'canonical', 'journal', 'envelope', 'audit']) as c(class);

-- name: expired_orders
-- Orders that are over, of which nothing was said for longer than is said. What goods are still to come of stays, however old.
select o.id, o.id as last, case when o.changed_at < gateway.now() - p.period and o.state in (
    'shipped', 'in_transit', 'delivered', 'partly_returned', 'returned', 'rejected', 'cancelled', 'invoiced', 'paid', 'refunded', 'closed')
  then p.period end as period
from gateway.trade_order o
cross join lateral (select case when o.partner = any($2::text[])
  then (select x.period from unnest($2::text[], $3::interval[]) as x(partner, period) where x.partner = o.partner) else $1::interval end as period) as p
where o.id > $5 and o.id < gateway.id_at_v1(gateway.now() - $4::interval)
order by o.id limit $6;

-- name: lock_orders_for_purge
-- Holds orders while they are judged: whoever hears something of one of them waits, or is left alone.
select id from gateway.trade_order where id = any($1::uuid[]) order by id for update skip locked;

-- name: needed_orders
-- Which of them are still needed: something waits, is due or could not be done, a failure is open, somebody holds it.
select id, min(why) as why from (
  select e.trade_order as id, 'unfinished' as why from gateway.order_event e
  where e.trade_order = any($1::uuid[]) and e.state in ('heard', 'waiting', 'overdue')
  union all
  select d.trade_order, 'unfinished' from gateway.order_deadline d where d.trade_order = any($1::uuid[]) and d.state in ('open', 'missed')
  union all
  select f.trade_order, 'unfinished' from gateway.follow_up f where f.trade_order = any($1::uuid[]) and f.state in ('waiting', 'failed')
  union all
  select r.trade_order, 'unfinished' from gateway.warehouse_release r
  where r.trade_order = any($1::uuid[]) and r.state in ('arrived', 'held', 'planned')
  union all
  select e.trade_order, 'open failure' from gateway.order_event e
  join gateway.failure_case c on c.subject = e.id join gateway.failure f on f.fingerprint = c.fingerprint
  where e.trade_order = any($1::uuid[]) and c.closed_at is null and f.state <> 'resolved'
  union all
  select c.transmission, 'open failure' from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
  where c.transmission = any($1::uuid[]) and c.closed_at is null and f.state <> 'resolved'
  union all
  select o.id, 'legal hold' from gateway.trade_order o join gateway.legal_hold h on h.partner = o.partner
  where o.id = any($1::uuid[]) and h.released_at is null
    and (h.after is null or o.created_at >= h.after) and (h.before is null or o.created_at < h.before)
  union all
  select e.trade_order, 'legal hold' from gateway.order_event e join gateway.legal_hold_item i on i.transmission = e.transmission
  join gateway.legal_hold h on h.id = i.hold where e.trade_order = any($1::uuid[]) and h.released_at is null
) as needed group by 1;

-- name: purge_orders
-- Removes orders with all that was said of them, their names, deadlines, what followed, and what warehouses were told.
-- $2 by which period each.
with said as (
  delete from gateway.order_event where trade_order = any($1::uuid[]) returning id
), cases as (
  delete from gateway.failure_case where subject = any(array(select id from said)) or transmission = any($1::uuid[])
), links as (
  delete from gateway.order_link where trade_order = any($1::uuid[])
), deadlines as (
  delete from gateway.order_deadline where trade_order = any($1::uuid[])
), follow_ups as (
  delete from gateway.follow_up where trade_order = any($1::uuid[])
), releases as (
  delete from gateway.warehouse_release where trade_order = any($1::uuid[]) returning id
), holds as (
  delete from gateway.release_hold where release = any(array(select id from releases)) returning id
), hold_cases as (
  delete from gateway.failure_case where subject = any(array(select id from holds))
), parts as (
  delete from gateway.release_part where release = any(array(select id from releases))
), promises as (
  delete from gateway.stock_reservation where release = any(array(select id from releases))
), orders as (
  delete from gateway.trade_order where id = any($1::uuid[])
)
insert into gateway.purged (class, first, last, period)
select 'envelope', id, id, period from unnest($1::uuid[], $2::interval[]) as u(id, period) on conflict do nothing;

-- name: purge_unrelated_statements
-- Forgets what was said of orders that nobody knows and that nobody is told of any more. $1 how long it is kept, $2 so many.
with old as (
  select e.id from gateway.order_event e
  where e.trade_order is null and e.state in ('refused', 'repeated') and e.id < gateway.id_at_v1(gateway.now() - $1::interval)
    and not exists (select from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
      where c.subject = e.id and c.closed_at is null and f.state <> 'resolved')
  order by e.id limit $2 for update skip locked
)
delete from gateway.order_event e using old where e.id = old.id returning e.id;

-- name: purge_orderless_releases
-- Forgets orders to warehouses that are over and serve no order that is kept, and old promises that nothing stands behind any more.
-- $1 how long they are kept, $2 so many.
with old as (
  select r.id from gateway.warehouse_release r
  where r.state in ('released', 'refused', 'withdrawn') and r.changed_at < gateway.now() - $1::interval
    and r.id < gateway.id_at_v1(gateway.now() - $1::interval)
    and not exists (select from gateway.trade_order o where o.id = r.trade_order)
    and not exists (select from gateway.release_hold h join gateway.failure_case c on c.subject = h.id
      join gateway.failure f on f.fingerprint = c.fingerprint
      where h.release = r.id and c.closed_at is null and f.state <> 'resolved')
    and not exists (select from gateway.legal_hold l where l.released_at is null and (l.partner in (r.customer, r.partner)
      or exists (select from gateway.legal_hold_item i where i.hold = l.id and i.transmission = r.transmission)))
  order by r.id limit $2 for update skip locked
), gone as (
  delete from gateway.warehouse_release r using old where r.id = old.id returning r.id
), holds as (
  delete from gateway.release_hold where release = any(array(select id from gone))
), parts as (
  delete from gateway.release_part where release = any(array(select id from gone))
), promises as (
  delete from gateway.stock_reservation where release = any(array(select id from gone)) or ctid = any(array(
    select x.ctid from gateway.stock_reservation x where x.at < gateway.now() - $1::interval
      and not exists (select from gateway.warehouse_release r where r.id = x.release) limit $2))
)
select id from gone;
