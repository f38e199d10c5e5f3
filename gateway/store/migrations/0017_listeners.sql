-- Listeners: what was published is kept, so that one of them can have it again as it was; milestones are delivered to subscribed
-- addresses; roles keep their rights on what later migrations add.

-- A milestone as it was published on `edi.events`: its headers and its body. It goes with the journal's months.
create table gateway.milestone (
  id uuid primary key,
  trade_order uuid not null,
  type text not null,
  partner text not null,
  number text not null,
  headers jsonb not null,
  body bytea not null,
  at timestamptz not null default gateway.now()
);
create index milestone_number on gateway.milestone (number);
select gateway.partition_by_month_v1('milestone', 'id', 'journal');

-- The headers under which a document was published on `edi.canonical`; its body is beside them. Null: it was not, or by a release
-- that did not keep them.
alter table gateway.canonical_body add column published jsonb;

-- The milestone that a delivery brings to a subscriber. Such a delivery belongs to no transmission: `transmission` is the milestone.
alter table gateway.delivery add column milestone uuid;
create index delivery_milestone on gateway.delivery (target, id desc) where milestone is not null;
create type gateway.notice_v1 as (
  id uuid, milestone uuid, trade_order uuid, version bigint, partner text, target text, test boolean);

alter table gateway.batch drop constraint batch_action_check;
alter table gateway.batch add constraint batch_action_check check (action in ('replay', 'redeliver', 'correct', 'events')) not valid;

-- What a document is about, for lists that have only its name and where it came from.
create function gateway.document_type_v1(name text, channel text) returns text language sql immutable parallel safe as $$
  select 'document.' || coalesce(name, 'unknown') || case when channel = 'edi.outbound' then '.sent' else '.received' end
$$;

-- Gives the three roles of `gateway rights database` their rights on all there is; nothing where they do not exist. Called by that
-- script and after every migration, because a right on a table cannot be given before there is the table. What somebody else
-- owns than who calls it is left as it is: a superuser hands it over to the owner.
create function gateway.grant_rights_v1() returns void language plpgsql as $$
declare
  thing record;
  is_super boolean := (select rolsuper from pg_roles where rolname = current_user);
  readable text;
begin
  if (select count(*) from pg_roles where rolname in ('edi_owner', 'edi_gateway', 'edi_support')) < 3 then return; end if;
  if is_super then
    for thing in select c.oid::regclass as name from pg_class c
      where c.relnamespace = 'gateway'::regnamespace and c.relowner <> 'edi_owner'::regrole and c.relkind in ('r', 'p', 'v', 'S')
        and not exists (select from pg_depend d where d.objid = c.oid and c.relkind = 'S' and d.deptype in ('a', 'i'))
    loop execute format('alter table %s owner to edi_owner', thing.name); end loop;
    for thing in select p.oid::regprocedure as name from pg_proc p
      where p.pronamespace = 'gateway'::regnamespace and p.proowner <> 'edi_owner'::regrole
    loop execute format('alter routine %s owner to edi_owner', thing.name); end loop;
    alter schema gateway owner to edi_owner;
  end if;
  if not pg_has_role('edi_owner', 'usage') then return; end if;
  grant usage on schema gateway to edi_gateway, edi_support;
  for thing in select c.oid, c.relname as name, c.relkind as kind from pg_class c
    where c.relnamespace = 'gateway'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') and pg_has_role(c.relowner, 'usage')
  loop
    if thing.kind = 'S' then
      execute format('grant usage on sequence gateway.%I to edi_gateway', thing.name);
      continue;
    end if;
    execute format('revoke all on gateway.%I from edi_gateway, edi_support', thing.name);
    execute format('grant select, insert, update, delete on gateway.%I to edi_gateway', thing.name);
    continue when thing.kind = 'v' or thing.name ~ '^(raw|canonical|routed|transfer)_body';
    -- Support reads by columns: no bytes, and nothing of the tables that hold documents.
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into readable from pg_attribute a
    where a.attrelid = thing.oid and a.attnum > 0 and not a.attisdropped and a.atttypid <> 'bytea'::regtype;
    execute format('grant select (%s) on gateway.%I to edi_support', readable, thing.name);
  end loop;
  revoke insert, update, delete on gateway.migration from edi_gateway;
  alter default privileges for role edi_owner in schema gateway grant select, insert, update, delete on tables to edi_gateway;
  alter default privileges for role edi_owner in schema gateway grant usage on sequences to edi_gateway;
  -- These two make and drop months of tables: as their owner, whoever calls them.
  alter function gateway.add_months_v1(text, integer) security definer set search_path = gateway, pg_catalog, pg_temp;
  alter function gateway.drop_month_v1(text) security definer set search_path = gateway, pg_catalog, pg_temp;
  revoke execute on function gateway.add_months_v1(text, integer), gateway.drop_month_v1(text) from public;
  grant execute on function gateway.add_months_v1(text, integer), gateway.drop_month_v1(text) to edi_gateway;
end
$$;
