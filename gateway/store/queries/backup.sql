-- Whether a restored database is whole: what is counted, what is missing, what comes next.

-- name: backup_rows
-- How many rows there are of what matters, and when the last of them was written.
select
  (select count(*) from gateway.transmission) as transmissions,
  (select count(*) from gateway.interchange) as interchanges,
  (select count(*) from gateway.document) as documents,
  (select count(*) from gateway.delivery) as deliveries,
  (select count(*) from gateway.outbound) as outbounds,
  (select count(*) from gateway.expectation) as expectations,
  (select count(*) from gateway.control_number) as counters,
  (select count(*) from gateway.interchange_key) as interchange_keys,
  (select max(at) from gateway.event where transmission >= gateway.id_at_v1((select max(received_at) from gateway.transmission) - interval '2 days'))
    as last_event,
  (select max(received_at) from gateway.transmission) as last_received,
  (select max(created_at) from gateway.outbound) as last_sent;

-- name: backup_unfinished
-- What goes on by itself as soon as a gateway runs on it.
select
  (select count(*) from gateway.transmission where state in ('received', 'replaying')) as transmissions,
  (select count(*) from gateway.delivery where state in ('blocked', 'waiting', 'sending')) as deliveries,
  (select count(*) from gateway.outbox) as messages,
  (select count(*) from gateway.expectation where state in ('expected', 'overdue') and due_at is not null) as expectations;

-- name: backup_orphans
-- Rows whose other half is missing, by what they are; none where everything is whole.
select * from (
  select 'interchanges without their transmission' as what, count(*) as rows from gateway.interchange i
  where not exists (select from gateway.transmission t where t.id = i.transmission)
  union all
  select 'documents without their interchange', count(*) from gateway.document d
  where not exists (select from gateway.interchange i where i.id = d.interchange) and d.state <> 'pending'
  union all
  select 'unread transmissions without their bytes', count(*) from gateway.transmission t
  where t.state = 'received' and t.size > 0 and not exists (select from gateway.raw_body b where b.transmission = t.id)
  union all
  select 'unfinished deliveries without their document', count(*) from gateway.delivery d
  where d.state in ('blocked', 'waiting', 'sending', 'in_doubt') and d.outbound is null and d.document is not null
    and not exists (select from gateway.canonical_body c where c.document = d.document)
  union all
  select 'unfinished deliveries without their interchange', count(*) from gateway.delivery d
  where d.state in ('blocked', 'waiting', 'sending', 'in_doubt') and d.outbound is not null
    and not exists (select from gateway.outbound o where o.id = d.outbound and octet_length(o.bytes) > 0)
  union all
  select 'acknowledgements without their interchange', count(*) from gateway.acknowledgement a
  where not exists (select from gateway.outbound o where o.id = a.outbound)
  union all
  select 'expectations without what they are about', count(*) from gateway.expectation e
  where not exists (select from gateway.outbound o where o.id = e.outbound)
) as found where rows > 0;

-- name: backup_numbers
-- Control numbers that were given twice, and families that sent something without a counter.
select 'given twice' as what, family || ' ' || sender || ' → ' || receiver as whose, count(*) as rows from (
  select family, sender, receiver, test, control_number from gateway.outbound
  where family in ('x12', 'edifact') group by family, sender, receiver, test, control_number having count(*) > 1) as twice
group by family, sender, receiver
union all
select 'without a counter', o.family || ' ' || o.sender || ' → ' || o.receiver, count(*) from gateway.outbound o
where o.family in ('x12', 'edifact') and not exists (
  select from gateway.control_number n where position(o.sender || '|' || o.receiver in n.scope) > 0)
group by o.family, o.sender, o.receiver;

-- name: backup_sample
-- Transmissions whose bytes are there, chosen by chance; those of runs are what they repeat.
select t.id, t.sha256, t.size from gateway.transmission t
where exists (select from gateway.raw_body b where b.transmission = t.id) order by random() limit $1;

-- name: backup_documents
-- Canonical documents, chosen by chance.
select document, json from gateway.canonical_body order by random() limit $1;
