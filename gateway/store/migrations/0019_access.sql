-- Who may come in, and who did what: accounts, sessions, tokens; the audit, to which lines are only added, and its chain of seals.
-- Secrets are kept as hashes, in bytea: the rights of `edi_support` leave such columns out.

create table gateway.account (
  id uuid primary key,
  name text not null unique,
  kind text not null check (kind in ('person', 'service')),
  display text not null default '',
  roles text[] not null,
  payloads boolean not null default false,
  partner text,
  secret bytea,
  secret_at timestamptz,
  seen_at timestamptz,
  created_at timestamptz not null default gateway.now(),
  created_by text not null,
  closed_at timestamptz,
  closed_by text
);

-- Somebody who is signed in; `hash` is that of what the cookie holds.
create table gateway.session (
  id uuid primary key,
  account uuid not null,
  hash bytea not null unique,
  address text not null,
  agent text not null,
  begun_at timestamptz not null default gateway.now(),
  seen_at timestamptz not null default gateway.now(),
  ended_at timestamptz,
  ended_by text
);
create index session_account on gateway.session (account, begun_at);

create table gateway.token (
  id uuid primary key,
  account uuid not null,
  name text not null,
  hash bytea not null unique,
  scopes text[] not null,
  replaces uuid,
  created_at timestamptz not null default gateway.now(),
  created_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  used_at timestamptz,
  used_from text
);
create index token_account on gateway.token (account, created_at);

-- Links by which people choose a password, once.
create table gateway.invitation (
  hash bytea primary key,
  account uuid not null,
  created_at timestamptz not null default gateway.now(),
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index invitation_account on gateway.invitation (account);

-- Sign-ins that were begun and did not succeed: each counts from before its password is looked at, so that those that come at the
-- same time count as well.
create table gateway.sign_in (
  id bigint generated always as identity primary key,
  name text not null,
  address text not null,
  at timestamptz not null default gateway.now()
);
create index sign_in_name on gateway.sign_in (name, at);
create index sign_in_address on gateway.sign_in (address, at);
create index sign_in_age on gateway.sign_in (at);

-- ------------------------------------------------------------------------------------------------ the audit and its seals

create index audit_subject on gateway.audit (subject, id);
create index audit_actor on gateway.audit (actor, id);

-- The chain: hash = SHA-256 of the hash before and of the line, which `line` names. The first one is made after 32 zero bytes.
-- Its order is that of sealing, not of ids: transactions commit in another order than they took their ids. When a purge has removed
-- lines, the seal of the last of them stays as the beginning of what is left, and a line of the audit says so.
create table gateway.audit_seal (
  ordinal bigint primary key,
  line bigint not null unique,
  hash bytea not null,
  at timestamptz not null default gateway.now()
);

-- Lines that wait for their seal. A line and its place here are written by the same transaction: whatever the order in which
-- transactions commit, a line that can be seen is sealed or waits here, so none is ever passed over.
create table gateway.audit_unsealed (line bigint primary key);

create function gateway.await_seal_v1() returns trigger language plpgsql as $$
begin
  insert into gateway.audit_unsealed (line) values (new.id);
  return null;
end
$$;
create trigger audit_await_seal after insert on gateway.audit for each row execute function gateway.await_seal_v1();
-- The trigger's lock has let all who wrote before it commit: this sees their lines.
insert into gateway.audit_unsealed (line) select id from gateway.audit;

create function gateway.refuse_audit_change_v1() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('gateway.purging_audit', true) = 'yes' then return old; end if;
  raise exception 'lines of gateway.audit are never changed, and removed by retention alone'
    using hint = 'How long they are kept: `audit` in [gateway.retention].';
end
$$;
create trigger audit_append_only before update or delete on gateway.audit
  for each row execute function gateway.refuse_audit_change_v1();
create trigger audit_not_emptied before truncate on gateway.audit
  for each statement execute function gateway.refuse_audit_change_v1();

-- Removes lines that are older than is said, at most so many, and answers how many. Lines go in the order of their seals, up to
-- the first that is younger: what is left is a chain without a gap. What waits for its seal stays until it has it.
create function gateway.purge_audit_v1(period interval, most integer) returns bigint
language plpgsql security definer set search_path = gateway, pg_catalog, pg_temp as $$
declare
  upto record;
  gone bigint;
  begins bigint := (select f.ordinal from (select * from gateway.audit_seal order by ordinal limit 1) f
    where not exists (select from gateway.audit a where a.id = f.line));
begin
  select seals.ordinal, seals.hash into upto from (
    select s.ordinal, s.hash, bool_and(a.id is null or a.at < gateway.now() - period) over (order by s.ordinal) as old
    from (select * from gateway.audit_seal where ordinal > coalesce(begins, 0) order by ordinal limit most) s
    left join gateway.audit a on a.id = s.line
  ) as seals where seals.old order by seals.ordinal desc limit 1;
  if not found then return 0; end if;
  perform set_config('gateway.purging_audit', 'yes', true);
  delete from gateway.audit a using gateway.audit_seal s where s.line = a.id and s.ordinal <= upto.ordinal;
  get diagnostics gone = row_count;
  perform set_config('gateway.purging_audit', '', true);
  delete from gateway.audit_seal where ordinal < upto.ordinal;
  insert into gateway.audit (actor, action, subject, detail)
  values ('retention', 'audit_purged', upto.ordinal::text, jsonb_build_object('hash', encode(upto.hash, 'hex'), 'lines', gone));
  return gone;
end
$$;

-- The rights of before, and that the audit is only added to, also by the gateway's own role.
alter function gateway.grant_rights_v1() rename to grant_rights_on_tables_v1;
create function gateway.grant_rights_v1() returns void language plpgsql as $$
begin
  perform gateway.grant_rights_on_tables_v1();
  if (select count(*) from pg_roles where rolname in ('edi_owner', 'edi_gateway', 'edi_support')) < 3
    or not pg_has_role('edi_owner', 'usage') then return; end if;
  revoke update, delete on gateway.audit, gateway.audit_seal from edi_gateway;
  revoke execute on function gateway.purge_audit_v1(interval, integer) from public;
  grant execute on function gateway.purge_audit_v1(interval, integer) to edi_gateway;
end
$$;
