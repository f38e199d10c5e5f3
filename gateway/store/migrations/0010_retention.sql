-- What may go and when: months as partitions, legal holds, what was purged; the keys that bodies are encrypted with.

-- The lowest time-ordered id (version 7, RFC 9562, 5.7) of a moment: bounds of months, ages without looking into a row.
create function gateway.id_at_v1(moment timestamptz) returns uuid language sql immutable strict as $$
  select rpad(lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- ---------------------------------------------------------------------------------------------- partitions by month
-- Ids are ordered by time, so a range of ids is a range of time and keys stay as they are. What has no month of its own yet is in
-- the default partition; `since` is the first month that has one.

create table gateway.partitioned (
  name text primary key,
  key text not null,
  class text not null check (class in ('payload', 'canonical', 'journal')),
  since timestamptz not null
);

create function gateway.month_v1(moment timestamptz, later integer) returns timestamptz language sql immutable strict as $$
  select (date_trunc('month', moment at time zone 'UTC') + make_interval(months => later)) at time zone 'UTC'
$$;

-- Gives a table the months that it lacks, up to so many ahead. Attaching locks the default partition alone, for a moment; who
-- cannot have it at once gives up and comes again.
create function gateway.add_months_v1(named text, ahead integer) returns text[] language plpgsql set lock_timeout = '2s' as $$
declare
  part gateway.partitioned%rowtype;
  month timestamptz;
  made text[] := '{}';
  child text;
begin
  select * into strict part from gateway.partitioned p where p.name = named for update;
  for later in 0..ahead loop
    month := gateway.month_v1(gateway.now(), later);
    child := named || to_char(month at time zone 'UTC', '"_"YYYY"_"MM');
    continue when month < part.since or to_regclass(format('gateway.%I', child)) is not null;
    execute format('create table gateway.%I (like gateway.%I including all)', child, named);
    execute format(
      'with moved as (delete from gateway.%I where %I >= %L and %I < %L returning *) insert into gateway.%I select * from moved',
      named || '_default', part.key, gateway.id_at_v1(month), part.key, gateway.id_at_v1(gateway.month_v1(month, 1)), child);
    execute format('alter table gateway.%I attach partition gateway.%I for values from (%L) to (%L)',
      named, child, gateway.id_at_v1(month), gateway.id_at_v1(gateway.month_v1(month, 1)));
    made := made || child;
  end loop;
  return made;
end
$$;

-- Makes a table one of partitions. What is in it stays where it is and becomes the first partition: attached, not copied. The
-- server reads its keys once for that, unless a valid check constraint says already that they are below the bound.
create function gateway.partition_by_month_v1(named text, key text, class text) returns void language plpgsql as $$
declare
  before text := named || '_before';
  since timestamptz := gateway.month_v1(gateway.now(), 0);
  index record;
  found boolean;
begin
  execute format('alter table gateway.%I rename to %I', named, before);
  for index in select relname from pg_class c join pg_index i on i.indexrelid = c.oid where i.indrelid = format('gateway.%I', before)::regclass loop
    execute format('alter index gateway.%I rename to %I', index.relname, left(index.relname, 56) || '_before');
  end loop;
  execute format('create table gateway.%I (like gateway.%I including all) partition by range (%I)', named, before, key);
  execute format('create table gateway.%I partition of gateway.%I default', named || '_default', named);
  execute format('select exists (select from gateway.%I)', before) into found;
  if found then
    since := gateway.month_v1(gateway.now(), 1);
    execute format('with late as (delete from gateway.%I where %I >= %L returning *) insert into gateway.%I select * from late',
      before, key, gateway.id_at_v1(since), named);
    execute format('alter table gateway.%I attach partition gateway.%I for values from (minvalue) to (%L)',
      named, before, gateway.id_at_v1(since));
  else
    execute format('drop table gateway.%I', before);
  end if;
  insert into gateway.partitioned values (named, key, class, since);
  perform gateway.add_months_v1(named, 1);
end
$$;

-- The journal is read by transmission, in order: one index does for what took two. Numbers go on where they were.
alter table gateway.event alter column id drop identity;
create sequence gateway.event_number as bigint;
select setval('gateway.event_number', coalesce((select max(id) from gateway.event), 0) + 1, false);
alter table gateway.event alter column id set default nextval('gateway.event_number');
alter table gateway.event drop constraint event_pkey;
drop index gateway.event_transmission;
alter table gateway.event add constraint event_pkey primary key (transmission, id);
-- Findings are read by transmission as well, and were looked for in all of them.
alter table gateway.finding drop constraint finding_pkey;
alter table gateway.finding add constraint finding_pkey primary key (transmission, subject, ordinal);

select gateway.partition_by_month_v1('raw_body', 'transmission', 'payload');
select gateway.partition_by_month_v1('transfer_body', 'transfer', 'payload');
select gateway.partition_by_month_v1('canonical_body', 'document', 'canonical');
select gateway.partition_by_month_v1('routed_body', 'document', 'canonical');
select gateway.partition_by_month_v1('event', 'transmission', 'journal');
select gateway.partition_by_month_v1('finding', 'transmission', 'journal');
select gateway.partition_by_month_v1('attempt', 'delivery', 'journal');

-- Whether a month may be detached and dropped is decided by whoever drops it; a reader that is in the way wins.
create function gateway.drop_month_v1(child text) returns void language plpgsql set lock_timeout = '2s' as $$
begin
  if not exists (
    select from pg_inherits i join pg_class c on c.oid = i.inhrelid
    join gateway.partitioned p on format('gateway.%I', p.name)::regclass = i.inhparent
    where c.relname = child and child <> p.name || '_default') then
    raise exception 'gateway.% is no month of a table', child;
  end if;
  execute format('drop table gateway.%I', child);
end
$$;

-- -------------------------------------------------------------------------------------------------------- retention

create index outbound_transmission on gateway.outbound (transmission);

-- Nothing of what is held is purged: of partners (also what comes later), of chosen transmissions, or of both.
create table gateway.legal_hold (
  id uuid primary key,
  partner text,
  after timestamptz,
  before timestamptz,
  query text,
  reason text not null,
  actor text not null,
  at timestamptz not null default gateway.now(),
  released_at timestamptz,
  released_by text,
  release_reason text
);
create table gateway.legal_hold_item (
  transmission uuid not null,
  hold uuid not null,
  primary key (transmission, hold)
);
create index legal_hold_item_hold on gateway.legal_hold_item (hold);

-- What was purged, when, and by which period: of one (first is last), or of a month of which nothing was needed.
create table gateway.purged (
  class text not null check (class in ('payload', 'canonical', 'journal', 'envelope')),
  first uuid not null,
  last uuid not null,
  at timestamptz not null default gateway.now(),
  period interval not null,
  primary key (first, class, last)
);
create index purged_month on gateway.purged (class, first, last) where first <> last;

-- Whose a transmission is: of the partners of its interchanges, or of the one whose channel it came by.
create function gateway.partners_of_v1(transmissions uuid[]) returns table (transmission uuid, partner text)
language sql stable as $$
  select i.transmission, i.partner from gateway.interchange i where i.transmission = any($1) and i.partner is not null
  union
  select t.id, t.partner from gateway.transmission t where t.id = any($1) and t.partner is not null
$$;

-- How long each is kept: the longest of what is said for its partners; null is for ever. $2 what is said for everybody else.
create function gateway.kept_for_v1(transmissions uuid[], usual interval, partners text[], periods interval[])
returns table (transmission uuid, period interval) language sql stable as $$
  select t.id, case when bool_or(p.period is null) then null else max(p.period) end
  from unnest($1) as t(id)
  left join gateway.partners_of_v1($1) as w on w.transmission = t.id
  cross join lateral (
    select case when w.partner = any($3) then (select o.period from unnest($3, $4) as o(partner, period) where o.partner = w.partner)
      else $2 end as period) as p
  group by t.id
$$;

-- Why transmissions are still needed, whatever their age: unfinished, an open failure, an answer that is awaited, a legal hold.
-- Each part is small or has an index by transmission, so that a few of them are asked for as cheaply as a month.
create view gateway.needed_v1 as
  select t.id as transmission, 'unfinished' as why from gateway.transmission t where t.state in ('received', 'replaying')
  union all
  select r.body, 'unfinished' from gateway.replay r join gateway.transmission t on t.id = r.transmission
  where t.state in ('received', 'replaying')
  union all
  select b.transmission, 'unfinished' from gateway.batch_item b where b.state in ('planned', 'running')
  union all
  select d.transmission, 'unfinished' from gateway.document d where d.state = 'pending'
  union all
  select d.transmission, 'unfinished' from gateway.delivery d where d.state in ('blocked', 'waiting', 'sending', 'in_doubt')
  union all
  select d.transmission, 'unfinished' from gateway.outbox x join gateway.document d on d.id = x.document
  union all
  select c.transmission, 'open failure' from gateway.failure_case c join gateway.failure f on f.fingerprint = c.fingerprint
  where c.closed_at is null and f.state <> 'resolved'
  union all
  select o.transmission, 'awaited answer' from gateway.outbound o join gateway.expectation e on e.outbound = o.id
  where e.state in ('expected', 'overdue') and e.due_at is not null
  union all
  select d.transmission, 'awaited answer' from gateway.document d
  join gateway.outbound_document s on s.document = d.id join gateway.expectation e on e.outbound = s.outbound
  where e.state in ('expected', 'overdue') and e.due_at is not null
  union all
  select u.transmission, 'awaited answer' from gateway.unmatched_acknowledgement u where u.state = 'waiting'
  union all
  select i.transmission, 'legal hold' from gateway.legal_hold_item i join gateway.legal_hold h on h.id = i.hold
  where h.released_at is null
  union all
  select t.id, 'legal hold' from gateway.transmission t join gateway.legal_hold h on h.partner = t.partner
  where h.released_at is null and (h.after is null or t.received_at >= h.after) and (h.before is null or t.received_at < h.before)
  union all
  select i.transmission, 'legal hold' from gateway.interchange i join gateway.legal_hold h on h.partner = i.partner
  join gateway.transmission t on t.id = i.transmission
  where h.released_at is null and (h.after is null or t.received_at >= h.after) and (h.before is null or t.received_at < h.before);

-- The same for interchanges that we sealed: for themselves, or for what they were made for.
create function gateway.outbound_needed_v1(outbounds uuid[]) returns table (outbound uuid, why text) language sql stable as $$
  with made_for as (
    select o.id, o.transmission from gateway.outbound o where o.id = any($1) and o.transmission is not null
    union
    select s.outbound, d.transmission from gateway.outbound_document s join gateway.document d on d.id = s.document
    where s.outbound = any($1)
  ), needed as (
    select n.transmission, n.why from gateway.needed_v1 n where n.transmission = any(array(select x.transmission from made_for x))
  )
  select d.outbound, 'unfinished' from gateway.delivery d
  where d.outbound = any($1) and d.state in ('blocked', 'waiting', 'sending', 'in_doubt')
  union
  select e.outbound, 'awaited answer' from gateway.expectation e
  where e.outbound = any($1) and e.state in ('expected', 'overdue') and e.due_at is not null
  union
  select o.id, 'legal hold' from gateway.outbound o join gateway.legal_hold h on h.partner = o.partner and h.released_at is null
    and (h.after is null or o.created_at >= h.after) and (h.before is null or o.created_at < h.before)
  where o.id = any($1)
  union
  select m.id, n.why from made_for m join needed n on n.transmission = m.transmission
$$;

-- And for transfers: what came in is needed for what it held, what went out for what it sent, both until the receipt is there.
create function gateway.transfer_needed_v1(transfers uuid[]) returns table (transfer uuid, why text) language sql stable as $$
  with held as (
    select t.id, unnest(t.transmissions) as transmission from gateway.transfer t where t.id = any($1)
  ), needed as (
    select n.transmission, n.why from gateway.needed_v1 n where n.transmission = any(array(select x.transmission from held x))
  )
  select t.id, 'unfinished' from gateway.transfer t
  where t.id = any($1) and (t.state = 'sending' or t.receipt_state in ('owed', 'awaited'))
  union
  select t.id, 'legal hold' from gateway.transfer t join gateway.legal_hold h on h.partner = t.partner and h.released_at is null
    and (h.after is null or t.at >= h.after) and (h.before is null or t.at < h.before)
  where t.id = any($1)
  union
  select held.id, n.why from held join needed n on n.transmission = held.transmission
  union
  select t.id, n.why from gateway.transfer t
  join gateway.outbound_needed_v1(array(select x.outbound from gateway.transfer x where x.id = any($1) and x.outbound is not null)) as n
    on n.outbound = t.outbound
  where t.id = any($1)
$$;

-- What still has bytes, and what is told apart by its age alone.
create index outbound_with_bytes on gateway.outbound (id) where octet_length(bytes) > 0;
create index interchange_key_expiry on gateway.interchange_key using brin (expires_at);
create index document_key_age on gateway.document_key using brin (at);

-- Runs of others' bytes are looked for by whose bytes they read, and batches by what they are about.
create index replay_body on gateway.replay (body);
create index batch_item_transmission on gateway.batch_item (transmission) where state in ('planned', 'running');

-- ------------------------------------------------------------------------------------------------------- encryption

-- The keys that bodies were encrypted with. One that is retired has no body left; all others must be configured.
create table gateway.body_key (
  id text primary key,
  first_used_at timestamptz not null default gateway.now(),
  retired_at timestamptz
);

-- How far bodies were brought to the key in use: each table is walked in the order of its keys until nothing else is found.
create table gateway.recryption (
  name text primary key,
  key text not null,
  after uuid not null,
  ordinal integer not null default -1,
  found boolean not null default false,
  rewritten bigint not null default 0,
  finished_at timestamptz
) with (fillfactor = 50);

-- The id of the key that a body is encrypted with; null for one in the clear. 'edi' with the high bit set, a version, the length.
create function gateway.body_key_of_v1(body bytea) returns text language sql immutable strict parallel safe as $$
  select case when substring(body from 1 for 5) = '\xe5e4e99a01'::bytea
    then convert_from(substring(body from 7 for get_byte(body, 5)), 'SQL_ASCII') end
$$;

-- ------------------------------------------------------------------------------------------------------- autovacuum
-- Rows whose state changes are cleaned after a fiftieth of the table, not a fifth: these tables are read by their partial indexes.

alter table gateway.transmission set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.02);
alter table gateway.delivery set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.02);
alter table gateway.expectation set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table gateway.transfer set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
-- A queue: full at one moment, empty at the next.
alter table gateway.outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
-- A handful of rows that are written all the time.
alter table gateway.lease set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
alter table gateway.control_number set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table gateway.received_number set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table gateway.breaker set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
alter table gateway.failure set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
